"""People of the demo city at their desks, citizens at the hall: browser windows that fail on any complaint."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from config.testing import Site
from tests.journeys.people import PASSWORD, Desk, Windows


@pytest.fixture(scope="session")
def seats(site: Site, browser: Browser) -> Callable[[str], StorageState]:
    """Sign somebody in by the real form, once in a run, and give back their cookies."""
    kept: dict[str, StorageState] = {}

    def seat(name: str) -> StorageState:
        if name not in kept:
            place = browser.new_context(locale="zh-CN", base_url=site.url, java_script_enabled=False)
            page = place.new_page()
            page.goto("/account/login/")
            page.fill("[name=login]", name)
            page.fill("[name=password]", PASSWORD)
            page.click("form[action='/account/login/'] button.primary")
            page.wait_for_url("**/desk/")
            kept[name] = place.storage_state()
            place.close()
        return kept[name]

    return seat


@pytest.fixture
def windows(site: Site, browser: Browser, seats: Callable[[str], StorageState]) -> Iterator[Windows]:
    """Open windows of the hall; at the end none of them may hold a complaint of a script or the policy."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def window(name: str = "", *, width: int = 1280, script: bool = True, **more: Any) -> Page:
        place = browser.new_context(
            base_url=site.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
            reduced_motion="reduce",
            storage_state=seats(name) if name else None,
            **more,
        )
        opened.append(place)
        page = place.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: complaints.append(f"{page.url}: {said.text}") if said.type == "error" else None,
        )
        return page

    yield Windows(window, complaints)
    for place in opened:
        place.close()
    # The browser calls an answer of 4xx an error too; whether it was wanted is asserted where it is asked for.
    assert [said for said in complaints if "the server responded with a status of 4" not in said] == []


@pytest.fixture
def desk(windows: Windows, site: Site) -> Callable[..., Desk]:
    """Seat somebody of the demo city at their desk: `desk("chenyan")`."""

    def sit(name: str, **how: Any) -> Desk:
        return Desk(windows.open(name, **how), site)

    return sit
