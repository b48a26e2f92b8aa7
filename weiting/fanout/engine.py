"""The worker of copies: takes hosts, calls each for a few copies at once, writes the ends in groups.

A host that has not answered lately is tried with one copy, and such hosts never get more than half of the calls; a call
that hangs stops counting after a moment. So dead hosts delay nobody else.
"""

import logging
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction

from weiting import jobs
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.fanout import postmen
from weiting.fanout.actions import rows
from weiting.fanout.actions.rows import Claimed, Settled, Want
from weiting.fanout.actions.spreading import TAG
from weiting.fanout.calling import Patience, call
from weiting.fanout.flow import CopyState
from weiting.fanout.wires import Wires
from weiting.jobs import holders

logger = logging.getLogger(__name__)

# So many items are kept ready for the next call, and so many seconds: what they are signed with may change.
MOST_ITEMS, PACKED_FOR = 300, 60.0
# Calls that are under way for so many leases are nobody's any more.
HELD_MOST = 6


@dataclass(frozen=True)
class Pace:
    """How much a worker does at once: `calls` that are answered in time, and at most `threads` with those that hang.

    `lease` is longer than a call takes; what takes longer is held on while it is under way. `hangs` is when a call no
    longer counts among the `calls`.
    """

    calls: int = 48
    threads: int = 320
    lease: timedelta = timedelta(seconds=120)
    hangs: float = 1.0
    look_every: float = 1.0
    patience: Patience = field(default_factory=Patience)


@dataclass
class Batch:
    """The copies of one host that are under way."""

    kind: str
    is_warm: bool
    left: int
    done: list[Settled] = field(default_factory=list)
    since: float = field(default_factory=time.monotonic)


