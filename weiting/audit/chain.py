"""The chain itself, without Django: canonical bytes, digests, and the check of a stretch link by link.

The format is written down in docs/explanation/audit.md so that anybody can re-implement it; verify.html
is such a second implementation. A change here that alters one byte needs a new VERSION.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from cryptography.hazmat.primitives import hashes

VERSION: Final = 1
FORMAT: Final = "weiting-audit/1"
SIZE: Final = 32
GENESIS: Final = bytes(SIZE)

# Beyond this a browser's numbers are no longer exact; such a figure is recorded as a string.
LARGEST: Final = 2**53 - 1
_SURROGATE = re.compile("[\ud800-\udfff]")


class NotCanonical(ValueError):
    """A value has no canonical form: a float, a NUL, half a surrogate pair, a key outside the BMP."""


def canonical(value: Any) -> bytes:
    """Return the one byte string of a JSON value: RFC 8785 restricted to integers and strings as scalars."""
    _require(value, "")
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def _require(value: Any, path: str) -> None:
    """Raise NotCanonical, naming the place, if two implementations could disagree about a value's bytes."""
    kind = type(value)
    if value is None or kind is bool:
        return
    if kind is int:
        if abs(value) > LARGEST:
            raise NotCanonical(f"{path or '.'}: {value} is too large for a number, give it as a string")
    elif kind is str:
        if "\x00" in value or _SURROGATE.search(value):
            raise NotCanonical(f"{path or '.'}: the text holds a NUL or half a surrogate pair")
    elif kind is list:
        for index, item in enumerate(value):
            _require(item, f"{path}[{index}]")
    elif kind is dict:
        for key, item in value.items():
            # Code points and UTF-16 units sort alike below U+10000, so every language sorts as we do.
            if type(key) is not str or (key and max(key) > "\uffff"):
                raise NotCanonical(f"{path or '.'}: {key!r} cannot be a key")
            _require(key, path)
            _require(item, f"{path}.{key}")
    else:
        raise NotCanonical(f"{path or '.'}: a {kind.__name__} has no canonical form")


def moment(at: datetime) -> str:
    """Return a time as RFC 3339 in UTC with six digits of a second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True)
class Digests:
    """The same bytes under both hash functions; the chain is kept in each independently."""

    sm3: bytes = GENESIS
    sha256: bytes = GENESIS


def digest(previous: Digests, content: bytes) -> Digests:
    """Return H(previous ‖ content) under SM3 and under SHA-256."""
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(previous.sm3)
    sm3.update(content)
    return Digests(sm3.finalize(), hashlib.sha256(previous.sha256 + content).digest())


def short(sm3: bytes) -> str:
    """Return the printed form of a head: the first 16 hexadecimal digits of SM3 in fours."""
    text = sm3.hex()[:16]
    return " ".join(text[i : i + 4] for i in range(0, 16, 4))


def read_short(printed: str) -> str:
    """Return the digits of a head as somebody typed it from paper, or "" if it cannot be one."""
    digits = re.sub(r"[\s·.-]", "", printed).lower()
    return digits if re.fullmatch(r"[0-9a-f]{16,64}", digits) else ""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as the check needs it: its number, its content and the four digests it claims."""

    seq: int
    content: Mapping[str, Any]
    previous: Digests
    own: Digests


@dataclass(frozen=True, slots=True)
class DayHead:
    """The head that was announced for a day: everything up to `seq` was in the chain when the day ended."""

    day: date
    seq: int
    own: Digests


@dataclass(frozen=True, slots=True)
class Broken:
    """The first thing that does not hold: at which entry, a code, and a sentence for a person."""

    seq: int
    what: str
    sentence: str


@dataclass(slots=True)
class Report:
    """What a check found; `broken` is None when every link holds."""

    first: int = 0
    last: int = 0
    count: int = 0
    tip: Digests = field(default_factory=Digests)
    heads: list[DayHead] = field(default_factory=list)
    broken: Broken | None = None

    @property
    def ok(self) -> bool:
        """Say whether everything held."""
        return self.broken is None


def check_link(link: Link, expected_seq: int, previous: Digests) -> Broken | None:
    """Compare one entry with its predecessor and with its own content; return what differs, if anything."""
    seq = link.seq
    if seq != expected_seq:
        return Broken(expected_seq, "gap", f"Entry {expected_seq} is missing: the next one found is {seq}.")
    if link.content.get("seq") != seq:
        return Broken(seq, "seq", f"Entry {seq} calls itself {link.content.get('seq')!r} in its content.")
    for name in ("sm3", "sha256"):
        if getattr(link.previous, name) != getattr(previous, name):
            return Broken(seq, f"prev_{name}", f"Entry {seq} does not continue entry {seq - 1} ({name}).")
    try:
        real = digest(link.previous, canonical(link.content))
    except NotCanonical as error:
        return Broken(seq, "content", f"Entry {seq} holds something that was never recorded so: {error}.")
    wrong = [name for name in ("sm3", "sha256") if getattr(link.own, name) != getattr(real, name)]
    if wrong == ["sm3", "sha256"]:
        return Broken(seq, "content", f"Entry {seq} was changed: its content does not give its digests.")
    if wrong:
        return Broken(seq, wrong[0], f"Entry {seq}: its {wrong[0]} digest was changed.")
    return None


