"""Two things every request passes: the visitor's look, and the one place where a DomainError becomes an answer."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from weiting.core.errors import DomainError
from weiting.ui.look import COOKIE, Look

Answer = HttpResponse | Awaitable[HttpResponse]
FOLLOWS_PERSON = ("/desk/", "/account/", "/ui/")
SECRET = re.compile(r"pass|secret|token|csrf|otp|code|key|signature", re.IGNORECASE)
# Numbers, switches and identifiers are the form's own; nobody typed them as a text.
NOISE = re.compile(r"[\d.:TZ+/-]*|[0-9a-fA-F-]{8,}|on|true|false", re.IGNORECASE)


class _Middleware:
    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Answer]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        return self.get_response(request)


class LookMiddleware(_Middleware):
    """Read the cookie `look` into `request.look`, and the language's cookie where the address carries no language.

    Django takes an address without a language for the default one. That is right in the hall, where each language has
    its own addresses, and wrong for the desk and the account, which follow the person.
    """

    def __call__(self, request: HttpRequest) -> Answer:
        request.look = Look.read(request.COOKIES.get(COOKIE, ""))  # type: ignore[attr-defined]
        if request.path.startswith(FOLLOWS_PERSON):
            self._speak(request)
        return self.get_response(request)

    def _speak(self, request: HttpRequest) -> None:
        code = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if code in dict(settings.LANGUAGES):
            translation.activate(code)
            request.LANGUAGE_CODE = code


class DomainErrors(_Middleware):
    """Answer a DomainError as a page, an htmx fragment or problem+json, whichever was asked for."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the answer to a DomainError; any other exception goes on."""
        if not isinstance(error, DomainError):
            return None
        if _wants_json(request):
            response = _as_json(error)
        elif getattr(request, "htmx", False) and not request.htmx.boosted:  # type: ignore[attr-defined]
            response = _as_fragment(request, error)
        else:
            response = _as_page(request, error)
        if wait := _seconds(error.facts.get("after")):
            response["Retry-After"] = str(wait)
        response["Cache-Control"] = "no-store"
        return response


def _wants_json(request: HttpRequest) -> bool:
    if request.path.startswith("/api/"):
        return True
    accept = request.headers.get("Accept", "")
    return "json" in accept and "text/html" not in accept


def _seconds(after: Any) -> int:
    if isinstance(after, timedelta):
        return max(1, int(after.total_seconds()))
    return int(after) if isinstance(after, int | float) else 0


def _fields(error: DomainError) -> dict[str, list[str]]:
    given = getattr(error, "fields", {})
    return {name: [str(sentence) for sentence in sentences] for name, sentences in given.items()}


def _as_json(error: DomainError) -> HttpResponse:
    body = {
        "type": "about:blank",
        "title": _heading(error)[0],
        "status": error.status,
        "detail": str(error.message),
    }
    body["code"] = error.code
    if fields := _fields(error):
        body["fields"] = fields
    return JsonResponse(body, status=error.status, content_type="application/problem+json")


def _as_fragment(request: HttpRequest, error: DomainError) -> HttpResponse:
    context = {"error": error, "fields": _fields(error)}
    response = render(request, "ui/errors/fragment.html", context, status=error.status)
    response["HX-Retarget"] = "#messages"
    response["HX-Reswap"] = "innerHTML show:window:top"
    return response


def _as_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    heading, advice = _heading(error)
    back, back_label = _back(request, error)
    context = {
        "error": error,
        "fields": _fields(error),
        "heading": heading,
        "advice": advice,
        "back": back,
        "back_label": back_label,
        "kept": kept_text(request),
    }
    return render(request, "ui/errors/domain.html", context, status=error.status)


def _heading(error: DomainError) -> tuple[str, str]:
    """Return the heading and the advice of an error's kind."""
    return {
        403: (
            _("You may not do this"),
            _("If your work needs it, ask your unit's administrator for the role."),
        ),
        404: (_("We cannot find this"), _("It may have been moved, or it is not yours to see.")),
        409: (_("Somebody was faster"), _("Open it again, see what is new, then decide.")),
        422: (_("Something needs changing"), _("Go back and change what is named above.")),
        429: (
            _("Too many at once"),
            _("Wait a little, then try again. What was already accepted stays accepted."),
        ),
        503: (_("Not available just now"), _("Try again in a few minutes. Nothing was lost.")),
    }.get(error.status, (_("That did not work"), _("Go back and try again.")))


def _back(request: HttpRequest, error: DomainError) -> tuple[str, str]:
    """Return where to go on: the page one came from, if it is ours."""
    came_from = request.headers.get("Referer", "")
    if came_from and url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
        return came_from, _("Open it again") if error.status == 409 else _("Go back")
    return "", ""


def kept_text(request: HttpRequest) -> list[dict[str, Any]]:
    """List the texts a person had typed into the refused form; never passwords, codes or the form's own values."""
    if request.method != "POST" or request.content_type not in {
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    }:
        return []
    found = []
    for name, values in request.POST.lists():
        text = "\n".join(value for value in values if value.strip())
        if SECRET.search(name) or NOISE.fullmatch(text):
            continue
        rows = min(14, 1 + text.count("\n") + len(text) // 40)
        found.append({"label": name.replace("_", " "), "text": text, "rows": rows})
    return found
