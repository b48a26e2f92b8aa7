"""Turns what a person typed into a query that meets the document's terms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from weiting.text.fold import Piece, fold, pieces
from weiting.text.index import single, sound
from weiting.text.segment import cut, is_word, spans
from weiting.text.sounds import corrected, is_pinyin, splits
from weiting.text.tsquery import Node, Phrase, Term, Without, all_of, any_of

LONGEST_QUERY = 200
MOST_CHUNKS = 16
LONGEST_SOUND = 6
# Said in a question, not looked for; they count only when nothing else was typed.
_COURTESIES = """
怎么 怎样 怎么样 怎么办 如何 什么 哪里 哪儿 哪些 哪个 多少 请问 你好 您好 可以 能否 是否 能不能
可不可以 有没有 为什么 一下 我们 我要 我想 关于 需要 the a an of and to in for
"""
COURTESIES = frozenset(_COURTESIES.split())
_DIGITS = re.compile(r"\d+(?:-\d+)*")
_CHUNK = re.compile(r"(-?)(?:[\"“”「『]([^\"“”」』]+)[\"“”」』]|(\S+))")


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for; `needles` and `sounds` are what the reader will want to see marked."""

    typed: str
    node: Node | None = None
    needles: tuple[str, ...] = ()
    sounds: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to look for: punctuation alone, or only exclusions, is nothing."""
        return self.node is not None

    def to_tsquery(self) -> str:
        """The text of a tsquery for `%s::tsquery`; "" when there is nothing to look for."""
        return str(self.node) if self.node is not None else ""


@dataclass(frozen=True, slots=True)
class _Chunk:
    text: str
    is_excluded: bool
    is_quoted: bool

    @property
    def is_latin(self) -> bool:
        return not self.is_quoted and not self.is_excluded and self.text.isascii() and self.text.isalpha()


def bigrams(word: str) -> list[Term]:
    """The pairs of characters in a word: what every text that holds the word is indexed by."""
    return [Term(word[at : at + 2]) for at in range(len(word) - 1)]


def _simple_words(word: str) -> list[str]:
    """A long compound as the words it is made of, or itself: 公积金提取 also finds 提取公积金."""
    if len(word) < 4:
        return [word]
    best: dict[int, list[str]] = {0: []}
    inner = [(w, a, b) for w, a, b in spans(word, inner=True) if 1 < b - a < len(word)]
    for text, start, end in sorted(inner, key=lambda span: span[1:]):
        if start in best and (end not in best or len(best[start]) + 1 < len(best[end])):
            best[end] = [*best[start], text]
    return best.get(len(word), [word])


def words_of(run: str) -> list[str]:
    """The words of a run of Chinese that must be found; single characters give way to real words."""
    words = [simple for word in cut(run) for simple in _simple_words(word)]
    real = [word for word in words if len(word) > 1]
    return [word for word in real if word not in COURTESIES] or real or [run]


class _Builder:
    """Gathers the parts of one query."""

    def __init__(self) -> None:
        self.needles: list[str] = []
        self.weak_needles: list[str] = []
        self.sounds: list[Term] = []
        self.strong: list[Node] = []
        # Single characters count only when nothing better was typed.
        self.weak: list[Node] = []
        self.excluded: list[Node] = []

    def node(self) -> Node | None:
        wanted = self.strong or self.weak
        return all_of([*wanted, *map(Without, self.excluded)]) if wanted else None

    def add(self, chunk: _Chunk, *, is_last: bool) -> None:
        if chunk.is_excluded:
            spare = _Builder()
            spare.add(_Chunk(chunk.text, False, True), is_last=False)
            node = all_of(spare.strong or spare.weak)
            self.excluded.extend([node] if node else [])
        elif chunk.is_quoted:
            self._add_phrase(chunk.text)
        elif chunk.text not in COURTESIES:
            found = list(pieces(chunk.text))
            for piece in found:
                self._add_piece(piece, is_last=is_last and piece is found[-1])

    def add_syllables(self, words: list[str], *, is_last: bool) -> None:
        """`gong ji jin` is one Chinese word or three Latin ones."""
        joined = "".join(words)
        last = len(words) - 1 if is_last else -1
        nodes = [self._latin_or_spoken(word, is_last=at == last) for at, word in enumerate(words)]
        apart = all_of(node for node in nodes if node is not None)
        self.needles.extend(words)
        self._want(self.strong, [apart, *self._spoken(joined, is_last=is_last)])

    def add_digits(self, groups: list[str]) -> None:
        """`138 0000 0000` is one number or three."""
        parts = [part for group in groups for part in group.split("-") if part]
        self.needles.extend(parts)
        self._want(self.strong, [all_of(map(Term, parts)), Term("".join(parts))])

    def _latin_or_spoken(self, word: str, *, is_last: bool) -> Node | None:
        spoken = [Term("~" + word)] if len(word) > 3 else []
        self.sounds.extend(spoken)
        return any_of([Term(word, is_last and len(word) > 1), *spoken])

    def _want(self, where: list[Node], nodes: list[Node | None]) -> None:
        node = any_of([node for node in nodes if node is not None])
        where.extend([node] if node else [])

    def _add_piece(self, piece: Piece, *, is_last: bool) -> None:
        if not piece.is_han:
            self._want(self.strong, list(self._latin(piece, is_last=is_last)))
        elif len(piece.text) == 1:
            self.weak_needles.append(piece.text)
            self._want(self.weak, [Term(single(piece.text))])
        else:
            self._want(self.strong, list(self._han(piece.text)))

    def _han(self, run: str) -> Iterator[Node | None]:
        for spelling in dict.fromkeys((run, corrected(run))):
            words = words_of(spelling)
            self.needles.extend(words)
            yield all_of(pair for word in words for pair in bigrams(word))
        if len(run) <= LONGEST_SOUND and not is_word(run):
            term = Term(sound(run))
            self.sounds.append(term)
            yield term

    def _latin(self, piece: Piece, *, is_last: bool) -> Iterator[Node | None]:
        parts, word = piece.parts, "".join(piece.parts)
        is_prefix = is_last and len(parts[-1]) > (2 if parts[-1].isdigit() else 1)
        unit = "" if piece.is_unit_apart else piece.unit
        self.needles.extend([piece.text + unit] if unit or len(word) == 1 else [piece.text, *parts])
        last = parts[-1] + unit
        terms = [*map(Term, parts[:-1]), Term(last, is_prefix and not piece.unit)]
        yield all_of(terms)
        if len(parts) > 1:
            yield Term(word, is_prefix)
        elif (spelled := word.replace("ü", "v")).isascii() and spelled.isalpha():
            yield from self._spoken(spelled, is_last=is_last)

    def _spoken(self, word: str, *, is_last: bool) -> Iterator[Node]:
        found: list[Term] = []
        if is_pinyin(word) or (is_last and len(word) > 3):
            found.append(Term("~" + word, is_last and len(word) > 3))
        if 1 < len(word) <= LONGEST_SOUND + 2:
            found.append(Term("^" + word))
        yield from found
        for first, second in splits(word) if is_pinyin(word) else ():
            pair = (Term("~" + first), Term("~" + second, is_last))
            found.extend(pair)
            node = all_of(pair)
            if node:
                yield node
        self.sounds.extend(found)

    def _add_phrase(self, text: str) -> None:
        found = list(pieces(text))
        terms: list[tuple[Term, int]] = []
        for piece in found:
            if piece.is_han:
                pairs = bigrams(piece.text) or [Term(piece.text, True)]
                terms.extend((pair, piece.position + at) for at, pair in enumerate(pairs))
            else:
                terms.extend((Term(part), piece.position + at) for at, part in enumerate(piece.parts))
            self.needles.append(piece.text)
        if terms:
            self.strong.append(Phrase(tuple(terms)) if len(terms) > 1 else terms[0][0])


def _chunks(folded: str) -> list[_Chunk]:
    found = _CHUNK.findall(folded)[:MOST_CHUNKS]
    return [_Chunk(quoted or bare, bool(sign), bool(quoted)) for sign, quoted, bare in found]


def _are_syllables(chunks: list[_Chunk]) -> bool:
    words = [chunk.text for chunk in chunks]
    if len(words) < 2 or not all(chunk.is_latin for chunk in chunks):
        return False
    return all(map(is_pinyin, words)) or all(len(word) == 1 for word in words)


def _add_together(builder: _Builder, chunks: list[_Chunk], *, is_last: bool) -> bool:
    """Take several chunks as one word or number, if they may be one."""
    words = [chunk.text for chunk in chunks]
    if _are_syllables(chunks):
        builder.add_syllables(words, is_last=is_last)
    elif len(words) > 1 and all(map(_DIGITS.fullmatch, words)):
        builder.add_digits(words)
    else:
        return False
    return True


def _alike(chunks: list[_Chunk], at: int) -> int:
    """Where the run of Latin words, or of numbers, that begins here ends."""
    end = at
    while end < len(chunks) and (
        chunks[end].is_latin
        if chunks[at].is_latin
        else not chunks[end].is_excluded and _DIGITS.fullmatch(chunks[end].text)
    ):
        end += 1
    return end


def query_terms(q: str) -> Query:
    """Read a query: words that must all be there, "a phrase", -exclusions, a last Latin word as a prefix."""
    builder, chunks, at = _Builder(), _chunks(fold(q[:LONGEST_QUERY])), 0
    while at < len(chunks):
        end = _alike(chunks, at)
        if not _add_together(builder, chunks[at:end], is_last=end == len(chunks)):
            end = at + 1
            builder.add(chunks[at], is_last=end == len(chunks))
        at = end
    if builder.node() is None and chunks and chunks[0].text in COURTESIES:
        found = chunks[0].text
        builder.needles = [found]
        builder.strong = [Term(found)] if found.isascii() else list(bigrams(found))
    needles = tuple(dict.fromkeys(sorted(builder.needles or builder.weak_needles, key=len, reverse=True)))
    return Query(q, builder.node(), needles, tuple(dict.fromkeys(builder.sounds)))
