"""A hall that really serves, for measurements from outside: one web process, an address, a way to ask it."""

import http.client
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import psutil

from config import env as environment, prepare, up
from config.env import Env
from config.testing import free_port


@dataclass
class Site:
    """A running web process."""

    env: Env
    child: up.Child

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes, dict[str, str]]:
        """Ask for a page on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.env.port, timeout=60)
        try:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read(), dict(answer.getheaders())
        finally:
            connection.close()

    def memory(self) -> int:
        """Return the resident memory of the process that makes the pages, in bytes."""
        assert self.child.process is not None
        parent = psutil.Process(self.child.process.pid)
        # The server's supervisor stands above it; what both share would count twice.
        return int(max(each.memory_info().rss for each in parent.children(recursive=True) or [parent]))


@contextmanager
def site(**changes: object) -> Iterator[Site]:
    """Run a web process on the database of the settings until the block ends."""
    env = replace(environment.current(), port=free_port(), **changes)  # type: ignore[arg-type]
    prepare.run_aside(env, ["messages", "static"])
    child = up.Child("web", [sys.executable, "-m", "config.web"], env)
    child.start()
    try:
        deadline = time.monotonic() + 60
        while not up.is_answering(env):
            assert time.monotonic() < deadline, "the web process does not answer"
            time.sleep(0.05)
        yield Site(env, child)
    finally:
        child.tell(signal.SIGTERM)
        child.end(time.monotonic() + 5)


def installed(*names: str) -> bool:
    """Say whether these programs are there; as root on Debian they are installed first."""
    import os
    import shutil
    import subprocess

    missing = [name for name in names if shutil.which(name) is None]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
        subprocess.run(["apt-get", "update", "-qq"], **quiet)  # type: ignore[call-overload]
        subprocess.run(["apt-get", "install", "-y", "-qq", *missing], **quiet)  # type: ignore[call-overload]
    return all(shutil.which(name) for name in names)
