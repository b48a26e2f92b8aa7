"""When no script runs: an editor takes a text to the hall, a citizen reads, searches, checks an account."""

import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from config.testing import Site
from tests.journeys.people import Desk, Draft, Windows, picture, zh

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_text_gets_out_without_script(site: Site, desk: Callable[..., Desk], windows: Windows) -> None:
    editor = desk("chenyan", script=False)
    title = f"兰亭里 {secrets.randbelow(900) + 100} 号水表检查改到周三"
    number = editor.begins(Draft(title, "检查员戴工牌上门，不收费。家里没人可以改约：0599-1270 021。"))
    editor.puts_in_a_picture("检查员胸前的工牌", picture(2))
    expect(editor.page.locator(".hall-preview")).to_contain_text("检查员戴工牌上门")
    editor.submits()
    expect(editor.page.locator("header .badge")).to_have_text(zh("in review"))
    for name in ("zhaoli", "sunpei"):
        reviewer = desk(name, script=False)
        reviewer.finds_to_review(title)
        reviewer.approves()
    citizen = windows.open(script=False, width=375)
    for _again in range(60):  # Until the window in which it can be stopped has passed.
        if citizen.goto(f"/p/{number}/").status == 200:
            break
        citizen.wait_for_timeout(500)
    expect(citizen.locator("h1")).to_have_text(title)
    expect(citizen.get_by_alt_text("检查员胸前的工牌")).to_be_visible()


def test_a_citizen_reads_searches_and_checks_an_account_without_script(windows: Windows) -> None:
    page = windows.open(script=False, width=375)
    page.goto("/")
    title = page.locator("article.post h3 a").first.inner_text()
    page.locator("article.post h3 a").first.click()
    expect(page.locator("h1")).to_have_text(title)
    page.goto("/search/")
    field = page.locator("main [name=q], header [name=q]").first
    field.fill("停水")
    field.press("Enter")
    page.wait_for_url("**/search/?**")
    page.locator("ol.hits h2 a").first.click()
    expect(page.locator("article .prose")).to_contain_text("水")
    page.goto("/register/")
    page.fill("#ask-q", "云溪供水")
    page.get_by_role("button", name=zh("Look it up")).click()
    expect(page.locator(".verdict")).to_contain_text("云溪供水")
    expect(page.locator(".verdict h2")).to_contain_text(zh("Real"))
    page.fill("#ask-q", "云溪供水官方退费")
    page.get_by_role("button", name=zh("Look it up")).click()
    expect(page.locator(".verdict h2")).not_to_contain_text(zh("Real"))
