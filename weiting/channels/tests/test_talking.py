"""Mass sendings known by their key, messages within two days, menus, and what to do at the platform step by step."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from weiting.channels import explaining, talking, vault, wechat_api
from weiting.channels.adapters.wechat import WeChat
from weiting.channels.kept import Kept
from weiting.channels.models import Connection
from weiting.channels.ports import Action, Hook, InDoubt, Receipt, Refused, Settings, TryLater, Words
from weiting.channels.tests.inside import Inside
from weiting.channels.wechat_crypto import read_xml, signature
from weiting.channels.wechat_hook import read
from weiting.channels.wechat_menu import menu
from weiting.channels.wechat_talk import answer_to, answers_of
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, Unavailable
from weiting.review.tests import make
from weiting.sandbox import wechat as fake_wechat

URL = "https://yunxi.example/p/abcdefghij/"


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inside]:
    monkeypatch.setattr(wechat_api, "KEPT", Kept())
    made = Inside(fake_wechat.WeChat("wechat"))
    made.fake.faults.publish_after = 0.0
    yield made


def account(wire: Inside, **values: str) -> WeChat:
    given = {"appid": "wxgongshui", "way": "mass", **values}
    return WeChat(Settings("https://api.weixin.qq.com/wechat", given, {"secret": "sandbox"}), wire)


def words(**more: Any) -> Words:
    said = {"title": "停水", "body": "明天停水。", "html": "<p>明天停水。</p>", "summary": ""}
    given: dict[str, Any] = {**said, "url": URL, "content_hash": "0123456789abcdef"}
    return Words(**given | more)


# --- mass sendings ------------------------------------------------------------------------------------------


def test_a_mass_sending_goes_to_all_once_and_ends_by_being_asked(wire, freeze):
    channel = account(wire)
    receipt = channel.send(channel.render(words()), "key-1")
    assert receipt.external_id.startswith("mass:") and not receipt.is_final
    freeze.move(seconds=1)
    found = channel.follow(receipt)
    assert found is not None and found.is_final and found.external_id == receipt.external_id
    assert len(wire.fake.said) == 1 and "/cgi-bin/freepublish/submit" not in wire.asked


def test_a_lost_answer_is_asked_for_under_the_same_key_and_nothing_goes_out_twice(wire, freeze):
    channel = account(wire)
    sent = channel.render(words())
    first = channel.send(sent, "key-1")
    freeze.move(seconds=1)
    channel.follow(first)
    assert channel.look_up(sent, "key-1", clock.now()) == first
    assert len(wire.fake.said) == 1 and wire.fake.drafts == {}, "the draft made for asking is taken away"


def test_a_key_the_platform_may_have_forgotten_is_a_persons_to_decide(wire, freeze):
    channel = account(wire)
    with pytest.raises(InDoubt):
        channel.look_up(channel.render(words()), "key-1", clock.now() - timedelta(hours=21))
    assert wire.asked == []


def test_the_second_of_a_day_is_put_off_for_the_whole_account(wire):
    channel = account(wire)
    channel.send(channel.render(words()), "key-1")
    with pytest.raises(TryLater) as later:
        channel.send(channel.render(words(title="另一条")), "key-2")
    assert later.value.whole_account


def test_a_mass_sending_that_failed_says_so_and_one_deleted_is_no_longer_open(wire, freeze):
    channel = account(wire)
    wire.fake.faults.publish_status = 4
    receipt = channel.send(channel.render(words()), "key-1")
    freeze.move(seconds=1)
    with pytest.raises(Refused) as refused:
        channel.follow(receipt)
    assert refused.value.action is Action.BY_HAND
    wire.fake.switch("mass", {"most": 5}, 0)
    wire.fake.faults.publish_status = 0
    receipt = channel.send(channel.render(words()), "key-2")
    freeze.move(seconds=1)
    channel.follow(receipt)
    channel.withdraw(receipt, "key-3")
    assert wire.fake.said[-1].event == "withdrawn"
    with pytest.raises(Refused) as unknown:
        channel.withdraw(Receipt("mass:1"), "key-4")
    assert unknown.value.action is Action.BY_HAND


def test_a_text_is_shown_to_one_follower_before_it_goes_to_all(wire):
    channel = account(wire)
    channel.show(channel.render(words()), "laoli")
    assert wire.fake.written[-1]["to"] == "laoli" and wire.fake.said == []


def test_the_end_of_a_mass_sending_is_heard_with_its_address():
    inner = (
        "<xml><FromUserName>o1</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>MASSSENDJOBFINISH</Event>"
        "<MsgID>1000001</MsgID><Status>send success</Status><SentCount>92</SentCount><ArticleUrlResult><Count>1</Count>"
        "<ResultList><item><ArticleIdx>1</ArticleIdx><ArticleUrl>https://mp.weixin.qq.com/s/Ab</ArticleUrl></item>"
        "</ResultList></ArticleUrlResult></xml>"
    )
    query = {"timestamp": "1", "nonce": "2", "signature": signature("t", "1", "2")}
    (heard,) = read(Hook("POST", query, inner.encode(), {}), "t", "", "wx1").heard
    assert heard.kind == "published" and heard.facts["of"] == "mass:1000001"
    assert heard.facts["url"] == "https://mp.weixin.qq.com/s/Ab"


# --- people -------------------------------------------------------------------------------------------------


@pytest.fixture
def line(wire: Inside, monkeypatch: pytest.MonkeyPatch, db: None) -> Connection:
    monkeypatch.setattr(talking, "Wire", lambda **_given: wire)
    made = Connection(unit=make.city().water, kind="wechat", name="公众号", state="live")
    made.base, made.values = "https://api.weixin.qq.com/wechat", {"appid": "wxgongshui"}
    made.sealed_with, made.sealed = vault.seal({"secret": "sandbox"}, made.public_id)
    made.save()
    return made


def test_somebody_is_written_to_within_two_days_and_not_after(line, wire, freeze):
    since = clock.now()
    wire.fake.switch("message", {"account": "wxgongshui", "from": "o-1", "text": "漏水"}, since.timestamp())
    freeze.move(hours=47, minutes=59)
    talking.customer_send(line, "o-1", "已派人去看。", since)
    assert wire.fake.written[-1]["text"] == "已派人去看。"
    freeze.move(minutes=1)
    with pytest.raises(Conflict) as over:
        talking.customer_send(line, "o-1", "修好了。", since)
    assert over.value.code == "window_over" and len(wire.fake.written) == 1
    with pytest.raises(Conflict):
        talking.customer_send(line, "o-nobody", "你好", clock.now())


def test_what_wechat_does_not_take_now_is_told_as_such(line, wire):
    wire.fake.is_used_up = True
    with pytest.raises(Unavailable):
        talking.customer_send(line, "o-1", "你好", clock.now())


def test_a_text_can_be_shown_to_one_follower_first(line, wire):
    talking.show_to(line, words(), "laoli")
    assert wire.fake.written == [
        {"account": "wxgongshui", "to": "laoli", "text": "preview", "at": wire.fake.written[0]["at"]}
    ]
    assert wire.fake.said == []


def test_a_menu_is_set_read_and_refused_with_what_is_wrong(line, wire):
    assert talking.read_menu(line) == []
    buttons = [
        {"name": "办事", "url": "https://yunxi.example/"},
        {"name": "查询", "below": [{"name": "停水", "word": "停水"}, {"name": "电话", "word": "电话"}]},
    ]
    talking.put_menu(line, buttons)
    assert [each["name"] for each in talking.read_menu(line)] == ["办事", "查询"]
    assert talking.read_menu(line)[1]["sub_button"][0] == {
        "type": "click", "name": "停水", "key": "停水", "sub_button": []
    }  # fmt: skip
    talking.drop_menu(line)
    assert talking.read_menu(line) == []
    talking.drop_menu(line)
    for wrong in ([], [{"name": "名字太长太长了"}], [{"name": "空"}], [{"name": "一", "url": "x:1"}] * 4,
                  [{"name": "多", "below": [{"name": "甲", "word": "甲"}] * 6}]):  # fmt: skip
        with pytest.raises(Invalid):
            talking.put_menu(line, wrong)
        with pytest.raises(Refused):
            menu(wrong)


def test_a_button_that_stands_for_a_word_is_answered_like_the_word():
    inner = (
        "<xml><ToUserName>gh</ToUserName><FromUserName>o-1</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType>"
        "<Event>CLICK</Event><EventKey>停水</EventKey></xml>"
    )
    query = {"timestamp": "1", "nonce": "2", "signature": signature("t", "1", "2")}
    answer = read(Hook("POST", query, inner.encode(), {}), "t", "", "wx1", {"停水": "见厅里。]]>"})
    assert read_xml(answer.body)["Content"] == "见厅里。]]>"


def test_answers_are_written_in_one_line_as_they_are_read():
    said = "停水 = 见 https://yunxi.example/?a=1 ；； 电话＝0571-12345 ;; 没有等号 ;; = ;; 空 ="
    assert answers_of(said) == {"停水": "见 https://yunxi.example/?a=1", "电话": "0571-12345"}
    assert answers_of({"停水": "见厅里"}) == {"停水": "见厅里"} and answers_of(None) == {}
    assert list(answers_of([["电话", "0571"], ["停水", "见厅里"], "坏的"])) == ["电话", "停水"]


def test_the_longest_word_that_stands_in_a_message_is_answered():
    answers = {"停水": "见厅里", "停水补偿": "打电话", "WiFi": "大厅里有"}
    assert answer_to(" 我想问停水补偿 ", answers) == ("停水补偿", "打电话")
    assert answer_to("有wifi吗", answers) == ("WiFi", "大厅里有") and answer_to("你好", answers) is None


# --- what to do there ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "code"), [("wechat", "40164"), ("wechat", "48001"), ("weibo", "10017"), ("weibo", "10004")]
)
def test_what_to_do_at_the_platform_is_said_step_by_step(kind, code):
    found = explaining.steps(kind, code, {"ip": "203.0.113.9"})
    assert len(found) >= 2 and all(found)
    if code in {"40164", "10004"}:
        assert any("203.0.113.9" in each for each in found)


def test_the_address_the_platform_saw_counts_more_than_the_one_that_was_typed():
    why = "invalid ip 198.51.100.4 ipv6 ::ffff:198.51.100.4, not in whitelist rid: 1"
    found = explaining.steps("wechat", "40164", {"ip": "203.0.113.9"}, why)
    assert any("198.51.100.4" in each for each in found) and not any("203.0.113.9" in each for each in found)
    assert explaining.steps("wechat", "40001", {}) == []
