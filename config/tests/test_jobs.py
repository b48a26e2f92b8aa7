"""What jobs promises between processes: word of a change arrives at once, and a job outlives its worker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from config import connections, env as environment
from config.env import Env
from config.testing import scratch_database

START = "import django; django.setup(); import weiting.jobs.tests.sample; from weiting import jobs; "
LISTEN = START + (
    "import sys, time\n"
    "say = lambda word: (sys.stdout.write(f'{word}\\n'), sys.stdout.flush())\n"
    "heard = jobs.listen(lambda tags: say(' '.join(sorted(tags))), lambda: say('reset'))\n"
    "time.sleep(60)"
)
WORK = START + (
    "import asyncio; from weiting.jobs import working; working.HEARTBEAT, working.DEAD_AFTER = 0.5, 2.0\n"
    "asyncio.run(working.work(concurrency=2))"
)


@pytest.fixture
def env() -> Iterator[Env]:
    with scratch_database() as found:
        yield found


@contextmanager
def process(code: str, env: Env) -> Iterator[subprocess.Popen[str]]:
    environ = {**environment.as_environ(env), "DJANGO_SETTINGS_MODULE": "config.settings"}
    started = subprocess.Popen(
        [sys.executable, "-c", code], cwd=environment.ROOT, env=environ, stdout=subprocess.PIPE, text=True
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def run(code: str, env: Env) -> None:
    with process(START + code, env) as started:
        assert started.wait(60) == 0


def ask(env: Env, sql: str) -> list[tuple[object, ...]]:
    with connections.connect(env) as found:
        return found.execute(sql).fetchall()


def lines_of(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def wait_for(what: str, seconds: float, is_true: object) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():  # type: ignore[operator]
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def test_announcement_reaches_another_process(env: Env) -> None:
    with process(LISTEN, env) as listener:
        assert listener.stdout
        assert listener.stdout.readline().startswith("reset")
        with psycopg.connect(**connections.parameters(env)) as other:
            other.execute("SELECT pg_notify('weiting_changed', 'posts post:1')")
        assert listener.stdout.readline().split() == ["post:1", "posts"]


def test_listener_begins_anew_after_losing_its_connection(env: Env) -> None:
    with process(LISTEN, env) as listener:
        assert listener.stdout
        listener.stdout.readline()
        ask(
            env,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query LIKE 'LISTEN%' AND datname = current_database()",
        )
        assert listener.stdout.readline().startswith("reset"), "the loss"
        assert listener.stdout.readline().startswith("reset"), "the new connection"
        ask(env, "SELECT pg_notify('weiting_changed', 'units')")
        assert listener.stdout.readline().startswith("units")


def test_worker_takes_a_job_as_soon_as_it_is_committed(env: Env, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with process(WORK, env):
        wait_for("a worker", 30, lambda: ask(env, "SELECT 1 FROM procrastinate_workers"))
        run(f"jobs.defer('jobs.write', path={str(notes)!r})", env)
        wait_for("the job", 5, lambda: len(lines_of(notes)) == 2)
    assert ask(env, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'jobs.write'") == [(0,)], (
        "what is done leaves no rows"
    )


def test_job_survives_the_killing_of_its_worker(env: Env, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    run(f"jobs.defer('jobs.write', path={str(notes)!r}, seconds=3)", env)
    with process(WORK, env) as first:
        wait_for("the first beginning", 30, lambda: lines_of(notes))
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        with process(WORK, env) as second:
            wait_for("the end", 30, lambda: lines_of(notes)[-1:] == [f"done {second.pid}"])
    assert lines_of(notes) == [f"begun {first.pid}", f"begun {second.pid}", f"done {second.pid}"]


def test_worker_ends_what_it_has_begun_before_it_stops(env: Env, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    run(f"jobs.defer('jobs.write', path={str(notes)!r}, seconds=1)", env)
    with process(WORK, env) as worker:
        wait_for("the beginning", 30, lambda: lines_of(notes))
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
    assert lines_of(notes)[-1] == f"done {worker.pid}"


def test_failed_task_is_tried_again_later(env: Env, tmp_path: Path) -> None:
    missing = tmp_path / "no folder" / "notes"
    run(f"jobs.defer('jobs.write', path={str(missing)!r})", env)
    with process(WORK, env):
        wait_for("a second try", 30, lambda: ask(env, "SELECT 1 FROM procrastinate_jobs WHERE attempts = 1"))
    assert ask(env, "SELECT status, scheduled_at > now() FROM procrastinate_jobs WHERE attempts = 1") == [
        ("todo", True)
    ]


RUNNER = "jobs.alongside('sample', 'weiting.jobs.tests.sample.stay'); "


def test_a_runner_lives_as_long_as_its_worker_and_is_begun_again_when_it_fails(
    env: Env, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    own = f"from pathlib import Path; weiting.jobs.tests.sample.NOTES = Path({str(notes)!r}); {RUNNER}"
    code = WORK.replace("import asyncio;", f"{own}import asyncio;")
    with process(code, env) as worker:
        wait_for("a second beginning", 30, lambda: lines_of(notes).count("begun") == 2)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
    assert lines_of(notes) == ["begun", "begun", "ended"]
