"""Answers questions about the tree: nodes with counts, subtrees, halls, sections, silence, and who answers for what."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext as _

from weiting.core import clock
from weiting.core.errors import NotFound
from weiting.text.fold import fold
from weiting.text.segment import search_tokens
from weiting.units.flow import AccountState
from weiting.units.keys import storable
from weiting.units.models import Account, Hall, Kind, Membership, Remit, Section, SectionUnit, Unit

KIND_ORDER = Case(
    *[When(kind=kind, then=Value(rank)) for rank, kind in enumerate(Kind.values)], output_field=IntegerField()
)
# A longer word in common says more than a short one; this many points make a match worth showing.
ENOUGH = 2.0


@dataclass
class Node:
    """A unit in the tree, the nodes right below it, and how many open units of each kind are anywhere below."""

    unit: Unit
    children: list["Node"] = field(default_factory=list)
    below: Counter[str] = field(default_factory=Counter)

    @property
    def total_below(self) -> int:
        """Count the open units anywhere below."""
        return self.below.total()

    @property
    def counts(self) -> list[tuple[str, int]]:
        """List the kinds below with their counts, in the order of the kinds: for a line of text."""
        return [(str(kind.label), self.below[kind.value]) for kind in Kind if self.below[kind.value]]


@dataclass(frozen=True)
class Match:
    """A unit that answers for what was asked, the matter that says so, and how sure that is."""

    unit: Unit
    matter: str
    score: float


def tree(root: Unit | None = None, *, with_closed: bool = False) -> list[Node]:
    """Read a subtree, or the whole tree, in one query; siblings stand by kind, then in the order they came."""
    units = Unit.objects.all() if root is None else Unit.objects.filter(path__startswith=root.path)
    if not with_closed:
        units = units.filter(closed_on__isnull=True)
    nodes = {unit.pk: Node(unit) for unit in units.order_by("depth", KIND_ORDER, "pk")}
    tops: list[Node] = []
    for node in nodes.values():
        parent = nodes.get(node.unit.parent_id or 0)
        (parent.children if parent else tops).append(node)
        if not node.unit.is_closed:
            for pk in node.unit.ancestor_ids[:-1]:
                if pk in nodes:
                    nodes[pk].below[node.unit.kind] += 1
    return tops


def counts_by_kind(root: Unit | None = None) -> dict[str, int]:
    """Count the open units of each kind below a unit, or in the whole tree, itself not counted."""
    units = Unit.objects.filter(closed_on__isnull=True)
    if root is not None:
        units = units.filter(path__startswith=root.path).exclude(pk=root.pk)
    found = dict(units.order_by().values_list("kind").annotate(count=Count("pk")))
    return {kind: found[kind] for kind in Kind.values if kind in found}


def unit_by_slug(slug: str) -> Unit:
    """Return the unit of an address, closed ones too; raise NotFound."""
    unit = Unit.objects.select_related("parent", "successor").filter(slug=slug).first()
    if unit is None:
        raise NotFound(_("There is no unit at this address. Look for it in the list of units."))
    return unit


def unit_by_id(public_id: str) -> Unit:
    """Return the unit with a public id; raise NotFound."""
    unit = Unit.objects.select_related("parent", "successor").filter(public_id=public_id).first()
    if unit is None:
        raise NotFound(_("There is no such unit."))
    return unit


def subtree_ids(unit: Unit) -> list[int]:
    """List the ids of a unit and everything below it, closed ones too."""
    return list(Unit.objects.filter(path__startswith=unit.path).order_by().values_list("pk", flat=True))


def ancestors(unit: Unit) -> list[Unit]:
    """List the units above a unit, from the root down, itself not among them."""
    return list(Unit.objects.filter(pk__in=unit.ancestor_ids[:-1]).order_by("depth"))


def children_of(unit: Unit) -> QuerySet[Unit]:
    """List the open units right below a unit."""
    return unit.children.filter(closed_on__isnull=True).order_by(KIND_ORDER, "pk")


def open_units(root: Unit | None = None) -> QuerySet[Unit]:
    """List the open units of a subtree, or of all, in the order of the tree."""
    units = Unit.objects.filter(closed_on__isnull=True)
    return units.filter(path__startswith=root.path) if root else units


def units_in(place: Hall | Section) -> QuerySet[Unit]:
    """List the open units of a hall, or those arranged in a section in their order."""
    if isinstance(place, Hall):
        return open_units(place.unit)
    rank = SectionUnit.objects.filter(section=place, unit=OuterRef("pk")).values("position")[:1]
    standing = Unit.objects.filter(sections=place, closed_on__isnull=True)
    return standing.annotate(rank=Subquery(rank)).order_by("rank", "pk")


def main_hall() -> Hall | None:
    """Return the main hall, or None while there is none."""
    return Hall.objects.filter(is_main=True).select_related("unit").first()


def halls() -> QuerySet[Hall]:
    """List the halls of open units, the main one first."""
    open_ones = Hall.objects.filter(unit__closed_on__isnull=True)
    return open_ones.select_related("unit").order_by("-is_main", "unit__path")


def hall_by_slug(slug: str) -> Hall:
    """Return the hall of an address; raise NotFound."""
    hall = halls().filter(slug=slug).first()
    if hall is None:
        raise NotFound(_("There is no hall at this address."))
    return hall


def hall_of(unit: Unit) -> Hall | None:
    """Return the hall a unit speaks in: its own, or the nearest above it, or the main one."""
    nearest = (
        Hall.objects.filter(unit_id__in=unit.ancestor_ids)
        .select_related("unit")
        .order_by("-unit__depth")
        .first()
    )
    return nearest or main_hall()


def sections_of(hall: Hall) -> QuerySet[Section]:
    """List a hall's sections, each with its places in order as `section.arranged` (each has a `unit`)."""
    standing = SectionUnit.objects.filter(unit__closed_on__isnull=True).select_related("unit")
    return hall.sections.prefetch_related(Prefetch("places", standing, to_attr="arranged"))


