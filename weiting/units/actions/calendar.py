"""Writes the city's own days of the working calendar, over those that come with the product."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core.actions import action
from weiting.core.errors import NotAllowed
from weiting.units import access
from weiting.units.checks import invalid
from weiting.units.models import CalendarDay, Unit
from weiting.units.queries.workdays import NamedDay


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
def forget_day(day: date, *, by: Person | None) -> None:
    """Take back what this city wrote of a day: it is again as it comes with the product. Raise NotAllowed."""
    _permit(by)
    if CalendarDay.objects.filter(day=day).delete()[0]:
        audit.record("units.calendar.save", by=by, days={day.isoformat(): "as shipped"}, sources=[])


def _permit(by: Person | None) -> None:
    """Let only who administers a whole tree do it: the calendar holds for every unit."""
    if by is None:
        return
    roots = Unit.objects.filter(parent__isnull=True)
    if not any(access.reaches_below(by, access.KEEP_CALENDAR, root) for root in roots):
        raise NotAllowed(
            _("The calendar holds for every unit, so the administrator of the whole city keeps it.")
        )
