"""Makes data/ngrams.bin from texts: `python -m weiting.text.slips.build TEXTS [--words WORDS] [--out FILE]`.

TEXTS has a text a line (a line break inside a text is a space); WORDS a word, a space and its count a line.
"""

import argparse
import re
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable
from math import log
from pathlib import Path

from weiting.text.slips.ngrams import (
    AFTER_STEP,
    BEFORE_STEP,
    EDGE,
    MASK,
    MODEL_FILE,
    NUMBERS,
    PROBES,
    SIEVE,
    SLOT_BITS,
    STEP,
    UNKNOWN,
    cell,
)

MARK = "。"
_OTHER = re.compile("[^\u3400-\u9fff]+")
# Counts below are chance: names, slips of the writers.
LEAST = 1.5
LEAST_SEEN = 2
# A word list has counted far more text than ours.
WORD_WEIGHT = 0.1
LEAST_WORD = 0.3


def _add(grams: Counter[str], singles: Counter[str], text: str, weight: float) -> None:
    for sign in text:
        singles[sign] += weight  # type: ignore[assignment]
    for size in (2, 3):
        for at in range(len(text) - size + 1):
            grams[text[at : at + size]] += weight  # type: ignore[assignment]


def count(texts: Iterable[str], words: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """Characters, and pairs and triples of them, in texts and word counts."""
    singles: Counter[str] = Counter()
    grams: Counter[str] = Counter()
    for text in dict.fromkeys(texts):
        _add(grams, singles, MARK + _OTHER.sub(MARK, text) + MARK, 1)
    for gram in [gram for gram, seen in grams.items() if seen < LEAST_SEEN]:
        del grams[gram]
    for line in words:
        word, number, *_rest = line.split()
        if (weight := int(number) * WORD_WEIGHT) >= LEAST_WORD:
            _add(grams, singles, _OTHER.sub(MARK, word), weight)
    return singles, grams


def write(path: Path, singles: Counter[str], grams: Counter[str]) -> int:
    """Write the model and return how many runs found no free cell."""
    common = sorted((sign for sign in singles if sign != MARK), key=lambda sign: (-singles[sign], sign))
    characters = "".join(common[: UNKNOWN - 2])
    numbers = {sign: at for at, sign in enumerate(characters, 2)} | {MARK: EDGE}
    single = array("f", bytes(4 * NUMBERS))
    for sign, at in numbers.items():
        single[at] = singles[sign]
    cells = array("H", bytes(2 * (1 << SLOT_BITS)))
    lost = 0
    for gram, seen in sorted(grams.items(), key=lambda row: (-row[1], row[0])):
        if seen < LEAST:
            break
        key = 0
        for sign in gram:
            key = key << 13 | numbers.get(sign, UNKNOWN)
        at, check = cell(key)
        free = next((at + p & MASK for p in range(PROBES) if not cells[at + p & MASK]), None)
        if free is None:
            lost += 1
            continue
        cells[free] = check << 5 | min(31, max(1, round(log(seen) / log(STEP))))
    after, before = (bytearray((SIEVE + 1) // 8) for _table in range(2))
    for gram, seen in grams.items():
        if len(gram) == 2 and seen >= LEAST:
            first, second = (numbers.get(sign, UNKNOWN) for sign in gram)
            _set(after, first * AFTER_STEP + second)
            _set(before, second * BEFORE_STEP + first)
    name = characters.encode()
    body = zlib.compress(single.tobytes() + cells.tobytes() + after + before, 9)
    path.write_bytes(b"ngrams2\n" + len(name).to_bytes(4, "little") + name + body)
    return lost


def _set(table: bytearray, bit: int) -> None:
    table[(bit & SIEVE) >> 3] |= 1 << (bit & 7)


def main() -> int:
    """Read, count, write; say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m weiting.text.slips.build")
    parser.add_argument("texts", type=Path)
    parser.add_argument("--words", type=Path)
    parser.add_argument("--out", type=Path, default=MODEL_FILE)
    options = parser.parse_args()
    with options.texts.open(encoding="utf-8") as file:
        words = options.words.read_text(encoding="utf-8").splitlines() if options.words else []
        singles, grams = count((line.strip() for line in file), words)
    lost = write(options.out, singles, grams)
    kept = sum(seen >= LEAST for seen in grams.values())
    sys.stdout.write(
        f"{len(singles)} characters, {kept} runs, {lost} without a cell, {options.out.stat().st_size} bytes\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
