"""A WeChat account's month plan, menu and answers at the desk, with the fake platform in a process of its own."""

import urllib.request
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings as conf
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from weiting import audit
from weiting.channels import actions as channels, quotas, talking, vault, wechat_api
from weiting.channels.actions import wechat as actions
from weiting.channels.kept import Kept
from weiting.channels.models import Connection, Ear
from weiting.channels.ports import Refused
from weiting.channels.talking import _api as open_api
from weiting.channels.wechat_crypto import read_xml, signature
from weiting.channels.wechat_menu import Button, buttons_of, every
from weiting.channels.wechat_talk import answer_to
from weiting.core import clock
from weiting.core.errors import NotAllowed
from weiting.demo import tasks as demo
from weiting.demo.content.channels import ANSWERS, MENUS
from weiting.publishing import actions as publishing
from weiting.publishing.models import Delivery, Receipt, Release
from weiting.publishing.tests import make as texts
from weiting.publishing.tests.fakes import connect
from weiting.review.tests import make
from weiting.sandbox.testing import Sandbox, sandbox
from weiting.sandbox.wechat_talk import message
from weiting.units.models import Scope
from weiting.units.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with sandbox() as running:
        yield running


@pytest.fixture(autouse=True)
def fresh(server: Sandbox, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CHANNELS_PRIVATE = True
    monkeypatch.setattr(wechat_api, "KEPT", Kept())
    server.calm()


@pytest.fixture
def keeper(c):
    person = make.person("keeper", "卓霖")
    make.member(person, c.root, Role.ADMINISTRATOR, Scope.SUBTREE)
    make.member(person, c.root, Role.HALL_EDITOR, Scope.SUBTREE)
    return person


@pytest.fixture
def line(c, server) -> Connection:
    return connect(c.water, "wechat", server.base, name="gongshui")


def at(line: Connection, page: str) -> str:
    return f"/desk/channels/{line.public_id}/{page}/"


def read(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def typed(**more: str) -> dict[str, str]:
    return {"b0_name": "停水信息", "b0_kind": "link", "b0_at": f"{conf.PUBLIC_URL}/units/gongshui/", **more}


def shown(server: Sandbox) -> list[dict[str, Any]]:
    menu = server.state()["wechat"]["menus"].get("wxgongshui") or {"button": []}
    return menu["button"]


def seen(html: str) -> str:
    return html.split('name="seen" value="')[1].split('"')[0]


# --- the menu -----------------------------------------------------------------------------------------------


def test_a_menu_is_set_and_shown_as_wechat_tells_it(c, keeper, signed_in, line, server):
    desk = signed_in(keeper)
    assert "没有菜单" in read(desk, at(line, "menu"))
    channels.save_answer(line, "漏水", "请打 0599-1234 500。", by=keeper)
    below = {
        "b1_name": "报修",
        "b1_kind": "below",
        "b1_0_name": "报漏水",
        "b1_0_kind": "answer",
        "b1_0_at": "漏水",
    }
    saved = desk.post(at(line, "menu"), typed(**below))
    assert saved.status_code == 302, saved.content.decode()
    assert [each["name"] for each in shown(server)] == ["停水信息", "报修"]
    assert shown(server)[1]["sub_button"][0]["key"] == "漏水"
    html = read(desk, at(line, "menu"))
    assert html.count("报漏水") >= 2 and "还没有回复" not in html and 'value="below" selected' in html
    entry = audit.entries_for(line)[0]
    assert entry.verb == "channels.menu.put" and "报修 › 报漏水 → 漏水" in entry.facts["menu"]


def test_what_wechat_would_not_take_is_refused_beside_its_field_and_stays_typed(
    keeper, signed_in, line, server
):
    desk = signed_in(keeper)
    wrong = {
        "b0_name": "名字实在太长了", "b0_at": "yunxi.example",
        "b2_name": "空的", "b2_kind": "below",
        "b1_name": "办事", "b1_kind": "below", "b1_3_name": "字" * 21, "b1_3_kind": "answer", "b1_3_at": "",
    }  # fmt: skip
    refused = desk.post(at(line, "menu"), typed(**wrong))
    html = refused.content.decode()
    assert refused.status_code == 422 and shown(server) == []
    for field in ("b0_name", "b0_at", "b2_kind", "b1_3_name", "b1_3_at"):
        assert f'id="id_{field}-error"' in html, field
    assert "21 字节" in html and "16 字节" in html and "63 字节" in html
    assert 'value="名字实在太长了"' in html and f'value="{"字" * 21}"' in html


def test_two_who_change_a_menu_at_once_are_shown_both(c, keeper, signed_in, line, server):
    desk, other = signed_in(keeper), signed_in(keeper)
    mark = seen(read(desk, at(line, "menu")))
    other.post(at(line, "menu"), typed(b0_name="她的", seen=mark))
    late = desk.post(at(line, "menu"), typed(b0_name="我的", seen=mark))
    html = late.content.decode()
    assert late.status_code == 409 and "她的" in html and 'value="我的"' in html
    assert [each["name"] for each in shown(server)] == ["她的"]
    assert desk.post(at(line, "menu"), typed(b0_name="我的", seen=seen(html))).status_code == 302
    assert [each["name"] for each in shown(server)] == ["我的"]


def test_an_address_of_nobody_official_has_to_be_meant(keeper, signed_in, line, server):
    desk = signed_in(keeper)
    asked = desk.post(at(line, "menu"), typed(b0_at="http://shop.example/"))
    assert (
        asked.status_code == 422 and "http://shop.example/" in asked.content.decode() and shown(server) == []
    )
    assert 'name="sure"' in asked.content.decode()
    assert desk.post(at(line, "menu"), typed(b0_at="http://shop.example/", sure="on")).status_code == 302
    assert "没有加密" in read(desk, at(line, "menu"))
    # One that stands there has been looked at.
    again = typed(b0_name="改名", b0_at="http://shop.example/")
    assert desk.post(at(line, "menu"), again).status_code == 302


def test_a_button_without_an_answer_is_pointed_out_and_leads_to_where_it_is_written(keeper, signed_in, line):
    channels.show_menu(line, [Button("找我们", "answer", "电话")], by=None)
    html = read(signed_in(keeper), at(line, "menu"))
    assert "还没有回复" in html and f"{at(line, 'answers')}?new=电话#answer" in html


def test_no_menu_is_shown_only_when_that_is_meant(keeper, signed_in, line, server):
    desk = signed_in(keeper)
    desk.post(at(line, "menu"), typed())
    assert desk.post(at(line, "menu"), {"b0_name": ""}).status_code == 422 and len(shown(server)) == 1
    assert desk.post(at(line, "menu"), {"none": "on"}).status_code == 302 and shown(server) == []
    assert audit.entries_for(line)[0].verb == "channels.menu.drop"


def test_buttons_of_other_kinds_come_back_as_they_were(keeper, signed_in, line, server):
    scan = {"type": "scancode_push", "name": "扫一扫", "key": "scan"}
    talking.put_menu(line, [{"name": "扫一扫", "raw": scan}, {"name": "办事", "word": "办事"}])
    desk = signed_in(keeper)
    html = read(desk, at(line, "menu"))
    raw = html.split('name="b0_raw" value="')[1].split('"')[0]
    given = {
        "b0_name": "扫码",
        "b0_kind": "kept",
        "b0_raw": raw,
        "b1_name": "办事",
        "b1_kind": "answer",
        "b1_at": "办事",
    }
    assert desk.post(at(line, "menu"), given).status_code == 302
    assert shown(server)[0] == {**scan, "name": "扫码", "sub_button": []}
    forged = {**given, "b0_raw": raw[:-2] + "xx"}
    assert desk.post(at(line, "menu"), forged).status_code == 422


def test_what_was_typed_stays_while_wechat_cannot_be_reached(keeper, signed_in, line, server):
    desk = signed_in(keeper)
    mark = seen(read(desk, at(line, "menu")))
    server.switch("codes", channel="wechat", codes={"menu/get": 45009})
    try:
        html = read(desk, at(line, "menu"))
        assert "问不到" in html and "b0_name" not in html
        late = desk.post(at(line, "menu"), typed(seen=mark))
        assert late.status_code == 503 and 'value="停水信息"' in late.content.decode()
    finally:
        server.switch("codes", channel="wechat", codes={})
    assert shown(server) == [] and seen(late.content.decode()) == mark


def test_nothing_personal_stands_in_a_menu(keeper, signed_in, line, server):
    refused = signed_in(keeper).post(at(line, "menu"), typed(b0_name="13800138000"))
    assert refused.status_code == 422 and "个人信息" in refused.content.decode() and shown(server) == []


# --- the answers --------------------------------------------------------------------------------------------


def test_answers_are_added_changed_tried_and_removed(keeper, signed_in, line):
    desk, page = signed_in(keeper), at(line, "answers")
    assert "还没有" in read(desk, page)
    assert (
        desk.post(page, {"do": "save", "word": " 停水 ", "answer": "见发布厅的停水栏目。"}).status_code == 302
    )
    assert desk.post(page, {"do": "save", "word": "停水补偿", "answer": "请打 12345。"}).status_code == 302
    html = read(desk, f"{page}?try=我想问停水补偿")
    assert "因为里面有“停水补偿”" in html
    assert "没有回复" in read(desk, f"{page}?try=你好")
    html = read(desk, f"{page}?word=停水")
    changed = {"do": "save", "was": "停水", "seen": seen(html), "word": "停水", "answer": "打 12345。"}
    assert desk.post(page, changed).status_code == 302
    held = Connection.objects.get()
    assert held.values["answers"] == [["停水", "打 12345。"], ["停水补偿", "请打 12345。"]]
    dropped = desk.post(page, {"do": "drop", "word": "停水"}, follow=True).content.decode()
    assert "“停水”不再回复" in dropped and list(dict(Connection.objects.get().values["answers"])) == [
        "停水补偿"
    ]
    verbs = [each.verb for each in audit.entries_for(line)[:4]]
    assert verbs == [
        "channels.answer.drop",
        "channels.answer.save",
        "channels.answer.save",
        "channels.answer.save",
    ]


def test_an_answer_that_cannot_stand_there_is_refused_and_nothing_typed_is_lost(keeper, signed_in, line):
    desk, page = signed_in(keeper), at(line, "answers")
    desk.post(page, {"do": "save", "word": "停水", "answer": "见发布厅。"})
    for given, field in (
        ({"word": "停水", "answer": "又一条"}, "word"),
        ({"word": "字" * 31, "answer": "好"}, "word"),
        ({"word": "电话", "answer": "长" * 601}, "answer"),
        ({"word": "电话", "answer": "找老李 13800138000"}, "answer"),
        ({"word": "电话", "answer": " "}, "answer"),
    ):
        refused = desk.post(page, {"do": "save", **given})
        html = refused.content.decode()
        assert refused.status_code == 422 and f'id="id_{field}-error"' in html, given
        assert given["word"] in html and given["answer"].strip() in html
    assert len(Connection.objects.get().values["answers"]) == 1


def test_two_who_change_an_answer_at_once_are_shown_both(keeper, signed_in, line):
    desk, page = signed_in(keeper), at(line, "answers")
    desk.post(page, {"do": "save", "word": "停水", "answer": "一"})
    mark = seen(read(desk, f"{page}?word=停水"))
    mine = {"do": "save", "was": "停水", "seen": mark, "word": "停水"}
    assert desk.post(page, {**mine, "answer": "她的回复"}).status_code == 302
    late = desk.post(page, {**mine, "answer": "我的回复"})
    html = late.content.decode()
    assert late.status_code == 422 and "她的回复" in html and "我的回复" in html and "别人改过" in html
    gone = desk.post(page, {"do": "drop", "word": "停水", "seen": mark}, follow=True).content.decode()
    assert "别人改过" in gone and Connection.objects.get().values["answers"] == [["停水", "她的回复"]]
    assert desk.post(page, {**mine, "answer": "我的回复", "seen": seen(html)}).status_code == 302


def test_answers_that_were_kept_in_one_line_are_listed_and_kept_on(keeper, signed_in, line):
    Connection.objects.update(values={**line.values, "answers": "停水 = 见厅里 ;; 电话 = 12345"})
    desk, page = signed_in(keeper), at(line, "answers")
    assert "见厅里" in read(desk, page)
    desk.post(page, {"do": "save", "word": "放假", "answer": "见便民信息。"})
    assert [word for word, _answer in Connection.objects.get().values["answers"]] == ["停水", "电话", "放假"]
    assert "停水 =" not in read(desk, at(line, "settings"))


def test_what_is_kept_on_the_page_is_what_a_citizen_is_answered(keeper, signed_in, line):
    line.sealed_with, line.sealed = vault.seal({"secret": "sandbox", "token": "hook1token"}, line.public_id)
    line.save()
    given = {"do": "save", "word": "停水", "answer": "您好。\n见发布厅的停水栏目。"}
    assert signed_in(keeper).post(at(line, "answers"), given).status_code == 302
    stamp = str(int(clock.now().timestamp()))
    query = {"timestamp": stamp, "nonce": "9", "signature": signature("hook1token", stamp, "9")}
    said = message("o-1", "哪里停水？", "7", clock.now().timestamp())
    answer = Client().post(
        f"/channels/{line.public_id}/hook", said.encode(), content_type="text/xml", query_params=query
    )
    assert read_xml(answer.content)["Content"] == "您好。\n见发布厅的停水栏目。"


def test_what_could_be_plainer_is_named_below_the_answer(keeper, signed_in, line):
    channels.save_answer(
        line,
        "停水",
        "对您造成的不便敬请谅解，相关部门将进一步加大工作力度，切实做好供水保障工作。",
        by=keeper,
    )
    html = read(signed_in(keeper), at(line, "answers"))
    assert "<q>" in html and 'class="notes' in html


def test_that_wechat_has_never_called_is_said_until_it_has(keeper, signed_in, line):
    desk, page = signed_in(keeper), at(line, "answers")
    assert "还没有呼叫过" in read(desk, page)
    Ear.objects.create(connection=line, heard_at=clock.now())
    assert "还没有呼叫过" not in read(desk, page)


# --- the month plan -----------------------------------------------------------------------------------------


def mass(line: Connection, kind: str = "subscription") -> Connection:
    line.values = {**line.values, "way": "mass", "kind": kind}
    line.save()
    return line


def sent(c, line: Connection, freeze, title: str) -> Delivery:
    """A text that went out to all followers just now."""
    post = texts.published(c, freeze, texts.approved(c, make.draft(c, title, f"{title}，全市正常供水。")))
    made = Delivery.objects.get(release=Release.objects.get(post=post), connection=line)
    Delivery.objects.filter(pk=made.pk).update(
        state="delivered", called_at=clock.now(), settled_at=clock.now()
    )
    Receipt.objects.create(delivery=made, external_id=f"mass:{made.pk}", digest="0" * 64, at=clock.now())
    quota = quotas.mass_quota(line)
    assert quota is not None and quotas.spend(line.pk, quota, key=f"k{made.pk}") is None
    return made


def test_a_month_shows_what_went_out_what_is_planned_and_what_will_not_fit(
    c, keeper, signed_in, line, freeze
):
    freeze("2026-11-10 09:00")
    mass(line)
    sent(c, line, freeze, "今天水压正常")
    release = texts.planned(c, clock.now() + timedelta(hours=2), texts.approved(c, make.draft(c, "下午停水")))
    texts.planned(c, clock.now() + timedelta(days=2), texts.approved(c, make.draft(c, "后天停水")))
    away = texts.approved(c, make.draft(c, "只在厅里"))
    publishing.choose_channels(away, off=[line], by=c.editor)
    texts.planned(c, clock.now() + timedelta(days=3), away)
    html = read(signed_in(keeper), at(line, "plan"))
    over = html.split('class="notice late"')[1].split("</div></div>")[0]
    assert "下午停水" in over and f"/desk/calendar/{release.public_id}/" in over and "后天停水" not in over
    assert "今天水压正常，全市正常供水。" in html and "后天停水" in html and "只在厅里" not in html
    # The 10th is used and the 12th is planned: of 21 days that are left 19 are free.
    assert "19 天空着" in html and "11 月 11 日" in html
    before = read(signed_in(keeper), f"{at(line, 'plan')}?month=2026-10")
    assert "今天水压正常" not in before and "2026 年 10 月" in before and "?month=2026-09" in before


def test_a_service_account_counts_by_the_month(c, keeper, signed_in, line, freeze):
    freeze("2026-11-10 09:00")
    mass(line, "service")
    for n in range(3):
        sent(c, line, freeze, f"第{n}条")
    for n in range(2):
        texts.planned(c, clock.now() + timedelta(days=2 + n), texts.approved(c, make.draft(c, f"计划{n}")))
    html = read(signed_in(keeper), at(line, "plan"))
    over = html.split('class="notice late"')[1].split("</div></div>")[0]
    assert "计划1" in over and "计划0" not in over and "每月 4 次" in over
    days = quotas.mass_plan(line, date(2026, 11, 1), {date(2026, 11, 12): 1, date(2026, 11, 13): 2})
    assert [each.over for each in days if each.on.day in (12, 13)] == [0, 2]


def test_an_account_that_publishes_has_nothing_to_plan_and_a_strange_month_is_this_one(
    c, keeper, signed_in, line, freeze
):
    freeze("2026-11-10 09:00")
    texts.planned(c, clock.now() + timedelta(days=1), texts.approved(c, make.draft(c, "明天停水")))
    for said in ("", "?month=2026-13", "?month=9999-01", "?month=x"):
        html = read(signed_in(keeper), at(line, "plan") + said)
        assert "不打扰" in html and "明天停水" not in html and "2026 年 11 月" in html


def test_a_month_is_read_in_few_queries_however_much_is_planned(c, keeper, signed_in, line, freeze):
    freeze("2026-11-10 09:00")
    mass(line)
    desk = signed_in(keeper)

    def asked() -> int:
        with CaptureQueriesContext(database) as queries:
            read(desk, at(line, "plan"))
        return len(queries)

    read(desk, at(line, "plan"))
    texts.planned(c, clock.now() + timedelta(days=1), texts.approved(c, make.draft(c, "计划")))
    few = asked()
    for n in range(6):
        texts.planned(c, clock.now() + timedelta(days=2 + n), texts.approved(c, make.draft(c, f"计划{n}")))
    # What stands around the page may be asked anew in between; nothing is asked for each plan.
    assert asked() <= few + 3


def test_the_plan_is_near_where_a_text_is_given_to_the_account_and_where_it_waits(
    c, keeper, signed_in, line, freeze
):
    freeze("2026-11-10 09:00")
    draft = make.draft(c, "明天停水")
    desk, page = signed_in(c.editor), at(line, "plan")
    assert page not in read(desk, f"/desk/write/{draft.public_id}/")
    mass(line)
    assert page in read(desk, f"/desk/write/{draft.public_id}/")
    post = texts.published(c, freeze, texts.approved(c, draft))
    waits = Delivery.objects.get(release__post=post, connection=line)
    assert page in read(desk, f"/desk/deliveries/{waits.public_id}/")
    # Released, and its turn has not come: it counts for today.
    html = read(desk, page)
    assert "明天停水" in html and "20 天空着" in html


# --- who may ------------------------------------------------------------------------------------------------


def test_who_only_sees_the_connection_reads_and_changes_nothing(c, signed_in, line, server):
    desk = signed_in(c.editor)
    assert 'name="b0_name"' not in read(desk, at(line, "menu"))
    assert 'name="answer"' not in read(desk, at(line, "answers"))
    assert desk.post(at(line, "menu"), typed()).status_code == 404 and shown(server) == []
    assert desk.post(at(line, "answers"), {"do": "save", "word": "一", "answer": "二"}).status_code == 404
    with pytest.raises(NotAllowed):
        channels.save_answer(line, "一", "二", by=c.editor)
    with pytest.raises(NotAllowed):
        channels.show_menu(line, [Button("一", "answer", "一")], by=c.editor)


def test_the_pages_are_only_a_wechat_accounts(c, keeper, signed_in, server):
    other = connect(c.water, "weibo", server.base)
    desk = signed_in(keeper)
    for page in ("plan", "menu", "answers"):
        assert desk.get(at(other, page)).status_code == 404


def test_what_has_ended_is_read_and_not_changed(keeper, signed_in, line, server):
    Connection.objects.update(state="ended", ended_at=clock.now(), sealed=b"", sealed_with="")
    desk = signed_in(keeper)
    assert "已结束" in read(desk, at(line, "plan")) and "已结束" in read(desk, at(line, "menu"))
    assert desk.post(at(line, "menu"), typed()).status_code == 404
    assert 'name="answer"' not in read(desk, at(line, "answers"))


# --- the fake platform --------------------------------------------------------------------------------------


def test_the_fake_refuses_a_menu_as_the_platform_does_and_tells_it_both_ways(line, server):
    with open_api(line) as api:
        for button, code in (
            ({"name": "无处可去"}, "40017"),
            ({"name": "字" * 6, "type": "click", "key": "k"}, "40018"),
            ({"name": "长", "type": "view", "url": "https://x.example/" + "a" * 1024}, "40020"),
            ({"name": "多", "sub_button": [{"name": "一", "type": "click", "key": "k"}] * 6}, "40023"),
            ({"name": "深", "sub_button": [{"name": "一", "sub_button": [{"name": "二"}]}]}, "40022"),
            ({"name": "空", "sub_button": [{"name": "一", "type": "click", "key": ""}]}, "40026"),
        ):
            with pytest.raises(Refused) as refused:
                api.call("menu/create", {"button": [button]})
            assert refused.value.code == code, button
        assert api.ask("get_current_selfmenu_info") == {"is_menu_open": 0}
        talking.put_menu(line, [{"name": "查", "below": [{"name": "停水", "word": "停水"}]}])
        own = api.ask("get_current_selfmenu_info")["selfmenu_info"]["button"]
        assert (
            buttons_of(own)
            == buttons_of(talking.read_menu(line))
            == [Button("查", "below", below=(Button("停水", "answer", "停水"),))]
        )


def test_the_demo_citys_accounts_get_their_menus_once(c, server, settings):
    settings.SANDBOX_URL = server.base
    made = connect(c.water, "wechat", "sandbox:/", name="gongshui")
    demo.menus()
    names = [each["name"] for each in shown(server)]
    assert names == [name for name, _where in MENUS[c.water.slug]]
    channels.show_menu(made, [Button("自己的", "answer", "电话")], by=None)
    demo.menus()
    assert [each["name"] for each in shown(server)] == ["自己的"]
    settings.SANDBOX_URL = ""
    demo.menus()


def test_every_button_and_answer_of_the_demo_city_can_stand_there():
    for unit, said in MENUS.items():
        answers = dict(ANSWERS[unit])
        assert len(answers) == 3 and all(len(each) <= 120 for each in answers.values())
        found = demo.buttons(said)
        assert actions._checked_menu(found) == found
        assert all(each.kind != "answer" or answer_to(each.at, answers) for each in every(found))


def test_the_page_of_followers_shows_the_menu(line, server):
    channels.show_menu(line, [Button("找我们", "answer", "电话"), Button("查询", "below", below=(
        Button("停水信息", "link", f"{conf.PUBLIC_URL}/"),))], by=None)  # fmt: skip
    with urllib.request.urlopen(f"{server.base}/?see=wechat", timeout=30) as answer:
        html = answer.read().decode()
    assert 'class="menu"' in html and "≡ 查询" in html and "停水信息" in html and "回复“电话”" in html
