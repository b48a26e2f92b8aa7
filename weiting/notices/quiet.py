"""Quiet hours: when an e-mail may leave. Pure; the hours are on the wall clock of Shanghai and may cross midnight."""

from datetime import datetime, time, timedelta

from weiting.core import clock


def is_quiet(moment: datetime, start: time | None, end: time | None) -> bool:
    """Say whether a moment lies in the quiet hours; the end itself is no longer quiet."""
    if start is None or end is None or start == end:
        return False
    at = clock.local(moment).time()
    return start <= at < end if start < end else at >= start or at < end


def leaves_at(moment: datetime, start: time | None, end: time | None, *, urgent: bool = False) -> datetime:
    """Return when an e-mail may leave: at once, or at the end of the quiet hours; what is urgent does not wait."""
    if urgent or end is None or not is_quiet(moment, start, end):
        return moment
    local = clock.local(moment)
    until = datetime.combine(local.date(), end, tzinfo=clock.SHANGHAI)
    return until if until > local else until + timedelta(days=1)
