"""Changes the tree of units: opening, describing, moving and closing them, and what each answers for."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Case, F, Max, Q, Value, When
from django.db.models.functions import Concat, Greatest, Length, Substr
from django.utils.translation import gettext as _

from weiting import audit, jobs, notices
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid
from weiting.text.han import slug as slug_of
from weiting.units import access
from weiting.units.checks import apply_changes, check_fields, check_open, invalid, lock_tree
from weiting.units.flow import AccountState
from weiting.units.models import Account, Membership, Remit, Unit

DESCRIBED = ("about", "tone", "address", "phone", "hours", "color", "seal_text", "short_name")
SHAPED = (*DESCRIBED, "name", "slug", "kind", "division_code", "joined_on")
LONGEST_PATH = 200
GONE = (AccountState.CLOSED, AccountState.REFUSED)
_OFFICE = re.compile(
    r"(?:人民政府|委员会|办事处|管理局|集团|中心|街道|社区|支队|局|委|办|镇|乡|村|县|区|市)+$"
)


@dataclass(frozen=True)
class Closing:
    """What closing a unit did: people whose roles ended there, and accounts that wait to be closed."""

    unit: Unit
    ended: int
    accounts: list[Account]


def new_ids(count: int) -> list[int]:
    """Draw primary keys for units ahead of writing them: a unit's path holds its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('units_unit', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def seal_of(name: str) -> str:
    """Return two letters for a unit's seal from its name: 云溪供水集团 gives 供水."""
    core = _OFFICE.sub("", name.strip()) or name.strip()
    return core[-2:]


