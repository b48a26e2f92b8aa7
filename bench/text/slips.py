"""Misprints: how many slips put into real official texts are found, and how often a text is blamed for nothing.

`python -m bench.text.slips` measures the held-out half; `--half tuned` the other; `--show` prints what is found in
untouched texts, to be read by eye; `--misses KIND` prints slips that are missed (of the tuned half only).
"""

import argparse
import csv
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from math import sqrt
from pathlib import Path

from bench.table import Result, markdown, ms, share
from bench.text.common import folder, wilson
from bench.text.slips_set import KINDS, SETS, Slip, Text, slips, texts
from weiting.text import slips as product
from weiting.text.finding import Finding

RECALL, PRECISION, SPEED, ALARMS = 0.8, 0.9, 0.012, 1.0
READ = SETS / "slips_read.csv"
PER_KIND, SEED, UNTOUCHED = 300, 20261122, 2_000
PER = 20 * 140
Look = Callable[[str, Text], list[tuple[int, int]]]


def found_in(text: str, item: Text) -> list[Finding]:
    """What the check says, hints left out: a half-width comma is no alarm."""
    return [each for each in product.check(text, written=item.written) if each.severity != "hint"]


def known_forms(text: str) -> list[tuple[int, int]]:
    """The plain baseline: the known wrong forms as substrings."""
    spans = []
    for each in product.default().wrong:
        at = text.find(each.words)
        while at >= 0:
            spans.append((at, at + len(each.words)))
            at = text.find(each.words, at + 1)
    return spans


def _touch(slip: Slip, span: tuple[int, int]) -> bool:
    return span[0] < slip.end + 1 and slip.start - 1 < span[1]


def _read() -> dict[tuple[str, str], str]:
    """What was read by eye in untouched texts: whether the words are a slip: true, false or unsure."""
    if not READ.exists():
        return {}
    with READ.open(encoding="utf-8", newline="") as file:
        return {(row["id"], row["words"]): row["label"] for row in csv.DictReader(file)}


