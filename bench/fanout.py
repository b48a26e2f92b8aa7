"""Copies: one text for ten thousand followers on five hundred hosts, and what two hundred dead hosts do to others."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.table import Result, give, share

FOLLOWERS, HOSTS, DEAD = 10_000, 500, 200
AIM, DELAY, KILLED = 60.0, 1.3, 3000


class Inboxes:
    """The far side, in a process of its own."""

    def __init__(self, port: int, silent: int) -> None:
        self.port, self.silent = port, silent

    def ask(self, what: str, body: bytes | None = None) -> Any:
        """Ask the server that counts."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/_{what}", body)
        with urllib.request.urlopen(request, timeout=60) as answer:
            said = answer.read()
        return json.loads(said) if said else None


@contextmanager
def inboxes() -> Iterator[Inboxes]:
    from weiting.sandbox.testing import free_port

    made = Inboxes(free_port(), free_port())
    process = subprocess.Popen([sys.executable, "-m", "bench.inboxes", str(made.port), str(made.silent)])
    try:
        for _n in range(200):
            try:
                made.ask("count")
                break
            except OSError:
                time.sleep(0.05)
        yield made
    finally:
        process.terminate()
        process.wait(10)


def begun() -> "subprocess.Popen[bytes]":
    """Start a worker as every hall runs it: jobs, deliveries and copies beside one another."""
    return subprocess.Popen(
        [sys.executable, "-m", "config.cli", "work"], env={**os.environ, "WEITING_CHANNELS_PRIVATE": "yes"}
    )


@contextmanager
def worker() -> Iterator[None]:
    process = begun()
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def account(name: str) -> Any:
    """Open an account of a unit of the demo city."""
    from weiting.channels.models import Connection
    from weiting.fediverse import actions
    from weiting.units.models import Unit

    unit = Unit.objects.get(slug="gongshui")
    made = Connection.objects.create(
        unit=unit, kind="activitypub", name=name, state="live", values={"handle": name}
    )
    return actions.actor_of(made)


def followed(actor: Any, net: int, hosts: int, count: int, ports: list[int], *, shared: bool = False) -> None:
    """Have `count` people on `hosts` hosts of one part of the loopback network follow; ports in turn by the host."""
    from weiting.fediverse.models import Follower

    rows = []
    for n in range(count):
        at = n % hosts
        host = f"127.{net}.{at // 250}.{at % 250 + 1}:{ports[at % len(ports)]}"
        inbox = f"http://{host}/inbox" if shared else f"http://{host}/u/{n}/inbox"
        rows.append(Follower(actor=actor, uri=f"http://{host}/u/{n}", host=host, inbox=inbox))
    Follower.objects.bulk_create(rows, batch_size=5000)


def publish(actor: Any, key: str) -> float:
    """Lay a text down and return how long that took."""
    from weiting.fediverse import actions

    began = time.perf_counter()
    content = "<p><strong>明天停水</strong></p><p>8 点到 16 点，桥头街停水。请提前储水。</p>" * 3
    actions.publish_note(actor, {"content": content, "tag": []}, "https://yunxi.example/p/x/", key)
    return time.perf_counter() - began


def spread_out(
    actor: Any, far: Inboxes, key: str, wanted: int, most: float
) -> tuple[float, list[float], Any]:
    """Publish and wait for all to arrive; return the time of laying down, of each arrival, and the report."""
    far.ask("forget", actor.public_key.encode())
    began = time.time()
    laid = publish(actor, key)
    while far.ask("count") < wanted and time.time() - began < most:
        time.sleep(0.25)
    time.sleep(1.0)
    report = far.ask("report")
    return laid, [each - began for each in report["times"]], report


def measure() -> Iterator[Result]:
    """Measure with a worker that runs already."""
    with inboxes() as far, worker():
        first = account("a-first")
        followed(first, 9, 2, 2, [far.port])
        spread_out(first, far, "warm", 2, 60)
        alive = account("a-alive")
        followed(alive, 10, HOSTS, FOLLOWERS, [far.port])
        laid, times, report = spread_out(alive, far, "k1", FOLLOWERS, 300)
        yield Result(
            f"one text laid down for {FOLLOWERS:,} followers",
            f"{laid:.2f} s",
            aim="≤ 1 s",
            is_met=laid <= 1.0,
        )
        good = len(times) == FOLLOWERS and not report["doubled"] and not report["wrong"]
        yield Result(
            f"{FOLLOWERS:,} followers on {HOSTS} hosts have it", f"{times[-1]:.1f} s", aim=f"≤ {AIM:.0f} s",
            is_met=good and times[-1] <= AIM,
            note=f"no shared inboxes; {len(times):,} arrived once, {report['doubled']} twice; of {report['checked']} "
            f"signatures looked at {report['wrong']} wrong",
        )  # fmt: skip
        among = account("a-among")
        followed(among, 11, HOSTS, FOLLOWERS, [far.port])
        # Half of the dead refuse, half take the connection and never answer.
        followed(among, 12, DEAD, DEAD * 20, [9, far.silent])
        _laid, beside, report = spread_out(among, far, "k2", FOLLOWERS, 300)
        ratio = share(beside, 0.95) / share(times, 0.95)
        yield Result(
            f"p95 of the living when {DEAD} of {HOSTS + DEAD} hosts are dead", f"{share(beside, 0.95):.1f} s",
            f"without dead hosts {share(times, 0.95):.1f} s", f"{ratio:.2f} ×", f"≤ {DELAY} ×",
            len(beside) == FOLLOWERS and not report["doubled"] and ratio <= DELAY,
            note=f"{len(beside):,} arrived once, {report['doubled']} twice",
        )  # fmt: skip
        yield _shared(far)
    with inboxes() as far:
        yield _killed(far)


def _killed(far: Inboxes) -> Result:
    """Kill the worker in the middle, three times; whatever it was sending is sent again, and known there by its id."""
    actor = account("a-killed")
    followed(actor, 14, HOSTS, KILLED, [far.port])
    far.ask("forget", actor.public_key.encode())
    publish(actor, "k4")
    kills = 0
    process = begun()
    deadline = time.time() + 240
    while (count := far.ask("count")) < KILLED and time.time() < deadline:
        if kills < 3 and count > (kills + 1) * KILLED // 5:
            process.kill()
            process.wait()
            kills, process = kills + 1, begun()
        time.sleep(0.05)
    time.sleep(1.0)
    process.terminate()
    process.wait(60)
    report = far.ask("report")
    lost = KILLED - len(report["times"])
    return Result(
        f"copies lost of {KILLED:,} when the worker is killed {kills} times", str(lost), aim="0", is_met=lost == 0,
        note=f"{report['doubled']} sent a second time, under the same id",
    )  # fmt: skip


def _shared(far: Inboxes) -> Result:
    shared = account("a-shared")
    followed(shared, 13, HOSTS, FOLLOWERS, [far.port], shared=True)
    _laid, times, report = spread_out(shared, far, "k3", HOSTS, 120)
    return Result(
        f"the same where the {HOSTS} hosts have shared inboxes", f"{times[-1]:.1f} s",
        note=f"{len(times)} copies arrived once, {report['doubled']} twice",
    )  # fmt: skip


if __name__ == "__main__":
    import django

    django.setup()
    give(measure())
