"""What happens on every page of somebody signed in: their session is seen, and a new password may have to be chosen."""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.usersessions.middleware import UserSessionsMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from weiting.core import clock

STAFF = ("/desk/", "/account/", "/api/")
OPEN = frozenset({"account_change_password", "account_logout", "account_login", "mfa_authenticate"})


SEEN_EVERY = timedelta(minutes=1)
MOST_KEPT = 10_000


class Seen(UserSessionsMiddleware):
    """Note where and when a session was last used: at once from a new place, otherwise once a minute.

    The library does it on every page, which costs five queries each time.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self._noted: dict[tuple[str, ...], datetime] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note the session where it is due, and answer as usual."""
        said = request.META
        place = (
            request.session.session_key or "",
            said.get("REMOTE_ADDR", ""),
            said.get("HTTP_X_FORWARDED_FOR", ""),
            said.get("HTTP_USER_AGENT", ""),
        )
        now, noted = clock.now(), self._noted.get(place)
        if noted is not None and noted <= now < noted + SEEN_EVERY:
            return self.get_response(request)
        answer: HttpResponse = super().__call__(request)
        # Asked afterwards: who is not signed in need not be looked up.
        if place[0] and hasattr(request, "_cached_user") and request._cached_user.is_authenticated:
            if len(self._noted) >= MOST_KEPT:
                self._noted.clear()
            self._noted[place] = now
        return answer


class MustRenew:
    """Lead to the password page from every other page for staff; htmx requests are told to load it as a whole."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the way to the password page, or as usual."""
        # Only there: the hall is for everybody, and asking who somebody is costs it a query.
        if request.path.startswith(STAFF) and getattr(request.user, "must_renew", False):
            allowed = {reverse(name) for name in OPEN}
            if request.path not in allowed:
                return self._lead(request)
        return self.get_response(request)

    @staticmethod
    def _lead(request: HttpRequest) -> HttpResponse:
        page = reverse("account_change_password")
        if request.headers.get("HX-Request"):
            answer = HttpResponse(status=204)
            answer["HX-Redirect"] = page
            return answer
        return HttpResponseRedirect(page)
