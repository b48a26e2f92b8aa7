"""Brings units into the hall together: a batch with a deadline, a checklist, and each unit's progress."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _, gettext_lazy

from weiting import audit, jobs
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Invalid
from weiting.units import access
from weiting.units.checks import check_fields, invalid
from weiting.units.models import Batch, BatchUnit, Unit

# What 33 units had to do by the end of one August; a batch may bring its own list.
DEFAULT_STEPS = (
    gettext_lazy("Name an editor, a reviewer and a spokesperson"),
    gettext_lazy("Write down what the unit answers for"),
    gettext_lazy("File its accounts in the register"),
    gettext_lazy("Set seal, telephone and opening hours"),
    gettext_lazy("Train the team"),
    gettext_lazy("Publish the first post"),
)  # fmt: skip


@action
def start_batch(
    name: str,
    deadline: date,
    units: Iterable[Unit],
    checklist: Sequence[str] = (),
    *,
    by: Person | None,
    basis: str = "",
) -> Batch:
    """Start bringing units in by a deadline; raise Invalid without units, steps or time left."""
    chosen = list({unit.pk: unit for unit in units}.values())
    steps = list(dict.fromkeys(step.strip() for step in checklist if step.strip()))
    for unit in chosen:
        access.permit(by, access.RUN_BATCH, unit)
    if not chosen:
        raise invalid("units", _("Choose at least one unit to bring in."))
    if not steps:
        raise invalid("checklist", _("Write at least one step that every unit has to do."))
    if deadline < clock.today():
        raise invalid("deadline_on", _("This day has passed. Choose today or a later day."))
    batch = Batch(name=name.strip(), basis=basis.strip(), deadline_on=deadline, checklist=steps)
    check_fields(batch)
    batch.save()
    BatchUnit.objects.bulk_create([BatchUnit(batch=batch, unit=unit) for unit in chosen])
    audit.record(
        "units.batch.start", by=by, subject=batch, deadline=deadline, units=len(chosen), steps=len(steps)
    )
    jobs.announce("units")
    return batch


@action
def extend_batch(batch: Batch, deadline: date, *, by: Person | None, units: Iterable[Unit] = ()) -> Batch:
    """Move a batch's deadline and add units to it; raise Invalid for a day that has passed."""
    places = list(batch.places.select_related("unit"))
    more = [unit for unit in units if unit.pk not in {place.unit_id for place in places}]
    for unit in [*(place.unit for place in places), *more]:
        access.permit(by, access.RUN_BATCH, unit)
    if deadline < clock.today():
        raise invalid("deadline_on", _("This day has passed. Choose today or a later day."))
    batch.deadline_on = deadline
    batch.save(update_fields=["deadline_on"])
    BatchUnit.objects.bulk_create([BatchUnit(batch=batch, unit=unit) for unit in more], ignore_conflicts=True)
    audit.record("units.batch.extend", by=by, subject=batch, deadline=deadline, added=len(more))
    jobs.announce("units")
    return batch


@action
def tick_step(place: BatchUnit, step: int, *, by: Person | None, done: bool = True) -> BatchUnit:
    """Mark one step of a unit done (or not done after all); the last one finishes the unit. Raise Invalid."""
    place = BatchUnit.objects.select_for_update(of=("self",)).select_related("unit", "batch").get(pk=place.pk)
    access.permit(by, access.TICK_BATCH, place.unit)
    steps = place.batch.checklist
    if not 0 <= step < len(steps):
        raise Invalid(_("This list has no such step. Load the page again."), code="no_such_step")
    marks = {key: mark for key, mark in place.done.items() if key != str(step)}
    if done:
        marks[str(step)] = place.done.get(str(step)) or {
            "on": clock.today().isoformat(),
            "by": by.name if by else "",
        }
    if marks == place.done:
        return place
    place.done = marks
    place.finished_on = clock.today() if len(marks) == len(steps) else None
    place.save(update_fields=["done", "finished_on"])
    audit.record("units.batch.tick", by=by, subject=place.batch, unit=place.unit, step=steps[step], done=done)
    jobs.announce("units", f"unit:{place.unit_id}")
    return place
