"""An account on a Mastodon server: an independent client reads what our adapter posts, and ours what that one posts."""

from collections.abc import Iterator
from datetime import timedelta

import mastodon as oracle
import pytest

from weiting.channels import registry
from weiting.channels.adapters import mastodon
from weiting.channels.adapters.mastodon import Mastodon
from weiting.channels.kept import Kept
from weiting.channels.ports import (
    InDoubt,
    Media,
    Refused,
    Rendered,
    Settings,
    Standing,
    TryLater,
    Words,
)
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.sandbox.testing import Sandbox

URL = "https://yunxi.example/p/abcdefghij/"


@pytest.fixture
def wire(server: Sandbox) -> Iterator[Wire]:
    server.calm()
    # The server has forgotten its files.
    mastodon.KEPT = Kept()
    with Wire(allow_private=True, answer=2.0) as made:
        yield made


def adapter(server: Sandbox, wire: Wire, **values: str) -> Mastodon:
    made = registry.adapter(
        "mastodon", Settings(f"{server.base}/mastodon", values, {"token": "token-gs"}), wire
    )
    assert isinstance(made, Mastodon)
    return made


def client(server: Sandbox) -> oracle.Mastodon:
    """An independent client signed in to the same account."""
    return oracle.Mastodon(
        access_token="token-gs",  # noqa: S106 - the fake's own
        api_base_url=f"{server.base}/mastodon",
        version_check_mode="none",
        ratelimit_method="throw",
    )


def words(**more: object) -> Words:
    given: dict[str, object] = {
        "title": "明天停水",
        "body": "明天 8 点到 16 点，桥头街停水。\n请 <提前> 储水 & 关阀。",
        "html": "",
        "summary": "",
        "url": URL,
        "content_hash": "0123456789abcdef",
    }
    return Words(**(given | more))  # type: ignore[arg-type]


def picture(name: str, alt: str = "桥头街的水管") -> Media:
    return Media(
        "picture", "image/jpeg", alt, name, f"https://yunxi.example/m/{name}", 1000, lambda: b"\xff\xd8\xff"
    )


def sent(made: Mastodon, **more: object) -> Rendered:
    return made.render(words(**more))


def test_an_independent_client_reads_what_we_posted(server, wire):
    made = adapter(server, wire)
    receipt = made.send(sent(made, media=(picture("a.jpg"), picture("b.jpg", "水车"))), "key-1")
    found = client(server).status(receipt.external_id)
    assert (found.visibility, found.language, str(found.url)) == ("public", "zh", receipt.url)
    assert [each.description for each in found.media_attachments] == ["桥头街的水管", "水车"]
    assert client(server).status_source(receipt.external_id).text.startswith("明天停水\n\n明天 8 点")
    assert receipt.at == found.created_at


def test_what_an_independent_client_posts_our_adapter_recognises_as_its_own(server, wire):
    made = adapter(server, wire)
    text = sent(made)
    posted = client(server).status_post(
        text.text, visibility="public", language="zh", idempotency_key="key-9"
    )
    receipt = made.look_up(text, "key-9", clock.now() - timedelta(minutes=1))
    assert receipt is not None and receipt.external_id == str(posted.id)
    # The same key, whoever uses it, is one text.
    assert made.send(text, "key-9").external_id == str(posted.id)
    assert made.standing(receipt, text) is Standing.THERE


def test_a_text_is_found_behind_forty_others(server, wire):
    made, since = adapter(server, wire), clock.now() - timedelta(minutes=1)
    first = made.send(sent(made), "key-1")
    for n in range(45):
        made.send(sent(made, title=f"第 {n} 条"), f"other-{n}")
    found = made.look_up(sent(made), "key-1", since)
    assert found is not None and found.external_id == first.external_id
    assert made.look_up(sent(made, title="没有"), "key-2", since) is None


