"""The adapter of a connection: with its secrets opened, and the outbox of those whose readers are kept here."""

from collections.abc import Callable
from functools import lru_cache

from weiting.channels import registry, vault
from weiting.channels.models import Connection
from weiting.channels.ports import Adapter, Outbox, Settings
from weiting.channels.wire import Wire

# By kind: who takes a text for the many addresses kept here.
OUTBOXES: dict[str, Callable[[Connection], Outbox]] = {}


def adapter_of(connection: Connection, wire: Wire) -> Adapter:
    """Return the adapter of a connection; raise Unavailable when the key to its secrets is missing."""
    make = OUTBOXES.get(connection.kind)
    return registry.adapter(
        connection.kind, settings_of(connection), wire, make(connection) if make is not None else None
    )


def settings_of(connection: Connection) -> Settings:
    """Return a connection's settings with its secrets opened; raise Unavailable when the key is missing."""
    sealed = bytes(connection.sealed)
    secrets = _opened(connection.sealed_with, sealed, connection.public_id) if sealed else {}
    return Settings(connection.base, dict(connection.values), secrets)


# Kept in the memory of the worker, which has the key as well.
@lru_cache(maxsize=4096)
def _opened(name: str, sealed: bytes, of: str) -> dict[str, str]:
    return vault.open_sealed(name, sealed, of)
