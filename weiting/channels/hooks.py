"""Hears what a channel calls us with: bounded, checked by its adapter, kept, and only then answered."""

from weiting.channels import hearing, registry
from weiting.channels.actions import hearing as acts
from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection
from weiting.channels.opening import settings_of
from weiting.channels.ports import Answer, Hook, Refused, Verb
from weiting.channels.wire import Wire
from weiting.core import clock

MOST_BYTES = 256 * 1024
FORGED, NOT_HERE, TOO_LARGE = Answer(403), Answer(404), Answer(413)


class NoWire(Wire):
    """A wire that makes no call: reading what somebody sent us needs none."""

    def __init__(self) -> None:
        """Open nothing."""

    def close(self) -> None:
        """Close nothing."""


def hear(public_id: str, hook: Hook) -> Answer:
    """Check and keep what was sent to a connection's address; return what to answer at once.

    What is not surely the channel's is counted and answered with 403, and nothing else happens. Raises Unavailable
    when the key to the connection's secrets is missing.
    """
    found = Connection.objects.filter(public_id=public_id).exclude(state=ConnectionState.ENDED).first()
    if found is None or found.kind not in registry.KINDS:
        return NOT_HERE
    adapter = registry.adapter(found.kind, settings_of(found), NoWire())
    if Verb.HOOK not in adapter.can:
        return NOT_HERE
    if len(hook.body) > MOST_BYTES:
        acts.refuse(found, "large")
        return TOO_LARGE
    try:
        answer = adapter.read_hook(hook)
    except Refused:
        # The secret it would be checked by is not set: nothing can be believed.
        return FORGED
    if answer.status >= 400:
        acts.refuse(found, "forged")
        return answer
    if answer.signed_at is not None and abs(clock.now() - answer.signed_at) > hearing.SKEW:
        acts.refuse(found, "late", (clock.now() - answer.signed_at).total_seconds())
        return FORGED
    acts.keep(found, answer.heard)
    return answer
