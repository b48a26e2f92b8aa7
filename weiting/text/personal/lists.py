"""Lists of people: rows of names with numbers, amounts or addresses, as notices of grants have them."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from weiting.text.personal.homes import home_behind
from weiting.text.personal.names import is_name, masked_name
from weiting.text.personal.reading import Reading
from weiting.text.personal.span import Span

FEWEST_ROWS = 3
LONGEST_ROW = 400
# 李　红 is one name, spaced to be as wide as one of three characters.
_CELL = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff][ \u3000]{1,3}[\u4e00-\u9fff](?![\u4e00-\u9fff])|[^\t|,，;；、 \u3000]+"
)
_SPACES = re.compile("[ \u3000]")
_NAME_HEAD_IN_CELL = re.compile("^姓名[：:]")
_AMOUNT = re.compile(r"[￥¥]?[0-9][0-9,]{0,12}(?:\.[0-9]{1,4})?(?:元|万元)?")
_MONEY = re.compile(
    r"金额|补助|补贴|救助|低保|资助|工资|补偿|奖励|待遇|标准|元|慰问|贫困|特困|优抚|抚恤|赔偿|欠|助学|医疗费|罚款"
)
_NAME_HEAD = re.compile("姓 ?名|户主|名字|人员|申请人|学生|患者|受益人|领取人|承租人|对象|成员")
# What a column holds whose head says so: kind of the label, kind of the finding, what a cell must look like.
_COLUMNS = {
    "identity": ("identity_like", re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]")),
    "phone": ("landline", re.compile(r"[0-9\-]{7,13}")),
    "phone_private": ("landline", re.compile(r"[0-9\-]{7,13}")),
    "bank": ("bank_card", re.compile(r"[0-9]{12,20}")),
    "passport": ("passport", re.compile(r"[A-Z]{1,2}[0-9]{7,10}")),
    "school": ("record", re.compile(r"[A-Z]?[0-9][0-9A-Z\-]{4,19}")),
    "medical": ("record", re.compile(r"[A-Z]{0,2}[0-9][0-9A-Z\-]{4,19}")),
    "plate": ("plate", re.compile(r"[\u4e00-\u9fff][A-Z][0-9A-Z]{5,6}")),
    "wechat": ("wechat", re.compile(r"[A-Z][A-Z0-9_\-]{5,19}")),
    "qq": ("qq", re.compile(r"[1-9][0-9]{4,10}")),
}


@dataclass(slots=True)
class _Row:
    start: int
    end: int
    cells: list[tuple[int, int]]
    name: int = -1
    kinds: set[str] = field(default_factory=set)


def lists(reading: Reading, spans: Iterable[Span]) -> list[Span]:
    """One span for each list with a span for every name and for cells that only their column's head explains."""
    ordered = sorted(spans, key=lambda span: span.start)
    starts = [span.start for span in ordered]
    found: list[Span] = []
    for head, rows in _tables(reading):
        within = slice(bisect_left(starts, rows[0].start), bisect_left(starts, rows[-1].end))
        found.extend(_spans_of_list(reading, head, rows, ordered[within]))
    return found


def _rows(text: str) -> Iterator[_Row]:
    at = 0
    for line in text.splitlines(keepends=True):
        end = at + len(line.rstrip("\r\n"))
        # The line under the head of a table in Markdown is no row.
        if line.strip(" |:-\t\r\n"):
            short = end - at <= LONGEST_ROW
            cells = [match.span() for match in _CELL.finditer(text, at, end)] if short else []
            yield _Row(at, end, cells)
        at += len(line)


def _tables(reading: Reading) -> Iterator[tuple[_Row | None, list[_Row]]]:
    """Runs of rows with a name in the same column, and the row before them: their head, or what leads to them."""
    before: _Row | None = None
    head: _Row | None = None
    rows: list[_Row] = []
    for row in _rows(reading.text):
        row.name = _name_column(reading.text, row, rows[-1].name if rows else -1)
        if rows and row.name >= 0 and row.name == rows[-1].name:
            rows.append(row)
        else:
            if len(rows) >= FEWEST_ROWS:
                yield head, rows
            head, rows = before, [row] if row.name >= 0 else []
        before = row
    if len(rows) >= FEWEST_ROWS:
        yield head, rows


