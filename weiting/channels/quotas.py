"""Counts what a platform limits, before it is called: in a table, so that several workers count as one.

A call that would go beyond is not made: it may be tried again when the next window of time opens. What the platform
itself says to be used up counts as used up. What may be called is said in the rules of each channel (`quotas`).
"""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from json import dumps, loads
from typing import Any

from django.db import Error, connection as database, transaction
from django.utils.translation import gettext as _, gettext_lazy

from weiting.channels.kept import Kept
from weiting.channels.models import Connection, Spend
from weiting.channels.ports import Refused, TryLater
from weiting.channels.rules import Quota, rules
from weiting.channels.wire import Reply, Wire
from weiting.core import clock

NAMES = {
    "posts": gettext_lazy("Texts"),
    "calls": gettext_lazy("Calls"),
    "address": gettext_lazy("Calls of this machine's address"),
    "mass": gettext_lazy("Mass sendings"),
}
PERIODS = {
    "hour": gettext_lazy("an hour"),
    "day": gettext_lazy("a day"),
    "month": gettext_lazy("a month"),
}
# How long to wait when the table cannot be reached: nothing has been called.
AGAIN = 5.0
# The longest a call is put off at once: a text that waits longer than a day is given up, not sent a month late.
LONGEST = timedelta(hours=25)
# By how much a platform's clock may differ from ours.
SKEW = timedelta(minutes=5)
# What is used up although nobody knows how much there was: until when, as this process was told.
TOLD = Kept()

SPEND = """
INSERT INTO channels_spend (connection_id, name, from_at, until_at, used, is_full, spent_by, last_at)
VALUES (%(line)s, %(name)s, %(from)s, %(until)s, 1, false, %(by)s::jsonb, %(now)s)
ON CONFLICT (connection_id, name, from_at) DO UPDATE
   SET used = channels_spend.used + 1, spent_by = channels_spend.spent_by || EXCLUDED.spent_by,
       last_at = EXCLUDED.last_at
 WHERE NOT channels_spend.is_full AND (%(most)s = 0 OR channels_spend.used < %(most)s)
   AND NOT (EXCLUDED.spent_by <> '[]' AND channels_spend.spent_by @> EXCLUDED.spent_by)
RETURNING 1
"""
KNOWN = """
SELECT 1 FROM channels_spend
 WHERE connection_id = %(line)s AND name = %(name)s AND until_at > %(now)s - interval '2 days'
   AND spent_by <> '[]' AND spent_by @> %(by)s::jsonb
"""
GIVE_BACK = """
UPDATE channels_spend SET used = greatest(used - 1, 0), spent_by = spent_by - %(key)s
 WHERE connection_id = %(line)s AND name = %(name)s AND from_at = %(from)s
"""
FILL = """
INSERT INTO channels_spend (connection_id, name, from_at, until_at, used, is_full, spent_by, last_at)
VALUES (%(line)s, %(name)s, %(from)s, %(until)s, 0, true, '[]', %(now)s)
ON CONFLICT (connection_id, name, from_at) DO UPDATE SET is_full = true
"""


@dataclass(frozen=True)
class Used:
    """How much of one quota is used now. `most` is 0 where only the platform knows; `is_full`: nothing is left."""

    key: str
    name: str
    period: str
    used: int
    most: int
    is_full: bool
    opens_at: datetime


@dataclass(frozen=True)
class Day:
    """A day in the plan of mass sendings: how many went out or are to, whether one more may, how many do not fit."""

    on: date
    used: int
    is_free: bool
    is_past: bool
    over: int = 0
    # The platform itself said that nothing is left.
    is_told: bool = False


def window(period: str, at: datetime) -> tuple[datetime, datetime]:
    """Return the hour, day or month of a moment on the clock of Shanghai: its first moment, and the next one's."""
    local = clock.local(at)
    if period == "hour":
        start = local.replace(minute=0, second=0, microsecond=0)
        return start, start + timedelta(hours=1)
    if period == "day":
        return clock.start_of(local.date()), clock.end_of(local.date())
    first = local.date().replace(day=1)
    return clock.start_of(first), clock.start_of((first + timedelta(days=31)).replace(day=1))


def quotas_for(kind: str, values: Mapping[str, Any]) -> list[Quota]:
    """List the quotas an account with these settings has; none for a kind without rules."""
    try:
        return [each for each in rules(kind).quotas if each.holds_for(values)]
    except KeyError:
        return []


def quota_of(connection: Connection) -> list[Used]:
    """List what is used of each quota of a connection in the present window, and when the next one opens.

    One that only the platform knows is listed when it said that nothing is left.
    """
    now = clock.now()
    windows = [(each, *window(each.period, now)) for each in quotas_for(connection.kind, connection.values)]
    rows = {
        (row.name, row.from_at): row
        for row in Spend.objects.filter(connection=connection, until_at__gt=now, from_at__lte=now)
    }
    found = []
    for each, opens, closes in windows:
        row = rows.get((each.name, opens))
        used, told = (row.used, row.is_full) if row else (0, False)
        is_full = told or bool(each.most and used >= each.most)
        if not each.most and not is_full:
            # Nothing is known of it.
            continue
        words = str(NAMES.get(each.name, each.name)), str(PERIODS[each.period])
        found.append(Used(each.name, *words, used, each.most, is_full, closes))
    return found


