"""What is refused, and how: with a sentence that says what to do, and with everything that was typed still there."""

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from config.testing import Site
from tests.journeys.people import Desk, Draft, Windows, zh

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MINE = "我这边写的：今晚八点送水车到村口。"
THEIRS = "另一处写的：今晚七点送水车到村口。"


def title(words: str) -> str:
    """Return a title nobody else has."""
    return f"{words}（{secrets.randbelow(9000) + 1000}）"


def test_two_windows_save_one_text_and_nothing_typed_is_lost(desk: Callable[..., Desk]) -> None:
    one, other = desk("chenyan", script=False), desk("chenyan", script=False)
    number = one.begins(Draft(title("村口送水"), ""))
    other.open(f"/desk/write/{number}/")
    other.page.fill("[name=body]", THEIRS)
    other.press("Save")
    one.page.fill("[name=body]", MINE)
    one.press("Save")
    expect(one.page.locator("h1")).to_have_text(zh("Two texts"))
    expect(one.page.locator("textarea[name=body]")).to_have_value(MINE)
    expect(one.page.locator("main")).to_contain_text(THEIRS)
    one.press("Save mine; theirs is kept too")
    expect(one.page.locator("[name=body]")).to_have_value(MINE)
    one.open(f"/desk/write/{number}/versions/")
    expect(one.page.locator("main")).to_contain_text("另一处")


def test_a_second_person_is_told_who_writes_and_keeps_what_they_typed(desk: Callable[..., Desk]) -> None:
    editor, chief = desk("chenyan", script=False), desk("linzhiqiu", script=False)
    number = editor.begins(Draft(title("码头送水"), ""))
    chief.open(f"/desk/write/{number}/")
    expect(chief.page.locator("main .notice").first).to_contain_text("陈晏")
    editor.page.fill("[name=body]", THEIRS)
    editor.press("Save")
    chief.press("Take the pen")
    chief.page.fill("[name=body]", MINE)
    chief.press("Save")
    expect(chief.page.locator("[name=body]")).to_have_value(MINE)
    editor.page.fill("[name=body]", f"{THEIRS}车牌末尾 27。")
    editor.press("Save")
    expect(editor.page.locator("main .notice").first).to_contain_text("林知秋")
    expect(editor.page.locator("textarea[name=body]")).to_have_value(f"{THEIRS}车牌末尾 27。")


def submitted(desk: Callable[..., Desk], words: str) -> tuple[str, str]:
    """Have an editor submit a text; return its title and number."""
    editor = desk("chenyan", script=False)
    draft = Draft(title(words), "阀门井盖修好，路面恢复通行。")
    number = editor.begins(draft)
    editor.submits(release="later")
    expect(editor.page.locator("header .badge")).to_have_text(zh("in review"))
    return draft.title, number


def test_two_windows_approve_at_once_and_it_counts_once(site: Site, desk: Callable[..., Desk]) -> None:
    wanted, _number = submitted(desk, "井盖修好")
    one, other = desk("zhaoli", script=False), desk("zhaoli", script=False)
    one.finds_to_review(wanted)
    other.finds_to_review(wanted)
    round_ = one.page.url.rstrip("/").rsplit("/", 1)[1]
    one.approves()
    other.approves()
    assert other.page.locator("h1").inner_text() != ""
    verdicts = site.query(
        "SELECT count(*) FROM review_verdict v JOIN review_step s ON s.id = v.step_id"
        " JOIN review_round r ON r.id = s.round_id WHERE r.public_id = %s",
        round_,
    )
    assert verdicts == [(1,)]


def test_a_time_that_is_past_is_refused_and_stays_typed(desk: Callable[..., Desk]) -> None:
    editor = desk("chenyan", script=False)
    editor.begins(Draft(title("昨天的事"), "这一条想排到昨天去。"))
    editor.page.check("[name=release][value=at]")
    editor.page.fill("[name=at]", "2026-01-02T08:00")
    editor.page.check("[name=no_secrets]")
    editor.press("Submit", within=editor.page.locator("section.send"))
    expect(editor.page.locator("main")).to_contain_text("已过")
    expect(editor.page.locator("[name=at]")).to_have_value(re.compile("2026-01-02T08:00"))
    expect(editor.page.locator("[name=body]")).to_have_value("这一条想排到昨天去。")


