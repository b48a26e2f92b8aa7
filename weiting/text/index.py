"""What a document is found by: its terms, and the tsvector literal that holds them."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from weiting.text.fold import CJK, LONGEST, Piece, fold, join_lines, phone_numbers, pieces
from weiting.text.han import syllables
from weiting.text.segment import search_tokens, segmenter, terms

# PostgreSQL: positions end at 16383, a lexeme keeps 255 of them, a tsvector holds one megabyte.
LAST_POSITION = 16_383
MOST_POSITIONS = 255
MOST_BYTES = 800_000
# Between two parts of a document, so that no quoted phrase runs across.
GAP = 10
TITLE = "A"
_CJK_CHARACTER = re.compile(f"[{CJK}]")


def sound(word: str) -> str:
    """The term for a word's full pinyin: `~gongjijin`."""
    return ("~" + "".join(syllables(word)))[:LONGEST]


def short(word: str) -> str:
    """The term for a word's first letters: `^gjj`."""
    return "^" + "".join(syllable[:1] for syllable in syllables(word))


def single(character: str) -> str:
    """The term for one character typed alone: `.水`. As a beginning of pairs it would be a hundred terms in one."""
    return "." + character


@lru_cache(maxsize=32_768)
def _sounds(word: str) -> tuple[str, ...]:
    return (sound(word), short(word)) if len(word) > 1 else ()


@cache
def _sounds_of_terms() -> dict[str, tuple[str, ...]]:
    return {fold(word): _sounds(fold(word)) for word in terms()}


def _pinyin(run: str, *, is_title: bool) -> Iterator[str]:
    """Pinyin of every word of a title, but in a body only of the terms: an index must not double for it."""
    if is_title:
        for word in {*search_tokens(run), run} if len(run) <= 6 else search_tokens(run):
            yield from _sounds(word)
        return
    known = _sounds_of_terms()
    for word in segmenter().cut_for_search(run):
        if word in known:
            yield from known[word]


def _han_terms(piece: Piece, *, is_title: bool) -> list[tuple[str, int]]:
    text, position = piece.text, piece.position
    found = [(text[start : start + 2], position + start) for start in range(len(text) - 1)]
    # In a quoted phrase one character is the beginning of a pair; the last of a run begins none.
    found.append((text[-1], position + len(text) - 1))
    found.extend((term, position) for term in _pinyin(text, is_title=is_title))
    return found


def _latin_terms(piece: Piece) -> Iterator[tuple[str, int]]:
    parts, position = piece.parts, piece.position
    for offset, part in enumerate(parts):
        yield part, position + offset
    if len(parts) > 1:
        yield "".join(parts)[:LONGEST], position
    if piece.unit:
        yield parts[-1] + piece.unit, position + len(parts) - 1


def _terms(folded: str, *, is_title: bool) -> Iterator[tuple[str, int]]:
    for piece in pieces(join_lines(folded)):
        yield from _han_terms(piece, is_title=is_title) if piece.is_han else _latin_terms(piece)
    for number in phone_numbers(folded):
        yield number, 1


def index_terms(text: str, weight: str = "D") -> list[str]:
    """The terms a text is found by, in order; weight A (a title) also gives the pinyin of every word.

    Without those for single characters, which are the beginnings of others.
    """
    return [term for term, _ in _terms(fold(text), is_title=weight == TITLE)]


def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def to_tsvector_literal(parts: Mapping[str, str]) -> str:
    """The text of a tsvector for `%s::tsvector`; `parts` maps the weights A to D to texts.

    Bounded: what lies beyond a megabyte of terms is not indexed, positions beyond 16383 are as one.
    """
    # Put together as text from the start: this is the longest work of an import.
    places: dict[str, str] = {}
    size, base = 0, 0
    for weight in sorted(parts):
        mark, last, folded = ("" if weight == "D" else weight), 0, fold(parts[weight])
        for term, place in _terms(folded, is_title=weight == TITLE):
            held = places.get(term)
            if held is None:
                if size < MOST_BYTES:
                    size += 4 * len(term) + 10
                    places[term] = f"'{term}':{min(base + place, LAST_POSITION)}{mark}"
            elif size < MOST_BYTES and (len(held) < MOST_POSITIONS or held.count(",") < MOST_POSITIONS - 1):
                size += 2
                places[term] = f"{held},{min(base + place, LAST_POSITION)}{mark}"
            last = max(last, place)
        base += last + GAP
        if size < MOST_BYTES:
            size += _add_singles(places, folded, is_title=weight == TITLE)
    if any(map("".join(places).__contains__, "'\\")):
        return " ".join(_quoted(term) + held[len(term) + 2 :] for term, held in places.items())
    return " ".join(places.values())


def _add_singles(places: dict[str, str], folded: str, *, is_title: bool) -> int:
    """Add a term for each character; it is enough to know that it is there, and whether in a title."""
    found = [single(character) for character in _CJK_CHARACTER.findall("".join(set(folded)))]
    for term in found:
        places.setdefault(term, f"'{term}':1A" if is_title else f"'{term}'")
    return 10 * len(found)
