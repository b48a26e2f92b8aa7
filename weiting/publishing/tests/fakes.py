"""For tests: the fake channels in a process of their own, and connections to them."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from weiting.channels import vault
from weiting.channels.models import Connection
from weiting.units.models import Unit


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox."""

    port: int

    @property
    def base(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    def switch(self, what: str, **said: Any) -> None:
        """Set faults or tokens, or forget everything."""
        request = urllib.request.Request(f"{self.base}/_{what}", json.dumps(said).encode(), method="POST")  # noqa: S310
        urllib.request.urlopen(request, timeout=10).read()  # noqa: S310 - our own address

    def state(self) -> dict[str, Any]:
        """Return what the channels hold."""
        with urllib.request.urlopen(f"{self.base}/_state", timeout=30) as answer:  # noqa: S310 - our own address
            found: dict[str, Any] = json.load(answer)
        return found

    def said(self, channel: str, account: str = "") -> list[dict[str, Any]]:
        """List what was said on a channel, in order."""
        rows = self.state()[channel]["said"]
        return [row for row in rows if not account or row["account"] == account]


def free_port() -> int:
    """Return a port nobody listens at now."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@contextmanager
def sandbox() -> Iterator[Sandbox]:
    """Run a sandbox on a free port of this machine."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "weiting.sandbox.command", "--port", str(port)])
    made = Sandbox(port)
    try:
        for _n in range(200):
            try:
                made.state()
                break
            except OSError:
                time.sleep(0.05)
        yield made
    finally:
        process.terminate()
        process.wait(10)


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
