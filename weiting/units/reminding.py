"""Reminds units of the deadline of their batch: before it, and each week after it, nobody twice for one day."""

from datetime import date

from weiting import notices
from weiting.core import clock
from weiting.units import access
from weiting.units.models import BatchUnit

# Days before the deadline at which a unit with something left is told.
DAYS_BEFORE = (14, 7, 3, 1, 0)
WEEK = 7


def is_due(days_left: int) -> bool:
    """Say whether a reminder is due so many days before the deadline (negative: after it)."""
    return days_left in DAYS_BEFORE or (days_left < 0 and -days_left % WEEK == 1)


def remind_batches(today: date | None = None) -> int:
    """Tell those who can tick steps at units with something left to do; returns how many units were reminded.

    Run twice on one day it tells nobody twice; a day on which no worker ran is left out, the next one follows.
    """
    day = today or clock.today()
    open_places = BatchUnit.objects.filter(finished_on__isnull=True, unit__closed_on__isnull=True)
    reminded = 0
    for place in open_places.select_related("batch", "unit").iterator():
        days_left = (place.batch.deadline_on - day).days
        if not is_due(days_left):
            continue
        notices.tell(
            access.holders(place.unit, access.RULES[access.TICK_BATCH]),
            "units.batch.late" if days_left < 0 else "units.batch.due",
            key=f"units.batch:{place.pk}:{day.isoformat()}",
            url=f"/desk/units/batches/{place.batch_id}/",
            batch=place.batch.name, unit=place.unit.short_name, deadline_on=place.batch.deadline_on,
            days=abs(days_left), left=len(place.batch.checklist) - len(place.done),
        )  # fmt: skip
        reminded += 1
    return reminded
