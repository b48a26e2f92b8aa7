"""Who may decide a step: the holders of its role from one unit up to another, their substitutes, never the author."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.posts.models import Revision
from weiting.review.flow import RoundState, StepState
from weiting.review.models import Place, Round, Step, Verdict
from weiting.review.paths import Path, PathStep
from weiting.units import access
from weiting.units.models import Hall, Membership, Scope, Substitution, Unit


def hall_unit() -> Unit | None:
    """Return the unit that runs the main hall, or the root of the tree where no hall is set up yet."""
    hall = Hall.objects.filter(is_main=True).select_related("unit").first()
    return hall.unit if hall else Unit.objects.filter(parent__isnull=True).order_by("pk").first()


def climb(unit: Unit) -> list[Unit]:
    """List the units a step may rise to: the unit itself, those above it, and last the hall's own unit."""
    return _Ladder(unit).from_(unit)


class _Ladder:
    """A unit, those above it and the hall's own, read at once for all steps of a path (or of `others` as well)."""

    def __init__(self, unit: Unit, *others: Unit) -> None:
        self.unit, self.top = unit, hall_unit()
        ends = [unit, *others, *([self.top] if self.top else ())]
        wanted = {pk for end in ends for pk in end.ancestor_ids}
        self.units = Unit.objects.in_bulk(wanted)

    def start(self, place: str) -> Unit:
        """Return the unit at which a policy asks for a role, seen from the unit that writes."""
        if place == Place.PARENT and self.unit.parent_id is not None:
            return self.units[self.unit.parent_id]
        if place == Place.HALL:
            return self.top or self.unit
        return self.unit

    def from_(self, start: Unit) -> list[Unit]:
        """List the units a step that starts here may rise to."""
        line = [self.units[pk] for pk in reversed(start.ancestor_ids)]
        return line if self.top is None or self.top in line else [*line, self.top]


def stretch(line: Sequence[Unit], top: Unit) -> list[Unit]:
    """Cut a line of units off above `top`."""
    here = [index for index, unit in enumerate(line) if unit.pk == top.pk]
    return list(line[: here[0] + 1]) if here else [*line[:1], top]


class _Holders:
    """Who holds some roles at some units, or above them with reach, read at once."""

    def __init__(self, roles: Iterable[str], units: Collection[Unit]) -> None:
        here = {unit.pk for unit in units}
        above = {pk for unit in units for pk in unit.ancestor_ids}
        rows = access.current(Membership.objects.filter(role__in=set(roles))).filter(
            Q(unit__in=here) | Q(unit__in=above, scope=Scope.SUBTREE)
        )
        self.rows = list(rows.values_list("role", "person_id", "unit_id", "scope"))

    def of(self, role: str, line: Iterable[Unit]) -> set[int]:
        """Return the ids of those who hold a role at one of the units, or above one of them with reach."""
        units = list(line)
        here = {unit.pk for unit in units}
        above = {pk for unit in units for pk in unit.ancestor_ids}
        return {
            person
            for held, person, unit, scope in self.rows
            if held == role and (unit in here or (scope == Scope.SUBTREE and unit in above))
        }


def holders_between(role: str, line: Sequence[Unit]) -> set[int]:
    """Return the ids of those who hold a role at one of the units, or above one of them with reach."""
    return _Holders([role], line).of(role, line)


def substitutes_of(people: Iterable[int]) -> dict[int, set[int]]:
    """Map each person who acts for some of these people right now to those they act for."""
    now = clock.now()
    rows = Substitution.objects.filter(
        person__in=list(people),
        from_at__lte=now,
        until_at__gt=now,
        ended_at__isnull=True,
        substitute__is_active=True,
    )
    found: dict[int, set[int]] = {}
    for person, substitute in rows.values_list("person_id", "substitute_id"):
        found.setdefault(substitute, set()).add(person)
    return found


