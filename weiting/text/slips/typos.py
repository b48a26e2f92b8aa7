"""Slips inside ordinary words: a character whose near-sound or near-shape neighbour makes the text far more usual.

Only characters that fall out of the words around them are looked at, and only a neighbour that makes a known word
counts. Names of persons fall out of words too: beside a surname much more is asked for.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from weiting.text.finding import Finding, _, message
from weiting.text.segment import is_word
from weiting.text.slips.near import lookalikes, sounds
from weiting.text.slips.page import Page

# How much more usual the text must become (a difference of natural logarithms), by the length of the word made.
GAIN = {2: 11.0, 3: 9.0, 4: 8.0}
# Where a character is as usual as this, no neighbour can be so much better.
USUAL = -15.0
# A pair seen this often on both sides is no slip.
OFTEN = 30.0
NAME_EXTRA = 6.0
LONGEST_WORD = 4
SURNAMES = frozenset(
    (Path(__file__).parent / "data" / "surnames.txt").read_text(encoding="utf-8").partition("\n")[2]
)


@cache
def _by_sound() -> dict[str, str]:
    """The characters of the model by reading."""
    from weiting.text.slips.ngrams import ngrams

    model = ngrams()
    common = sorted(model.numbers, key=lambda sign: -model.single[model.numbers[sign]])[:COMMON]
    found: dict[str, list[str]] = {}
    for sign in common:
        for sound in sounds(sign):
            found.setdefault(sound, []).append(sign)
    return {sound: "".join(signs) for sound, signs in found.items()}


COMMON = 4_600


@cache
def _codes_near(sign: str) -> tuple[tuple[str, int], ...]:
    from weiting.text.slips.ngrams import ngrams

    model, by_sound = ngrams(), _by_sound()
    near = {other for sound in sounds(sign) for other in by_sound.get(sound, "")} | set(lookalikes(sign))
    near.discard(sign)
    return tuple((other, model.numbers[other]) for other in sorted(near) if other in model.numbers)


def _doubtful(page: Page) -> Iterator[int]:
    """Places in or beside what the dictionary does not know."""
    text, last = page.text, -1
    for _word, start, end, known in page.words:
        if known or not "\u3400" <= text[start] <= "\u9fff":
            continue
        for at in range(max(start - 1, last + 1, 0), min(end + 1, len(text))):
            last = at
            if "\u4e00" <= text[at] <= "\u9fff" and not page.alone[at]:
                yield at


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
        if known and not first <= at < last:
            return True
    return False


def _in_name(page: Page, at: int) -> bool:
    """Whether this may be a person's name: the word or the character before begins with a surname."""
    _word, start, end, known = page.words[page.word_at[at]]
    if known:
        return False
    if end - start > 1:
        return page.text[start] in SURNAMES
    for back in (0, 1, 2):
        before = at - back
        if before >= 0 and page.text[before] in SURNAMES and not page.known_at(before):
            return True
    return False


def _best(page: Page, at: int) -> tuple[float, str]:
    """The neighbour that makes the text most usual, and by how much."""
    model, codes = page.model, page.codes
    a, b, x, d, e = codes[at : at + 5]
    if model.pair(b, x) >= OFTEN and model.pair(x, d) >= OFTEN:
        return 0.0, ""
    chance = model.chance
    base = chance(a, b, x) + chance(b, x, d) + chance(x, d, e)
    best, sign = 0.0, ""
    if base > USUAL:
        return best, sign
    for other, code in _codes_near(page.text[at]):
        if not (model.pair(b, code) or model.pair(code, d)):
            continue
        gain = chance(a, b, code) + chance(b, code, d) + chance(code, d, e) - base
        if gain > best:
            best, sign = gain, other
    return best, sign


def _needed(page: Page, at: int, length: int) -> float:
    return GAIN[length] + (NAME_EXTRA if _in_name(page, at) else 0.0)


def find(page: Page) -> list[Finding]:
    """Characters that are slips in ordinary words."""
    found = []
    least = min(GAIN.values())
    for at in _doubtful(page):
        gain, sign = _best(page, at)
        if gain < least:
            continue
        start, length = _word_with(page.text, at, sign)
        _own, own = _word_with(page.text, at, page.text[at])
        if (
            not length
            or own >= length
            or _cuts(page, at, start, start + length)
            or gain < GAIN[length] + (NAME_EXTRA if _in_name(page, at) else 0.0)
        ):
            continue
        right = page.text[start:at] + sign + page.text[at + 1 : start + length]
        found.append(
            Finding(
                "slips.typo",
                start,
                start + length,
                page.text[start : start + length],
                message(_("Is “%(right)s” meant here?"), right=right),
                "should",
                (right,),
                min(0.9, 0.5 + (gain - least) / 20),
            )
        )
    return found
