"""What comes to our inboxes: taken once when it is its actor's, refused and counted when it is not."""

import json
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from weiting.core import clock
from weiting.fanout.models import Copy, Item
from weiting.fediverse import actions, addresses, queries, signing
from weiting.fediverse.actions import hearing
from weiting.fediverse.models import Actor, Block, Follower, Heard, Note, Peer, Reaction, Seen
from weiting.fediverse.tests import make
from weiting.fediverse.tests.make import Person
from weiting.text.tests.growth import assert_grows_in_step

pytestmark = pytest.mark.django_db


def uri(actor: Actor) -> str:
    return addresses.actor(actor.handle)


def our_note(actor: Actor) -> Note:
    return actions.publish_note(actor, {"content": "<p>明天停水</p>"}, "https://yunxi.example/p/x/", "k1")


def refused() -> dict[str, int]:
    return queries.refused_calls()


# --- followers ----------------------------------------------------------------------------------------------


def test_whoever_follows_is_accepted_and_delivered_to(actor: Actor, ann: Person, client: Client):
    follow = ann.says("Follow", uri(actor))
    assert ann.sends(client, follow) == 202
    (follower,) = Follower.objects.all()
    assert (follower.actor, follower.uri, follower.inbox) == (actor, ann.uri, "https://people.example/inbox")
    (copy,) = Copy.objects.select_related("item")
    said = copy.item.payload["activity"]
    assert copy.target == f"{ann.uri}/inbox"
    assert (said["type"], said["object"]["id"], said["object"]["type"]) == ("Accept", follow["id"], "Follow")


def test_an_account_has_an_inbox_of_its_own_too(actor: Actor, ann: Person, client: Client):
    assert ann.sends(client, ann.says("Follow", uri(actor)), "/ap/u/gongshui/inbox") == 202
    assert queries.count_followers(actor.connection) == 1


def test_whoever_no_longer_follows_gets_nothing_more(actor: Actor, ann: Person, client: Client):
    follow = ann.says("Follow", uri(actor))
    ann.sends(client, follow)
    assert ann.sends(client, ann.says("Undo", follow)) == 202
    assert not Follower.objects.exists()


def test_whoever_blocks_us_gets_nothing_more(actor: Actor, ann: Person, client: Client):
    ann.sends(client, ann.says("Follow", uri(actor)))
    ann.sends(client, ann.says("Block", uri(actor)))
    assert not Follower.objects.exists()


def test_somebody_else_cannot_undo_it(actor: Actor, ann: Person, bob: Person, client: Client):
    follow = ann.says("Follow", uri(actor))
    ann.sends(client, follow)
    assert bob.sends(client, bob.says("Undo", follow)) == 202
    assert Follower.objects.count() == 1


def test_an_account_that_is_deleted_elsewhere_is_forgotten(actor: Actor, ann: Person, client: Client):
    ann.sends(client, ann.says("Follow", uri(actor)))
    ann.sends(client, ann.says("Delete", ann.uri))
    assert not Follower.objects.exists() and not Peer.objects.filter(uri=ann.uri).exists()