def section_by_slug(hall: Hall, slug: str) -> Section:
    """Return a hall's section; raise NotFound."""
    section = hall.sections.filter(slug=slug).first()
    if section is None:
        raise NotFound(_("There is no such section in this hall."))
    return section


def silent_units(days: int, root: Unit | None = None) -> QuerySet[Unit]:
    """List open units that have said nothing in public for so many days, the longest silence first."""
    since = clock.now() - timedelta(days=days)
    # A newcomer is not silent before it has had the same time; a unit never asked to speak is not counted at all.
    arrived = Q(joined_on__lte=clock.today() - timedelta(days=days))
    quiet = Q(last_spoke_at__lt=since) | Q(last_spoke_at__isnull=True)
    return open_units(root).filter(quiet, arrived).order_by("last_spoke_at", "path")


def days_silent(unit: Unit) -> int | None:
    """Count the full days since a unit last spoke, or since it joined; None when it has not joined."""
    if unit.last_spoke_at:
        return (clock.now() - unit.last_spoke_at).days
    return (clock.today() - unit.joined_on).days if unit.joined_on else None


def remits(unit: Unit) -> QuerySet[Remit]:
    """List what a unit answers for, in its own order."""
    return unit.remits.all()


def find_units(text: str, root: Unit | None = None) -> QuerySet[Unit]:
    """List open units whose names hold a text, as the picker of a form needs."""
    wanted = storable(text).strip()
    named = Q(name__icontains=wanted) | Q(short_name__icontains=wanted) | Q(slug__icontains=wanted.lower())
    return open_units(root).filter(named).order_by("depth", "path")


def find_units_for(words: str, root: Unit | None = None, *, most: int = 5) -> list[Match]:
    """Find the units that answer for a matter told in a resident's words, the surest first."""
    typed = fold(words)
    tokens = {token for token in search_tokens(words) if len(token) > 1}
    rows = Remit.objects.filter(unit__closed_on__isnull=True)
    if root is not None:
        rows = rows.filter(unit__path__startswith=root.path)
    # Every matter is weighed, few are met: only the units of those are read whole.
    best: dict[int, tuple[float, int, str]] = {}
    for pk, depth, matter, synonyms in rows.values_list("unit_id", "unit__depth", "matter", "synonyms"):
        score = max((_score(_folded(word), typed, tokens) for word in (matter, *synonyms)), default=0.0)
        known = best.get(pk)
        if score >= ENOUGH and (known is None or score > known[0]):
            best[pk] = (score, depth, matter)
    surest = sorted(best.items(), key=lambda row: (-row[1][0], row[1][1], row[0]))[:most]
    units = Unit.objects.in_bulk([pk for pk, _found in surest]) if surest else {}
    return [Match(units[pk], matter, score) for pk, (score, _depth, matter) in surest if pk in units]


# The words of remits change seldom and are asked about all day.
_folded = lru_cache(maxsize=65_536)(fold)


def _score(word: str, typed: str, tokens: Iterable[str]) -> float:
    """Say how well a matter meets what was typed: letters in common, whole mention counts double."""
    if not word:
        return 0.0
    if word in typed or (len(typed) > 1 and typed in word):
        return 2.0 * min(len(word), len(typed))
    return float(sum(len(token) for token in tokens if token in word))


def team(unit: Unit) -> dict[str, list[Membership]]:
    """Group the people in force at a unit by role, leaders first, for the team page."""
    from_here = members(unit).order_by("role", "-is_lead", "person__name")
    grouped: dict[str, list[Membership]] = {}
    for membership in from_here:
        grouped.setdefault(membership.role, []).append(membership)
    return grouped


def members(unit: Unit, *, at: Any = None) -> QuerySet[Membership]:
    """List the roles in force at a unit today, or on a day."""
    day = at or clock.today()
    running = Q(until_on__isnull=True) | Q(until_on__gte=day)
    found = Membership.objects.filter(running, unit=unit, from_on__lte=day, person__is_active=True)
    return found.select_related("person", "unit").order_by("-is_lead", "role", "person__name")


def accounts_to_close() -> QuerySet[Account]:
    """List the accounts of closed units that are not closed yet."""
    gone = (AccountState.CLOSED, AccountState.REFUSED)
    left = Account.objects.filter(unit__closed_on__isnull=False).exclude(state__in=gone)
    return left.select_related("unit").order_by("unit__closed_on")
