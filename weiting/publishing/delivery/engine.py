"""The worker of deliveries: takes the heads of lines, calls in many threads, writes the ends in groups."""

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import Error, close_old_connections, connection

from weiting import jobs
from weiting.channels.models import Connection
from weiting.channels.ports import Receipt as Given, Words
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.jobs import holders
from weiting.publishing.actions import lines
from weiting.publishing.actions.lines import TAG, Claimed, Settled
from weiting.publishing.delivery.calling import Asked, Job, Patience, ask, call
from weiting.publishing.delivery.calls import Calls
from weiting.publishing.delivery.texts import words_of
from weiting.publishing.flow import DeliveryState
from weiting.publishing.models import Receipt, Release

logger = logging.getLogger(__name__)

# So many texts are kept ready for the next call.
MOST_WORDS = 500
# How long, in seconds, ends of calls are gathered at the most, so that a swarm of them is written at once.
GATHER = 0.012
# A release, a kind of channel, what is done with it there.
Wanted = tuple[int, str, str]


@dataclass(frozen=True)
class Pace:
    """How much a worker does at once.

    A line whose worker is silent for `lease` is another's, so no call is begun that could take longer than what is
    left of it: `longest`. `of_a_kind` is the share of the calls one kind of channel may have, so that a slow one leaves
    room for the others.
    """

    calls: int = 64
    of_a_kind: float = 0.6
    lease: timedelta = timedelta(seconds=150)
    longest: timedelta = timedelta(seconds=80)
    look_every: float = 1.0
    patience: Patience = field(default_factory=Patience)


