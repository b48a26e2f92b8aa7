"""Clients for hundreds of hosts: a few hosts share each, since a client looks at all its connections for every call."""

import threading
from typing import Self
from zlib import crc32

from weiting.channels.wire import ANSWER, Wire

CLIENTS = 64


class Wires:
    """As many clients as are needed; a host always has the same one. Closed by leaving its block."""

    def __init__(self, *, allow_private: bool = False, answer: float = ANSWER, connections: int = 64) -> None:
        self._private, self._answer, self._connections = allow_private, answer, connections
        self._made: dict[int, Wire] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        for each in self._made.values():
            each.close()

    def of(self, host: str) -> Wire:
        """Return the client by which a host is called."""
        number = crc32(host.encode()) % CLIENTS
        found = self._made.get(number)
        if found is not None:
            return found
        with self._lock:
            if number not in self._made:
                self._made[number] = Wire(
                    allow_private=self._private, answer=self._answer, connections=self._connections
                )
            return self._made[number]
