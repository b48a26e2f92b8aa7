"""What every adapter promises, asked of each of them against the fake channels over HTTP."""

import logging
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

import pytest
from hypothesis import given, settings as pace, strategies as st

from weiting.channels import registry
from weiting.channels.ports import (
    Action,
    Adapter,
    ChannelError,
    Checks,
    Hook,
    InDoubt,
    Media,
    Polls,
    Probes,
    Receipt,
    Refused,
    Rendered,
    Settings,
    Standing,
    TryLater,
    Verb,
    Words,
)
from weiting.channels.rules import rules
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.sandbox.mastodon import length as mastodon_length
from weiting.sandbox.testing import Sandbox
from weiting.sandbox.weibo import length as weibo_length

URL = "https://yunxi.example/p/abcdefghij/"
KINDS = sorted(registry.KINDS)
SECRET = "geheim-7f3a"
AES_KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
# A call whose answer is lost after the text has arrived.
SENDS = {
    "weibo": "statuses/share.json",
    "wechat": "freepublish/submit",
    "webhook": "",
    "mastodon": "v1/statuses",
}
# Whose texts are corrected where they stand.
EDITS = {"mastodon"}
# Where a lost text may be under way for longer than elsewhere.
MAY_BE_UNDER_WAY = {"wechat"}
# Platforms known by a token, and those whose codes are the status of the answer.
BY_TOKEN, BY_STATUS = {"weibo", "mastodon"}, {"mastodon"}


@dataclass(frozen=True)
class Fake:
    """One channel's fake, and an adapter for one of its accounts."""

    kind: str
    server: Sandbox
    wire: Wire

    def adapter(self, account: str = "gongshui", **secrets: str) -> Adapter:
        base = f"{self.server.base}/{self.kind}" + (f"/{account}" if self.kind == "webhook" else "")
        values = {"uid": account, "ip": "127.0.0.1", "appid": f"wx{account}"}
        own = (
            {"secret": "sandbox"}
            if self.kind not in BY_TOKEN
            else {"token": f"token-{account}", "app_secret": "x"}
        )
        return registry.adapter(self.kind, Settings(base, values, own | secrets), self.wire)

    def switch(self, what: str, **said: Any) -> None:
        self.server.switch(what, channel=self.kind, **said)

    def said(self) -> list[dict[str, Any]]:
        return self.server.said(self.kind)


@pytest.fixture(params=KINDS)
def fake(request: pytest.FixtureRequest, channels: Sandbox) -> Iterator[Fake]:
    """Everything forgotten, no fault on, publications of WeChat ending at once."""
    with Wire(allow_private=True, answer=2.0) as wire:
        yield Fake(request.param, channels, wire)


def words(**more: Any) -> Words:
    given: dict[str, Any] = {"title": "明天停水", "body": "明天 8 点到 16 点，桥头街停水。\n请提前储水。", "html": "",
                             "summary": "", "url": URL, "content_hash": "0123456789abcdef"}  # fmt: skip
    return Words(**given | more)


def picture(name: str = "a.jpg", mime: str = "image/jpeg", size: int = 1000) -> Media:
    return Media("picture", mime, "图", name, f"https://yunxi.example/m/{name}?a=1&b=2", size, lambda: b"x")


def settled(adapter: Adapter, receipt: Receipt) -> Receipt:
    """Ask until the channel has ended its work."""
    for _n in range(600):
        if receipt.is_final:
            return receipt
        found = adapter.follow(receipt)
        if found is not None:
            return found
        time.sleep(0.05)
    raise AssertionError("still worked on")


# --- what is made of a text ---------------------------------------------------------------------------------

