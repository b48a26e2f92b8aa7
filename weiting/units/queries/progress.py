"""How far units have come: batches with a deadline, and the maturity ladder, both computed from facts."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import NotFound
from weiting.units import access
from weiting.units.flow import AccountState
from weiting.units.keys import handle_key
from weiting.units.models import Account, Batch, BatchUnit, Membership, Platform, Remit, Unit
from weiting.units.roles import Role

LEVELS: dict[str, str | Promise] = {
    "none": gettext_lazy("not yet there"),
    "some": gettext_lazy("has a voice"),
    "wide": gettext_lazy("is heard in several places"),
    "good": gettext_lazy("answers reliably"),
    "brand": gettext_lazy("people know it by name"),
}
REVIEWERS = frozenset({Role.FIRST_REVIEWER, Role.SECOND_REVIEWER, Role.FINAL_REVIEWER})


@dataclass(frozen=True)
class Rung:
    """One level of the ladder: its name and what is still missing for it."""

    level: str
    label: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Maturity:
    """Where a unit stands on the ladder and what it can do next."""

    unit: Unit
    level: str
    label: str
    next_steps: tuple[str, ...]
    rungs: tuple[Rung, ...]


@dataclass(frozen=True)
class Facts:
    """What is known of one unit when it is placed on the ladder."""

    unit: Unit
    accounts: list[Account]
    people_by_role: dict[str, set[int]]
    has_listed_spokesperson: bool
    remit_count: int

    @property
    def platforms(self) -> set[str]:
        """Name the platforms on which the unit is open now."""
        return {account.platform for account in self.accounts if account.state == AccountState.OPEN}

    def has_spoken_within(self, days: int) -> bool:
        """Say whether something became public in the last days."""
        spoke = self.unit.last_spoke_at
        return spoke is not None and spoke >= clock.now() - timedelta(days=days)

    def two_person_rule_can_work(self) -> bool:
        """Say whether at least one writes and somebody else can review."""
        writers = self.people_by_role.get(Role.EDITOR, set())
        reviewers = set().union(*(self.people_by_role.get(role, set()) for role in REVIEWERS))
        return any(reviewers - {writer} for writer in writers)

    def one_name(self) -> bool:
        """Say whether the unit's own accounts bear one name on all platforms [features A04]."""
        own = [
            a
            for a in self.accounts
            if a.state == AccountState.OPEN and not a.holder_id and not a.exception_reason
        ]
        return len({handle_key(account.handle) for account in own}) == 1


def maturity(unit: Unit) -> Maturity:
    """Place a unit on the ladder none, some, wide, good, brand, with what is missing for the next level."""
    return maturities([unit])[0]


def maturities(units: Iterable[Unit]) -> list[Maturity]:
    """Place many units on the ladder in three queries."""
    chosen = list(units)
    return [_place(facts) for facts in _facts(chosen)]


