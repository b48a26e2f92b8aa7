"""What a document is found by: its terms, and the tsvector literal that holds them."""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from weiting.text.fold import LONGEST, Piece, fold, join_lines, phone_numbers, pieces
from weiting.text.han import syllables
from weiting.text.segment import search_tokens, segmenter, terms

# PostgreSQL: positions end at 16383, a lexeme keeps 255 of them, a tsvector holds one megabyte.
LAST_POSITION = 16_383
MOST_POSITIONS = 255
MOST_BYTES = 800_000
# Between two parts of a document, so that no quoted phrase runs across.
GAP = 10
TITLE = "A"


def sound(word: str) -> str:
    """The term for a word's full pinyin: `~gongjijin`."""
    return ("~" + "".join(syllables(word)))[:LONGEST]


def short(word: str) -> str:
    """The term for a word's first letters: `^gjj`."""
    return "^" + "".join(syllable[:1] for syllable in syllables(word))


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


def _han_terms(piece: Piece, *, is_title: bool) -> Iterator[tuple[str, int]]:
    text, position = piece.text, piece.position
    for start in range(len(text) - 1):
        yield text[start : start + 2], position + start
    # One character is looked for as the beginning of a pair; the last of a run begins none.
    yield text[-1], position + len(text) - 1
    for term in _pinyin(text, is_title=is_title):
        yield term, position


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
    """The terms a text is found by, in order; weight A (a title) also gives the pinyin of every word."""
    return [term for term, _ in _terms(fold(text), is_title=weight == TITLE)]


def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def to_tsvector_literal(parts: Mapping[str, str]) -> str:
    """The text of a tsvector for `%s::tsvector`; `parts` maps the weights A to D to texts.

    Bounded: what lies beyond a megabyte of terms is not indexed, positions beyond 16383 are as one.
    """
    places: dict[str, list[str]] = {}
    size, base = 0, 0
    for weight in sorted(parts):
        mark, position = ("" if weight == "D" else weight), 0
        for term, position in _terms(fold(parts[weight]), is_title=weight == TITLE):
            held = places.get(term)
            if held is None:
                if size >= MOST_BYTES:
                    continue
                size += 4 * len(term) + 8
                held = places[term] = []
            if not held or (len(held) < MOST_POSITIONS and size < MOST_BYTES):
                size += 2
                held.append(f"{min(base + position, LAST_POSITION)}{mark}")
        base += position + GAP
    return " ".join(f"{_quoted(term)}:{','.join(held)}" for term, held in places.items())
