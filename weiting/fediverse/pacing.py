"""How much one server may have us keep or answer in a while: counted in the memory of each web process."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

from weiting.core import clock

# The largest servers have something to say twice a second, seldom more.
MOST, WITHIN = 1200, timedelta(minutes=10)

_lock = threading.Lock()
_counts: Counter[str] = Counter()
_since = datetime(1970, 1, 1, tzinfo=UTC)


def is_too_often(host: str) -> bool:
    """Count one thing that a host has us keep or answer; say whether it was one too many."""
    global _since
    with _lock:
        now = clock.now()
        if abs(now - _since) >= WITHIN:
            _counts.clear()
            _since = now
        _counts[host] += 1
        return _counts[host] > MOST


def forget() -> None:
    """Begin to count anew (tests)."""
    with _lock:
        _counts.clear()