def authors_of(
    submitter: Person, *, revision: Revision | None, others: Iterable[int | None] = ()
) -> set[int]:
    """Return the ids of everybody who had a hand in a text: none of them may approve it."""
    people: set[int | None] = {submitter.pk, *others}
    if revision is not None:
        people |= {revision.author_id, revision.saved_by_id}
    return {pk for pk in people if pk is not None}


def used_up(round_: Round) -> set[int]:
    """Return the ids of those who have had their say in a round, in their own name or through a substitute."""
    rows = Verdict.objects.filter(step__round=round_).values_list("person_id", "for_person_id")
    return {pk for row in rows for pk in row if pk is not None}


def _pools(steps: Sequence[Step], closed_to: set[int]) -> list[dict[int, set[int]]]:
    """Map for each of some steps the people who could decide it to those whose place they may take.

    A holder takes their own. Several steps are asked about with as many questions as one.
    """
    if not steps:
        return []
    ladder = _Ladder(*(step.from_unit for step in steps))
    lines = [stretch(ladder.from_(step.from_unit), step.at_unit) for step in steps]
    holders = _Holders([step.role for step in steps], {unit for line in lines for unit in line})
    holding = [holders.of(step.role, line) - closed_to for step, line in zip(steps, lines, strict=True)]
    acting = substitutes_of(set().union(*holding))
    found = []
    for people in holding:
        pool = {pk: {pk} for pk in people}
        for substitute, principals in acting.items():
            if substitute not in closed_to and principals & people:
                pool.setdefault(substitute, set()).update(principals & people)
        found.append(pool)
    return found


@dataclass(frozen=True)
class Seat:
    """Where one step of a path comes to lie: asked for at `start`, risen to `top` where the role is vacant below."""

    step: PathStep
    start: Unit
    top: Unit
    holders: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Vacant:
    """A step that nobody can ever decide."""

    step: PathStep
    start: Unit


def seat_path(path: Path, unit: Unit, authors: set[int]) -> list[Seat] | Vacant:
    """Find people for every step, raising steps until nobody is needed twice; or say which step stays empty.

    Every approval of the round is a chair that needs a person of its own. When no distribution of the people
    known so far fills a chair, its step asks one unit higher, and at last in the hall's own unit.
    """
    ladder = _Ladder(unit)
    lines = [ladder.from_(ladder.start(step.place)) for step in path.steps]
    holders = _Holders([step.role for step in path.steps], {each for line in lines for each in line})
    seating = _Seating()
    reached = []
    for index, step in enumerate(path.steps):
        up = 1
        seating.pools[index] = holders.of(step.role, lines[index][:up]) - authors
        for number in range(step.quorum):
            while not seating.fill((index, number), set()):
                if up == len(lines[index]):
                    return Vacant(step, lines[index][0])
                up += 1
                seating.pools[index] = holders.of(step.role, lines[index][:up]) - authors
        reached.append(up)
    return [
        Seat(step, line[0], line[up - 1], frozenset(seating.pools[index]))
        for index, (step, line, up) in enumerate(zip(path.steps, lines, reached, strict=True))
    ]


class _Seating:
    """Chairs (step, number) and who sits on them; holders only, for a substitute takes a holder's chair."""

    def __init__(self) -> None:
        self.pools: dict[int, set[int]] = {}
        self.sits: dict[int, tuple[int, int]] = {}

    def fill(self, chair: tuple[int, int], asked: set[int]) -> bool:
        """Seat somebody, moving others to other chairs where that helps (an augmenting chain)."""
        for person in sorted(self.pools[chair[0]] - asked):
            asked.add(person)
            if person not in self.sits or self.fill(self.sits[person], asked):
                self.sits[person] = chair
                return True
        return False


def line_of(step: Step) -> list[Unit]:
    """List the units whose holders may decide a step, lowest first."""
    return stretch(climb(step.from_unit), step.at_unit)


def able(step: Step) -> dict[int, set[int]]:
    """Map each person whose role lets them decide a step to those in whose place; whomever it was handed to."""
    return _pools([step], barred(step.round))[0]


def has_named(step: Step) -> bool:
    """Say whether the colleague a step was handed to can still decide it, or somebody acting for them."""
    return any(step.handed_to_id in places for places in able(step).values())


