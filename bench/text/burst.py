"""Bursts: how fast a long hourly list is read, and how well planted bursts are found beside a plain ratio."""

import csv
import gzip
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bench.table import Result, markdown
from bench.text.common import folder
from weiting.text.command import main
from weiting.text.segment import cut
from weiting.text.topics import Bursts

FILE = "weibo_hot/hourly.csv.gz"
SLOWEST = 30.0
START, DAYS, SEEDS, PLANTED = datetime(2026, 1, 5), 35, 20, 12
# Words with a rhythm: what each says, at which hours, on which weekdays.
RHYTHM = (
    ("早高峰", (7, 8, 9), range(5)), ("午餐", (11, 12), range(7)), ("晚高峰", (17, 18, 19), range(5)),
    ("联赛", (20, 21, 22), (5, 6)), ("电影", (19, 20, 21), (4, 5, 6)), ("开盘", (9, 10), range(5)),
)  # fmt: skip
PLAIN = (
    "图书馆", "博物馆", "音乐会", "面包", "咖啡", "雨衣", "自行车", "火车", "风筝", "公园", "樱花", "书店", "灯塔",
    "机器人", "围巾",
)  # fmt: skip
NEWS = ("洪水", "地震", "停电", "塌方", "大火", "泄漏", "暴雪", "冰雹", "罢工", "失踪", "坠落", "中毒")


def seeded(seed: int) -> tuple[list[tuple[datetime, str]], set[tuple[str, datetime]]]:
    """An invented list with the rhythm of days and weeks, and the bursts planted in it: some of news, some of
    words with a rhythm at an hour that is not theirs.
    """
    chance = random.Random(seed)
    planted = _plan(chance)
    rows = []
    for at in range(24 * DAYS):
        hour = START + timedelta(hours=at)
        said = chance.choices(PLAIN, k=20)
        for word, hours, days in RHYTHM:
            if hour.hour in hours and hour.weekday() in days:
                said += [word] * chance.randrange(3, 8)
        for word, when in planted:
            if when == hour:
                said += [word] * chance.randrange(4, 8)
        rows += [(hour, f"{word}{chance.randrange(1000)}") for word in said]
    return rows, planted


def _plan(chance: random.Random) -> set[tuple[str, datetime]]:
    planted: set[tuple[str, datetime]] = set()
    while len(planted) < PLANTED:
        hour = START + timedelta(hours=chance.randrange(24 * 14, 24 * DAYS))
        if chance.random() < 0.5:
            planted.add((chance.choice(NEWS), hour))
        else:
            word, hours, _days = chance.choice(RHYTHM)
            if hour.hour not in hours:
                planted.add((word, hour))
    return planted


def ratio(rows: list[tuple[datetime, str]]) -> list[tuple[str, datetime]]:
    """The plain way: how often a word stands in an hour over its mean of all hours before, highest first."""
    total: Counter[str] = Counter()
    scores: list[tuple[float, str, datetime]] = []
    hours: dict[datetime, list[str]] = {}
    for hour, title in rows:
        hours.setdefault(hour, []).append(title)
    for past, (hour, titles) in enumerate(hours.items()):
        now = Counter(
            word for title in titles for word in set(cut(title)) if len(word) > 1 and word[0].isalpha()
        )
        if past > 24 * 7:
            scores += [(n / (total[w] / past + 0.05), w, hour) for w, n in now.items() if n >= 3]
        total.update(now)
    return [(word, hour) for _, word, hour in sorted(scores, key=lambda each: (-each[0], each[1], each[2]))]


def average_precision(found: list[tuple[str, datetime]], planted: set[tuple[str, datetime]]) -> float:
    """How far up the planted bursts stand; a word cut in two counts by its parts."""
    right, total, missing = 0, 0.0, set(planted)
    seen = 0
    for word, hour in found:
        hit = next(
            (each for each in planted if each[1] == hour and (word in each[0] or each[0] in word)), None
        )
        if hit and hit not in missing:
            continue
        seen += 1
        if hit:
            missing.discard(hit)
            right += 1
            total += right / seen
    return total / len(planted)


def ours(rows: list[tuple[datetime, str]]) -> list[tuple[str, datetime]]:
    """What the product finds, highest first."""
    bursts = Bursts()
    for hour, title in rows:
        bursts.add(hour, title)
    return [(burst.word, burst.start) for burst in bursts.found(most=2000)]


def _planted() -> list[Result]:
    mine, plain = [], []
    for seed in range(SEEDS):
        rows, planted = seeded(seed)
        mine.append(average_precision(ours(rows), planted))
        plain.append(average_precision(ratio(rows), planted))
    return [
        Result("planted bursts, average precision", _mean(mine), _mean(plain),
               note=f"{SEEDS} invented lists of {DAYS} days, not in the aims")
    ]  # fmt: skip


def _mean(values: list[float]) -> str:
    chance = random.Random(1)
    drawn = sorted(sum(chance.choices(values, k=len(values))) / len(values) for _ in range(400))
    return f"{sum(values) / len(values):.3f} [{drawn[10]:.3f}, {drawn[389]:.3f}]"


def _counted(path: Path) -> Iterator[float]:
    """The time of the plainest way: read the rows and count words."""
    start = time.process_time()
    count: Counter[str] = Counter()
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            count.update(cut(row["title"]))
    yield time.process_time() - start


def run() -> list[Result]:
    """Every figure."""
    results = _planted()
    path = folder(FILE)
    if path is None:
        return [*results, Result("bursts of the long list", "left out: WEITING_DATA names no data")]
    with tempfile.TemporaryDirectory() as place:
        start, clock = time.process_time(), time.perf_counter()
        main(["burst", str(path), str(Path(place, "out.json"))])
        took, passed = time.process_time() - start, time.perf_counter() - clock
    plain = next(_counted(path))
    return [
        *results,
        Result("bursts of the long hourly list, one core", f"{took:.1f} s", f"{plain:.1f} s only counting words", "",
               f"≤ {SLOWEST:.0f} s", took <= SLOWEST, f"{passed:.1f} s by the clock, load {os.getloadavg()[0]:.1f}"),
    ]  # fmt: skip


if __name__ == "__main__":
    print(markdown(run()))
    sys.exit(0)
