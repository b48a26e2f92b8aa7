"""The index of same matters: add one, ask for one; grows in a straight line and never needs rebuilding.

Each message is found by its rarest words. What is asked for meets the newest holders of each of these first, and
only so many of them, so that an answer takes as long in a million messages as in a thousand.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np

from weiting.text.finding import Message as Sentence
from weiting.text.same.features import BITS, Features, Message, Numbers, Reader, features, shares, word_id
from weiting.text.same.lists import Flat, Lists, Wide
from weiting.text.same.reasons import Facts, reasons
from weiting.text.same.scoring import SAME_UNIT, Floats, Likeness, Scorer, Words, grade, sure

# How many of a message's rarest words lead to it, and how many of its own a question follows.
KEYS = 30
ASKED_KEYS = 70
# How many holders of one word are looked at, the newest first, and how many are compared in full.
HOLDERS = 300
COMPARED = 300
# Messages wait until so many are read at once.
WAITING = 1024
# What is known of words beforehand weighs as much as so many messages.
KNOWN = 500
# So much of a message is kept to say why.
HEAD = 80


@dataclass(frozen=True, slots=True)
class Match:
    """A message that may speak of the same matter: how sure its words make it (0 to 1), whether it is a copy about
    another place, and why.
    """

    id: str
    sure: float
    elsewhere: bool
    reasons: tuple[Sentence, ...]

    @property
    def same(self) -> bool:
        """Whether it is taken for the same matter."""
        return self.sure >= 0.5 and not self.elsewhere


class Kept(NamedTuple):
    """What the index keeps of a message besides its words."""

    id: str
    head: str
    time: datetime | None
    unit: str


class Compared:
    """A message compared with those nearest to it in the index."""

    def __init__(
        self, message: Message, asked: Words, nearest: Wide, kept: list[Kept], likeness: Likeness
    ) -> None:
        self.message, self.asked, self.nearest = message, asked, nearest
        self.kept, self.likeness = kept, likeness
        self._scores = likeness.score

    def best(self) -> list[int]:
        """Where each stands in `kept`, the likest first."""
        order: list[int] = np.argsort(-self._scores, kind="stable").tolist()
        return order

    def score(self, at: int) -> float:
        """By what this one is ranked: 0 for nothing in common, about 1 for a copy."""
        return float(self._scores[at])

    def grade(self, at: int) -> float:
        """The odds, as a logarithm, that this one speaks of the same matter."""
        unit, other = self.message.unit, self.kept[at].unit
        known = bool(unit and other)
        return grade(float(self._scores[at])) + known * (SAME_UNIT if unit == other else -SAME_UNIT)


def _head(message: Message) -> str:
    title = message.title[:HEAD]
    return f"{title}\n{message.content[: HEAD - len(title)]}"


class Index:
    """Messages by what leads to them. `names` are a city's own places. Not for use by two threads at once."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._reader = Reader(names)
        self._scorer = Scorer()
        self._lists = Lists(BITS)
        self._seen = np.zeros(1 << BITS, np.uint32)
        for word, share in shares().items():
            self._seen[word_id(word)] += share * KNOWN // 10_000
        self._ids: Flat[np.uint32] = Flat(np.uint32)
        self._flags: Flat[np.uint8] = Flat(np.uint8)
        self._starts: Flat[np.int64] = Flat(np.int64)
        self._starts.extend(np.zeros(1, np.int64))
        # Lists of plain values: a million objects of ours would be walked by every collection of garbage.
        self._names: list[str] = []
        self._heads: list[str] = []
        self._times: list[datetime | None] = []
        self._units: list[str] = []
        self._codes, self._sizes = array("q"), array("q")

    def __len__(self) -> int:
        return len(self._names)

    def kept(self, number: int) -> Kept:
        """What is kept of the message that was added as this one, from 0."""
        return Kept(self._names[number], self._heads[number], self._times[number], self._units[number])

    def add(self, message: Message) -> None:
        """Keep a message; it is found from the next question on."""
        codes = self._reader.codes(message)
        self._codes.fromlist(codes)
        self._sizes.append(len(codes))
        self._names.append(message.id)
        self._heads.append(_head(message))
        self._times.append(message.time)
        self._units.append(message.unit)
        if len(self._sizes) >= WAITING:
            self._take_in()

    def query(self, message: Message, *, most: int = 20, above: float = 0.0) -> list[Match]:
        """The messages most likely to speak of the same matter, surest first, those not above a probability left
        out, and what has the id of the message itself.
        """
        found = self.compare(message)
        words = self._reader.words(message)
        matches: list[Match] = []
        elsewhere = found.likeness.elsewhere
        for at in found.best():
            kept, probability = found.kept[at], sure(found.grade(at))
            if probability > above and kept.id != message.id and len(matches) < most:
                why = reasons(self._facts(message, found, at, words))
                matches.append(Match(kept.id, probability, bool(elsewhere[at]), why))
        return sorted(matches, key=lambda match: -match.sure)

    def compare(self, message: Message) -> "Compared":
        """The messages nearest to this one, with what was compared; itself is among them when it was added."""
        self._take_in()
        features = self._reader.read([message])
        asked = Words(features.ids, features.flags, self._rarity(features.ids))
        nearest = self._nearest(asked.ids, asked.rarity)
        if not len(nearest):
            none = np.zeros(0, np.float32)
            return Compared(message, asked, nearest, [], Likeness(none, none, none, none))
        starts = self._starts.all[nearest]
        sizes = self._starts.all[nearest + 1] - starts
        firsts = np.cumsum(sizes) - sizes
        at = np.arange(int(sizes.sum())) + np.repeat(starts - firsts, sizes)
        there = self._ids.all[at]
        many = Words(there, self._flags.all[at], self._rarity(there))
        likeness = self._scorer.compare(asked, many, firsts)
        return Compared(message, asked, nearest, [self.kept(each) for each in nearest.tolist()], likeness)

    def _facts(self, message: Message, found: "Compared", at: int, words: dict[int, str]) -> Facts:
        number, kept = int(found.nearest[at]), found.kept[at]
        there = self._ids.all[self._starts.all[number] : self._starts.all[number + 1]]
        asked = found.asked
        order = np.argsort(-asked.weights, kind="stable")
        shared = asked.ids[order][np.isin(asked.ids[order], there)]
        said = [words[number] for number in shared.tolist() if len(words.get(number, "")) > 1]
        return Facts(
            said,
            (_head(message), kept.head),
            (message.unit, kept.unit),
            (message.time, kept.time),
            float(found.likeness.whole[at]),
            bool(found.likeness.elsewhere[at]),
        )

    def _nearest(self, ids: Numbers, rarity: Floats) -> Wide:
        """Those that share most of the rare words."""
        order = np.argsort(-rarity, kind="stable")[:ASKED_KEYS]
        holders, whose = self._lists.newest(ids[order].astype(np.int64), HOLDERS)
        if not len(holders):
            return holders
        numbers, at = np.unique(holders, return_inverse=True)
        shared = np.bincount(at, rarity[order][whose])
        return numbers[np.argsort(-shared, kind="stable")[:COMPARED]]

    def _rarity(self, ids: Numbers) -> Floats:
        return np.log((len(self) + KNOWN + 2.0) / (self._seen[ids] + np.float32(0.5)))

    def _take_in(self) -> None:
        """Put what waits into the lists."""
        if not self._sizes:
            return
        codes, sizes = np.frombuffer(self._codes, np.int64), np.frombuffer(self._sizes, np.int64)
        found = features(codes, sizes)
        del codes, sizes
        self._codes, self._sizes = array("q"), array("q")
        np.add.at(self._seen, found.ids, np.uint32(1))
        first = len(self._starts) - 1
        self._starts.extend(found.starts[1:] + len(self._ids))
        self._ids.extend(found.ids)
        self._flags.extend(found.flags)
        keys, holders = self._keys(found)
        self._lists.add(keys, holders + first)

    def _keys(self, found: Features) -> tuple[Wide, Wide]:
        """The rarest words of each message, and whose they are."""
        sizes = np.diff(found.starts)
        owner = np.repeat(np.arange(len(found)), sizes)
        seen = np.minimum(self._seen[found.ids], (1 << 20) - 1).astype(np.int64)
        packed = np.sort(owner << 42 | seen << BITS | found.ids)
        rank = np.arange(len(packed)) - np.repeat(found.starts[:-1], sizes)
        packed = packed[rank < KEYS]
        return packed & ((1 << BITS) - 1), packed >> 42
