"""The addresses a worker holds while it sends, opened once: by reader, with what may not be sent any more.

Looked at again every few seconds, so that whoever has unsubscribed gets nothing more, also in the midst of a sending.
"""

import threading
import time
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q

from weiting.core.errors import DomainError
from weiting.subscriptions import addresses
from weiting.subscriptions.models import MOST_REFUSED, Act, Bulletin, Reader

FRESH = 5.0


@dataclass(frozen=True)
class Address:
    """Where to write to, and in which language."""

    to: str
    language: str


@dataclass
class Book:
    """Every address that may be written to; `ended` are bulletins that were withdrawn or replaced."""

    _found: dict[str, Address] = field(default_factory=dict)
    _ended: frozenset[int] = frozenset()
    _read_at: float = -FRESH
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def forget(self) -> None:
        """Forget every address (tests)."""
        self._found, self._ended, self._read_at = {}, frozenset(), -FRESH

    def read(self) -> None:
        """Take over who has come and who has gone; opens only what is new."""
        with self._lock:
            self._read()

    def address(self, reader: str) -> Address | None:
        """Return a reader's address; None for one who has left."""
        self._look()
        return self._found.get(reader)

    def has_ended(self, bulletin: int) -> bool:
        """Say whether a bulletin was corrected or withdrawn since it was laid down."""
        self._look()
        return bulletin in self._ended

    def _look(self) -> None:
        if time.monotonic() - self._read_at < FRESH or not self._lock.acquire(blocking=False):
            return
        try:
            self._read()
        finally:
            self._lock.release()
            # Threads that send hold no connection of their own.
            if threading.current_thread() is not threading.main_thread() and not connection.in_atomic_block:
                connection.close()

    def _read(self) -> None:
        rows = Reader.objects.filter(refused__lt=MOST_REFUSED)
        there = set(rows.values_list("public_id", flat=True))
        known = {name: found for name, found in self._found.items() if name in there}
        for row in rows.filter(public_id__in=there - known.keys()).iterator(2000):
            try:
                to = addresses.open_sealed(row.sealed_with, row.sealed, row.public_id)
            except DomainError:
                # The key is missing on this machine: another worker may have it.
                continue
            known[row.public_id] = Address(to, row.language)
        followed = Q(act__in=[Act.CORRECT, Act.WITHDRAW])
        rows_of = Bulletin.objects.filter(followed).order_by("-pk")[:500]
        self._ended = frozenset(_before(list(rows_of.values_list("pk", "of_id"))))
        self._found, self._read_at = known, time.monotonic()


def _before(following: list[tuple[int, int | None]]) -> set[int]:
    """Return every bulletin that another one has replaced: the first, and all of its family but the newest."""
    newest: dict[int, int] = {}
    for pk, first in following:
        if first is not None:
            newest[first] = max(newest.get(first, 0), pk)
    return set(newest) | {pk for pk, first in following if first and pk < newest[first]}


BOOK = Book()
