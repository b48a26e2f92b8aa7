"""Channels in a real browser: connected against the fake Mastodon, a text put there by hand; no page has a barrier."""

import pytest
from playwright.sync_api import Page, expect

from weiting.accounts.models import Person
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.desk.tests.desk_city import signed_in
from weiting.publishing.actions.delivering import lay_down
from weiting.publishing.models import Delivery, Receipt
from weiting.publishing.tests.fakes import connect
from weiting.publishing.tests.test_delivery import release, work
from weiting.review.tests import make
from weiting.ui.tests.barriers import barriers
from weiting.units import actions as units
from weiting.units.models import Scope
from weiting.units.roles import Role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def c(live_server, settings) -> make.City:  # type: ignore[no-untyped-def]
    """Give a city served on a port of its own, that may call this machine."""
    settings.CHANNELS_PRIVATE = True
    return make.city()


@pytest.fixture
def keeper(c: make.City) -> Person:
    person = make.person("keeper", "卓霖")
    for role in (Role.ADMINISTRATOR, Role.EDITOR):
        make.member(person, c.root, role, Scope.SUBTREE)
    return person


def enter(page: Page, address: str, person: Person) -> None:
    cookie = signed_in(person).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])


def test_a_newcomer_connects_an_account_and_the_next_text_arrives(live_server, page, c, keeper, server):  # type: ignore[no-untyped-def]
    account = units.apply_account(c.water, "fediverse", "gongshui@mastodon.example", by=None)
    units.file_account(account, by=None)
    units.open_account(account, by=None)
    enter(page, live_server.url, keeper)
    page.goto(f"{live_server.url}/desk/channels/new/?unit={c.water.public_id}")
    page.get_by_role("link", name="连接Mastodon").click()
    page.get_by_role("button", name="新建").click()
    page.locator("#next").get_by_role("link", name="去填写").click()
    page.fill("#id_base", f"{server.base}/mastodon")
    page.fill("#id_f_token", "Bearer token-gs \n")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="测试连接").click()
    expect(page.locator("main, .messages").first).to_contain_text("@gs")
    page.locator("#next").get_by_role("link", name="开通").click()
    page.get_by_role("button", name="开通").click()
    expect(page.locator("#next")).to_contain_text("一切正常")
    assert "token-gs" not in page.content()
    release(c)
    work()
    (seen,) = server.said("mastodon", "gs")
    assert "明天停水" in seen["text"] and Receipt.objects.get().url.startswith(
        "https://mastodon.example/@gs/"
    )


def test_a_text_is_copied_put_there_and_its_address_pasted_back(live_server, page, c, keeper, problems):  # type: ignore[no-untyped-def]
    line = Connection.objects.create(unit=c.water, kind="toutiao", name="供水头条", state="live")
    made = release(c)
    lay_down(made, [line])
    work()
    found = Delivery.objects.get()
    enter(page, live_server.url, keeper)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    page.goto(f"{live_server.url}/desk/deliveries/{found.public_id}/by-hand/")
    page.locator("[data-copy-from='#part-1']").click()
    assert page.evaluate("navigator.clipboard.readText()") == "明天停水"
    page.fill("#id_url", "https://example.org/1")
    page.get_by_role("button", name="已经发出").click()
    expect(page.locator("#id_url-error")).to_contain_text("toutiao.com")
    # The browser notes the refusal of the form, which was wanted.
    assert [each for each in problems if "422" not in each] == []
    problems.clear()
    page.fill("#id_url", "https://www.toutiao.com/article/7/")
    page.get_by_role("button", name="已经发出").click()
    expect(page.locator("main")).to_contain_text("https://www.toutiao.com/article/7/")
    found.refresh_from_db()
    assert found.state == "delivered"


def test_no_page_of_channels_has_a_barrier_or_is_wider_than_the_screen(live_server, page, c, keeper):  # type: ignore[no-untyped-def]
    line = Connection.objects.create(
        unit=c.water,
        kind="toutiao",
        name="供水头条",
        state="live",
        needs="settings",
        needs_code="bad_address",
    )
    made = release(c)
    lay_down(made, [line])
    planned = Connection.objects.create(
        unit=c.water, kind="wechat", name="供水公众号", base="https://api.weixin.qq.com"
    )
    by_hand = Delivery.objects.get().public_id
    enter(page, live_server.url, keeper)
    addresses = [
        "/desk/channels/", f"/desk/channels/new/?unit={c.water.public_id}",
        f"/desk/channels/new/?unit={c.water.public_id}&kind=webhook", f"/desk/channels/{line.public_id}/",
        f"/desk/channels/{planned.public_id}/", f"/desk/channels/{planned.public_id}/settings/",
        f"/desk/channels/{line.public_id}/rest/", f"/desk/channels/{line.public_id}/close/",
        f"/desk/channels/{line.public_id}/owner/", f"/desk/channels/{line.public_id}/archive/",
        f"/desk/deliveries/{by_hand}/by-hand/",
    ]  # fmt: skip
    found: dict[object, object] = {}
    page.on(
        "console",
        lambda said: found.setdefault(("console", page.url), said.text) if said.type == "error" else None,
    )
    for address in addresses:
        page.goto(live_server.url + address)
        if wrong := barriers(page, 1280, 375):
            found[address] = wrong
    assert found == {}


def test_a_test_finds_out_when_a_pasted_token_ends_and_whose_it_is(c, keeper, server):  # type: ignore[no-untyped-def]
    line = connect(c.water, "weibo", server.base, name="gs")
    desk = signed_in(keeper)
    desk.post(f"/desk/channels/{line.public_id}/test/")
    line.refresh_from_db()
    assert line.tested_code == "ok" and line.expires_at is not None and line.expires_at > clock.now()
    line.values = {**line.values, "uid": "jiaotong"}
    line.save()
    html = desk.post(f"/desk/channels/{line.public_id}/test/", follow=True).content.decode()
    assert "令牌是另一个账号的" in html
