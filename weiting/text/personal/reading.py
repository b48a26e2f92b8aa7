"""A text made easy to look through: one character for one character, so that places stay those of the text.

Digits of every script and Chinese ones in long rows become 0–9, Latin letters capitals, dashes and spaces plain.
"""

import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

import ahocorasick  # type: ignore[import-not-found]

DATA = Path(__file__).parent / "data"
# Signs that people put between digits; more than three in a row are no longer within one number.
UNSEEN = "\u200b"
SIGNS = rf"[ \-{UNSEEN}.·_]"
GAP = f"{SIGNS}{{0,3}}+"
_HAN_DIGITS = dict(
    zip("〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖幺貳參陸", "0001234567891234567891236", strict=True)
)
_HAN = "".join(_HAN_DIGITS)
# Read in a row of seven or more only: 一 is too common a word to be a digit everywhere.
_HAN_ROW = re.compile(rf"[{_HAN}0-9](?:{SIGNS}{{0,2}}[{_HAN}0-9]){{6,}}(?:{SIGNS}{{0,2}}叉)?")
_TO_HAN = str.maketrans(_HAN_DIGITS | {"叉": "X"})
_FEW_HAN = 4
_ANY_HAN = re.compile(f"[{_HAN}]")
_URL = re.compile(r"(?:HTTPS?://|WWW\.)[A-Z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,2000}")
_STOP = re.compile(r"[。！？!?\n\r]")


@cache
def _plain_table() -> dict[int, str]:
    table: dict[int, str] = {}
    for point in range(0x80, 0x20000):
        sign = chr(point)
        kind = unicodedata.category(sign)
        if kind == "Nd" or kind == "No":
            digit = unicodedata.digit(sign, None)
            if digit is not None:
                table[point] = str(digit)
        elif kind == "Zs":
            table[point] = " "
        elif kind in {"Cf", "Pd", "Mn", "Me"} and (kind != "Mn" or 0xFE00 <= point <= 0xFE0F):
            table[point] = "-" if kind == "Pd" else UNSEEN
    table |= {point: chr(point - 0xFEE0) for point in range(0xFF01, 0xFF5F) if point not in table}
    table |= {point: chr(point - 0xFEE0 - 32) for point in range(0xFF41, 0xFF5B)}
    table |= {ord(sign): "-" for sign in "−‐‑‒–—―－﹣"}
    table |= {ord(sign): "·" for sign in "•・‧∙●．"}
    table |= {ord("Х"): "X", ord("×"): "X", ord("\t"): " ", ord("＊"): "*", ord("✱"): "*", ord("﹡"): "*"}
    table |= {point: chr(point - 32) for point in range(ord("a"), ord("z") + 1)}
    return {point: sign for point, sign in table.items() if point <= sys.maxunicode}


def _without_han_digits(text: str) -> str:
    """Long rows of digits in which Chinese ones stand, in plain digits."""

    def plain(row: re.Match[str]) -> str:
        whole = row[0]
        # 张三13800138000 is a name and a number: Chinese digits that only touch plain ones are left.
        inner = whole.strip(_HAN)
        if inner and len(whole) - len(inner) < _FEW_HAN and not _ANY_HAN.search(inner):
            return whole
        return whole.translate(_TO_HAN)

    return _HAN_ROW.sub(plain, text)


class Label(NamedTuple):
    """A word that says what stands behind it: its kind (data/labels.txt) and place."""

    kind: str
    start: int
    end: int


def lines_of(name: str) -> Iterator[str]:
    """The lines of a data file that are no notes."""
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def words_of(name: str) -> list[str]:
    """The words of a data file, in their order."""
    return [word for line in lines_of(name) for word in line.split()]


@cache
def _labels() -> ahocorasick.Automaton:
    made = ahocorasick.Automaton()
    for head in words_of("phone_heads.txt"):
        for tail in (
            "电话",
            "热线",
            "热线电话",
            "手机",
            "专线",
            "號碼",
            "号码",
            "电话号码",
            "联系电话",
            "電話",
        ):
            made.add_word(head + tail, ("phone_public", len(head + tail)))
    for line in lines_of("labels.txt"):
        kind, _colon, words = line.partition(":")
        for word in words.split():
            made.add_word(word.upper(), (kind, len(word)))
    made.make_automaton()
    return made


@dataclass(slots=True)
class Reading:
    """What the checks look at: the text itself, its plain form and the labels in it."""

    text: str
    plain: str = ""
    labels: list[Label] = field(default_factory=list)
    _ends: list[int] = field(default_factory=list)
    urls: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        folded = self.text.translate(_plain_table())
        self.plain = _without_han_digits(folded)
        found = _labels().iter_long(searchable(folded))
        labels = (Label(kind, last + 1 - size, last + 1) for last, (kind, size) in found)
        self.labels = [label for label in labels if not _within_word(folded, label)]
        self._ends = [label.end for label in self.labels]
        if "HTTP" in folded or "WWW." in folded:
            self.urls = [match.span() for match in _URL.finditer(folded)]

    def label_before(self, at: int, reach: int = 14) -> Label | None:
        """The nearest label that ends at or before this place, on the same line and in the same sentence."""
        nearest = bisect_right(self._ends, at) - 1
        if nearest < 0:
            return None
        label = self.labels[nearest]
        if at - label.end > reach or _STOP.search(self.plain, label.end, at):
            return None
        return label

    def kind_before(self, at: int, reach: int = 14) -> str:
        """The kind of the nearest label before, or ""."""
        label = self.label_before(at, reach)
        return label.kind if label else ""

    def has_label(self, kinds: frozenset[str], low: int, high: int) -> bool:
        """Whether a label of these kinds stands within text[low:high]."""
        for at in range(bisect_right(self._ends, low), len(self.labels)):
            label = self.labels[at]
            if label.start >= high:
                return False
            if label.kind in kinds and label.end <= high:
                return True
        return False

    def in_url(self, at: int) -> bool:
        """Whether this place is within an address of the web."""
        nearest = bisect_right(self.urls, (at, len(self.text))) - 1
        return nearest >= 0 and at < self.urls[nearest][1]


def _within_word(plain: str, label: Label) -> bool:
    """Whether a Latin label is only a part of a word: TEL in HOTEL, VX in a short address."""
    before = plain[label.start - 1 : label.start]
    return "A" <= plain[label.start] <= "Z" and before.isascii() and before.isalnum()


def searchable(plain: str) -> str:
    """A lone surrogate is no letter of any label, and the finder cannot read it."""
    return plain.encode("utf-8", "replace").decode("utf-8") if not plain.isascii() else plain


def digits_of(words: str) -> str:
    """Only the digits, and X, of a piece of a plain text."""
    return "".join(sign for sign in words if "0" <= sign <= "9" or sign == "X")
