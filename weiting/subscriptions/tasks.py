"""What subscriptions do by themselves: ask callbacks, send the day's letters, and erase what is over."""

from django.conf import settings

from weiting import jobs
from weiting.channels.wire import Wire
from weiting.subscriptions import actions


@jobs.task("subscriptions.verify", retry=(30, 300, 1800))
def verify(request: str) -> None:
    """Ask a WebSub callback whether a wish is meant."""
    with Wire(allow_private=settings.CHANNELS_PRIVATE) as wire:
        actions.settle_request(request, wire)


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