NOWHERE = Settings(
    "https://channel.example", {"appid": "wx1", "author": "云溪市供水集团有限责任公司客户服务中心"}, {}
)
TEXTS = st.text(max_size=200) | st.builds(
    lambda text, n: text * n, st.text(min_size=1, max_size=12), st.integers(1, 2500)
)
LIMITS: dict[str, Callable[[Rendered], bool]] = {
    "weibo": lambda sent: (
        weibo_length(sent.text.strip()) <= 140 and URL in sent.text and len(sent.media) <= 1
    ),
    "webhook": lambda sent: sent.fields["url"] == URL,
    "mastodon": lambda sent: (
        mastodon_length(sent.text) <= 500 and sent.text.endswith(URL) and len(sent.media) <= 4
    ),
    "wechat": lambda sent: (
        0 < len(sent.fields["title"]) <= 32
        and len(sent.fields["author"]) <= 16
        and len(sent.fields["digest"]) <= 128
        and 0 < len(sent.fields["content"]) + 300 * len(sent.media) < 20_000
        and len(sent.fields["content"].encode()) < 2**20
        and not re.search(r"<a |<script|<iframe|\son\w+=", sent.fields["content"], re.IGNORECASE)
        and sent.fields["content_source_url"].startswith(URL)
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@given(
    title=TEXTS,
    body=TEXTS,
    said=st.just("") | TEXTS,
    correcting=st.just("") | TEXTS,
    pictures=st.integers(0, 12),
)
@pace(max_examples=40, deadline=None)
def test_whatever_is_written_is_rendered_within_the_limits_and_always_alike(
    kind: str, title: str, body: str, said: str, correcting: str, pictures: int
) -> None:
    media = tuple(picture(f"{n}.jpg") for n in range(pictures))
    given = words(
        title=title, body=body, html=f"<p>{body}</p>", said=said, correcting=correcting, media=media
    )
    with Wire() as wire:
        adapter = registry.adapter(kind, NOWHERE, wire)
        sent = adapter.render(given)
        assert LIMITS[kind](sent), sent
        assert sent == adapter.render(given) and sent.digest == adapter.render(given).digest
    for note in sent.notes:
        assert note.say(str)


# --- one way there and back ---------------------------------------------------------------------------------


def test_what_is_sent_arrives_once_and_comes_back_with_a_receipt(fake: Fake):
    adapter = fake.adapter()
    sent = adapter.render(words(media=(picture(),)))
    receipt = settled(adapter, adapter.send(sent, "key-1"))
    (seen,) = fake.said()
    assert "明天" in seen["text"] and "桥头街停水" in seen["text"]
    assert receipt.external_id and receipt.at is not None
    assert receipt.url.startswith("http") or fake.kind == "webhook"


def test_a_text_whose_answer_was_lost_is_found_or_may_be_sent_again_under_its_key(fake: Fake):
    adapter, since = fake.adapter(), clock.now() - timedelta(seconds=2)
    sent = adapter.render(words())
    fake.switch("faults", drop=1.0, only=SENDS[fake.kind])
    with pytest.raises(InDoubt):
        adapter.send(sent, "key-1")
    fake.switch("faults", drop=0.0, only="")
    if Verb.REPEAT in adapter.can:
        receipt: Receipt | None = adapter.send(sent, "key-1")
    else:
        receipt = adapter.look_up(sent, "key-1", since)
    assert receipt is not None and receipt.is_final and len(fake.said()) == 1


def test_what_never_arrived_is_never_found(fake: Fake):
    adapter = fake.adapter()
    if Verb.LOOK_UP not in adapter.can:
        # Whoever cannot be asked says so, and never that a text is not there.
        with pytest.raises(InDoubt):
            adapter.look_up(adapter.render(words()), "key-1", clock.now())
        return
    settled(adapter, adapter.send(adapter.render(words(title="别的事")), "key-0"))
    since = clock.now() - timedelta(minutes=1)
    if fake.kind in MAY_BE_UNDER_WAY:
        with pytest.raises(InDoubt) as doubt:
            adapter.look_up(adapter.render(words()), "key-1", since)
        assert doubt.value.lasts, "it says for how long nobody can be sure"
    else:
        assert adapter.look_up(adapter.render(words()), "key-1", since) is None


def test_a_channel_that_cannot_be_reached_leaves_no_doubt_where_nothing_can_have_happened(fake: Fake):
    nowhere = replace(fake.adapter().settings, base="http://127.0.0.1:9")  # type: ignore[attr-defined]
    adapter = registry.adapter(fake.kind, nowhere, fake.wire)
    with pytest.raises(TryLater):
        adapter.send(adapter.render(words()), "key-1")


def test_taking_back_twice_is_taking_back_once(fake: Fake):
    adapter = fake.adapter()
    receipt = settled(adapter, adapter.send(adapter.render(words()), "key-1"))
    for _n in range(2):
        if Verb.WITHDRAW in adapter.can:
            adapter.withdraw(receipt, "key-2")
        else:
            with pytest.raises(Refused) as refused:
                adapter.withdraw(receipt, "key-2")
            assert refused.value.action is Action.BY_HAND and not refused.value.whole_account


def test_a_correction_is_seen_there_and_says_what_was_wrong(fake: Fake):
    adapter = fake.adapter()
    first = settled(adapter, adapter.send(adapter.render(words()), "key-1"))
    sent = adapter.render(words(content_hash="fedcba", correcting="更正：14:00 → 16:00。抄错了"))
    second = settled(adapter, adapter.correct(first, sent, "key-2"))
    assert (second.external_id == first.external_id) is (fake.kind in EDITS)
    newest = max(fake.said(), key=lambda row: row["id"])
    assert fake.kind == "webhook" or "16:00" in newest["text"]


# --- what goes wrong ----------------------------------------------------------------------------------------

CODES = [(kind, code) for kind in KINDS for code in rules(kind).errors if not code.startswith("publish_")]


@pytest.mark.parametrize(("kind", "code"), CODES)
def test_each_code_of_a_table_ends_as_the_table_says(kind: str, code: str, server: Sandbox):
    known = rules(kind).errors[code]
    wanted = {"refused": Refused, "later": TryLater, "in_doubt": InDoubt}[known.outcome]
    server.switch("forget", channel=kind)
    server.switch("codes", channel=kind, codes={SENDS[kind]: int(code)})
    try:
        with Wire(allow_private=True, answer=2.0) as wire:
            adapter = Fake(kind, server, wire).adapter()
            with pytest.raises(wanted) as ended:
                adapter.send(adapter.render(words()), "key-1")
    finally:
        server.switch("codes", channel=kind, codes={})
    if isinstance(ended.value, Refused):
        assert ended.value.code == code and ended.value.action is known.action


@pytest.mark.parametrize("fake", sorted({kind for kind, _code in CODES}), indirect=True)
def test_an_unknown_code_is_refused_and_stops_nothing_else(fake: Fake):
    fake.switch("codes", codes={SENDS[fake.kind]: 418 if fake.kind in BY_STATUS else 99_999})
    adapter = fake.adapter()
    with pytest.raises(Refused) as refused:
        adapter.send(adapter.render(words()), "key-1")
    assert refused.value.action is Action.ASK_PLATFORM and not refused.value.whole_account


@pytest.mark.parametrize("fault", ["too_many", "error", "error_after", "drop"])
def test_every_fault_ends_as_one_of_the_three_errors(fake: Fake, fault: str):
    adapter = fake.adapter()
    fake.switch("faults", **{fault: 1.0})
    with pytest.raises(ChannelError):
        adapter.send(adapter.render(words()), "key-1")


def test_no_secret_is_written_anywhere(fake: Fake, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    seen = []
    tokens = {"token": f"token-{SECRET}"} if fake.kind in BY_TOKEN else {}
    for secrets in ({"secret": SECRET, "app_secret": SECRET, "aes_key": SECRET, **tokens}, tokens):
        adapter = fake.adapter(**secrets)
        seen += [repr(adapter), repr(vars(adapter)), repr(adapter.settings)]  # type: ignore[attr-defined]
        for fault in ("", "too_many", "error", "drop"):
            if fault:
                fake.switch("faults", **{fault: 1.0})
            try:
                adapter.send(adapter.render(words()), "key-1")
            except ChannelError as error:
                seen += [repr(error), str(error), repr(error.__cause__), str(error.__cause__)]
            if fault:
                fake.switch("faults", **{fault: 0.0})
    assert SECRET not in "".join([*seen, caplog.text])
    assert "token-wx" not in "".join([*seen, caplog.text])


# --- what we are told ---------------------------------------------------------------------------------------

FORGED = [
    Hook("GET", {"echostr": "hi"}, b"", {}),
    Hook("GET", {"signature": "0" * 40, "timestamp": "1", "nonce": "2", "echostr": "hi"}, b"", {}),
    Hook("POST", {"signature": "ä", "timestamp": "1", "nonce": "2"}, b"{}", {}),
    Hook("POST", {"msg_signature": "0" * 40, "timestamp": "1", "nonce": "2", "encrypt_type": "aes"},
         b"<xml><Encrypt>AAAA</Encrypt></xml>", {}),
    Hook("POST", {}, b"<!DOCTYPE x [<!ENTITY a 'b'>]><xml>&a;</xml>", {}),
    Hook("POST", {}, b"<a>" * 100_000, {}),
    Hook("POST", {}, b"[" * 100_000, {}),
]  # fmt: skip


@pytest.mark.parametrize("hook", FORGED, ids=range(len(FORGED)))
@pytest.mark.parametrize("aes_key", ["", AES_KEY])
def test_a_forged_call_is_answered_with_403_and_says_nothing(hook: Hook, aes_key: str, server: Sandbox):
    with Wire() as wire:
        for kind in KINDS:
            adapter = Fake(kind, server, wire).adapter(token="t", aes_key=aes_key)  # noqa: S106 - no password
            answer = adapter.read_hook(hook)
            assert answer.status == (403 if Verb.HOOK in adapter.can else 404)
            assert answer.heard == () and answer.body == b""


# --- looked at again, tried, read ---------------------------------------------------------------------------

# Where nothing can be taken back by the interface, somebody deletes it there.
REMOVED_THERE = {"weibo"}


def test_a_text_is_seen_to_stand_there_to_be_changed_and_to_be_gone(fake: Fake):
    adapter = fake.adapter()
    sent = adapter.render(words())
    receipt = settled(adapter, adapter.send(sent, "key-1"))
    if Verb.CHECK not in adapter.can:
        assert not hasattr(adapter, "standing"), "who can say how a text stands says so"
        return
    checks = cast(Checks, adapter)
    assert checks.standing(receipt, sent) is Standing.THERE
    assert checks.standing(receipt, None) is Standing.THERE
    assert checks.standing(receipt, adapter.render(words(body="别的内容，另一条街。"))) is Standing.CHANGED
    if fake.kind in REMOVED_THERE:
        fake.switch("remove", id=int(receipt.external_id))
    else:
        adapter.withdraw(receipt, "key-2")
    assert checks.standing(receipt, sent) is Standing.GONE


@pytest.mark.parametrize("fault", ["too_many", "error"])
def test_a_channel_that_does_not_answer_never_counts_as_a_text_that_is_gone(fake: Fake, fault: str):
    adapter = fake.adapter()
    sent = adapter.render(words())
    receipt = settled(adapter, adapter.send(sent, "key-1"))
    fake.switch("faults", **{fault: 1.0})
    fake.switch("tokens", expired=["gongshui", "wxgongshui"])
    for _n in range(2):
        if Verb.CHECK in adapter.can:
            with pytest.raises(ChannelError):
                cast(Checks, adapter).standing(receipt, sent)
        fake.switch("faults", **{fault: 0.0})


def test_a_trial_says_as_whom_the_channel_knows_us_and_leaves_no_trace(fake: Fake):
    adapter = fake.adapter()
    if Verb.PROBE not in adapter.can:
        assert not hasattr(adapter, "probe")
        return
    assert cast(Probes, adapter).probe().name or fake.kind == "webhook"
    assert fake.said() == []
    fake.switch("tokens", expired=["gongshui", "wxgongshui"])
    with pytest.raises(Refused) as refused:
        cast(Probes, fake.adapter(secret="wrong")).probe()  # noqa: S106 - no password
    assert refused.value.whole_account


def test_what_people_wrote_is_read_once_from_where_one_stands(fake: Fake):
    adapter = fake.adapter()
    if Verb.POLL not in adapter.can:
        assert not hasattr(adapter, "poll")
        return
    for n in range(3):
        fake.switch("comment", account="gongshui", text=f"第{n}条")
    first, marks = cast(Polls, adapter).poll({})
    assert sorted(each.facts["text"] for each in first) == ["第0条", "第1条", "第2条"]
    assert len({each.key for each in first}) == 3
    fake.switch("mention", account="gongshui", text="再来一条")
    second, later = cast(Polls, adapter).poll(marks)
    assert [(each.kind, each.facts["text"]) for each in second] == [("mention", "再来一条")]
    assert cast(Polls, adapter).poll(later)[0] == ()
