"""Reads the rows of a table of units: each value checked by itself, faults noted by row and column."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from weiting.core.tables import Table
from weiting.units.imports.columns import KINDS, kind_words, plain
from weiting.units.imports.outcome import Outcome
from weiting.units.models import Unit

# Columns as they are called in a fault, and the attribute each fills.
TEXTS = {
    "name": "name", "short_name": "short_name", "slug": "slug", "seal": "seal_text", "colour": "color",
    "about": "about", "phone": "phone", "address": "address", "hours": "hours", "code": "division_code",
}  # fmt: skip
_BREAK = re.compile(r"[；;\n]+")


@dataclass
class UnitRow:
    """One unit as the table has it; `fields` holds only what the table says something about."""

    number: int
    name: str
    code: str
    kind: str
    parent: str
    fields: dict[str, str]
    remits: list[str] | None = None
    parent_row: "UnitRow | None" = None
    parent_unit: Unit | None = None
    unit: Unit | None = None
    path_seen: bool = field(default=False, repr=False)


def read_units(table: Table, outcome: Outcome) -> list[UnitRow]:
    """Return the rows that are sound in themselves; faults go to the outcome."""
    found = [row for number, values in table.rows if (row := _row(number, values, outcome))]
    outcome.errors.extend(table.errors)
    outcome.error_count += table.error_count
    _refuse_doubles(found, outcome)
    return found


def _row(number: int, values: Mapping[str, str], outcome: Outcome) -> UnitRow | None:
    before = outcome.error_count
    typed = {name: value.strip() for name, value in values.items()}
    if not typed.get("name"):
        outcome.fail(number, "name", _("The name is missing. Write the official name of the unit."))
    kind = KINDS.get(plain(typed.get("kind", "")), "")
    if not kind:
        sentence = _("“%(typed)s” is not a kind of unit. Write one of: %(kinds)s.")
        outcome.fail(number, "kind", sentence % {"typed": typed.get("kind", ""), "kinds": kind_words()})
    fields = {attribute: typed[column] for column, attribute in TEXTS.items() if typed.get(column)}
    _check_shapes(number, typed, fields, outcome)
    if outcome.error_count > before:
        return None
    remits = (
        [part.strip() for part in _BREAK.split(typed["remits"]) if part.strip()]
        if typed.get("remits")
        else None
    )
    code = typed.get("code", "")
    return UnitRow(number, typed["name"], code, kind, typed.get("parent", ""), fields, remits)


def _check_shapes(number: int, typed: Mapping[str, str], fields: Mapping[str, str], outcome: Outcome) -> None:
    for column, attribute in TEXTS.items():
        most = getattr(Unit._meta.get_field(attribute), "max_length", None)
        if most and len(fields.get(attribute, "")) > most:
            sentence = _("This has %(length)s characters; at most %(most)s fit.")
            outcome.fail(number, column, sentence % {"length": len(fields[attribute]), "most": most})
    if typed.get("colour") and not re.fullmatch(r"#[0-9a-fA-F]{6}", typed["colour"]):
        outcome.fail(number, "colour", _("Write the colour as # and six digits, for example #2b4c7e."))
    if typed.get("slug") and not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", typed["slug"]):
        outcome.fail(
            number, "slug", _("Only small letters, digits and hyphens between them. Or leave it empty.")
        )
    if typed.get("code") and not re.fullmatch(r"\d{2,12}", typed["code"]):
        outcome.fail(number, "code", _("A division code has 2 to 12 digits and nothing else."))


def _refuse_doubles(rows: list[UnitRow], outcome: Outcome) -> None:
    """Note every row that is the same unit as an earlier one."""
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        keys = [("slug", row.fields.get("slug", ""))] if row.fields.get("slug") else []
        keys.append(("code", row.code) if row.code else (row.parent, row.name))
        for column, key in keys:
            first = seen.setdefault((column, key), row.number)
            if first != row.number:
                where = column if column in ("code", "slug") else "name"
                sentence = _("This is the same unit as in row %(row)s. Remove one of the two.")
                outcome.fail(row.number, where, sentence % {"row": first})
