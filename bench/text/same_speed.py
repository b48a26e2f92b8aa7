"""How fast same matters are indexed and found, and how that grows: invented messages of an invented city."""

import os
import random
import resource
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import log
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer

from bench.table import Result, ms, share
from bench.text.same_labels import SETS
from weiting.text.same import Index, Message
from weiting.text.segment import cut

SPEED, SLOWEST, GROWTH, MEMORY = 10_000, 0.020, 1.1, 2.0
# The baseline compares with every message, and is asked among so many only.
PLAIN_SIZE, PLAIN_ASKED = 20_000, 50
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


def plain(size: int) -> tuple[float, float]:
    """Messages a second and the p95 of a question of TF-IDF cosine, which compares with every message."""
    read = [f"{each.title} {each.content}" for each in invented(min(size, PLAIN_SIZE))]
    table = TfidfVectorizer(tokenizer=cut, token_pattern=None, lowercase=False, sublinear_tf=True)
    start = time.process_time()
    rows = table.fit_transform(read)
    rate = len(read) / (time.process_time() - start)
    return rate, share([_asked(table, rows, text) for text in read[:PLAIN_ASKED]], 0.95)


def _asked(table: TfidfVectorizer, rows: Any, text: str) -> float:
    start = time.process_time()
    (table.transform([text]) @ rows.T).toarray()[0].argsort()
    return time.process_time() - start


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
    plain_rate, plain_asked = plain(size)
    small = min(marks, key=lambda mark: abs(mark[0] - size // 10))
    growth = log(marks[-1][1] / small[1]) / log(marks[-1][0] / small[0])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    p95 = share(times, 0.95)
    note = f"{size:,} messages of {length / size:.0f} characters, load {os.getloadavg()[0]:.1f}"
    return [
        Result("messages indexed a second, one core", f"{size / took:,.0f}", f"TF-IDF {plain_rate:,.0f}",
               f"{size / took / plain_rate:.1f} ×", f"≥ {SPEED:,}", size / took >= SPEED, note),
        Result("question, p95", ms(p95), f"TF-IDF cosine among {min(size, PLAIN_SIZE):,}: {ms(plain_asked)}", "",
               "≤ 20 ms", p95 <= SLOWEST, f"median {ms(share(times, 0.5))}"),
        Result("growth, exponent of the time to index", f"{growth:.3f}", aim=f"≤ {GROWTH}", is_met=growth <= GROWTH,
               note=f"{small[0]:,} to {size:,}"),
        Result("memory of the whole process", f"{memory:.2f} GiB", aim=f"≤ {MEMORY} GiB", is_met=memory <= MEMORY),
    ]  # fmt: skip
