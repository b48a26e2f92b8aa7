"""The settings of a connection with its secrets opened, as adapters are given them."""

from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _

from weiting.channels import vault
from weiting.channels.models import Connection
from weiting.channels.ports import Settings
from weiting.core.errors import Unavailable

# Where the fake channels listen is another port at every start: their addresses are kept as sandbox://<name>.
SANDBOX = "sandbox://"
FAKED = frozenset({"weibo", "wechat", "mastodon"})


def settings_of(connection: Connection) -> Settings:
    """Return a connection's settings with its secrets opened; raise Unavailable when the key is missing."""
    return Settings(base_of(connection), dict(connection.values), secrets_of(connection))


def secrets_of(connection: Connection) -> dict[str, str]:
    """Return a connection's secrets, opened; raise Unavailable when the key is missing."""
    sealed = bytes(connection.sealed)
    return dict(_opened(connection.sealed_with, sealed, connection.public_id)) if sealed else {}


def base_of(connection: Connection) -> str:
    """Return the address a connection calls; raise Unavailable when it leads to fake channels that do not run."""
    if not connection.base.startswith(SANDBOX):
        return connection.base
    if not settings.SANDBOX_URL:
        raise Unavailable(
            _(
                "This connection leads to the fake channels, which do not run. Start them with “weiting sandbox”,"
                " and name their address in WEITING_SANDBOX_URL."
            ),
            code="no_sandbox",
        )
    return f"{settings.SANDBOX_URL}/{connection.base.removeprefix(SANDBOX)}"


def first_base(kind: str, known: str) -> str:
    """Return where a new connection leads: to the platform, or in the demo city to its fake."""
    return f"{SANDBOX}{kind}" if settings.SANDBOX_URL and kind in FAKED else known


# Kept in the memory of the worker, which has the key as well.
@lru_cache(maxsize=4096)
def _opened(name: str, sealed: bytes, of: str) -> dict[str, str]:
    return vault.open_sealed(name, sealed, of)
