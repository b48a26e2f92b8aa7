"""The journey Speak, up to the hall: written, sent back, mended, approved, released, found, corrected, proved."""

import re
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import feedparser
import pytest
from django.utils.translation import override
from playwright.sync_api import Page, expect

from config.testing import Site
from tests.journeys.people import Desk, Draft, Windows, zh
from weiting.audit import labels
from weiting.core import clock

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# A number of its own, so that a hall which keeps what earlier runs wrote does not confuse this one.
TITLE = f"鹭桥巷 {secrets.randbelow(900) + 100} 号院换阀，今晚停水四小时"
BODY = "鹭桥巷 1 至 36 号今晚 22:00 至次日 2:00 停水，换一只老阀门。\n\n请在 22:00 前存水。来水后先放半分钟。"
WRONG, RIGHT, REASON = "1 至 36 号", "1 至 63 号", "门牌漏了东半段，原文少写了 27 户。"
ASK = "写明谁来送水，电话是多少。"


EDITOR, FIRST, SECOND, FINAL, SYSTEM = "陈晏", "赵砺", "姜祎", "孙沛", "系统"
STEPS = [
    (EDITOR, "posts.post.start"),
    (EDITOR, "posts.media.attach"),
    (EDITOR, "review.round.submit"),
    (FIRST, "review.remark.write"),
    (FIRST, "review.step.send_back"),
    (EDITOR, "review.round.submit"),
    (FIRST, "review.step.approve"),
    (FINAL, "review.step.approve"),
    (EDITOR, "publishing.release.plan"),
    (SYSTEM, "publishing.release.release"),
    (EDITOR, "posts.correction.start"),
]
CORRECTING = [
    (EDITOR, "review.round.submit"),
    (EDITOR, "publishing.wish.set"),
    (SECOND, "review.step.approve"),
    (FINAL, "review.step.approve"),
    (EDITOR, "publishing.release.plan"),
    (SYSTEM, "publishing.release.release"),
]


