"""The test run's own ground: a plugin of pytest that starts a fast embedded server before Django's settings are read.

It is named in pyproject.toml as `-p config.testing`, because pytest-django reads the settings before any conftest.py.
Every process of a parallel run takes part in the same server; the last one out stops it.
"""

from dataclasses import replace

import pytest

from config import database, env as environment

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
