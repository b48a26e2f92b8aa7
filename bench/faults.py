"""Deliveries while workers and the database are killed and every fault is on: what is lost, doubled, out of order."""

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import psutil

from bench.delivery import (
    ACCOUNTS,
    NONE,
    SETTLE,
    cleared,
    connected,
    laid_down,
    released,
    still_open,
    undelivered,
    worker,
)
from bench.table import Result, give

# WeChat is left to its tests: a submission whose answer is lost may be under way there for ten minutes.
KINDS = ("weibo", "mastodon", "webhook")
TEXTS, KILLS, CRASHES = 34, 100, 2
# The longest the sandbox is slow: well within the time after which a text never arrived.
SLOW = SETTLE / 2.5
FAULTS = {"drop": 0.08, "slow_rate": 0.04, "error": 0.05, "error_after": 0.05, "too_many": 0.04, "slow": SLOW}


def _crash() -> None:
    """Kill a process of the database, which then begins anew from its log, all connections lost."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0]).parent()
    connection.close()
    for each in server.children() if server else ():
        if "checkpointer" in " ".join(each.cmdline()):
            each.kill()
            return
    raise SystemExit("the database could not be killed")


def _patiently(act: Callable[[], Any]) -> Any:
    """Do something although the database may be away for a moment."""
    from django.db import Error, connection

    for _n in range(300):
        try:
            return act()
        except Error:
            connection.close()
            time.sleep(0.1)
    raise SystemExit("the database did not come back")


def _renew() -> None:
    """Do what a person does who authorises an account anew."""
    from django.db import transaction

    from weiting.channels.models import Connection
    from weiting.publishing.actions import lines

    with transaction.atomic():
        stopped = list(Connection.objects.exclude(needs="").values_list("pk", flat=True))
        if stopped:
            Connection.objects.filter(pk__in=stopped).update(needs="", needs_code="", needs_since=None)
            lines.wake(stopped)


def _expire_and_renew(server: Any, chance: random.Random, *, is_last: bool, now: bool) -> None:
    """Let an account's token expire; now and then all are authorised anew."""
    expired = [] if is_last or now else [f"a{chance.randrange(ACCOUNTS):04}"]
    for channel in ("weibo", "mastodon"):
        server.switch("tokens", channel=channel, expired=expired)
    if not expired:
        _patiently(_renew)


def _faults(server: Any, seed: int, kills: int, minutes: float) -> Iterator[Result]:
    """Kill workers and the database at random while every fault is on; then count what arrived, and in what order."""
    chance = random.Random(seed)
    lines = connected(server.base, ACCOUNTS, KINDS)
    releases = released(TEXTS)
    laid_down(releases, lines)
    running = [worker(24), worker(24)]
    server.switch("faults", **{**NONE, **FAULTS, "delay": 0.01, "seed": seed})
    done = crashed = 0
    began = time.perf_counter()
    try:
        while (done < kills or _patiently(still_open)) and time.perf_counter() - began < minutes * 60:
            time.sleep(chance.uniform(0.3, 1.2))
            if done < kills:
                at = chance.randrange(2)
                running[at].kill()
                running[at].wait()
                running[at] = worker(24)
                done += 1
            if crashed < CRASHES and done >= (crashed + 1) * kills // (CRASHES + 1):
                _crash()
                crashed += 1
            _expire_and_renew(server, chance, is_last=done >= kills, now=done % 5 == 0)
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait(30)
    took = time.perf_counter() - began
    yield from _counted(server, lines, releases, seed, done, crashed, took)
    yield undelivered()


def _counted(
    server: Any, lines: list[Any], releases: list[Any], seed: int, kills: int, crashed: int, took: float
) -> Iterator[Result]:
    expected = [each.post.public_id for each in releases]
    state = server.state()
    seen: dict[str, list[str]] = defaultdict(list)
    for channel in KINDS:
        for row in state[channel]["said"]:
            found = next((pid for pid in expected if f"/p/{pid}/" in row["text"]), None)
            seen[row["account"]].append(found or row["key"])
    from weiting.publishing.models import Delivery

    keys = dict(Delivery.objects.values_list("public_id", "release__post__public_id"))
    lost = doubled = disordered = 0
    for line in lines:
        got = [keys.get(each, each) for each in seen[line.name]]
        counts = Counter(got)
        lost += sum(1 for pid in expected if not counts[pid])
        doubled += sum(n - 1 for n in counts.values() if n > 1)
        disordered += got != sorted(got, key=expected.index)
    total = len(lines) * len(expected)
    note = f"{total:,} deliveries, {len(lines)} accounts, {kills} kills, {crashed} crashes, seed {seed}, {took:.0f} s"
    yield Result("lost", str(lost), aim="0", is_met=lost == 0, note=note)
    yield Result("doubled", str(doubled), aim="0", is_met=doubled == 0)
    yield Result("accounts whose order was broken", str(disordered), aim="0", is_met=disordered == 0)


def measure(*, seed: int = 7, kills: int = KILLS, minutes: float = 15.0) -> list[Result]:
    """Let everything go wrong at once; the same seed draws the same faults, though not at the same moments."""
    from weiting.publishing.tests.fakes import sandbox

    cleared()
    with sandbox() as server:
        return list(_faults(server, seed, kills, minutes))


if __name__ == "__main__":
    import django

    django.setup()
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--minutes", type=float, default=15.0, help="give up after so long")
    options = parser.parse_args()
    give(measure(seed=options.seed, kills=options.kills, minutes=options.minutes))
