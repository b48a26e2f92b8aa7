"""What is made of a text for the fediverse: whole, harmless, within what the strictest server takes."""

import json
import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings as pace, strategies as st

from weiting.channels.adapters.activitypub import ActivityPub
from weiting.channels.ports import Hook, InDoubt, Media, Receipt, Rendered, Settings, Words

URL = "https://yunxi.example/p/abcdefghij/"
SOME = Words(
    "明天停水",
    "8 点到 16 点停水。",
    "<h2>时间</h2><p>8 点到 16 点停水。</p>",
    "",
    URL,
    "x",
    topics=("停水", "桥头 街"),
)


class Kept:
    """An outbox that remembers what was put."""

    def __init__(self) -> None:
        self.put_here: list[tuple[str, str, Receipt | None]] = []

    def put(self, act: str, sent: Rendered, key: str, of: Receipt | None = None) -> Receipt:
        self.put_here.append((act, key, of))
        return Receipt(f"https://yunxi.example/ap/n/{key}", URL)


def adapter(outbox: Kept | None = None) -> ActivityPub:
    return ActivityPub(Settings("https://yunxi.example"), outbox or Kept())


def picture(name: str = "a.jpg") -> Media:
    return Media(
        "picture", "image/jpeg", "停水范围图", name, f"https://yunxi.example/m/{name}", 9, lambda: b"x"
    )


def test_a_text_goes_out_whole_with_topics_and_the_page():
    sent = adapter().render(SOME)
    content = sent.fields["content"]
    assert content.startswith("<p><strong>明天停水</strong></p><p><strong>时间</strong></p><p>8 点")
    assert [each["name"] for each in sent.fields["tag"]] == ["#停水", "#桥头街"]
    assert content.endswith(f'<p><a href="{URL}">{URL}</a></p>') and sent.notes == ()


def test_pictures_go_with_their_descriptions():
    sent = adapter().render(replace(SOME, media=tuple(picture(f"{n}.jpg") for n in range(6))))
    assert len(sent.fields["attachment"]) == 4 and len(sent.notes) == 1
    first = sent.fields["attachment"][0]
    assert (first["name"], first["mediaType"]) == ("停水范围图", "image/jpeg")


def test_the_editor_s_own_wording_and_a_correction_are_seen():
    sent = adapter().render(replace(SOME, said="短短一句 <b>", correcting="更正：16 点 → 18 点。"))
    assert sent.fields["content"].startswith("<p><strong>更正：16 点 → 18 点。</strong></p>")
    assert "<p>短短一句 &lt;b&gt;</p>" in sent.fields["content"] and sent.text.startswith("更正")


@given(
    st.text(max_size=300),
    st.text(max_size=300)
    | st.builds(lambda t, n: t * n, st.text(min_size=1, max_size=9), st.integers(1, 9000)),
    st.text(max_size=3000),
    st.integers(0, 9),
)
@pace(max_examples=60, deadline=None)
def test_whatever_is_written_stays_harmless_and_below_what_misskey_takes(
    title: str, body: str, correcting: str, pictures: int
):
    media = tuple(picture(f"{n}.jpg") for n in range(pictures))
    words = Words(title, body, f"<p onclick='x'>{body}</p><script>1</script>", "", URL, "x", correcting=correcting,
                  media=media)  # fmt: skip
    sent = adapter().render(words)
    content = sent.fields["content"]
    assert len(json.dumps(dict(sent.fields), ensure_ascii=False).encode()) < 60_000
    assert not re.search(r"<script|<[^>]*\son\w+=", content, re.IGNORECASE)
    assert sent.digest == adapter().render(words).digest


def test_what_happens_is_laid_into_the_outbox_under_its_key():
    outbox = Kept()
    made = adapter(outbox)
    receipt = made.send(made.render(SOME), "k1")
    made.correct(receipt, made.render(SOME), "k2")
    made.withdraw(receipt, "k3")
    assert outbox.put_here == [("send", "k1", None), ("correct", "k2", receipt), ("withdraw", "k3", receipt)]
    assert made.follow(receipt) == receipt


def test_what_it_cannot_do_it_says():
    made: Any = adapter()
    with pytest.raises(InDoubt):
        made.look_up(made.render(SOME), "k1", datetime.min)
    assert made.read_hook(Hook("POST", {}, b"", {})).status == 404
