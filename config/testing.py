"""The test run's own ground: a plugin of pytest that starts a fast embedded server before Django's settings
are read.

It is named in pyproject.toml as `-p config.testing`, because pytest-django reads the settings before any
conftest.py. Every process of a parallel run takes part in the same server; the last one out stops it.
"""

import asyncio
import hashlib
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config import connections, database, env as environment, prepare, up
from config.env import Env

_BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_holds: list[database.Hold] = []


def use_test_ground() -> None:
    """Point this process at the folder and server of the test run, and start that server."""
    real = environment.current()
    environment.use(
        replace(
            real,
            var=real.var / "test",
            public_url="",
            email_url="",
            demo=False,
            debug=False,
            allowed_hosts=("testserver",),
        )
    )
    _holds.append(database.ensure(fast=True))


def pytest_load_initial_conftests() -> None:
    """Start the server before the settings are loaded."""
    if not _holds:
        use_test_ground()


# Before pytest-django's hook of the same name, which imports the settings.
pytest_load_initial_conftests = pytest.hookimpl(tryfirst=True)(pytest_load_initial_conftests)


def pytest_unconfigure() -> None:
    """Let go of the server; it ends with the last process of the run."""
    while _holds:
        _holds.pop().release()


def _server() -> psycopg.Connection[tuple[Any, ...]]:
    return connections.connect(environment.current(), "postgres")


def _env_of(name: str) -> Env:
    """The settings of the test run with another database of its server."""
    env = environment.current()
    return replace(env, database_url=connections.url({**connections.parameters(env), "dbname": name}))


def _template(kind: str, mark: str, base: str, env: Env, steps: list[str]) -> str:
    """The name of a database to copy, made from `base` by `steps` unless it is there; older ones of its kind go."""
    wanted = f"{kind}_{mark[:16]}"
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(1)")  # The processes of a parallel run make it once.
        rows = server.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [kind]
        ).fetchall()
        if (wanted,) in rows:
            return wanted
        for (name,) in rows:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        fresh = f"{kind}_fresh"
        server.execute(f'CREATE DATABASE "{fresh}" TEMPLATE "{base}"')
        prepare.run_aside(replace(env, database_url=_env_of(fresh).database_url), steps)
        server.execute(f'ALTER DATABASE "{fresh}" RENAME TO "{wanted}"')
    return wanted


def migrated_template() -> str:
    """The name of an empty, migrated database to copy for each run; made anew when a migration changes."""
    mark = prepare.tables_mark(contents=True)
    return _template("migrated", mark, "template0", environment.current(), ["tables"])


def _demo_template(env: Env) -> str:
    """The name of a database with the demo city; made anew when any line of the product changes."""
    empty = migrated_template()
    if not prepare.has_command("load_demo"):
        return empty
    found = hashlib.sha256()
    for path in sorted((environment.ROOT / "weiting").rglob("*")):
        if path.suffix in {".py", ".json", ".csv", ".toml", ".md"} and "tests" not in path.parts:
            found.update(path.read_bytes())
    return _template("demo", found.hexdigest(), empty, env, ["messages", "tables", "demo"])


@dataclass
class Site:
    """A hall that really runs: its address, its settings, and ways to look behind its pages."""

    url: str
    env: Env
    children: list[up.Child]
    # Where the fake channels stand, and the mailboxes of whoever the hall writes to.
    sandbox: str

    def run(self, *words: str) -> str:
        """Run `weiting` with these words on this hall and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "config.cli", *words],
            cwd=environment.ROOT,
            env=environment.as_environ(self.env),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask this hall's database."""
        with connections.connect(self.env) as found:
            cursor = found.execute(sql, values)
            return cursor.fetchall() if cursor.description else []


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@contextmanager
def without_loop() -> Iterator[None]:
    """Hide the event loop that Playwright leaves running in this thread: Django keeps connections apart by it."""
    left = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(left)


@contextmanager
def scratch_database(template: str | None = None) -> Iterator[Env]:
    """Settings with a database of their own, empty or copied from `template`, that is dropped afterwards.

    For tests in which several processes look at the same committed rows.
    """
    name = f"scratch_{secrets.token_hex(4)}"
    with _server() as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template or migrated_template()}"')
    try:
        yield _env_of(name)
    finally:
        with _server() as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def running_site() -> Iterator[Site]:
    """Run web and worker on a fresh copy of the demo city, and take everything down afterwards."""
    # Two seconds in which a release can be stopped are enough for a test, and short enough to wait for.
    base = replace(environment.current(), var=environment.current().var / "site", undo_seconds=2)
    with scratch_database(_demo_template(base)) as copied:
        yield from _run(replace(base, database_url=copied.database_url, port=free_port()))


def _run(env: Env) -> Iterator[Site]:
    prepare.run_aside(env, ["messages", "static"])
    python = [sys.executable, "-m"]
    fakes, smtp = free_port(), free_port()
    fakes_at = f"http://127.0.0.1:{fakes}"
    env = replace(env, email_url=f"smtp://127.0.0.1:{smtp}", channels_private=True, sandbox_url=fakes_at)
    ports = ["--port", str(fakes), "--smtp-port", str(smtp)]
    sandbox = up.Child("sandbox", [*python, "weiting.sandbox.command", *ports], env)
    web = up.Child("web", [*python, "config.web"], env)
    worker = up.Child("worker", [*python, "config.cli", "work"], env)
    site = Site(env.base_url, env, [web, worker, sandbox], fakes_at)
    try:
        for child in site.children:
            child.start()
        _wait_for(env)
        yield site
    finally:
        for child in site.children:
            child.tell(signal.SIGTERM)
        for child in site.children:
            child.end(time.monotonic() + 5)


def _wait_for(env: Env) -> None:
    deadline = time.monotonic() + 60
    while not up.is_answering(env):
        assert time.monotonic() < deadline, "the web process does not answer"
        time.sleep(0.1)


def pytest_configure() -> None:
    """Leave out what only production needs: names with hashes of static files, slow hashes of passwords."""
    from django.conf import settings

    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def chromium() -> str | None:
    """The system's Chromium or Chrome; None when there is none."""
    for name in _BROWSERS:
        if path := shutil.which(name):
            return path
    return str(_MAC) if _MAC.exists() else None
