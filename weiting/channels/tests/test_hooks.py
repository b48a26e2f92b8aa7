"""What channels call us with is kept once before it is answered; what is not theirs is counted and disturbs nothing."""

from datetime import timedelta
from hashlib import sha1
from json import dumps
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client

from weiting.channels import hearing, vault
from weiting.channels.actions import hearing as acts
from weiting.channels.models import Connection, Ear, Heard
from weiting.channels.ports import Heard as Told
from weiting.channels.wechat_crypto import decrypted, encrypted, is_signed, read_xml, signature
from weiting.core import clock
from weiting.review.tests import make

pytestmark = pytest.mark.django_db
AES_KEY, APPID, TOKEN = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", "wx49f0ab532d5d035a", "hook1token"
SECRET = "appsecret7"
CITIZEN = "我家在桥头街8号，电话13800138000"


@pytest.fixture
def city() -> make.City:
    return make.city()


def account(city: make.City, kind: str, state: str = "live", **values: Any) -> Connection:
    made = Connection(
        unit=city.water, kind=kind, name=f"{kind}{state}", state=state, base="https://x.example"
    )
    made.values = {"appid": APPID, **values}
    secrets = (
        {"secret": "s", "token": TOKEN, "aes_key": AES_KEY}
        if kind == "wechat"
        else {"token": "t", "app_secret": SECRET}
    )
    made.sealed_with, made.sealed = vault.seal(secrets, made.public_id)
    made.save()
    return made


def weibo_query(at: float | None = None, secret: str = SECRET, **more: str) -> dict[str, str]:
    stamp = str(int((clock.now().timestamp() if at is None else at) * 1000))
    signed = sha1("".join(sorted([secret, stamp, "77"])).encode()).hexdigest()
    return {"timestamp": stamp, "nonce": "77", "signature": signed, **more}


def pushed(line: Connection, said: Any, query: dict[str, str] | None = None) -> Any:
    body = said if isinstance(said, bytes) else dumps(said).encode()
    return Client().post(
        f"/channels/{line.public_id}/hook",
        body,
        content_type="application/json",
        query_params=weibo_query() if query is None else query,
    )


def said(
    text: str = CITIZEN, sender: int = 5, at: str = "Sun Nov 22 18:09:20 +0800 2026", **more: Any
) -> dict[str, Any]:
    return {
        "type": "text",
        "receiver_id": 7,
        "sender_id": sender,
        "created_at": at,
        "text": text,
        "data": {},
        **more,
    }


def wechat_post(line: Connection, inner: str, at: float | None = None, key: str = AES_KEY) -> Any:
    stamp, sealed = (
        str(int(clock.now().timestamp() if at is None else at)),
        encrypted(inner.encode(), key, APPID),
    )
    query = {"timestamp": stamp, "nonce": "9", "encrypt_type": "aes",
             "msg_signature": signature(TOKEN, stamp, "9", sealed)}  # fmt: skip
    body = f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    return Client().post(
        f"/channels/{line.public_id}/hook", body, content_type="text/xml", query_params=query
    )


def message(text: str, number: int = 7) -> str:
    return (
        f"<xml><ToUserName>gh_1</ToUserName><FromUserName>o-citizen</FromUserName><CreateTime>1</CreateTime>"
        f"<MsgType>text</MsgType><Content><![CDATA[{text}]]></Content><MsgId>{number}</MsgId></xml>"
    )


# --- believed -----------------------------------------------------------------------------------------------


def test_the_platform_proves_the_address_is_ours_by_an_echo(city):
    line = account(city, "weibo", state="planned")
    answer = Client().get(f"/channels/{line.public_id}/hook", weibo_query(echostr="hi"))
    assert (answer.status_code, answer.content) == (200, b"hi")
    stamp = str(int(clock.now().timestamp()))
    wechat = account(city, "wechat")
    query = {"timestamp": stamp, "nonce": "9", "signature": signature(TOKEN, stamp, "9"), "echostr": "<b>"}
    answer = Client().get(f"/channels/{wechat.public_id}/hook", query)
    assert answer.content == b"<b>" and answer["Content-Type"].startswith("text/plain")


