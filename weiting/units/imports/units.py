"""Imports units: new ones are made in bulk, known ones (by code, or by parent and name) are brought up to date."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.accounts.models import Person
from weiting.audit import Act, Ref
from weiting.core import clock
from weiting.core.errors import DomainError
from weiting.core.tables import Table, read_rows
from weiting.units import access
from weiting.units.actions.tree import LONGEST_PATH, free_slug, move_unit, new_ids, seal_of
from weiting.units.checks import lock_tree
from weiting.units.imports.columns import UNIT_COLUMNS
from weiting.units.imports.outcome import Outcome, all_or_nothing
from weiting.units.imports.placing import Tree, place
from weiting.units.imports.rows import UnitRow, read_units
from weiting.units.models import Remit, Unit

BULK = 2_000


@dataclass
class _Work:
    """What one import has in hand while it runs."""

    by: Person | None
    outcome: Outcome
    tree: Tree
    ids: list[int]
    new: list[Unit] = field(default_factory=list)
    changed: dict[int, tuple[Unit, list[str]]] = field(default_factory=dict)
    remits: list[Remit] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    may: dict[int, bool] = field(default_factory=dict)


def import_units(
    source: Any, *, name: str, by: Person | None, dry_run: bool = False, under: Unit | None = None
) -> Outcome:
    """Read a table of units into the tree, all or nothing; rows without a parent go `under` a unit, or to the root.

    Faults of rows are in the outcome; raise Invalid when the file cannot be read at all.
    """
    table = read_rows(source, name=name, aliases=UNIT_COLUMNS, required=["name", "kind"])
    return import_table(table, by=by, dry_run=dry_run, under=under)


def import_table(
    table: Table, *, by: Person | None, dry_run: bool = False, under: Unit | None = None
) -> Outcome:
    """Import rows already opened; see `import_units`."""
    outcome = Outcome(is_dry_run=dry_run)
    return all_or_nothing(outcome, lambda: _run(table, by, under, outcome))


def _run(table: Table, by: Person | None, under: Unit | None, outcome: Outcome) -> None:
    lock_tree()
    rows = read_units(table, outcome)
    work = _Work(by, outcome, Tree(), [])
    ordered = place(rows, work.tree, outcome, under)
    if outcome.has_failed:
        return
    work.ids = new_ids(len(ordered))[::-1]
    for row in ordered:
        _take(row, work)
    if not outcome.has_failed:
        _write(table, ordered, work)


def _write(table: Table, ordered: list[UnitRow], work: _Work) -> None:
    Unit.objects.bulk_create(work.new, batch_size=BULK)
    for unit, changed in work.changed.values():
        unit.save(update_fields=changed)
    _move_those_that_moved(ordered, work)
    if not work.outcome.has_failed:
        _write_remits(work)
        _record(table, work)


def _take(row: UnitRow, work: _Work) -> None:
    """Match a row with the unit it means, or make one."""
    parent = row.parent_row.unit if row.parent_row else row.parent_unit
    if row.parent_row and parent is None:
        return  # Its parent's row has a fault; one sentence for both is enough.
    if not _permitted(parent, work):
        sentence = _("Your roles do not reach %(unit)s. Import only what is yours.")
        work.outcome.fail(
            row.number, "parent", sentence % {"unit": parent.short_name if parent else _("the root")}
        )
        return
    known = work.tree.by_code.get(row.code) if row.code else None
    known = known or work.tree.by_place.get((parent.pk if parent else None, row.name))
    row.unit, row.parent_unit = known, parent
    if known is None:
        _make(row, parent, work)
    elif known.is_closed:
        sentence = _("%(unit)s was closed on %(day)s. Take it out of the table.")
        work.outcome.fail(row.number, "name", sentence % {"unit": known.name, "day": known.closed_on})
    else:
        _update(row, known, work)


def _permitted(parent: Unit | None, work: _Work) -> bool:
    if work.by is None:
        return True
    if parent is None:
        return False
    key = parent.pk
    if key not in work.may:
        work.may[key] = access.may(work.by, access.SHAPE_TREE, parent)
    return work.may[key]


def _make(row: UnitRow, parent: Unit | None, work: _Work) -> None:
    if not _slug_is_free(row, None, work):
        return
    unit = Unit(pk=work.ids.pop(), parent=parent, kind=row.kind, joined_on=clock.today(), **row.fields)
    unit.short_name = unit.short_name or unit.name[:40]
    unit.slug = unit.slug or free_slug(unit.short_name, work.tree.slugs)
    unit.seal_text = unit.seal_text or seal_of(unit.short_name)
    unit.path = f"{parent.path if parent else ''}{unit.pk}."
    unit.depth = parent.depth + 1 if parent else 0
    if len(unit.path) > LONGEST_PATH:
        work.outcome.fail(row.number, "parent", _("The tree would become too deep here."))
        return
    row.unit = unit
    work.tree.add(unit)
    work.new.append(unit)
    work.outcome.created += 1
    sentence = _("Row %(row)s: new, %(unit)s under %(parent)s.")
    facts = {"row": row.number, "unit": unit.name, "parent": parent.name if parent else _("the root")}
    work.outcome.lines.append(sentence % facts)
    _want_remits(row, unit, work)
    facts_kept = {"kind": unit.kind, "under": parent.name if parent else ""}
    work.acts.append(Act("units.unit.open", work.by, unit, unit, "", facts_kept))


def _update(row: UnitRow, unit: Unit, work: _Work) -> None:
    """Bring a known unit up to date; what the table does not say stays as it is."""
    if not _slug_is_free(row, unit, work):
        return
    wanted = {**row.fields, "kind": row.kind}
    changed = [name for name, value in wanted.items() if str(getattr(unit, name)) != value]
    for name in changed:
        setattr(unit, name, wanted[name])
    _want_remits(row, unit, work)
    moves = unit.parent_id != (row.parent_unit.pk if row.parent_unit else None) and bool(row.parent)
    if not changed and not moves:
        work.outcome.same += 1
        return
    work.outcome.changed += 1
    work.changed[unit.pk] = (unit, changed)
    sentence = _("Row %(row)s: %(unit)s changes: %(what)s.")
    what = ", ".join([*changed, *(["parent"] if moves else [])])
    work.outcome.lines.append(sentence % {"row": row.number, "unit": unit.name, "what": what})
    if changed:
        work.acts.append(Act("units.unit.change", work.by, unit, unit, "", {"changed": sorted(changed)}))


def _slug_is_free(row: UnitRow, unit: Unit | None, work: _Work) -> bool:
    slug = row.fields.get("slug", "")
    if not slug or (unit and unit.slug == slug) or slug not in work.tree.slugs:
        return True
    work.outcome.fail(
        row.number, "slug", _("The address name %(slug)s is taken. Choose another.") % {"slug": slug}
    )
    return False


def _move_those_that_moved(rows: list[UnitRow], work: _Work) -> None:
    for row in rows:
        unit, parent = row.unit, row.parent_unit
        if unit is None or parent is None or not row.parent or unit.pk not in work.changed:
            continue
        try:
            move_unit(unit, parent, by=work.by)
        except DomainError as refused:
            work.outcome.fail(row.number, "parent", str(refused.message))


def _want_remits(row: UnitRow, unit: Unit, work: _Work) -> None:
    for position, matter in enumerate(dict.fromkeys(row.remits or [])):
        if len(matter) > 60:
            work.outcome.fail(
                row.number,
                "remits",
                _("“%(matter)s…” is too long: at most 60 characters.") % {"matter": matter[:20]},
            )
        work.remits.append(Remit(unit=unit, matter=matter[:60], position=position))


def _write_remits(work: _Work) -> None:
    """Put the matters in the table's order; those it does not name and their other words stay."""
    Remit.objects.bulk_create(
        work.remits, batch_size=BULK, update_conflicts=True,
        unique_fields=["unit", "matter"], update_fields=["position"],
    )  # fmt: skip


def _record(table: Table, work: _Work) -> None:
    done = work.outcome
    facts = {"created": done.created, "changed": done.changed, "same": done.same, "matters": len(work.remits)}
    whole = Act("units.unit.import", work.by, Ref("units.import", "", table.name), None, "", facts)
    audit.record_many([whole, *work.acts])
    jobs.announce("units")
