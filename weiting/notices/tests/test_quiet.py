"""Quiet hours as properties: whatever the hours and the moment, mail leaves at the first moment it may."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given, strategies as st

from weiting.core import clock
from weiting.notices.quiet import is_quiet, leaves_at

times = st.times()
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))


@given(moments, times, times)
def test_mail_never_leaves_in_quiet_hours(moment: datetime, start: time, end: time) -> None:
    assert not is_quiet(leaves_at(moment, start, end), start, end)


@given(moments, times, times)
def test_mail_waits_less_than_a_day_and_never_goes_back(moment: datetime, start: time, end: time) -> None:
    assert timedelta(0) <= leaves_at(moment, start, end) - moment < timedelta(days=1)


@given(moments, times, times)
def test_outside_quiet_hours_mail_leaves_at_once(moment: datetime, start: time, end: time) -> None:
    if not is_quiet(moment, start, end):
        assert leaves_at(moment, start, end) == moment


@given(moments, times, times, st.floats(0, 1, exclude_max=True))
def test_every_moment_of_the_wait_is_quiet(moment: datetime, start: time, end: time, share: float) -> None:
    wait = leaves_at(moment, start, end) - moment
    if wait:
        assert is_quiet(moment + wait * share, start, end) or wait * share == wait


@given(moments, times, times)
def test_urgent_mail_does_not_wait(moment: datetime, start: time, end: time) -> None:
    assert leaves_at(moment, start, end, urgent=True) == moment


@given(moments)
def test_no_hours_mean_no_quiet(moment: datetime) -> None:
    assert leaves_at(moment, None, None) == moment
    assert leaves_at(moment, time(8), time(8)) == moment


def test_a_night_from_ten_to_seven() -> None:
    night = (time(22), time(7))
    late = datetime(2026, 11, 21, 23, 30, tzinfo=clock.SHANGHAI)
    assert leaves_at(late, *night) == datetime(2026, 11, 22, 7, tzinfo=clock.SHANGHAI)
    early = datetime(2026, 11, 21, 3, tzinfo=clock.SHANGHAI)
    assert leaves_at(early, *night) == datetime(2026, 11, 21, 7, tzinfo=clock.SHANGHAI)
    morning = datetime(2026, 11, 21, 7, tzinfo=clock.SHANGHAI)
    assert leaves_at(morning, *night) == morning