def test_a_message_called_three_times_is_kept_once_and_answered_each_time(city):
    line = account(city, "weibo")
    assert [pushed(line, said()).status_code for _n in range(3)] == [200] * 3
    assert pushed(line, said(sender=6)).status_code == 200
    assert Heard.objects.count() == 2
    assert Ear.objects.get().heard_at is not None


def test_what_a_citizen_wrote_lies_sealed_and_opens_for_who_may_read_it(city):
    line = account(city, "weibo")
    pushed(line, said())
    row = Heard.objects.get()
    with database.cursor() as cursor:
        cursor.execute("SELECT row_to_json(h)::text FROM channels_heard h")
        stored = cursor.fetchone()[0]
    assert "13800138000" not in stored and "桥头" not in stored and "citizen" not in stored
    assert row.facts == {} and bytes(row.sealed).find(b"13800138000") < 0
    assert hearing.opened(row)["text"] == CITIZEN
    assert [each.pk for each in hearing.waiting("message")] == [row.pk]
    assert acts.handled([row.pk]) == 1 and list(hearing.waiting("message")) == []


def test_who_follows_or_leaves_is_not_kept(city):
    line = account(city, "weibo")
    event = said(type="event", data={"subtype": "follow"})
    assert pushed(line, event).status_code == 200 and Heard.objects.count() == 0


def test_the_end_of_a_publication_is_kept_in_the_open(city):
    line = account(city, "wechat")
    inner = (
        "<xml><FromUserName>o1</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType>"
        "<Event>PUBLISHJOBFINISH</Event><PublishEventInfo><publish_id>100</publish_id>"
        "<publish_status>0</publish_status></PublishEventInfo></xml>"
    )
    assert wechat_post(line, inner).content == b"success"
    row = Heard.objects.get()
    assert row.kind == "published" and row.facts["of"] == "100" and row.sealed_with == ""


def test_a_word_is_answered_at_once_and_sealed_as_the_question_was(city):
    line = account(
        city, "wechat", answers={"停水": "停水信息见 https://yunxi.example/w", "停水补偿": "补偿办法：…"}
    )
    answer = wechat_post(line, message("请问停水补偿怎么领？"))
    outer = read_xml(answer.content)
    assert is_signed(outer["MsgSignature"], TOKEN, outer["TimeStamp"], outer["Nonce"], outer["Encrypt"])
    inner = read_xml(decrypted(outer["Encrypt"], AES_KEY, APPID))
    assert (inner["ToUserName"], inner["FromUserName"], inner["Content"]) == (
        "o-citizen",
        "gh_1",
        "补偿办法：…",
    )
    assert wechat_post(line, message("你好", 8)).content == b"success"
    assert Heard.objects.count() == 2, "also what was answered is kept for whoever looks after it"


# --- not believed -------------------------------------------------------------------------------------------


def test_a_forged_call_is_refused_counted_and_disturbs_nothing(city):
    line, other = account(city, "weibo"), account(city, "wechat")
    assert pushed(line, said(), weibo_query(secret="guessed")).status_code == 403
    assert pushed(line, said(), {}).status_code == 403
    assert wechat_post(other, message("hi"), key="B" * 43).status_code == 403
    assert Heard.objects.count() == 0
    assert {ear.connection_id: ear.forged for ear in Ear.objects.all()} == {line.pk: 2, other.pk: 1}
    (sentence,) = hearing.troubles(line)
    assert "2" in sentence
    line.refresh_from_db()
    assert (line.state, line.needs) == ("live", "")
    assert pushed(line, said()).status_code == 200


