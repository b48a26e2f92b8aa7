"""The journey of a text with officialese and somebody's number: found, mended by one click, decided, reviewed."""

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from config.testing import Site
from tests.journeys.people import Desk, Draft, zh
from weiting.ui.tests.barriers import barriers

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Invented: no region has the code 990101.
NUMBER, MASKED = "990101199003070090", "990101********0090"
BODY = f"我们将进一步加快抢修。请向相关部门反映。\n\n领取人身份证号 {NUMBER}。"
REASON = "领取凭号码核对，本人书面同意"


def title() -> str:
    return f"鹭桥巷 {secrets.randbelow(900) + 100} 号院的水表，请失主来领"


def finding(page: Page, words: str) -> Locator:
    """Return the entry of the list about these words."""
    return page.locator(f'#findings [data-finding][data-words="{words}"]')


def has_no_barrier(page: Page) -> None:
    assert barriers(page) == []


@pytest.mark.parametrize("width", [1280, 375])
def test_an_editor_mends_decides_and_submits_and_the_reviewer_reads_why(
    site: Site, desk: Callable[..., Desk], width: int
) -> None:
    editor, name = desk("chenyan", width=width), title()
    page = editor.page
    editor.begins(Draft(name, BODY))

    # Found while typing, underlined in the text itself, three gravities told apart.
    expect(finding(page, "相关部门")).to_be_visible()
    expect(page.locator(".mirror mark").filter(has_text="相关部门")).to_have_class("soon")
    expect(page.locator(".mirror mark").filter(has_text=NUMBER)).to_have_class("late")
    assert page.locator(".mirror").first.inner_text().rstrip("\u200b") == BODY
    aligned(page)
    has_no_barrier(page)

    # What somebody unfolded stays so when the list is made anew.
    page.locator("[data-fold=mark] summary").click()
    page.fill("[name=summary]", "水表请来领。")
    expect(page.locator(".hall-preview, .wechat").filter(has_text="水表请来领。").first).to_be_visible()
    expect(page.locator("[data-fold=mark]")).to_have_attribute("open", "")

    # Shown in the text on request; a wording goes in by one click, can be undone, and the list follows.
    finding(page, "相关部门").get_by_role("button", name=zh("Show in the text")).click()
    assert page.evaluate("getSelection().toString()") == "相关部门"
    finding(page, "相关部门").locator("[data-better]").first.click()
    body = page.locator("[name=body]")
    expect(body).to_have_value(BODY.replace("相关部门", "〔待填：哪个单位〕"))
    assert page.evaluate("getSelection().toString()") == "〔待填：哪个单位〕"
    page.keyboard.press("Control+z")
    expect(body).to_have_value(BODY)
    finding(page, "相关部门").locator("[data-better]").first.click()
    page.keyboard.insert_text("市水务局")
    mended = BODY.replace("相关部门", "市水务局")
    expect(body).to_have_value(mended)
    expect(finding(page, "相关部门")).to_have_count(0)
    expect(page.locator("#saved")).to_have_text(zh("saved just now"))

    # Refused while somebody's number stands there undecided, with the words masked.
    editor.submits(release="later")
    expect(page.locator("#id_body-error")).to_contain_text(MASKED)
    assert NUMBER not in page.locator("#id_body-error").inner_text()
    has_no_barrier(page)

    # Decided by name with a reason; then it goes into review.
    entry = finding(page, NUMBER)
    entry.locator("summary").click()
    entry.locator("input").fill("要")
    entry.get_by_role("button", name=zh("Decide in my name")).click()
    expect(entry.locator(".error")).to_be_visible()
    entry.locator("input").fill(REASON)
    entry.get_by_role("button", name=zh("Decide in my name")).click()
    expect(page.locator("#findings")).to_contain_text(zh("Decided to stay"))
    editor.submits(release="later")
    expect(page.locator("header .badge")).to_have_text(zh("in review"))
    kept = site.query(
        "SELECT facts::text, subject_label FROM audit_entry WHERE verb = 'posts.post.decide_finding' "
        "ORDER BY seq DESC LIMIT 1"
    )[0]
    assert MASKED in kept[0] and NUMBER not in f"{kept}"

    # The reviewer sees the marks and the decision, and asks for a wording by one click.
    reviewer = desk("zhaoli", width=width)
    reviewer.finds_to_review(name)
    page = reviewer.page
    expect(page.locator("[data-text] mark.ok")).to_have_text(NUMBER)
    expect(page.locator("ul.checks")).to_contain_text(REASON)
    expect(page.locator("ul.checks")).to_contain_text("陈晏")
    has_no_barrier(page)
    page.locator("[data-text] sup a").first.click()
    expect(page.locator("ul.checks li:target")).to_be_visible()
    entry = page.locator("ul.checks li").filter(has_text="进一步").first
    entry.get_by_role("button").first.click()
    expect(page.locator("#remarks q").first).to_have_text("进一步")


def aligned(page: Page) -> None:
    """Every mark lies under its words: the sheet behind breaks its lines where the field does."""
    tall = page.evaluate(
        """() => {
            const area = document.getElementById("id_body"), sheet = area.previousElementSibling;
            return [area.scrollHeight, sheet.scrollHeight, area.clientWidth, sheet.clientWidth];
        }"""
    )
    assert abs(tall[0] - tall[1]) <= 2 and abs(tall[2] - tall[3]) <= 2


def test_all_of_it_works_without_script(site: Site, desk: Callable[..., Desk]) -> None:
    editor, name = desk("chenyan", script=False), title()
    page = editor.page
    editor.begins(Draft(name, BODY))
    editor.press("Save")
    finding(page, "相关部门").locator("[data-better]").first.click()
    expect(page.locator("[name=body]")).to_have_value(BODY.replace("相关部门", "〔待填：哪个单位〕"))
    page.fill("[name=body]", BODY.replace("相关部门", "市水务局"))
    editor.submits(release="later")
    expect(page.locator("#id_body-error")).to_contain_text(MASKED)
    finding(page, NUMBER).locator("[data-better]").first.click()
    expect(page.locator("[name=body]")).to_have_value(re.compile(re.escape(MASKED)))
    editor.submits(release="later")
    expect(page.locator("header .badge")).to_have_text(zh("in review"))
    reviewer = desk("zhaoli", script=False)
    reviewer.finds_to_review(name)
    expect(reviewer.page.locator("[data-text] mark").first).to_be_visible()
