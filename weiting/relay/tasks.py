"""What relay does by itself: follow originals, remind, sum up, tell units' systems, look at what they claim."""

from django.conf import settings

from weiting import jobs
from weiting.channels.wire import Wire
from weiting.relay import actions
from weiting.relay.pushing import push as push_call


@jobs.task("relay.follow")
def follow(post_id: int) -> None:
    """Let what passed a text on follow its correction or withdrawal."""
    actions.follow(post_id)


@jobs.task("relay.push")
def push(call_id: int) -> None:
    """Tell the systems of the asked units of a call."""
    with Wire(allow_private=settings.CHANNELS_PRIVATE) as wire:
        push_call(call_id, wire)


@jobs.task("relay.look")
def look(ask_id: int) -> None:
    """Open the address a unit's system has named."""
    with Wire(allow_private=settings.CHANNELS_PRIVATE) as wire:
        actions.look_at_claims(wire, ask_id)


@jobs.periodic("* * * * *", "relay.sweep")
def sweep() -> None:
    """Follow what was missed, remind, sum up, look again."""
    actions.follow_stale()
    actions.remind_due()
    actions.tell_late()
    with Wire(allow_private=settings.CHANNELS_PRIVATE) as wire:
        actions.look_at_claims(wire)
