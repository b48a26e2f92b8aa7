"""Gives people roles at units and ends them, and says who stands in for whom."""

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.accounts import actions as people
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.units import access
from weiting.units.checks import check_fields, check_open, invalid
from weiting.units.models import Membership, Scope, Substitution, Unit
from weiting.units.roles import Role

# Who checks the books keeps none: an auditor holds no other role where the audit reaches.
READS_ONLY = frozenset({Role.AUDITOR})


@action
def appoint(
    person: Person, unit: Unit, role: str, *, by: Person | None, scope: str = Scope.UNIT, title: str = "",
    is_listed: bool = False, is_lead: bool = False, from_on: date | None = None, until_on: date | None = None,
) -> Membership:  # fmt: skip
    """Give a person a role at a unit; raise Conflict when they hold it or may not hold both, or Invalid."""
    access.permit(by, access.APPOINT, unit)
    if by is not None and scope == Scope.SUBTREE and not access.reaches_below(by, access.APPOINT, unit):
        raise NotAllowed(
            _("You give roles at %(unit)s, but not for all below it. Let it reach this unit alone.")
            % {"unit": unit.short_name},
            code="reach",
        )
    check_open(unit)
    # The person's row is held, so that two appointments cannot each miss the other's.
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        raise Invalid(
            _("%(name)s no longer works here. Bring the sign-in back first.") % {"name": person.name}
        )
    start = from_on or clock.today()
    if until_on and until_on < start:
        raise invalid("until_on", _("The role would end before it begins. Choose a later day."))
    held = Membership(
        person=person, unit=unit, role=role, scope=scope, title=title.strip(),
        is_listed=is_listed, is_lead=is_lead, from_on=start, until_on=until_on,
    )  # fmt: skip
    check_fields(held, exclude=["person", "unit"])
    _check_duty_apart(held)
    held.save()
    audit.record(
        "units.person.appoint",
        by=by,
        subject=person,
        unit=unit,
        role=str(role),
        reach=str(scope),
        title=title,
    )
    jobs.announce("units", f"unit:{unit.pk}")
    return held


def _lasting(person: Person) -> list[Membership]:
    lasting = Q(until_on__isnull=True) | Q(until_on__gte=clock.today())
    return list(Membership.objects.filter(lasting, person=person).select_related("unit"))


def _check_duty_apart(new: Membership) -> None:
    """Raise Conflict when the role is held already, or when reading and writing would lie in one hand."""
    for held in _lasting(new.person):
        if (held.unit_id, held.role) == (new.unit_id, new.role) and _overlap(held, new):
            raise Conflict(
                _("%(name)s already is %(role)s here. End that first, or change it.")
                % {"name": new.person.name, "role": Role(new.role).label},
                code="appointed_twice",
            )
        apart = (held.role in READS_ONLY) != (new.role in READS_ONLY)
        if (
            apart
            and _overlap(held, new)
            and (access.reaches(held, new.unit) or access.reaches(new, held.unit))
        ):
            raise Conflict(
                _(
                    "An auditor may hold no other role where the audit reaches: %(name)s is %(role)s at %(unit)s."
                )
                % {"name": new.person.name, "role": Role(held.role).label, "unit": held.unit.short_name},
                code="duty_not_apart",
            )


def _overlap(one: Membership, other: Membership) -> bool:
    last = date.max
    return one.from_on <= (other.until_on or last) and other.from_on <= (one.until_on or last)


@action
def change_membership(
    membership: Membership, *, by: Person | None, title: str, is_listed: bool, is_lead: bool
) -> Membership:
    """Change the office held, whether the register shows it, and who leads; roles are ended and given, not changed."""
    access.permit(by, access.APPOINT, membership.unit)
    membership.title, membership.is_listed, membership.is_lead = title.strip(), is_listed, is_lead
    check_fields(membership, exclude=["person", "unit"])
    membership.save(update_fields=["title", "is_listed", "is_lead"])
    audit.record(
        "units.person.change", by=by, subject=membership.person, unit=membership.unit,
        role=membership.role, title=membership.title, listed=is_listed, lead=is_lead,
    )  # fmt: skip
    jobs.announce("units", f"unit:{membership.unit_id}")
    return membership


@action
def end_membership(membership: Membership, *, by: Person | None, on: date | None = None) -> Membership:
    """End a role, at once or after the day named; raise Conflict when the last administrator would go."""
    access.permit(by, access.APPOINT, membership.unit)
    membership = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("unit", "person")
        .get(pk=membership.pk)
    )
    last_day = on or clock.today() - timedelta(days=1)
    if membership.until_on and membership.until_on <= last_day:
        return membership
    _check_not_last(membership)
    membership.until_on = last_day
    membership.save(update_fields=["until_on"])
    access.forget(membership.person)
    audit.record(
        "units.person.end",
        by=by,
        subject=membership.person,
        unit=membership.unit,
        role=membership.role,
        until=last_day,
    )
    jobs.announce("units", f"unit:{membership.unit_id}")
    return membership


