"""Keeps who must choose a new password on that one page until it is done."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

STAFF = ("/desk/", "/account/", "/api/")
OPEN = frozenset({"account_change_password", "account_logout", "account_login", "mfa_authenticate"})


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
