"""What adapters may remember between calls (tokens, addresses of uploaded pictures): small, safe among threads, lost at
a restart without harm."""

import threading
from collections import OrderedDict

from weiting.core import clock


class Kept:
    """At most `most` texts under their names, each until a moment; the one unused for longest goes first."""

    def __init__(self, most: int = 2000) -> None:
        self._most = most
        self._found: OrderedDict[tuple[str, ...], tuple[str, float]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, *name: str) -> str:
        """Return what is kept under a name and still holds, or ""."""
        with self._lock:
            value, until = self._found.get(name, ("", 0.0))
            if until <= clock.now().timestamp():
                self._found.pop(name, None)
                return ""
            self._found.move_to_end(name)
            return value

    def keep(self, value: str, seconds: float, *name: str) -> str:
        """Keep a text for so many seconds and return it."""
        with self._lock:
            self._found[name] = (value, clock.now().timestamp() + seconds)
            self._found.move_to_end(name)
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return value

    def forget(self, *name: str) -> None:
        """Forget what is kept under a name."""
        with self._lock:
            self._found.pop(name, None)