def deciders(step: Step) -> dict[int, set[int]]:
    """Map each person who may decide a step now to those in whose place they may do it.

    A step handed to a colleague is theirs, and their substitute's while they are away. When they can no longer
    decide it, it is everybody's again who holds the role.
    """
    return _of_named(step, able(step))


def _of_named(step: Step, found: dict[int, set[int]]) -> dict[int, set[int]]:
    if step.handed_to_id is None:
        return found
    named = {pk: {step.handed_to_id} for pk, places in found.items() if step.handed_to_id in places}
    return named or found


@dataclass(frozen=True)
class Asked:
    """An open step, with all whose role lets them decide it (`able`) and those who may do it now (`deciders`)."""

    step: Step
    able: dict[int, set[int]]
    deciders: dict[int, set[int]]


def asked(round_: Round) -> list[Asked]:
    """List the open steps of a round with their people, all read at once; none when the round is over.

    For a page, which shows a round as it was read: the answer is kept on it. Acts ask anew, for each step.
    """
    known: list[Asked] | None = getattr(round_, "_asked", None)
    if known is None:
        steps = list(round_.steps.all())
        heard = {
            pk
            for step in steps
            for each in step.verdicts.all()
            for pk in (each.person_id, each.for_person_id)
        }
        open_ones = [
            step for step in steps if step.state == StepState.OPEN and round_.state == RoundState.OPEN
        ]
        for step in open_ones:
            step.round = round_
        pools = _pools(open_ones, {*round_.authors, *(pk for pk in heard if pk is not None)})
        known = [
            Asked(step, pool, _of_named(step, pool)) for step, pool in zip(open_ones, pools, strict=True)
        ]
        round_._asked = known  # type: ignore[attr-defined]
    return known


def barred(round_: Round) -> set[int]:
    """Return the ids of those who may no longer decide anything in a round: its authors and whoever was heard."""
    return set(round_.authors) | used_up(round_)


def places_of(person: Person, step: Step) -> set[int]:
    """Return in whose place a person may decide a step: their own id, ids of those away, or nothing."""
    if not person.is_active or step.state != StepState.OPEN or step.round.state != RoundState.OPEN:
        return set()
    return deciders(step).get(person.pk, set())


def may_decide(person: Person, step: Step) -> bool:
    """Say whether a person may decide a step now."""
    return bool(places_of(person, step))


def _asked_of(memberships: Iterable[Membership]) -> Q:
    """Return the condition "the step asks for a role that one of these gives at one of its units"."""
    asked = Q(pk__in=[])
    for held in memberships:
        at_top = Q(at_unit=held.unit_id)
        between = Q(from_unit__path__startswith=held.unit.path, at_unit__in=held.unit.ancestor_ids)
        reach = Q(pk__in=[])
        if held.scope == Scope.SUBTREE:
            reach = Q(from_unit__path__startswith=held.unit.path) | Q(
                at_unit__path__startswith=held.unit.path
            )
        asked |= Q(role=held.role) & (at_top | between | reach)
    return asked


def waiting_for(person: Person) -> QuerySet[Step]:
    """List the open steps a person may decide now, in their own name or for somebody away, most urgent first."""
    heard = Verdict.objects.filter(step__round=OuterRef("round_id"))

    def free(pk: int) -> Q:
        said = heard.filter(Q(person=pk) | Q(for_person=pk))
        return ~Q(round__authors__contains=[pk]) & Q(~Exists(said))

    asked = Q(pk__in=[])
    for place, memberships in access.acted_for(person).items():
        # Of a step handed to somebody, nobody else is reminded here.
        mine = _asked_of(memberships) & (Q(handed_to__isnull=True) | Q(handed_to=place))
        asked |= mine if place == person.pk else mine & free(place)
    return (
        Step.objects.filter(asked, free(person.pk), state=StepState.OPEN, round__state=RoundState.OPEN)
        .select_related("round", "round__unit", "round__post", "round__revision", "round__issue", "at_unit")
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )
