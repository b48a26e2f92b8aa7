"""The index of same matters: add one, ask for one; grows in a straight line and never needs rebuilding.

Each message is found by its rarest words, its places and a sketch of its characters. What is asked for meets
the newest holders of each of these first, and only so many of them, so that an answer takes as long in a
million messages as in a thousand.
"""

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from weiting.text.finding import Message as Sentence
from weiting.text.places import Gazetteer
from weiting.text.same.features import BITS, Features, Message, read
from weiting.text.same.scoring import Asked, Kept, compare

# How many of a message's rarest words lead to it, and how many of its own a question follows.
KEYS = 16
ASKED_KEYS = 40
# How many holders of one key are looked at, the newest first, and how many are compared in full.
HOLDERS = 400
COMPARED = 120


@dataclass(frozen=True, slots=True)
class Match:
    """A message that may speak of the same matter: how sure that is (0 to 1), and why."""

    id: str
    sure: float
    reasons: tuple[Sentence, ...]

    @property
    def same(self) -> bool:
        """Whether it is taken for the same matter."""
        return self.sure >= 0.5


class _Lists:
    """Lists of numbers by key in three flat arrays, newest first."""

    def __init__(self) -> None:
        self._bits = 12
        self._heads = array("i", [-1]) * (1 << self._bits)
        self._keys = array("Q")
        self._next = array("i")
        self._holders = array("i")

    def add(self, key: int, holder: int) -> None:
        if len(self._keys) > 2 << self._bits:
            self._grow()
        slot = (key * 0x9E3779B97F4A7C15 >> 20) & ((1 << self._bits) - 1)
        self._keys.append(key)
        self._holders.append(holder)
        self._next.append(self._heads[slot])
        self._heads[slot] = len(self._keys) - 1

    def _grow(self) -> None:
        self._bits += 2
        mask = (1 << self._bits) - 1
        keys = np.frombuffer(self._keys, np.uint64)
        slots = ((keys * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & np.uint64(mask)
        # In Python's integers the product is not cut off at 64 bits; below bit 44 both agree.
        heads = array("i", [-1]) * (1 << self._bits)
        linked = self._next
        for at, slot in enumerate(slots.tolist()):
            linked[at] = heads[slot]
            heads[slot] = at
        self._heads = heads

    def newest(self, key: int, most: int) -> Iterator[int]:
        """The holders of a key, newest first, at most `most` of them."""
        at = self._heads[(key * 0x9E3779B97F4A7C15 >> 20) & ((1 << self._bits) - 1)]
        keys, holders, following = self._keys, self._holders, self._next
        while at >= 0 and most:
            if keys[at] == key:
                yield holders[at]
                most -= 1
            at = following[at]


class Index:
    """Messages by what leads to them. Not for use by two threads at once."""

    def __init__(self, places: Gazetteer | None = None) -> None:
        self._places = places
        self._lists = _Lists()
        self._seen = np.zeros(1 << BITS, np.uint32)
        self._kept: list[Kept] = []

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, message: Message, features: Features | None = None) -> None:
        """Keep a message; `features` are its own where they were read already."""
        found = features or read(message, self._places)
        number = len(self._kept)
        self._seen[found.ids] += 1
        self._kept.append(Kept.of(message, found))
        for key in self._keys(found, KEYS):
            self._lists.add(key, number)

    def query(self, message: Message, *, most: int = 20, features: Features | None = None) -> list[Match]:
        """The messages most likely to speak of the same matter, surest first; the message itself is left out."""
        found = features or read(message, self._places)
        asked = Asked(message, found, self._rarity(found))
        shared: dict[int, float] = {}
        for key in self._keys(found, ASKED_KEYS):
            holders = list(self._lists.newest(key, HOLDERS))
            # What few hold says much.
            worth = 1.0 / (1 + math.log1p(len(holders)))
            for number in holders:
                shared[number] = shared.get(number, 0.0) + worth
        nearest = sorted(shared, key=shared.__getitem__, reverse=True)[:COMPARED]
        total = len(self._kept)
        matches = [
            Match(self._kept[number].id, sure, reasons)
            for number in nearest
            if self._kept[number].id != message.id
            for sure, reasons in [compare(asked, self._kept[number], self._seen, total)]
        ]
        matches.sort(key=lambda match: -match.sure)
        return matches[:most]

    def _rarity(self, found: Features) -> np.ndarray:
        return np.log((len(self._kept) + 2.0) / (self._seen[found.ids] + 0.5))

    def _keys(self, found: Features, most: int) -> Iterator[int]:
        """Numbers that lead to a message, of its rarest words, its places and its sketch: each a range apart."""
        ids = found.ids
        if len(ids) > most:
            seen = self._seen[ids]
            ids = ids[np.argpartition(seen, most)[:most]]
        yield from ids.tolist()
        for site in found.sites[:6]:
            yield (hash_of(site) << 3) | 1 << 60
        for value in found.sketch:
            yield value | 1 << 61


def hash_of(site: str) -> int:
    """A number for the name of a place; the same in every process."""
    from weiting.text.same.features import word_id

    return word_id(site)