@pytest.mark.parametrize(
    ("seconds", "is_taken"), [(-299, True), (-301, False), (299, True), (400, False), (-86400, False)]
)
def test_a_call_signed_long_ago_or_ahead_of_us_is_refused(city, freeze, seconds, is_taken):
    line = account(city, "weibo")
    at = (clock.now() + timedelta(seconds=seconds)).timestamp()
    assert pushed(line, said(), weibo_query(at)).status_code == (200 if is_taken else 403)
    assert Heard.objects.exists() == is_taken
    assert wechat_post(account(city, "wechat"), message("hi"), at).status_code == (200 if is_taken else 403)


def test_a_wrong_clock_is_explained_until_a_call_comes_in_time_again(city, freeze):
    line = account(city, "weibo")
    pushed(line, said(), weibo_query((clock.now() + timedelta(minutes=12)).timestamp()))
    (sentence,) = hearing.troubles(line)
    assert "12" in sentence and "NTP" in sentence
    freeze.move(seconds=5)
    pushed(line, said())
    assert "NTP" not in "".join(hearing.troubles(line)) and "1" in hearing.troubles(line)[0]


@pytest.mark.parametrize("body", [b"[" * 100_000, b"\xff\xfe", b"", b"[]", b'{"a":' * 5000, b"null"])
def test_what_is_deep_or_spoilt_is_refused_although_the_address_was_signed(city, body):
    line = account(city, "weibo")
    assert pushed(line, body).status_code in {400, 403} and Heard.objects.count() == 0
    assert Ear.objects.get().forged == 1


@pytest.mark.parametrize(
    "inner",
    ["<xml>" + "<a>" * 50 + "</a>" * 50 + "</xml>", '<!DOCTYPE x [<!ENTITY a "b">]><xml><a>&a;</a></xml>',
     "<xml><a>" + "x" * 70_000 + "</a></xml>", "no xml"],
)  # fmt: skip
def test_deep_or_declared_xml_is_refused_although_it_was_sealed(city, inner):
    line = account(city, "wechat")
    assert wechat_post(line, inner).status_code == 403 and Heard.objects.count() == 0


def test_more_than_a_call_can_be_is_refused_unread(city):
    line = account(city, "weibo")
    assert pushed(line, b" " * (256 * 1024 + 1)).status_code == 413
    assert Ear.objects.get().large == 1 and hearing.troubles(line)


def test_an_address_of_nothing_and_of_what_has_ended_answers_alike(city):
    ended, deaf = account(city, "weibo", state="ended"), account(city, "webhook")
    for public_id in ("nobodyhere22", ended.public_id, deaf.public_id):
        assert (
            Client().post(f"/channels/{public_id}/hook", b"{}", content_type="application/json").status_code
            == 404
        )
    assert Client().put(f"/channels/{ended.public_id}/hook").status_code == 405
    assert Ear.objects.count() == 0


def test_without_the_secret_nothing_is_believed(city):
    line = account(city, "weibo")
    line.sealed_with, line.sealed = vault.seal({"token": "t"}, line.public_id)
    line.save()
    assert pushed(line, said(), weibo_query(secret="")).status_code == 403
    assert Heard.objects.count() == 0


def test_a_zero_byte_does_not_upset_the_table(city):
    line = account(city, "weibo")
    acts.keep(line, [Told("published", "1", {"url": "a\x00b"}), Told("message", "2", {"text": "a\x00b"})])
    assert Heard.objects.count() == 2 and [hearing.opened(row) for row in hearing.waiting("message")]


def test_what_was_dealt_with_is_forgotten_after_a_month_and_all_after_half_a_year(city, freeze):
    line = account(city, "weibo")
    pushed(line, said())
    pushed(line, said(sender=6))
    acts.handled([Heard.objects.order_by("pk")[0].pk])
    freeze.move(days=29)
    assert acts.forget_old() == 0
    freeze.move(days=2)
    assert acts.forget_old() == 1
    freeze.move(days=150)
    assert acts.forget_old() == 1 and Heard.objects.count() == 0
