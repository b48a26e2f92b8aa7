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
_PHONE = re.compile(r"(?<![\d.])\d{3,4}(?:[- ]\d{3,4}){1,3}(?!\d)")
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


def phone_numbers(folded: str) -> list[str]:
    """Digits in groups, as telephone numbers are written, joined to one number."""
    joined = (re.sub(r"\D", "", found) for found in _PHONE.findall(folded))
    return [digits for digits in joined if 7 <= len(digits) <= 12]


def fold(text: str) -> str:
    """Compatibility form, lower case, Simplified: what differs only in this is the same to a reader."""
    return unicodedata.normalize("NFKC", text).lower().translate(simplified_characters())


@lru_cache(maxsize=8_192)
def _fold_character(character: str) -> str:
    return fold(character)


def fold_aligned(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The folded text without spaces inside Chinese, and where each character stands in the original."""
    folded: list[str] = []
    places: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        part = _fold_character(text[start:end])
        folded.append(part)
        places.extend([(start, end)] * len(part))
        start = end
    whole = "".join(folded)
    for space in reversed(list(_SPACE_IN_CHINESE.finditer(whole))):
        del places[space.start() : space.end()]
    return join_lines(whole), places


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
