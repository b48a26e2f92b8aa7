"""Word of a change to every process of the hall, at the moment it is committed; carried by PostgreSQL's
NOTIFY.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import psycopg
from django.db import connection

CHANNEL = "weiting_changed"
# PostgreSQL takes fewer than 8000 bytes a message.
LIMIT = 7900
_QUIET = 20.0
_RETRY_AFTER = (0.1, 0.5, 1.0, 2.0, 5.0)

logger = logging.getLogger(__name__)


def announce(*tags: str) -> None:
    """Tell every listening process, once the running transaction commits, that what `tags` name has
    changed.
    """
    with connection.cursor() as cursor:
        for payload in _payloads(tags):
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def _payloads(tags: tuple[str, ...]) -> Iterator[str]:
    waiting: list[str] = []
    size = 0
    for tag in dict.fromkeys(tags):
        length = len(tag.encode()) + 1
        if not tag or len(tag.split()) != 1 or length > LIMIT:
            raise ValueError(f"{tag!r} is not a tag: write one word such as “posts” or “post:ID”.")
        if size + length > LIMIT:
            yield " ".join(waiting)
            waiting, size = [], 0
        waiting.append(tag)
        size += length
    if waiting:
        yield " ".join(waiting)


class Listener:
    """A thread that hears every announcement; `is_live` says whether it hears now."""

    def __init__(self, callback: Callable[[frozenset[str]], None], on_reset: Callable[[], None]) -> None:
        self._callback, self._on_reset = callback, on_reset
        self._live, self._stopping = threading.Event(), threading.Event()
        # Read in the starting thread: a test or a command may point Django at another database later.
        self._parameters = _connection_parameters()
        self._thread = threading.Thread(target=self._run, name="announcements", daemon=True)

    def start(self) -> "Listener":
        """Begin to listen and return at once."""
        self._thread.start()
        return self

    @property
    def is_live(self) -> bool:
        """Whether an announcement made now would be heard."""
        return self._live.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait until announcements are heard, at most `seconds`; say whether they are."""
        return self._live.wait(seconds)

    def stop(self) -> None:
        """Stop listening within a second or so."""
        self._stopping.set()

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                self._listen()
                failures = 0
            except psycopg.Error as error:
                failures = 1 if self._live.is_set() else failures + 1
                logger.warning("Announcements are not heard for the moment: %s", str(error).strip())
                self._lose()
                self._stopping.wait(_RETRY_AFTER[min(failures, len(_RETRY_AFTER)) - 1])
        self._lose()

    def _lose(self) -> None:
        # What was heard until now may be stale from here on: forget it before anybody relies on it.
        if self._live.is_set():
            self._live.clear()
            self._reset()

    def _listen(self) -> None:
        with psycopg.connect(**self._parameters, autocommit=True) as heard:
            heard.execute(f"LISTEN {CHANNEL}")
            # Whatever changed while nobody listened was not heard: begin from nothing.
            self._reset()
            self._live.set()
            while not self._stopping.is_set():
                for note in heard.notifies(timeout=1.0 if self._stopping.is_set() else _QUIET):
                    self._hear(frozenset(note.payload.split()))
                    if self._stopping.is_set():
                        return
                heard.execute("SELECT 1")  # A connection cut off without a word shows itself here.

    def _hear(self, tags: frozenset[str]) -> None:
        # One bad callback must not make this process deaf.
        try:
            self._callback(tags)
        except Exception:
            logger.exception("An announcement could not be worked on: %s", sorted(tags))
            self._reset()

    def _reset(self) -> None:
        with suppress(Exception):
            self._on_reset()


def listen(callback: Callable[[frozenset[str]], None], on_reset: Callable[[], None]) -> Listener:
    """Call `callback(tags)` in a thread of its own on every announcement from any process.

    `on_reset()` is called whenever something may have gone unheard: on the first connection, when
    it is lost, and when it is back.
    """
    return Listener(callback, on_reset).start()


def _connection_parameters() -> dict[str, Any]:
    found = connection.get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold"):
        found.pop(name, None)
    return {**found, "keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
