"""Measures the chain on a real database: entries a second with one and eight writers, in bulk, and checked.

Run `python -m weiting.audit.tests.measure` against an installation that may be thrown away: entries stay.
"""

import sys
import threading
import time
from collections.abc import Callable

import django
from django.db import connection, transaction

django.setup()

from weiting import audit  # noqa: E402  models come after the set-up
from weiting.audit import chain, queries  # noqa: E402

TURNS = 400


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _say(name: str, count: int, seconds: float) -> None:
    sys.stdout.write(f"{name:40} {count / seconds:8.0f} entries/s\n")


def _write() -> None:
    for turn in range(TURNS):
        with transaction.atomic():
            audit.record("audit.bench.write", subject=audit.Ref("posts.post", "17", "明天停水"), turn=turn)
    connection.close()


def _commit() -> None:
    """Commit bare rows: what the disk confirms a second without any audit."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE audit_measure (n integer)")
        for turn in range(TURNS):
            cursor.execute("INSERT INTO audit_measure VALUES (%s)", [turn])
        cursor.execute("DROP TABLE audit_measure")


def _write_many() -> None:
    with transaction.atomic():
        for _ in range(20):
            audit.record_many([audit.Act("audit.bench.write", facts={"n": n}) for n in range(1000)])


def _write_together(writers: int) -> None:
    threads = [threading.Thread(target=_write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main() -> None:
    """Measure and print."""
    _say("baseline: a bare row, one commit each", TURNS, _seconds(_commit))
    _say("one writer, one transaction each", TURNS, _seconds(_write))
    _say("eight writers, one transaction each", 8 * TURNS, _seconds(lambda: _write_together(8)))
    _say("record_many, 1,000 at a time", 20_000, _seconds(_write_many))
    started = time.perf_counter()
    report = chain.check(queries.links(), queries.announced_heads(), first=1)
    _say("checked", report.count, time.perf_counter() - started)
    if report.broken:
        raise SystemExit(report.broken.sentence)


if __name__ == "__main__":
    main()
