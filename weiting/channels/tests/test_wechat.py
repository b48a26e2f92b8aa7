"""WeChat as its pages describe it: tokens, drafts, publication that ends later, encrypted call-backs."""

from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from json import dumps, loads
from typing import Any

import pytest

from weiting.channels import wechat_api
from weiting.channels.adapters import wechat
from weiting.channels.adapters.wechat import WeChat
from weiting.channels.kept import Kept
from weiting.channels.ports import Action, Hook, InDoubt, Media, Receipt, Refused, Settings, TryLater, Words
from weiting.channels.rules import rules
from weiting.channels.wechat_article import plain_cover
from weiting.channels.wechat_crypto import answered, decrypted, encrypted, is_signed, read_xml, signature
from weiting.channels.wire import Reply, Wire
from weiting.core import clock

URL = "https://yunxi.example/p/abcdefghij/"
TOKEN = {"access_token": "t1", "expires_in": 7200}
NONE: dict[str, Any] = {"item": [], "total_count": 0}


class Recorded(Wire):
    """Answers from a list, in order, and remembers what was asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def call(self, method: str, url: str, **given: Any) -> Reply:
        self.asked.append((url.partition("/cgi-bin/")[2], given))
        return Reply(200, dumps(self.answers.pop(0)).encode(), {})

    @property
    def paths(self) -> list[str]:
        return [path for path, _given in self.asked]


def account(*answers: Any, **secrets: str) -> tuple[WeChat, Recorded]:
    """Make an account of which nothing is kept yet."""
    wechat_api.KEPT = Kept()
    wire = Recorded(*answers)
    values = {"appid": APPID, "author": "云溪供水", "kind": "subscription"}
    return WeChat(Settings("https://api.weixin.qq.com", values, {"secret": "s"} | secrets), wire), wire


def words(**more: Any) -> Words:
    given: dict[str, Any] = {"title": "停水", "body": "明天停水。", "html": "<p>明天停水。</p>", "summary": "",
                             "url": URL, "content_hash": "0123456789abcdef"}  # fmt: skip
    return Words(**given | more)


def photo(name: str, mime: str = "image/jpeg", size: int = 1000) -> Media:
    return Media("picture", mime, "水表", name, f"https://yunxi.example/m/{name}", size, lambda: b"bytes")


# --- sending ------------------------------------------------------------------------------------------------


def test_a_text_becomes_a_draft_with_its_own_pictures_and_is_submitted():
    channel, wire = account(
        TOKEN, NONE, {"url": "http://mmbiz.qpic.cn/1/0?wx_fmt=png&from=appmsg"}, {"media_id": "cover"},
        {"media_id": "draft"}, {"errcode": 0, "publish_id": 100000001},
    )  # fmt: skip
    receipt = channel.send(channel.render(words(media=(photo("a.jpg"),))), "k")
    assert receipt == Receipt("100000001", is_final=False)
    assert wire.paths == ["stable_token", "draft/batchget", "media/uploadimg", "material/add_material", "draft/add",
                          "freepublish/submit"]  # fmt: skip
    assert wire.asked[0][1]["json"]["force_refresh"] is False
    body = wire.asked[4][1]["content"]
    assert "停水".encode() in body, "characters as they are, not as \\uXXXX"
    (article,) = loads(body)["articles"]
    assert article["thumb_media_id"] == "cover" and article["author"] == "云溪供水"
    assert 'src="http://mmbiz.qpic.cn/1/0?wx_fmt=png&amp;from=appmsg"' in article["content"]
    assert "yunxi.example" not in article["content"] and article["content_source_url"].startswith(URL)
    assert [given["acts"] for _path, given in wire.asked] == [False] * 5 + [True], (
        "only submitting can double"
    )


def test_a_draft_whose_answer_was_lost_is_used_and_nothing_is_uploaded_again():
    channel, wire = account(TOKEN)
    sent = channel.render(words())
    mine = {"title": "停水", "content_source_url": sent.fields["content_source_url"]}
    other = {"title": "停水", "content_source_url": f"{URL}#v-anotherhash0"}
    wire.answers += [
        {"item": [{"media_id": n, "content": {"news_item": [each]}} for n, each in (("old", other), ("mine", mine))]},
        {"errcode": 0, "publish_id": "7"},
    ]  # fmt: skip
    channel.send(sent, "k")
    assert wire.paths == ["stable_token", "draft/batchget", "freepublish/submit"]
    assert loads(wire.asked[2][1]["content"]) == {"media_id": "mine"}, (
        "an earlier version of the text is another"
    )


def test_a_cover_that_was_deleted_there_is_uploaded_anew_once():
    gone = {"errcode": 40007, "errmsg": "invalid media_id"}
    channel, wire = account(
        TOKEN, NONE, {"media_id": "c1"}, gone, {"media_id": "c2"}, {"media_id": "draft"}, {"publish_id": "1"}
    )
    channel.send(channel.render(words()), "k")
    assert wire.paths.count("material/add_material") == 2
    assert loads(wire.asked[5][1]["content"])["articles"][0]["thumb_media_id"] == "c2"
    channel, _wire = account(TOKEN, NONE, {"media_id": "c1"}, gone, {"media_id": "c2"}, gone)
    with pytest.raises(Refused):
        channel.send(channel.render(words()), "k")


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_that_ran_out_is_fetched_anew_once(code):
    stale = {"errcode": code, "errmsg": "access_token expired"}
    channel, wire = account(TOKEN, stale, {**TOKEN, "access_token": "t2"}, {"publish_status": 1})
    assert channel.follow(Receipt("1", is_final=False)) is None
    assert [given.get("params", {}).get("access_token") for _path, given in wire.asked] == [
        None,
        "t1",
        None,
        "t2",
    ]
    channel, _wire = account(TOKEN, stale, TOKEN, stale)
    with pytest.raises(Refused) as refused:
        channel.follow(Receipt("1", is_final=False))
    assert refused.value.action is Action.AUTHORISE and refused.value.whole_account


def test_a_token_is_kept_until_five_minutes_before_its_end_and_for_its_own_account_only(monkeypatch):
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at)
    channel, wire = account(TOKEN, *[{"publish_status": 1}] * 2, TOKEN, {"publish_status": 1})
    channel.follow(Receipt("1"))
    at += timedelta(seconds=7200 - 301)
    channel.follow(Receipt("1"))
    at += timedelta(seconds=2)
    channel.follow(Receipt("1"))
    assert wire.paths.count("stable_token") == 2
    wire.answers += [TOKEN, {"publish_status": 1}]
    WeChat(replace(channel.settings, secrets={"secret": "another"}), wire).follow(Receipt("1"))
    assert wire.paths.count("stable_token") == 3


def test_an_account_without_id_or_secret_asks_a_person_for_them():
    for settings, action in ((Settings("x", {}, {"secret": "s"}), Action.SETTINGS),
                             (Settings("x", {"appid": "wx1"}, {}), Action.AUTHORISE)):  # fmt: skip
        with pytest.raises(Refused) as refused:
            WeChat(settings, Recorded()).follow(Receipt("1"))
        assert refused.value.action is action


def test_uploads_that_take_long_are_gone_on_with_in_another_call(monkeypatch):
    monkeypatch.setattr(wechat, "LONGEST", -1.0)
    channel, _wire = account(TOKEN, NONE, {"media_id": "cover"}, {"media_id": "draft"})
    with pytest.raises(TryLater):
        channel.send(channel.render(words()), "k")


@pytest.mark.parametrize("answer", [{}, {"publish_id": ""}, [], "?", {"errcode": -1, "errmsg": "busy"}])
def test_an_answer_to_submitting_that_says_nothing_leaves_a_doubt(answer):
    channel, _wire = account(TOKEN, NONE, {"media_id": "cover"}, {"media_id": "draft"}, answer)
    with pytest.raises(InDoubt):
        channel.send(channel.render(words()), "k")


# --- what became of it --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "action"),
    [(2, Action.CHANGE_WORDS), (3, Action.BY_HAND), (4, Action.CHANGE_WORDS), (5, Action.NOTHING),
     (6, Action.ASK_PLATFORM), (9, Action.ASK_PLATFORM)],
)  # fmt: skip
def test_a_publication_that_failed_says_what_a_person_has_to_do_and_stops_nothing_else(status, action):
    channel, _wire = account(TOKEN, {"publish_id": "1", "publish_status": status, "fail_idx": [1]})
    with pytest.raises(Refused) as refused:
        channel.follow(Receipt("1", is_final=False))
    assert refused.value.action is action and not refused.value.whole_account


def test_a_publication_ends_with_the_article_and_its_address():
    done = {"publish_id": "1", "publish_status": 0, "article_id": "A1",
            "article_detail": {"count": 1, "item": [{"idx": 1, "article_url": "http://mp.weixin.qq.com/s?1"}]},
            "fail_idx": []}  # fmt: skip
    channel, _wire = account(TOKEN, {"publish_id": "1", "publish_status": 1}, done)
    assert channel.follow(Receipt("1", is_final=False)) is None
    found = channel.follow(Receipt("1", is_final=False))
    assert found is not None and found.is_final
    assert (found.external_id, found.url) == ("A1", "http://mp.weixin.qq.com/s?1")


def listed(at: float, title: str = "停水", url: str = URL, **ids: str) -> dict[str, Any]:
    news = {"title": title, "content_source_url": url, "url": "http://mp.weixin.qq.com/s?1"}
    return {**ids, "content": {"news_item": [news]}, "update_time": int(at)}


def test_a_lost_submission_is_found_or_in_doubt_until_it_surely_did_not_happen():
    since = clock.now()
    now = since.timestamp()
    published = {"item": [listed(now, "别的"), listed(now + 3, article_id="A1")]}
    draft = {"item": [listed(now, media_id="d")]}
    for box in (NONE, draft):
        channel, wire = account(TOKEN, box, published)
        sent = channel.render(words())
        found = channel.look_up(sent, "k", since)
        assert found is not None and found.external_id == "A1" and found.is_final
        assert wire.paths[1:] == ["draft/batchget", "freepublish/batchget"], (
            "a draft that is published between the two looks is seen by the second"
        )
    for box, lasts in ((draft, 600), (NONE, 3600)):
        channel, _wire = account(TOKEN, box, NONE)
        with pytest.raises(InDoubt) as doubt:
            channel.look_up(sent, "k", since)
        assert doubt.value.lasts == lasts


def test_an_article_from_before_is_not_taken_for_this_one():
    since = clock.now() - timedelta(hours=2)
    old = listed(since.timestamp() - 86_400, article_id="A0")
    channel, _wire = account(TOKEN, NONE, {"item": [old]})
    with pytest.raises(InDoubt) as doubt:
        channel.look_up(channel.render(words()), "k", since)
    assert doubt.value.lasts == 3600


def test_where_more_was_published_than_can_be_looked_through_nothing_is_sure():
    since = clock.now() - timedelta(hours=2)
    page = {"item": [listed(since.timestamp() + 60, f"第{n}条") for n in range(20)]}
    channel, _wire = account(TOKEN, NONE, *[page] * 5)
    with pytest.raises(InDoubt) as doubt:
        channel.look_up(channel.render(words()), "k", since)
    assert doubt.value.lasts is None


def test_what_is_still_being_published_is_waited_for_before_it_is_taken_back():
    channel, _wire = account(TOKEN, {"publish_status": 1})
    with pytest.raises(TryLater):
        channel.withdraw(Receipt("1", is_final=False), "k")
    channel, wire = account(TOKEN, {"publish_status": 4})
    channel.withdraw(Receipt("1", is_final=False), "k")
    assert "freepublish/delete" not in wire.paths, "it never came out"
    channel, wire = account(TOKEN, {"errcode": 53600, "errmsg": "Article ID 无效"})
    channel.withdraw(Receipt("A1"), "k")
    assert loads(wire.asked[1][1]["content"]) == {"article_id": "A1", "index": 0}
    with pytest.raises(Refused) as refused:
        channel.withdraw(Receipt("https://mp.weixin.qq.com/s/pasted"), "k")
    assert refused.value.action is Action.BY_HAND and not refused.value.whole_account


# --- the article --------------------------------------------------------------------------------------------


def test_scripts_and_links_to_outside_are_left_out_and_their_words_stay():
    channel, _wire = account()
    sent = channel.render(
        words(
            html='<p onclick="x()">详见<a href="https://evil.example">这里</a><script>alert(1)</script></p>'
        )
    )
    assert sent.fields["content"] == "<p>详见这里</p>"
    assert any("no links" in note.say(str) for note in sent.notes)


def test_pictures_that_wechat_does_not_take_are_told_of_and_a_text_without_any_has_a_plain_cover():
    channel, wire = account(TOKEN, NONE, {"media_id": "cover"}, {"media_id": "draft"}, {"publish_id": "1"})
    sent = channel.render(words(media=(photo("a.webp", "image/webp"), photo("b.jpg", size=2**20))))
    assert sent.media == () and len(sent.notes) == 2
    channel.send(sent, "k")
    name, bytes_, mime = wire.asked[2][1]["files"]["media"]
    assert (name, mime) == ("cover.png", "image/png") and bytes_ == plain_cover() and len(bytes_) < 64 * 1024


def test_a_text_too_long_ends_with_a_whole_paragraph_and_says_where_the_rest_is():
    channel, _wire = account()
    body = "\n".join("段落" + "水" * 900 for _n in range(40))
    sent = channel.render(words(body=body, html="".join(f"<p>{line}</p>" for line in body.splitlines())))
    content = sent.fields["content"]
    assert (
        18_000 < len(content) < 20_000 and content.endswith("“阅读原文”）</p>") and content.count("<p>") == 22
    )


def test_a_correction_names_itself_and_the_article_it_corrects():
    channel, _wire = account()
    sent = channel.render(words(correcting="更正：14:00 → 16:00。抄错了"))
    assert sent.fields["title"] == "更正：停水"
    assert sent.fields["content"].startswith(
        "<p><strong>更正：14:00 → 16:00。抄错了</strong></p><p>此前发布的《停水》以本文为准。</p>"
    )


# --- call-backs: an example published with an open client, and one made by it -------------------------------

AES_KEY, APPID = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", "wx49f0ab532d5d035a"
AT, NONCE = "1411525903", "461056294"
EXAMPLE = (
    "RgqEoJj5A4EMYlLvWO1F86ioRjZfaex/gePD0gOXTxpsq5Yj4GNglrBb8I2BAJVODGajiFnXBu7mCPatfjsu6IHCrsTyeDXzF6Bv283dGymzxh6ydJRvZsry"
    "DyZbLTE7rhnus50qGPMfp2wASFlzEgMW9z1ef/RD8XzaFYgm7iTdaXpXaG4+BiYyolBug/gYNx410cvkKR2/nPwBiT+P4hIiOAQqGp/TywZBtDh1yCF2KOd0"
    "gpiMZ5jSw3e29mTvmUHzkVQiMS6td7vXUaWOMZnYZlF3So2SjHnwh4jYFxdgpkHHqIrH/54SNdshoQgWYEvccTKe7FS709/5t6NMxuGhcUGAPOQipvWTT4dS"
    "hyqio7mlsl5noTrb++x6En749zCpQVhDpbV6GDnTbcX2e8K9QaNWHp91eBdCRxthuL0="
)  # fmt: skip
EXAMPLE_SIGNED = "74d92dfeb87ba7c714f89d98870ae5eb62dff26d"


# Made by the open client wechatpy 1.8.18 with the token "spamtest".
THEIRS = (
    "9OoRfFdPwj6sDMu4Z2v8SU7hganUK8HTdRT0meFRtjIMhkp6m3S7ILXT2/da93feh7xMjk29RO0xJx47CTnbqDesSGbLsCKwwAWoVKJoDBFMBRUZmVHsW7Dr"
    "hr+h7v8U"
)
THEIRS_SIGNED = "8cdf23e6e68e0d51efb6cd5aa07b882925c4ca11"


def called(inner: str, **query: str) -> Hook:
    """An encrypted call as the platform makes it."""
    sealed = encrypted(inner.encode(), AES_KEY, APPID)
    given = {
        "timestamp": AT,
        "nonce": NONCE,
        "encrypt_type": "aes",
        "msg_signature": signature("123456", AT, NONCE, sealed),
    }
    return Hook("POST", given | query, f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode(), {})


def hooked() -> WeChat:
    return account(token="123456", aes_key=AES_KEY)[0]  # noqa: S106 - no password


def test_a_published_example_is_checked_opened_and_read():
    assert is_signed(EXAMPLE_SIGNED, "123456", AT, NONCE, EXAMPLE)
    said = read_xml(decrypted(EXAMPLE, AES_KEY, APPID))
    assert (said["Content"], said["FromUserName"]) == ("test", "messense")
    assert is_signed(THEIRS_SIGNED, "spamtest", AT, NONCE, THEIRS)
    assert decrypted(THEIRS, AES_KEY, APPID).decode() == "<xml><ToUserName>甲</ToUserName></xml>"
    hook = Hook("POST", {"timestamp": AT, "nonce": NONCE, "msg_signature": EXAMPLE_SIGNED},
                f"<xml><Encrypt><![CDATA[{EXAMPLE}]]></Encrypt></xml>".encode(), {})  # fmt: skip
    answer = hooked().read_hook(hook)
    assert answer.body == b"success" and answer.heard[0].kind == "message"
    assert answer.heard[0].facts["Content"] == "test"


def test_what_is_encrypted_for_an_app_opens_for_it_alone_and_in_the_published_bytes():
    sealed = encrypted("甲".encode(), AES_KEY, APPID)
    assert decrypted(sealed, AES_KEY, APPID) == "甲".encode() and sealed != encrypted(
        "甲".encode(), AES_KEY, APPID
    )
    for text, key, app in ((sealed, AES_KEY, "wx-another"), (sealed, "A" * 43, APPID), (sealed[:-4], AES_KEY, APPID),
                           ("", AES_KEY, APPID), ("?", AES_KEY, APPID), (sealed, "short", APPID),
                           (b64encode(b"x" * 32).decode(), AES_KEY, APPID)):  # fmt: skip
        with pytest.raises(ValueError, match="."):
            decrypted(text, key, app)
    said = read_xml(answered(b"<xml><a>1</a></xml>", "123456", AES_KEY, APPID, at=AT, nonce=NONCE))
    assert is_signed(said["MsgSignature"], "123456", said["TimeStamp"], said["Nonce"], said["Encrypt"])
    assert decrypted(said["Encrypt"], AES_KEY, APPID) == b"<xml><a>1</a></xml>"


def test_the_address_is_proven_by_saying_back_what_was_sent():
    query = {"timestamp": AT, "nonce": NONCE, "signature": signature("123456", AT, NONCE), "echostr": "hi"}
    assert hooked().read_hook(Hook("GET", query, b"", {})).body == b"hi"
    assert hooked().read_hook(Hook("GET", {**query, "nonce": "1"}, b"", {})).status == 403


def test_an_open_message_is_not_taken_where_messages_are_encrypted():
    query = {"timestamp": AT, "nonce": NONCE, "signature": signature("123456", AT, NONCE)}
    body = b"<xml><FromUserName>u</FromUserName><MsgId>7</MsgId><Content>hi</Content></xml>"
    assert hooked().read_hook(Hook("POST", query, body, {})).status == 403
    plain = account(token="123456")[0]  # noqa: S106 - no password
    assert plain.read_hook(Hook("POST", query, body, {})).heard[0].key == "7"


FINISHED = """<xml><ToUserName>gh</ToUserName><FromUserName>o1</FromUserName><CreateTime>1481013459</CreateTime>
<MsgType>event</MsgType><Event>PUBLISHJOBFINISH</Event><PublishEventInfo><publish_id>2247503051</publish_id>
<publish_status>0</publish_status><article_id>A1</article_id><article_detail><count>1</count><item><idx>1</idx>
<article_url>http://mp.weixin.qq.com/s?1</article_url></item></article_detail></PublishEventInfo></xml>"""


