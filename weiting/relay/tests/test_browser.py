"""The pages of relays and rooms in a real browser: no barrier of WCAG 2.2 AA, nothing wider than a telephone."""

import pytest
from playwright.sync_api import Browser, Page

from weiting.relay import actions
from weiting.relay.models import Ask
from weiting.relay.tests import make as relays
from weiting.relay.tests.make import Scene
from weiting.ui.tests.barriers import barriers

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def s(live_server, freeze) -> Scene:
    return relays.scene(freeze)


def sign_in(page: Page, base: str, person) -> None:
    person.set_password("yunxi-2026")
    person.save()
    page.goto(f"{base}/account/login/")
    page.fill("[name=login]", person.username)
    page.fill("[name=password]", "yunxi-2026")
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/desk/**")


@pytest.mark.parametrize("width", [1280, 375])
def test_no_page_has_a_barrier(s, freeze, live_server, browser: Browser, width: int) -> None:
    call = s.open(is_public=True, required_by="省政府办公厅", required_number="7号")
    ask = s.passed(freeze, s.ask(call), line="我们街上也热。")
    actions.decline(s.ask(call, 1), "发过了。", by=s.editors[s.units[1].pk])
    actions.save_group(s.city.root, by=s.city.hall_editor, name="街道", units=s.units)
    room = actions.open_room(
        s.city.root, by=s.city.hall_editor, title="路灯全灭", units=s.units, what="先到现场"
    )
    actions.say(room, s.units[0], by=s.editors[s.units[0].pk], text="人到了。")
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    found = {}
    hall = [
        f"/relays/{call.public_id}/",
        f"/rooms/{room.public_id}/",
        f"/p/{ask.post.public_id}/",
        "/",
        "/u/jiedao-1/",
    ]
    desk = [
        "/desk/relay/", "/desk/relay/new/", f"/desk/relay/{call.public_id}/", "/desk/relay/groups/",
        "/desk/relay/record/",
        "/desk/relay/rules/", "/desk/relay/rooms/", "/desk/relay/rooms/new/", f"/desk/relay/rooms/{room.public_id}/",
    ]  # fmt: skip
    for address in [*hall, *desk]:
        if address == desk[0]:
            sign_in(page, live_server.url, s.city.hall_editor)
        page.goto(live_server.url + address)
        if wrong := barriers(page, habits=True):
            found[address] = wrong
    context.close()
    assert found == {} and complaints == []


def test_a_unit_passes_a_text_on_without_script(s, live_server, browser: Browser) -> None:
    call = s.open()
    context = browser.new_context(
        java_script_enabled=False, locale="zh-CN", viewport={"width": 375, "height": 800}
    )
    page = context.new_page()
    sign_in(page, live_server.url, s.editors[s.units[0].pk])
    page.click(f'a[href="/desk/relay/{call.public_id}/"]')
    page.fill("textarea[name=line]", "我们街上也热，歇着。")
    page.click("button[value=accept]")
    assert "已转发" in (page.text_content("main") or "") or "发出" in (page.text_content("body") or "")
    context.close()
    assert Ask.objects.get(call=call, unit=s.units[0]).line == "我们街上也热，歇着。"
