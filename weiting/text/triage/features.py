"""Turns messages into numbered features: hashed words, pairs of words and character n-grams, title apart from body.

Everything is hashed, so that no word of the texts a model learned from stands in its file. The numbers are part of
a model's meaning: a change here is a new `FORMAT`, and models of another format are refused.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from weiting.text.fold import fold
from weiting.text.segment import cut

FORMAT = 2
BITS = 20
SLOTS = 1 << BITS
# What is read of a message: the matter is said at its beginning, and a megabyte must cost no more than a page.
TITLE_READ, CONTENT_READ = 120, 400
# Room for white space and signs that are dropped before counting.
_SLACK = 2
BLOCKS = ("title characters", "title words", "content characters", "content words")
_GRAMS = {0: (1, 2, 3), 2: (2, 3)}
# A letter stands first: most texts have none, and the search for one is quick.
_MASKED = re.compile("[a-z](?<![a-z0][a-z])0?(?=[市省区县镇乡村])")
_SIGN = re.compile(r"[\W_]")
_GAP = 32
_BETWEEN = "\x01"
# What stands between messages while all are cut at once; never in a prepared text.
_BREAK = "\n"
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_SEED = 0x5851F42D4C957F2D
_MASK64 = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Run:
    """Features of one kind of many messages, one after the other: those of message i are slots[at[i]:at[i + 1]].

    Slot 0 stands for "nothing" (a gap between two runs of letters).
    """

    block: int
    slots: NDArray[np.int64]
    at: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of many messages as numbers of `known`, one after the other: those of message i are
    numbers[at[i]:at[i + 1]].
    """

    known: list[str]
    numbers: NDArray[np.int64]
    at: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Features:
    """The features of many messages, of each block how many each message has, and the words of titles and bodies."""

    runs: list[Run]
    sizes: NDArray[np.int64]
    title_words: Words
    content_words: Words


class _Numbers(dict[str, int]):
    """Gives each new word the next number."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


@cache
def _forms() -> NDArray[np.uint32]:
    """What each character becomes: folded, digits 0, signs a gap, white space and unseen characters nothing (0)."""
    made = np.full(0x10000, _GAP, np.uint32)
    for code in range(0x10000):
        character = chr(code)
        if character.isspace() or unicodedata.category(character) in {"Cc", "Cf"}:
            made[code] = 0
        elif (folded := fold(character)[:1]).isdecimal():
            made[code] = ord("0")
        elif folded and not _SIGN.match(folded):
            made[code] = ord(folded)
    made[ord(_BETWEEN)] = ord(_BETWEEN)
    return made


def prepare_many(texts: Sequence[str], length: int) -> list[str]:
    """The form that is learned from: folded, numbers as 0, masked places as 某, runs of signs as one space.

    White space is dropped: in Chinese it is typesetting.
    """
    joined = _BETWEEN.join(text[: length * _SLACK].replace(_BETWEEN, "") for text in texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    codes = _forms()[np.where(codes < 0x10000, codes, 0xFFFD)]
    codes = codes[codes != 0]
    again = np.zeros(len(codes), np.bool_)
    again[1:] = (codes[1:] == codes[:-1]) & ((codes[1:] == _GAP) | (codes[1:] == ord("0")))
    prepared = _MASKED.sub("某", codes[~again].astype("<u4").tobytes().decode("utf-32-le"))
    return [text[:length] for text in prepared.split(_BETWEEN)] if texts else []


def prepare(text: str, length: int) -> str:
    """The same for one text."""
    return prepare_many([text], length)[0]


def words_of(heads: Sequence[str], bodies: Sequence[str]) -> tuple[Words, Words]:
    """The words of prepared titles and bodies without the gaps; all are cut in one go."""
    numbers = _Numbers({_BREAK: 0, " ": 1})
    words = cut(_BREAK.join([*heads, *bodies]))
    found = np.fromiter(map(numbers.__getitem__, words), np.int64, len(words))
    told = found > 1
    counted = _offsets(told)
    # Where each text ends among the words that are kept.
    ends = counted[np.append(np.flatnonzero(found == 0), len(found))]
    at = np.concatenate([[0], ends[: len(heads) + len(bodies)]])
    kept, known, middle = found[told], list(numbers), at[len(heads)]
    return (
        Words(known, kept[:middle], at[: len(heads) + 1]),
        Words(known, kept[middle:], at[len(heads) :] - middle),
    )


def features(titles: Sequence[str], contents: Sequence[str]) -> Features:
    """Read all messages at once; costs some 70 microseconds a message."""
    heads, bodies = prepare_many(titles, TITLE_READ), prepare_many(contents, CONTENT_READ)
    title_words, content_words = words_of(heads, bodies)
    sums = _checksums(title_words.known)
    runs = [
        *_character_runs(0, heads),
        *_word_runs(1, sums[title_words.numbers], title_words.at),
        *_character_runs(2, bodies),
        *_word_runs(3, sums[content_words.numbers], content_words.at),
    ]
    sizes = np.zeros((len(BLOCKS), len(heads)), np.int64)
    for run in runs:
        counted = _offsets(run.slots != 0)
        sizes[run.block] += counted[run.at[1:]] - counted[run.at[:-1]]
    return Features(runs, sizes, title_words, content_words)


def _slots(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Bring hashes into the table; never to slot 0."""
    mixed = (hashes ^ (hashes >> np.uint64(29))) * _MIX
    return np.maximum((mixed >> np.uint64(64 - BITS)).astype(np.int64), 1)


