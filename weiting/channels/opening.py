"""The settings of a connection with its secrets opened, as adapters are given them."""

from functools import lru_cache

from weiting.channels import vault
from weiting.channels.models import Connection
from weiting.channels.ports import Settings


def settings_of(connection: Connection) -> Settings:
    """Return a connection's settings with its secrets opened; raise Unavailable when the key is missing."""
    sealed = bytes(connection.sealed)
    secrets = _opened(connection.sealed_with, sealed, connection.public_id) if sealed else {}
    return Settings(connection.base, dict(connection.values), secrets)


# Kept in the memory of the worker, which has the key as well.
@lru_cache(maxsize=4096)
def _opened(name: str, sealed: bytes, of: str) -> dict[str, str]:
    return vault.open_sealed(name, sealed, of)
