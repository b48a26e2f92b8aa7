"""The labelled real messages of same matters and topics, the plain baseline beside which both are measured, and copies
made of real messages.
"""

import csv
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.text.common import folder
from weiting.text.same import Message
from weiting.text.segment import cut

SETS = Path(__file__).parent / "sets"
FILE = "citizen_messages/hot_issues_4326.csv"
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


def paired(pairs: list[tuple[int, int]], rows: Floats, known: Labels) -> Pairs:
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
        return paired(pairs, np.array([[score, score, 0.0] for score in scores]), known)

    def score(self, message: Message, other: int) -> float:
        """The cosine of any message with one of the read."""
        row = self.read.transform([f"{message.title} {message.content}"])
        return float((row @ self.rows[other].T).toarray()[0, 0])


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
