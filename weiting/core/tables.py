"""The one reader of imported tables: CSV, XLSX, JSON Lines; each fault is named by its row and column."""

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from weiting.core.errors import Invalid
from weiting.core.mappings import Mapping as ColumnMapping, RowError, load_mapping
from weiting.core.records import (
    Cells,
    Objects,
    Source,
    Values,
    csv_records,
    json_records,
    kind_of,
    opened,
    repeated,
)
from weiting.core.sheets import template_csv, template_xlsx, xlsx_records

__all__ = ["ColumnMapping", "RowError", "Table", "load_mapping", "read_rows", "template_csv", "template_xlsx"]

MOST_ERRORS = 1_000
Aliases = Mapping[str, Sequence[str]]
Rows = Iterator[tuple[int, Values]]


@dataclass(slots=True)
class Table:
    """A table being read. `rows` is read once; `errors` is complete only after it.

    A row with an error is not among `rows`. The first thousand errors are kept, `error_count` counts all.
    """

    name: str
    header: tuple[str, ...]
    rows: Iterator[tuple[int, Values]] = field(default_factory=lambda: iter(()))
    errors: list[RowError] = field(default_factory=list)
    error_count: int = 0
    ignored: tuple[str, ...] = ()

    def fail(self, row: int, column: str, message: str) -> None:
        """Note an error; callers may add their own so that all stand in one list."""
        self.error_count += 1
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(RowError(row, column, message))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The fields the caller wants, and what their columns may be called."""

    aliases: Aliases | None
    required: frozenset[str]
    is_mapped: bool = False


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which column gives which field."""

    titles: tuple[str, ...]
    fields: tuple[tuple[str, int], ...]


def _key(title: str) -> str:
    """A column's name as it is compared: width, case, spaces and a mark of being required do not matter."""
    folded = unicodedata.normalize("NFKC", title).casefold().replace("(必填)", "")
    return "".join(folded.split()).strip("*\ufeff")


def _layout(table: Table, wanted: _Wanted) -> _Layout | None:
    """Match the header to fields, note what does not fit; None when rows could not be told apart."""
    titles = table.header
    keys = [_key(title) for title in titles]
    if again := repeated(keys):
        shown = titles[keys.index(again)]
        table.fail(1, shown, _("The column “%(name)s” appears twice. Remove one.") % {"name": shown})
        return None
    places = {key: at for at, key in enumerate(keys) if key}
    fields: list[tuple[str, int]] = []
    used: set[int] = set()
    is_usable = True
    for name, spellings in (wanted.aliases or {title: [title] for title in titles if title}).items():
        found = list(dict.fromkeys(places[key] for one in [*spellings, name] if (key := _key(one)) in places))
        if len(found) > 1 and not wanted.is_mapped:
            message = _("The columns %(names)s mean the same. Remove all but one.")
            table.fail(1, titles[found[1]], message % {"names": ", ".join(titles[at] for at in found)})
            is_usable = False
        used.update(found)
        if found:
            fields.append((name, found[0]))
        elif name in wanted.required:
            message = _("The column “%(name)s” is missing. The file has: %(found)s.")
            table.fail(1, spellings[0], message % {"name": spellings[0], "found": ", ".join(titles)})
            is_usable = False
    _note_unknown(table, used, wanted)
    return _Layout(titles, tuple(fields)) if is_usable else None


def _note_unknown(table: Table, used: set[int], wanted: _Wanted) -> None:
    table.ignored = tuple(title for at, title in enumerate(table.header) if title and at not in used)
    for title in () if wanted.is_mapped else table.ignored:
        table.fail(1, title, _("The column “%(name)s” is not known here. Remove it.") % {"name": title})


def _fault(cells: list[str], titles: tuple[str, ...], *, may_be_short: bool) -> tuple[str, str] | None:
    """The column and the sentence for what is wrong with the shape of a row."""
    width = len(titles)
    if len(cells) < width and not may_be_short:
        message = _("This row has %(found)d columns instead of %(wanted)d.")
        return titles[len(cells)], message % {"found": len(cells), "wanted": width}
    if any(cells[width:]):
        message = _(
            "This row has %(found)d columns instead of %(wanted)d. Is a text with a comma not quoted?"
        )
        return "", message % {"found": len(cells), "wanted": width}
    for at, cell in enumerate(cells):
        if "\x00" in cell:
            return titles[at], _("This value contains a NUL byte.")
        if cell and at < width and not titles[at]:
            return "", _("A value stands in column %(number)d, which has no name.") % {"number": at + 1}
    return None


