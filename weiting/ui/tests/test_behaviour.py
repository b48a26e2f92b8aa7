"""The behaviours in a real browser, and the same acts without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from weiting.ui.tests.test_guide import address

__all__ = ["address"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def desk(browser: Browser, address: str) -> Iterator[Page]:  # noqa: F811
    """The desk's guide, open at a desk's width."""
    place = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    place.set_default_timeout(5000)
    page = place.new_page()
    page.goto(address + "/ui/guide/desk/")
    yield page
    place.close()


def test_refusal_lands_in_the_messages_and_keeps_the_page(desk: Page) -> None:
    desk.fill("#r-text", "明天停水")
    desk.get_by_role("button", name="试试被拒绝").click()
    expect(desk.locator("#messages .notice")).to_contain_text("王芳两分钟前已经审过了。")
    assert desk.input_value("#r-text") == "明天停水"
    desk.locator("#messages [data-close]").click()
    expect(desk.locator("#messages .notice")).to_have_count(0)


def test_refusal_without_javascript_shows_the_kept_text(browser: Browser, address: str) -> None:  # noqa: F811
    place = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = place.new_page()
    page.goto(address + "/ui/guide/desk/")
    page.fill("#r-text", "明天停水，送水车在南门")
    page.get_by_role("button", name="试试被拒绝").click()
    expect(page.locator("h1")).to_have_text("有人比您快了一步")
    expect(page.locator(".kept textarea")).to_have_text("明天停水，送水车在南门")
    place.close()


def test_dialog_opens_and_closes_by_keyboard(desk: Page) -> None:
    desk.get_by_role("link", name="打开对话框").click()
    expect(desk.locator("#d")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("#d")).to_be_hidden()


def test_list_is_walked_by_keyboard(desk: Page) -> None:
    desk.locator("body").press("j")
    desk.keyboard.press("j")
    expect(desk.locator("[data-item]").nth(1)).to_have_class("here")
    desk.keyboard.press("k")
    expect(desk.locator("[data-item]").nth(0)).to_have_class("here")
    desk.keyboard.press("?")
    expect(desk.locator("dialog[data-keys]")).to_be_visible()


def test_count_follows_the_typing(desk: Page) -> None:
    desk.fill("#s-text", "停水ab")
    expect(desk.locator("#n")).to_have_text("3 / 140")
    desk.fill("#s-text", "水" * 141)
    expect(desk.locator("#n")).to_have_class("late")


def test_typed_text_is_offered_again_after_a_crash(desk: Page) -> None:
    desk.fill("#s-text", "写了一半")
    desk.wait_for_timeout(600)
    again = desk.context.new_page()
    again.goto(desk.url)
    again.get_by_role("button", name="接着写").click()
    assert again.input_value("#s-text") == "写了一半"


def test_menu_closes_on_escape(desk: Page) -> None:
    desk.locator("[data-menu] summary").click()
    expect(desk.locator("[data-menu] .panel")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("[data-menu] .panel")).to_be_hidden()


def test_upload_says_too_large_before_sending(desk: Page) -> None:
    desk.evaluate(
        """() => document.body.insertAdjacentHTML("beforeend",
        '<form data-upload id="u"><input type="file" data-most-bytes="4"><output></output></form>')"""
    )
    # Bound at load: a new form needs the module again.
    source = desk.locator('script[src*="upload"]').get_attribute("src")
    desk.evaluate("(source) => import(source + '?again')", source)
    desk.set_input_files("#u input", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"12345"})
    expect(desk.locator("#u output")).to_contain_text("a.txt")
    expect(desk.locator("#u output")).to_have_class("late")
