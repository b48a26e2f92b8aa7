"""Deliveries: how quick a worker is beside a bare loop of calls, and how it scales."""

import logging
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx2

from bench.table import Result, give, ms, share

ACCOUNTS, TURNS = 300, 5
TEXTS = 49 + 4 * TURNS
ALERTED, ALERT, WAITING = 1000, 15.0, 1_000_000
FOUR = ("weibo", "wechat", "mastodon", "webhook")
# After so many seconds without an arrival a text never arrived; longer than the sandbox is ever slow.
SETTLE = 4.0
NONE = dict.fromkeys(("delay", "drop", "slow_rate", "error", "error_after", "too_many"), 0.0)


WAITING_ROWS = """
INSERT INTO publishing_delivery
       (public_id, release_id, connection_id, act, state, queued_at, attempts, code, why, needs)
SELECT substr(md5(r::text || ' ' || c::text), 1, 12), r, c, 'send', 'queued', now(), 0, '', '', ''
  FROM unnest(%s::bigint[]) r CROSS JOIN unnest(%s::bigint[]) c
"""


def cleared() -> None:
    """Forget the deliveries of the demo city: they wait for fake channels of their own."""
    from weiting.channels.models import Connection
    from weiting.publishing.models import Delivery, Line, Receipt

    Receipt.objects.all().delete()
    Delivery.objects.filter(of__isnull=False).delete()
    Delivery.objects.all().delete()
    Line.objects.all().delete()
    Connection.objects.update(state="ended")


def connected(base: str, count: int, kinds: tuple[str, ...] = FOUR, first: int = 0) -> list[Any]:
    """Make connections of one unit to fake channels, as many of each kind."""
    from weiting.publishing.tests.fakes import connect
    from weiting.units.models import Unit

    unit = Unit.objects.get(slug="gongshui")
    made = []
    for n in range(first, first + count):
        made.append(connect(unit, kinds[n % len(kinds)], base, name=f"a{n:04}"))
    return made


def released(count: int) -> list[Any]:
    """Release texts of the demo city that are public already, anew: only their way out is measured.

    Texts without pictures, as the bare loop beside it sends them.
    """
    from weiting.core import clock
    from weiting.posts.models import Post
    from weiting.publishing.models import Release

    taken = Release.objects.filter(state="released").values("revision")
    posts = Post.objects.filter(state="published", corrected_at__isnull=True).exclude(live__in=taken)
    found: dict[str, Any] = {}
    for post in posts.filter(live__media__isnull=True).select_related("live").order_by("pk"):
        assert post.live is not None
        found.setdefault(post.live.title, post)
        if len(found) == count:
            break
    now = clock.now()
    return Release.objects.bulk_create(
        [
            Release(
                post=post, revision=post.live, content_hash=post.live.content_hash, state="released", due_at=now,
                released_at=now,
            )
            for post in found.values()
        ]
    )  # fmt: skip


def laid_down(releases: list[Any], connections: list[Any]) -> None:
    from django.db import transaction

    from weiting.publishing.actions.delivering import lay_down

    for release in releases:
        with transaction.atomic():
            lay_down(release, connections)


def worker(calls: int = 48, settle: float = SETTLE, *more: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "django", "deliver", f"--calls={calls}", f"--settle={settle}", *more]
    return subprocess.Popen(command, env={**os.environ, "WEITING_CHANNELS_PRIVATE": "yes"})


@contextmanager
def _workers(count: int, calls: int) -> Iterator[None]:
    running = [worker(calls) for _n in range(count)]
    try:
        yield
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait(30)


def still_open() -> int:
    from weiting.publishing.models import Delivery

    return Delivery.objects.filter(state__in=["queued", "sending", "in_doubt", "accepted"]).count()


def not_accepted() -> int:
    """Count what no channel has said yes to."""
    from weiting.publishing.models import Delivery

    return Delivery.objects.filter(state__in=["queued", "sending", "in_doubt"]).count()


def _until(done: Callable[[], bool], most: float) -> float:
    began = time.perf_counter()
    while not done():
        if time.perf_counter() - began > most:
            raise SystemExit(f"not done within {most:.0f} s: {still_open()} deliveries are open")
        time.sleep(0.02)
    return time.perf_counter() - began


def _bare(base: str, count: int) -> float:
    """Make as many calls as quickly as a loop without any bookkeeping does, one after another."""
    data = {"access_token": "token-bare", "rip": "127.0.0.1"}
    # A line in the log for every call would make it slower than it is.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    began = time.perf_counter()
    with httpx2.Client() as client:
        for n in range(count):
            text = f"【第 {n} 条】明天 8:00—16:00，桥头街停水。 https://example.org/p/{n}/ "
            client.post(
                f"{base}/weibo/2/statuses/share.json", data={**data, "status": text}
            ).raise_for_status()
    return count / (time.perf_counter() - began)