def mass_quota(connection: Connection) -> Quota | None:
    """Return the quota by which a connection's mass sendings are counted; None where it has none."""
    found = quotas_for(connection.kind, connection.values)
    return next((each for each in found if each.name == "mass"), None)


def mass_spent(connection: Connection, month: date) -> int:
    """Return how many mass sendings were counted in a month."""
    rows = _mass_rows(connection, month)
    return sum(row.used for row in rows)


def _mass_rows(connection: Connection, month: date) -> list[Spend]:
    start, end = window("month", clock.start_of(month.replace(day=1)))
    return list(Spend.objects.filter(connection=connection, name="mass", from_at__gte=start, from_at__lt=end))


def mass_plan(connection: Connection, month: date, planned: Mapping[date, int] | None = None) -> list[Day]:
    """Return the days of a month as mass sendings can be planned: what went out, where one more may, what is too many.

    `planned` says how many are to go out on a day already. Empty where the account has no such quota.
    """
    quota = mass_quota(connection)
    if quota is None:
        return []
    first = month.replace(day=1)
    start, end = window("month", clock.start_of(first))
    rows = _mass_rows(connection, month)
    days = [first + timedelta(days=n) for n in range((end - start).days)]
    asked = planned or {}
    if quota.period == "month":
        return _plan_of_month(quota, rows, days, asked)
    spent, today = {clock.local(row.from_at).date(): row for row in rows}, clock.today()
    found = []
    for day in days:
        row, wanted = spent.get(day), asked.get(day, 0)
        used, told = (row.used, row.is_full) if row else (0, False)
        left = 0 if told else max(quota.most - used, 0)
        is_free = day >= today and left > wanted
        found.append(Day(day, used + wanted, is_free, day < today, max(wanted - left, 0), told))
    return found


def _plan_of_month(quota: Quota, rows: list[Spend], days: list[date], asked: Mapping[date, int]) -> list[Day]:
    """What is planned earlier in the month comes first; what does not fit any more is too many."""
    told, today = any(row.is_full for row in rows), clock.today()
    left = 0 if told else max(quota.most - sum(row.used for row in rows), 0)
    after, found = left - sum(asked.values()), []
    for day in days:
        wanted = asked.get(day, 0)
        over = max(wanted - left, 0)
        left -= wanted - over
        found.append(Day(day, wanted, day >= today and after > 0, day < today, over, told))
    return found


def spend(
    line: int, quota: Quota, *, key: str = "", leave: int = 0, at: datetime | None = None
) -> datetime | None:
    """Count one call; return None, or when the next window opens if there is no room. Call it in a transaction.

    A sending that was counted under its `key` before is not counted again. `leave` keeps so many for others.
    """
    # The moment at which the whole call is counted: what is given back later is given back there.
    now = at or clock.now()
    opens, closes = window(quota.period, now)
    by = dumps([key] if key and quota.once_by else [])
    most = max(quota.most - leave, 1) if quota.most else 0
    given: dict[str, Any] = {
        "line": line,
        "name": quota.name,
        "from": opens,
        "until": closes,
        "by": by,
        "now": now,
        "most": most,
    }
    with database.cursor() as cursor:
        if by != "[]":
            cursor.execute(KNOWN, given)
            if cursor.fetchone():
                return None
        cursor.execute(SPEND, given)
        return None if cursor.fetchone() else closes


def give_back(line: int, quota: Quota, at: datetime, *, key: str = "") -> None:
    """Take back a count: the platform did not take what was counted."""
    with database.cursor() as cursor:
        opens, _closes = window(quota.period, at)
        cursor.execute(GIVE_BACK, {"line": line, "name": quota.name, "from": opens, "key": key})


def fill(line: int, quota: Quota, at: datetime) -> None:
    """Count a quota as used up: the platform said so to a call made then.

    Of the first minutes of a day or month it is not believed: by the platform's clock the one before may go on.
    """
    now = clock.now()
    opens, closes = window(quota.period, at)
    if closes <= now or (quota.period != "hour" and at - opens < SKEW):
        return
    TOLD.keep("full", (closes - now).total_seconds(), str(line), quota.name)
    with database.cursor() as cursor:
        cursor.execute(FILL, {"line": line, "name": quota.name, "from": opens, "until": closes, "now": now})


