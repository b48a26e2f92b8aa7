"""What every request passes before anything else: the address the proxy reports, when it is trusted."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class Proxy:
    """Take the visitor's address and scheme from the proxy's headers; drop those headers when no proxy is
    trusted.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        scheme = request.META.pop("HTTP_X_FORWARDED_PROTO", "")
        if settings.TRUST_PROXY:
            # The last entry is the one our own proxy added; those before it are what the visitor claims.
            if address := forwarded.rpartition(",")[2].strip():
                request.META["REMOTE_ADDR"] = address
            if scheme in {"http", "https"}:
                request.META["wsgi.url_scheme"] = scheme
        return self.get_response(request)
