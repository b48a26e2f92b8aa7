"""What is kept of a message to compare it: its words as numbers, how often each stands, and which name a place.

Messages are read many at a time, since what numpy does for one costs nearly as much as for a thousand.
"""

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import cast
from zlib import crc32

import numpy as np
import numpy.typing as npt

from weiting.text.places import NamePart, name_part
from weiting.text.segment import cut, is_word, segmenter

_DATA = Path(__file__).parent / "data"
# The matter stands at the beginning; what follows is the story, and costs as much as it says little.
READ_TITLE, READ_CONTENT = 200, 220
BITS = 22
# Of a word's byte in a message: it stands in the title, it names a place, and how often it stands.
IN_TITLE, IN_NAME, COUNT = 0x80, 0x40, 0x3F
# A word's code: its number, then what it is.
_NUMBER = (1 << BITS) - 1
_LEFT_OUT, _BREAK, _ENDING, _NAME, _TITLE_END, _AREA = (1 << (BITS + at) for at in range(6))
_LENGTH = BITS + 8
_LONGEST_NAME, _MOST_WORDS = 8, 3
# Letters that hide a name, A3区, stand glued to the next word for the segmenter.
_MASKED = re.compile(r"([A-Z]\d{0,2})([市省区县])")
_AREAS = frozenset("市省区县")
_HAN = re.compile("[\u4e00-\u9fff]+")
_LETTERED = re.compile(r"[A-Z]\d{0,2}")
_MOST_CODES = 400_000

Numbers = npt.NDArray[np.uint32]
Bytes = npt.NDArray[np.uint8]
Wide = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Message:
    """A message to compare; `id` is the caller's, `unit` the unit it was sent to where that is known."""

    id: str
    title: str
    content: str = ""
    time: datetime | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Features:
    """Of each message between two of `starts`: the numbers of its words, each once, and a byte for each."""

    ids: Numbers
    flags: Bytes
    starts: Wide

    def __len__(self) -> int:
        return len(self.starts) - 1


@cache
def common() -> frozenset[str]:
    """Words that stand in every other letter and say nothing about its matter."""
    return frozenset((_DATA / "common.txt").read_text(encoding="utf-8").split())


@cache
def shares() -> dict[str, int]:
    """Of 10,000 messages, how many hold a word: what is known of words before the first message."""
    lines = (_DATA / "shares.txt").read_text(encoding="utf-8").splitlines()
    return {word: int(count) for word, count in (line.split() for line in lines if not line.startswith("#"))}


def word_id(word: str) -> int:
    """The number of a word; the same in every process."""
    return crc32(word.encode("utf-8", "surrogatepass")) >> (32 - BITS)


def _code(word: str, own: frozenset[str]) -> int:
    code = word_id(word) | min(len(word), 15) << _LENGTH
    if word == "\n":
        return code | _LEFT_OUT | _BREAK | _TITLE_END
    if word in common() or not word[0].isalnum():
        code |= _LEFT_OUT
    if word in _AREAS:
        return code | _AREA | _BREAK
    part = name_part(word)
    is_han = _HAN.fullmatch(word) is not None
    if part is NamePart.ENDING:
        return code | _ENDING
    if part is NamePart.NAMED_ENDING:
        return code | _ENDING | _NAME
    if part is NamePart.NAME or _LETTERED.fullmatch(word) or (word in own):
        return code | _NAME | _BREAK
    if part is NamePart.OUTSIDE or not is_han:
        return code | _BREAK
    # What the dictionary does not know is a name more often than not.
    return code | _NAME if 1 < len(word) < 5 and not is_word(word) else code


class Reader:
    """Turns messages into numbers; keeps the codes of the words it has met."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._cut = segmenter().cut
        self._codes: dict[str, int] = {}
        # What a city's own names of places are cut into names a place, unless it is an ending.
        self._own = frozenset(word for name in names for word in cut(name) if len(word) > 1)

    def codes(self, message: Message) -> list[int]:
        """The codes of a message's words, in order, a line between title and content."""
        words = self._words(message)
        codes = list(map(self._codes.get, words))
        if None in codes:
            self._learn(words)
            codes = list(map(self._codes.get, words))
        return cast(list[int], codes)

    def _learn(self, words: Sequence[str]) -> None:
        if len(self._codes) > _MOST_CODES:
            self._codes.clear()
        for word in words:
            if word not in self._codes:
                self._codes[word] = _code(word, self._own)

    def words(self, message: Message) -> dict[int, str]:
        """The words of a message by their numbers."""
        return {word_id(word): word for word in self._words(message)}

    def read(self, messages: Sequence[Message]) -> Features:
        """The features of messages."""
        flat, sizes = array("q"), []
        for message in messages:
            codes = self.codes(message)
            sizes.append(len(codes))
            flat.fromlist(codes)
        return features(np.frombuffer(flat, np.int64), np.array(sizes, np.int64))

    def _words(self, message: Message) -> list[str]:
        title = "".join(message.title[:READ_TITLE].split())
        content = "".join(message.content[: READ_CONTENT * 2].split())[:READ_CONTENT]
        text = _MASKED.sub(r" \1 \2 ", f"{title}\n{content}\n")
        try:
            return self._cut(text)
        except UnicodeEncodeError:
            # Halves of characters stand for nothing.
            return self._cut(text.encode("utf-8", "replace").decode("utf-8"))


def features(codes: Wide, sizes: Wide) -> Features:
    """What is kept of messages whose words, one after another, have these codes."""
    ends = np.cumsum(sizes)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    lines = np.cumsum((codes & _TITLE_END) > 0)
    in_title = lines - 2 * owner == 0
    kept = (codes & _LEFT_OUT) == 0
    packed = (owner << 24 | codes & _NUMBER) << 2 | in_title << 1 | _names(codes)
    packed = np.sort(packed[kept])
    whose = packed >> 2
    first = np.flatnonzero(np.diff(whose, prepend=-1))
    if not len(first):
        return Features(np.zeros(0, np.uint32), np.zeros(0, np.uint8), np.zeros(len(ends) + 1, np.int64))
    counts = np.minimum(np.add.reduceat(1 + (packed >> 1 & 1), first), COUNT)
    signs = np.bitwise_or.reduceat(packed & 3, first)
    flags = counts | (signs & 2) * (IN_TITLE >> 1) | (signs & 1) * IN_NAME
    starts = np.searchsorted(whose[first] >> 24, np.arange(len(ends) + 1))
    return Features((whose[first] & _NUMBER).astype(np.uint32), flags.astype(np.uint8), starts)


def _names(codes: Wide) -> npt.NDArray[np.bool_]:
    """Which words name a place: those that say so, and up to three before an ending: 看云 before 路."""
    named = (codes & _NAME) > 0
    is_ending = (codes & _ENDING) > 0
    free = (codes & (_BREAK | _ENDING)) == 0
    length = codes >> _LENGTH
    open_ = is_ending.copy()
    room = np.where(is_ending, _LONGEST_NAME, 0)
    for _step in range(_MOST_WORDS):
        open_ = np.append(open_[1:], False) & free
        room = np.append(room[1:], 0) - length
        open_ &= room >= 0
        named |= open_
    # 橄榄 in A7县橄榄城: what follows an area is named by it.
    follows = np.append(False, (codes[:-1] & _AREA) > 0) & free
    named |= follows
    named |= np.append(False, follows[:-1]) & free
    return named
