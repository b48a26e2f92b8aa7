"""What every adapter promises whose readers' addresses are kept here: it lays down instead of calling."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings as pace, strategies as st

from weiting.channels import registry
from weiting.channels.ports import Adapter, Hook, InDoubt, Media, Receipt, Rendered, Settings, Verb, Words
from weiting.core import clock

KINDS = sorted(registry.SPREAD)
URL = "https://yunxi.example/p/abcdefghij/"
NOWHERE = Settings("https://yunxi.example", {}, {})
TEXTS = st.text(max_size=200) | st.builds(
    lambda text, n: text * n, st.text(min_size=1, max_size=12), st.integers(1, 800)
)


@dataclass
class Box:
    """An outbox that keeps what was put into it, once for each key."""

    got: dict[str, tuple[str, Rendered, Receipt | None]] = field(default_factory=dict)

    def put(self, act: str, sent: Rendered, key: str, of: Receipt | None = None) -> Receipt:
        self.got.setdefault(key, (act, sent, of))
        return Receipt(f"for-{key}", URL, clock.now())


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def words(**more: object) -> Words:
    body = "明天 8 点到 16 点，桥头街停水。\n请提前储水。"
    given: dict[str, object] = {"title": "明天停水", "body": body, "html": "", "summary": "", "url": URL}
    return Words(**{"content_hash": "0123456789abcdef", **given, **more})  # type: ignore[arg-type]


def built(kind: str) -> tuple[Adapter, Box]:
    box = Box()
    return registry.SPREAD[kind](NOWHERE, box), box


def test_there_are_such_channels() -> None:
    assert "mail" in KINDS and not set(KINDS) & set(registry.KINDS)


@pytest.mark.parametrize("kind", KINDS)
@given(
    title=TEXTS,
    body=TEXTS,
    said=st.just("") | TEXTS,
    correcting=st.just("") | TEXTS,
    pictures=st.integers(0, 6),
)
@pace(max_examples=30, deadline=None)
def test_whatever_is_written_is_rendered_alike_and_with_its_address(
    kind: str, title: str, body: str, said: str, correcting: str, pictures: int
) -> None:
    media = tuple(
        Media(
            "picture",
            "image/jpeg",
            "图",
            f"{n}.jpg",
            f"https://yunxi.example/m/{n}.jpg?a=1&b=2",
            1000,
            lambda: b"x",
        )
        for n in range(pictures)
    )
    text = words(title=title, body=body, said=said, correcting=correcting, media=media)
    sent = registry.render(kind, NOWHERE, text)
    assert (
        sent == registry.render(kind, NOWHERE, text)
        and sent.digest == registry.render(kind, NOWHERE, text).digest
    )
    assert URL in str(sent.fields) + sent.text
    for note in sent.notes:
        assert note.say(str)


def test_text_correction_and_withdrawal_are_laid_down_once_and_in_words(kind: str) -> None:
    adapter, box = built(kind)
    sent = adapter.render(words())
    first = adapter.send(sent, "k1")
    assert first.is_final and adapter.send(sent, "k1").external_id == first.external_id
    corrected = adapter.render(words(correcting="更正：14:00 → 16:00。抄错了", content_hash="fedcba"))
    assert corrected.digest != sent.digest and "16:00" in corrected.text
    adapter.correct(first, corrected, "k2")
    for _n in range(2):
        adapter.withdraw(first, "k3")
    assert [(key, act, of) for key, (act, _sent, of) in box.got.items()] == [
        ("k1", "send", None), ("k2", "correct", first), ("k3", "withdraw", first),
    ]  # fmt: skip


def test_nothing_is_asked_that_need_not_be(kind: str) -> None:
    adapter, _box = built(kind)
    assert {Verb.SEND, Verb.REPEAT, Verb.CORRECT, Verb.WITHDRAW} <= adapter.can
    assert Verb.LOOK_UP not in adapter.can
    with pytest.raises(InDoubt):
        adapter.look_up(adapter.render(words()), "k1", clock.now())
    receipt = Receipt("x")
    assert adapter.follow(receipt) == receipt
    answer = adapter.read_hook(Hook("POST", {}, b"{}", {}))
    assert answer.status == (403 if Verb.HOOK in adapter.can else 404) and answer.heard == ()