def run(which: str = "held out") -> list[Result]:
    """Every figure of one half."""
    data = folder()
    if data is None:
        return [
            Result("misprints", "not measured: WEITING_DATA does not say where the official texts are"),
            *_speed([]),
        ]
    sources = [list(texts(data, which, source)) for source in (0, 1)]
    made = slips(sources[0], PER_KIND, SEED) + slips(sources[1], PER_KIND // 3, SEED)
    read = _read()
    return [
        *_kinds(made, which, read),
        *_untouched(sources[0], f"official posts, {which}", read),
        *_untouched(sources[1], f"replies, {which}", read),
        *_speed([item.text for source in sources for item in source]),
    ]


def _kinds(made: list[Slip], which: str, read: dict[tuple[str, str], str]) -> list[Result]:
    hits: Counter[str] = Counter()
    bare: Counter[str] = Counter()
    right: Counter[str] = Counter()
    whole = Counter(slip.kind for slip in made)
    other = real = bare_other = 0
    for slip in made:
        found = found_in(slip.text, slip.of)
        mine = [each for each in found if _touch(slip, (each.start, each.end))]
        hits[slip.kind] += bool(mine)
        right[slip.kind] += any(
            slip.text[: each.start] + words + slip.text[each.end :] == slip.of.text
            for each in mine
            for words in each.better
        )
        for each in found:
            if each not in mine:
                known = read.get((slip.of.key, each.words)) in {"true", "unsure"}
                real, other = real + known, other + (not known)
        spans = known_forms(slip.text)
        bare[slip.kind] += any(_touch(slip, span) for span in spans)
        bare_other += sum(not _touch(slip, span) for span in spans)
    total = sum(hits.values())
    mean = statistics.mean(hits[kind] / whole[kind] for kind in whole)
    bare_mean = statistics.mean(bare[kind] / whole[kind] for kind in whole)
    low, high = _bootstrap(made, hits, whole)
    rows = [
        Result(f"recall, all kinds alike, {which}", f"{mean:.3f} [{low:.3f}, {high:.3f}]", f"{bare_mean:.3f}", "",
               f"≥ {RECALL}", mean >= RECALL, f"{len(made)} slips"),
        Result(f"precision in the same texts, {which}", wilson(total, total + other),
               wilson(sum(bare.values()), sum(bare.values()) + bare_other), "", f"≥ {PRECISION}",
               total / max(1, total + other) >= PRECISION,
               f"{real} real slips read by eye, or left open, are counted neither way"),
    ]  # fmt: skip
    for kind in KINDS:
        rows.append(
            Result(f"recall: {kind}", wilson(hits[kind], whole[kind]), wilson(bare[kind], whole[kind]), "", "", None,
                   f"first wording restores the text in {right[kind]} of {whole[kind]}")
        )  # fmt: skip
    return rows


def _bootstrap(made: list[Slip], hits: Counter[str], whole: Counter[str]) -> tuple[float, float]:
    """The interval of the mean over kinds, each kind drawn again."""
    chance = random.Random(7)
    means = []
    for _n in range(400):
        means.append(
            statistics.mean(
                sum(chance.random() < hits[kind] / whole[kind] for _slip in range(whole[kind])) / whole[kind]
                for kind in whole
            )
        )
    return share(means, 0.025), share(means, 0.975)


def _untouched(items: list[Text], name: str, read: dict[tuple[str, str], str]) -> list[Result]:
    drawn = random.Random(SEED).sample(items, min(UNTOUCHED, len(items)))
    size = sum(len(item.text) for item in drawn)
    true = false = unread = bare = 0
    for item in drawn:
        for each in found_in(item.text, item):
            label = read.get((item.key, each.words))
            true, false, unread = (
                true + (label == "true"),
                false + (label == "false"),
                unread + (label is None),
            )
        bare += len(known_forms(item.text))
    rate = (false + unread) / size * PER
    spread = 1.96 * sqrt(max(1, false + unread)) / size * PER
    return [
        Result(f"false alarms per 20 posts of 140 characters, {name}", f"{rate:.2f} ± {spread:.2f}",
               f"{bare / size * PER:.2f} findings", "", f"≤ {ALARMS:.0f}", rate <= ALARMS,
               f"{len(drawn)} texts, {size:,} characters: {true} real slips, "
            f"{false} false, {unread} not read: counted as false"),
    ]  # fmt: skip


def _speed(items: list[str]) -> list[Result]:
    chance = random.Random(5)
    items = items or [rule.good for rule in product.RULES]
    times = []
    for _n in range(60):
        text = ""
        while len(text) < 2_000:
            text += chance.choice(items) + "\n"
        text = text[:2_000]
        began = time.process_time()
        product.check(text)
        times.append(time.process_time() - began)
    said = f"{ms(statistics.median(times))}, p95 {ms(share(times, 0.95))}"
    return [Result("check of 2,000 characters of real text, processor time", said, "", "", f"≤ {ms(SPEED)}",
                   statistics.median(times) <= SPEED)]  # fmt: skip


def show(data: Path, which: str, source: int) -> None:
    """Print what is found in untouched texts with the words around it."""
    items = list(texts(data, which, source))
    for item in random.Random(SEED).sample(items, min(UNTOUCHED, len(items))):
        for each in found_in(item.text, item):
            around = item.text[max(0, each.start - 12) : each.start], item.text[each.end : each.end + 10]
            cells = (
                item.key,
                each.rule,
                each.words,
                "|".join(each.better),
                f"{around[0]}【{each.words}】{around[1]}",
            )
            line = "\t".join(cells)
            print(line.replace("\n", "⏎").replace("\r", ""))


def misses(data: Path, kind: str) -> None:
    """Print the slips of one kind that the tuned half misses."""
    items = list(texts(data, "tuned", 0))
    for slip in slips(items, PER_KIND, SEED):
        if slip.kind == kind and not any(
            _touch(slip, (f.start, f.end)) for f in found_in(slip.text, slip.of)
        ):
            print(slip.of.key, slip.text[max(0, slip.start - 14) : slip.end + 10].replace("\n", "⏎"))


def main() -> int:
    """Measure, or show."""
    parser = argparse.ArgumentParser(prog="python -m bench.text.slips")
    parser.add_argument("--half", choices=("tuned", "held out"), default="held out")
    parser.add_argument("--show", type=int, choices=(0, 1), help="0: posts, 1: replies")
    parser.add_argument("--misses", choices=KINDS)
    options = parser.parse_args()
    data = folder()
    if data is None and (options.show is not None or options.misses):
        parser.error("Set WEITING_DATA to the folder of the public data.")
    if data and options.show is not None:
        show(data, options.half, options.show)
    elif data and options.misses:
        misses(data, options.misses)
    else:
        sys.stdout.write(markdown(run(options.half)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
