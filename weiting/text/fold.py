"""One form of a text for searching, and the small pieces it is made of; the same for document and query."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from weiting.text.han import HAN, simplified_characters

# Kana are cut like Chinese: they too are written without spaces.
CJK = HAN + "\u3041-\u30ff\u31f0-\u31ff"
LONGEST = 64
# 2021年 and 5 月 are looked for with their unit; a space between the two is a matter of typesetting.
UNITS = "年月日号时点分秒元万亿人个次期届周岁路楼栋单室层名位条件家所线级区届版章折米吨度天"
_SPACE_IN_CHINESE = re.compile(f"(?<=[{CJK}])\\s+(?=[{CJK}])")
_PIECE = re.compile(f"([{CJK}]+)|([^\\W_{CJK}]+(?:[-./:@'+_][^\\W_{CJK}]+)*)(?:(\\s*)(?=([{UNITS}])))?")
_INNER = re.compile(r"[-./:@'+_]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of Chinese, or one Latin word or number with its parts and the unit that follows it."""

    text: str
    is_han: bool
    position: int
    unit: str = ""
    is_unit_apart: bool = False

    @property
    def parts(self) -> list[str]:
        """0571-8888 in parts; a word without inner signs is its own only part."""
        return [part[:LONGEST] for part in _INNER.split(self.text)]


def fold(text: str) -> str:
    """Compatibility form, lower case, Simplified: what differs only in this is the same to a reader."""
    return unicodedata.normalize("NFKC", text).lower().translate(simplified_characters())


@lru_cache(maxsize=8_192)
def _fold_character(character: str) -> str:
    return fold(character)


def fold_aligned(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the index of the original one (and the end)."""
    folded: list[str] = []
    origin: list[int] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        part = _fold_character(text[start:end])
        folded.append(part)
        origin.extend([start] * len(part))
        start = end
    return "".join(folded), [*origin, len(text)]


def join_lines(folded: str) -> str:
    """Take out white space between Chinese characters: letter-spaced headings, hard line breaks."""
    return _SPACE_IN_CHINESE.sub("", folded)


def pieces(folded: str) -> Iterator[Piece]:
    """The pieces of a folded text; positions count characters of Chinese and parts of Latin words."""
    position = 1
    for found in _PIECE.finditer(folded):
        han, latin, gap, unit = found.groups()
        if han:
            yield Piece(han, True, position)
            position += len(han)
        else:
            piece = Piece(latin, False, position, unit or "", bool(gap))
            yield piece
            position += len(piece.parts)
