"""Who may do which verb where: the one table of rules, and the questions every action asks of it.

Each module declares its verbs in its own access.py with `rule("posts.write", Role.EDITOR, ...)`. A role
held at a unit counts there, and below it when its reach is the subtree.
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import NotAllowed, NotFound
from weiting.units.models import Membership, Scope, Substitution, Unit
from weiting.units.roles import Role

RULES: dict[str, frozenset[Role]] = {}


def rule(verb: str, *roles: Role) -> str:
    """Declare which roles may do a verb; returns the verb so that it can be named by a constant."""
    if verb in RULES:
        raise ValueError(f"{verb} is declared twice")
    RULES[verb] = frozenset(roles)
    return verb


def current(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """Keep the memberships in force today, of people who may sign in."""
    today = clock.today()
    return memberships.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=today),
        from_on__lte=today,
        person__is_active=True,
    )


def memberships_of(person: Person) -> list[Membership]:
    """List a person's memberships in force, with their units, read once per request's person object."""
    cached: list[Membership] | None = getattr(person, "_memberships_in_force", None)
    if cached is None:
        cached = list(current(Membership.objects.filter(person=person)).select_related("unit"))
        person._memberships_in_force = cached  # type: ignore[attr-defined]
    return cached


def acted_for(person: Person) -> dict[int, list[Membership]]:
    """Map a person, and everybody away in whose place they act now, to their memberships in force.

    Read once per request's person object, together with the person's own where those are not known yet.
    """
    known: dict[int, list[Membership]] | None = getattr(person, "_acted_for", None)
    if known is None:
        now = clock.now()
        away = Substitution.objects.filter(
            substitute=person, from_at__lte=now, until_at__gt=now, ended_at__isnull=True
        )
        wanted = Q(person__in=away.values("person"))
        if not hasattr(person, "_memberships_in_force"):
            wanted |= Q(person=person)
        known = {person.pk: []}
        for held in current(Membership.objects.filter(wanted)).select_related("unit"):
            known.setdefault(held.person_id, []).append(held)
        if not hasattr(person, "_memberships_in_force"):
            person._memberships_in_force = known[person.pk]  # type: ignore[attr-defined]
        known[person.pk] = memberships_of(person)
        person._acted_for = known  # type: ignore[attr-defined]
    return known


def reaches(membership: Membership, unit: Unit) -> bool:
    """Say whether a membership counts at a unit."""
    if membership.unit_id == unit.pk:
        return True
    return membership.scope == Scope.SUBTREE and unit.path.startswith(membership.unit.path)


def roles_at(person: Person, unit: Unit) -> frozenset[str]:
    """Return the roles a person holds at a unit."""
    return frozenset(m.role for m in memberships_of(person) if reaches(m, unit))


def may(person: Person | None, verb: str, unit: Unit) -> bool:
    """Say whether a person may do a verb at a unit."""
    if person is None or not person.is_active:
        return False
    return bool(roles_at(person, unit) & RULES[verb])


def may_anywhere(person: Person | None, verb: str) -> bool:
    """Say whether there is any unit at which a person may do a verb: it opens the door of a list page."""
    if person is None or not person.is_active:
        return False
    return any(m.role in RULES[verb] for m in memberships_of(person))


def require(person: Person, verb: str, unit: Unit, *, hidden: bool = False) -> None:
    """Raise NotAllowed (or NotFound where the person may not even know of it) unless allowed."""
    if may(person, verb, unit):
        return
    if hidden:
        raise NotFound(_("This page does not exist, or it is not for you."))
    raise NotAllowed(
        _("Your roles at %(unit)s do not allow this. Ask your administrator if they should.")
        % {"unit": unit.short_name}
    )


def permit(person: Person | None, verb: str, unit: Unit) -> None:
    """Raise NotAllowed unless the person may do the verb there; None is the system itself (commands, tasks)."""
    if person is not None:
        require(person, verb, unit)


def forget(person: Person) -> None:
    """Forget the memberships read for this person object: they have just been changed."""
    for known in ("_memberships_in_force", "_acted_for"):
        person.__dict__.pop(known, None)


def reaches_below(person: Person, verb: str, unit: Unit) -> bool:
    """Say whether a person may do a verb at a unit and at everything below it, also what will be there one day."""
    if not person.is_active:
        return False
    return any(
        m.role in RULES[verb] and m.scope == Scope.SUBTREE and reaches(m, unit)
        for m in memberships_of(person)
    )


def administers(person: Person, somebody: Person) -> bool:
    """Say whether a person gives the roles that somebody holds, or last held, at every unit and as far down.

    False where somebody never held any: their sign-in is nobody's in particular.
    """
    held = list(Membership.objects.filter(person=somebody).select_related("unit"))
    today = clock.today()
    lasting = [m for m in held if m.until_on is None or m.until_on >= today]
    if not lasting and held:
        last = max(m.until_on for m in held if m.until_on)
        lasting = [m for m in held if m.until_on == last]
    return bool(lasting) and all(
        reaches_below(person, APPOINT, m.unit) if m.scope == Scope.SUBTREE else may(person, APPOINT, m.unit)
        for m in lasting
    )


def reach_q(person: Person, verb: str, field: str = "") -> Q:
    """Return the condition "the unit is one where this person may do the verb", for list queries.

    `field` is the path to the unit in the queried model ("unit", "post__unit"), "" for Unit itself.
    """
    prefix = f"{field}__" if field else ""
    allowed = Q(pk__in=[])
    for membership in memberships_of(person):
        if membership.role not in RULES[verb]:
            continue
        if membership.scope == Scope.SUBTREE:
            allowed |= Q(**{f"{prefix}path__startswith": membership.unit.path})
        else:
            allowed |= Q(**{f"{prefix}pk" if prefix else "pk": membership.unit_id})
    return allowed


def units_for(person: Person, verb: str) -> QuerySet[Unit]:
    """List the units at which a person may do a verb."""
    return Unit.objects.filter(reach_q(person, verb))


def holders(unit: Unit, roles: Iterable[str]) -> QuerySet[Person]:
    """List the active people who hold one of the roles at a unit, there or above with reach."""
    here = Q(memberships__unit_id=unit.pk)
    above = Q(memberships__unit_id__in=unit.ancestor_ids, memberships__scope=Scope.SUBTREE)
    today = clock.today()
    return (
        Person.objects.filter(
            here | above,
            Q(memberships__until_on__isnull=True) | Q(memberships__until_on__gte=today),
            memberships__from_on__lte=today,
            memberships__role__in=list(roles),
            is_active=True,
        )
        .distinct()
        .order_by("pk")
    )


R = Role
ROOM = (R.ADMINISTRATOR, R.HALL_EDITOR)

SHAPE_TREE = rule("units.tree.shape", R.ADMINISTRATOR)
DESCRIBE = rule("units.unit.describe", *ROOM, R.SPOKESPERSON, R.LIAISON)
ARRANGE_HALL = rule("units.hall.arrange", *ROOM)
RUN_BATCH = rule("units.batch.run", *ROOM)
KEEP_CALENDAR = rule("units.calendar.keep", R.ADMINISTRATOR)
TICK_BATCH = rule("units.batch.tick", *ROOM, R.SPOKESPERSON, R.LIAISON)
SEE_TEAM = rule("units.team.see", *Role)
APPOINT = rule("units.people.appoint", R.ADMINISTRATOR)
SUBSTITUTE = rule("units.people.substitute", R.ADMINISTRATOR)
PLAN_DUTY = rule("units.duty.plan", *ROOM, R.SUPERVISOR, R.DISPATCHER, R.DUTY_OFFICER)
APPLY_ACCOUNT = rule("units.account.apply", *ROOM, R.SPOKESPERSON, R.LIAISON)
FILE_ACCOUNT = rule("units.account.file", *ROOM)
FREEZE_ACCOUNT = rule("units.account.freeze", *ROOM, R.SPOKESPERSON, R.SUPERVISOR, R.EMERGENCY_OFFICER)
KEEP_ACCOUNT = rule("units.account.keep", *ROOM, R.SPOKESPERSON)
