"""The hall in a real browser: no barrier of WCAG 2.2 AA, nothing wider than the screen, nothing that needs script."""

import pytest
from playwright.sync_api import Browser, Page

from weiting.hall.tests import make
from weiting.hall.tests.make import Scene
from weiting.ui.tests.barriers import barriers

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# One address of each type of page; the same template under another filter needs no second look.
SAME = ("/?k=", "?state=kept", "?state=silent", "/archive/2026/11/21/", "/v/1/")


@pytest.fixture
def scene(live_server, freeze) -> Scene:
    """The small city behind a real server."""
    return make.scene(freeze)


def pages(scene: Scene) -> list[str]:
    return [each for each in scene.addresses if not any(part in each for part in SAME)] + [
        "/w/unit/gongshui/"
    ]


def looked_at(
    browser: Browser, base: str, addresses: list[str], width: int, look: str = ""
) -> dict[str, list[str]]:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, reduced_motion="reduce", locale="zh-CN"
    )
    if look:
        context.add_cookies([{"name": "look", "value": look, "url": base}])
    page, found = context.new_page(), {}
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    for address in addresses:
        page.goto(base + address)
        wrong = barriers(page, habits=True)
        if wrong or complaints:
            found[address] = wrong + complaints
            complaints.clear()
    context.close()
    return found


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("language", ["", "/zh-hant", "/en"])
def test_no_page_has_a_barrier(scene, live_server, browser, language: str, width: int) -> None:
    addresses = [language + address for address in pages(scene)]
    assert looked_at(browser, live_server.url, addresses, width) == {}


@pytest.mark.parametrize("width", [1280, 375])
def test_large_text_in_high_contrast_has_no_barrier(scene, live_server, browser, width: int) -> None:
    addresses = [
        "/",
        f"/p/{scene.corrected.public_id}/",
        "/u/gongshui/",
        "/search/?q=停水",
        "/archive/2026/11/",
    ]
    assert looked_at(browser, live_server.url, addresses, width, "elder.contrast") == {}


def test_everything_can_be_read_and_searched_without_script(scene, live_server, browser) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(live_server.url)
    page.fill('input[name="q"]', "停水")
    page.press('input[name="q"]', "Enter")
    page.click(f'a[href="/p/{scene.plain.public_id}/"]')
    assert "送水车停" in (page.text_content(".prose") or "")
    page.goto(f"{live_server.url}/register/")
    page.fill("#ask-q", "云溪供水")
    page.click("form.ask button")
    assert page.is_visible(".verdict.official")
    context.close()


def test_keyboard_reaches_the_content_first(scene, live_server, page: Page) -> None:
    page.goto(live_server.url)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
