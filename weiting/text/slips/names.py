"""Names that are one character off: a wrong, a missing, an added one, or two that changed places.

A name of four and more characters is looked for by its halves: one of them is whole when a single character is
wrong. What stands beside the half is then laid against the rest of the name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import ahocorasick  # type: ignore[import-not-found]

from weiting.text.finding import Finding, _, message
from weiting.text.slips.lexicon import Lexicon
from weiting.text.slips.near import looks_alike, sounds_alike
from weiting.text.slips.page import Page

SHORTEST = 4
# Numbers, ranks and directions tell names apart: 二级 is no slip of 三级.
_TELLS_APART = frozenset(
    "一二三四五六七八九十百千万零上中下东西南北左右前后大小正副省市县区州乡镇村国全新老总分支原现前后年月日的了和与及各本我该"
)
# May be left out in a name.
_MAY_MISS = frozenset("委和与的及市县区省镇乡")
# A character neither heard nor seen as the right one needs a long name around it.
LONG_NAME = 6
GAIN_ALIKE, GAIN_OTHER, GAIN_MISSING, GAIN_ADDED, GAIN_SWAPPED = 2.0, 6.0, 3.0, 6.0, 4.0


@dataclass(frozen=True, slots=True)
class Edit:
    """text[start:end] should be the name; `at` is the place of the slip, `kind` what it is."""

    start: int
    end: int
    name: str
    kind: str
    at: int
    right: str = ""


@cache
def _names(lexicon: Lexicon) -> tuple[ahocorasick.Automaton, ahocorasick.Automaton]:
    """The automaton of whole names, and that of their halves."""
    whole, halves = ahocorasick.Automaton(), ahocorasick.Automaton()
    parts: dict[str, list[tuple[str, int]]] = {}
    titles = {title for title in lexicon.laws if len(title) >= SHORTEST}
    for name in sorted(lexicon.names | titles):
        whole.add_word(name, len(name))
        if len(name) < SHORTEST:
            continue
        middle = len(name) // 2
        parts.setdefault(name[:middle], []).append((name, 0))
        parts.setdefault(name[middle:], []).append((name, middle))
        turned = name[: middle - 1] + name[middle] + name[middle - 1] + name[middle + 1 :]
        if name[middle - 1] != name[middle]:
            parts.setdefault(turned, []).append((name, -1))
    for part, owners in parts.items():
        halves.add_word(part, (len(part), tuple(owners)))
    whole.make_automaton()
    halves.make_automaton()
    return whole, halves


def _laid(rest: str, there: str) -> tuple[str, int, int, str] | None:
    """How `there` differs from `rest` that it begins with but for one slip: kind, place, length used, right one."""
    size = len(rest)
    at = next((i for i, sign in enumerate(rest) if i >= len(there) or there[i] != sign), size)
    if at == size:
        return None
    if len(there) >= size and there[at + 1 : size] == rest[at + 1 :]:
        return "wrong", at, size, rest[at]
    if at + 1 < size and there[at : size - 1] == rest[at + 1 :]:
        return "missing", at, size - 1, rest[at]
    if len(there) > size and there[at + 1 : size + 1] == rest[at:]:
        return "added", at, size + 1, ""
    if there[at : at + 2] == rest[at : at + 2][::-1] and there[at + 2 : size] == rest[at + 2 :]:
        return "swapped", at, size, rest[at]
    return None


def _edits(page: Page) -> Iterator[Edit]:
    text = page.text
    _whole, halves = _names(page.lexicon)
    for last, (size, owners) in halves.iter(text):
        begin = last + 1 - size
        for name, offset in owners:
            if offset < 0:
                yield Edit(begin, last + 1, name, "swapped", begin + len(name) // 2 - 1)
            elif offset == 0:
                rest, there = name[size:], text[last + 1 : last + 2 + len(name) - size]
                if there[:1] and (laid := _laid(rest, there)):
                    kind, at, used, right = laid
                    yield Edit(begin, last + 1 + used, name, kind, last + 1 + at, right)
            else:
                rest, there = name[:offset][::-1], text[max(0, begin - offset - 1) : begin][::-1]
                if there and (laid := _laid(rest, there)):
                    kind, at, used, right = laid
                    place = begin - at - (0 if kind == "missing" else 2 if kind == "swapped" else 1)
                    yield Edit(begin - used, last + 1, name, kind, place, right)


def _covered(page: Page) -> bytearray:
    """1 where a name stands in its right form."""
    whole, _halves = _names(page.lexicon)
    marked = bytearray(len(page.text) + 1)
    for last, size in whole.iter(page.text):
        if size >= SHORTEST - 1:
            marked[last + 1 - size : last + 1] = b"\1" * size
    return marked


def find(page: Page) -> list[Finding]:
    """Names that are one character off."""
    covered = _covered(page)
    found: dict[tuple[int, int], Finding] = {}
    for edit in _edits(page):
        if edit.at < len(page.text) and (covered[edit.at] or page.alone[edit.at]):
            continue
        words = page.text[edit.start : edit.end]
        if any(sign.isspace() or sign == "\n" for sign in words) or words in page.lexicon.names:
            continue
        sure = _JUDGES[edit.kind](page, edit)
        if not sure:
            continue
        key = (edit.start, edit.end)
        if key not in found or found[key].sure < sure:
            found[key] = Finding(
                "slips.name",
                edit.start,
                edit.end,
                words,
                message(_("The name is “%(name)s”. Please check this one."), name=edit.name),
                "must",
                (edit.name,),
                sure,
            )
    return list(found.values())


def _wrong(page: Page, edit: Edit) -> float:
    typed = page.text[edit.at]
    if not "\u3400" <= typed <= "\u9fff" or (typed in _TELLS_APART and edit.right in _TELLS_APART):
        return 0.0
    gain = page.gain(edit.at, edit.at + 1, edit.right)
    inside = edit.start < edit.at < edit.end - 1
    # 共青团云溪市委 is no slip of 共青团员: a short name must end there when its edge is wrong.
    beside = (
        page.text[edit.end : edit.end + 1]
        if edit.at == edit.end - 1
        else page.text[edit.start - 1 : edit.start]
    )
    if not inside and len(edit.name) < LONG_NAME and "\u3400" <= beside <= "\u9fff":
        return 0.0
    if sounds_alike(typed, edit.right) or looks_alike(typed, edit.right):
        needed = GAIN_ALIKE + (3.0 if page.known_at(edit.at) else 0.0)
        return 0.95 if gain >= needed and (inside or gain >= GAIN_OTHER) else 0.0
    if len(edit.name) < LONG_NAME or not inside or typed in _TELLS_APART:
        return 0.0
    return 0.9 if gain >= GAIN_OTHER else 0.0


def _missing(page: Page, edit: Edit) -> float:
    first, end = edit.start, edit.end
    if not first < edit.at < end or edit.right in _MAY_MISS or end - first < SHORTEST - 1:
        return 0.0
    gain = page.gain(edit.at, edit.at, edit.right)
    # Part of a longer word on either side: 安全产品 is not 安全生产.
    # Of a long name most must stand on that side for the slip to be believed all the same.
    is_long = len(edit.name) >= LONG_NAME
    if _crosses(page, first) and not (is_long and edit.at - first > 2):
        return 0.0
    if _crosses(page, end) and not (is_long and end - edit.at > 2):
        return 0.0
    split = not (page.known_at(edit.at - 1) and page.known_at(edit.at))
    needed = GAIN_MISSING - (2.0 if len(edit.name) >= LONG_NAME else 0.0) + (0.0 if split else 2.0)
    needed += 2.0 if len(edit.name) == SHORTEST else 0.0
    return 0.9 if gain >= needed else 0.0


def _crosses(page: Page, at: int) -> bool:
    """Whether a known word stands on both sides of this place."""
    return 0 < at < len(page.text) and page.word_at[at - 1] == page.word_at[at] and page.known_at(at)


def _added(page: Page, edit: Edit) -> float:
    typed = page.text[edit.at]
    if not "\u3400" <= typed <= "\u9fff" or typed in _TELLS_APART or page.known_at(edit.at):
        return 0.0
    return 0.9 if page.gain(edit.at, edit.at + 1, "") >= GAIN_ADDED else 0.0


def _swapped(page: Page, edit: Edit) -> float:
    words = page.text[edit.start : edit.end]
    right = edit.name if len(words) == len(edit.name) else ""
    return 0.9 if right and page.gain(edit.start, edit.end, right) >= GAIN_SWAPPED else 0.0


_JUDGES = {"wrong": _wrong, "missing": _missing, "added": _added, "swapped": _swapped}
