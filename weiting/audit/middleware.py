"""Tells the audit that an act came in by a web page."""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from weiting.audit.origins import mark_of, origin

Answer = Callable[[HttpRequest], HttpResponseBase]
AsyncAnswer = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


def _mark(request: HttpRequest) -> str:
    return mark_of(request.META.get("REMOTE_ADDR", ""))


@sync_and_async_middleware
def Origin(get_response: Answer | AsyncAnswer) -> Answer | AsyncAnswer:  # noqa: N802  named as middleware is
    """Set the origin "web" and the day's mark of the caller's address around every request."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            with origin("web", _mark(request)):
                return await get_response(request)

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        with origin("web", _mark(request)):
            return get_response(request)  # type: ignore[return-value]

    return answer
