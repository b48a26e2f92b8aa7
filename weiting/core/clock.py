"""The one clock: everything that asks for the time asks here, so that a test can stop it."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")

_source: Callable[[], datetime] = timezone.now


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _source()


def local(moment: datetime) -> datetime:
    """Return the moment on the wall clock of Asia/Shanghai."""
    return moment.astimezone(SHANGHAI)


def today() -> date:
    """Return today's date in Asia/Shanghai."""
    return local(now()).date()


def start_of(day: date) -> datetime:
    """Return the first moment of a day in Asia/Shanghai."""
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)


def end_of(day: date) -> datetime:
    """Return the first moment after a day in Asia/Shanghai."""
    return start_of(day + timedelta(days=1))


def use(source: Callable[[], datetime] | None) -> None:
    """Replace the source of time (tests only); None puts the real one back."""
    global _source
    _source = source or timezone.now
