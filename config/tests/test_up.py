"""`weiting up` starts everything, stops everything, and comes back from any death."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest

from config import connections, database, env as environment, prepare
from config.env import Env
from config.testing import free_port


@pytest.fixture(scope="module")
def base() -> Iterator[Env]:
    """A hall whose first start is behind it: tables made, static files collected, no demo city."""
    path = Path(tempfile.mkdtemp(prefix="weiting-test-"))
    path.chmod(0o755)
    env = environment.read({"WEITING_VAR": str(path / "var"), "WEITING_DEMO": "no"})
    with database.ensure(env, fast=True) as hold:
        prepare.run_aside(env, prepare.waiting(env))
    assert hold.release(wait=30)
    yield env
    shutil.rmtree(path)


class Hall:
    """One `weiting up` and what it says."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.cli", "up"],
            cwd=environment.ROOT,
            env=environment.as_environ(env),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_for(self, pattern: str) -> re.Match[str]:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line)
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"never said {pattern!r}: {self.lines}")

    def tree(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, words: str) -> psutil.Process:
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if words in " ".join(child.cmdline()))


@pytest.fixture
def start(base: Env) -> Iterator[Callable[[], Hall]]:
    halls: list[Hall] = []

    def begin() -> Hall:
        halls.append(Hall(replace(base, port=free_port())))
        halls[-1].wait_for("Weiting is at")
        return halls[-1]

    yield begin
    for hall in halls:
        hall.process.send_signal(signal.SIGINT)
        hall.process.wait(60)
    wait_until("the database to end", lambda: database.is_gone(base))


def wait_until(what: str, is_true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.05)


def all_gone(processes: list[psutil.Process]) -> bool:
    return not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes)


def test_second_start_makes_nothing_again(start: Callable[[], Hall]) -> None:
    hall = start()
    assert re.search(r"ready in [\d.]+ s", hall.lines[-1])
    assert "".join(hall.lines[:-1]).strip() == ""


def test_one_interrupt_stops_everything(start: Callable[[], Hall], base: Env) -> None:
    hall = start()
    tree = hall.tree()
    hall.process.send_signal(signal.SIGINT)
    assert hall.process.wait(60) == 0
    assert all_gone(tree)
    assert database.is_gone(base)


def test_killing_the_whole_tree_loses_nothing(start: Callable[[], Hall], base: Env) -> None:
    hall = start()
    with psycopg.connect(**connections.parameters(base)) as found:
        found.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 'still here' AS word")
    for process in [psutil.Process(hall.process.pid), *hall.tree()]:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    hall.process.wait()
    start()
    with psycopg.connect(**connections.parameters(base)) as found:
        assert found.execute("SELECT word FROM kept").fetchone() == ("still here",)


def test_killing_the_supervisor_takes_all_with_it(start: Callable[[], Hall]) -> None:
    hall = start()
    tree = hall.tree()
    os.kill(hall.process.pid, signal.SIGKILL)
    hall.process.wait()
    wait_until("everything to end", lambda: all_gone(tree))
    again = start()
    assert again.process.poll() is None


def test_killing_a_hall_that_only_just_starts_leaves_nothing_behind(base: Env) -> None:
    hall = Hall(replace(base, port=free_port()))
    wait_until(
        "the web process", lambda: "config.web" in " ".join(" ".join(p.cmdline()) for p in hall.tree())
    )
    web = hall.child("config.web")
    wait_until("its worker", lambda: bool(web.children()))
    tree = hall.tree()
    web.kill()
    hall.process.kill()
    hall.process.wait()
    wait_until("everything to end", lambda: all_gone(tree))
    wait_until("the database to end", lambda: database.is_gone(base))


@pytest.mark.parametrize("words", ["config.web", "config.cli work"])
def test_dead_process_is_started_again_and_said(start: Callable[[], Hall], words: str) -> None:
    hall = start()
    first = hall.child(words)
    tree = first.children(recursive=True)
    first.kill()
    hall.wait_for("process ended .signal 9.; it is started again")
    wait_until("a new one", lambda: words in " ".join(" ".join(p.cmdline()) for p in hall.tree()))
    wait_until("the old one's processes to end", lambda: all_gone(tree))


def test_dead_database_is_started_again_and_said(start: Callable[[], Hall], base: Env) -> None:
    hall = start()
    hall.child("config.database").kill()
    hall.wait_for("The database ended; it is started again")
    wait_until("the database", lambda: database.is_running(base))


def test_taken_port_is_said_and_the_next_one_used(base: Env) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        hall = Hall(replace(base, port=taken))
        said = hall.wait_for(rf"Port {taken} is taken by another program: using (\d+) instead")
        port = int(said[1])
        assert port > taken
        hall.wait_for(f"Weiting is at http://127.0.0.1:{port}/")
        hall.process.send_signal(signal.SIGTERM)
        assert hall.process.wait(60) == 0


def test_second_hall_on_the_same_data_joins_the_database(start: Callable[[], Hall], base: Env) -> None:
    first, second = start(), start()
    first.process.send_signal(signal.SIGINT)
    first.wait_for("The database goes on")
    assert first.process.wait(60) == 0
    assert database.is_running(base)
    assert second.process.poll() is None


def test_wrong_setting_is_answered_with_a_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "config.cli", "up"],
        cwd=environment.ROOT,
        env={"PATH": os.environ["PATH"], "WEITING_PROT": "1"},  # noqa: TID251 - the child's own
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("weiting: WEITING_PROT is not a setting of Weiting.")
    assert "Traceback" not in done.stderr
