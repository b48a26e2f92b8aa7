"""The stretch of a text that shows why it was found, with the found words marked; no HTML."""

import re

from weiting.text.fold import CJK, fold_aligned
from weiting.text.han import syllables
from weiting.text.query import Query
from weiting.text.segment import spans
from weiting.text.tsquery import Term

# Looked at from the start of a text; a snippet from the thirtieth page helps nobody.
LOOKED_AT = 20_000
ELLIPSIS = "…"
_HAN_RUN = re.compile(f"[{CJK}]+")
_SENTENCE_END = re.compile(r"[。！？；\n]\s*")

Span = tuple[int, int]
Part = tuple[str, bool]


def _pattern(needle: str) -> str:
    return re.escape(needle) if _HAN_RUN.match(needle) else r"(?<![a-z0-9])" + re.escape(needle)


def _written(folded: str, needles: tuple[str, ...]) -> list[Span]:
    found: list[Span] = []
    for needle in needles:
        hits = [hit.span() for hit in re.finditer(_pattern(needle), folded)]
        if not hits and len(needle) > 2 and _HAN_RUN.fullmatch(needle):
            # Found by its pairs only: mark those.
            pairs = "|".join(_pattern(needle[at : at + 2]) for at in range(len(needle) - 1))
            hits = [hit.span() for hit in re.finditer(pairs, folded)]
        found.extend(hits)
    return found


def _sounds_like(word: str, sounds: tuple[Term, ...]) -> bool:
    spelled = syllables(word)
    whole, short = ("~" + "".join(spelled), "^" + "".join(syllable[:1] for syllable in spelled))
    return any(
        whole.startswith(term.text) if term.is_prefix else term.text in (whole, short) for term in sounds
    )


def _spoken(folded: str, sounds: tuple[Term, ...]) -> list[Span]:
    found: list[Span] = []
    for run in _HAN_RUN.finditer(folded) if sounds else ():
        words = [(a, b) for _, a, b in spans(run[0], inner=True) if b - a > 1]
        if 1 < len(run[0]) <= 6:
            words.append((0, len(run[0])))
        found.extend(
            (run.start() + a, run.start() + b) for a, b in words if _sounds_like(run[0][a:b], sounds)
        )
    return found


def _merged(found: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _window(text: str, marks: list[Span], length: int) -> Span:
    """Where most different words stand together, from the beginning of a sentence if that is near."""
    if len(text) <= length:
        return 0, len(text)
    best, start = 0, 0
    for first, _ in marks[:200]:
        words = {text[a:b] for a, b in marks if first <= a and b <= first + length * 3 // 4}
        if len(words) > best:
            best, start = len(words), first
    lead = max(0, start - length // 4)
    ends = [end.end() for end in _SENTENCE_END.finditer(text, lead, start)]
    begin = 0 if start < length // 4 else (ends[-1] if ends else lead)
    begin = max(0, min(begin, len(text) - length))
    return begin, begin + length


def highlight(text: str, query: Query, *, length: int = 120) -> list[Part]:
    """The best stretch of at most `length` characters as (text, is_marked) parts, with … where it is cut.

    Marks stand on the original characters, whatever script or spelling they were looked for in.
    """
    looked_at = text[:LOOKED_AT]
    folded, places = fold_aligned(looked_at)
    found = _merged(_written(folded, query.needles) + _spoken(folded, query.sounds))
    marks = _merged([(places[a][0], places[b - 1][1]) for a, b in found])
    begin, end = _window(looked_at, marks, length)
    parts: list[Part] = [(ELLIPSIS, False)] if begin else []
    at = begin
    for start, stop in marks:
        start, stop = max(start, begin), min(stop, end)
        if start >= stop:
            continue
        parts.extend([(text[at:start], False), (text[start:stop], True)])
        at = stop
    parts.append((text[at:end], False))
    if end < len(text):
        parts.append((ELLIPSIS, False))
    return [part for part in parts if part[0]]
