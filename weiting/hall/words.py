"""The words people may have meant, kept ready for “did you mean”; read again after units, columns or topics changed.

Much is announced that changes no word, and preparing all of them takes a second in a province. So the words are
read at most every few seconds, prepared only if they differ, by one reader, while the others go on with the old ones.
"""

import threading
import time
from dataclasses import dataclass

from weiting.hall import queries
from weiting.text.search import Vocabulary

# Seconds after which words are read again when none were announced, and before which they are not in any case.
LONGEST, SHORTEST = 300.0, 5.0
# Of a whole nation only so many are kept, those of the highest units first.
MOST = 60_000


@dataclass(frozen=True)
class _Kept:
    """The words as they were read at a moment, after so many announcements."""

    words: list[str]
    vocabulary: Vocabulary
    at: float
    heard: int


_lock = threading.Lock()
_kept: _Kept | None = None
_heard = 0


def vocabulary() -> Vocabulary:
    """Return the words of this hall."""
    found = _kept
    if found is None:
        with _lock:
            return (_kept or _read(None)).vocabulary
    age = time.monotonic() - found.at
    if (age > LONGEST or (found.heard != _heard and age > SHORTEST)) and _lock.acquire(blocking=False):
        try:
            return _read(found).vocabulary
        finally:
            _lock.release()
    return found.vocabulary


def _read(before: _Kept | None) -> _Kept:
    """Read the words, and prepare them if they are not the same as before."""
    global _kept
    # Counted first: what is announced while they are being read may not be among them.
    heard = _heard
    words = queries.remit_words(MOST)
    is_same = before is not None and before.words == words
    made = before.vocabulary if before is not None and is_same else Vocabulary(words)
    _kept = _Kept(words, made, time.monotonic(), heard)
    return _kept


def forget() -> None:
    """Read the words again when they are next needed, though not right after they were read."""
    global _heard
    _heard += 1


def clear() -> None:
    """Keep nothing (tests)."""
    global _kept
    _kept = None