def _facts(units: list[Unit]) -> list[Facts]:
    ids = [unit.pk for unit in units]
    accounts: defaultdict[int, list[Account]] = defaultdict(list)
    for account in Account.objects.filter(unit_id__in=ids).order_by("pk"):
        accounts[account.unit_id].append(account)
    people: defaultdict[int, defaultdict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    listed: set[int] = set()
    for held in access.current(Membership.objects.filter(unit_id__in=ids)):
        people[held.unit_id][held.role].add(held.person_id)
        if held.role == Role.SPOKESPERSON and held.is_listed:
            listed.add(held.unit_id)
    counted = dict(
        Remit.objects.filter(unit_id__in=ids).order_by().values_list("unit_id").annotate(n=Count("pk"))
    )
    return [
        Facts(unit, accounts[unit.pk], people[unit.pk], unit.pk in listed, counted.get(unit.pk, 0))
        for unit in units
    ]


def _place(facts: Facts) -> Maturity:
    rungs = tuple(
        Rung(level, str(LEVELS[level]), tuple(sentence for met, sentence in needs if not met))
        for level, needs in _ladder(facts).items()
    )
    reached, following = "none", rungs[0]
    for rung in rungs:
        following = rung
        if rung.missing:
            break
        reached = rung.level
    return Maturity(facts.unit, reached, str(LEVELS[reached]), following.missing, rungs)


def _ladder(facts: Facts) -> dict[str, list[tuple[bool, str]]]:
    unit, states = facts.unit, Counter(account.state for account in facts.accounts)
    return {
        "some": [
            (bool(facts.platforms), _("Open an official account, in the hall first.")),
            (unit.last_spoke_at is not None, _("Publish the first post.")),
        ],
        "wide": [
            (
                Platform.HALL in facts.platforms,
                _("Open an account in the hall: it is the one citizens can rely on."),
            ),
            (len(facts.platforms) >= 2, _("Open an account on a second platform.")),
            (facts.two_person_rule_can_work(), _("Name an editor and somebody else as reviewer.")),
            (facts.remit_count >= 3, _("Write down at least three matters the unit answers for.")),
        ],
        "good": [
            (facts.has_spoken_within(14), _("Say something at least every 14 days.")),
            (facts.has_listed_spokesperson, _("Name a spokesperson in the public register.")),
            (bool(unit.phone and unit.hours), _("Give a telephone number and opening hours.")),
            (bool(unit.about), _("Say in two sentences what people come for.")),
            (bool(facts.people_by_role.get(Role.LIAISON)), _("Name a liaison who takes what residents ask.")),
            (not states[AccountState.FROZEN], _("Put the frozen account in order, or close it.")),
        ],
        "brand": [
            (facts.has_spoken_within(7), _("Say something every week.")),
            (len(facts.platforms) >= 3, _("Be open on three platforms.")),
            (facts.one_name(), _("Bear the same name on every platform.")),
            (bool(unit.tone), _("Write down how the unit speaks.")),
        ],
    }


@dataclass(frozen=True)
class StepProgress:
    """How many units of a batch have done one step."""

    number: int
    name: str
    done: int
    total: int


@dataclass(frozen=True)
class BatchProgress:
    """How far a batch has come: finished units, each step, who is behind, days left (negative: late)."""

    batch: Batch
    places: list[BatchUnit]
    steps: list[StepProgress]
    finished: int
    days_left: int

    @property
    def total(self) -> int:
        """Count the units of the batch."""
        return len(self.places)

    @property
    def percent(self) -> int:
        """Return the share of all steps that is done, of 100; only a finished batch has 100."""
        done, wanted = sum(step.done for step in self.steps), sum(step.total for step in self.steps)
        return 100 * done // wanted if wanted else 100

    @property
    def is_late(self) -> bool:
        """Say whether the deadline has passed with something left to do."""
        return self.days_left < 0 and self.finished < self.total

    @property
    def behind(self) -> list[BatchUnit]:
        """List the units that have not finished, those with least done first."""
        return sorted((p for p in self.places if not p.finished_on), key=lambda p: (len(p.done), p.unit.path))


def batches() -> QuerySet[Batch]:
    """List the batches, the nearest deadline last."""
    return Batch.objects.order_by("-deadline_on", "-pk")


def batch_progress(batch: Batch, *, today: date | None = None) -> BatchProgress:
    """Compute how far a batch has come, in one query."""
    places = list(batch.places.select_related("unit").order_by("unit__path"))
    counted = Counter(key for place in places for key in place.done)
    steps = [StepProgress(n, name, counted[str(n)], len(places)) for n, name in enumerate(batch.checklist)]
    finished = sum(1 for place in places if place.finished_on)
    return BatchProgress(batch, places, steps, finished, (batch.deadline_on - (today or clock.today())).days)


def batch_by_pk(pk: int) -> Batch:
    """Return a batch; raise NotFound."""
    batch = Batch.objects.filter(pk=pk).first()
    if batch is None:
        raise NotFound(_("There is no such batch."))
    return batch


def batch_places_for(person: Person) -> QuerySet[BatchUnit]:
    """List the unfinished places of batches at units where a person may tick steps."""
    reach = access.reach_q(person, access.TICK_BATCH, "unit")
    found = BatchUnit.objects.filter(reach, finished_on__isnull=True, unit__closed_on__isnull=True)
    return found.select_related("batch", "unit").order_by("batch__deadline_on", "unit__path")