def _from_cells(table: Table, records: Iterator[Cells], layout: _Layout, *, may_be_short: bool) -> Rows:
    for number, cells in records:
        if isinstance(cells, str):
            table.fail(number, "", cells)
        elif any(cells):
            fault = _fault(cells, layout.titles, may_be_short=may_be_short)
            if fault:
                table.fail(number, *fault)
            else:
                yield (number, {name: cells[at] if at < len(cells) else "" for name, at in layout.fields})


def _from_objects(table: Table, records: Iterator[Objects], wanted: _Wanted) -> Rows:
    names = {
        _key(one): name for name, spellings in (wanted.aliases or {}).items() for one in [*spellings, name]
    }
    for number, values in records:
        if isinstance(values, str):
            table.fail(number, "", values)
            continue
        found = {names.get(_key(key), "" if names else key): value for key, value in values.items()}
        unknown = next((key for key in values if names and _key(key) not in names), "")
        nul = next((key for key, value in values.items() if "\x00" in value), "")
        missing = next((name for name in sorted(wanted.required) if name not in found), "")
        found.pop("", None)
        if nul:
            table.fail(number, nul, _("This value contains a NUL byte."))
        elif missing:
            table.fail(number, missing, _("“%(name)s” is missing in this line.") % {"name": missing})
        elif unknown and not wanted.is_mapped:
            table.fail(number, unknown, _("“%(name)s” is not known here. Remove it.") % {"name": unknown})
        else:
            yield number, dict.fromkeys(wanted.aliases or table.header, "") | found


def _mapped(table: Table, rows: Rows, mapping: ColumnMapping) -> Rows:
    for number, values in rows:
        found, errors = mapping.apply(number, values)
        for error in errors:
            table.fail(error.row, error.column, error.message)
        if not errors:
            yield number, found


def _header(records: Iterator[Cells]) -> tuple[str, ...]:
    """The first row that is not empty, without the empty columns at its end."""
    for _number, cells in records:
        if isinstance(cells, str):
            raise Invalid(_("The first row with the column names cannot be read: %(why)s") % {"why": cells})
        titles = [cell.strip() for cell in cells]
        while titles and not titles[-1]:
            titles.pop()
        if titles:
            return tuple(titles)
    raise Invalid(_("The file is empty. It needs a first row with the column names."), code="empty")


def _cell_table(name: str, records: Iterator[Cells], wanted: _Wanted, *, may_be_short: bool) -> Table:
    table = Table(name, _header(records))
    layout = _layout(table, wanted)
    if layout:
        table.rows = _from_cells(table, records, layout, may_be_short=may_be_short)
    return table


def _json_table(name: str, records: Iterator[Objects], wanted: _Wanted) -> Table:
    # The first lines may be broken or leave fields out; the header is what any of them has.
    kept = list(islice(records, 20))
    objects = [values for _number, values in kept if not isinstance(values, str)]
    if not objects:
        raise Invalid(_("The file holds no JSON object. Each line must be one."), code="empty")
    table = Table(name, tuple(dict.fromkeys(chain.from_iterable(objects))))
    if wanted.is_mapped:
        # Lines may leave a field out; a field that no line has is a slip in the mapping.
        if _layout(table, wanted) is None:
            return table
        wanted = _Wanted(wanted.aliases, frozenset(), is_mapped=True)
    table.rows = _from_objects(table, chain(kept, records), wanted)
    return table


def _closing(file: BinaryIO, rows: Rows) -> Rows:
    with file:
        yield from rows


def read_rows(
    source: Source,
    *,
    name: str,
    sheet: str | None = None,
    aliases: Aliases | None = None,
    required: Collection[str] = (),
    mapping: ColumnMapping | None = None,
) -> Table:
    """Open a table of any known kind; its rows come as (row number, {field: text}), the header being row 1.

    `aliases` maps fields to the names a column may bear; `mapping` does so for foreign files, and leaves
    other columns out. Faults of columns and rows go to the table's `errors`. Raises Invalid if the whole is
    unusable.
    """
    wanted = _Wanted(aliases, frozenset(required))
    if mapping:
        wanted = _Wanted(mapping.columns, frozenset(mapping.columns), is_mapped=True)
        sheet = sheet or mapping.sheet
    file = opened(source)
    kind = kind_of(file, name)
    if kind == "json":
        table = _json_table(name, json_records(file), wanted)
    elif kind == "xlsx":
        table = _cell_table(name, xlsx_records(file, sheet), wanted, may_be_short=True)
    else:
        table = _cell_table(name, csv_records(file), wanted, may_be_short=False)
    if mapping:
        table.rows = _mapped(table, table.rows, mapping)
    if file is not getattr(source, "file", source):
        table.rows = _closing(file, table.rows)
    return table
