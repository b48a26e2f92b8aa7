"""Says a moment the way people do: today 09:10, yesterday, 3 Nov; always with the full date behind it."""

from datetime import date, datetime, timedelta

from django.utils.dateformat import format as formatted
from django.utils.translation import gettext as _, pgettext

from weiting.core import clock


def _day(day: date) -> str:
    today = clock.today()
    near = {
        today: pgettext("date", "Today"),
        today - timedelta(days=1): pgettext("date", "Yesterday"),
        today + timedelta(days=1): pgettext("date", "Tomorrow"),
    }
    if day in near:
        return near[day]
    # Translators: Django's letters: j day, M short month, n month as a number, Y year.
    return formatted(day, pgettext("date format", "j M") if day.year == today.year else _long())


def _long() -> str:
    return pgettext("date format", "j M Y")


def _split(moment: datetime | date) -> tuple[date, str]:
    """Return the day and the hour on Shanghai's wall clock; a mere day has no hour."""
    if not isinstance(moment, datetime):
        return moment, ""
    at = clock.local(moment)
    return at.date(), at.strftime("%H:%M")


def phrase(moment: datetime | date, *, time: bool | None = None) -> str:
    """Return the short form; the hour is shown for today and tomorrow, or as `time` says."""
    day, hour = _split(moment)
    if time is None:
        time = day in (clock.today(), clock.today() + timedelta(days=1))
    return f"{_day(day)} {hour}" if hour and time else _day(day)


def full(moment: datetime | date) -> str:
    """Return the whole date, with the hour in Beijing time if there is one."""
    day, hour = _split(moment)
    said = formatted(day, _long())
    return _("%(date)s %(time)s (Beijing time)") % {"date": said, "time": hour} if hour else said


def machine(moment: datetime | date) -> str:
    """Return the value for the datetime attribute."""
    return (
        clock.local(moment).isoformat(timespec="seconds")
        if isinstance(moment, datetime)
        else moment.isoformat()
    )
