"""The chain itself, without Django: canonical bytes, digests, and the check of a stretch link by link.

The format is written down in docs/explanation/audit.md so that anybody can re-implement it; verify.html
is such a second implementation. A change here that alters one byte needs a new VERSION.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from cryptography.hazmat.primitives import hashes

VERSION: Final = 1
SIZE: Final = 32
GENESIS: Final = bytes(SIZE)

# Beyond this a browser's numbers are no longer exact; such a figure is recorded as a string.
LARGEST: Final = 2**53 - 1
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_UNFIT_FOR_KEY = re.compile("[\x00\ud800-\udfff\U00010000-\U0010ffff]")


class NotCanonicalError(ValueError):
    """A value has no canonical form: a float, a NUL, half a surrogate pair, a key outside the BMP."""


def canonical(value: Any) -> bytes:
    """Return the one byte string of a JSON value: RFC 8785 restricted to integers and strings as scalars."""
    _require(value, "")
    text = json.dumps(
        value,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
    )
    return text.encode()


def _require(value: Any, path: str) -> None:
    """Raise NotCanonicalError, naming the place, if two readers could disagree about the bytes."""
    kind = type(value)
    if value is None or kind is bool:
        return
    if kind is list:
        for index, item in enumerate(value):
            _require(item, f"{path}[{index}]")
    elif kind is dict:
        for key, item in value.items():
            # Code points and UTF-16 units sort alike below U+10000, so every language sorts as we do.
            if type(key) is not str or _UNFIT_FOR_KEY.search(key):
                raise NotCanonicalError(f"{path or '.'}: {key!r} cannot be a key")
            _require(item, f"{path}.{key}")
    elif why := _objection(value, kind):
        raise NotCanonicalError(f"{path or '.'}: {why}")


def _objection(value: Any, kind: type) -> str:
    if kind is int:
        return "" if abs(value) <= LARGEST else f"{value} is too large for a number, give it as a string"
    if kind is str:
        return "the text holds a NUL or half a surrogate pair" if _UNFIT.search(value) else ""
    return f"a {kind.__name__} has no canonical form"


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
    """The first thing that does not hold: at which entry, a code, and a sentence with its facts apart."""

    seq: int
    what: str
    template: str
    facts: Mapping[str, Any]

    @property
    def sentence(self) -> str:
        """Return the sentence in English; whoever translates takes `template` and `facts`."""
        return self.template % self.facts


def gettext_noop(text: str) -> str:
    """Mark a sentence for the catalogue without Django."""
    return text


MISSING = gettext_noop("Entry %(seq)s is missing: the next one found is %(found)s.")
MISNAMED = gettext_noop("Entry %(seq)s calls itself %(found)s in its content.")
DETACHED = gettext_noop("Entry %(seq)s does not continue entry %(before)s (%(name)s).")
IMPOSSIBLE = gettext_noop("Entry %(seq)s holds something that was never recorded so: %(why)s.")
CHANGED = gettext_noop("Entry %(seq)s was changed: its content does not give its digests.")
WRONG_DIGEST = gettext_noop("Entry %(seq)s: its %(name)s digest was changed.")
OTHER_HEAD = gettext_noop("Entry %(seq)s is not the one that was announced as the head of %(day)s.")
HEAD_OUTSIDE = gettext_noop("The head of %(day)s belongs to entry %(seq)s, which is not in this stretch.")
CUT = gettext_noop(
    "The chain ends at entry %(last)s, but the head of %(day)s announced entry %(seq)s: the end was cut off."
)
SHORT = gettext_noop("Entries up to %(wanted)s should be here, but the last one is %(last)s.")
GONE = gettext_noop("Entry %(seq)s is missing.")


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
        return Broken(expected_seq, "gap", MISSING, {"seq": expected_seq, "found": seq})
    if link.content.get("seq") != seq:
        return Broken(seq, "seq", MISNAMED, {"seq": seq, "found": link.content.get("seq")})
    for name in ("sm3", "sha256"):
        if getattr(link.previous, name) != getattr(previous, name):
            return Broken(seq, f"prev_{name}", DETACHED, {"seq": seq, "before": seq - 1, "name": name})
    try:
        real = digest(link.previous, canonical(link.content))
    except NotCanonicalError as error:
        return Broken(seq, "content", IMPOSSIBLE, {"seq": seq, "why": str(error)})
    wrong = [name for name in ("sm3", "sha256") if getattr(link.own, name) != getattr(real, name)]
    if wrong == ["sm3", "sha256"]:
        return Broken(seq, "content", CHANGED, {"seq": seq})
    return Broken(seq, wrong[0], WRONG_DIGEST, {"seq": seq, "name": wrong[0]}) if wrong else None


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
    return Broken(head.seq, "head", OTHER_HEAD, {"seq": head.seq, "day": head.day})


def _unmet(announced: Mapping[int, list[DayHead]], report: Report) -> Broken | None:
    """Find the earliest announced head whose entry was not among those read."""
    if not announced:
        return None
    seq = min(announced)
    facts = {"seq": seq, "day": announced[seq][0].day, "last": report.last}
    if seq < report.first:
        return Broken(seq, "head", HEAD_OUTSIDE, facts)
    return Broken(report.last + 1, "cut", CUT, facts)
