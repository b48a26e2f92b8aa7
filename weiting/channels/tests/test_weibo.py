"""Weibo as its open platform describes it: what is sent, what the codes mean, what a push must prove."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from weiting.channels.adapters.weibo import Weibo
from weiting.channels.ports import Action, Hook, InDoubt, Media, Receipt, Refused, Settings, TryLater, Words
from weiting.channels.rules import rules
from weiting.channels.wire import Reply, Wire
from weiting.sandbox.weibo import length

URL = "https://yunxi.example/p/abcdefghij/"
SINCE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Recorded(Wire):
    """Answers from a list, in order, and remembers what was asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[Any] = []

    def call(self, method: str, url: str, **given: Any) -> Reply:
        import json

        self.asked.append((method, url, given))
        found = self.answers.pop(0)
        return Reply(400 if "error_code" in found else 200, json.dumps(found).encode(), {})


def weibo(*answers: Any, **secrets: str) -> tuple[Weibo, Recorded]:
    wire = Recorded(*answers)
    given = {"token": "t", "app_secret": "xyz123xyz"} | secrets
    return Weibo(Settings("https://api.weibo.com", {"uid": "7", "ip": "203.0.113.9"}, given), wire), wire


def words(**more: Any) -> Words:
    return Words(
        **{
            "title": "停水",
            "body": "明天停水。",
            "html": "",
            "summary": "",
            "url": URL,
            "content_hash": "h",
            **more,
        }
    )


def status(text: str, minute: int = 1, mid: int = 5230000000000001) -> dict[str, Any]:
    """As 2/statuses/share answers."""
    return {"created_at": f"Sun Nov 22 17:{minute:02}:00 +0800 2026", "id": mid, "mid": str(mid), "text": text.strip(),
            "user": {"id": 7}}  # fmt: skip


def test_a_text_is_shared_once_with_link_address_and_without_topic_signs():
    channel, wire = weibo(status("…"))
    sent = channel.render(words(said="#停水早知道# 明天 8 点停水"))
    receipt = channel.send(sent, "k")
    method, url, given = wire.asked[0]
    assert (method, url) == ("POST", "https://api.weibo.com/2/statuses/share.json")
    assert given["data"]["status"] == f"停水早知道 明天 8 点停水 {URL} "
    assert given["data"]["rip"] == "203.0.113.9" and given["acts"] is True
    assert [note.say(str) for note in sent.notes] == [
        "Weibo does not take #topics# from here; the signs are left out."
    ]
    assert receipt.at == datetime(2026, 11, 22, 9, 1, tzinfo=UTC)


def test_the_address_of_a_text_is_written_as_the_platform_writes_it():
    """A pair known from public pages: mid 3501756485200075 stands at z0JH2lOMb."""
    channel, _wire = weibo(status("…", mid=3501756485200075))
    assert channel.send(channel.render(words()), "k").url == "https://weibo.com/7/z0JH2lOMb"


@given(st.text(max_size=2500), st.text(max_size=30))
def test_whatever_is_written_fits_and_holds_the_link(body, title):
    channel, _wire = weibo()
    sent = channel.render(words(body=body, title=title))
    assert URL in sent.text
    assert length(sent.text.strip()) <= 140
    assert sent == channel.render(words(body=body, title=title)), "rendering is pure"


def test_one_picture_goes_along_and_a_film_does_not():
    def media(mime: str, size: int = 1000) -> Media:
        return Media("picture", mime, "", "a.jpg", "https://x/a", size, lambda: b"x")

    channel, wire = weibo(status("…"))
    sent = channel.render(words(media=(media("video/mp4"), media("image/jpeg"), media("image/png"))))
    assert [each.mime for each in sent.media] == ["image/jpeg"]
    channel.send(sent, "k")
    assert wire.asked[0][2]["files"]["pic"] == ("a.jpg", b"x", "image/jpeg")
    assert channel.render(words(media=(media("image/jpeg", 6 * 2**20),))).media == ()


