"""For tests and measurements: the fake channels in a process of their own, and the switches of what goes wrong."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any

from weiting.sandbox.state import Faults

# Below what the system gives away by itself, so that nobody else is handed a port that was just found free.
FIRST, PORTS = 20_000, 12_000
START = 60.0
_tried = count()


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
        urllib.request.urlopen(request, timeout=30).read()  # noqa: S310 - our own address

    def calm(self, **faults: Any) -> None:
        """Forget what was said and switch off all that goes wrong; `faults` stay on."""
        self.switch("forget")
        self.switch("tokens", expired=[])
        self.switch("codes", codes={})
        self.switch("faults", **asdict(Faults()) | faults)

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
    """Return a port nobody listens at now.

    Each process goes through the ports from a place of its own: the server of the sandbox would share one with another
    sandbox without a word.
    """
    while True:
        port = FIRST + (os.getpid() * 31 + next(_tried)) % PORTS
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@contextmanager
def sandbox() -> Iterator[Sandbox]:
    """Run a sandbox on a free port of this machine; raises RuntimeError when it does not start."""
    made = Sandbox(free_port())
    process = subprocess.Popen([sys.executable, "-m", "weiting.sandbox.command", "--port", str(made.port)])
    try:
        _wait_for(made, process)
        yield made
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(made: Sandbox, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START
    while process.poll() is None and time.monotonic() < deadline:
        try:
            made.state()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("The sandbox does not answer.")