def test_the_end_of_a_publication_is_heard_and_a_repeated_call_has_the_same_key():
    first, again = (hooked().read_hook(called(FINISHED)).heard[0] for _n in range(2))
    assert first.kind == "published" and first.key == again.key == "2247503051"
    assert first.facts == {"publish_id": "2247503051", "publish_status": "0", "article_id": "A1", "of": "2247503051",
                           "url": "http://mp.weixin.qq.com/s?1"}  # fmt: skip
    another = FINISHED.replace("2247503051", "2247503052")
    (second,) = hooked().read_hook(called(another)).heard
    assert second.key != first.key, "two may end in the same second"
    mass = (
        "<xml><FromUserName>o1</FromUserName><MsgType>event</MsgType>"
        "<Event>MASSSENDJOBFINISH</Event><MsgID>9</MsgID></xml>"
    )
    assert [(each.kind, each.key) for each in hooked().read_hook(called(mass)).heard] == [("published", "9")]


@pytest.mark.parametrize(
    "inner",
    ["", "no xml", "<xml/>", "<xml><a>1</xml>", "<!DOCTYPE x><xml><a>1</a></xml>",
     '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><xml><a>&c;</a></xml>',
     '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><a>&a;</a></xml>',
     "<xml>" + "<a>" * 50 + "</a>" * 50 + "</xml>", "<xml>" + "<a>1</a>" * 600 + "</xml>",
     "<xml><a>" + "x" * 70_000 + "</a></xml>"],
)  # fmt: skip
def test_what_is_no_plain_small_xml_is_refused_even_when_signed(inner):
    assert hooked().read_hook(called(inner)).status == 403


def test_every_action_of_the_tables_is_one_a_person_knows():
    assert {each.action for each in rules("wechat").errors.values()} <= set(Action)
    quotas = {each.period: each for each in rules("wechat").quotas if each.name == "mass"}
    assert quotas["day"].most == 1 and quotas["day"].holds_for({"kind": "subscription"})
    assert quotas["month"].most == 4 and quotas["month"].holds_for({"kind": "service"})
    assert not quotas["day"].holds_for({"kind": "service"})
