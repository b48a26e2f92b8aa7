"""A postman for tests: what each address does is said beforehand, what it got is kept in memory."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, ClassVar

from weiting.channels.wire import Wire
from weiting.fanout.postmen import Letter

Does = Callable[[Letter], None]


class Fake:
    """Delivers into `got`; `does` maps a host or an address to something that may raise."""

    repeats = True
    at_host = 3
    at_once = 40
    does: ClassVar[dict[str, Does]] = {}
    got: ClassVar[list[tuple[str, str]]] = []
    dropped: ClassVar[list[str]] = []
    packed: ClassVar[list[str]] = []
    busy: ClassVar[dict[str, int]] = defaultdict(int)
    busiest: ClassVar[dict[str, int]] = defaultdict(int)
    _lock = threading.Lock()

    def pack(self, payload: dict[str, Any]) -> Any:
        Fake.packed.append(payload["text"])
        if payload["text"] == "broken":
            raise ValueError("this cannot be packed")
        return payload["text"]

    def deliver(self, packed: Any, letter: Letter, wire: Wire) -> None:
        with self._lock:
            Fake.busy[letter.host] += 1
            Fake.busiest[letter.host] = max(Fake.busiest[letter.host], Fake.busy[letter.host])
        try:
            time.sleep(0.002)
            for name in (letter.host, letter.target):
                if name in Fake.does:
                    Fake.does[name](letter)
            Fake.got.append((packed, letter.target))
        finally:
            with self._lock:
                Fake.busy[letter.host] -= 1

    def gone(self, payload: dict[str, Any], targets: list[str]) -> None:
        Fake.dropped.extend(targets)

    @classmethod
    def forget(cls) -> None:
        for each in (cls.does, cls.got, cls.dropped, cls.packed, cls.busy, cls.busiest):
            each.clear()


class Once(Fake):
    """The same, of a kind that may not be repeated."""

    repeats = False
