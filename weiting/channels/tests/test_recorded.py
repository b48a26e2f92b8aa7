"""Answers in the shapes the platforms publish are read as they are meant: no fake of ours stands between."""

from datetime import UTC, datetime
from json import dumps, loads
from pathlib import Path
from typing import Any

import pytest

from weiting.channels import oauth, wechat_api, wechat_talk
from weiting.channels.adapters.wechat import WeChat
from weiting.channels.adapters.weibo import Weibo
from weiting.channels.kept import Kept
from weiting.channels.ports import Action, Media, Receipt, Refused, Settings, Standing, TryLater, Words
from weiting.channels.weibo_hook import KINDS
from weiting.channels.wire import Reply, Wire
from weiting.core import clock

PLACE = Path(__file__).parent / "recorded"
FILES = sorted(PLACE.glob("*/*.json"))
URL = "https://yunxi.example/p/abcdefghij/"
SINCE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def recorded(name: str) -> Any:
    return loads((PLACE / f"{name}.json").read_text(encoding="utf-8"))["answer"]


class Answers(Wire):
    """Answers with recordings, in order."""

    def __init__(self, *names: str) -> None:
        self.names = list(names)
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    def call(self, method: str, url: str, **given: Any) -> Reply:
        self.asked.append((method, url, given))
        found = recorded(self.names.pop(0))
        return Reply(403 if "error_code" in found else 200, dumps(found, ensure_ascii=False).encode(), {})


def weibo(*names: str, **values: str) -> tuple[Weibo, Answers]:
    wire = Answers(*(f"weibo/{name}" for name in names))
    given = {"uid": "1234567890", "ip": "203.0.113.9", "app_key": "1352222456", **values}
    secrets = {"token": "t", "app_secret": "s"}
    return Weibo(Settings("https://api.weibo.com", given, secrets), wire), wire


def wechat(*names: str, **values: str) -> tuple[WeChat, Answers]:
    wechat_api.KEPT = Kept()
    wire = Answers(*(f"wechat/{name}" for name in ("stable_token", *names)))
    given = {"appid": "wx1", "author": "云溪供水", **values}
    return WeChat(Settings("https://api.weixin.qq.com", given, {"secret": "s"}), wire), wire


def words(**more: Any) -> Words:
    said = {
        "title": "明天停水",
        "body": "明天 8 点到 16 点，桥头街停水。\n请提前储水。",
        "html": "",
        "summary": "",
    }
    given: dict[str, Any] = {**said, "url": URL, "content_hash": "0123456789abcdef"}
    return Words(**given | more)


