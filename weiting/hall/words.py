"""The words people may have meant, kept ready for “did you mean”; made anew when units, columns or topics change."""

import threading
import time

from weiting.hall import queries
from weiting.text.search import Vocabulary

# Without an announcement (another process made no page yet, say) words are read again after this many seconds.
LONGEST = 300.0
_lock = threading.Lock()
_kept: tuple[float, Vocabulary] | None = None


def vocabulary() -> Vocabulary:
    """Return the words of this hall."""
    global _kept
    found = _kept
    if found is not None and time.monotonic() - found[0] < LONGEST:
        return found[1]
    with _lock:
        made = Vocabulary(queries.remit_words())
        _kept = (time.monotonic(), made)
        return made


def forget() -> None:
    """Read the words again when they are next needed."""
    global _kept
    _kept = None
