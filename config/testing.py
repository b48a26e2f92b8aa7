"""The test run's own ground: a plugin of pytest that starts a fast embedded server before Django's settings
are read.

It is named in pyproject.toml as `-p config.testing`, because pytest-django reads the settings before any
conftest.py. Every process of a parallel run takes part in the same server; the last one out stops it.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from config import connections, database, env as environment, prepare

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


def migrated_template() -> str:
    """The name of an empty, fully migrated database to copy for each run; made anew when a migration changes."""
    env = environment.current()
    found = connections.parameters(env)
    wanted = f"template_{prepare.tables_mark(contents=True)[:16]}"
    with psycopg.connect(**{**found, "dbname": "postgres"}, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(1)")  # The processes of a parallel run make it once.
        rows = server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%'").fetchall()
        if (wanted,) in rows:
            return wanted
        for (name,) in rows:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        fresh = f"fresh_{wanted}"
        server.execute(f'DROP DATABASE IF EXISTS "{fresh}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{fresh}" TEMPLATE template0')
        prepare.run_aside(replace(env, database_url=connections.url({**found, "dbname": fresh})), ["tables"])
        server.execute(f'ALTER DATABASE "{fresh}" RENAME TO "{wanted}"')
    return wanted


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
