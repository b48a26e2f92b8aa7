"""Finds out where each row of a table of units belongs: its parent in the file or in the tree, whatever their order."""

from collections import defaultdict

from django.utils.translation import gettext as _

from weiting.units.imports.outcome import Outcome
from weiting.units.imports.rows import UnitRow
from weiting.units.models import Unit


class Tree:
    """The units there are, found by code, by name and by place; new ones are added as they are made."""

    def __init__(self) -> None:
        self.by_code: dict[str, Unit] = {}
        self.by_name: defaultdict[str, list[Unit]] = defaultdict(list)
        self.by_place: dict[tuple[int | None, str], Unit] = {}
        self.slugs: set[str] = set()
        for unit in Unit.objects.order_by("depth", "pk"):
            self.add(unit)

    def add(self, unit: Unit) -> None:
        """Make a unit findable."""
        if unit.division_code:
            self.by_code[unit.division_code] = unit
        if not unit.is_closed:
            self.by_name[unit.name].append(unit)
        self.by_place[unit.parent_id, unit.name] = unit
        self.slugs.add(unit.slug)


def place(rows: list[UnitRow], tree: Tree, outcome: Outcome, under: Unit | None = None) -> list[UnitRow]:
    """Give each row its parent and return parents before children; faults go to the outcome."""
    in_file = _index(rows)
    for row in rows:
        _find_parent(row, in_file, tree, outcome, under)
    ordered: list[UnitRow] = []
    done: set[int] = set()
    for row in rows:
        _put(row, ordered, done, outcome)
    return ordered


def _index(rows: list[UnitRow]) -> dict[str, list[UnitRow]]:
    found: defaultdict[str, list[UnitRow]] = defaultdict(list)
    for row in rows:
        for key in {row.name, row.code} - {""}:
            found[key].append(row)
    return found


def _find_parent(
    row: UnitRow, in_file: dict[str, list[UnitRow]], tree: Tree, outcome: Outcome, under: Unit | None
) -> None:
    if not row.parent:
        row.parent_unit = under
        return
    rows = in_file.get(row.parent, [])
    known = [tree.by_code[row.parent]] if row.parent in tree.by_code else tree.by_name.get(row.parent, [])
    if len(rows) == 1:
        row.parent_row = rows[0]
    elif not rows and len(known) == 1:
        row.parent_unit = known[0]
        if known[0].is_closed:
            sentence = _("%(parent)s is closed. Name the unit that took over.")
            outcome.fail(row.number, "parent", sentence % {"parent": known[0].name})
    elif rows or known:
        sentence = _("There are %(count)s units named %(parent)s. Write the code of the one you mean.")
        outcome.fail(
            row.number, "parent", sentence % {"count": len(rows) or len(known), "parent": row.parent}
        )
    else:
        sentence = _("There is no unit %(parent)s, neither in the hall nor in this table. Add a row for it.")
        outcome.fail(row.number, "parent", sentence % {"parent": row.parent})


def _put(row: UnitRow, ordered: list[UnitRow], done: set[int], outcome: Outcome) -> None:
    """Put a row after its parents; a row met again on the way up closes a circle."""
    way: list[UnitRow] = []
    on_way: set[int] = set()
    step: UnitRow | None = row
    while step is not None and step.number not in done and step.number not in on_way:
        way.append(step)
        on_way.add(step.number)
        step = step.parent_row
    if step is not None and step.number in on_way:
        circle = [each.number for each in way[way.index(step) :]] + [step.number]
        sentence = _("A unit cannot stand below itself: rows %(rows)s lead in a circle.")
        outcome.fail(step.number, "parent", sentence % {"rows": " → ".join(map(str, circle))})
    for each in reversed(way):
        done.add(each.number)
        ordered.append(each)