class Engine:
    """One worker. `run` works until `stop`; several may run on one machine or on many."""

    def __init__(self, wire: Wire, pace: Pace | None = None) -> None:
        self.wire, self.pace = wire, pace or Pace()
        self.holder = holders.myself()
        self._words: dict[Wanted, Words] = {}
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._unwritten: list[Settled] = []
        self._looked_at = 0.0
        # Whether a claim may find anything that the last one did not.
        self._may_find = True

    def stop(self) -> None:
        """Take nothing more; `run` returns when the calls under way have ended and are written."""
        self._stopping.set()
        self._wake.set()

    def run(self, *, until_idle: bool = False) -> int:
        """Work until stopped, or until nothing is due and nothing under way; return how many calls were made."""
        listener = jobs.listen(self._hear, self._heard_nothing)
        made = 0
        try:
            with Calls(self._call, self.pace.calls, self.pace.of_a_kind, self._wake.set) as calls:
                while True:
                    if self._stopping.is_set():
                        self._unwritten += [_untouched(each.claimed) for each in calls.drop()]
                    try:
                        is_idle = not self._turn(calls)
                    except Error as error:
                        # What was answered is kept and written when the database is back.
                        logger.warning("The database is away; calls under way go on: %s", str(error).strip())
                        with suppress(Exception):
                            connection.close()
                        time.sleep(0.2)
                        continue
                    if is_idle and (self._stopping.is_set() or (until_idle and not self._is_due())):
                        break
                    self._wait(calls)
                made = calls.made
        finally:
            listener.stop()
            close_old_connections()
        return made

    def _turn(self, calls: "Calls[Job | Asked, Settled]") -> bool:
        """Write what has ended and take what is due; return whether anything is under way."""
        self._write(calls)
        if not self._stopping.is_set():
            calls.add(self._look(calls.room))
            calls.add(self._take(calls))
        return calls.under_way > 0

    def _hear(self, tags: frozenset[str]) -> None:
        if TAG in tags:
            self._may_find = True
            self._wake.set()

    def _heard_nothing(self) -> None:
        self._hear(frozenset({TAG}))

    def _is_due(self) -> bool:
        due = lines.next_due()
        return due is not None and due <= clock.now()

    def _wait(self, calls: "Calls[Job | Asked, Settled]") -> None:
        """Wait until a call ends, something is laid down, or it is time to look; ends that come in a swarm together."""
        self._wake.wait(self.pace.look_every)
        until = time.monotonic() + GATHER
        while 0 < calls.ended < calls.under_way // 2 and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, GATHER / 4))
        self._wake.clear()

    def _look(self, room: int) -> list[tuple[str, Job | Asked]]:
        """See now and then after what dead workers held, and take what is to be asked about."""
        if time.monotonic() - self._looked_at < self.pace.look_every:
            return []
        dead = holders.dead(lines.holders())
        if dead:
            lines.expire(dead)
        self._looked_at = time.monotonic()
        self._may_find = True
        # Half at the most: what waits to be sent is more urgent than what has been.
        claimed = lines.claim_accepted(room // 2 or 1, self.pace.lease) if room else []
        connections = Connection.objects.in_bulk([each.line for each in claimed])
        given = _given([each.id for each in claimed])
        return [
            (connections[each.line].kind, Asked(each, connections[each.line], given[each.id]))
            for each in claimed
        ]

    def _take(self, calls: "Calls[Job | Asked, Settled]") -> list[tuple[str, Job | Asked]]:
        room = calls.room
        if not room or not self._may_find:
            return []
        self._may_find = False
        claimed = lines.claim(self.holder, room, self.pace.lease, calls.full)
        # As many as asked for: there may be more.
        self._may_find |= len(claimed) == room
        return self._prepared(claimed) if claimed else []

    def _prepared(self, claimed: Sequence[Claimed]) -> list[tuple[str, Job | Asked]]:
        """Read what the calls need, in three queries for all of them."""
        connections = Connection.objects.in_bulk([each.line for each in claimed])
        self._read_words({(each.release_id, connections[each.line].kind, each.act) for each in claimed})
        given = _given([each.of_id for each in claimed if each.of_id is not None])
        found: list[tuple[str, Job | Asked]] = []
        for each in claimed:
            connection_, kind = connections[each.line], connections[each.line].kind
            words = self._words[each.release_id, kind, each.act]
            found.append((kind, Job(each, connection_, words, given.get(each.of_id or 0))))
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
        if clock.now() - job.claimed.claimed_at > self.pace.lease - self.pace.longest:
            return _untouched(job.claimed)
        if isinstance(job, Asked):
            return ask(job, self.wire, self.pace.patience)
        return call(job, self.wire, self.pace.patience)

    def _write(self, calls: "Calls[Job | Asked, Settled]") -> None:
        """Write the ends of the calls that have ended; what cannot be written now is kept."""
        for job, end in calls.take_ended():
            self._unwritten.append(end if isinstance(end, Settled) else self._fault(job.claimed, end))
        if self._unwritten:
            lines.settle(self.holder, self._unwritten)
            self._unwritten = []
            # Behind what has ended the next may wait.
            self._may_find = True

    def _fault(self, claimed: Claimed, error: Exception) -> Settled:
        logger.error("A call of delivery %s failed by our own fault", claimed.key, exc_info=error)
        return Settled(
            claimed,
            "accepted" if claimed.follows else "in_doubt",
            clock.now() + self.pace.patience.settle,
            "fault",
            f"{type(error).__name__}: {error}",
        )


def _untouched(claimed: Claimed) -> Settled:
    """Give a delivery back as it was taken: nothing was called for it."""
    state = DeliveryState.QUEUED if claimed.state == DeliveryState.SENDING else claimed.state
    return Settled(claimed, state, clock.now() if claimed.follows else None)


def _given(deliveries: Sequence[int]) -> dict[int, Given]:
    """Return the receipts of deliveries as adapters know them."""
    if not deliveries:
        return {}
    rows = Receipt.objects.filter(delivery__in=deliveries).select_related("delivery")
    return {
        row.delivery_id: Given(row.external_id, row.url, row.at, row.delivery.state != DeliveryState.ACCEPTED)
        for row in rows
    }
