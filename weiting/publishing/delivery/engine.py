"""The worker of deliveries: takes the heads of lines, calls in many threads, writes the ends in groups."""

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.db import Error, InterfaceError, OperationalError, close_old_connections, connection

from weiting import jobs
from weiting.channels.models import Connection
from weiting.channels.ports import Receipt as Given, Words
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.jobs import holders
from weiting.publishing.actions import lines
from weiting.publishing.actions.lines import TAG, Claimed, Settled
from weiting.publishing.delivery.calling import Asked, Job, Patience, ask, call, fault
from weiting.publishing.delivery.calls import Calls
from weiting.publishing.delivery.texts import words_of
from weiting.publishing.flow import DeliveryState
from weiting.publishing.models import Receipt, Release

logger = logging.getLogger(__name__)

# So many texts are kept ready for the next call.
MOST_WORDS = 500
# How long, in seconds, ends of calls are gathered at the most, so that a swarm of them is written at once.
GATHER = 0.012
# Columns of a connection that no call needs; not reading them makes a delivery a few hundredths quicker.
LOOKED_AT = (
    "secrets_set", "state_reason", "authorised_at", "ended_at", "last_ok_at", "created_at", "created_by",
    "tested_at", "tested_code", "tested_need", "tested_why",
)  # fmt: skip
# A release, a kind of channel, what is done with it there.
Wanted = tuple[int, str, str]
# A call that is under way for so many leases is nobody's any more.
HELD_MOST = 6


@dataclass(frozen=True)
class Unread:
    """A claimed delivery whose text could not be read, by our own fault."""

    claimed: Claimed
    error: Exception


