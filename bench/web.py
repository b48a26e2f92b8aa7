"""Web processes to measure: the product's own, on free ports, ended with the measurement."""

import http.client
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from config import up
from config.env import Env

Headers = dict[str, str]
# Somebody with a message waiting is never answered from memory: the baseline of everything the store does.
NO_STORE = {"Cookie": "messages=none"}


@dataclass
class Web:
    """One running web process."""

    env: Env
    child: up.Child

    def connect(self) -> http.client.HTTPConnection:
        """Open a connection that may be used for many requests."""
        return http.client.HTTPConnection("127.0.0.1", self.env.port, timeout=30)

    def get(self, path: str, headers: Headers | None = None) -> tuple[int, Headers, bytes]:
        """Ask for one page."""
        connection = self.connect()
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        connection.close()
        return found

    def warm(self, path: str = "/") -> bytes:
        """Ask until the page is kept, and return it."""
        for _ in range(50):
            _status, headers, body = self.get(path)
            if "etag" in headers:
                return body
            time.sleep(0.1)
        raise SystemExit(f"{path} is never kept in memory")

    def worker(self) -> int:
        """Return the number of the process that answers."""
        assert self.child.process is not None
        main = self.child.process.pid
        found = Path(f"/proc/{main}/task/{main}/children").read_text(encoding="ascii").split()
        return max((int(pid) for pid in found), key=resident)


def resident(pid: int) -> int:
    """Return the bytes of memory a process takes now."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS")), 0)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@contextmanager
def running(env: Env) -> Iterator[Web]:
    """Run one web process on this database."""
    env = replace(env, port=free_port())
    child = up.Child("web", [sys.executable, "-m", "config.web"], env)
    child.start()
    try:
        deadline = time.monotonic() + 60
        while not up.is_answering(env):
            if time.monotonic() > deadline:
                raise SystemExit("the web process does not answer")
            time.sleep(0.1)
        yield Web(env, child)
    finally:
        child.tell(signal.SIGTERM)
        child.end(time.monotonic() + 5)