def _name_column(text: str, row: _Row, wanted: int) -> int:
    """The column of the name among the first four, -1 when the row has none or nothing beside it."""
    if len(row.cells) < 2:
        return -1
    names = [
        at
        for at, (start, end) in enumerate(row.cells[:4])
        if is_name(_NAME_HEAD_IN_CELL.sub("", _SPACES.sub("", text[start:end])))
    ]
    if wanted in names:
        return wanted
    return names[0] if names else -1


def _spans_of_list(reading: Reading, head: _Row | None, rows: list[_Row], spans: list[Span]) -> list[Span]:
    inside_heads = _cells_by_head(reading, head, rows, spans)
    items = [*spans, *inside_heads]
    is_private = _rows_with(rows, items) >= max(2, len(rows) // 2)
    if not is_private and not _tells_money(reading, head, rows):
        return inside_heads
    name_kind, list_kind = ("list_name", "list") if is_private else ("paid_name", "list_amounts")
    names = []
    for row in rows:
        start, end = row.cells[row.name]
        start += 3 if reading.text[start:end].startswith("姓名") else 0
        words = reading.text[start:end]
        hidden = masked_name(words) if not _SPACES.search(words) else words[:-1] + "某"
        names.append(Span(name_kind, start, end, 0.9, hidden))
    facts = {"rows": len(rows), "columns": "、".join(_columns(reading, head, rows, [*items, *names]))}
    return [*inside_heads, *names, Span(list_kind, rows[0].start, rows[-1].end, 1.0, None, facts)]


def _rows_with(rows: list[_Row], items: list[Span]) -> int:
    starts = sorted(span.start for span in items)
    count, at = 0, 0
    for row in rows:
        while at < len(starts) and starts[at] < row.start:
            at += 1
        count += at < len(starts) and starts[at] < row.end
    return count


def _tells_money(reading: Reading, head: _Row | None, rows: list[_Row]) -> bool:
    """Whether the rows hold amounts, and they or the line before say that it is money."""
    text = reading.text
    paid = 0
    for row in rows:
        cells = [text[start:end] for at, (start, end) in enumerate(row.cells) if at > row.name]
        paid += any(_AMOUNT.fullmatch(cell) for cell in cells)
    said = text[head.start : head.end] if head else ""
    says = (
        _MONEY.search(said)
        or sum(bool(_MONEY.search(text, row.start, row.end)) for row in rows) > len(rows) // 2
    )
    return paid > len(rows) // 2 and bool(says)


def _head_kinds(reading: Reading, head: _Row | None, rows: list[_Row]) -> dict[int, str]:
    """Column → kind of the label in its head, when the line before is a head."""
    if head is None or len(head.cells) < 2 or not _NAME_HEAD.search(reading.text, head.start, head.end):
        return {}
    kinds: dict[int, str] = {}
    for at, (start, end) in enumerate(head.cells):
        label = reading.label_before(end, 3)
        if label is not None and label.start >= start:
            kinds[at] = label.kind
    return kinds


def _cells_by_head(reading: Reading, head: _Row | None, rows: list[_Row], inside: list[Span]) -> list[Span]:
    taken = {at for span in inside for at in range(span.start, span.end)}
    found = []
    kinds = _head_kinds(reading, head, rows)
    for row in rows:
        if head is None or len(row.cells) != len(head.cells):
            continue
        for at, label in kinds.items():
            start, end = row.cells[at]
            if start not in taken and (span := _by_head(reading, label, start, end)):
                found.append(span)
    return found


def _by_head(reading: Reading, label: str, start: int, end: int) -> Span | None:
    """What a cell holds whose column's head is this kind of label."""
    if label in {"home", "address"}:
        span = home_behind(reading, start)
        # Less sure than a whole flat that was found by itself.
        return replace(span, sure=0.7) if span and span.end <= end else None
    kind, form = _COLUMNS.get(label, ("", None))
    return (
        Span(kind, start, end, 0.8)
        if form is not None and form.fullmatch(reading.plain, start, end)
        else None
    )


def _columns(reading: Reading, head: _Row | None, rows: list[_Row], items: list[Span]) -> list[str]:
    """The columns to mask in the list's own words; without a head the number of each column."""
    starts = sorted(span.start for span in items)
    places: set[int] = set()
    for row in rows:
        for start in starts[bisect_left(starts, row.start) : bisect_left(starts, row.end)]:
            places.update(at for at, (begin, end) in enumerate(row.cells) if begin <= start < end)
    if head is not None and len(head.cells) == len(rows[0].cells):
        return [reading.text[slice(*head.cells[at])] for at in sorted(places) if at < len(head.cells)]
    return [str(at + 1) for at in sorted(places)]