def check(
    links: Iterable[Link],
    heads: Iterable[DayHead] = (),
    *,
    first: int | None = None,
    start: Digests | None = None,
) -> Report:
    """Check a stretch and the daily heads that fall into it, in constant memory; stop at the first break.

    `first` is the number the stretch must begin with. `start` is the digest before it when that is known;
    a stretch that starts in the middle without it takes its first link's word.
    """
    announced: dict[int, list[DayHead]] = {}
    for head in heads:
        announced.setdefault(head.seq, []).append(head)
    report = Report(last=(first or 1) - 1, tip=start or Digests())
    for link in links:
        if not report.count:
            report.first = link.seq
            report.last = report.last if first else link.seq - 1
            report.tip = start or (Digests() if link.seq == 1 else link.previous)
        report.broken = check_link(link, report.last + 1, report.tip)
        if report.broken:
            return report
        report.last, report.tip, report.count = link.seq, link.own, report.count + 1
        for head in announced.pop(link.seq, ()):
            report.heads.append(head)
            if head.own != link.own:
                report.broken = _differs(head)
                return report
    report.broken = _unmet(announced, report)
    return report


def _differs(head: DayHead) -> Broken:
    return Broken(
        head.seq, "head", f"Entry {head.seq} is not the one that was announced as the head of {head.day}."
    )


def _unmet(announced: Mapping[int, list[DayHead]], report: Report) -> Broken | None:
    """Find the earliest announced head whose entry was not among those read."""
    if not announced:
        return None
    seq = min(announced)
    day = announced[seq][0].day
    if seq < report.first:
        return Broken(seq, "head", f"The head of {day} belongs to entry {seq}, which is not in this stretch.")
    return Broken(
        report.last + 1,
        "cut",
        f"The chain ends at entry {report.last}, but the head of {day} announced entry {seq}: "
        "the end was cut off.",
    )


# --- the exported file -------------------------------------------------------------------------------


def header_line(first: int, last: int, heads: int) -> bytes:
    """Return the first line of an export: which entries and how many heads follow."""
    return canonical({"first": first, "format": FORMAT, "heads": heads, "kind": "stretch", "last": last})


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


def export(links: Iterable[Link], report: Report) -> Iterator[bytes]:
    """Yield the lines of an export of what a report covers: header, heads, entries."""
    yield header_line(report.first, report.last, len(report.heads))
    yield from map(head_line, report.heads)
    yield from map(entry_line, links)


class BadFile(ValueError):
    """An export cannot be read; `line` says where."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"Line {line}: {why}")
        self.line = line


def _parse(number: int, line: bytes) -> dict[str, Any]:
    """Read a line and insist that it is byte for byte canonical, so that no two readers can differ about it."""
    try:
        value = json.loads(line)
        if isinstance(value, dict) and canonical(value) == line:
            return value
    except ValueError as error:
        raise BadFile(number, f"this is not a line of an export ({error}).") from None
    raise BadFile(number, "this line is not in canonical form: it was edited after the export.")


def _bytes(number: int, value: Any) -> bytes:
    if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value):
        return bytes.fromhex(value)
    raise BadFile(number, "a digest is not 64 lower-case hexadecimal digits.")


def _whole(number: int, value: Any) -> int:
    if type(value) is int and value >= 0:
        return value
    raise BadFile(number, "a number is missing.")


def _day(number: int, value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadFile(number, "a head has no day.") from None


def _keys(number: int, row: Mapping[str, Any], *names: str) -> None:
    if set(row) != {"kind", *names}:
        raise BadFile(number, "the line has other fields than the format.")


def check_file(lines: Iterable[bytes]) -> Report:
    """Check an export as a stranger would, with nothing but the file; raise BadFile if it is not one."""
    numbered = ((i, line.rstrip(b"\n")) for i, line in enumerate(lines, 1))
    number, line = next(numbered, (1, b""))
    header = _parse(number, line)
    if header.get("format") != FORMAT or header.get("kind") != "stretch":
        raise BadFile(1, f"the file does not start as {FORMAT}.")
    _keys(1, header, "first", "format", "heads", "last")
    first, last = _whole(1, header["first"]), _whole(1, header["last"])
    heads = [_head(*next(numbered, (2 + i, b""))) for i in range(_whole(1, header["heads"]))]
    report = check((_entry(number, line) for number, line in numbered), heads, first=first)
    if report.ok and report.last != last:
        sentence = f"The file announces entries {first} to {last}, but it ends at {report.last}."
        report.broken = Broken(report.last + 1, "cut", sentence)
    return report


def _head(number: int, line: bytes) -> DayHead:
    row = _parse(number, line)
    _keys(number, row, "day", "seq", "sha256", "sm3")
    own = Digests(_bytes(number, row["sm3"]), _bytes(number, row["sha256"]))
    return DayHead(_day(number, row["day"]), _whole(number, row["seq"]), own)


def _entry(number: int, line: bytes) -> Link:
    row = _parse(number, line)
    _keys(number, row, "entry", "prev_sha256", "prev_sm3", "sha256", "sm3")
    if not isinstance(row["entry"], dict):
        raise BadFile(number, "an entry was expected here.")
    return Link(
        _whole(number, row["entry"].get("seq")),
        row["entry"],
        Digests(_bytes(number, row["prev_sm3"]), _bytes(number, row["prev_sha256"])),
        Digests(_bytes(number, row["sm3"]), _bytes(number, row["sha256"])),
    )
