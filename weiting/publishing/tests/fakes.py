"""For tests: connections to the fake channels."""

from typing import Any

from weiting.channels import vault
from weiting.channels.models import Connection
from weiting.units.models import Unit


def connect(unit: Unit, kind: str, base: str, name: str = "一号", **more: Any) -> Connection:
    """Make a live connection of a unit to a fake channel."""
    made = Connection(unit=unit, kind=kind, name=name, state="live", **more)
    secrets = {"token": f"token-{name}"} if kind in {"weibo", "mastodon"} else {"secret": "sandbox"}
    made.base = f"{base}/webhook/{name}" if kind == "webhook" else f"{base}/{kind}"
    made.values = {
        # Of a level without quotas, so that a run may send as much as it likes.
        "weibo": {"uid": name, "ip": "127.0.0.1", "level": "commercial"},
        "wechat": {"appid": f"wx{name}", "kind": "subscription", "ip": "127.0.0.1"},
    }.get(kind, {})
    made.sealed_with, made.sealed = vault.seal(secrets, made.public_id)
    made.save()
    return made
