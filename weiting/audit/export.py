"""The exported file: a stretch of the chain as JSON Lines, written here and checked as a stranger would.

The format is written down in docs/explanation/audit.md; verify.html reads the same.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from weiting.audit.chain import (
    SHORT,
    Broken,
    DayHead,
    Digests,
    Link,
    Report,
    canonical,
    check,
    gettext_noop,
)

FORMAT: Final = "weiting-audit/1"


def header_line(first: int, last: int, heads: int) -> bytes:
    """Return the first line of an export: which entries and how many heads follow."""
    return canonical(
        {
            "first": first,
            "format": FORMAT,
            "heads": heads,
            "kind": "stretch",
            "last": last,
        }
    )


def entry_line(link: Link) -> bytes:
    """Return an entry's line."""
    return canonical(
        {
            "entry": dict(link.content),
            "kind": "entry",
            "prev_sha256": link.previous.sha256.hex(),
            "prev_sm3": link.previous.sm3.hex(),
            "sha256": link.own.sha256.hex(),
            "sm3": link.own.sm3.hex(),
        }
    )


def head_line(head: DayHead) -> bytes:
    """Return a daily head's line."""
    return canonical(
        {
            "day": head.day.isoformat(),
            "kind": "head",
            "seq": head.seq,
            "sha256": head.own.sha256.hex(),
            "sm3": head.own.sm3.hex(),
        }
    )


def lines(links: Iterable[Link], report: Report) -> Iterator[bytes]:
    """Yield the lines of an export of what a report covers: header, heads, entries."""
    yield header_line(report.first, report.last, len(report.heads))
    yield from map(head_line, report.heads)
    yield from map(entry_line, links)


class BadFileError(ValueError):
    """An export cannot be read; `line` says where."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"Line {line}: {why}")
        self.line, self.why = line, why


def _parse(number: int, line: bytes) -> dict[str, Any]:
    """Read a line and insist that it is canonical byte for byte, so that no two readers can differ."""
    try:
        value = json.loads(line)
        if isinstance(value, dict) and canonical(value) == line:
            return value
    except ValueError:
        raise BadFileError(number, gettext_noop("this is not a line of an export.")) from None
    raise BadFileError(
        number, gettext_noop("this line is not in canonical form: it was edited after the export.")
    )


def _bytes(number: int, value: Any) -> bytes:
    if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value):
        return bytes.fromhex(value)
    raise BadFileError(number, gettext_noop("a digest is not 64 lower-case hexadecimal digits."))


def _whole(number: int, value: Any) -> int:
    if type(value) is int and value >= 0:
        return value
    raise BadFileError(number, gettext_noop("a number is missing."))


def _day(number: int, value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadFileError(number, gettext_noop("a head has no day.")) from None


def _keys(number: int, row: Mapping[str, Any], kind: str, *names: str) -> None:
    if set(row) != {"kind", *names} or row["kind"] != kind:
        raise BadFileError(number, gettext_noop("the line has other fields than the format."))


def check_file(lines: Iterable[bytes]) -> Report:
    """Check an export as a stranger would, with nothing but the file; raise BadFileError if it is not one."""
    numbered = ((i, line.rstrip(b"\n")) for i, line in enumerate(lines, 1))
    number, line = next(numbered, (1, b""))
    header = _parse(number, line)
    if header.get("format") != FORMAT:
        raise BadFileError(1, gettext_noop("the file does not start like an export."))
    _keys(1, header, "stretch", "first", "format", "heads", "last")
    first, last = _whole(1, header["first"]), _whole(1, header["last"])
    heads = [_head(*next(numbered, (2 + i, b""))) for i in range(_whole(1, header["heads"]))]
    report = check((_entry(number, line) for number, line in numbered), heads, first=first)
    if report.ok and report.last != last:
        report.broken = Broken(report.last + 1, "cut", SHORT, {"wanted": last, "last": report.last})
    return report


def _head(number: int, line: bytes) -> DayHead:
    row = _parse(number, line)
    _keys(number, row, "head", "day", "seq", "sha256", "sm3")
    own = Digests(_bytes(number, row["sm3"]), _bytes(number, row["sha256"]))
    return DayHead(_day(number, row["day"]), _whole(number, row["seq"]), own)


def _entry(number: int, line: bytes) -> Link:
    row = _parse(number, line)
    _keys(number, row, "entry", "entry", "prev_sha256", "prev_sm3", "sha256", "sm3")
    if not isinstance(row["entry"], dict):
        raise BadFileError(number, gettext_noop("an entry was expected here."))
    return Link(
        _whole(number, row["entry"].get("seq")),
        row["entry"],
        Digests(_bytes(number, row["prev_sm3"]), _bytes(number, row["prev_sha256"])),
        Digests(_bytes(number, row["sm3"]), _bytes(number, row["sha256"])),
    )
