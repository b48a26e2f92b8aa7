"""The worker of deliveries: takes the heads of lines, calls in many threads, writes the ends in groups."""

import logging
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import psutil
from django.db import Error, close_old_connections, connection

from weiting import jobs
from weiting.channels.models import Connection
from weiting.channels.ports import Receipt as Given, Words
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.publishing.actions import lines
from weiting.publishing.actions.lines import TAG, Claimed, Settled
from weiting.publishing.delivery.calling import Asked, Job, Patience, ask, call
from weiting.publishing.delivery.texts import words_of
from weiting.publishing.flow import DeliveryState
from weiting.publishing.models import Receipt, Release

logger = logging.getLogger(__name__)

# So many texts are kept ready for the next call.
MOST_WORDS = 500
# A release, a kind of channel, what is done with it there.
Wanted = tuple[int, str, str]


@dataclass(frozen=True)
class Pace:
    """How much a worker does at once.

    `lease` is longer than any call can take: a line whose worker is silent that long is another's. `of_a_kind` is the
    share of the calls one kind of channel may have, so that a slow one leaves room for the others.
    """

    calls: int = 48
    of_a_kind: float = 0.6
    lease: timedelta = timedelta(seconds=90)
    look_every: float = 1.0
    patience: Patience = field(default_factory=Patience)


