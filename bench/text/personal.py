"""Personal data: how much of it is found and how much of what is found is personal, beside bare regular expressions.

`python -m bench.text.personal` measures; `--make` writes the set anew; `--misses T` shows what the tuned half misses;
`--letters` prints what is found in the real letters named by WEITING_DATA, to be read by eye.
"""

import argparse
import csv
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench.table import Result, markdown, ms, share
from bench.text.common import folder, wilson
from bench.text.personal_set import SETS, Labelled, labelled, write
from weiting.text import personal

RECALL, PRECISION, SPEED = 0.995, 0.98, 0.010
LETTERS = (
    ("citizen_messages/labelled_7326.csv", "row_no", ("title", "content")),
    ("citizen_messages/replies_2816.csv", "msg_id", ("content", "reply")),
    ("mayor_mailbox/letters_1179.csv", "mail_id", ("content", "reply")),
)
READ = SETS / "personal_letters.csv"
# The regular expressions of a text book, without words around them, check digits or lists of public numbers.
BARE = re.compile(
    r"(?P<identity>[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx])"
    r"|(?P<mobile>(?<!\d)1[3-9]\d{9}(?!\d))|(?P<landline>0\d{2,3}-?\d{7,8})|(?P<card>(?<!\d)\d{16,19}(?!\d))"
    r"|(?P<plate>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][A-HJ-NP-Z0-9]{5,6})"
    r"|(?P<passport>[EGDSPH]\d{8}|E[A-Z]\d{7})|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<home>\d+(?:号楼|栋|幢)\d+单元\d+室?)"
)
Found = list[tuple[int, int]]


class Score(NamedTuple):
    """Counted by place: a labelled place that a finding touches is found, a finding that touches none is false."""

    found: int
    missed: int
    false: int

    @property
    def recall(self) -> float:
        """The part of what is there that was found."""
        return self.found / max(1, self.found + self.missed)

    @property
    def precision(self) -> float:
        """The part of what was found that is there."""
        return self.found / max(1, self.found + self.false)


def by_rules(text: str) -> Found:
    """What the product finds; of a list its parts count, not the whole."""
    return [(each.start, each.end) for each in personal.check(text) if each.better]


def by_bare(text: str) -> Found:
    """What the bare regular expressions find."""
    return [match.span() for match in BARE.finditer(text)]


