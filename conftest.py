"""What every test may ask for: a clock that stands still, a browser, and a whole hall that really runs."""

import os
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from hypothesis import settings as drawing
from playwright.sync_api import Browser, Page, sync_playwright

from config.testing import Site, chromium, migrated_template, running_site, without_loop
from weiting.audit import testing
from weiting.core import clock
from weiting.sandbox.testing import Sandbox, sandbox

# The same examples on every run and no limit of time: a change is judged by what it changed, not by luck or load.
# New examples are drawn by `pytest --hypothesis-profile=default`.
drawing.register_profile("steady", derandomize=True, deadline=None)
drawing.load_profile("steady")


class Frozen:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 21, 10, tzinfo=clock.SHANGHAI)

    def __call__(self, moment: str | datetime) -> datetime:
        """Set the clock to a moment; a text without a zone is on the wall clock of Shanghai."""
        found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        self.moment = found if found.tzinfo else found.replace(tzinfo=clock.SHANGHAI)
        return self.moment

    def move(self, **distance: float) -> datetime:
        """Move the clock on by `distance`, named as in timedelta."""
        self.moment += timedelta(**distance)
        return self.moment


@pytest.fixture
def freeze() -> Iterator[Frozen]:
    """A stopped clock: `freeze("2026-11-21 10:00")`, `freeze.move(hours=2)`."""
    frozen = Frozen()
    clock.use(lambda: frozen.moment)
    yield frozen
    clock.use(None)


@pytest.fixture(autouse=True, scope="session")
def _audit_can_be_flushed() -> Iterator[None]:
    """Tests that commit are followed by a flush, which the audit's triggers would refuse."""
    with testing.flushable():
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Copy the test database from a migrated one instead of migrating on every run."""
    connection.settings_dict["TEST"] |= {"TEMPLATE": migrated_template(), "MIGRATE": False}


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """A whole hall with the demo city, web and worker really running, on a database of its own.

    It is shared by all journeys of a run: make what you need, and leave alone what others may count on.
    """
    with running_site() as running:
        yield running


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    """The fake channels, really running; a file of tests has them to itself. `server.calm()` begins anew."""
    with sandbox() as running:
        yield running


@pytest.fixture
def channels(server: Sandbox) -> Sandbox:
    """The fake channels with nothing said and no fault on; publications of WeChat end at once."""
    server.calm(publish_after=0.0)
    return server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    path = chromium()
    if path is None:
        pytest.skip("there is no Chromium on this machine: make test says how to install it")
    # Playwright keeps an event loop in this thread; the tests may use the database all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"
    quiet = ["background-networking", "component-update", "sync", "gpu", "quic", "extensions"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--no-first-run", *[f"--disable-{name}" for name in quiet]],
        )
        yield started
        started.close()


@pytest.fixture(autouse=True, scope="class")
def clean_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test begins in the default language, and without the event loop that Playwright leaves in this thread.

    Of the scope of a class, so that it comes before the database: with the loop in sight Django hands out another
    connection, and what a test did on one would not be taken back on the other.
    """
    translation.activate(settings.LANGUAGE_CODE)
    with nullcontext() if BROWSING & set(request.fixturenames) else without_loop():
        yield


@pytest.fixture(autouse=True)
def no_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages know that this hall is not the demo, and do not ask: once a minute is now and then in the middle of a test
    that counts queries. What is remembered of another test's city goes, too."""
    monkeypatch.setattr("config.context._is_demo", False)
    monkeypatch.setattr("config.context._not_before", float("inf"))


@pytest.fixture
def problems() -> list[str]:
    """What the browser complained about; it must be empty at the end. A test that provokes something clears it."""
    return []


@pytest.fixture
def page(browser: Browser, problems: list[str]) -> Iterator[Page]:
    """A page of a fresh visitor in China; it fails the test when a script or the security policy complains."""
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1280, "height": 800}
    )
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert not problems


# Whoever asks for one of these drives the browser, whose loop must then be seen.
BROWSING = {"browser", "page", "chromium", "windows"}

# Where the tests are that share something costly: one running hall, one demo city.
JOURNEYS = ("tests/journeys/", "config/tests/test_site.py")
SHARING = {
    "site": JOURNEYS,
    "demo": ("weiting/demo/tests/test_loading.py",),
    "city": ("weiting/demo/tests/test_content.py",),
    "hall": ("config/tests/test_up.py",),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test of the running hall that stands elsewhere: each process would start a hall for it."""
    for item in items:
        if "site" in getattr(item, "fixturenames", ()) and not item.nodeid.startswith(JOURNEYS):
            raise pytest.UsageError(f"{item.nodeid} uses the running hall: put it into {JOURNEYS[0]}")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep the tests that share something in one process of a parallel run.

    By their place: the marks of xdist 3.8 do not reach the names pytest 9.2 gives to tests.
    """
    from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped]

    class Scheduling(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            sharing = (name for name, places in SHARING.items() if nodeid.startswith(places))
            return next(sharing, nodeid)

    return Scheduling(config, log) if config.getoption("dist") == "loadgroup" else None
