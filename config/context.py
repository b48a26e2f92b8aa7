"""What every page of both faces may show beside its own words: that this hall is the invented city."""

import time

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from weiting.demo.queries import is_demo

BANNER = "demo/banner.html"
# A hall that is not the demo today may become it (“weiting demo load”), which is announced; a process that hears
# no announcements asks again after so many seconds. A demo stays one as long as programs use its database.
ASKED_AGAIN = 60.0
_not_before = float("-inf")
_is_demo = False


def forget() -> None:
    """Ask again, when a page is next made, whether this hall is the demo."""
    global _is_demo, _not_before
    _is_demo, _not_before = False, float("-inf")


def hears(tags: frozenset[str] | None) -> None:
    """Take note of announced tags, or that some may have been missed: a city that is loaded brings units."""
    if tags is None or "units" in tags:
        forget()


def _banner() -> str:
    global _is_demo, _not_before
    if not _is_demo and time.monotonic() > _not_before:
        try:
            _is_demo = is_demo()
        except DatabaseError:
            # The page may be the one that says the database is not there.
            return ""
        _not_before = time.monotonic() + ASKED_AGAIN
    return BANNER if _is_demo else ""


def site_banner(request: HttpRequest) -> dict[str, object]:
    """Name the template that stands at the head of every page of hall and desk, if there is one, and where the fake
    channels of a demo show what readers see."""
    return {"site_banner": SimpleLazyObject(_banner), "fakes_url": settings.SANDBOX_URL}
