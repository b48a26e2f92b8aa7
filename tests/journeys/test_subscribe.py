"""The journey of a resident who wants mail: asks on an old phone, confirms, reads, is corrected, stops by one click."""

import re
import secrets
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from config.testing import Site
from tests.journeys.people import Desk, Draft, Windows, zh

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NUMBER = secrets.randbelow(900) + 100
ADDRESS = f"li{NUMBER}@example.com"


class Mailbox:
    """The resident's mailbox as the sandbox shows it."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page, self.at = page, f"{site.sandbox}/mail/{ADDRESS}/"

    def subjects(self) -> list[str]:
        self.page.goto(self.at)
        return self.page.locator("ol a").all_inner_texts()

    def opens(self, subject: str, within: float = 90) -> Page:
        """Wait for a letter and open it."""
        deadline = time.monotonic() + within
        while subject not in self.subjects():
            assert time.monotonic() < deadline, f"{subject} is not among {self.subjects()}"
            self.page.wait_for_timeout(500)
        self.page.get_by_role("link", name=subject, exact=True).first.click()
        return self.page


def releases(desk: Callable[..., Desk], draft: Draft) -> str:
    """Take a text through review, to go out as soon as it is approved; return its number."""
    editor = desk("chenyan")
    number = editor.begins(draft)
    editor.submits()
    for name in ("zhaoli", "sunpei"):
        reviewer = desk(name)
        reviewer.finds_to_review(draft.title)
        reviewer.approves()
    return number


def corrects(desk: Callable[..., Desk], number: str, title: str, wrong: str, right: str) -> None:
    editor = desk("chenyan")
    editor.open(f"/desk/write/{number}/")
    editor.page.get_by_role("link", name=zh("Correct"), exact=True).click()
    editor.page.fill("[name=wrong]", wrong)
    editor.page.fill("[name=right]", right)
    editor.page.fill("[name=reason]", "抄错了一个数。")
    editor.press("Go on")
    expect(editor.page.locator("[name=body]")).to_have_value(re.compile(right))
    editor.submits()
    for name in ("jiangyi", "sunpei"):
        reviewer = desk(name)
        reviewer.finds_to_review(title)
        reviewer.approves()


def test_a_resident_gets_mail_is_corrected_and_stops(
    site: Site, desk: Callable[..., Desk], windows: Windows
) -> None:
    phone = windows.open(script=False, width=375)
    # The first look at a page of the hall may take its time on a busy machine.
    phone.set_default_timeout(30_000)
    box = Mailbox(phone, site)

    # Asked for on an old phone, and confirmed by the button only.
    phone.goto("/widgets/?unit=gongshui")
    phone.get_by_role("link", name=zh("Send me mail"), exact=True).click()
    phone.fill("[name=address]", ADDRESS)
    phone.get_by_role("button", name=zh("Send me mail")).click()
    expect(phone.locator("h1")).to_have_text(zh("Look into your mailbox"))
    letter = box.opens("请确认：订阅云溪发布厅的邮件")
    # The link runs over several lines of a narrow screen, where a click in the middle of it may miss.
    phone.goto(letter.locator("pre a[href*='/mail/confirm/']").get_attribute("href") or "")
    phone.get_by_role("button", name=zh("Yes, send me mail")).click()
    expect(phone.locator("main .notice")).to_contain_text("云溪供水")

    # An approved text arrives, with the words as they were approved.
    title = f"松风里 {NUMBER} 号今晚换表"
    number = releases(desk, Draft(title, "今晚 8 点换表，停水一小时，来水后先放半分钟。电话 0599-1270 021。"))
    letter = box.opens(title)
    expect(letter.locator("pre")).to_contain_text("来水后先放半分钟")
    expect(letter.locator("pre a[href*='/p/']")).to_have_attribute("href", f"{site.url}/p/{number}/")

    # So does its correction.
    corrects(desk, number, title, "8 点", "9 点")
    letter = box.opens(f"更正：{title}")
    expect(letter.locator("pre")).to_contain_text("8 点 → 9 点")

    # One click in the mail program, and nothing arrives any more.
    letter.get_by_role("button", name="退订 / Unsubscribe").click()
    expect(phone.locator("h1")).to_have_text(zh("No more mail"))
    before = box.subjects()
    later = releases(
        desk, Draft(f"松风里 {NUMBER} 号明天查漏", "明天上午 9 点查漏，不停水。电话 0599-1270 021。")
    )
    arrived = ("SELECT 1 FROM publishing_delivery d JOIN publishing_release r ON r.id = d.release_id JOIN posts_post p"
               " ON p.id = r.post_id JOIN channels_connection c ON c.id = d.connection_id"
               " WHERE p.public_id = %s AND c.kind = 'mail' AND d.state = 'delivered'")  # fmt: skip
    deadline = time.monotonic() + 60
    while not site.query(arrived, later):
        assert time.monotonic() < deadline, "the delivery did not end"
        phone.wait_for_timeout(500)
    phone.wait_for_timeout(1500)
    assert box.subjects() == before and len(before) == 3
    assert site.query("SELECT count(*) FROM subscriptions_reader") == [(0,)]