def _speed(server: Any) -> Iterator[Result]:
    """Measure a warm worker: it is told to start before there is anything to do."""
    lines = connected(server.base, ACCOUNTS, ("weibo",))
    releases = released(TEXTS)
    with _workers(1, 48):
        laid_down(releases[:1], lines)
        _until(lambda: not still_open(), 60)
        # Turn about, as the machine is quicker in one second and slower in the next.
        rounds = []
        for n in range(TURNS):
            bare = _bare(server.base, 1000)
            began = time.perf_counter()
            laid_down(releases[1 + 4 * n : 5 + 4 * n], lines)
            _until(lambda: not still_open(), 120)
            rate = 4 * len(lines) / (time.perf_counter() - began)
            rounds.append((rate / bare, rate, bare))
        ratio, rate, bare = (share(each, 0.5) for each in zip(*rounds, strict=True))
        yield Result(
            f"texts delivered a second by one worker, medians of {TURNS} turns", f"{rate:,.0f}",
            f"bare loop of calls {bare:,.0f}", f"{ratio:.2f}", "≥ 0.5", ratio >= 0.5,
            f"{TURNS * 4 * len(lines):,} over {len(lines)} accounts",
        )  # fmt: skip
        waits = []
        for release in releases[1 + 4 * TURNS : 41 + 4 * TURNS]:
            laid_down([release], lines[:1])
            began = time.perf_counter()
            _until(lambda: not still_open(), 10)
            waits.append(time.perf_counter() - began)
            time.sleep(0.1)
        p95 = share(waits, 0.95)
        yield Result("laid down → arrived, p95 of 40", ms(p95), aim="≤ 150 ms", is_met=p95 <= 0.150)
    server.switch("faults", **{**NONE, "delay": 0.02})
    rates = []
    for n, at in ((1, TEXTS - 8), (2, TEXTS - 4)):
        with _workers(n, 6):
            laid_down(releases[at : at + 1], lines)
            _until(lambda: not still_open(), 60)
            began = time.perf_counter()
            laid_down(releases[at + 1 : at + 4], lines)
            _until(lambda: not still_open(), 120)
            rates.append(3 * len(lines) / (time.perf_counter() - began))
    yield Result(
        "two workers against a channel that answers after 20 ms", f"{rates[1]:,.0f}/s", f"one worker {rates[0]:,.0f}/s",
        f"{rates[1] / rates[0]:.2f} ×", "≥ 1.7 ×", rates[1] >= 1.7 * rates[0], "6 calls at once each, 3 of a kind",
    )  # fmt: skip
    yield undelivered()
    yield _alert(server)
    yield _crowded()


def _alert(server: Any) -> Result:
    """Send one alert to a thousand accounts, each answered after 20 ms."""
    from weiting.channels.models import Connection

    server.switch("faults", **{**NONE, "delay": 0.02})
    Connection.objects.update(state="ended")
    lines = connected(server.base, ALERTED, first=ACCOUNTS)
    with _workers(2, 48):
        laid_down(released(1), lines[:1])
        _until(lambda: not still_open(), 60)
        began = time.perf_counter()
        laid_down(released(1), lines)
        _until(lambda: not not_accepted(), 120)
        took = time.perf_counter() - began
        _until(lambda: not still_open(), 120)
    server.switch("faults", **NONE)
    return Result(
        f"one alert accepted by {ALERTED:,} accounts, answers after 20 ms", f"{took:.1f} s",
        aim=f"≤ {ALERT:.0f} s", is_met=took <= ALERT, note="two workers; Weibo, WeChat, Mastodon, webhooks",
    )  # fmt: skip


def _crowded() -> Result:
    """Time the claim with a few waiting rows and with a million, on the same thousand lines."""
    from django.db import connection

    from weiting.channels.models import Connection
    from weiting.core import clock
    from weiting.publishing.models import Delivery, Line, Release

    lines = list(Connection.objects.exclude(state="ended").values_list("pk", flat=True)[:ALERTED])
    post = Release.objects.filter(post__isnull=False).order_by("pk")[0]
    rows = [
        Release(
            post=post.post, revision=post.revision, content_hash="", state="called_off", due_at=post.due_at
        )
        for _n in range(WAITING // len(lines))
    ]
    made = [each.pk for each in Release.objects.bulk_create(rows)]
    times = []
    for some in (made[:1], made[1:]):
        with connection.cursor() as cursor:
            cursor.execute(WAITING_ROWS, [some, lines])
            cursor.execute("VACUUM ANALYZE publishing_delivery")
        Line.objects.filter(connection__in=lines).update(next_at=clock.now())
        times.append(_claims())
    count = Delivery.objects.filter(state="queued").count()
    ratio = times[1] / times[0]
    return Result(
        f"claim of 48 lines with {count:,} waiting rows, quickest tenth of 50", ms(times[1]),
        f"with {len(lines):,} rows {ms(times[0])}", f"{ratio:.2f} ×", "≤ 1.3 ×", ratio <= 1.3,
    )  # fmt: skip


def _claims() -> float:
    """Return the time of a claim that is undone afterwards, as little disturbed by others as may be."""
    from django.db import transaction

    from weiting.publishing.actions import lines

    times = []
    for _n in range(50):
        with transaction.atomic():
            began = time.perf_counter()
            assert len(lines.claim("bench", 48, timedelta(seconds=60))) == 48
            times.append(time.perf_counter() - began)
            transaction.set_rollback(True)
    return share(times, 0.1)


def undelivered() -> Result:
    from weiting.publishing.models import Delivery

    rows = Delivery.objects.exclude(state="delivered").values_list("state", "code", "why")
    found = Counter(rows).most_common(3)
    said = "; ".join(f"{n} {' '.join(row)}" for row, n in found)
    return Result(
        "deliveries that did not end delivered", str(len(rows)), aim="0", is_met=not rows, note=said
    )


def measure() -> list[Result]:
    """Measure against a quick sandbox of its own."""
    from weiting.sandbox.testing import sandbox

    cleared()
    with sandbox() as server:
        return list(_speed(server))


if __name__ == "__main__":
    import django

    django.setup()
    give(measure())