def test_a_text_is_written_reviewed_released_found_corrected_and_proved(
    site: Site, desk: Callable[..., Desk], windows: Windows
) -> None:
    editor, first, final = desk("chenyan"), desk("zhaoli"), desk("sunpei")
    visitor = windows.open(width=375)

    # Written: saved while typing, with a described picture; the preview shows what the hall will show.
    number = editor.begins(Draft(TITLE, BODY))
    expect(editor.page.locator("#saved")).to_have_text(zh("saved just now"))
    expect(editor.page.locator(".hall-preview")).to_contain_text("来水后先放半分钟")
    editor.puts_in_a_picture("两名工人在鹭桥巷的井口换阀门")
    expect(editor.page.locator(".hall-preview img")).to_have_count(1)
    expect(editor.page.locator("#path")).to_contain_text("赵砺")
    editor.submits(release="later")
    expect(editor.page.locator("header .badge")).to_have_text(zh("in review"))
    assert visitor.goto(f"/p/{number}/").status == 404

    # Sent back: a remark at a passage and a reason; nobody decides their own text.
    editor.open(editor.page.get_by_role("link", name=zh("The review in full")).get_attribute("href"))
    review = editor.page.url.removeprefix(site.url)
    expect(editor.page.get_by_text(zh("Your own text"))).to_be_visible()
    step = site.query("SELECT s.id, r.content_hash FROM review_step s JOIN review_round r ON r.id = s.round_id"
                      " WHERE r.public_id = %s AND s.state = 'open'", review.split("/")[3])  # fmt: skip
    yes = {"verdict": "approve", "step": str(step[0][0]), "content_hash": step[0][1]}
    assert editor.forges(f"{review}verdict/", yes) in {403, 409}
    first.finds_to_review(TITLE)
    first.remarks("请在 22:00 前存水。", "行动不便的老人怎么办？")
    first.sends_back("incomplete", ASK)
    expect(first.page.locator("body")).to_contain_text(zh("Sent back. The author has your reason."))

    # Mended: the editor finds it on Today with the reason, writes on and submits again.
    editor.open("/desk/")
    editor.page.get_by_role("link", name=TITLE).first.click()
    told = editor.page.locator("main .notice").first
    expect(told).to_contain_text(ASK)
    expect(told).to_contain_text("行动不便的老人怎么办？")
    editor.page.fill("[name=body]", f"{BODY}\n\n要人送水，打 0599-1270 021，半小时内送到门口。")
    editor.submits(release="later")
    expect(editor.page.locator("header .badge")).to_have_text(zh("in review"))

    # Approved by two others, who see what changed; the first cannot give the second approval too.
    first.finds_to_review(TITLE)
    expect(first.page.locator(".changes ins").first).to_contain_text("送水")
    round_ = first.page.url.removeprefix(site.url)
    first.approves()
    first.open(round_)
    step = site.query("SELECT s.id, r.content_hash FROM review_step s JOIN review_round r ON r.id = s.round_id"
                      " WHERE r.public_id = %s AND s.state = 'open'", round_.split("/")[3])  # fmt: skip
    yes = {"verdict": "approve", "step": str(step[0][0]), "content_hash": step[0][1]}
    expect(first.page.get_by_text(zh("Others decide"))).to_be_visible()
    assert first.forges(f"{round_}verdict/", yes) in {403, 409}
    final.finds_to_review(TITLE)
    final.approves()
    expect(final.page.locator("body")).to_contain_text(zh("Approved. That was the last step."))

    # Scheduled: it stands in the calendar, and the worker lets it out at its time, not before.
    editor.open(f"/desk/write/{number}/")
    expect(editor.page.locator("header .badge")).to_have_text(zh("approved"))
    assert visitor.goto(f"/p/{number}/").status == 404
    at = (clock.now() + timedelta(seconds=12)).replace(microsecond=0)
    editor.plans(at)
    expect(editor.page.locator("main dl.facts")).to_contain_text(f"{clock.local(at):%H:%M}")
    assert comes_out(visitor, number, within=60) >= at

    # In the hall, for anybody: its page, the list, the search three ways, the feed.
    expect(visitor.locator("h1")).to_have_text(TITLE)
    expect(visitor.get_by_alt_text("两名工人在鹭桥巷的井口换阀门")).to_be_visible()
    visitor.goto("/")
    expect(visitor.locator("main")).to_contain_text(TITLE)
    for asked in ("鹭桥巷停水", "鷺橋巷停水", "luqiaoxiang"):
        visitor.goto("/")
        visitor.locator("[name=q]").first.fill(asked)
        visitor.locator("[name=q]").first.press("Enter")
        visitor.wait_for_url("**/search/**")
        expect(visitor.locator(f"main a[href='/p/{number}/']").first).to_be_visible()
    feed = feedparser.parse(visitor.request.get("/u/gongshui/feed.atom").body())
    assert TITLE in [entry.title for entry in feed.entries]
    version = visitor.goto(f"/p/{number}/v/1/")
    assert version.status == 200

    # Corrected: what was wrong, what is right, why; reviewed again; the hall strikes and explains.
    editor.open(f"/desk/write/{number}/")
    editor.page.get_by_role("link", name=zh("Correct"), exact=True).click()
    editor.page.fill("[name=wrong]", WRONG)
    editor.page.fill("[name=right]", RIGHT)
    editor.page.fill("[name=reason]", REASON)
    editor.press("Go on")
    expect(editor.page.locator("[name=body]")).to_have_value(re.compile(RIGHT))
    editor.submits()
    expect(editor.page.locator("main")).to_contain_text(zh("In review. The text stays public as it is."))
    visitor.goto(f"/p/{number}/")
    expect(visitor.locator("main")).not_to_contain_text(RIGHT)
    for name in ("jiangyi", "sunpei"):
        reviewer = desk(name)
        reviewer.finds_to_review(TITLE)
        expect(reviewer.page.locator("main .notice").first).to_contain_text(REASON)
        reviewer.approves()
    deadline = time.monotonic() + 60
    while visitor.goto(f"/p/{number}/v/2/").status != 200:  # The worker lets it out.
        assert time.monotonic() < deadline, "the correction did not come out"
        visitor.wait_for_timeout(500)
    visitor.goto(f"/p/{number}/")
    expect(visitor.locator("main del").first).to_contain_text(WRONG)
    expect(visitor.locator("main ins").first).to_contain_text(RIGHT)
    expect(visitor.locator("main")).to_contain_text(REASON)
    visitor.goto("/corrections/")
    expect(visitor.locator("main")).to_contain_text(REASON)
    visitor.goto(f"/p/{number}/v/1/")
    expect(visitor.locator("main .prose").first).to_contain_text(WRONG)

    # Proved: the auditor sees every step with its person, in order, and the whole chain holds.
    auditor = desk("tianmi")
    for subject, steps in (("posts.post", STEPS), ("posts.correction", CORRECTING)):
        auditor.open("/desk/audit/")
        about = f"a[href*='type={subject}&']"
        auditor.page.locator(about).filter(has_text=TITLE).first.click()
        assert read(auditor.page) == [(who, sentence_of(verb)) for who, verb in steps]
    assert zh("The chain") in auditor.page.locator("main aside").inner_text()
    assert auditor.page.locator("main aside .ok").is_visible()
    site.run("audit", "verify")


def read(page: Page) -> list[tuple[str, str]]:
    """Return who did what, oldest first, as the audit shows it; how often a text was saved does not matter."""
    rows = page.locator("tbody tr").evaluate_all(
        "rows => rows.map((row) => [row.cells[2].innerText, row.cells[3].innerText])"
    )
    steps = [(who.split()[0], what.split(" · ")[0]) for who, what in reversed(rows)]
    return [step for step in steps if step[1] != sentence_of("posts.revision.save")]


def sentence_of(verb: str) -> str:
    """Return what a page in simplified Chinese calls an act."""
    with override("zh-hans"):
        return labels.sentence(verb)


def comes_out(visitor: Page, number: str, *, within: float) -> datetime:
    """Ask for a text's page until it is there; return when it was."""
    deadline = time.monotonic() + within
    while visitor.goto(f"/p/{number}/").status != 200:
        assert time.monotonic() < deadline, "the text did not come out"
        visitor.wait_for_timeout(500)
    return clock.now()
