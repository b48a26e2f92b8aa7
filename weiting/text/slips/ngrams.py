"""How usual a run of characters is: counts of pairs and triples of characters in 4 MB, with a backed-off estimate.

The table is a hash of 16-bit cells: 11 bits tell keys apart, 5 hold the logarithm of the count. It is read from
data/ngrams.bin, which `python -m weiting.text.slips.build` makes; data/README.md says from what.
"""

import math
import zlib
from array import array
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MODEL_FILE = Path(__file__).parent / "data" / "ngrams.bin"
SLOT_BITS = 21
MASK = (1 << SLOT_BITS) - 1
PROBES = 4
# A quick first look at pairs: a bit for each, rows folded over one another; one in fourteen says yes without reason.
# All that may follow a character lie side by side in one table, all that may stand before it in the other.
SIEVE_BITS = 22
SIEVE = (1 << SIEVE_BITS) - 1
AFTER_STEP = 3_879_577
BEFORE_STEP = pow(AFTER_STEP, -1, SIEVE + 1)
MULTIPLIER = 0x9E3779B97F4A7C15
# A cell's 5 bits: the count is STEP to that power.
STEP = 1.55
# Characters are numbered from 2; no number is 0, so that no triple is taken for a pair.
EDGE, UNKNOWN, NUMBERS = 1, 8191, 8192
ROW_BYTES = NUMBERS // 8 + 1
_PAIR = math.log(0.4)
_SINGLE = math.log(0.04)


def cell(key: int) -> tuple[int, int]:
    """Where a key's probes begin, and the bits that tell it apart (never 0)."""
    mixed = key * MULTIPLIER
    return (mixed >> 40) & MASK, ((mixed >> 26) & 0x7FF) | 1


@dataclass(frozen=True)
class Ngrams:
    """Counts of characters, pairs and triples; what is unknown counts 0."""

    numbers: dict[str, int]
    single: "array[float]"
    cells: "array[int]"
    after: bytes
    before: bytes
    signs: str
    total: float

    def codes(self, text: str) -> list[int]:
        """The text as numbers of characters; whatever is not Chinese is an edge."""
        numbers = self.numbers
        return [numbers.get(sign, UNKNOWN if "\u3400" <= sign <= "\u9fff" else EDGE) for sign in text]

    def count(self, key: int) -> float:
        """The count of a pair (a << 13 | b) or a triple (a << 26 | b << 13 | c)."""
        mixed = key * MULTIPLIER
        at = mixed >> 40 & MASK
        # Asked some ten thousand times a page: the first probe, which nearly always decides, stands by itself.
        found = self.cells[at]
        if not found:
            return 0.0
        check = mixed >> 26 & 0x7FF | 1
        return POWERS[found & 31] if found >> 5 == check else self._further(at, check)

    def _further(self, at: int, check: int) -> float:
        for probe in range(1, PROBES):
            found = self.cells[at + probe & MASK]
            if not found:
                return 0.0
            if found >> 5 == check:
                return POWERS[found & 31]
        return 0.0

    def between(self, b: int, d: int) -> int:
        """A bit for each number: the characters that may have been seen behind b or before d."""
        return _row(self.after, b * AFTER_STEP) | _row(self.before, d * BEFORE_STEP)

    def pair(self, a: int, b: int) -> float:
        """How often b follows a; `count` once more, since most of what is asked is this."""
        mixed = (a << 13 | b) * MULTIPLIER
        at = mixed >> 40 & MASK
        found = self.cells[at]
        if not found:
            return 0.0
        check = mixed >> 26 & 0x7FF | 1
        return POWERS[found & 31] if found >> 5 == check else self._further(at, check)

    def chance(self, a: int, b: int, c: int) -> float:
        """The logarithm of the chance of c after a and b."""
        if triple := self.count(a << 26 | b << 13 | c):
            return math.log(triple / (max(self.count(a << 13 | b), triple) + 3))
        if pair := self.count(b << 13 | c):
            return _PAIR + math.log(pair / (self.single[b] + 3))
        return _SINGLE + math.log((self.single[c] + 0.5) / self.total)

    def score(self, codes: list[int], start: int, end: int) -> float:
        """The chance of codes[start:end] after the two before them; `start` is at least 2."""
        return sum(self.chance(codes[at - 2], codes[at - 1], codes[at]) for at in range(start, end))


def _row(table: bytes, at: int) -> int:
    """The bits of one row, and some of the next behind them."""
    at &= SIEVE
    return int.from_bytes(table[at >> 3 : (at >> 3) + ROW_BYTES], "little") >> (at & 7)


POWERS = [STEP**power for power in range(32)]


@cache
def ngrams() -> Ngrams:
    """The model that is shipped."""
    raw = MODEL_FILE.read_bytes()
    head, size = raw[:8], int.from_bytes(raw[8:12], "little")
    if head != b"ngrams2\n":
        raise ValueError(f"{MODEL_FILE.name} is not a model of this version")
    characters = raw[12 : 12 + size].decode("utf-8")
    body = zlib.decompress(raw[12 + size :])
    single = array("f")
    single.frombytes(body[: 4 * NUMBERS])
    cells = array("H")
    at = 4 * NUMBERS + (2 << SLOT_BITS)
    cells.frombytes(body[4 * NUMBERS : at])
    middle = at + (SIEVE + 1) // 8
    # The last rows go on at the beginning.
    after, before = (half + half[:ROW_BYTES] for half in (body[at:middle], body[middle:]))
    return Ngrams(
        {sign: at for at, sign in enumerate(characters, 2)},
        single,
        cells,
        after,
        before,
        characters,
        sum(single),
    )
