"""The embedded server: one per folder, on whatever it finds there, and without touching what is not ours."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from config import connections, database, engine, env as environment
from config.engine import Engine
from config.env import Env, SettingError

IS_ROOT = os.geteuid() == 0


@pytest.fixture
def ground() -> Iterator[Path]:
    """A folder that the server's account may reach; pytest's own is closed to it."""
    path = Path(tempfile.mkdtemp(prefix="weiting-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def env(ground: Path) -> Env:
    return environment.read({"WEITING_VAR": str(ground / "var")})


@pytest.fixture(scope="module")
def filled() -> Iterator[Path]:
    """A folder with a database in it, made once; tests that only look at it copy nothing."""
    path = Path(tempfile.mkdtemp(prefix="weiting-test-"))
    path.chmod(0o755)
    with database.ensure(environment.read({"WEITING_VAR": str(path / "var")}), fast=True) as hold:
        pass
    assert hold.release(wait=30)
    yield path / "var"
    shutil.rmtree(path)


@pytest.fixture
def used(filled: Path) -> Env:
    return environment.read({"WEITING_VAR": str(filled)})


def ask(env: Env, sql: str) -> object:
    with connections.connect(env) as found:
        cursor = found.execute(sql)
        return cursor.fetchone() if cursor.description else None


def modes_above(*paths: Path) -> dict[Path, int]:
    return {step: stat.S_IMODE(step.stat().st_mode) for path in paths for step in path.parents}


def postmaster(env: Env) -> psutil.Process:
    return psutil.Process(int((Engine(env).data / "postmaster.pid").read_text().split()[0]))


def test_no_folder_that_was_there_changes_its_mode(ground: Path, env: Env) -> None:
    wheel = engine._packaged() / "bin" / "postgres"
    closed = ground / "closed"
    closed.mkdir(mode=0o700)
    before = modes_above(env.var, wheel, Path(tempfile.gettempdir())) | modes_above(closed / "x")
    with database.ensure(env, fast=True) as hold:
        assert ask(env, "SELECT 1") == (1,)
    assert hold.release(wait=30)
    assert modes_above(env.var, wheel, Path(tempfile.gettempdir())) | modes_above(closed / "x") == before


@pytest.mark.skipif(not IS_ROOT, reason="only root hands the server to another account")
def test_programs_behind_a_closed_folder_are_copied(
    ground: Path, env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = ground / "closed"
    real = engine._packaged()
    libraries = real.parent.with_name(f"{real.parent.name}.libs")
    for part in (real, libraries):
        shutil.copytree(part, closed / part.relative_to(real.parent.parent))
    closed.chmod(0o700)
    monkeypatch.setattr(engine, "_packaged", lambda: closed / real.relative_to(real.parent.parent))
    ours = Engine(env)
    ours.check()
    assert ours.programs.is_relative_to(env.var)
    ours.fill()
    assert (ours.data / "PG_VERSION").read_text() == "18\n"
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@pytest.mark.skipif(not IS_ROOT, reason="only root hands the server to another account")
def test_data_behind_a_closed_folder_are_refused_in_words(ground: Path) -> None:
    closed = ground / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(SettingError, match="may not enter it. Set WEITING_VAR"):
        database.ensure(environment.read({"WEITING_VAR": str(closed / "var")}))


def test_last_one_out_stops_the_server(used: Env) -> None:
    first, second = database.ensure(used, fast=True), database.ensure(used, fast=True)
    assert not first.release(wait=0.5)
    assert ask(used, "SELECT 1") == (1,)
    assert second.release(wait=30)


def test_durability_is_on(used: Env) -> None:
    settings = database.server_settings(used, fast=False)
    assert [settings[name] for name in ("fsync", "full_page_writes", "synchronous_commit")] == ["on"] * 3
    assert settings["listen_addresses"] == "", "no port is opened"


def test_killing_everything_loses_nothing_committed(used: Env) -> None:
    hold = database.ensure(used)
    ask(used, "CREATE TABLE IF NOT EXISTS kept (word text)")
    ask(used, "INSERT INTO kept VALUES ('still here')")
    server = postmaster(used)
    keeper = server.parent()
    assert keeper is not None
    for process in (keeper, server, *server.children()):
        with suppress(psutil.NoSuchProcess):  # A backend may have noticed its server's death already.
            process.kill()
    hold.release()
    with database.ensure(used, fast=True) as again:
        assert ask(used, "SELECT word FROM kept") == ("still here",)
        ask(used, "DROP TABLE kept")
    assert again.release(wait=30)


def test_killing_the_keeper_stops_the_server(used: Env) -> None:
    hold = database.ensure(used, fast=True)
    server = postmaster(used)
    keeper = server.parent()
    assert keeper is not None
    keeper.kill()
    server.wait(timeout=60)
    hold.release()
    with database.ensure(used, fast=True) as again:
        assert ask(used, "SELECT 1") == (1,)
    assert again.release(wait=30)


def test_mark_of_a_dead_server_whose_number_another_program_has(used: Env) -> None:
    other = subprocess.Popen(["sleep", "60"], **Engine(used).identity())
    try:
        mark = Engine(used).data / "postmaster.pid"
        mark.write_text(f"{other.pid}\n{Engine(used).data}\n0\n5432\n/tmp\n\n0 0\nready   \n")
        Engine(used).give(mark)
        with database.ensure(used, fast=True) as hold:
            assert ask(used, "SELECT 1") == (1,)
        assert hold.release(wait=30)
        assert other.poll() is None, "the other program is left alone"
    finally:
        other.kill()
        other.wait()


def test_two_starts_at_once_make_one_server(used: Env) -> None:
    code = (
        "from config import database, env; h = database.ensure(fast=True);"
        "print(open(env.current().var / 'pg/postmaster.pid').readline(), flush=True); input()"
    )
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=environment.ROOT,
            env=environment.as_environ(used),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    numbers = {start.stdout.readline() for start in starts if start.stdout}
    for start in starts:
        start.communicate("\n")
    assert len(numbers) == 1
    deadline = time.monotonic() + 30
    while not database.is_gone(used):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_data_of_another_major_version_are_refused_in_words(env: Env) -> None:
    data = env.var / "pg"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("15\n")
    with pytest.raises(SettingError, match="made by PostgreSQL 15; this Weiting brings 18"):
        database.ensure(env)


def test_folder_with_something_else_is_refused_in_words(env: Env) -> None:
    (env.var / "pg").mkdir(parents=True)
    (env.var / "pg" / "letter.txt").write_text("mine")
    with pytest.raises(SettingError, match="is not a database of Weiting"):
        database.ensure(env)
    assert (env.var / "pg" / "letter.txt").read_text() == "mine"


def test_file_in_place_of_the_folder_is_refused_in_words(ground: Path, env: Env) -> None:
    (ground / "var").write_text("")
    with pytest.raises(SettingError, match="is not a folder|cannot be"):
        database.ensure(env)


def test_full_disk_is_said_in_words(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=10**6)
    monkeypatch.setattr(engine.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(SettingError, match="is full: make room"):
        database.ensure(env)


def test_disk_that_fills_while_starting_is_said_in_words() -> None:
    said = engine.in_words("FATAL:  could not write: No space left on device", "The database did not start")
    assert said == "The database did not start: the disk is full. Make room, then start again."


def test_long_path_gets_a_short_socket(env: Env) -> None:
    deep = replace(env, var=env.var / ("deep" * 30))
    socket = connections.socket_folder(deep) / connections.SOCKET_NAME
    assert len(os.fsencode(socket)) <= connections.SOCKET_PATH_LIMIT
    with database.ensure(deep, fast=True) as hold:
        assert ask(deep, "SELECT 1") == (1,)
    assert hold.release(wait=30)
    shutil.rmtree(connections.socket_folder(deep))


def test_given_database_needs_no_server(ground: Path) -> None:
    given = environment.read(
        {"DATABASE_URL": "postgresql://a:b@db.example:5433/hall", "WEITING_VAR": str(ground)}
    )
    assert database.ensure(given).release()
    assert connections.parameters(given) == {
        "host": "db.example",
        "port": "5433",
        "user": "a",
        "password": "b",
        "dbname": "hall",
    }