@dataclass(frozen=True)
class Pace:
    """How much a worker does at once.

    A line whose worker is silent for `lease` is another's, so no call is begun that could take longer than what is
    left of it: `longest`. What takes many calls takes longer: its line is held on while it is under way. `of_a_kind` is
    the share of the calls one kind of channel may have, so that a slow one leaves room for the others.
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
        # Taken, and not handed to the calls yet.
        self._claimed: list[Claimed] = []
        self._looked_at = self._renewed_at = 0.0
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
                        dropped = [*self._claimed, *(each.claimed for each in calls.drop())]
                        self._unwritten += [_untouched(each) for each in dropped]
                        self._claimed = []
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

    def _turn(self, calls: "Calls[Unread | Job | Asked, Settled]") -> bool:
        """Write what has ended and take what is due; return whether anything is under way."""
        self._write(calls)
        self._renew(calls)
        if not self._stopping.is_set():
            calls.add(self._look(calls.room))
            calls.add(self._take(calls))
        return calls.under_way > 0

    def _renew(self, calls: "Calls[Unread | Job | Asked, Settled]") -> None:
        """Hold the lines on whose calls take long, so that nobody asks about them or makes them once more."""
        if time.monotonic() - self._renewed_at < self.pace.lease.total_seconds() / 3:
            return
        since = clock.now() - HELD_MOST * self.pace.lease
        begun = [each.claimed for each in calls.begun if not each.claimed.follows]
        lines.renew(self.holder, [each.line for each in begun if each.claimed_at > since], self.pace.lease)
        self._renewed_at = time.monotonic()

    def _hear(self, tags: frozenset[str]) -> None:
        if TAG in tags:
            self._may_find = True
            self._wake.set()

    def _heard_nothing(self) -> None:
        self._hear(frozenset({TAG}))

    def _is_due(self) -> bool:
        due = lines.next_due()
        return due is not None and due <= clock.now()

    def _wait(self, calls: "Calls[Unread | Job | Asked, Settled]") -> None:
        """Wait until a call ends, something is laid down, or it is time to look; ends that come in a swarm together."""
        self._wake.wait(self.pace.look_every)
        until = time.monotonic() + GATHER
        while 0 < calls.ended < calls.under_way // 2 and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, GATHER / 4))
        self._wake.clear()

    def _look(self, room: int) -> list[tuple[str, Unread | Job | Asked]]:
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
        connections = _connections(claimed)
        given = _given([each.id for each in claimed])
        return [
            (connections[each.line].kind, Asked(each, connections[each.line], given[each.id]))
            for each in claimed
        ]

    def _take(self, calls: "Calls[Unread | Job | Asked, Settled]") -> list[tuple[str, Unread | Job | Asked]]:
        room = calls.room
        if room and self._may_find and not self._claimed:
            self._may_find = False
            mine = [each.claimed.line for each in calls.begun]
            self._claimed = lines.claim(self.holder, room, self.pace.lease, calls.full, mine)
            # As many as asked for: there may be more.
            self._may_find |= len(self._claimed) == room
        # What was taken before the database went away is called when it is back: nothing of it is in doubt.
        prepared = self._prepared(self._claimed) if self._claimed else []
        self._claimed = []
        return prepared

    def _prepared(self, claimed: Sequence[Claimed]) -> list[tuple[str, Unread | Job | Asked]]:
        """Read what the calls need, in three queries for all of them."""
        connections = _connections(claimed)
        failed = self._read_words(
            {(each.release_id, connections[each.line].kind, each.act) for each in claimed}
        )
        given = _given([each.of_id for each in claimed if each.of_id is not None])
        found: list[tuple[str, Unread | Job | Asked]] = []
        for each in claimed:
            connection_, kind = connections[each.line], connections[each.line].kind
            wanted = each.release_id, kind, each.act
            if wanted in failed:
                found.append((kind, Unread(each, failed[wanted])))
                continue
            found.append((kind, Job(each, connection_, self._words[wanted], given.get(each.of_id or 0))))
        return found

    def _read_words(self, wanted: set[Wanted]) -> dict[Wanted, Exception]:
        """Keep what releases say for a kind of channel: an alert to a thousand accounts is read once.

        Returns those that could not be read; the others go on.
        """
        failed: dict[Wanted, Exception] = {}
        missing = wanted - self._words.keys()
        if not missing:
            # Making a query that asks for nothing takes longer than a call.
            return failed
        if len(self._words) > MOST_WORDS:
            self._words = {key: self._words[key] for key in wanted - missing}
        rows = Release.objects.select_related("post__column", "revision", "correction", "issue")
        for release in rows.filter(pk__in={pk for pk, _kind, _act in missing}):
            for pk, kind, act in missing:
                if pk == release.pk:
                    try:
                        self._words[pk, kind, act] = words_of(release, kind, act)
                    except Error:
                        raise
                    except Exception as error:
                        failed[pk, kind, act] = error
        return failed

    def _call(self, job: Unread | Job | Asked) -> Settled:
        if clock.now() - job.claimed.claimed_at > self.pace.lease - self.pace.longest:
            return _untouched(job.claimed)
        if isinstance(job, Unread):
            raise job.error
        if isinstance(job, Asked):
            return ask(job, self.wire, self.pace.patience)
        if job.claimed.state == DeliveryState.SENDING:
            # How long it may be under way there counts from now.
            job = replace(job, claimed=replace(job.claimed, begun_at=clock.now()))
        return call(job, self.wire, self.pace.patience)

    def _write(self, calls: "Calls[Unread | Job | Asked, Settled]") -> None:
        """Write the ends of the calls that have ended; what cannot be written now is kept."""
        for job, end in calls.take_ended():
            self._unwritten.append(end if isinstance(end, Settled) else self._fault(job.claimed, end))
        if self._unwritten:
            try:
                lines.settle(self.holder, self._unwritten)
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                self._write_apart()
            self._unwritten = []
            # Behind what has ended the next may wait.
            self._may_find = True

    def _write_apart(self) -> None:
        """Write ends one by one, so that one that no table takes holds up no other; it is in doubt."""
        while self._unwritten:
            end = self._unwritten[0]
            try:
                lines.settle(self.holder, [end])
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:
                lines.settle(self.holder, [self._fault(end.claimed, error)])
            self._unwritten.pop(0)

    def _fault(self, claimed: Claimed, error: Exception) -> Settled:
        logger.error("A call of delivery %s failed by our own fault", claimed.key, exc_info=error)
        return fault(claimed, error, self.pace.patience)


def _untouched(claimed: Claimed) -> Settled:
    """Give a delivery back as it was taken: nothing was called for it."""
    state = DeliveryState.QUEUED if claimed.state == DeliveryState.SENDING else claimed.state
    return Settled(claimed, state, clock.now() if claimed.follows else None)


def _connections(claimed: Sequence[Claimed]) -> dict[int, Connection]:
    """Return the connections of deliveries as they are now, without what only people look at."""
    return Connection.objects.defer(*LOOKED_AT).in_bulk([each.line for each in claimed])


def _given(deliveries: Sequence[int]) -> dict[int, Given]:
    """Return the receipts of deliveries as adapters know them."""
    if not deliveries:
        return {}
    rows = Receipt.objects.filter(delivery__in=deliveries).select_related("delivery")
    return {
        row.delivery_id: Given(row.external_id, row.url, row.at, row.delivery.state != DeliveryState.ACCEPTED)
        for row in rows
    }
