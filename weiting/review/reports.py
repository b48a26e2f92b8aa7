"""Where texts wait and how fast they pass: each report is one statement, grouped by the database [C11]."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.review import access
from weiting.units.access import units_for


@dataclass(frozen=True)
class Wait:
    """How texts of one unit wait at one step now."""

    unit_id: int
    unit: str
    step: str
    count: int
    median_minutes: float
    oldest_minutes: float
    oldest_at: datetime
    overdue: int


@dataclass(frozen=True)
class Speed:
    """How one step went in one unit over a time; skipped steps do not count."""

    unit_id: int
    unit: str
    step: str
    count: int
    median_minutes: float
    slowest_minutes: float
    in_time: int
    sent_back: int

    @property
    def share_in_time(self) -> float:
        """Return the share decided within the time allowed, 0 to 1."""
        return self.in_time / self.count if self.count else 0.0


@dataclass(frozen=True)
class DayLoad:
    """One day of review: how many steps came, how many were decided, and how many fall due."""

    day: date
    opened: int
    decided: int
    due: int


_WAITS = """
SELECT u.id, u.short_name, s.name, count(*),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM %(now)s - s.opened_at)) / 60,
       max(extract(epoch FROM %(now)s - s.opened_at)) / 60,
       min(s.opened_at), count(*) FILTER (WHERE s.due_at < %(now)s)
FROM review_step s JOIN review_round r ON r.id = s.round_id JOIN units_unit u ON u.id = r.unit_id
WHERE s.state = 'open' AND r.state = 'open' AND (%(all)s OR u.id = ANY(%(units)s))
GROUP BY u.id, u.short_name, s.name
ORDER BY min(s.opened_at), u.id, s.name
"""

_SPEED = """
SELECT u.id, u.short_name, s.name, count(*),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM s.closed_at - s.opened_at)) / 60,
       max(extract(epoch FROM s.closed_at - s.opened_at)) / 60,
       count(*) FILTER (WHERE s.closed_at <= s.due_at), count(*) FILTER (WHERE s.state = 'returned')
FROM review_step s JOIN review_round r ON r.id = s.round_id JOIN units_unit u ON u.id = r.unit_id
WHERE s.state IN ('approved', 'returned') AND s.closed_at >= %(first)s AND s.closed_at < %(last)s
  AND (%(all)s OR u.id = ANY(%(units)s))
GROUP BY u.id, u.short_name, s.name
ORDER BY 5 DESC, u.id, s.name
"""

_LOAD = """
SELECT day::date,
       count(*) FILTER (WHERE what = 'opened'), count(*) FILTER (WHERE what = 'decided'),
       count(*) FILTER (WHERE what = 'due')
FROM review_step s JOIN review_round r ON r.id = s.round_id
CROSS JOIN LATERAL (VALUES ('opened', s.opened_at), ('due', s.due_at),
    ('decided', CASE WHEN s.state IN ('approved', 'returned') THEN s.closed_at END)) AS v(what, at)
CROSS JOIN LATERAL (SELECT v.at AT TIME ZONE 'Asia/Shanghai') AS l(day)
WHERE v.at >= %(first)s AND v.at < %(last)s AND (%(all)s OR r.unit_id = ANY(%(units)s))
GROUP BY day::date ORDER BY day::date
"""


def _scope(person: Person | None) -> dict[str, Any]:
    """Return the units a reader may see a report of; nobody in particular means the whole hall."""
    if person is None:
        return {"all": True, "units": []}
    units = list(units_for(person, access.REPORT).values_list("pk", flat=True))
    return {"all": False, "units": units}


def where_texts_wait(person: Person | None = None) -> list[Wait]:
    """List by unit and step what waits for a verdict now, the longest wait first."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, {"now": clock.now(), **_scope(person)})
        return [
            Wait(pk, unit, step, count, float(median), float(oldest), oldest_at, overdue)
            for pk, unit, step, count, median, oldest, oldest_at, overdue in cursor.fetchall()
        ]


def speed(first: date, last: date, person: Person | None = None) -> list[Speed]:
    """List by unit and step how steps decided from `first` to `last` went, the slowest first."""
    times = {"first": clock.start_of(first), "last": clock.end_of(last)}
    with connection.cursor() as cursor:
        cursor.execute(_SPEED, {**times, **_scope(person)})
        return [
            Speed(pk, unit, step, count, float(median), float(slowest), in_time, sent_back)
            for pk, unit, step, count, median, slowest, in_time, sent_back in cursor.fetchall()
        ]


def load_by_day(first: date, last: date, person: Person | None = None) -> list[DayLoad]:
    """Count by day the steps that came, were decided and fall due; days without any are left out."""
    times = {"first": clock.start_of(first), "last": clock.end_of(last)}
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, {**times, **_scope(person)})
        return [DayLoad(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class AfterCount:
    """How the reviews after emergency texts stand."""

    total: int
    done: int
    done_in_time: int
    to_correct: int
    overdue: int


def after_counts(first: date, last: date) -> AfterCount:
    """Count the emergency texts approved from `first` to `last` and how their review afterwards went."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), count(after_done_at), count(*) FILTER (WHERE after_done_at <= after_due_at),
                   count(*) FILTER (WHERE after_outcome = 'correct'),
                   count(*) FILTER (WHERE after_done_at IS NULL AND after_due_at < %(now)s)
            FROM review_round
            WHERE after_due_at IS NOT NULL AND closed_at >= %(first)s AND closed_at < %(last)s
            """,
            {"now": clock.now(), "first": clock.start_of(first), "last": clock.end_of(last)},
        )
        return AfterCount(*cursor.fetchone())
