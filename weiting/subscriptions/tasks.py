"""What subscriptions do by themselves: ask callbacks, send the day's letters, and erase what is over."""

from datetime import timedelta

from django.conf import settings

from weiting import jobs
from weiting.channels.ports import TryLater
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.subscriptions import actions

# Seconds until a callback that was not reached is asked again; then the wish is forgotten.
ASKED_AGAIN = (30, 300, 1800)


@jobs.task("subscriptions.verify")
def verify(request: str, tries: int = 0) -> None:
    """Ask a WebSub callback whether a wish is meant. That others' machines are away is no fault of this hall."""
    try:
        with Wire(allow_private=settings.CHANNELS_PRIVATE) as wire:
            actions.settle_request(request, wire)
    except TryLater:
        if tries >= len(ASKED_AGAIN):
            actions.drop_request(request)
            return
        at = clock.now() + timedelta(seconds=ASKED_AGAIN[tries])
        jobs.defer("subscriptions.verify", at=at, request=request, tries=tries + 1)


@jobs.periodic("0 18 * * *", "subscriptions.daily")
def daily() -> None:
    """Send the day's letters."""
    actions.send_daily()


@jobs.periodic("*/10 * * * *", "subscriptions.tidy")
def tidy() -> None:
    """Erase what was not confirmed, what was refused for good, and what is over."""
    actions.tidy_readers()
    actions.erase_refused()
    actions.end_leases()
