"""Answers who: spokespersons, who stands in for whom, who is on duty."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.units import access
from weiting.units.models import Membership, Shift, Substitution, Unit
from weiting.units.roles import Role


@dataclass(frozen=True)
class OnDuty:
    """Who answers now: the person, for whom they stand in, and whose roster says so."""

    person: Person
    shift: Shift
    stands_in_for: Person | None
    at_unit: Unit


def spokespersons(unit: Unit, *, public: bool = True) -> QuerySet[Membership]:
    """List a unit's spokespersons, leader first; in public only those who agreed to stand in the register."""
    found = access.current(Membership.objects.filter(unit=unit, role=Role.SPOKESPERSON))
    return (
        (found.filter(is_listed=True) if public else found)
        .select_related("person")
        .order_by("-is_lead", "pk")
    )


def roles_of(person: Person) -> list[Membership]:
    """List the roles a person holds today."""
    return access.memberships_of(person)


def past_roles(person: Person) -> QuerySet[Membership]:
    """List the roles a person held before: the history stays."""
    over = Membership.objects.filter(person=person, until_on__lt=clock.today())
    return over.select_related("unit").order_by("-until_on")


def people_for(person: Person) -> QuerySet[Membership]:
    """List the roles at the units whose team somebody may see, by unit and name."""
    found = Membership.objects.filter(access.reach_q(person, access.SEE_TEAM, "unit"))
    return (
        access.current(found).select_related("person", "unit").order_by("unit__path", "person__name", "role")
    )


def substitutions_at(at: datetime | None = None) -> QuerySet[Substitution]:
    """List the substitutions in force at a moment."""
    moment = at or clock.now()
    running = Q(ended_at__isnull=True) | Q(ended_at__gt=moment)
    found = Substitution.objects.filter(running, from_at__lte=moment, until_at__gt=moment)
    return found.select_related("person", "substitute").order_by("pk")


def substitute_of(person: Person, at: datetime | None = None) -> Person | None:
    """Return who acts for a person at a moment, or None."""
    found = substitutions_at(at).filter(person=person).first()
    return found.substitute if found else None


def standing_in_for(person: Person, at: datetime | None = None) -> list[Person]:
    """List the people somebody acts for at a moment."""
    return [found.person for found in substitutions_at(at).filter(substitute=person)]


def substitutions_of(person: Person) -> QuerySet[Substitution]:
    """List a person's running and coming absences."""
    found = Substitution.objects.filter(person=person, ended_at__isnull=True, until_at__gt=clock.now())
    return found.select_related("substitute").order_by("from_at")


def roster(unit: Unit, since: datetime, until: datetime) -> QuerySet[Shift]:
    """List the shifts of a unit that touch a time."""
    found = Shift.objects.filter(unit=unit, starts_at__lt=until, ends_at__gt=since)
    return found.select_related("person", "unit").order_by("starts_at", "pk")


def who_is_on_duty(unit: Unit, at: datetime | None = None) -> list[OnDuty]:
    """Say who is on duty for a unit: on its own roster, or else on that of the nearest unit above."""
    moment = at or clock.now()
    shifts = Shift.objects.filter(unit_id__in=unit.ancestor_ids, starts_at__lte=moment, ends_at__gt=moment)
    found = list(shifts.select_related("person", "unit").order_by("-unit__depth", "starts_at", "pk"))
    away = {each.person_id: each.substitute for each in substitutions_at(moment)}
    nearest = [shift for shift in found if shift.unit_id == found[0].unit_id]
    return [
        OnDuty(
            away.get(shift.person_id, shift.person),
            shift,
            shift.person if shift.person_id in away else None,
            shift.unit,
        )
        for shift in nearest
    ]


def last_hand_over(unit: Unit) -> Shift | None:
    """Return the latest shift with a note: what the next person reads first."""
    noted = Shift.objects.filter(unit=unit, noted_at__isnull=False)
    return noted.select_related("person").order_by("-noted_at").first()
