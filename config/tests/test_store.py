"""The page store against a real database and a second process: nobody reads an old page."""

import asyncio
import bisect
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from config import connections, env as environment, testing
from config.env import Env
from weiting.core import clock
from weiting.hall.shown import TAGS, UNTIL
from weiting.hall.store import PageStore
from weiting.hall.tests.test_store import ask
from weiting.jobs import announcing

WRITER = """
import random, sys, time
import django
django.setup()
from django.db import connection, transaction
from weiting import jobs
chance = random.Random(11)
sys.stdin.readline()
for number in range(1, 161):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE told SET number = %s", [number])
        jobs.announce("posts", f"post:{number}")
    print(number, time.monotonic(), flush=True)
    if number % 50 == 0:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND (query LIKE 'LISTEN%' OR query = 'SELECT 1')"
            )
    time.sleep(chance.choice([0.0, 0.001, 0.01, 0.03, 0.1]))
"""
# How late is measured in the bench; here it is long enough for a machine that stands still for a moment.
LATE = 2.0


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[Env]:
    """A database of its own with one number in it, where the store listens."""
    with testing.scratch_database() as env:
        with connections.connect(env) as made:
            made.execute("CREATE TABLE told AS SELECT 0 AS number")
        monkeypatch.setattr(announcing, "_connection_parameters", lambda: connections.parameters(env))
        yield env


class Teller:
    """Stands for the pages: reads the number, and takes its time to say it."""

    def __init__(self, env: Env) -> None:
        self.env, self.made, self.chance, self.local = env, 0, random.Random(5), threading.local()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.made += 1
        number = await asyncio.to_thread(self._read)
        await asyncio.sleep(self.chance.choice([0, 0, 0.005, 0.05]))
        until = f"{clock.now().timestamp() + 60:.3f}".encode()
        headers = [(TAGS.lower().encode(), b"posts"), (UNTIL.lower().encode(), until)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": str(number).encode()})

    def _read(self) -> int:
        if not hasattr(self.local, "connection"):
            self.local.connection = connections.connect(self.env)
        row = self.local.connection.execute("SELECT number FROM told").fetchone()
        return int(row[0])


async def _read_on(store: PageStore, stop: asyncio.Event, reads: list[tuple[float, int]]) -> None:
    chance = random.Random(id(stop))
    while not stop.is_set():
        began = time.monotonic()
        got = await ask(store, chance.choice(["/", "/units/", "/en/"]))
        reads.append((began, int(got.body)))
        await asyncio.sleep(chance.choice([0, 0.001, 0.004]))


async def _read_while_written(store: PageStore, writer: Any) -> tuple[list[tuple[float, int]], list[str]]:
    stop, reads = asyncio.Event(), list[tuple[float, int]]()
    readers = [asyncio.create_task(_read_on(store, stop, reads)) for _ in range(16)]
    await asyncio.sleep(0.5)
    lines = (await asyncio.to_thread(writer.communicate, "go\n"))[0].splitlines()
    await asyncio.sleep(LATE + 0.5)
    stop.set()
    await asyncio.gather(*readers)
    return reads, lines


def test_nobody_reads_an_old_page_while_another_process_changes_things(told: Env) -> None:
    pages = Teller(told)
    store = PageStore(pages)
    environ = {**environment.as_environ(told), "DJANGO_SETTINGS_MODULE": "config.settings"}
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ, cwd=environment.ROOT,
    )  # fmt: skip
    try:
        # In a thread of its own: a browser test may have left a running loop in this one.
        with ThreadPoolExecutor(1) as aside:
            reads, lines = aside.submit(asyncio.run, _read_while_written(store, writer)).result()
    finally:
        writer.kill()
        store.close()
    committed = [(float(at), int(number)) for number, at in (line.split() for line in lines)]
    assert len(committed) == 160, lines[-1:]
    moments = [at for at, _number in committed]
    late = []
    for began, number in reads:
        known = bisect.bisect_right(moments, began - LATE)
        if known and number < committed[known - 1][1]:
            late.append((began, number, committed[known - 1]))
    assert not late, f"{len(late)} of {len(reads)} reads were old: {late[:3]}"
    # Otherwise the store did nothing, and could not have been wrong.
    assert pages.made < len(reads) / 2
    assert reads[-1][1] == 160
