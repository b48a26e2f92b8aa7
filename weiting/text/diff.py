"""What changed between two texts, word by word: numbers and dates whole, no confetti of single characters."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from rapidfuzz.distance import LCSseq

from weiting.text.han import HAN
from weiting.text.segment import cut

Op = Literal["equal", "insert", "delete"]
Change = tuple[Op, str]
# Beyond so many pairs of words (about half a second) a rewritten stretch is shown whole, not picked apart.
MOST_PAIRS = 600_000_000
# A stretch in which less than this share survived is easier to read as replaced.
LEAST_KEPT = 0.25
_UNIT = re.compile(
    r"\d{2,4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日|\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
    r"|\d+(?:[-./,]\d+)*[%％‰℃]?|[A-Za-z]+(?:['’-][A-Za-z]+)*|\r?\n|[^\S\r\n]+"
    f"|[{HAN}]+|."
    r"|\s"
)
_HAN_RUN = re.compile(f"[{HAN}]+")
_WORDLESS = re.compile(r"[\W_]*")


def words(text: str) -> list[str]:
    """Cut for comparing: words, dates, numbers, signs, line ends; joined again they are the text."""
    found: list[str] = []
    for unit in _UNIT.findall(text):
        found.extend(cut(unit) if _HAN_RUN.match(unit) else [unit])
    return found


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    """Stretches of the two sequences, alternately equal and changed."""
    at, to = 0, 0
    for code in LCSseq.opcodes(old, new):
        if code.tag == "equal":
            if (at, to) != (code.src_start, code.dest_start):
                yield False, at, code.src_start, to, code.dest_start
            yield True, code.src_start, code.src_end, code.dest_start, code.dest_end
            at, to = code.src_end, code.dest_end
    if (at, to) != (len(old), len(new)):
        yield False, at, len(old), to, len(new)


def _is_crumb(kept: str) -> bool:
    """Equal by chance rather than because it stayed: one character, or signs only; never a line end."""
    if "\n" in kept:
        return False
    return len(kept) < 2 or bool(_WORDLESS.fullmatch(kept))


def _within(old: str, new: str) -> Iterator[Change]:
    """The changes of one rewritten stretch."""
    before, after = words(old), words(new)
    if len(before) * len(after) > MOST_PAIRS:
        yield from (("delete", old), ("insert", new))
        return
    stretches = list(_blocks(before, after))
    kept = sum(len("".join(before[a:b])) for is_equal, a, b, _c, _d in stretches if is_equal)
    is_rewritten = "\n" not in old and kept < LEAST_KEPT * min(len(old), len(new))
    gone, come = "", ""
    for index, (is_equal, a, b, c, d) in enumerate(stretches):
        removed, added = "".join(before[a:b]), "".join(after[c:d])
        is_edge = index in (0, len(stretches) - 1)
        if is_equal and (is_edge or not (_is_crumb(removed) or is_rewritten)):
            yield from (("delete", gone), ("insert", come), ("equal", removed))
            gone, come = "", ""
        else:
            gone, come = gone + removed, come + added
    yield from (("delete", gone), ("insert", come))


def _by_paragraph(old: str, new: str) -> Iterator[Change]:
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for is_equal, a, b, c, d in _blocks(before, after):
        removed, added = "".join(before[a:b]), "".join(after[c:d])
        if is_equal:
            yield "equal", removed
        elif removed and added:
            yield from _within(removed, added)
        else:
            yield from (("delete", removed), ("insert", added))


def _tidied(changes: Iterator[Change]) -> Iterator[Change]:
    """Without empty changes; neighbours of one kind joined, each deletion before its insertion."""
    gone, come, kept = "", "", ""
    for op, text in changes:
        if op == "delete":
            gone += text
        elif op == "insert":
            come += text
        elif text and (gone or come):
            yield from _present(kept, gone, come)
            gone, come, kept = "", "", text
        else:
            kept += text
    yield from _present(kept, gone, come)


def _present(kept: str, gone: str, come: str) -> list[Change]:
    found: list[Change] = [("equal", kept), ("delete", gone), ("insert", come)]
    return [change for change in found if change[1]]


def _by_line_ends(changes: list[Change]) -> list[Change]:
    """A new paragraph reads as its text and its line end, not as a line end and its text."""
    for at in range(1, len(changes) - 1):
        (before, kept), (op, text), (after, rest) = changes[at - 1 : at + 2]
        if before == after == "equal" and text.startswith("\n") and rest.startswith("\n"):
            changes[at - 1 : at + 2] = [("equal", kept + "\n"), (op, text[1:] + "\n"), ("equal", rest[1:])]
    return [change for change in changes if change[1]]


def diff(old: str, new: str) -> list[Change]:
    """The changes from old to new; equal and delete make the old text, equal and insert the new one."""
    if old == new:
        return [("equal", old)] if old else []
    return _by_line_ends(list(_tidied(_by_paragraph(old, new))))