def free_slug(name: str, taken: Collection[str] | None = None) -> str:
    """Return an address name in pinyin that no unit has yet."""
    base = slug_of(name, length=54) or "unit"
    if taken is None:
        taken = set(Unit.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    found, number = base, 1
    while found in taken:
        number += 1
        found = f"{base}-{number}"
    return found


def _check_name(unit: Unit) -> None:
    """Raise Conflict when a sibling has the name, or any unit the address name."""
    others = Unit.objects.exclude(pk=unit.pk)
    if others.filter(parent_id=unit.parent_id, name=unit.name).exists():
        sentence = _(
            "There is already a unit named %(name)s in the same place. Change that one, or give this another name."
        )
        raise Conflict(sentence % {"name": unit.name}, code="unit_twice", field="name")
    if others.filter(slug=unit.slug).exists():
        sentence = _("The address name %(slug)s is taken by another unit. Choose another.") % {
            "slug": unit.slug
        }
        raise Conflict(sentence, code="slug_taken", field="slug")


@action
def open_unit(
    parent: Unit | None,
    *,
    by: Person | None,
    name: str,
    kind: str,
    short_name: str = "",
    slug: str = "",
    **fields: Any,
) -> Unit:
    """Add a unit under a parent (None: the root); raise Invalid, Conflict for a name taken, or NotAllowed."""
    lock_tree()
    if parent is None:
        _permit_root(by)
    else:
        parent = Unit.objects.get(pk=parent.pk)
        access.permit(by, access.SHAPE_TREE, parent)
        check_open(parent)
    name = name.strip()
    unit = Unit(parent=parent, name=name, kind=kind, short_name=(short_name.strip() or name)[:40])
    unit.slug = slug.strip() or free_slug(unit.short_name or name)
    apply_changes(unit, {"joined_on": clock.today(), **fields}, SHAPED)
    unit.seal_text = unit.seal_text or seal_of(unit.short_name)
    unit.pk = new_ids(1)[0]
    unit.path = f"{parent.path if parent else ''}{unit.pk}."
    unit.depth = parent.depth + 1 if parent else 0
    _check_depth(len(unit.path))
    check_fields(unit, exclude=["parent"])
    _check_name(unit)
    unit.save(force_insert=True)
    audit.record(
        "units.unit.open", by=by, subject=unit, unit=unit, kind=unit.kind, under=parent.name if parent else ""
    )
    jobs.announce("units", f"unit:{unit.pk}")
    return unit


def _permit_root(by: Person | None) -> None:
    """Let only the system, or an administrator of a root, open another root."""
    if by is None:
        return
    root = Unit.objects.filter(depth=0).order_by("pk").first()
    if root is not None:
        access.require(by, access.SHAPE_TREE, root)


def _check_depth(length: int) -> None:
    if length > LONGEST_PATH:
        raise Invalid(
            _("The tree would become too deep here. Put the unit under one nearer the root."), code="too_deep"
        )


@action
def change_unit(unit: Unit, *, by: Person | None, **changes: Any) -> Unit:
    """Change what is said of a unit; name, kind and address name are for administrators. Raise Invalid or Conflict."""
    verb = access.DESCRIBE if set(changes) <= set(DESCRIBED) else access.SHAPE_TREE
    access.permit(by, verb, unit)
    check_open(unit)
    lock_tree()
    unit.refresh_from_db()
    changed = apply_changes(unit, changes, SHAPED)
    if not changed:
        return unit
    check_fields(unit, exclude=["parent"])
    _check_name(unit)
    unit.save(update_fields=changed)
    audit.record("units.unit.change", by=by, subject=unit, unit=unit, changed=sorted(changed))
    jobs.announce("units", f"unit:{unit.pk}")
    return unit


@action
def move_unit(unit: Unit, parent: Unit, *, by: Person | None) -> Unit:
    """Hang a unit, with all below it, under another parent; raise Invalid when that parent is below it."""
    lock_tree()
    unit.refresh_from_db()
    parent = Unit.objects.get(pk=parent.pk)
    for there in (unit.parent or unit, parent):
        access.permit(by, access.SHAPE_TREE, there)
    check_open(unit)
    check_open(parent)
    if parent.path.startswith(unit.path):
        sentence = _("%(unit)s cannot be moved below itself. Choose a parent outside it.") % {
            "unit": unit.short_name
        }
        raise invalid("parent", sentence, code="cycle")
    if unit.parent_id == parent.pk:
        return unit
    before, old, shift = unit.parent, unit.path, parent.depth + 1 - unit.depth
    unit.parent, unit.path, unit.depth = parent, f"{parent.path}{unit.pk}.", unit.depth + shift
    moved = Unit.objects.filter(path__startswith=old)
    longest = moved.aggregate(longest=Max(Length("path")))["longest"]
    _check_depth(longest - len(old) + len(unit.path))
    _check_name(unit)
    moved.update(
        path=Concat(Value(unit.path), Substr("path", len(old) + 1)),
        depth=F("depth") + shift,
        parent=Case(
            When(pk=unit.pk, then=Value(parent.pk)), default=F("parent"), output_field=BigIntegerField()
        ),
    )
    audit.record(
        "units.unit.move",
        by=by,
        subject=unit,
        unit=unit,
        came_from=before.name if before else "",
        went_to=parent.name,
    )
    jobs.announce("units", f"unit:{unit.pk}")
    return unit


@action
def close_unit(
    unit: Unit, reason: str, successor: Unit | None = None, *, by: Person | None, on: date | None = None
) -> Closing:
    """Close a unit: it stays with its posts, its people's roles end, its accounts wait to be closed. Raise Invalid."""
    lock_tree()
    unit.refresh_from_db()
    access.permit(by, access.SHAPE_TREE, unit.parent or unit)
    check_open(unit)
    _check_closing(unit, reason, successor)
    today = clock.today()
    unit.closed_on, unit.closed_reason, unit.successor = on or today, reason.strip()[:200], successor
    unit.save(update_fields=["closed_on", "closed_reason", "successor"])
    running = Membership.objects.filter(Q(until_on__isnull=True) | Q(until_on__gte=today), unit=unit)
    # `until_on` is the last day a role counts; today would leave it in force until midnight.
    ended = running.update(until_on=today - timedelta(days=1))
    waiting = list(Account.objects.filter(unit=unit).exclude(state__in=GONE).select_related("unit"))
    if waiting:
        notices.tell(
            access.holders(unit, access.RULES[access.FILE_ACCOUNT]), "units.account.to_close",
            key=f"units.unit:{unit.pk}:to_close", url="/desk/register/", unit=unit.short_name,
            accounts="、".join(account.handle for account in waiting),
        )  # fmt: skip
    audit.record(
        "units.unit.close",
        by=by, subject=unit, unit=unit, reason=unit.closed_reason, ended=ended,
        accounts=[account.handle for account in waiting], successor=successor.name if successor else "",
    )  # fmt: skip
    jobs.announce("units", f"unit:{unit.pk}")
    return Closing(unit, ended, waiting)


def _check_closing(unit: Unit, reason: str, successor: Unit | None) -> None:
    if not reason.strip():
        raise invalid(
            "reason", _("Say why the unit closes: residents read it on its page."), code="reason_missing"
        )
    if successor and (successor.is_closed or successor.path.startswith(unit.path)):
        raise invalid(
            "successor", _("The unit that takes over must be open and not the one that closes, or below it.")
        )
    below = list(unit.children.filter(closed_on__isnull=True).values_list("short_name", flat=True)[:4])
    if below:
        names = "、".join(below[:3]) + ("…" if len(below) > 3 else "")
        sentence = _("Units below it are still open: %(names)s. Move or close them first.") % {"names": names}
        raise Conflict(sentence, code="units_below", names=below)


def note_spoke(unit_id: int, at: datetime) -> None:
    """Keep when a unit last spoke in public; called inside the transaction of the release that is recorded there."""
    Unit.objects.filter(pk=unit_id).update(last_spoke_at=Greatest(F("last_spoke_at"), Value(at)))


@action
def save_remits(unit: Unit, rows: Sequence[Mapping[str, Any]], *, by: Person | None) -> list[Remit]:
    """Write down what a unit answers for, in the order given, instead of what stood there; raise Invalid."""
    access.permit(by, access.DESCRIBE, unit)
    check_open(unit)
    Unit.objects.select_for_update().get(pk=unit.pk)
    remits = [
        _remit(unit, row, position) for position, row in enumerate(rows) if str(row.get("matter", "")).strip()
    ]
    matters = [remit.matter for remit in remits]
    twice = sorted({matter for matter in matters if matters.count(matter) > 1})
    if twice:
        raise invalid("matter", _("%(matter)s stands there twice. Keep one of them.") % {"matter": twice[0]})
    kept = Remit.objects.filter(unit=unit)
    kept.exclude(matter__in=matters).delete()
    for remit in remits:
        check_fields(remit, exclude=["unit"])
    saved = Remit.objects.bulk_create(
        remits,
        update_conflicts=True,
        unique_fields=["unit", "matter"],
        update_fields=["synonyms", "note", "position"],
    )
    audit.record("units.remit.save", by=by, subject=unit, unit=unit, matters=matters)
    jobs.announce("units", f"unit:{unit.pk}")
    return saved


def _remit(unit: Unit, row: Mapping[str, Any], position: int) -> Remit:
    words = row.get("synonyms") or []
    if isinstance(words, str):
        words = re.split(r"[、，,;；\s]+", words)
    synonyms = list(dict.fromkeys(word.strip() for word in words if word.strip()))
    note = str(row.get("note", "")).strip()
    return Remit(
        unit=unit, matter=str(row["matter"]).strip(), synonyms=synonyms, note=note, position=position
    )
