"""Keeps the duty roster: who is on when, and the note each hands to the next."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, NotAllowed
from weiting.units import access
from weiting.units.checks import check_open, invalid
from weiting.units.models import Shift, Unit

LONGEST_SHIFT = timedelta(hours=24)


@action
def plan_shift(
    unit: Unit, person: Person, starts_at: datetime, ends_at: datetime, *, by: Person | None
) -> Shift:
    """Put a person on duty for a time; raise Invalid for a bad time, Conflict when they are on duty then already."""
    access.permit(by, access.PLAN_DUTY, unit)
    check_open(unit)
    if ends_at <= starts_at:
        raise invalid("ends_at", _("The shift would end before it begins. Choose a later end."))
    if ends_at - starts_at > LONGEST_SHIFT:
        raise invalid(
            "ends_at", _("A shift lasts 24 hours at most. Plan two, with a hand-over between them.")
        )
    Person.objects.select_for_update().get(pk=person.pk)
    if not access.roles_at(person, unit):
        sentence = _("%(name)s holds no role at %(unit)s, so cannot be on duty there. Give a role first.")
        raise invalid("person", sentence % {"name": person.name, "unit": unit.short_name})
    then = Shift.objects.filter(person=person, starts_at__lt=ends_at, ends_at__gt=starts_at).select_related(
        "unit"
    )
    other = then.first()
    if other:
        sentence = _("%(name)s is on duty at %(unit)s then. Choose another time or person.")
        raise Conflict(sentence % {"name": person.name, "unit": other.unit.short_name}, code="on_duty_twice")
    shift = Shift.objects.create(unit=unit, person=person, starts_at=starts_at, ends_at=ends_at)
    audit.record(
        "units.shift.plan", by=by, subject=shift, unit=unit, person=person.pk, since=starts_at, until=ends_at
    )
    jobs.announce(f"unit:{unit.pk}")
    return shift


@action
def call_off_shift(shift: Shift, *, by: Person | None) -> None:
    """Take a shift that has not begun off the roster; raise Conflict once it has."""
    access.permit(by, access.PLAN_DUTY, shift.unit)
    if shift.starts_at <= clock.now():
        raise Conflict(
            _("This shift has begun, so it stays in the roster. Hand it over instead."), code="shift_begun"
        )
    audit.record("units.shift.call_off", by=by, subject=shift, unit=shift.unit, person=shift.person_id)
    jobs.announce(f"unit:{shift.unit_id}")
    shift.delete()


@action
def hand_over_shift(shift: Shift, note: str, *, by: Person | None) -> Shift:
    """Write what the next person on duty must know; raise Invalid without a note, NotAllowed for a stranger."""
    shift = Shift.objects.select_for_update(of=("self",)).select_related("unit", "person").get(pk=shift.pk)
    if by is not None and by.pk != shift.person_id and not access.may(by, access.PLAN_DUTY, shift.unit):
        raise NotAllowed(_("Only the person on duty, or whoever plans the roster, may hand this shift over."))
    if not note.strip():
        raise invalid("note", _("Write what the next person must know. “Nothing open” is a note too."))
    if shift.starts_at > clock.now():
        raise Conflict(
            _("This shift has not begun yet, so there is nothing to hand over."), code="shift_not_begun"
        )
    shift.note, shift.noted_at = note.strip(), clock.now()
    shift.save(update_fields=["note", "noted_at"])
    audit.record("units.shift.hand_over", by=by, subject=shift, unit=shift.unit, letters=len(shift.note))
    jobs.announce(f"unit:{shift.unit_id}")
    return shift