def _check_not_last(membership: Membership) -> None:
    """Raise Conflict if nobody could appoint anybody any more at a root."""
    if membership.role != Role.ADMINISTRATOR or membership.unit.depth > 0:
        return
    # Held: of two administrators who end each other at the same moment, the second must see the first gone.
    Unit.objects.select_for_update(no_key=True).only("pk").get(pk=membership.unit_id)
    roles = access.current(Membership.objects.filter(unit=membership.unit, role=Role.ADMINISTRATOR))
    if not roles.exclude(pk=membership.pk).exists():
        raise Conflict(
            _("This is the last administrator here. Appoint another one first."), code="last_administrator"
        )


@action
def bring_in(
    unit: Unit, *, by: Person | None, username: str, name: str, role: str, email: str = "", scope: str = Scope.UNIT,
    title: str = "", is_listed: bool = False,
) -> tuple[Person, str]:  # fmt: skip
    """Make a sign-in for a new colleague with a first role; returns the person and the password to hand over once."""
    access.permit(by, access.APPOINT, unit)
    person, password = people.create_person(username=username, name=name, email=email, by=by)
    appoint(person, unit, role, by=by, scope=scope, title=title, is_listed=is_listed)
    return person, password


@action
def let_go(person: Person, reason: str, *, by: Person | None) -> int:
    """End a person's sign-in and every role; returns how many roles ended. Raise NotAllowed unless one may at all."""
    _permit_sign_in(person, by)
    held = _lasting(person)
    for membership in held:
        end_membership(membership, by=by)
    people.deactivate_person(person, reason, by=by)
    return len(held)


@action
def give_back(person: Person, *, by: Person | None) -> Person:
    """Give an ended sign-in back, without its roles; raise NotAllowed unless one gave the roles last held."""
    _permit_sign_in(person, by)
    return people.reactivate_person(person, by=by)


@action
def renew_sign_in(person: Person, *, by: Person | None) -> str:
    """End every session of a person and make a new first password, which is returned to be handed over once.

    Raises NotAllowed unless one gives the roles this person holds: whoever sets a password can take a voice.
    """
    _permit_sign_in(person, by)
    return people.renew_credentials(person, by=by, new_password=True)


def _permit_sign_in(person: Person, by: Person | None) -> None:
    """Raise NotAllowed unless `by` administers the person; somebody who never held a role is any administrator's."""
    if by is None:
        return
    if by.pk == person.pk:
        raise Conflict(
            _("This cannot be done to your own sign-in. Ask another administrator."), code="oneself"
        )
    never_held = not Membership.objects.filter(person=person).exists()
    if not access.administers(by, person) and not (never_held and access.may_anywhere(by, access.APPOINT)):
        raise NotAllowed(
            _("Only the administrator of every unit where %(name)s holds a role may do this.")
            % {"name": person.name}
        )


@action
def name_substitute(
    person: Person,
    substitute: Person,
    from_at: datetime,
    until_at: datetime,
    *,
    by: Person | None,
    reason: str = "",
) -> Substitution:
    """Say who acts for a person while they are away; raise Invalid or Conflict when that cannot work."""
    _permit_substitute(person, by)
    list(Person.objects.select_for_update().filter(pk__in=[person.pk, substitute.pk]).order_by("pk"))
    if person.pk == substitute.pk:
        raise invalid("substitute", _("Nobody can stand in for themselves. Choose a colleague."))
    if until_at <= from_at or until_at <= clock.now():
        raise invalid("until_at", _("This time is over before it begins. Choose a later end."))
    if not substitute.is_active or not access.memberships_of(substitute):
        raise invalid(
            "substitute", _("%(name)s holds no role now. Choose somebody else.") % {"name": substitute.name}
        )
    then = Substitution.objects.filter(ended_at__isnull=True, from_at__lt=until_at, until_at__gt=from_at)
    if then.filter(person=person).exists():
        raise Conflict(
            _("Somebody already stands in for these days. End that first."), code="substituted_twice"
        )
    if then.filter(person=substitute).exists():
        raise Conflict(_("%(name)s is away then too. Choose somebody else.") % {"name": substitute.name})
    made = Substitution(
        person=person, substitute=substitute, from_at=from_at, until_at=until_at, reason=reason.strip()
    )
    check_fields(made, exclude=["person", "substitute"])
    made.save()
    audit.record(
        "units.substitute.name",
        by=by,
        subject=person,
        substitute=substitute.pk,
        since=from_at,
        until=until_at,
    )
    return made


@action
def end_substitution(substitution: Substitution, *, by: Person | None) -> Substitution:
    """End a substitution now: the person is back."""
    _permit_substitute(substitution.person, by)
    now = clock.now()
    if Substitution.objects.filter(pk=substitution.pk, ended_at__isnull=True).update(ended_at=now):
        substitution.ended_at = now
        audit.record(
            "units.substitute.end", by=by, subject=substitution.person, substitute=substitution.substitute_id
        )
    return substitution


def _permit_substitute(person: Person, by: Person | None) -> None:
    """Let the person themselves do it, or an administrator of every unit where they hold a role."""
    if by is None or by.pk == person.pk:
        return
    for membership in access.memberships_of(person):
        access.require(by, access.SUBSTITUTE, membership.unit)
    if not access.may_anywhere(by, access.SUBSTITUTE):
        raise NotAllowed(_("Only the person or their administrator may name a substitute."))
