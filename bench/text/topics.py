"""Topics of real messages against the labelled matters: B-cubed, and the large issues found whole.

Beside a plain baseline in the same run: the same single pass with TF-IDF cosine, its bar chosen on the even matters.
"""

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from bench.table import Result, markdown
from bench.text.same_labels import Labels, Plain, interval, labels, messages
from weiting.text.same import Message
from weiting.text.topics import Topics

AIM, LARGE, WHOLE = 0.85, 5, 0.8
Floats = np.ndarray[Any, Any]


def ours(read: Sequence[Message]) -> list[int]:
    """The topic of each message."""
    topics = Topics()
    return [topics.add(message) for message in read]


def baseline(plain: Plain, bar: float) -> list[int]:
    """Each message joins the topic of the one before it that has the highest cosine, from a bar on."""
    topics: list[int] = []
    founded = 0
    for number in range(plain.rows.shape[0]):
        row = (plain.rows[number] @ plain.rows[:number].T).toarray()[0] if number else np.zeros(1)
        best = int(row.argmax())
        if number and row[best] >= bar:
            topics.append(topics[best])
        else:
            topics.append(founded)
            founded += 1
    return topics


def bcubed(topics: Sequence[int], known: Labels, part: int) -> Floats:
    """Precision and recall of each message of the even (0) or odd (1) matters, without what readers doubt."""
    by_topic, by_matter = defaultdict(list), defaultdict(list)
    for number, topic in enumerate(topics):
        by_topic[topic].append(number)
        by_matter[known.matter[number]].append(number)
    rows = []
    for one, matter in enumerate(known.matter):
        if matter and int(matter) % 2 == part:
            beside = [other for other in by_topic[topics[one]] if not known.neither(one, other)]
            right = sum(known.matter[other] == matter for other in beside)
            rows.append((right / len(beside), right / len(by_matter[matter])))
    return np.array(rows)


def f1(rows: Floats) -> float:
    """One figure of precision and recall."""
    precision, recall = rows.mean(0)
    return float(2 * precision * recall / (precision + recall))


def whole(topics: Sequence[int], known: Labels, part: int) -> tuple[int, int]:
    """How many large issues have four fifths of their messages in one topic, and how many there are."""
    by_matter: dict[str, list[int]] = defaultdict(list)
    for number, matter in enumerate(known.matter):
        if matter and int(matter) % 2 == part:
            by_matter[matter].append(topics[number])
    large = [each for each in by_matter.values() if len(each) >= LARGE]
    return sum(Counter(each).most_common(1)[0][1] >= WHOLE * len(each) for each in large), len(large)


def run() -> list[Result]:
    """Every figure."""
    read = messages()
    if read is None:
        return [Result("topics of real messages", "left out: WEITING_DATA names no data")]
    known = labels(read)
    start = time.process_time()
    mine = ours(read)
    took = time.process_time() - start
    plain = Plain(read)
    tried = [baseline(plain, bar) for bar in (0.15, 0.2, 0.25, 0.3, 0.35, 0.4)]
    base = max(tried, key=lambda topics: f1(bcubed(topics, known, 0)))
    rows, base_rows = bcubed(mine, known, 1), bcubed(base, known, 1)
    parts = [interval(rows[:, at]) for at in (0, 1)]
    base_parts = [interval(base_rows[:, at]) for at in (0, 1)]
    found, base_found = whole(mine, known, 1), whole(base, known, 1)
    return [
        Result("B-cubed F1, odd matters", interval(rows, f1), interval(base_rows, f1), "", f"≥ {AIM}",
               f1(rows) >= AIM, f"{len(rows)} messages"),
        Result("B-cubed precision", parts[0], base_parts[0]),
        Result("B-cubed recall", parts[1], base_parts[1]),
        Result(f"issues of {LARGE} messages or more, four fifths in one topic",
               f"{found[0]} of {found[1]}", f"{base_found[0]} of {base_found[1]}", aim="all",
               is_met=found[0] == found[1]),
        Result("messages put into topics a second, one core", f"{len(read) / took:,.0f}", note="not in the aims"),
    ]  # fmt: skip


if __name__ == "__main__":
    print(markdown(run()))
    sys.exit(0)
