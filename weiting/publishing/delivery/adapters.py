"""The adapter of a connection: with its secrets opened, and the outbox of those whose readers are kept here."""

from collections.abc import Callable

from weiting.channels import quotas, registry
from weiting.channels.models import Connection
from weiting.channels.opening import settings_of
from weiting.channels.ports import Adapter, Outbox
from weiting.channels.wire import Wire
from weiting.fediverse import outbox as followers
from weiting.subscriptions import outbox as bulletins

# By kind: who takes a text for the many addresses kept here.
OUTBOXES: dict[str, Callable[[Connection], Outbox]] = {
    "activitypub": followers.Outbox,
    "mail": bulletins.Outbox,
}


def adapter_of(connection: Connection, wire: Wire, *, leave: int = 0) -> Adapter:
    """Return the adapter of a connection; raise Unavailable when the key to its secrets is missing.

    `leave` keeps so many of the platform's calls for others.
    """
    make = OUTBOXES.get(connection.kind)
    return registry.adapter(
        connection.kind,
        settings_of(connection),
        quotas.metered(connection, wire, leave=leave),
        make(connection) if make is not None else None,
    )