def test_a_correction_edits_the_text_where_it_stands_and_keeps_its_pictures(server, wire):
    made = adapter(server, wire)
    first = made.send(sent(made, media=(picture("a.jpg"),)), "key-1")
    new = sent(made, body="明天 10 点到 16 点，桥头街停水。", correcting="更正：8 点 → 10 点。抄错了")
    made.correct(first, new, "key-2")
    found = client(server).status(first.external_id)
    assert found.edited_at is not None and len(found.media_attachments) == 1
    assert client(server).status_source(first.external_id).text == new.text
    assert len(client(server).status_history(first.external_id)) == 2
    assert made.standing(first, sent(made)) is Standing.CHANGED
    assert made.standing(first, new) is Standing.THERE


def test_what_is_withdrawn_is_gone_for_everybody(server, wire):
    made = adapter(server, wire)
    receipt = made.send(sent(made), "key-1")
    made.withdraw(receipt, "key-2")
    with pytest.raises(oracle.MastodonNotFoundError):
        client(server).status(receipt.external_id)
    assert made.standing(receipt, None) is Standing.GONE
    made.withdraw(receipt, "key-2")


def test_a_file_the_server_works_on_is_waited_for(server, wire, monkeypatch):
    monkeypatch.setattr("weiting.channels.adapters.mastodon.LOOK_EVERY", 0.05)
    server.switch("files", channel="mastodon", seconds=0.3)
    made = adapter(server, wire)
    receipt = made.send(sent(made, media=(picture("a.jpg"),)), "key-1")
    assert len(client(server).status(receipt.external_id).media_attachments) == 1


def test_a_file_is_uploaded_once_however_often_its_text_is_tried(server, wire):
    made = adapter(server, wire)
    server.switch("faults", channel="mastodon", drop=1.0, only="v1/statuses")
    with pytest.raises(InDoubt):
        made.send(sent(made, media=(picture("a.jpg"),)), "key-1")
    server.switch("faults", channel="mastodon", drop=0.0, only="")
    made.send(sent(made, media=(picture("a.jpg"),)), "key-1")
    assert server.state()["mastodon"]["calls"]["/api/v2/media"] == 1
    assert len(server.said("mastodon")) == 1


def test_a_used_up_limit_is_waited_for_until_the_server_says(server, wire):
    server.switch("limit", channel="mastodon", seconds=120)
    made = adapter(server, wire)
    with pytest.raises(TryLater) as later:
        made.send(sent(made), "key-1")
    assert 60 < later.value.after <= 120 and later.value.whole_account
    with pytest.raises(oracle.MastodonRatelimitError):
        client(server).account_verify_credentials()


def test_a_token_that_is_over_asks_for_a_new_one(server, wire):
    server.switch("tokens", channel="mastodon", expired=["gs"])
    with pytest.raises(Refused) as refused:
        adapter(server, wire).probe()
    assert (refused.value.code, refused.value.action) == ("401", "authorise")
    with pytest.raises(oracle.MastodonUnauthorizedError):
        client(server).account_verify_credentials()


def test_a_trial_says_who_we_are_and_what_the_server_takes(server, wire):
    found = adapter(server, wire).probe()
    assert found.name == "@gs"
    said = client(server).instance_v2().configuration.statuses
    assert found.values["most_text"] == str(said.max_characters)
    assert found.values["most_link"] == str(said.characters_reserved_per_url)


def test_what_the_server_takes_is_used_where_it_was_asked(server, wire):
    made = adapter(server, wire, most_text="60", most_pictures="1")
    text = made.render(words(body="停水。" * 100, media=(picture("a.jpg"), picture("b.jpg"))))
    assert len(text.text.replace(URL, "x" * 23)) <= 60 and len(text.media) == 1 and len(text.notes) == 2


def test_a_text_longer_than_the_server_takes_is_refused_with_what_to_do(server, wire):
    made = adapter(server, wire, most_text="5000")
    with pytest.raises(Refused) as refused:
        made.send(made.render(words(body="停水。" * 400)), "key-1")
    assert (refused.value.code, refused.value.action) == ("422", "change_words")
    assert "500" in refused.value.why and not refused.value.whole_account