class Engine:
    """One worker. `run` works until `stop`; several may run on one machine or on many."""

    def __init__(self, wire: Wire, pace: Pace | None = None) -> None:
        self.wire, self.pace = wire, pace or Pace()
        self.holder = _myself()
        self._calls: dict[Future[Settled], Claimed] = {}
        self._kinds: Counter[str] = Counter()
        self._kind_of: dict[int, str] = {}
        self._words: dict[Wanted, Words] = {}
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._unwritten: list[Settled] = []
        self._looked_at = 0.0

    def stop(self) -> None:
        """Take nothing more; `run` returns when the calls under way have ended and are written."""
        self._stopping.set()
        self._wake.set()

    def run(self, *, until_idle: bool = False) -> int:
        """Work until stopped, or until nothing is due and nothing under way; return how many calls were made."""
        listener = jobs.listen(self._hear, self._wake.set)
        made = 0
        try:
            with ThreadPoolExecutor(self.pace.calls, thread_name_prefix="delivery") as pool:
                while not (self._stopping.is_set() and not self._calls and not self._unwritten):
                    try:
                        self._write()
                        taken = self._look()
                        taken += self._take(len(taken))
                    except Error as error:
                        # What was answered is kept and written when the database is back.
                        logger.warning("The database is away; calls under way go on: %s", str(error).strip())
                        with suppress(Exception):
                            connection.close()
                        time.sleep(0.2)
                        continue
                    for each in taken:
                        self._calls[pool.submit(self._call, each)] = each.claimed
                    made += len(taken)
                    if (
                        until_idle
                        and not taken
                        and not self._calls
                        and not self._unwritten
                        and not self._is_due()
                    ):
                        break
                    if not taken:
                        self._wait()
        finally:
            listener.stop()
            close_old_connections()
        return made

    def _hear(self, tags: frozenset[str]) -> None:
        if TAG in tags:
            self._wake.set()

    def _is_due(self) -> bool:
        due = lines.next_due()
        return due is not None and due <= clock.now()

    def _wait(self) -> None:
        """Wait until a call ends, something is laid down, or it is time to look."""
        self._wake.wait(self.pace.look_every)
        self._wake.clear()

    def _look(self) -> list[Job | Asked]:
        """See now and then after what dead workers held, and take what is to be asked about."""
        if time.monotonic() - self._looked_at < self.pace.look_every:
            return []
        rescue()
        self._looked_at = time.monotonic()
        free = self._free()
        # Half at the most: what waits to be sent is more urgent than what has been.
        claimed = lines.claim_accepted(free // 2 or 1, self.pace.lease) if free else []
        connections = Connection.objects.in_bulk([each.line for each in claimed])
        given = _given([each.id for each in claimed])
        for each in claimed:
            self._count(each, connections[each.line].kind)
        return [Asked(each, connections[each.line], given[each.id]) for each in claimed]

    def _free(self) -> int:
        return 0 if self._stopping.is_set() else max(0, self.pace.calls - len(self._calls))

    def _count(self, claimed: Claimed, kind: str) -> None:
        self._kinds[kind] += 1
        self._kind_of[claimed.id] = kind

    def _take(self, taken: int) -> list[Job]:
        free = self._free() - taken
        if free <= 0:
            return []
        most = max(1, int(self.pace.calls * self.pace.of_a_kind))
        full = [kind for kind, n in self._kinds.items() if n >= most]
        claimed = lines.claim(self.holder, free, self.pace.lease, full)
        return self._prepared(claimed) if claimed else []

    def _prepared(self, claimed: Sequence[Claimed]) -> list[Job]:
        """Read what the calls need, in three queries for all of them."""
        connections = Connection.objects.in_bulk([each.line for each in claimed])
        self._read_words({(each.release_id, connections[each.line].kind, each.act) for each in claimed})
        given = _given([each.of_id for each in claimed if each.of_id is not None])
        found = []
        for each in claimed:
            kind = connections[each.line].kind
            self._count(each, kind)
            words = self._words[each.release_id, kind, each.act]
            found.append(Job(each, connections[each.line], words, given.get(each.of_id or 0)))
        return found

    def _read_words(self, wanted: set[Wanted]) -> None:
        """Keep what releases say for a kind of channel: an alert to a thousand accounts is read once."""
        missing = wanted - self._words.keys()
        if len(self._words) > MOST_WORDS:
            self._words = {key: self._words[key] for key in wanted - missing}
        rows = Release.objects.select_related("post__column", "revision", "correction", "issue")
        for release in rows.filter(pk__in={pk for pk, _kind, _act in missing}):
            for pk, kind, act in missing:
                if pk == release.pk:
                    self._words[pk, kind, act] = words_of(release, kind, act)

    def _call(self, job: Job | Asked) -> Settled:
        try:
            if isinstance(job, Asked):
                return ask(job, self.wire, self.pace.patience)
            return call(job, self.wire, self.pace.patience)
        finally:
            self._wake.set()

    def _write(self) -> None:
        """Write the ends of the calls that have ended; what cannot be written now is kept."""
        ended = [each for each in self._calls if each.done()]
        for each in ended:
            claimed = self._calls.pop(each)
            self._kinds[self._kind_of.pop(claimed.id)] -= 1
            error = each.exception()
            if error is None:
                self._unwritten.append(each.result())
            else:
                logger.error("A call of delivery %s failed by our own fault", claimed.key, exc_info=error)
                self._unwritten.append(
                    Settled(
                        claimed,
                        "accepted" if claimed.follows else "in_doubt",
                        clock.now() + self.pace.patience.settle,
                        "fault",
                        f"{type(error).__name__}: {error}",
                    )
                )
        if self._unwritten:
            lines.settle(self.holder, self._unwritten)
            self._unwritten = []


def _given(deliveries: Sequence[int]) -> dict[int, Given]:
    """Return the receipts of deliveries as adapters know them."""
    if not deliveries:
        return {}
    rows = Receipt.objects.filter(delivery__in=deliveries).select_related("delivery")
    return {
        row.delivery_id: Given(row.external_id, row.url, row.at, row.delivery.state != DeliveryState.ACCEPTED)
        for row in rows
    }


def _myself() -> str:
    me = psutil.Process()
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{int(me.create_time() * 1000)}"


def rescue() -> int:
    """Give back at once what workers of this machine held that surely are no more; return how many lines.

    Elsewhere the lease has to run out: from another machine nobody can know that a worker does not call any more.
    """
    here = socket.gethostname()[:40]
    dead = [each for each in lines.holders() if each.startswith(f"{here}:") and not _lives(each)]
    return lines.expire(dead) if dead else 0


def _lives(holder: str) -> bool:
    _host, pid, born = holder.rsplit(":", 2)
    try:
        return abs(psutil.Process(int(pid)).create_time() * 1000 - int(born)) < 1000
    except (psutil.NoSuchProcess, ValueError):
        return False