def picture(n: int = 0) -> Media:
    return Media(
        "picture", "image/jpeg", "图", f"{n}.jpg", f"https://yunxi.example/m/{n}", 1000, lambda: b"x"
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_recording_names_the_page_its_shape_is_from(path: Path):
    said = loads(path.read_text(encoding="utf-8"))
    assert said["source"].startswith(("https://open.weibo.com/", "https://developers.weixin.qq.com/"))
    assert isinstance(said["answer"], dict) and said["answer"]
    assert (
        f'"{path.parent.name}/{path.stem}"' in Path(__file__).read_text()
        or f'"{path.stem}"' in Path(__file__).read_text()
    )


# --- Weibo --------------------------------------------------------------------------------------------------


def test_weibo_what_was_shared_has_number_address_and_time():
    channel, _wire = weibo("share")
    receipt = channel.send(channel.render(words()), "k")
    assert receipt.external_id == "5230000000000001" and receipt.url.startswith(
        "https://weibo.com/1234567890/"
    )
    assert receipt.at == datetime(2026, 11, 22, 9, 1, tzinfo=UTC)


def test_weibo_nine_pictures_and_a_long_text_go_by_the_commercial_calls_where_granted():
    channel, wire = weibo(*["upload_pic_biz"] * 9, "upload_url_text_biz", grants="long pictures")
    sent = channel.render(words(body="停水" * 300, media=tuple(picture(n) for n in range(11))))
    assert sent.fields["is_longtext"] == "1" and len(sent.media) == 9 and "停水" * 300 in sent.text
    channel.send(sent, "k")
    method, url, given = wire.asked[-1]
    assert (method, url) == ("POST", "https://c.api.weibo.com/2/statuses/upload_url_text/biz.json")
    assert given["data"]["pic_id"].count(",") == 8 and given["data"]["rip"] == "203.0.113.9" and given["acts"]
    assert not any(each[2]["acts"] for each in wire.asked[:-1]), "a picture alone is seen by nobody"


def test_weibo_a_text_of_one_picture_and_no_topic_goes_the_ordinary_way_although_more_is_granted():
    channel, wire = weibo("share", grants="long pictures")
    channel.send(channel.render(words(media=(picture(),))), "k")
    assert wire.asked[0][1].endswith("statuses/share.json")
    channel, wire = weibo("share", grants="long")
    sent = channel.render(words(said="#停水早知道# 明天 8 点"))
    channel.send(sent, "k")
    assert "#停水早知道#" in sent.text and wire.asked[0][1].endswith("statuses/update/biz.json")


def test_weibo_lists_codes_and_looks_are_read():
    channel, _wire = weibo("user_timeline", "show", "comments_create", "get_token_info")
    sent = channel.render(words())
    assert channel.look_up(sent, "k", SINCE) is None, "the platform writes its own links: not surely ours"
    receipt = Receipt("5230000000000001")
    assert (
        channel.standing(receipt, channel.render(words(body="明天 8 点到 16 点，桥头街停水。")))
        is Standing.THERE
    )
    assert (
        channel.correct(receipt, channel.render(words(correcting="更正：14:00 → 16:00。")), "k").external_id
        == "12438492190"
    )
    assert channel.probe().name == "1234567890"
    for name, code, is_whole in (("error_text", "20012", False), ("error_number", "21327", True)):
        channel, _wire = weibo(name)
        with pytest.raises(Refused) as refused:
            channel.send(sent, "k")
        assert (refused.value.code, refused.value.whole_account) == (code, is_whole)


def test_weibo_a_text_is_found_although_the_platform_wrote_its_link_anew_and_an_older_one_is_not():
    channel, _wire = weibo("user_timeline", "user_timeline")
    sent = channel.render(words(body="明天 8 点到 16 点，桥头街停水。"))
    assert sent.text.split()[-1] == URL
    found = channel.look_up(sent, "k", SINCE)
    assert found is not None and found.external_id == "5230000000000001"
    assert channel.look_up(sent, "k", datetime(2026, 11, 22, 10, 0, tzinfo=UTC)) is None


def test_weibo_what_people_wrote_is_read_with_whom_and_under_what():
    channel, wire = weibo("comments_to_me", "mentions")
    heard, marks = channel.poll({"comment": "5"})
    comment, mention = heard
    assert (comment.kind, comment.facts["author"], comment.facts["under"]) == (
        "comment",
        "桥头街住户",
        "5230000000000001",
    )
    assert (mention.kind, mention.facts["text"]) == ("mention", "@云溪供水 桥头街漏水")
    assert marks == {"comment": "12438492184", "mention": "5230000000000009"}
    assert wire.asked[0][2]["params"]["since_id"] == "5" and "since_id" not in wire.asked[1][2]["params"]


def test_weibo_pushes_are_named(monkeypatch: pytest.MonkeyPatch):
    assert KINDS.get(recorded("weibo/push_text")["type"]) == "message"
    assert KINDS.get(recorded("weibo/push_event")["type"]) is None, "who follows is nobody's business"


def test_weibo_a_token_is_exchanged_for_the_shortest_time_named():
    channel, wire = weibo("access_token", "get_token_info")
    token, uid, expires_at = oauth._exchanged(channel.settings, wire, "code", "https://yunxi.example/back")
    assert (token, uid) == ("2.00abcdef", "1234567890")
    assert expires_at is not None and 2_591_990 < (expires_at - clock.now()).total_seconds() <= 2_592_000
    given = wire.asked[0][2]["data"]
    assert (
        given["grant_type"] == "authorization_code" and given["redirect_uri"] == "https://yunxi.example/back"
    )


# --- WeChat -------------------------------------------------------------------------------------------------


def test_wechat_a_text_is_drafted_submitted_followed_and_seen():
    channel, _wire = wechat(
        "draft_batchget", "material", "draft_add", "freepublish_submit", "freepublish_get"
    )
    sent = channel.render(words())
    receipt = channel.send(sent, "k")
    assert receipt == Receipt("100000001", is_final=False)
    done = channel.follow(receipt)
    assert done is not None and (done.external_id, done.url.split("?")[0]) == (
        "ARTICLE_ID",
        "http://mp.weixin.qq.com/s",
    )
    channel, _wire = wechat(
        "freepublish_getarticle",
        "freepublish_getarticle_gone",
        "draft_batchget",
        "freepublish_batchget",
        "draft_count",
    )
    assert channel.standing(done, sent) is Standing.THERE
    assert channel.standing(done, sent) is Standing.GONE
    found = channel.look_up(sent, "k", datetime(2026, 11, 22, 9, 0, tzinfo=UTC))
    assert found is not None and found.external_id == "ARTICLE_ID"
    assert channel.probe().name == "wx1"


def test_wechat_a_publication_the_review_refused_says_so():
    channel, _wire = wechat("freepublish_get_refused")
    with pytest.raises(Refused) as refused:
        channel.follow(Receipt("100000001", is_final=False))
    assert (refused.value.code, refused.value.action) == ("publish_4", Action.CHANGE_WORDS)


def test_wechat_a_mass_sending_repeated_is_the_one_that_is_there():
    names = ("draft_batchget", "material", "draft_add", "mass_sendall", "mass_get")
    channel, wire = wechat(*names, way="mass")
    receipt = channel.send(channel.render(words()), "abcdefghijkl")
    assert receipt == Receipt("mass:34182", is_final=False)
    assert loads(wire.asked[4][2]["content"])["clientmsgid"] == "abcdefghijkl"
    done = channel.follow(receipt)
    assert done is not None and done.is_final
    channel, wire = wechat(
        "draft_batchget", "material", "draft_add", "mass_sendall_again", "custom_send", way="mass"
    )
    assert channel.send(channel.render(words()), "abcdefghijkl") == receipt
    assert wire.asked[-1][1].endswith("draft/delete")


def test_wechat_people_and_menus_are_read():
    channel, wire = wechat("custom_send", "custom_send_late", "menu_get")
    wechat_talk.send_to(channel.api, "o-1", "你好", clock.now())
    with pytest.raises(Refused) as late:
        wechat_talk.send_to(channel.api, "o-1", "你好", clock.now())
    assert late.value.code == "45015"
    assert [each["name"] for each in wechat_talk.read_menu(channel.api)] == ["停水", "办事"]
    assert wire.asked[-1][0] == "GET"


@pytest.mark.parametrize(
    ("name", "error", "code"),
    [
        ("not_on_white_list", Refused, "40164"),
        ("not_authorised", Refused, "48001"),
        ("used_up", TryLater, "45009"),
    ],
)
def test_wechat_what_keeps_a_whole_account_back_is_told_as_such(name: str, error: type[Exception], code: str):
    channel, _wire = wechat(name)
    with pytest.raises(error) as told:
        channel.probe()
    assert code in str(told.value) and told.value.whole_account  # type: ignore[attr-defined]
