"""Addresses that refuse in every way, for the tests of the middleware."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from weiting.core import errors

KINDS: dict[str, errors.DomainError] = {
    "gone": errors.NotFound("没有这篇稿子。"),
    "forbidden": errors.NotAllowed("这一步要审核人来做。"),
    "invalid": errors.Invalid("标题要改。", fields={"title": ["标题太长。"]}),
    "conflict": errors.Conflict("王芳两分钟前已经审过了。", code="posts.stale"),
    "often": errors.TooMany("一分钟后再试。", after=60),
    "down": errors.Unavailable("微博暂时连不上。"),
}


def refuse(request: HttpRequest, kind: str) -> HttpResponse:
    """Raise the error of a kind."""
    raise KINDS[kind]


urlpatterns = [
    path("ui/", include("weiting.ui.urls")),
    path("refuse/<str:kind>/", refuse),
    path("desk/refuse/<str:kind>/", refuse),
]