def test_a_flood_of_followers_is_asked_to_come_later(
    actor: Actor, ann: Person, bob: Person, client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(hearing, "FLOOD", 3)
    crowd = [Person(f"crowd{n}").known() for n in range(4)]
    assert [each.sends(client, each.says("Follow", uri(actor))) for each in crowd] == [202, 202, 202, 429]
    assert refused() == {"flood": 1}
    # Those of other servers are not concerned, and whoever was refused may ask again.
    assert bob.sends(client, bob.says("Follow", uri(actor))) == 202
    Follower.objects.update(since=clock.now() - hearing.FLOOD_IN - timedelta(seconds=1))
    assert crowd[3].sends(client, crowd[3].says("Follow", uri(actor))) == 202


def test_a_follow_of_nobody_is_ignored(actor: Actor, ann: Person, client: Client):
    assert ann.sends(client, ann.says("Follow", f"{settings.PUBLIC_URL}/ap/u/nobody")) == 202
    assert not Follower.objects.exists() and not Item.objects.exists()


# --- what people write --------------------------------------------------------------------------------------


def test_a_reply_is_heard_sealed_and_without_its_script(actor: Actor, ann: Person, client: Client):
    note = our_note(actor)
    html = '<p onclick="x()">几点恢复？<script>alert(1)</script><a href="javascript:x">链接</a></p>'
    thing = ann.writes(html, inReplyTo=addresses.note(note.public_id))
    assert ann.sends(client, ann.says("Create", thing)) == 202
    (heard,) = Heard.objects.all()
    assert (heard.kind, heard.note, heard.actor, heard.is_public) == ("reply", note, actor, True)
    facts = queries.facts_of(heard)
    assert (
        facts.by == ann.uri and facts.text.startswith("几点恢复？") and facts.address == "@ann@people.example"
    )
    assert "script" not in facts.html and "onclick" not in facts.html and "javascript" not in facts.html
    assert ann.uri.encode() not in bytes(heard.sealed)


def test_a_mention_is_heard_and_one_of_nobody_is_not(actor: Actor, ann: Person, client: Client):
    tag = [{"type": "Mention", "href": uri(actor), "name": "@gongshui"}]
    ann.sends(client, ann.says("Create", ann.writes("<p>有人吗</p>", tag=tag)))
    ann.sends(client, ann.says("Create", ann.writes("<p>天气好</p>", "2"), "2"))
    assert list(Heard.objects.values_list("kind", flat=True)) == ["mention"]


def test_a_private_message_is_known_as_one(actor: Actor, ann: Person, client: Client):
    ann.sends(client, ann.says("Create", ann.writes("<p>我的表坏了</p>", to=[uri(actor)])))
    assert Heard.objects.get().is_public is False


def test_what_was_heard_follows_its_writer(actor: Actor, ann: Person, bob: Person, client: Client):
    thing = ann.writes("<p>几点</p>", inReplyTo=addresses.note(our_note(actor).public_id))
    ann.sends(client, ann.says("Create", thing))
    # Nobody else may change or delete it.
    bob.sends(client, bob.says("Update", {**thing, "content": "<p>坏</p>"}))
    bob.sends(client, bob.says("Delete", thing["id"]))
    assert queries.facts_of(Heard.objects.get()).text == "几点"
    ann.sends(client, ann.says("Update", {**thing, "content": "<p>几点来水</p>"}))
    heard = Heard.objects.get()
    assert queries.facts_of(heard).text == "几点来水" and heard.changed_at
    ann.sends(client, ann.says("Delete", {"id": thing["id"], "type": "Tombstone"}))
    heard = Heard.objects.get()
    assert heard.removed_at and bytes(heard.sealed) == b"" and queries.facts_of(heard).text == ""


def test_likes_and_relays_are_counted_once_and_name_nobody(
    actor: Actor, ann: Person, bob: Person, client: Client
):
    note = our_note(actor)
    mine = addresses.note(note.public_id)
    like = ann.says("Like", mine)
    ann.sends(client, like)
    ann.sends(client, ann.says("Like", mine, "2"))
    bob.sends(client, bob.says("Like", mine))
    bob.sends(client, bob.says("Announce", mine))
    assert queries.reactions(note) == {"like": 2, "announce": 1}
    ann.sends(client, ann.says("Undo", like))
    assert queries.reactions(note) == {"like": 1, "announce": 1}
    assert ann.uri not in str(list(Reaction.objects.values()))


def test_a_report_is_kept_for_people(actor: Actor, ann: Person, client: Client):
    mine = addresses.note(our_note(actor).public_id)
    ann.sends(client, ann.says("Flag", [uri(actor), mine], content="地址写错了"))
    (heard,) = queries.heard_waiting(actor.connection)
    facts = queries.facts_of(heard)
    assert heard.kind == "report" and facts.text == "地址写错了" and facts.objects == (uri(actor), mine)


def test_somebody_cannot_speak_for_another_server(actor: Actor, ann: Person, client: Client):
    thing = ann.writes("<p>假的</p>", inReplyTo=addresses.note(our_note(actor).public_id))
    ann.sends(client, ann.says("Create", {**thing, "id": "https://other.example/n/1"}))
    ann.sends(client, ann.says("Create", {**thing, "attributedTo": "https://people.example/users/eve"}, "2"))
    assert not Heard.objects.exists()


# --- what is refused ----------------------------------------------------------------------------------------


def test_a_forged_call_is_refused_counted_and_changes_nothing(actor: Actor, ann: Person, client: Client):
    follow = ann.says("Follow", uri(actor))
    assert ann.sends(client, follow, by="eve") == 401
    assert refused() == {"forged": 1} and not Follower.objects.exists() and not Seen.objects.exists()


def test_an_unsigned_call_is_refused(actor: Actor, ann: Person, client: Client):
    body = json.dumps(ann.says("Follow", uri(actor))).encode()
    assert make.post(client, "/ap/inbox", body, {}) == 401
    assert refused() == {"unsigned": 1}


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_call_of_another_time_is_refused(hours: int, actor: Actor, ann: Person, client: Client):
    at = clock.now() + timedelta(hours=hours)
    assert ann.sends(client, ann.says("Follow", uri(actor)), at=at) == 401
    assert refused() == {"late": 1}


def test_the_very_same_call_again_is_refused(actor: Actor, ann: Person, client: Client):
    follow, at = ann.says("Follow", uri(actor)), clock.now()
    assert ann.sends(client, follow, at=at) == 202
    assert ann.sends(client, follow, at=at) == 401
    assert refused() == {"replayed": 1}


def test_an_activity_sent_again_after_a_lost_answer_is_done_once(actor: Actor, ann: Person, client: Client):
    thing = ann.writes("<p>几点</p>", inReplyTo=addresses.note(our_note(actor).public_id))
    create, at = ann.says("Create", thing), clock.now()
    assert ann.sends(client, create, at=at) == 202
    assert ann.sends(client, create, at=at + timedelta(seconds=5)) == 202
    assert Heard.objects.count() == 1 and refused() == {}


def test_who_signs_has_to_be_who_speaks(actor: Actor, ann: Person, bob: Person, client: Client):
    follow = ann.says("Follow", uri(actor))
    assert bob.sends(client, follow) == 403
    eve = Person("eve").known()
    # Of the same server, but another account: its key is not the one of this account.
    assert eve.sends(client, follow, key_id=eve.key_id) in {401, 403}
    assert not Follower.objects.exists()


def test_an_activity_of_ourselves_from_outside_is_refused(actor: Actor, ann: Person, client: Client):
    mine = {**ann.says("Follow", uri(actor)), "actor": uri(actor), "id": f"{uri(actor)}#1"}
    assert ann.sends(client, mine) == 400


BAD: list[tuple[bytes, int, str]] = [
    (b"", 400, "no_json"),
    (b"nothing", 400, "no_json"),
    (b"[]", 400, "no_json"),
    (b"\xff\xfe", 400, "no_json"),
    (b"[" * 5000, 400, "deep"),
    (b'{"a":' * 500 + b"1" + b"}" * 500, 400, "deep"),
    (b'{"a": "' + b"x" * 300_000 + b'"}', 413, "large"),
    (b'{"type": "Follow"}', 400, "no_activity"),
    (b'{"id": 7, "actor": ["x"], "type": {}}', 400, "no_activity"),
    (b'{"id": "https://a.example/1", "actor": "https://b.example/2"}', 400, "no_activity"),
    (b'{"id": "https://a.example/\\ud800", "actor": "https://a.example/2"}', 400, "no_json"),
    (b'{"a": "' + b'\\"' * 120_000, 400, "no_json"),
    (b'{"a": "' + b'\\"' * 120_000 + b"\\", 400, "no_json"),
    (b'{"id": "file:///etc/passwd", "actor": "file:///etc/passwd"}', 400, "no_activity"),
]


@pytest.mark.parametrize(("body", "status", "reason"), BAD, ids=range(len(BAD)))
def test_what_is_no_activity_is_refused(body: bytes, status: int, reason: str, ann: Person, client: Client):
    assert ann.sends(client, body) == status
    assert refused() == {reason: 1}


@pytest.mark.parametrize(
    ("piece", "number"),
    [("<b>", 9000), ("<blockquote>", 2000), ("<a href=", 3000), ("<!--", 9000), ("&", 20_000)],
)
def test_words_made_to_take_long_take_no_more_for_each_letter(
    piece: str, number: int, actor: Actor, ann: Person, client: Client
):
    tag = [{"type": "Mention", "href": uri(actor)}]
    keys = count()

    def send(eighths: int) -> None:
        key = str(next(keys))
        note = ann.writes(piece * (number * eighths // 8), key, tag=tag)
        assert ann.sends(client, ann.says("Create", note, key)) == 202

    assert_grows_in_step(send, 1)


def test_a_body_that_never_ends_its_string_takes_no_more_for_each_letter(ann: Person, client: Client):
    def send(size: int) -> None:
        assert ann.sends(client, b'{"a": "' + b'\\"' * size) == 400

    assert_grows_in_step(send, 15_000)


def test_brackets_in_words_do_not_count_as_depth(actor: Actor, ann: Person, client: Client):
    tag = [{"type": "Mention", "href": uri(actor)}]
    assert ann.sends(client, ann.says("Create", ann.writes("[" * 100, tag=tag))) == 202


def test_an_inbox_is_only_written_to(actor: Actor, client: Client):
    assert client.get("/ap/inbox").status_code == 405


STRANGE: list[Any] = [
    None,
    1,
    [],
    [[]],
    {},
    "",
    {"id": 5},
    {"type": ["Note"]},
    {"id": "x" * 9999},
    "a\x00b",
    [None],
]


@pytest.mark.parametrize("kind", [*hearing.DOES, "Move", "Dance", ""])
@pytest.mark.parametrize("thing", STRANGE, ids=range(len(STRANGE)))
def test_nothing_strange_makes_an_inbox_fail(
    kind: str, thing: Any, actor: Actor, ann: Person, client: Client
):
    assert ann.sends(client, ann.says(kind, thing, kind or "none")) == 202


# --- who is shut out ----------------------------------------------------------------------------------------


def test_a_server_that_is_shut_out_is_refused_and_its_followers_go(
    c: Any, actor: Actor, ann: Person, bob: Person, client: Client
):
    for each in (ann, bob):
        each.sends(client, each.says("Follow", uri(actor)))
    made = actions.block("people.example", "垃圾信息", by=None)
    assert list(Follower.objects.values_list("uri", flat=True)) == [bob.uri]
    assert ann.sends(client, ann.says("Like", uri(actor))) == 403
    assert Person("x", "sub.people.example").known().sends(client, ann.says("Like", uri(actor))) == 403
    assert refused()["blocked"] == 2
    actions.lift_block(made, by=None)
    ann.known()
    assert ann.sends(client, ann.says("Follow", uri(actor), "2")) == 202


def test_one_account_that_is_shut_out_leaves_the_others_of_its_server(
    actor: Actor, ann: Person, client: Client
):
    actions.block(ann.uri, "骚扰", by=None)
    eve = Person("eve").known()
    assert ann.sends(client, ann.says("Follow", uri(actor))) == 403
    assert eve.sends(client, eve.says("Follow", uri(actor))) == 202
    assert Block.objects.get().reason == "骚扰"


def test_a_signature_in_the_other_style_is_taken_too(actor: Actor, ann: Person, client: Client):
    body = json.dumps(ann.says("Follow", uri(actor))).encode()
    digest = f"sha-256=:{signing.digest_of(body).removeprefix('SHA-256=')}:"
    url = f"{settings.PUBLIC_URL}/ap/inbox"
    params = f'("@method" "@target-uri" "content-digest");created={int(clock.now().timestamp())};keyid="{ann.key_id}"'
    lines = (
        f'"@method": POST\n"@target-uri": {url}\n"content-digest": {digest}\n"@signature-params": {params}'
    )
    made = make.signature(ann.name, lines)
    headers = {"content-digest": digest, "signature-input": f"s={params}", "signature": f"s=:{made}:"}
    assert make.post(client, "/ap/inbox", body, headers) == 202
    assert Follower.objects.count() == 1
