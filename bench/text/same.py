"""Same matters: how well they are found, whether swapped places are told apart, how sure it is, and how fast.

`python -m bench.text.same` measures on 1,000,000 generated messages, `--size N` on fewer; `--fit` prints the odds
fitted on the even matters. All else is measured on the odd ones, beside TF-IDF cosine in the same run.
"""

import argparse
import csv
import os
import random
import re
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from math import log
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bench.table import Result, markdown, ms, share
from bench.text.common import folder
from weiting.text.same import Index, Message
from weiting.text.same.scoring import grade, sure
from weiting.text.segment import cut

SETS = Path(__file__).parent / "sets"
FILE = "citizen_messages/hot_issues_4326.csv"
MAP, FIRST, AUC, ERROR = 0.95, 0.98, 0.95, 0.03
SPEED, SLOWEST, GROWTH, MEMORY = 10_000, 0.020, 1.1, 2.0
# A pair of the same matter counts as near copies from this cosine on.
NEAR = 0.5
# A name behind an area, cut by its characters: the way places are found has no part in it.
NAMED = re.compile(
    r"[A-Z]\d{0,2}[市区县]([\u4e00-\u9fff]{2,7}?)"
    r"(小区|路|街道|镇|村|社区|小学|中学|家园|花园|公园|广场|大道|苑|城|学院|医院)"
)
Floats = np.ndarray[Any, Any]


class Labels(NamedTuple):
    """The matter of each message ("" when it is alone) and the open questions it shares."""

    matter: list[str]
    unsure: list[set[str]]

    def neither(self, one: int, other: int) -> bool:
        """Whether a reader could say either about this pair."""
        return self.matter[one] != self.matter[other] and bool(self.unsure[one] & self.unsure[other])


class Pairs(NamedTuple):
    """Compared pairs of messages, their score, and whether they speak of the same matter."""

    pairs: list[tuple[int, int]]
    scores: Floats
    whole: Floats
    elsewhere: Floats
    same: Floats
    odd: Floats


def messages() -> list[Message] | None:
    """The real messages; None when WEITING_DATA names none."""
    path = folder(FILE)
    if path is None:
        return None
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Message(row["msg_id"], row["title"], row["content"], _time(row["time"]))
            for row in csv.DictReader(file)
        ]


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None


