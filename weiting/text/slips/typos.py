"""Slips inside ordinary words: a character whose near-sound or near-shape neighbour makes the text far more usual.

Only characters that fall out of the words around them are looked at, and only a neighbour that makes a known word
counts. What speaks for and against it is weighed with data/typos.tsv: names of persons, rare words and places fall
out of words too.
"""

import heapq
import math
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from weiting.text.finding import Finding, _, message
from weiting.text.segment import is_word
from weiting.text.slips.near import lookalikes, soundalikes
from weiting.text.slips.ngrams import ngrams
from weiting.text.slips.page import Page

DATA = Path(__file__).parent / "data"
# A neighbour counts from this sum of weights on.
LEAST = 0.8
# Where a character is as usual as this, or its neighbour no better than that, nothing more is asked.
USUAL, LEAST_GAIN = -20, 6.0
# Nobody slips twice the same way: what is written so twice is meant, most likely a name.
WRITTEN_TWICE, BEFORE_END = 4.0, 1.5
ENDS_OF_PLACES = frozenset("路村镇乡街巷桥湖山江河湾园苑屯寨坝")
# A pair seen this often on both sides is no slip.
OFTEN = 30.0
LONGEST_WORD = 4
MOST_TRIED = 3


@cache
def surnames() -> frozenset[str]:
    """The commonest family names of one character."""
    return frozenset((DATA / "surnames.txt").read_text(encoding="utf-8").partition("\n")[2].strip())