@pytest.mark.parametrize("script", [True, False])
def test_a_file_that_is_no_picture_is_refused(desk: Callable[..., Desk], script: bool) -> None:
    editor = desk("chenyan", script=script)
    editor.begins(Draft(title("配图"), "配一张图。"))
    editor.press("Add a picture, film or sound")
    editor.page.wait_for_url("**/media/")
    fake = {
        "name": "照片.jpg",
        "mimeType": "image/jpeg",
        "buffer": b"MZ\x90\x00 this is a program, not a picture",
    }
    form = editor.page.locator("form[data-upload]")
    editor.page.set_input_files("[name=file]", fake)
    form.locator("[name=alt]").fill("一张假照片")
    if form.locator("[name=faces_checked]").count():
        form.locator("[name=faces_checked]").check()
    editor.press("Upload and put in", within=form)
    expect(editor.page.locator("main").get_by_text(re.compile("JPEG|不是|认不出")).first).to_be_visible()
    expect(editor.page.locator("form[data-upload] [name=alt]")).to_have_value("一张假照片")


def test_a_link_works_once_and_then_says_so(site: Site, desk: Callable[..., Desk], windows: Windows) -> None:
    wanted, _number = submitted(desk, "一次链接")
    first = desk("zhaoli", script=False)
    first.finds_to_review(wanted)
    first.press("Make a link")
    link = first.page.locator("#link").input_value().removeprefix(site.url)
    phone = windows.open(width=375, script=False)
    assert phone.goto(link).status == 200
    for box in phone.locator("[name=checked], [name=no_secrets]").all():
        box.check()
    phone.get_by_role("button", name=zh("Approve"), exact=True).click()
    expect(phone.locator("h1")).to_have_text(zh("Approved. Thank you."))
    assert phone.goto(link).status in {404, 409, 410}
    expect(phone.locator("h1")).to_have_text(zh("This link no longer works"))


def test_a_link_that_has_expired_says_so(site: Site, desk: Callable[..., Desk], windows: Windows) -> None:
    wanted, _number = submitted(desk, "过期链接")
    first = desk("zhaoli", script=False)
    first.finds_to_review(wanted)
    first.press("Make a link")
    link = first.page.locator("#link").input_value().removeprefix(site.url)
    site.query(
        "UPDATE review_link SET expires_at = now() - interval '1 minute' WHERE id ="
        " (SELECT max(id) FROM review_link)"
    )
    phone = windows.open(width=375, script=False)
    assert phone.goto(link).status in {404, 409, 410}
    expect(phone.locator("h1")).to_have_text(zh("This link no longer works"))


def test_a_stranger_finds_no_trace_of_a_draft(desk: Callable[..., Desk], windows: Windows) -> None:
    editor = desk("chenyan", script=False)
    words = f"槐荫渡{secrets.randbelow(9000) + 1000}"
    number = editor.begins(Draft(f"{words}还没定的事", "还没定，谁也不该看见。"))
    editor.press("Save")
    stranger, colleague = windows.open(script=False), desk("zhouhe", script=False)
    for address in (f"/p/{number}/", f"/p/{number}/v/1/", f"/zh-hant/p/{number}/", f"/en/p/{number}/"):
        assert stranger.goto(address).status == 404, address
    for address in ("", "preview/", "versions/", "media/", "correct/"):
        path = f"/desk/write/{number}/{address}"
        sent_away = stranger.request.get(path)
        assert "/account/login/" in sent_away.url or sent_away.status == 405, path
        answer = colleague.page.request.get(path)
        assert answer.status in {404, 405}, path
        assert "槐荫渡" not in sent_away.text() + answer.text()
    for address in (
        f"/search/?q={words}",
        "/u/gongshui/",
        "/u/gongshui/feed.atom",
        "/search/feed.json?q=" + words,
    ):
        assert "还没定的事" not in stranger.request.get(address).text(), address
    colleague.open(f"/desk/write/?q={words}")
    assert "还没定的事" not in colleague.page.content()
