"""How sure it is that messages speak of one matter: what their words share, and whether their places differ.

The words count by how rare they are. The names of places count a second time, and only against: copies that
differ in the place are different matters, while a place two letters share says little more than its words did.
"""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from weiting.text.same.features import BITS, COUNT, IN_NAME, IN_TITLE, Bytes, Numbers

Floats = npt.NDArray[np.float32]
Wide = npt.NDArray[np.int64]
AnyFloats = npt.NDArray[np.floating[Any]]
# Chosen on the even matters of bench/text/sets/same_matters.csv; `python -m bench.text.same --fit` fits the last line.
TITLES, AGAINST, SWAPPED, ALL_SWAPPED = 0.1, 0.35, 0.8, 0.5
STEEP, SLOPE, CONSTANT = 5.5, 3.9, 5.6
# From this cosine on a message is a copy, which differs in the place when so much of what differs are names; in any
# other message the places differ from this penalty on.
COPIED, DIFFERS, DIFFER = 0.5, 0.15, 0.3
# A name of less weight is no sign of another place: 小区 alone names none.
LEAST_NAME = 4.0
# Among all that differs between copies even a common name is one: 经济 before 学院.
LEAST_SWAPPED = 0.3
# Set by hand, since no labelled message says to whom it was sent.
SAME_UNIT = 0.3
_OFTEN = (1 + np.log(np.maximum(np.arange(COUNT + 1), 1))).astype(np.float32)


class Words(NamedTuple):
    """Words of messages one after another: their numbers, their bytes, and how rare they are."""

    ids: Numbers
    flags: Bytes
    rarity: Floats

    @property
    def weights(self) -> Floats:
        """What each word counts."""
        return np.asarray(_OFTEN[self.flags & COUNT] * self.rarity)

    @property
    def titles(self) -> Floats:
        """What each word counts that stands in the title."""
        return np.where(self.flags & IN_TITLE, self.rarity, np.float32(0))

    @property
    def names(self) -> Floats:
        """What each word counts that names the place of the matter: in the title, or said twice."""
        is_main = ((self.flags & IN_NAME) > 0) & ((self.flags & COUNT) > 1)
        return np.where(is_main, self.rarity, np.float32(0))


@dataclass(frozen=True, slots=True)
class Likeness:
    """Of each message compared: cosine of the words and of the titles; how much of the names of places, by weight,
    stands in one only (`against`); and how much of all that differs are names (`swapped`), each the less of both sides.
    """

    whole: Floats
    titles: Floats
    against: Floats
    swapped: Floats

    @property
    def penalty(self) -> Floats:
        """The part of the likeness that other places take away."""
        return np.maximum(AGAINST * self.against, SWAPPED * np.minimum(1, self.swapped / ALL_SWAPPED))

    @property
    def elsewhere(self) -> npt.NDArray[np.bool_]:
        """Which are copies that differ in the names of places: another matter, however likely their words make it."""
        return (self.whole > COPIED) & (self.swapped > DIFFERS) | (self.penalty > DIFFER)

    @property
    def score(self) -> Floats:
        """By what they are ranked."""
        return (self.whole + TITLES * self.titles) * (1 - self.penalty)


def grade(score: float) -> float:
    """The odds, as a logarithm, that two messages of this score speak of one matter."""
    return STEEP * math.log(score + 0.05) + SLOPE * score + CONSTANT


def sure(odds: float) -> float:
    """Odds as a probability."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


class Scorer:
    """Compares one message with many; keeps room for the weight of every word."""

    def __init__(self) -> None:
        self._room = np.zeros(1 << BITS, np.float32)

    def compare(self, asked: Words, many: Words, starts: Wide) -> Likeness:
        """How alike the asked message is with each of many, which lie one after another from `starts`."""
        weights, titles, names = asked.weights, asked.titles, asked.names
        met = self._at(asked.ids, asked.rarity, many.ids)
        whole = _cosine(weights, many.weights, self._at(asked.ids, weights, many.ids), starts)
        title = _cosine(titles, many.titles, self._at(asked.ids, titles, many.ids), starts)
        # What stands in one only: of mine and of theirs, all words and names.
        their_names, lacks = many.names, met == 0
        mine = float(asked.rarity.sum()) - np.add.reduceat(met, starts)
        my_names = float(names.sum()) - np.add.reduceat(self._at(asked.ids, names, many.ids), starts)
        theirs = np.add.reduceat(np.where(lacks, many.rarity, 0), starts)
        names_there = np.add.reduceat(np.where(lacks, their_names, 0), starts)
        against = np.minimum(
            _part(my_names, np.full(len(starts), names.sum()), LEAST_NAME),
            _part(names_there, np.add.reduceat(their_names, starts), LEAST_NAME),
        )
        return Likeness(
            whole,
            title,
            against,
            np.minimum(_part(my_names, mine, LEAST_SWAPPED), _part(names_there, theirs, LEAST_SWAPPED)),
        )

    def _at(self, ids: Numbers, values: Floats, there: Numbers) -> Floats:
        """Of each word there, its value here."""
        self._room[ids] = values
        found = self._room[there]
        self._room[ids] = 0
        return found


def _part(names: AnyFloats, whole: AnyFloats, least: float = 0.0) -> Floats:
    """Which part of a weight are these names; none when they are too common to name a place."""
    return np.where(names > least, np.minimum(names / np.maximum(whole, 1e-3), 1), 0).astype(np.float32)


def _cosine(mine: Floats, theirs: Floats, met: Floats, starts: Wide) -> Floats:
    dot = np.add.reduceat(met * theirs, starts)
    norms = np.sqrt(float((mine**2).sum()) * np.add.reduceat(theirs**2, starts))
    return np.divide(dot, norms, out=np.zeros_like(dot), where=norms > 0)
