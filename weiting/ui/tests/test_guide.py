"""The guide in a real browser: no barrier of WCAG 2.2 AA, nothing wider than the screen, nothing against the policy."""

import threading
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, Page

from weiting.ui.tests.barriers import barriers

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FACES = {"hall": "/ui/guide/", "desk": "/ui/guide/desk/", "gate": "/ui/guide/gate/"}
MODES: list[dict[str, str]] = [
    {},
    {"scheme": "dark"},
    {"look": "elder"},
    {"look": "contrast"},
    {"look": "elder.contrast", "scheme": "dark"},
    {"language": "zh-hant"},
    {"language": "en"},
]


@pytest.fixture
def address(settings: Any) -> Iterator[str]:
    """The guide on a port of its own; it reads no row, so it needs no database."""
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def _page(browser: Browser, address: str, width: int, mode: dict[str, str]) -> Page:
    scheme: Literal["dark", "light"] = "dark" if mode.get("scheme") == "dark" else "light"
    place = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce", locale="zh-CN"
    )
    for name, key in (("look", "look"), ("django_language", "language")):
        if key in mode:
            place.add_cookies([{"name": name, "value": mode[key], "url": address}])
    return place.new_page()


def _listen(page: Page, said: list[str]) -> None:
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))


@pytest.mark.parametrize("face", FACES)
def test_elder_targets_are_large(browser: Browser, address: str, face: str) -> None:
    page = _page(browser, address, 375, {"look": "elder"})
    page.goto(address + FACES[face])
    small = page.evaluate(
        """() => [...document.querySelectorAll(
        'button, a.button, nav a, summary, label.chip, a.chip, select, textarea, '
        + 'input:not([type=hidden], [type=radio], [type=checkbox])')]
        .filter((e) => e.checkVisibility() && !e.closest('.skip') && e.getBoundingClientRect().height < 44)
        .map((e) => e.outerHTML.slice(0, 90) + ' ' + e.getBoundingClientRect().height)"""
    )
    page.context.close()
    assert not small


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("face", FACES)
def test_guide_has_no_barriers(browser: Browser, address: str, face: str, width: int) -> None:
    found: dict[str, Any] = {}
    for mode in MODES:
        page = _page(browser, address, width, mode)
        said: list[str] = []
        _listen(page, said)
        page.goto(address + FACES[face])
        if wrong := barriers(page, habits=True) + said:
            found[str(mode)] = wrong
        page.context.close()
    assert not found