class Engine:
    """One worker. `run` works until `stop`; several may run on one machine or on many."""

    def __init__(
        self, wire: Wire | Wires, pace: Pace | None = None, kinds: Sequence[str] | None = None
    ) -> None:
        self.wire, self.pace = wire, pace or Pace()
        self.kinds = list(kinds) if kinds is not None else postmen.kinds()
        self.holder = holders.myself()
        self._calls: dict[Future[Settled], tuple[Claimed, float]] = {}
        self._batches: dict[int, Batch] = {}
        self._items: dict[int, tuple[Any, float]] = {}
        self._unwritten: list[tuple[str, list[Settled]]] = []
        self._ended: deque[Future[Settled]] = deque()
        self._wake, self._stopping = threading.Event(), threading.Event()
        # Taken, and not called yet.
        self._claimed: list[Claimed] = []
        self._looked_at = self._renewed_at = 0.0

    def stop(self) -> None:
        """Take nothing more; `run` returns when the calls under way have ended and are written."""
        self._stopping.set()
        self._wake.set()

    def run(self, *, until_idle: bool = False) -> int:
        """Work until stopped, or until nothing is due and nothing under way; return how many calls were made."""
        listener = jobs.listen(self._hear, self._wake.set)
        made = 0
        try:
            with ThreadPoolExecutor(self.pace.threads, thread_name_prefix="copies") as pool:
                while not self._stopping.is_set() or self._calls or self._unwritten or self._claimed:
                    try:
                        self._write()
                        self._rescue()
                        self._renew()
                        taken = self._take()
                    except (OperationalError, InterfaceError) as error:
                        logger.warning("The database is away; copies under way go on: %s", str(error).strip())
                        with suppress(Exception):
                            connection.close()
                        time.sleep(0.2)
                        continue
                    for each in taken:
                        self._begin(pool, each)
                    made += len(taken)
                    if not taken:
                        if until_idle and not self._calls and not self._unwritten and not self._is_due():
                            break
                        self._wake.wait(self._pause())
                        self._wake.clear()
        finally:
            listener.stop()
            close_old_connections()
        return made

    def _hear(self, tags: frozenset[str]) -> None:
        if TAG in tags:
            self._wake.set()

    def _is_due(self) -> bool:
        due = rows.next_due()
        return due is not None and due <= clock.now()

    def _pause(self) -> float:
        """Return for how long nothing has to be done: calls that hang make room when they stop counting."""
        if not self._calls:
            return self.pace.look_every
        return min(self.pace.look_every, self.pace.hangs / 4)

    def _rescue(self) -> None:
        """Give back now and then what workers of this machine held that surely are no more."""
        if time.monotonic() - self._looked_at < self.pace.look_every:
            return
        self._looked_at = time.monotonic()
        dead = holders.dead(rows.holders())
        if dead:
            rows.expire(dead)

    def _renew(self) -> None:
        """Hold on the hosts whose calls take long."""
        now = time.monotonic()
        if now - self._renewed_at < self.pace.lease.total_seconds() / 3:
            return
        self._renewed_at, longest = now, HELD_MOST * self.pace.lease.total_seconds()
        held = [host for host, batch in self._batches.items() if now - batch.since < longest]
        if held:
            rows.renew(self.holder, held, self.pace.lease)

    # --- taking ---------------------------------------------------------------------------------------------

    def _take(self) -> list[Claimed]:
        """Take copies and make them ready. What was taken before the database went away is kept: a letter that is not
        called would stay in doubt."""
        if not self._claimed and not self._stopping.is_set():
            self._claim()
        self._pack(self._claimed)
        found, self._claimed = self._claimed, []
        return found

    def _claim(self) -> None:
        for is_warm in (True, False):
            for kind in self.kinds:
                postman = postmen.postman_of(kind)
                free = self._free(kind, postman.at_once, is_warm, len(self._claimed))
                if free <= 0:
                    continue
                per_host = max(1, min(postman.at_host, free)) if is_warm else 1
                hosts = max(1, free // per_host)
                want = Want(kind, postman.repeats, is_warm, hosts, per_host, tuple(self._batches))
                taken = rows.claim(self.holder, want, self.pace.lease)
                self._note(kind, is_warm, taken)
                self._claimed += taken

    def _free(self, kind: str, at_once: int, is_warm: bool, taken: int) -> int:
        """Return how many calls may begin: all in all, of the kind, and of hosts that may not answer."""
        now = time.monotonic()
        counts: Counter[str] = Counter()
        for claimed, began in self._calls.values():
            if now - began < self.pace.hangs:
                batch = self._batches[claimed.host_id]
                counts["all"] += 1
                counts["cold"] += not batch.is_warm
                counts["kind"] += batch.kind == kind
        free = [
            self.pace.threads - len(self._calls) - taken,
            self.pace.calls - counts["all"] - taken,
            at_once - counts["kind"],
        ]
        if not is_warm:
            free.append(self.pace.calls // 2 - counts["cold"])
        return min(free)

    def _note(self, kind: str, is_warm: bool, taken: Sequence[Claimed]) -> None:
        for host, count in Counter(each.host_id for each in taken).items():
            self._batches[host] = Batch(kind, is_warm, count)

    def _pack(self, taken: Sequence[Claimed]) -> None:
        """Read and pack the items that are new here: ten thousand copies are packed once."""
        now = time.monotonic()
        ready = {pk for pk, (_packed, since) in self._items.items() if now - since < PACKED_FOR}
        missing = {each.item_id for each in taken} - ready
        if not missing:
            return
        if len(self._items) > MOST_ITEMS:
            kept = {claimed.item_id for claimed, _began in self._calls.values()}
            kept |= {each.item_id for each in taken}
            self._items = {pk: found for pk, found in self._items.items() if pk in kept}
        payloads = rows.payloads(missing)
        for each in taken:
            if each.item_id in missing:
                missing.discard(each.item_id)
                kind = self._batches[each.host_id].kind
                self._items[each.item_id] = _packed(kind, each.key, payloads[each.item_id]), now

    # --- calling --------------------------------------------------------------------------------------------

    def _begin(self, pool: ThreadPoolExecutor, claimed: Claimed) -> None:
        postman = postmen.postman_of(self._batches[claimed.host_id].kind)
        future = pool.submit(self._call, claimed, postman, self._items[claimed.item_id][0])
        self._calls[future] = claimed, time.monotonic()
        future.add_done_callback(self._end)

    def _call(self, claimed: Claimed, postman: postmen.Postman, packed: Any) -> Settled:
        if isinstance(packed, Exception):
            raise packed
        wire = self.wire.of(claimed.host) if isinstance(self.wire, Wires) else self.wire
        return call(claimed, postman, packed, wire, self.pace.patience)

    def _end(self, future: "Future[Settled]") -> None:
        self._ended.append(future)
        self._wake.set()

    # --- writing --------------------------------------------------------------------------------------------

    def _write(self) -> None:
        """Give back the hosts all of whose calls have ended; what cannot be written now is kept."""
        while self._ended:
            future = self._ended.popleft()
            claimed, _began = self._calls.pop(future)
            batch = self._batches[claimed.host_id]
            batch.done.append(self._result(claimed, future, batch.kind))
            batch.left -= 1
            if not batch.left:
                self._unwritten.append((batch.kind, self._batches.pop(claimed.host_id).done))
        if not self._unwritten:
            return
        try:
            self._settle(self._unwritten)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            self._write_apart()
        self._unwritten = []

    def _settle(self, ended: Sequence[tuple[str, list[Settled]]], *, told: bool = True) -> None:
        patience = self.pace.patience
        with transaction.atomic():
            done = [batch for _kind, batch in ended]
            rows.settle(self.holder, done, patience.hosts, patience.give_up)
            if told:
                self._tell_gone(ended)

    def _write_apart(self) -> None:
        """Write host by host, so that one that cannot be written, or of which an owner cannot be told, holds up no
        other."""
        while self._unwritten:
            kind, batch = self._unwritten[0]
            try:
                self._settle([(kind, batch)])
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:
                logger.exception(
                    "The end of copies for host %s cannot be written as it is", batch[0].claimed.host
                )
                try:
                    self._settle([(kind, batch)], told=False)
                except (OperationalError, InterfaceError):
                    raise
                except Exception:
                    failed = [self._failed(each.claimed, error, kind) for each in batch]
                    self._settle([(kind, failed)], told=False)
            self._unwritten.pop(0)

    def _tell_gone(self, ended: Sequence[tuple[str, list[Settled]]]) -> None:
        gone: dict[tuple[str, int], list[str]] = defaultdict(list)
        for kind, batch in ended:
            for each in batch:
                if each.is_gone:
                    gone[kind, each.claimed.item_id].append(each.claimed.target)
        payloads = rows.payloads({item for _kind, item in gone}) if gone else {}
        for (kind, item), targets in gone.items():
            postmen.postman_of(kind).gone(payloads.get(item, {}), targets)

    def _result(self, claimed: Claimed, future: "Future[Settled]", kind: str) -> Settled:
        error = future.exception()
        return future.result() if error is None else self._failed(claimed, error, kind)

    def _failed(self, claimed: Claimed, error: BaseException, kind: str) -> Settled:
        logger.error("A copy of %s failed by our own fault", claimed.key, exc_info=error)
        # Only the kind of fault: the rest is the log's.
        why = type(error).__name__
        if not postmen.postman_of(kind).repeats:
            return Settled(claimed, CopyState.IN_DOUBT, None, "fault", why)
        if claimed.attempt >= len(self.pace.patience.addresses):
            return Settled(claimed, CopyState.GAVE_UP, None, "fault", why)
        wait = timedelta(seconds=self.pace.patience.addresses[claimed.attempt - 1])
        return Settled(claimed, CopyState.WAITING, clock.now() + wait, "fault", why)


def _packed(kind: str, key: str, payload: dict[str, Any]) -> Any:
    try:
        return postmen.postman_of(kind).pack(payload)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        # Each copy hears of it by itself; the others of its host go on.
        logger.exception("Item %s cannot be packed", key)
        return error
