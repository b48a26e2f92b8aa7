"""The far side of the measurement of copies: one quick server that answers as hundreds of hosts, and counts.

Hosts are addresses of the loopback network (127.x.y.z). Beside it a port that takes connections and never answers.
"""

import asyncio
import json
import sys
import time
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from weiting.core import clock
from weiting.fediverse import signing

# Every so many-th signature is checked: the server shares the machine with what is measured.
SAMPLE = 20


class Seen:
    """What has arrived: when first, how often, and whether its signature is right."""

    def __init__(self) -> None:
        self.public: RSAPublicKey | None = None
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.first: dict[str, float] = {}
        self.doubled = self.checked = self.wrong = self.count = 0

    def take(self, host: str, target: str, headers: dict[str, str], body: bytes) -> None:
        """Count one call, and check the signature of some."""
        key = f"{host}{target} {json.loads(body)['id']}"
        self.count += 1
        if key in self.first:
            self.doubled += 1
            return
        self.first[key] = time.time()
        if self.public is not None and self.count % SAMPLE == 0:
            self.checked += 1
            asked = signing.Asked("POST", f"http://{host}{target}", headers, body)
            try:
                signing.read(asked, clock.now()).check(self.public)
            except signing.Unsigned:
                self.wrong += 1

    def report(self) -> dict[str, Any]:
        """Return all of it."""
        return {
            "times": sorted(self.first.values()), "doubled": self.doubled, "checked": self.checked, "wrong": self.wrong
        }  # fmt: skip


class Local(asyncio.Protocol):
    """A connection to any address of the loopback network; one to any other is closed at once."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        if not str(transport.get_extra_info("sockname")[0]).startswith("127."):
            transport.close()


class Inbox(Local):
    """One connection; just enough HTTP to be called by a client that is not hostile."""

    def __init__(self, seen: Seen) -> None:
        self.seen, self.waiting = seen, b""

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while b"\r\n\r\n" in self.waiting:
            head, _blank, rest = self.waiting.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = {n.strip().lower(): v.strip() for n, _c, v in (line.partition(":") for line in lines)}
            length = int(headers.get("content-length", 0))
            if len(rest) < length:
                return
            self.waiting = rest[length:]
            _method, target, _version = first.split(" ")
            self.transport.write(self.answer(target, headers, rest[:length]))

    def answer(self, target: str, headers: dict[str, str], body: bytes) -> bytes:
        """Take an activity, or do what the measurement asks."""
        said, status = b"", b"202 Accepted"
        if target == "/_report":
            said, status = json.dumps(self.seen.report()).encode(), b"200 OK"
        elif target == "/_count":
            said, status = b"%d" % len(self.seen.first), b"200 OK"
        elif target == "/_forget":
            self.seen.forget()
            found = serialization.load_pem_public_key(body)
            self.seen.public = found if isinstance(found, RSAPublicKey) else None
        else:
            self.seen.take(headers["host"], target, headers, body)
        return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(said), said)


class Silence(Local):
    """A connection that is taken and never answered."""


async def serve(port: int, silent: int) -> None:
    """Serve until killed."""
    loop, seen = asyncio.get_running_loop(), Seen()
    await loop.create_server(lambda: Inbox(seen), "0.0.0.0", port, backlog=2048)  # noqa: S104 - loopback only, see above
    await loop.create_server(Silence, "0.0.0.0", silent, backlog=2048)  # noqa: S104 - loopback only, see above
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
