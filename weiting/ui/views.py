"""The pages of the design system itself: style sheets, favicon, the switches of look and language, the guide."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from weiting.core.errors import Conflict
from weiting.ui import bundles, guide as samples, seal
from weiting.ui.look import COOKIE, YEAR, look_of

FOREVER = "public, max-age=31536000, immutable"


def _next(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or "/"
    is_ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if is_ours else "/"


def set_look(request: HttpRequest) -> HttpResponse:
    """Keep the visitor's look in a cookie and lead back."""
    look = look_of(request)
    for name in ("elder", "contrast"):
        asked = request.POST.get(name, request.GET.get(name))
        if asked in {"0", "1"}:
            look = look.switched(name, asked == "1")
    response = HttpResponseRedirect(_next(request))
    if str(look):
        response.set_cookie(
            COOKIE, str(look), YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    response["Cache-Control"] = "no-store"
    return response


def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the visitor's language in a cookie and lead back to the same page in it."""
    code = request.POST.get("to") or request.GET.get("to") or ""
    target = _next(request)
    if code not in dict(settings.LANGUAGES):
        return HttpResponseRedirect(target)
    response = HttpResponseRedirect(translate_url(target, code))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
    )
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def styles(request: HttpRequest, name: str, digest: str) -> HttpResponse:
    """Send a face's joined style sheet; an old name is answered with the present content, not kept."""
    if name not in bundles.BUNDLES:
        raise Http404
    bundle = bundles.bundle(name)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(bundle.packed if packed else bundle.plain, content_type="text/css; charset=utf-8")
    if packed:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = FOREVER if digest == bundle.digest else "no-cache"
    return response


@require_safe
@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Send a seal as the icon of the browser's tab."""
    text = request.GET.get("text", "")[:4] or "微厅"
    drawn = seal.draw(text, request.GET.get("color", "seal"), 64, label="")
    return HttpResponse(drawn, content_type="image/svg+xml")


def refuse(request: HttpRequest) -> HttpResponse:
    """Refuse always, to show in the guide how a refusal looks; raises Conflict, or 404 for those outside."""
    _admit(request)
    raise Conflict("王芳两分钟前已经审过了。请重新打开，看看她的意见。", code="ui.guide")


def _admit(request: HttpRequest) -> None:
    user = getattr(request, "user", None)
    if not (settings.DEBUG or (user is not None and user.is_authenticated)):
        raise Http404


@require_safe
def guide(request: HttpRequest, face: str = "hall") -> HttpResponse:
    """Show every component in every state, to developers and signed-in staff."""
    _admit(request)
    return render(request, f"ui/guide/{face}.html", samples.context(request, face))