@pytest.mark.parametrize(
    ("code", "error"),
    [(21327, Refused), ("21332", Refused), (10023, TryLater), (20016, TryLater), (20012, Refused), (10001, InDoubt),
     (20019, InDoubt), (10010, InDoubt), ("10011", InDoubt), (99999, Refused)],
)  # fmt: skip
def test_each_code_ends_as_the_table_says(code, error):
    channel, _wire = weibo({"request": "/2/statuses/share.json", "error_code": code, "error": "…"})
    with pytest.raises(error):
        channel.send(channel.render(words()), "k")


def test_an_expired_token_stops_the_account_and_a_long_text_only_itself():
    found = rules("weibo")
    assert found.error("21327").whole_account and found.error("21327").action is Action.AUTHORISE  # type: ignore[attr-defined]
    assert not found.error("20012").whole_account  # type: ignore[attr-defined]


def test_a_lost_answer_is_found_among_the_newest_texts_or_surely_not_there():
    channel, _wire = weibo({"statuses": [status("别的"), status(f"【停水】明天停水。 {URL}", 2, 77)]})
    sent = channel.render(words())
    assert channel.look_up(sent, "k", SINCE) == Receipt(
        "77", "https://weibo.com/7/" + channel.api.receipt(status("", 2, 77)).url.rsplit("/", 1)[1],
        SINCE + timedelta(minutes=2),
    )  # fmt: skip
    channel, _wire = weibo({"statuses": [status("别的")]})
    assert channel.look_up(sent, "k", SINCE) is None
    channel, _wire = weibo({"statuses": [status("别的", 5 + n) for n in range(5)]})
    with pytest.raises(InDoubt):
        channel.look_up(sent, "k", SINCE)


def test_a_correction_is_said_in_a_comment_and_deleting_is_left_to_a_person():
    channel, wire = weibo({"id": 9, "created_at": "Sun Nov 22 17:01:00 +0800 2026"})
    sent = channel.render(words(correcting="更正：14:00 → 16:00。水表多 40 只"))
    receipt = channel.correct(Receipt("77", "https://weibo.com/7/x"), sent, "k")
    assert wire.asked[0][2]["data"]["id"] == "77" and "16:00" in wire.asked[0][2]["data"]["comment"]
    assert receipt.url == "https://weibo.com/7/x"
    with pytest.raises(Refused) as refused:
        channel.withdraw(receipt, "k")
    assert refused.value.action is Action.BY_HAND and not refused.value.whole_account


# The platform's own example: open.weibo.com, Receive_Event_Push.
SIGNED = {
    "timestamp": "1397022061823",
    "nonce": "57155157",
    "signature": "90e4c22c90a58f26526c2dd5b6c56c8822edeaa1",
}


def test_a_push_is_believed_only_with_the_platforms_signature():
    channel, _wire = weibo()
    assert channel.read_hook(Hook("GET", {**SIGNED, "echostr": "hi"}, b"", {})).body == b"hi"
    assert channel.read_hook(Hook("GET", {**SIGNED, "nonce": "1", "echostr": "hi"}, b"", {})).status == 403
    event = b'{"type":"text","sender_id":5,"created_at":"Mon Jul 16 18:09:20 +0800 2012","text":"hi"}'
    first = channel.read_hook(Hook("POST", SIGNED, event, {}))
    again = channel.read_hook(Hook("POST", SIGNED, event, {}))
    assert first.heard[0].kind == "message" and first.heard[0].key == again.heard[0].key
    for body in (b"", b"[]", b"\xff", b"[" * 100_000):
        assert channel.read_hook(Hook("POST", SIGNED, body, {})).status == 400


def test_a_token_is_never_written_out():
    channel, _wire = weibo(token="geheim-7")
    assert "geheim" not in repr(channel.settings)
