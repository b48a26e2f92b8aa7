"""Working time: the calendar's days, and sums that hold for any moment and any span."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from weiting.core import clock
from weiting.core.worktime import BEGINS, DAY, ENDS, Calendar

# 2026: free from 1 to 7 October (a Thursday to a Wednesday), worked on Sunday 20 September and Saturday 10 October.
OCTOBER = Calendar(
    {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 9, 20): True, date(2026, 10, 10): True}
)


def at(text: str) -> datetime:
    """Return a moment on the wall clock of Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)


@pytest.mark.parametrize(
    ("begun", "minutes", "due"),
    [
        ("2026-11-20 09:30", 60, "2026-11-20 10:30"),
        ("2026-11-20 16:30", 60, "2026-11-20 17:30"),
        ("2026-11-20 16:30", 61, "2026-11-23 09:01"),
        ("2026-11-20 22:00", 30, "2026-11-23 09:30"),
        ("2026-11-20 06:00", 30, "2026-11-20 09:30"),
        ("2026-11-21 10:00", 30, "2026-11-23 09:30"),
        # Over the National Day holiday; the Saturday after it is worked.
        ("2026-09-30 17:00", 60, "2026-10-08 09:30"),
        ("2026-10-09 17:00", 60, "2026-10-10 09:30"),
        ("2026-09-19 12:00", 60, "2026-09-20 10:00"),
        ("2026-11-20 23:00", 0, "2026-11-20 23:00"),
    ],
)
def test_minutes_pass_only_while_people_work(begun: str, minutes: int, due: str) -> None:
    assert OCTOBER.add(at(begun), timedelta(minutes=minutes)) == at(due)


moments = st.datetimes(datetime(2026, 9, 1), datetime(2026, 12, 1)).map(
    lambda m: m.replace(tzinfo=clock.SHANGHAI, second=0, microsecond=0)
)
spans = st.integers(1, 60 * 40).map(lambda n: timedelta(minutes=n))


@given(moments, spans)
def test_between_begin_and_due_lies_exactly_the_time_allowed(begun: datetime, span: timedelta) -> None:
    due = OCTOBER.add(begun, span)
    assert OCTOBER.between(begun, due) == span
    assert due >= begun + span


@given(moments, spans)
def test_a_due_time_lies_in_working_time(begun: datetime, span: timedelta) -> None:
    due = clock.local(OCTOBER.add(begun, span))
    assert OCTOBER.is_worked(due.date()) and BEGINS < due.time() <= ENDS


@given(moments, spans, spans)
def test_two_spans_one_after_the_other_are_their_sum(begun: datetime, one: timedelta, two: timedelta) -> None:
    assert OCTOBER.add(OCTOBER.add(begun, one), two) == OCTOBER.add(begun, one + two)


@given(moments, moments, spans)
def test_who_begins_earlier_is_never_due_later(one: datetime, other: datetime, span: timedelta) -> None:
    early, late = sorted([one, other])
    assert OCTOBER.add(early, span) <= OCTOBER.add(late, span)


@given(moments, st.integers(1, 300))
def test_the_sum_agrees_with_counting_minute_by_minute(begun: datetime, minutes: int) -> None:
    now, left = begun, minutes
    while left:
        left -= OCTOBER.is_working(now)
        now += timedelta(minutes=1)
    assert OCTOBER.add(begun, timedelta(minutes=minutes)) == now


def test_a_working_day_is_as_long_as_it_says() -> None:
    assert OCTOBER.between(at("2026-11-20 00:00"), at("2026-11-21 00:00")) == DAY
    assert OCTOBER.between(at("2026-11-21 00:00"), at("2026-11-20 00:00")) == timedelta()


def test_a_calendar_without_a_working_day_is_refused() -> None:
    never = Calendar({date(2026, 11, 1) + timedelta(days=n): False for n in range(200)})
    with pytest.raises(ValueError, match="no day is worked"):
        never.add(at("2026-11-02 10:00"), timedelta(hours=1))
