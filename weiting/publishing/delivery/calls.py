"""The calls of a worker: many at once, of one kind of channel only its share, and the next begun the moment one ends.

More is taken on than is called at once, so that no thread waits while the ends of earlier calls are being written.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Generic, Self, TypeVar

Job = TypeVar("Job")
End = TypeVar("End")
# How many are taken on for each that is called.
AHEAD = 2
# The part of its share below which a kind that had all of it takes more: many small handfuls cost more than they carry.
REOPEN = 0.6


class Calls(Generic[Job, End]):
    """Runs `make` for jobs in at most `most` threads; `of_a_kind` is the share of them that one kind may have."""

    def __init__(
        self, make: Callable[[Job], End], most: int, of_a_kind: float, wake: Callable[[], None]
    ) -> None:
        self._make, self._most, self._wake = make, most, wake
        self._share = max(1, int(most * of_a_kind))
        self._lock = threading.Lock()
        self._ready: dict[str, deque[Job]] = {}
        self._running: Counter[str] = Counter()
        self._open: Counter[str] = Counter()
        self._begun: dict[int, Job] = {}
        self._ended: list[tuple[Job, End | Exception]] = []
        self._full: set[str] = set()
        # How many were taken on so far.
        self.made = 0
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="delivery")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()

    def add(self, jobs: Sequence[tuple[str, Job]]) -> None:
        """Take on jobs, each with its kind of channel."""
        with self._lock:
            self.made += len(jobs)
            for kind, job in jobs:
                self._ready.setdefault(kind, deque()).append(job)
                self._open[kind] += 1
                if self._open[kind] >= AHEAD * self._share:
                    self._full.add(kind)
            idle = self._most - self._running.total()
        for _n in range(min(idle, len(jobs))):
            self._pool.submit(self._work)

    def drop(self) -> list[Job]:
        """Give up the jobs that have not been begun, and return them."""
        with self._lock:
            dropped = [job for waiting in self._ready.values() for job in waiting]
            for kind, waiting in self._ready.items():
                self._open[kind] -= len(waiting)
                waiting.clear()
            return dropped

    def take_ended(self) -> list[tuple[Job, End | Exception]]:
        """Return the jobs that have ended since the last time, with what came of them or our own fault."""
        with self._lock:
            ended, self._ended = self._ended, []
            return ended

    @property
    def ended(self) -> int:
        """How many have ended and are not taken yet."""
        return len(self._ended)

    @property
    def under_way(self) -> int:
        """How many wait for a thread, are called, or have ended and are not taken yet."""
        with self._lock:
            return self._open.total() + len(self._ended)

    @property
    def begun(self) -> list[Job]:
        """The jobs that are being called, or have ended and are not taken yet."""
        with self._lock:
            return [*self._begun.values(), *(job for job, _end in self._ended)]

    @property
    def room(self) -> int:
        """How many more are taken on, so that whatever kind they are of, it gets no more than its share; 0 while there
        is enough to do and only few could be added."""
        with self._lock:
            waits = any(self._ready.values())
            most_open = max((n for kind, n in self._open.items() if kind not in self._full), default=0)
            room = min(AHEAD * self._most - self._open.total(), AHEAD * self._share - most_open)
            return room if room >= (self._most // 4 if waits else 1) else 0

    @property
    def full(self) -> frozenset[str]:
        """The kinds that have their share."""
        with self._lock:
            return frozenset(self._full)

    def _work(self) -> None:
        """Make calls as long as there are any a thread may be given to."""
        while (found := self._next()) is not None:
            kind, job = found
            end: End | Exception
            try:
                end = self._make(job)
            except Exception as error:
                end = error
            with self._lock:
                self._running[kind] -= 1
                self._open[kind] -= 1
                if self._open[kind] < AHEAD * self._share * REOPEN:
                    self._full.discard(kind)
                self._begun.pop(id(job), None)
                self._ended.append((job, end))
            self._wake()

    def _next(self) -> tuple[str, Job] | None:
        with self._lock:
            for kind, waiting in self._ready.items():
                if waiting and self._running[kind] < self._share:
                    self._running[kind] += 1
                    # The kind that was served goes to the end of the queue.
                    self._ready[kind] = self._ready.pop(kind)
                    job = waiting.popleft()
                    self._begun[id(job)] = job
                    return kind, job
        return None