def labels(read: Sequence[Message]) -> Labels:
    """The labels of the real messages; what a reader could not say of one he could not say of its matter."""
    at = {message.id: number for number, message in enumerate(read)}
    found = Labels([""] * len(read), [set() for _ in read])
    shared: dict[str, set[str]] = defaultdict(set)
    with (SETS / "same_matters.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            number = at[row["msg_id"]]
            found.matter[number] = row["matter"]
            found.unsure[number] = set(row["unsure"].split())
            if row["matter"]:
                shared[row["matter"]] |= found.unsure[number]
    return Labels(found.matter, [shared.get(m) or u for m, u in zip(found.matter, found.unsure, strict=True)])


def swapped(read: Sequence[Message]) -> list[tuple[int, int]]:
    """Real copies with another place."""
    at = {message.id: number for number, message in enumerate(read)}
    with (SETS / "place_swapped.csv").open(encoding="utf-8", newline="") as file:
        return [(at[row["msg_id_a"]], at[row["msg_id_b"]]) for row in csv.DictReader(file)]


def ours(read: Sequence[Message], known: Labels) -> tuple[Index, Pairs]:
    """Every labelled message against what the index finds for it."""
    index = Index()
    for message in read:
        index.add(message)
    at = {message.id: number for number, message in enumerate(read)}
    pairs, rows = [], []
    for one, message in enumerate(read):
        if not known.matter[one]:
            continue
        found = index.compare(message)
        likeness = found.likeness
        for kept, *row in zip(found.kept, likeness.score, likeness.whole, likeness.elsewhere, strict=True):
            pairs.append((one, at[kept.id]))
            rows.append([float(each) for each in row])
    return index, _pairs(pairs, np.array(rows), known)


def _pairs(pairs: list[tuple[int, int]], rows: Floats, known: Labels) -> Pairs:
    """Without each message's pair with itself, and without those a reader could say either about."""
    kept = [k for k, (one, other) in enumerate(pairs) if one != other and not known.neither(one, other)]
    pairs, rows = [pairs[k] for k in kept], rows[kept]
    same = np.array([known.matter[one] == known.matter[other] for one, other in pairs])
    odd = np.array([int(known.matter[one]) % 2 == 1 for one, _ in pairs])
    return Pairs(pairs, rows[:, 0], rows[:, 1], rows[:, 2] > 0, same, odd)


class Plain:
    """The plain baseline: cosine of TF-IDF over the words of title and content."""

    def __init__(self, read: Sequence[Message]) -> None:
        self.read = TfidfVectorizer(tokenizer=cut, token_pattern=None, lowercase=False, sublinear_tf=True)
        self.rows = self.read.fit_transform(f"{each.title} {each.content}" for each in read)

    def pairs(self, known: Labels, most: int = 400) -> Pairs:
        """Every labelled message against its nearest."""
        pairs: list[tuple[int, int]] = []
        scores: list[float] = []
        for one, matter in enumerate(known.matter):
            if matter:
                row = (self.rows[one] @ self.rows.T).toarray()[0]
                for other in np.argsort(-row)[:most].tolist():
                    pairs.append((one, other))
                    scores.append(float(row[other]))
        return _pairs(pairs, np.array([[score, score, 0.0] for score in scores]), known)

    def score(self, message: Message, other: int) -> float:
        """The cosine of any message with one of the read."""
        row = self.read.transform([f"{message.title} {message.content}"])
        return float((row @ self.rows[other].T).toarray()[0, 0])


def ranking(found: Pairs, known: Labels) -> tuple[Floats, Floats]:
    """Average precision and whether the first is right, of each message of the odd matters."""
    size = {matter: known.matter.count(matter) for matter in set(known.matter)}
    by: dict[int, list[int]] = defaultdict(list)
    for k, (one, _other) in enumerate(found.pairs):
        by[one].append(k)
    average, first = [], []
    for one, matter in enumerate(known.matter):
        if not matter or int(matter) % 2 == 0:
            continue
        order = sorted(by[one], key=lambda k: -found.scores[k])
        right = found.same[order]
        ranks = np.flatnonzero(right) + 1
        average.append(float((np.arange(1, len(ranks) + 1) / ranks).sum()) / (size[matter] - 1))
        first.append(bool(len(right) and right[0]))
    return np.array(average), np.array(first, float)


def interval(values: Floats, of: Callable[[Floats], float] = lambda part: float(part.mean())) -> str:
    """A figure with its 95 % bootstrap interval."""
    chance = np.random.default_rng(7)
    drawn = [of(values[chance.integers(0, len(values), len(values))]) for _ in range(400)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return f"{of(values):.4f} [{low:.4f}, {high:.4f}]"


def generated(read: Sequence[Message], known: Labels) -> Iterator[tuple[int, Message, Message]]:
    """Copies of real messages, edited: one with the same place, one with another everywhere; of the held-out half."""
    by_ending: dict[str, list[str]] = defaultdict(list)
    named = {}
    for number, message in enumerate(read):
        if hit := NAMED.search(message.title):
            by_ending[hit[2]].append(hit[1])
            named[number] = hit
    for number, hit in named.items():
        matter = known.matter[number]
        if (int(matter) if matter else number) % 2 == 0:
            continue
        chance = random.Random(number)
        others = [name for name in by_ending[hit[2]] if name not in hit[1] and hit[1] not in name]
        if others:
            yield _copies(read[number], hit[1], chance.choice(others), chance, read, number)


def _copies(
    message: Message, name: str, other: str, chance: random.Random, read: Sequence[Message], number: int
) -> tuple[int, Message, Message]:
    parts = re.split("(?<=[，。；！？,])", message.content)
    if len(parts) > 3:
        for _ in range(chance.choice((1, 1, 2, 3))):
            parts.pop(chance.randrange(len(parts)))
        if chance.random() < 0.5:
            parts.insert(chance.randrange(len(parts) + 1), chance.choice(read).content.strip()[:20] + "，")
    content = "".join(parts)
    moved = Message("moved", message.title.replace(name, other), content.replace(name, other), message.time)
    return number, Message("stays", message.title, content, message.time), moved


def _score(index: Index, read: Sequence[Message], message: Message, other: int) -> tuple[float, bool]:
    """Our score of any message with one of the index, and whether we say same; nothing shared is nothing."""
    found = index.compare(message)
    at = {kept.id: k for k, kept in enumerate(found.kept)}.get(read[other].id)
    if at is None:
        return 0.0, False
    score = float(found.likeness.score[at])
    return score, sure(grade(score)) >= 0.5 and not found.likeness.elsewhere[at]


def quality() -> list[Result]:
    """Ranking, places and probabilities, on the real messages."""
    read = messages()
    if read is None:
        return [Result("same matters in real messages", "left out: WEITING_DATA names no data")]
    known = labels(read)
    index, found = ours(read, known)
    plain = Plain(read)
    base = plain.pairs(known)
    (mean, first), (base_mean, base_first) = ranking(found, known), ranking(base, known)
    results = [
        Result("MAP, odd matters", interval(mean), interval(base_mean), "", f"≥ {MAP}", bool(mean.mean() >= MAP),
               f"{len(mean)} messages"),
        Result("P@1, odd matters", interval(first), interval(base_first), "", f"≥ {FIRST}",
               bool(first.mean() >= FIRST)),
    ]  # fmt: skip
    results += _places(read, known, index, found, plain, base)
    return [*results, *_calibration(found)]


def _places(
    read: Sequence[Message], known: Labels, index: Index, found: Pairs, plain: Plain, base: Pairs
) -> list[Result]:
    near = found.same & found.odd & (found.whole > NEAR)
    copies = [pair for pair, is_near in zip(found.pairs, near, strict=True) if is_near]
    real = swapped(read)
    positive = found.scores[near]
    negative = np.array([_score(index, read, read[one], other)[0] for one, other in real])
    base_at = dict(zip(base.pairs, base.scores, strict=True))
    base_positive = np.array([base_at.get(pair, 0.0) for pair in copies])
    base_negative = np.array([plain.score(read[one], other) for one, other in real])
    made = list(generated(read, known))
    stays = np.array([_score(index, read, message, number)[0] for number, message, _ in made])
    told = [_score(index, read, message, number) for number, _, message in made]
    moved = np.array([score for score, _ in told])
    base_stays = np.array([plain.score(message, number) for number, message, _ in made])
    base_moved = np.array([plain.score(message, number) for number, _, message in made])
    said = np.array([not is_same for _, is_same in told])
    base_said = _cut_off(base)
    return [
        _auc("swapped places, real", positive, negative, base_positive, base_negative),
        _auc("swapped places, generated", stays, moved, base_stays, base_moved),
        Result("generated swaps said to be different", f"{said.mean():.3f}", f"{(base_moved < base_said).mean():.3f}",
               note="not in the aims"),
    ]  # fmt: skip


def _cut_off(base: Pairs) -> float:
    """The score of even odds of the baseline, fitted on the even matters."""
    fitted = LogisticRegression(C=1000).fit(base.scores[~base.odd][:, None], base.same[~base.odd])
    return float(-fitted.intercept_[0] / fitted.coef_[0, 0])


def _auc(
    what: str, positive: Floats, negative: Floats, base_positive: Floats, base_negative: Floats
) -> Result:
    def of(pairs: Floats) -> float:
        is_same, scores = pairs[:, 0] > 0, pairs[:, 1]
        return float(roc_auc_score(is_same, scores)) if 0 < is_same.sum() < len(is_same) else 0.5

    def rows(one: Floats, other: Floats) -> Floats:
        return np.c_[np.r_[np.ones(len(one)), np.zeros(len(other))], np.r_[one, other]]

    value = of(rows(positive, negative))
    return Result(
        f"AUC, {what}", interval(rows(positive, negative), of), interval(rows(base_positive, base_negative), of),
        "", f"≥ {AUC}", value >= AUC, f"{len(positive)} near-copies of one place, {len(negative)} of two",
    )  # fmt: skip


def _calibration(found: Pairs) -> list[Result]:
    told = np.array([sure(grade(score)) for score in found.scores])
    open_ = found.odd & (told >= 0.05)
    bins = np.minimum((told * 10).astype(int), 9)

    def error(rows: Floats) -> float:
        inside = [rows[rows[:, 0] == at] for at in range(10) if (rows[:, 0] == at).any()]
        return float(
            sum(abs(part[:, 1].mean() - part[:, 2].mean()) * len(part) for part in inside) / len(rows)
        )

    rows = np.c_[bins, told, found.same]
    said, right = (told >= 0.5) & ~found.elsewhere, found.same
    odd = found.odd
    precision = (said & right & odd).sum() / max(1, (said & odd).sum())
    recall = (said & right & odd).sum() / max(1, (right & odd).sum())
    return [
        Result("calibration error, all compared pairs", interval(rows[odd], error), aim=f"≤ {ERROR}",
               is_met=error(rows[odd]) <= ERROR),
        Result("calibration error, pairs from 0.05 on", interval(rows[open_], error), note="not in the aims"),
        Result("pairs said to be the same: precision, recall", f"{precision:.3f}, {recall:.3f}",
               note="not in the aims"),
    ]  # fmt: skip


# speed: invented messages of an invented city

_TROUBLES = SETS / "same_templates.txt"


def invented(size: int) -> Iterator[Message]:
    """Messages from a seed: invented troubles at invented places, about 200 characters, up to 30 % near-copies."""
    parts: dict[str, list[str]] = {}
    for line in _TROUBLES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            heading = line.strip("[]")
        elif line and not line.startswith("#"):
            parts.setdefault(heading, []).append(line)
    chance, start = random.Random(11), datetime(2024, 1, 1)
    heads, tails, ends = (parts[name][0].split() for name in ("heads", "tails", "endings"))
    last: list[Message] = []
    for number in range(size):
        when = start + timedelta(seconds=60 * number)
        if last and chance.random() < 0.25:
            old = chance.choice(last)
            cut_at = chance.randrange(20, 120)
            more = chance.choice(parts["story"])
            yield Message(str(number), old.title, old.content[:cut_at] + more + old.content[cut_at:], when)
            continue
        place = chance.choice(heads) + chance.choice(tails) + chance.choice(ends)
        trouble = chance.choice(parts["trouble"])
        story = chance.sample(parts["story"], 6)
        detail = f"{chance.randrange(1, 60)}栋{chance.choice(heads)}{chance.choice(tails)}"
        content = f"{chance.choice(parts['greeting'])}{place}{detail}{trouble}。{''.join(story)}"
        made = Message(str(number), f"{place}{trouble}", content, when)
        if len(last) < 5000:
            last.append(made)
        else:
            last[chance.randrange(5000)] = made
        yield made


def speed(size: int) -> list[Result]:
    """Messages indexed a second, the time of a question, growth and memory."""
    index = Index()
    marks: list[tuple[int, float]] = []
    took, length, questions = 0.0, 0, []
    batch: list[Message] = []
    for message in invented(size):
        batch.append(message)
        if len(batch) == 10_000 or len(index) + len(batch) == size:
            length += sum(len(each.title) + len(each.content) for each in batch)
            start = time.process_time()
            for each in batch:
                index.add(each)
            index.query(batch[0])
            took += time.process_time() - start
            questions += batch[:: max(1, len(batch) * 200 // size)][:200]
            batch = []
            marks.append((len(index), took))
    times = []
    for message in random.Random(3).sample(questions, min(500, len(questions))):
        start = time.process_time()
        index.query(message)
        times.append(time.process_time() - start)
    small = min(marks, key=lambda mark: abs(mark[0] - size // 10))
    growth = log(marks[-1][1] / small[1]) / log(marks[-1][0] / small[0])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    p95 = share(times, 0.95)
    note = f"{size:,} messages of {length / size:.0f} characters, load {os.getloadavg()[0]:.1f}"
    return [
        Result("messages indexed a second, one core", f"{size / took:,.0f}", aim=f"≥ {SPEED:,}",
               is_met=size / took >= SPEED, note=note),
        Result("question, p95", ms(p95), f"median {ms(share(times, 0.5))}", aim="≤ 20 ms", is_met=p95 <= SLOWEST),
        Result("growth, exponent of the time to index", f"{growth:.3f}", aim=f"≤ {GROWTH}", is_met=growth <= GROWTH,
               note=f"{small[0]:,} to {size:,}"),
        Result("memory of the whole process", f"{memory:.2f} GiB", aim=f"≤ {MEMORY} GiB", is_met=memory <= MEMORY),
    ]  # fmt: skip


def fit() -> str:
    """The odds fitted on the even matters, to be written into weiting/text/same/scoring.py."""
    read = messages()
    if read is None:
        return "WEITING_DATA names no data."
    _index, found = ours(read, labels(read))
    scores = found.scores[~found.odd]
    columns = np.c_[np.log(scores + 0.05), scores]
    fitted = LogisticRegression(C=1000, max_iter=5000).fit(columns, found.same[~found.odd])
    (steep, slope), constant = fitted.coef_[0], fitted.intercept_[0]
    return f"STEEP, SLOPE, CONSTANT = {steep:.1f}, {slope:.1f}, {constant:.1f}"


def run(size: int = 1_000_000) -> list[Result]:
    """Every figure."""
    measured = speed(size) if size else []
    return [*quality(), *measured]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure how same matters are found.")
    parser.add_argument(
        "--size", type=int, default=1_000_000, help="how many invented messages; 0 leaves out speed"
    )
    parser.add_argument("--fit", action="store_true", help="print the odds fitted on the even matters")
    options = parser.parse_args()
    print(fit() if options.fit else markdown(run(options.size)))
    sys.exit(0)
