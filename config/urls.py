"""Every address of the product: the hall for citizens, the desk for staff, signing in."""

from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path


def _face(prefix: str, module: str) -> list[URLPattern | URLResolver]:
    return [path(prefix, include(module))] if find_spec(module) else []


urlpatterns: list[URLPattern | URLResolver] = [
    *_face("ui/", "weiting.ui.urls"),
    *_face("media/", "weiting.media.urls"),
    *_face("", "weiting.audit.urls"),
    *_face("account/", "weiting.accounts.urls"),
    path("account/", include("allauth.urls")),
    *_face("desk/", "weiting.desk.urls"),
    *i18n_patterns(*_face("", "weiting.hall.urls"), prefix_default_language=False),
]