def _touch(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def score(rows: Iterable[Labelled], look: Callable[[str], Found]) -> Score:
    """Count over texts with labelled places."""
    found = missed = false = 0
    for row in rows:
        seen = look(row.text)
        hits = sum(any(_touch(span, each) for each in seen) for span in row.spans)
        found, missed = found + hits, missed + len(row.spans) - hits
        false += sum(not any(_touch(span, each) for span in row.spans) for each in seen)
    return Score(found, missed, false)


def run() -> list[Result]:
    """Every figure: the held-out half first, since the rules were made on the other."""
    rows = labelled()
    results: list[Result] = []
    for half, name in (("H", "held out"), ("T", "tuned")):
        results.extend(_of_half([row for row in rows if row.half == half], name))
    results.extend(_masking(rows))
    return [*results, *_speed(rows), *_letters()]


def _of_half(rows: list[Labelled], name: str) -> list[Result]:
    ours, bare = score(rows, by_rules), score(rows, by_bare)
    there = ours.found + ours.missed
    negatives = [row for row in rows if not row.is_positive]
    quiet, bare_quiet = (score(negatives, look).false for look in (by_rules, by_bare))
    return [
        Result(
            f"recall, {name}", wilson(ours.found, there, 4), wilson(bare.found, there, 4), "", f"≥ {RECALL}",
            ours.recall >= RECALL, f"{there} places",
        ),
        Result(
            f"precision, {name}",
            wilson(ours.found, ours.found + ours.false, 4), wilson(bare.found, bare.found + bare.false, 4),
            "", f"≥ {PRECISION}", ours.precision >= PRECISION,
        ),
        Result(f"false alarms in texts with nothing personal, {name}", f"{quiet} in {len(negatives)}", f"{bare_quiet}"),
    ]  # fmt: skip


def _masking(rows: list[Labelled]) -> list[Result]:
    masked = [personal.mask(row.text) for row in rows]
    left = sum(bool(personal.check(text)) for text in masked)
    changed = sum(personal.mask(text) != text for text in masked)
    return [Result("masked texts in which something is still found, or that change again", f"{left}, {changed}",
                   "", "", "0, 0", not left and not changed, f"{len(rows)} texts")]  # fmt: skip


def _speed(rows: list[Labelled]) -> list[Result]:
    chance = random.Random(5)
    times = []
    for _n in range(120):
        text = "。".join(row.text for row in chance.sample(rows, 100))[:2000]
        began = time.process_time()
        personal.check(text)
        times.append(time.process_time() - began)
    said = f"{ms(statistics.median(times))}, p95 {ms(share(times, 0.95))}"
    return [Result("check of 2,000 characters made of the set, processor time", said,
                   "", "", f"≤ {ms(SPEED)}", share(times, 0.95) <= SPEED)]  # fmt: skip


# --- real letters ---------------------------------------------------------------------------------------------------


def letters(data: Path) -> Iterator[tuple[str, str]]:
    """Each real letter with an id that says where it lies: file, row, column."""
    csv.field_size_limit(10**9)
    for name, key, columns in LETTERS:
        with (data / name).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                for column in columns:
                    yield f"{Path(name).stem}/{row[key]}/{column}", row[column] or ""


def _letters() -> list[Result]:
    data = folder()
    if data is None:
        return [Result("real letters", "not measured: WEITING_DATA does not say where they are")]
    read: dict[tuple[str, str, str], str] = {}
    if READ.exists():
        with READ.open(encoding="utf-8", newline="") as file:
            read = {(row["id"], row["rule"], row["start"]): row["label"] for row in csv.DictReader(file)}
    labels: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    texts = characters = bare = 0
    began = time.process_time()
    for key, text in letters(Path(data)):
        texts, characters = texts + 1, characters + len(text)
        for each in personal.check(text):
            rules[each.rule.partition(".")[2]] += 1
            labels[read.get((key, each.rule, str(each.start)), "unread")] += 1
    seconds = time.process_time() - began
    for _key, text in letters(Path(data)):
        bare += len(by_bare(text))
    said = ", ".join(f"{rule} {count}" for rule, count in rules.most_common())
    true, false, unread = labels["true"], labels["false"], labels["unread"]
    precision = true / max(1, true + false)
    return [
        Result("real letters and replies: findings", str(rules.total()), str(bare), "", "", None,
               f"{texts} texts; {said}"),
        Result("real letters: precision of what was read by eye", wilson(true, true + false, 4), "", "",
               f"≥ {PRECISION}", precision >= PRECISION if true + false else None, f"{false} false, {unread} not read"),
        Result("real letters: 2,000 characters, processor time", ms(seconds / max(1, characters) * 2000)),
    ]  # fmt: skip


def show_letters(data: Path) -> None:
    """Print every finding in the real letters with the words around it."""
    for key, text in letters(data):
        for each in personal.check(text):
            around = text[max(0, each.start - 40) : each.start], text[each.end : each.end + 20]
            line = f"{key}\t{each.rule}\t{each.start}\t{around[0]}【{each.words[:60]}】{around[1]}"
            sys.stdout.write(line.replace("\n", "⏎").replace("\r", "") + "\n")


def show_misses(half: str) -> None:
    """Print what one half misses and what it takes for personal wrongly."""
    for row in labelled():
        if row.half != half:
            continue
        seen = by_rules(row.text)
        missed = [span for span in row.spans if not any(_touch(span, each) for each in seen)]
        false = [each for each in seen if not any(_touch(span, each) for span in row.spans)]
        for name, places in (("missed", missed), ("false", false)):
            for start, end in places:
                sys.stdout.write(f"{name}\t{row.kind}\t{row.text[start:end]}\t{row.text!r}\n")


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.text.personal", description=__doc__)
    parser.add_argument("--make", action="store_true")
    parser.add_argument("--misses", metavar="HALF")
    parser.add_argument("--letters", action="store_true")
    options = parser.parse_args()
    if options.make:
        sys.stdout.write(f"{write()} texts\n")
    elif options.misses:
        show_misses(options.misses)
    elif options.letters:
        data = folder()
        if data is None:
            parser.error("Set WEITING_DATA to the folder of the public data.")
        show_letters(data)
    else:
        sys.stdout.write(markdown(run()) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
