"""Writes the city's own days of the working calendar, over those that come with the product."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core.actions import action
from weiting.core.errors import NotAllowed
from weiting.units.checks import invalid
from weiting.units.models import CalendarDay
from weiting.units.queries.workdays import NamedDay, keeps_calendar


@action
def save_days(days: Iterable[NamedDay], *, by: Person | None) -> int:
    """Write days that are worked or free here; returns how many. Raise NotAllowed, or Invalid without a source.

    Due times given before stay as they are: nobody's deadline moves behind their back.
    """
    _permit(by)
    rows = list({each.day: each for each in days}.values())
    if any(not each.source.strip() for each in rows):
        raise invalid("source", _("Say where this is written: the notice and its address."))
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(
                day=each.day,
                is_worked=each.is_worked,
                name=each.name.strip()[:40],
                source=each.source.strip()[:200],
            )
            for each in rows
        ],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["is_worked", "name", "source"],
    )
    audit.record(
        "units.calendar.save",
        by=by,
        days={each.day.isoformat(): "work" if each.is_worked else "rest" for each in rows},
        sources=sorted({each.source.strip()[:200] for each in rows}),
    )
    return len(rows)


@action
def forget_days(days: Iterable[date], *, by: Person | None) -> int:
    """Take back what this city wrote of days: they are again as they come with the product. Returns how many.

    Raise NotAllowed.
    """
    _permit(by)
    own = CalendarDay.objects.filter(day__in=list(days)).order_by("day")
    taken = list(own.values_list("day", flat=True))
    if taken:
        own.delete()
        audit.record(
            "units.calendar.save", by=by, days={day.isoformat(): "as shipped" for day in taken}, sources=[]
        )
    return len(taken)


def _permit(by: Person | None) -> None:
    """Let only who administers a whole tree do it: the calendar holds for every unit."""
    if by is not None and not keeps_calendar(by):
        raise NotAllowed(
            _("The calendar holds for every unit, so the administrator of the whole city keeps it.")
        )
