"""Platforms without an open interface: what is packed fits, says what was left out, and nothing is ever called."""

from typing import Any

import pytest
from hypothesis import given, settings as pace, strategies as st

from weiting.channels import registry
from weiting.channels.adapters import assisted
from weiting.channels.ports import Action, Media, Receipt, Refused, Settings, Words
from weiting.channels.rules import rules
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.text.lengths import Channel, count

URL = "https://yunxi.example/p/abcdefghij/"
NOWHERE = Settings("", {}, {})
ALL = sorted(registry.BY_HAND)


def words(**more: Any) -> Words:
    given_: dict[str, Any] = {
        "title": "明天停水", "body": "明天 8 点到 16 点，桥头街停水。", "html": "", "summary": "", "url": URL,
        "content_hash": "0123456789abcdef",
    }  # fmt: skip
    return Words(**given_ | more)


def media(name: str, mime: str = "image/jpeg") -> Media:
    return Media("image", mime, "图", name, f"https://yunxi.example/m/{name}", 1000, lambda: b"x")


@pytest.mark.parametrize("kind", assisted.KINDS)
@given(
    title=st.text(max_size=300),
    body=st.text(max_size=300),
    many=st.integers(1, 300),
    files=st.integers(0, 40),
)
@pace(max_examples=25, deadline=None)
def test_what_is_packed_fits_the_platform(kind: str, title: str, body: str, many: int, files: int):
    facts = rules(kind).limits
    sent = registry.render(kind, NOWHERE, words(title=title, body=body * many, media=tuple(
        media(f"{n}.jpg") for n in range(files))))  # fmt: skip
    for name, field in (("heading", "title"), ("text", "text")):
        if field in sent.fields:
            length = count(sent.fields[field], Channel(kind, facts[name]["count"], facts[name]["limit"]))
            assert length.fits
    assert len(sent.media) <= facts["pictures"]
    assert sent == registry.render(kind, NOWHERE, words(title=title, body=body * many, media=tuple(
        media(f"{n}.jpg") for n in range(files))))  # fmt: skip


def test_links_stay_only_where_the_platform_takes_them():
    said = words(body=f"详见 {URL} 。")
    assert URL not in registry.render("douyin", NOWHERE, said).text
    assert registry.render("other", NOWHERE, said).text.endswith(URL)


def test_what_is_left_out_is_told():
    notes = registry.render("douyin", NOWHERE, words(title="很" * 40, body="长" * 2000)).notes
    said = [each.text for each in notes]
    assert len(said) == 3 and said[-1].startswith("This platform takes no text without a picture")


def test_a_platform_without_headings_has_it_in_the_text():
    sent = registry.render("kuaishou", NOWHERE, words())
    assert "title" not in sent.fields and sent.fields["text"].startswith("【明天停水】")


def test_a_correction_says_what_was_wrong():
    sent = registry.render("toutiao", NOWHERE, words(correcting="更正：8 点 → 10 点。抄错了"))
    assert sent.fields == {"text": "更正：8 点 → 10 点。抄错了"}


@pytest.mark.parametrize("kind", ALL)
def test_nothing_is_ever_called_there(kind: str):
    with Wire() as wire:
        adapter = registry.adapter(kind, NOWHERE, wire)
    sent, receipt = adapter.render(words()), Receipt("1")
    assert adapter.can == frozenset() and adapter.follow(receipt) == receipt
    assert adapter.look_up(sent, "key", clock.now()) is None
    for call in (lambda: adapter.send(sent, "key"), lambda: adapter.correct(receipt, sent, "key"),
                 lambda: adapter.withdraw(receipt, "key")):  # fmt: skip
        with pytest.raises(Refused) as refused:
            call()
        assert not refused.value.whole_account
        assert refused.value.action is (Action.NOTHING if kind == "historic" else Action.BY_HAND)
