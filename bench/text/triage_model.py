"""The data of the shipped model of categories, how it is made, and its grouped five-fold measurement.

`python -m bench.text.triage_model [FILE]` trains it from `WEITING_DATA` and writes it into the package, or to a file.
"""

import csv
import gzip
import io
import random
import sys
from collections.abc import Collection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.text.common import folder
from weiting.text.triage.model import SHIPPED, Model
from weiting.text.triage.training import Labelled, train, train_gate

csv.field_size_limit(16 * 2**20)
FOREIGN_EACH = 3_000
# The names of the matters are few and short: each is learned from so many times.
TIMES = 3
FACTS = {
    "name": "messages-7",
    "data": "citizen_messages/labelled_7326.csv, split=train (6,427 messages), and 250 names of taxonomy.csv",
    "gate": "posts of one news account 2020, microblog posts, hot-search titles 2024–2026: 3,000 of each",
    "seed": 0,
}


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, packed or not."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def messages(data: Path, split: str = "") -> Labelled:
    """The labelled messages of one split, or all."""
    rows = [row for row in table(data / "citizen_messages/labelled_7326.csv") if split in ("", row["split"])]
    groups = {name: number for number, name in enumerate(dict.fromkeys(row["dup_group"] for row in rows))}
    return Labelled(
        *([row[name] for row in rows] for name in ("title", "content", "label")),
        [groups[row["dup_group"]] for row in rows],
    )


def matters(data: Path, labels: Collection[str]) -> Labelled:
    """The names of the matters that belong to these labels, as short texts to learn from beside the messages."""
    rows = [row for row in table(data / "citizen_messages/taxonomy.csv") if row["level1"] in labels] * TIMES
    heads = [row["level3"] or row["level2"] for row in rows]
    bodies = [f"{row['level2']}，{row['level3']}" for row in rows]
    return Labelled(heads, bodies, [row["level1"] for row in rows], [0] * len(rows))


def hot_titles(data: Path) -> list[str]:
    """Hot-search titles that no training sees: what is measured as foreign."""
    return [row["title"] for row in table(data / "weibo_hot/titles_labelled_5018.csv")]


def foreign(data: Path) -> tuple[list[str], list[str]]:
    """Texts that are no messages: titles alone and bodies alone; none of them is one of those measured on."""
    chance = random.Random(0)
    measured = set(hot_titles(data))
    hot = sorted({row["title"] for row in table(data / "weibo_hot/hourly.csv.gz")} - measured)
    posts = [row["content"] for row in table(data / "official_posts/cctvnews_2020.csv")]
    feelings = [row["content"] for row in table(data / "weibo_emotion/train_dev.csv")]
    heads = chance.sample(hot, FOREIGN_EACH)
    bodies = [*chance.sample(posts, FOREIGN_EACH), *chance.sample(feelings, FOREIGN_EACH)]
    return [*heads, *[""] * len(bodies)], [*[""] * len(heads), *bodies]


def make(data: Path) -> Model:
    """The shipped model."""
    learned = messages(data, "train")
    gate = train_gate((learned.titles, learned.contents), foreign(data))
    return train(learned, beside=matters(data, set(learned.labels)), gate=gate, facts=FACTS)


def numbers(labels: list[str], names: tuple[str, ...]) -> NDArray[np.int64]:
    """Labels as numbers."""
    return np.array([names.index(each) for each in labels])


def main() -> int:
    """Train and write."""
    data = folder()
    if data is None:
        print("Set WEITING_DATA to the folder of the public data.")
        return 2
    made = make(data).to_bytes()
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED
    out.write_bytes(made)
    print(f"{out.name}: {len(made):,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
