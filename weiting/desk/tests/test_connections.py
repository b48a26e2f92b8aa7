"""Channels at the desk: connected step by step, tested, put live, at rest, closed; a secret is never shown again."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from weiting.channels import actions as channels, vault
from weiting.channels.archive import Row
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.publishing.models import Delivery, Receipt, Release
from weiting.publishing.tests import make as texts
from weiting.review.tests import make
from weiting.units import actions as units
from weiting.units.models import Scope
from weiting.units.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(c):
    person = make.person("keeper", "卓霖")
    make.member(person, c.root, Role.ADMINISTRATOR, Scope.SUBTREE)
    return person


def account(unit, platform: str = "weibo"):
    made = units.apply_account(unit, platform, f"云溪{unit.short_name}", by=None)
    units.file_account(made, by=None)
    return units.open_account(made, by=None)


def weibo(c, **more: Any) -> Connection:
    """A live Weibo of the water unit."""
    made = Connection(
        unit=c.water, kind="weibo", name="供水微博", state="live", account=account(c.water), **more
    )
    made.base, made.values = "https://api.weibo.com", {"uid": "1", "ip": "203.0.113.7"}
    made.sealed_with, made.sealed = vault.seal({"token": "token-1"}, made.public_id)
    made.secrets_set = {"token": {"at": "2026-11-01T08:00:00+08:00", "by": "卓霖"}}
    made.save()
    return made


def delivered(c, line: Connection, freeze, title: str = "明天停水", **more: Any) -> Delivery:
    post = texts.published(
        c, freeze, texts.approved(c, make.draft(c, title, "明天 8:00—16:00，桥头街停水。"))
    )
    release = Release.objects.get(post=post)
    Delivery.objects.filter(release=release).delete()
    return Delivery.objects.create(release=release, connection=line, **more)


def page_of(line: Connection, rest: str = "") -> str:
    return f"/desk/channels/{line.public_id}/{rest}"


def read(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_a_newcomer_connects_a_channel_step_by_step(c, keeper, signed_in):
    mine, desk = account(c.water), signed_in(keeper)
    cards = read(desk, f"/desk/channels/new/?unit={c.water.public_id}")
    assert "新浪微博" in cards and "安全域名" in cards
    at = f"/desk/channels/new/?unit={c.water.public_id}&kind=weibo"
    assert mine.handle in read(desk, at)
    page = desk.post(at, {"account": mine.pk, "name": "供水微博"})["Location"]
    html = read(desk, page)
    assert "还没开通" in html and "必填" not in html and 'aria-current="step"' in html
    refused = desk.post(
        f"{page}settings/", {"name": "供水微博", "f_uid": "1", "f_ip": "203.0.113.7", "f_token": "••••"}
    )
    assert refused.status_code == 422 and 'id="id_f_token-error"' in refused.content.decode()
    done = desk.post(
        f"{page}settings/",
        {"name": "供水微博", "f_uid": "1", "f_ip": "203.0.113.7", "f_token": " 2.00abcDEF\n"},
    )
    assert done["Location"] == page
    html = read(desk, page) + read(desk, f"{page}settings/")
    assert "2.00abcDEF" not in html and "由卓霖" in html
    assert desk.post(f"{page}live/")["Location"] == page
    assert Connection.objects.get().state == "live"


def test_the_day_a_secret_was_set_is_the_day_of_the_city(c, keeper, signed_in):
    line = weibo(c)
    line.secrets_set = {"token": {"at": "2026-11-22T16:48:00+00:00", "by": "卓霖"}}
    line.save()
    for page in ("", "settings/"):
        html = read(signed_in(keeper), page_of(line, page))
        assert "2026-11-23 由卓霖设置" in html


def test_what_two_people_type_at_once_is_not_lost(c, keeper, signed_in):
    line, desk = weibo(c), signed_in(keeper)
    seen = channels.version_of(line)
    desk.post(page_of(line, "settings/"), {"name": "甲", "f_uid": "2", "f_ip": "203.0.113.7", "seen": seen})
    late = desk.post(
        page_of(line, "settings/"), {"name": "乙", "f_uid": "3", "f_ip": "203.0.113.7", "seen": seen}
    )
    assert late.status_code == 422 and "别人改过" in late.content.decode()
    assert Connection.objects.get().name == "甲"


def test_the_board_says_what_is_the_matter_and_the_next_step(c, keeper, signed_in):
    line = weibo(c, needs="authorise", needs_code="21327")
    html = read(signed_in(keeper), "/desk/channels/")
    assert "令牌已过期" in html and "重新授权" in html and "卓霖" not in html.split("<main")[1]
    assert "令牌已过期" in read(signed_in(keeper), page_of(line))


def test_a_connection_of_a_closed_unit_is_said_to_wait_for_its_end(c, keeper, signed_in):
    line = weibo(c)
    for unit in (*c.water.children.all(), c.water):
        units.close_unit(unit, "并入城管", by=None)
    html = read(signed_in(keeper), page_of(line))
    assert "单位已撤销" in html and f"{page_of(line)}close/" in html


def test_an_ending_is_seen_a_week_ahead(c, keeper, signed_in, freeze):
    weibo(c)
    Connection.objects.update(expires_at=clock.now() + timedelta(days=6))
    assert "6 天后" in read(signed_in(keeper), "/desk/channels/")
    Connection.objects.update(expires_at=clock.now() - timedelta(days=2))
    assert "授权已在" in read(signed_in(keeper), "/desk/channels/")


def test_what_ends_soon_hides_neither_a_rest_nor_a_token_that_was_turned_away(c, keeper, signed_in, freeze):
    line, soon = weibo(c), clock.now() + timedelta(days=2)
    Connection.objects.update(state="frozen", state_reason="换号", expires_at=soon)
    html = read(signed_in(keeper), page_of(line))
    assert "换号" in html and f"{page_of(line)}live/" in html
    Connection.objects.update(
        state="live", tested_at=clock.now(), tested_code="21327", tested_need="authorise", last_ok_at=None
    )
    assert "令牌已过期" in read(signed_in(keeper), page_of(line))


def test_the_list_says_the_reason_of_a_rest_once_and_what_somebody_must_do_before_it(
    c, keeper, signed_in, freeze
):
    line = weibo(c)
    Connection.objects.update(state="frozen", state_reason="换号")
    html = read(signed_in(keeper), "/desk/channels/")
    assert "换号" in html and "停用中：" not in html
    Connection.objects.update(needs="authorise", needs_code="21327")
    html = read(signed_in(keeper), "/desk/channels/")
    assert "令牌已过期" in html and "换号" in read(signed_in(keeper), page_of(line))


def test_a_connection_rests_and_goes_on_with_what_waited(c, keeper, signed_in, freeze):
    line, desk = weibo(c), signed_in(keeper)
    assert desk.post(page_of(line, "rest/"), {"reason": ""}).status_code == 422
    desk.post(page_of(line, "rest/"), {"reason": "重大活动期间"})
    delivered(c, line, freeze)
    assert "1 条" in read(desk, page_of(line, "live/")) and "重大活动期间" in read(desk, page_of(line))
    desk.post(page_of(line, "live/"))
    assert Connection.objects.get().state == "live"


def test_closing_lists_what_waits_and_asks_once(c, keeper, signed_in, freeze):
    line, desk = weibo(c), signed_in(keeper)
    delivered(c, line, freeze, "明天停水")
    html = read(desk, page_of(line, "close/"))
    assert "明天停水" in html and "不再更新" in html and "export/" in html
    assert desk.post(page_of(line, "close/"), {"reason": "", "waiting": "off"}).status_code == 422
    assert Connection.objects.get().state == "live"
    done = desk.post(
        page_of(line, "close/"), {"reason": "并入市级账号", "waiting": "off", "account": "on"}, follow=True
    )
    assert "已结束" in done.content.decode()
    found = Connection.objects.select_related("account").get()
    assert (found.state, found.account.state) == ("ended", "closed")
    assert Delivery.objects.get().state == "called_off"
    assert "供水微博" in read(desk, "/desk/channels/?state=ended")
    assert "供水微博" not in read(desk, "/desk/channels/")


def test_what_was_sent_is_taken_along(c, keeper, signed_in, freeze):
    line = weibo(c)
    found = delivered(c, line, freeze, state="delivered")
    Receipt.objects.create(delivery=found, external_id="1", url="https://weibo.com/1/x", digest="0" * 64)
    answer = signed_in(keeper).get(page_of(line, "export/"))
    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert "https://weibo.com/1/x" in packed.read("index.html").decode()


def test_somebody_puts_a_text_there_by_hand(c, signed_in, freeze):
    line = Connection.objects.create(unit=c.water, kind="toutiao", name="供水头条", state="live")
    found = delivered(c, line, freeze, needs="by_hand", code="by_hand")
    desk, at = signed_in(c.editor), f"/desk/deliveries/{found.public_id}/by-hand/"
    html = read(desk, at)
    assert "明天停水" in html and "https://mp.toutiao.com/" in html and "桥头街停水" in html
    packed = zipfile.ZipFile(io.BytesIO(b"".join(desk.get(f"{at}pack.zip").streaming_content)))
    assert "桥头街停水" in packed.read("text.txt").decode("utf-8-sig")
    for wrong in (
        "",
        "不是网址",
        "https://evil.example/a",
        "https://www.toutiao.com/",
        "https://toutiao.com.evil.example/a",
    ):
        assert desk.post(at, {"url": wrong}).status_code == 422, wrong
    done = desk.post(at, {"url": " https://www.toutiao.com/article/7/ \n"}, follow=True).content.decode()
    assert "已记下" in done
    receipt = Receipt.objects.get()
    assert (receipt.url, receipt.way, receipt.standing) == (
        "https://www.toutiao.com/article/7/",
        "by_hand",
        "unchecked",
    )
    assert desk.post(at, {"url": "https://www.toutiao.com/article/8/"}).status_code == 200
    assert Receipt.objects.get().url.endswith("/7/")


def test_what_a_screen_shows_is_confirmed_without_an_address(c, signed_in, freeze):
    line = Connection.objects.create(unit=c.water, kind="screen", name="营业厅的屏", state="live")
    found = delivered(c, line, freeze, needs="by_hand", code="by_hand")
    desk, at = signed_in(c.editor), f"/desk/deliveries/{found.public_id}/by-hand/"
    assert 'name="url"' not in read(desk, at)
    assert "已记下" in desk.post(at, follow=True).content.decode()
    receipt = Receipt.objects.get()
    assert (receipt.url, receipt.way, receipt.delivery.state) == ("", "by_hand", "delivered")


def test_a_text_is_taken_down_by_hand_without_an_address(c, signed_in, freeze):
    line = Connection.objects.create(unit=c.water, kind="toutiao", name="供水头条", state="live")
    first = delivered(c, line, freeze, state="delivered")
    Receipt.objects.create(
        delivery=first, external_id="1", url="https://www.toutiao.com/article/7/", digest=""
    )
    found = Delivery.objects.create(
        release=first.release, connection=line, act="withdraw", of=first, needs="by_hand", code="by_hand"
    )
    at = f"/desk/deliveries/{found.public_id}/by-hand/"
    assert "https://www.toutiao.com/article/7/" in read(signed_in(c.editor), at)
    signed_in(c.editor).post(at)
    found.refresh_from_db()
    assert found.state == "delivered"


def test_an_editor_sees_the_channels_and_changes_nothing(c, signed_in):
    line, desk = weibo(c), signed_in(c.editor)
    html = read(desk, page_of(line))
    assert "供水微博" in html and "settings/" not in html and "close/" not in html
    for rest in ("settings/", "close/", "live/", "owner/", "export/"):
        assert desk.get(page_of(line, rest)).status_code == 404
    Connection.objects.update(needs="authorise", needs_code="21327")
    assert "或发言人来办" in read(signed_in(c.editor), page_of(line)), "who sees to it is named"


def test_more_connections_cost_no_more_queries(c, keeper, signed_in):
    desk, costs = signed_in(keeper), []
    for unit in (c.water, c.roads):
        for n in range(3):
            Connection.objects.create(unit=unit, kind="screen", name=f"屏{n}", state="live")
        desk.get("/desk/channels/")
        with CaptureQueriesContext(database) as caught:
            desk.get("/desk/channels/")
        costs.append(len(caught))
    assert costs[0] == costs[1] <= 15


def test_one_connection_costs_few_queries(c, keeper, signed_in, freeze):
    line, desk = weibo(c), signed_in(keeper)
    delivered(c, line, freeze)
    desk.get(page_of(line))
    with CaptureQueriesContext(database) as caught:
        desk.get(page_of(line))
    assert len(caught) <= 20


def test_the_archive_of_a_closed_account_is_read(c, keeper, signed_in):
    old = units.apply_account(c.water, "tencent_weibo", "云溪供水老号", by=None)
    rows = [Row(str(n), clock.now() - timedelta(days=n), f"第 {n} 条 <b>停水</b>") for n in range(35)]
    channels.bring_archive(old, rows, by=keeper)
    line, desk = Connection.objects.get(), signed_in(keeper)
    html = read(desk, page_of(line, "archive/"))
    assert "35 条" in html and "第 0 条 &lt;b&gt;" in html and "第 34 条" not in html
    assert "第 34 条" in read(desk, page_of(line, "archive/?q=第 34"))
    assert "archive/" in read(desk, page_of(line)) and "云溪供水老号" in read(
        desk, "/desk/channels/?state=ended"
    )


def test_an_account_frozen_in_the_register_falls_silent(c, keeper, signed_in):
    line = weibo(c)
    signed_in(keeper).post(f"/desk/register/{line.account.public_id}/do/freeze/", {"reason": "账号被盗"})
    line.refresh_from_db()
    assert (line.state, line.state_reason) == ("frozen", "账号被盗")
    html = read(signed_in(keeper), page_of(line))
    assert "名录" in html and "账号被盗" in html
