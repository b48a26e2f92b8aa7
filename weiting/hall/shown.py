"""What a page says about itself to the page store: which changes make it stale, and until when it is right.

A view that says nothing is never kept. The words travel in two headers that the store takes off.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from weiting.core import clock

TAGS, UNTIL = "X-Weiting-Shows", "X-Weiting-Until"
# Days of silence, “yesterday”, the head of the chain: nothing a page computes from the clock is older than this.
LONGEST = timedelta(minutes=10)
# So many tags cost more than being dropped a little too often.
MOST_TAGS = 60

View = Callable[..., HttpResponse]


class Shown:
    """Gathers, while a page is made, the tags it shows and the moments at which it changes by itself."""

    def __init__(self) -> None:
        now = clock.now()
        self.tags: set[str] = set()
        self.until = min(now + LONGEST, clock.end_of(clock.today()))

    def add(self, *tags: str) -> None:
        """Remember what the page shows."""
        self.tags.update(tags)

    def changes_at(self, *moments: datetime | None) -> None:
        """Remember that the page will be different from these moments on; past ones do not matter."""
        now = clock.now()
        self.until = min([self.until, *(moment for moment in moments if moment and moment > now)])


def shows(request: HttpRequest, *tags: str) -> None:
    """Say which announcements make this page stale."""
    _shown(request).add(*tags)


def changes_at(request: HttpRequest, *moments: datetime | None) -> None:
    """Say when this page changes without anybody doing anything."""
    _shown(request).changes_at(*moments)


def _shown(request: HttpRequest) -> Shown:
    found: Shown | None = getattr(request, "shown", None)
    if found is None:
        found = request.shown = Shown()  # type: ignore[attr-defined]
    return found


def hall_page(view: View) -> View:
    """Open a view to everybody for reading, and let the page store keep what it said it shows."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-cache")
        shown = _shown(request)
        if response.status_code == 200 and shown.tags:
            tags = sorted(shown.tags)
            if len(tags) > MOST_TAGS:
                tags = ["posts", *(tag for tag in tags if ":" not in tag and tag != "posts")]
            response[TAGS] = " ".join(tags)
            response[UNTIL] = f"{shown.until.timestamp():.3f}"
        return response

    guarded.is_public = True  # type: ignore[attr-defined]
    return guarded