class Counter:
    """Counts for threads that have no connection to the database, on one that is closed when nothing waits.

    A worker calls from dozens of threads: a connection of its own for each would leave none for others.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="quotas")
        self._waiting, self._lock = 0, threading.Lock()

    def do(self, work: Callable[[], object]) -> None:
        """Do a piece of counting and wait for it; raises what it raises."""
        if database.connection is not None:
            work()
            return
        with self._lock:
            self._waiting += 1
        self._pool.submit(self._do, work).result()

    def _do(self, work: Callable[[], object]) -> None:
        try:
            work()
        finally:
            with self._lock:
                self._waiting -= 1
                is_last = self._waiting == 0
            if is_last:
                database.close()


COUNTER = Counter()


class Metered(Wire):
    """A wire of one connection that counts its calls, and makes none for which there is no room."""

    def __init__(self, wire: Wire, line: int, kind: str, quotas: list[Quota], leave: int = 0) -> None:
        self._wire, self._line, self._quotas, self._leave = wire, line, quotas, leave
        self._rules = rules(kind)

    def close(self) -> None:
        """Leave the wire open: it is another's."""

    def call(self, method: str, url: str, *, acts: bool, **given: Any) -> Reply:
        """Make a call that is counted first; raises as a wire does, and TryLater where a quota is used up."""
        counted = [each for each in self._quotas if each.counts(url.partition("?")[0])]
        key = next((_field(given, each.once_by) for each in counted if each.once_by), "")
        at = clock.now()
        self._count(counted, key, at)
        try:
            reply = self._wire.call(method, url, acts=acts, **given)
        except (TryLater, Refused):
            self._return(counted, at, key)
            raise
        if code := self._code(reply):
            self._learn(counted, code, at, key)
        return reply

    def _count(self, counted: list[Quota], key: str, at: datetime) -> None:
        if not any(each.most for each in counted):
            # Then no table is needed.
            if (told := next((each for each in counted if self._spend(each, key, at)), None)) is not None:
                raise full(told, window(told.period, clock.now())[1])
            return

        def work() -> None:
            with transaction.atomic():
                for each in counted:
                    if (closes := self._spend(each, key, at)) is not None:
                        raise full(each, closes)

        try:
            COUNTER.do(work)
        except Error as error:
            raise TryLater(AGAIN, "the quota cannot be counted now") from error

    def _spend(self, quota: Quota, key: str, at: datetime) -> datetime | None:
        if quota.most:
            return spend(self._line, quota, key=key, leave=self._leave, at=at)
        # Nothing to count up to: only what the platform said holds.
        return window(quota.period, clock.now())[1] if TOLD.get(str(self._line), quota.name) else None

    def _code(self, reply: Reply) -> str:
        name = str(self._rules.limits.get("code", ""))
        # Most answers are long and name no code.
        if not name or name.encode() not in reply.body:
            return ""
        said = reply.json()
        found = said.get(name) if isinstance(said, dict) else None
        return str(found) if found else ""

    def _learn(self, counted: list[Quota], code: str, at: datetime, key: str) -> None:
        known = self._rules.errors.get(code)
        told = [each for each in counted if code in each.codes]
        if told:
            self._write(told, lambda each: fill(self._line, each, at))
        if known is None or known.outcome != "in_doubt":
            self._return(counted, at, key)

    def _return(self, counted: list[Quota], at: datetime, key: str) -> None:
        spent = [each for each in counted if each.accepted_only]
        if spent:
            self._write(spent, lambda each: give_back(self._line, each, at, key=key))

    def _write(self, which: list[Quota], write: Callable[[Quota], None]) -> None:
        def work() -> None:
            for each in which:
                write(each)

        # What could not be written is learnt anew: the platform will say the same again.
        with suppress(Error):
            COUNTER.do(work)


def metered(connection: Connection, wire: Wire, *, leave: int = 0) -> Wire:
    """Return a wire that counts the calls of a connection; the same wire where nothing is limited.

    `leave` keeps so many calls of a window for others.
    """
    found = quotas_for(connection.kind, connection.values)
    return Metered(wire, connection.pk, connection.kind, found, leave) if found else wire


def full(quota: Quota, opens_at: datetime) -> TryLater:
    """Return the error of a quota that is used up, in words."""
    wait = min(opens_at - clock.now(), LONGEST)
    local = clock.local(opens_at)
    said = _(
        "%(what)s: all that the platform allows in %(period)s are used up; there is room again at %(time)s."
    ) % {
        "what": NAMES.get(quota.name, quota.name),
        "period": PERIODS[quota.period],
        "time": f"{local:%m-%d %H:%M}",
    }
    return TryLater(max(wait.total_seconds(), 1.0), said, whole_account=True)


def _field(given: Mapping[str, Any], name: str) -> str:
    """Read a field of a request, whichever way it is sent."""
    content = given.get("content")
    try:
        said = loads(content) if isinstance(content, bytes) else given.get("json") or given.get("data") or {}
    except ValueError:
        return ""
    return str(said.get(name) or "") if isinstance(said, Mapping) else ""