@cache
def _weights() -> dict[str, float]:
    lines = (DATA / "typos.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {name: float(weight) for name, weight, *_about in rows}


@lru_cache(maxsize=2_048)
def _near(sign: str) -> int:
    """The characters near in sound or shape: a bit for the number of each."""
    numbers = ngrams().numbers
    near = {*soundalikes(sign), *lookalikes(sign)} - {sign}
    return sum(1 << numbers[other] for other in near if other in numbers)


def _doubtful(page: Page) -> Iterator[int]:
    """Places in or beside what the dictionary does not know, and that were not seen like this before."""
    text, last, model, codes = page.text, -1, page.model, page.codes
    for _word, start, end, known in page.words:
        if known or not "\u3400" <= text[start] <= "\u9fff":
            continue
        for at in range(max(start - 1, last + 1, 0), min(end + 1, len(text))):
            last = at
            if not "\u4e00" <= text[at] <= "\u9fff" or page.alone[at]:
                continue
            if not model.count(codes[at + 1] << 26 | codes[at + 2] << 13 | codes[at + 3]):
                yield at


def _best(page: Page, at: int) -> tuple[float, str]:
    """The neighbour that makes the text most usual, and by how much; "" when none does by enough."""
    # A character has the weight of three chances: its own and those of the two behind it.
    base = page.chance(at) + page.chance(at + 1) + page.chance(at + 2)
    best, sign = LEAST_GAIN, ""
    if base > USUAL:
        return 0.0, sign
    model = page.model
    a, b, x, d, e = page.codes[at : at + 5]
    if model.pair(b, x) >= OFTEN and model.pair(x, d) >= OFTEN:
        return 0.0, sign
    chance = model.chance
    for _worth, other, code in _promising(page, page.text[at], b, d):
        # A chance is one at most, its logarithm nothing: what is lost by now is not made good.
        if (gain := chance(a, b, code)) - base < best or (gain := gain + chance(b, code, d)) - base < best:
            continue
        gain = gain + chance(code, d, e) - base
        if gain > best or (gain == best and not sign):
            best, sign = gain, other
    return best, sign


def _promising(page: Page, sign: str, b: int, d: int) -> list[tuple[float, str, int]]:
    """The neighbours that go best with the two beside them; by pairs alone, which is quick."""
    model = page.model
    pair, single, signs = model.pair, model.single, model.signs
    left, found = model.between(b, d) & _near(sign), []
    while left:
        lowest = left & -left
        left ^= lowest
        code = lowest.bit_length() - 1
        worth = (pair(b, code) + 0.1) * (pair(code, d) + 0.1) / (single[code] + 3)
        found.append((worth, signs[code - 2], code))
    return found if len(found) < 2 else heapq.nlargest(MOST_TRIED, found)


def _word_with(text: str, at: int, sign: str) -> tuple[int, int]:
    """The longest known word through this place if `sign` stood there: its start and length, or 0."""
    for length in range(LONGEST_WORD, 1, -1):
        for start in range(max(0, at - length + 1), min(at, len(text) - length) + 1):
            if is_word(text[start:at] + sign + text[at + 1 : start + length]):
                return start, length
    return at, 0


def _cuts(page: Page, at: int, start: int, end: int) -> bool:
    """Whether a known word that does not hold the place would be cut by the new one."""
    for edge in (start, end):
        if not 0 < edge < len(page.text) or page.word_at[edge - 1] != page.word_at[edge]:
            continue
        _word, first, last, known = page.words[page.word_at[edge]]
        if known and not first <= at < last and not first <= at + 1 < last:
            return True
    return False


def _in_name(page: Page, at: int) -> bool:
    """Whether this may be a person's name: it begins with a surname here or within two characters before."""
    _word, start, end, known = page.words[page.word_at[at]]
    if known:
        return False
    if end - start > 1:
        return page.text[start] in surnames()
    return any(
        page.text[before] in surnames() and not page.known_at(before)
        for before in range(max(0, at - 2), at + 1)
    )


def _sum(page: Page, at: int, sign: str, gain: float, start: int, length: int) -> float:
    """What speaks for the neighbour, less what speaks against."""
    weights, model, codes = _weights(), page.model, page.codes
    a, b, x, d, e = codes[at : at + 5]
    code = model.numbers[sign]
    _at, own = _word_with(page.text, at, page.text[at])
    _word, first, last, known = page.words[page.word_at[at]]
    facts = {
        "gain": gain,
        "len2": length == 2,
        "len4": length == 4,
        "own2": own == 2,
        "own3": own >= 3,
        "cuts": _cuts(page, at, start, start + length),
        "name": _in_name(page, at),
        "known": known,
        "tok2": last - first > 1 and not known,
        "lb": _log(model.pair(b, x)),
        "rb": _log(model.pair(x, d)),
        "nl": _log(model.pair(b, code)),
        "nr": _log(model.pair(code, d)),
        "fo": _log(model.single[x]),
        "fn": _log(model.single[code]),
        "t3": model.count(a << 26 | b << 13 | code) > 0,
        "t4": model.count(b << 26 | code << 13 | d) > 0,
        "t5": model.count(code << 26 | d << 13 | e) > 0,
    }
    return weights["bias"] + sum(weights[name] * value for name, value in facts.items())


def _log(count: float) -> float:
    return math.log(count + 0.5)


def _turned(page: Page, at: int) -> Finding | None:
    """Two characters of a word that changed places: 府政 for 政府."""
    text, model = page.text, page.model
    one, other, e = page.codes[at + 2 : at + 5]
    if one == other or not "\u4e00" <= text[at + 1 : at + 2] <= "\u9fff":
        return None
    if model.count(one << 26 | other << 13 | e):
        return None
    gain = _gain_turned(page, at)
    if gain < TURNED_GAIN:
        return None
    needed = TURNED_GAIN + (TURNED_MORE if _in_name(page, at) else 0)
    if page.known_at(at) and page.word_at[at] == page.word_at[at + 1]:
        needed += TURNED_MORE
    if gain < needed or not (made := _word_turned(page, at)):
        return None
    start, word = made
    needed += TURNED_SHORT[len(word)] + _is_named(page, start, start + len(word))
    return _finding(page, start, len(word), word, 0.9) if gain >= needed else None


def _gain_turned(page: Page, at: int) -> float:
    """How much more usual the text is when this character and the next change places; less than asked for, when it
    cannot be enough.
    """
    old = page.chance(at) + page.chance(at + 1) + page.chance(at + 2) + page.chance(at + 3)
    a, b, x, d, e, f = page.codes[at : at + 6]
    new, chance = 0.0, page.model.chance
    for run in ((a, b, d), (b, d, x), (d, x, e), (x, e, f)):
        if new - old < TURNED_GAIN:
            break
        new += chance(*run)
    return new - old


def _word_turned(page: Page, at: int) -> tuple[int, str] | None:
    """The longest known word with both characters turned, and where it starts."""
    begin = max(0, at - LONGEST_WORD)
    text = page.text
    turned = text[begin:at] + text[at + 1] + text[at] + text[at + 2 : at + 2 + LONGEST_WORD]
    for length in range(LONGEST_WORD, 1, -1):
        for start in range(max(0, at - begin + 2 - length), at - begin + 1):
            word = turned[start : start + length]
            first = begin + start
            if len(word) == length and is_word(word) and not _cuts(page, at, first, first + length):
                return first, word
    return None


TURNED_GAIN, TURNED_MORE = 7.0, 3.0
TURNED_SHORT = {2: 3.5, 3: 0.0, 4: 0.0}


def _is_named(page: Page, start: int, end: int) -> float:
    """What more is asked of words that look like a name: written so twice, or before the end of a place's name."""
    words, near = page.text[start:end], page.text[end - 1 : end + 1]
    return (WRITTEN_TWICE if page.text.count(words) > 1 else 0.0) + (
        BEFORE_END if any(sign in ENDS_OF_PLACES for sign in near) else 0.0
    )


def _finding(page: Page, start: int, length: int, right: str, sure: float) -> Finding:
    why = message(_("Is “%(right)s” meant here?"), right=right)
    words = page.text[start : start + length]
    return Finding("slips.typo", start, start + length, words, why, "should", (right,), sure)


def find(page: Page) -> list[Finding]:
    """Characters that are slips in ordinary words."""
    found = []
    for at in _doubtful(page):
        if at + 1 < len(page.text) and (turned := _turned(page, at)):
            found.append(turned)
        gain, sign = _best(page, at)
        if not sign:
            continue
        start, length = _word_with(page.text, at, sign)
        if not length:
            continue
        weight = _sum(page, at, sign, gain, start, length)
        if weight < LEAST + _is_named(page, start, start + length):
            continue
        right = page.text[start:at] + sign + page.text[at + 1 : start + length]
        found.append(_finding(page, start, length, right, min(0.93, 1 / (1 + math.exp(-weight)))))
    return found
