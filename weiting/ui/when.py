"""Says a moment the way people do: today 09:10, yesterday, 3 November; always with the full date behind it."""

from datetime import date, datetime, timedelta

from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _, pgettext

from weiting.core import clock


def _facts(day: date, at: datetime | None) -> dict[str, object]:
    return {
        "year": day.year,
        "month": day.month,
        "mon": MONTHS_3[day.month].title(),
        "day": day.day,
        "time": at.strftime("%H:%M") if at else "",
    }


def _day(day: date, facts: dict[str, object]) -> str:
    today = clock.today()
    near = {
        today: pgettext("date", "Today"),
        today - timedelta(days=1): pgettext("date", "Yesterday"),
        today + timedelta(days=1): pgettext("date", "Tomorrow"),
    }
    if day in near:
        return near[day]
    if day.year == today.year:
        return pgettext("date", "%(day)s %(mon)s") % facts
    return pgettext("date", "%(day)s %(mon)s %(year)s") % facts


def phrase(moment: datetime | date, *, time: bool | None = None) -> str:
    """Return the short form; the hour is shown for today and tomorrow, or as `time` says."""
    at = clock.local(moment) if isinstance(moment, datetime) else None
    day = at.date() if at else moment
    facts = _facts(day, at)
    said = _day(day, facts)
    shows_hour = day in (clock.today(), clock.today() + timedelta(days=1)) if time is None else time
    return (
        pgettext("date", "%(date)s %(time)s") % {"date": said, "time": facts["time"]}
        if at and shows_hour
        else said
    )


def full(moment: datetime | date) -> str:
    """Return the whole date, with the hour in Beijing time if there is one."""
    at = clock.local(moment) if isinstance(moment, datetime) else None
    facts = _facts(at.date() if at else moment, at)
    if at:
        return _("%(day)s %(mon)s %(year)s %(time)s (Beijing time)") % facts
    return pgettext("date", "%(day)s %(mon)s %(year)s") % facts


def machine(moment: datetime | date) -> str:
    """Return the value for the datetime attribute."""
    return (
        clock.local(moment).isoformat(timespec="seconds")
        if isinstance(moment, datetime)
        else moment.isoformat()
    )
