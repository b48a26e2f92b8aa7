"""Who may open a desk page: every view says so where it is defined, and the matrix of the reference is made from it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.core.errors import NotFound
from weiting.units.access import may_anywhere

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

# A view open to everybody who is signed in, or (SIGNED) to the holder of a signed link.
SIGNED_IN = "signed in"
SIGNED_LINK = "signed link"


class DeskRequest(HttpRequest):
    """A request of somebody signed in."""

    user: Person
    htmx: Any


LANGUAGE_MARK = "desk_language"


def _speak(request: HttpRequest, person: Person) -> bool:
    """Speak the person's language at the first page after signing in; later the switch in the menu decides."""
    if request.session.get(LANGUAGE_MARK) == person.language:
        return False
    request.session[LANGUAGE_MARK] = person.language
    translation.activate(person.language)
    request.LANGUAGE_CODE = person.language
    return True


def keep_language(request: HttpRequest, response: HttpResponseBase, code: str) -> None:
    """Put a language into the cookie that the pages of the desk follow."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 24 * 3600,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def desk_page(verb: str = SIGNED_IN, *also: str) -> Callable[[View], View]:
    """Open a view to people who may do `verb` (or one of `also`) at some unit; to others it does not exist.

    Which rows they see, and at which unit they may act, is decided by the queries and actions.
    """
    verbs = (verb, *also)

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            person = request.user
            if SIGNED_IN not in verbs and not any(may_anywhere(person, each) for each in verbs):
                raise NotFound(_("This page does not exist, or it is not for you."))
            is_new_here = _speak(request, person)
            response = view(request, *args, **kwargs)
            # What stands on the desk is nobody else's: no proxy and no back button may show it later.
            response.headers.setdefault("Cache-Control", "no-store, private")
            if is_new_here:
                keep_language(request, response, person.language)
            return response

        guarded.who_may = verbs  # type: ignore[attr-defined]
        return cast(View, guarded)

    return wrap


def signed_link_page(view: View) -> View:
    """Open a view to the holder of a secret address; the view itself checks the secret."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store, private")
        # The secret stays out of other sites' logs. Not "no-referrer": browsers then send a form with the origin
        # "null", which the check against forged forms must refuse.
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    guarded.who_may = (SIGNED_LINK,)  # type: ignore[attr-defined]
    return cast(View, guarded)