def _seed(block: int, size: int) -> np.uint64:
    return np.uint64((block * 1000 + size + 1) * _SEED & _MASK64)


def _offsets(lengths: Sequence[int] | NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)


def _character_runs(block: int, texts: Sequence[str]) -> list[Run]:
    """One run for each length of n-gram; those that would reach over a gap or the end of a message are nothing."""
    # Every message ends in a gap, so that no n-gram reaches into the next.
    joined = " ".join(texts) + "    "
    letters = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)
    at = _offsets([len(text) + 1 for text in texts])
    size = int(at[-1])
    gap = letters == _GAP
    runs = []
    for n in _GRAMS[block]:
        hashes = np.full(size, _seed(block, n), np.uint64)
        broken = np.zeros(size, np.bool_)
        for step in range(n):
            hashes += letters[step : step + size] * _FACTORS[step]
            broken |= gap[step : step + size]
        slots = _slots(hashes)
        slots[broken] = 0
        runs.append(Run(block, slots, at))
    return runs


def _word_runs(block: int, numbers: NDArray[np.uint64], at: NDArray[np.int64]) -> list[Run]:
    """Words, and pairs of neighbours; the last word of a message has no neighbour."""
    single = Run(block, _slots(numbers * _FACTORS[0] + _seed(block, 1)), at)
    following = np.concatenate([numbers[1:], np.zeros(min(1, len(numbers)), np.uint64)])
    pairs = _slots(numbers * _FACTORS[1] + following * _FACTORS[2] + _seed(block, 2))
    ends = at[1:][at[1:] > at[:-1]] - 1
    pairs[ends] = 0
    return [single, Run(block, pairs, at)]


@cache
def _steps() -> NDArray[np.uint32]:
    """What one byte does to a CRC-32."""
    made = np.arange(256, dtype=np.uint32)
    for _bit in range(8):
        made = np.where(made & 1, np.uint32(0xEDB88320) ^ (made >> np.uint32(1)), made >> np.uint32(1))
    return made


def _checksums(words: Sequence[str]) -> NDArray[np.uint64]:
    """The CRC-32 of each word, byte after byte for all of them at once: three times as quick as one by one."""
    joined = "".join(words)
    data = np.frombuffer(joined.encode(), np.uint8).astype(np.uint32)
    letters = np.frombuffer(joined.encode("utf-32-le"), "<u4")
    widths = 1 + (letters >= 0x80).astype(np.int64) + (letters >= 0x800) + (letters >= 0x10000)
    at = np.concatenate([[0], np.cumsum(widths)])[_offsets(list(map(len, words)))]
    found = np.full(len(words), 0xFFFFFFFF, np.uint32)
    here, ends = at[:-1].copy(), at[1:]
    going = np.flatnonzero(here < ends)
    while len(going):
        now = found[going]
        found[going] = np.take(_steps(), (now ^ data[here[going]]) & np.uint32(0xFF)) ^ (now >> np.uint32(8))
        here[going] += 1
        going = going[here[going] < ends[going]]
    return (found ^ np.uint32(0xFFFFFFFF)).astype(np.uint64)
