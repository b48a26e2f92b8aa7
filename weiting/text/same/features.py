"""What is kept of a message to compare it: its words by weight, its places, and a sketch of its characters."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt

from weiting.text.places import Gazetteer, gazetteer
from weiting.text.segment import cut

Ids = npt.NDArray[np.uint32]

COMMON_FILE = Path(__file__).parent / "data" / "common.txt"
# The matter stands at the beginning; what follows is the story, and costs as much as it says little.
READ_CONTENT = 220
BITS = 22
IN_TITLE = 0x80
SKETCH = 4
_SHINGLE = 5
_SPACE = re.compile(r"\s+")


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
    """`ids` are the hashed words in ascending order, `weights` how often each stands (a title counts twice) with
    the bit IN_TITLE; `words` the words themselves in the same order; `sites` the names of places, those that the
    title or two passages speak of first (`main` of them); `areas` the divisions; `sketch` hashed shingles.
    """

    ids: Ids
    weights: npt.NDArray[np.uint8]
    words: tuple[str, ...]
    sites: tuple[str, ...]
    main: int
    areas: frozenset[str]
    sketch: tuple[int, ...]
    day: float


@cache
def common() -> frozenset[str]:
    """Words that stand in every other letter and say nothing about its matter."""
    return frozenset(COMMON_FILE.read_text(encoding="utf-8").split())


def word_id(word: str) -> int:
    """The number of a word; the same in every process."""
    return crc32(word.encode("utf-8", "surrogatepass")) >> (32 - BITS)


def read(message: Message, places: Gazetteer | None = None) -> Features:
    """The features of a message."""
    title = _SPACE.sub("", message.title[:200])
    content = _SPACE.sub("", message.content[: READ_CONTENT * 2])[:READ_CONTENT]
    counts: dict[str, int] = {}
    sites: dict[str, int] = {}
    areas: set[str] = set()
    finder = places or gazetteer()
    left_out = common()
    for text, weight in ((title, 2), (content, 1)):
        if not text:
            continue
        tokens = cut(text)
        for word in tokens:
            if word not in left_out and word[0].isalnum():
                counts[word] = counts.get(word, 0) + weight
        for place in finder.find(text, tokens):
            if place.kind in ("site", "own"):
                sites[place.key] = sites.get(place.key, 0) + weight
            else:
                areas.add(place.key)
    # Two words that share a number count as one.
    ordered = sorted({word_id(word): word for word in counts}.items())
    weights = [min(counts[word], 0x7F) | (IN_TITLE if word in title else 0) for _id, word in ordered]
    main = [site for site, times in sites.items() if times > 1]
    return Features(
        np.array([number for number, _word in ordered], np.uint32),
        np.array(weights, np.uint8),
        tuple(word for _id, word in ordered),
        (*main, *(site for site, times in sites.items() if times == 1)),
        len(main),
        frozenset(areas),
        sketch(title + content),
        message.time.timestamp() / 86_400 if message.time else 0.0,
    )


def sketch(text: str) -> tuple[int, ...]:
    """The smallest hashes of the text's shingles of five characters: copies share most of them."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    if len(codes) < _SHINGLE:
        return ()
    mixed = np.zeros(len(codes) - _SHINGLE + 1, np.uint64)
    for at in range(_SHINGLE):
        mixed = (mixed + codes[at : at + len(mixed)]) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    found = np.unique(mixed >> np.uint64(20))[:SKETCH]
    return tuple(found.tolist())
