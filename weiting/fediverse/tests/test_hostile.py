"""Servers that mean harm, or are careless: nobody speaks for another host, floods us, or makes an inbox fail."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from weiting.channels.wire import Reply, Wire
from weiting.core.errors import Invalid, Unavailable
from weiting.fanout.models import Copy, Item
from weiting.fediverse import actions, addresses, pacing, queries, remote
from weiting.fediverse.models import Actor, Followed, Follower, Heard, Peer
from weiting.fediverse.tests import make
from weiting.fediverse.tests.make import Person
from weiting.fediverse.tests.test_remote import ANN, JSON, Told, document

pytestmark = pytest.mark.django_db


class World(Wire):
    """The web as a test wants it: what stands at which address."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply] = {}
        self.asked: list[str] = []

    def call(self, method: str, url: str, **_more: Any) -> Reply:
        self.asked.append(url)
        return self.pages.get(url, Reply(404, b"", {}))

    def show(self, *people: Person, **changed: Any) -> None:
        """Show people's actors as their servers do."""
        for each in people:
            self.pages[each.uri] = document({**each.document(), **changed})


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A web of our own, which the hall asks instead of the real one."""
    made = World()

    @contextmanager
    def calls() -> Iterator[Wire]:
        yield made

    monkeypatch.setattr(remote, "calls", calls)
    return made


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    remote._failed._found.clear()
    pacing.forget()


def uri(actor: Actor) -> str:
    return addresses.actor(actor.handle)


# --- who speaks for whom ------------------------------------------------------------------------------------


def test_a_host_that_leads_anywhere_lends_its_name_to_nobody():
    # An address of theirs that leads on to whatever it is told: the document behind it is of somebody else.
    address = "https://people.example/go?to=https://evil.example/x"
    mine = {**ANN.document(), "id": address}
    mine["publicKey"] = {"id": f"{address}#k", "owner": address, "publicKeyPem": make.pem("eve")}
    wire = Told(Reply(302, b"", {"location": "https://evil.example/x"}), document(mine))
    with pytest.raises(remote.Unknown):
        remote.account_at(address, wire, actions.hall_actor())


def test_on_its_own_host_a_document_may_have_moved():
    wire = Told(Reply(301, b"", {"location": "/ap/ann"}), document(ANN.document()))
    assert remote.account_at(ANN.uri, wire, actions.hall_actor()).uri == ANN.uri


@pytest.mark.parametrize(
    "host",
    ["people.example:443", "people.example:0443", "people.example.", "ｐeople.example", "people.example:",
     "PEOPLE。example", "a" * 64 + ".example", "people.example:99999", "people example",
     "people.example:0" + "0" * 300 + "443"],
)  # fmt: skip
def test_a_host_has_one_name_only(host: str):
    # By another one it would be a stranger to whoever has shut it out, or counts its followers.
    assert addresses.host_of(f"https://{host}/users/ann") == ""


def test_plain_names_ports_and_numbers_are_hosts():
    for each in (
        "people.example",
        "people.example:8443",
        "127.0.0.1:8000",
        "xn--fsqu00a.xn--0zwm56d",
        "[::1]:81",
    ):
        assert addresses.host_of(f"https://{each}/x") == each
    assert addresses.host_of("https://People.Example/x") == "people.example"


# --- strange documents --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"preferredUsername": "ann\x00"},
        {"preferredUsername": "\u202enna"},
        {"publicKey": {"id": ANN.key_id, "owner": ANN.uri, "publicKeyPem": make.pem("ann") + "\x00"}},
        {"publicKey": {"id": ANN.key_id, "owner": ANN.uri, "publicKeyPem": [make.pem("ann")]}},
        {"publicKey": [[]]},
        {"endpoints": ["x"], "inbox": None},
        {"inbox": f"{ANN.uri}/in\nbox"},
    ],
    ids=range(7),
)
def test_an_account_that_could_not_be_kept_is_refused(
    changed: dict[str, Any], actor: Actor, world: World, client: Client
):
    world.show(ANN, **changed)
    assert ANN.sends(client, ANN.says("Follow", uri(actor))) == 401
    assert not Peer.objects.exists() and queries.refused_calls() == {"unknown": 1}


@pytest.mark.parametrize("length", ["²", "-1", "1e3", "9" * 30])
def test_a_length_that_is_none_is_refused(length: str, client: Client):
    answer = client.post("/ap/inbox", b"{}", content_type=make.JSON, headers={"content-length": length})
    assert answer.status_code == 413


# --- floods -------------------------------------------------------------------------------------------------


def test_forged_calls_do_not_have_us_ask_a_server_again_and_again(actor: Actor, world: World, client: Client):
    world.show(ANN)
    for n in range(5):
        assert ANN.sends(client, ANN.says("Follow", uri(actor), str(n)), by="eve") == 401
        other = f"{ANN.uri}#key-{n}"
        assert ANN.sends(client, ANN.says("Like", uri(actor), str(n)), by="eve", key_id=other) == 401
    assert world.asked == [ANN.uri]
    # Whoever they spoke for is heard all the same.
    assert ANN.sends(client, ANN.says("Follow", uri(actor), "real")) == 202


def test_one_host_cannot_have_us_answer_without_end(
    actor: Actor, ann: Person, bob: Person, client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pacing, "MOST", 3)
    answers = []
    for n in range(4):
        follow = ann.says("Follow", uri(actor), str(n))
        answers += [ann.sends(client, follow), ann.sends(client, ann.says("Undo", follow, str(n)))]
    # Who has followed may always leave.
    assert answers == [202] * 6 + [429, 202]
    assert Item.objects.count() == 3 and queries.refused_calls() == {"flood": 1}
    assert bob.sends(client, bob.says("Follow", uri(actor))) == 202


def test_one_host_cannot_fill_the_desk_with_messages(
    actor: Actor, ann: Person, client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pacing, "MOST", 3)
    tag = [{"type": "Mention", "href": uri(actor)}]
    answers = [
        ann.sends(client, ann.says("Create", ann.writes("喂", str(n), tag=tag), str(n))) for n in range(5)
    ]
    assert answers == [202, 202, 202, 429, 429] and Heard.objects.count() == 3


# --- out of order -------------------------------------------------------------------------------------------


def test_what_was_deleted_before_it_came_is_not_kept(actor: Actor, ann: Person, client: Client):
    thing = ann.writes("写错了", tag=[{"type": "Mention", "href": uri(actor)}])
    assert ann.sends(client, ann.says("Delete", {"id": thing["id"], "type": "Tombstone"})) == 202
    assert ann.sends(client, ann.says("Create", thing)) == 202
    assert not Heard.objects.exists()


def test_somebody_else_cannot_delete_what_has_not_come_yet(
    actor: Actor, ann: Person, bob: Person, client: Client
):
    thing = ann.writes("几点来水", tag=[{"type": "Mention", "href": uri(actor)}])
    bob.sends(client, bob.says("Delete", thing["id"]))
    ann.sends(client, ann.says("Create", thing))
    assert Heard.objects.count() == 1


def test_who_stopped_following_before_the_follow_came_does_not_follow(
    actor: Actor, ann: Person, bob: Person, client: Client
):
    follow = ann.says("Follow", uri(actor))
    bob.sends(client, bob.says("Undo", follow, "b"))
    assert ann.sends(client, ann.says("Undo", follow)) == 202
    assert ann.sends(client, follow) == 202
    assert not Follower.objects.exists()
    assert ann.sends(client, ann.says("Follow", uri(actor), "2")) == 202
    assert Follower.objects.count() == 1


# --- what changes there -------------------------------------------------------------------------------------


def test_a_follower_whose_server_moved_its_inbox_is_delivered_to_there(
    actor: Actor, ann: Person, world: World, client: Client
):
    ann.sends(client, ann.says("Follow", uri(actor)))
    assert ann.sends(client, ann.says("Update", ann.document())) == 202
    world.show(ann, endpoints={"sharedInbox": "https://people.example/new"})
    ann.sends(client, ann.says("Like", uri(actor)))
    assert Follower.objects.get().inbox == "https://people.example/new"


def test_an_end_of_following_is_told_also_when_the_account_has_changed(
    actor: Actor, ann: Person, world: World, client: Client
):
    followed = Followed.objects.create(
        actor=actor, uri=ann.uri, address="@ann@people.example", state="accepted"
    )
    ann.sends(client, ann.says("Update", ann.document()))
    world.show(ann)
    actions.unfollow(followed, by=None)
    copy = Copy.objects.select_related("item").get()
    assert (copy.target, copy.item.payload["activity"]["type"]) == (f"{ann.uri}/inbox", "Undo")


# --- what people type ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "＠ann＠people.example",
        " @ann@people.example\u200b",
        "ann@people.example",
        "@ann\u200b@people.example ",
        "@ann@People.Example",
    ],
)
def test_an_account_is_found_however_it_was_typed(typed: str):
    link = {"links": [{"rel": "self", "type": JSON["content-type"], "href": ANN.uri}]}
    wire = Told(Reply(200, json.dumps(link).encode(), {}), document(ANN.document()))
    assert remote.find(typed, wire, actions.hall_actor()).uri == ANN.uri
    assert wire.asked[0][0].endswith("?resource=acct%3Aann%40people.example")
    assert wire.asked[0][0].startswith("https://people.example/")


def test_a_chinese_name_of_a_host_is_asked_for_as_machines_write_it():
    wire = Told(Reply(404, b"", {}))
    with pytest.raises(Unavailable):
        remote.find("@ann@例子.测试", wire, actions.hall_actor())
    assert wire.asked[0][0].startswith(
        "https://xn--fsqu00a.xn--0zwm56d/.well-known/webfinger?resource=acct%3Aann%40xn--"
    )


@pytest.mark.parametrize("typed", ["", "@", "ann", "@ann@", "@@people.example", "@ann@a..b", "@ann@\x00"])
def test_what_is_no_account_is_refused_with_how_to_write_it(typed: str):
    with pytest.raises(Invalid):
        remote.find(typed, Told(), actions.hall_actor())


def test_settings_name_the_hall_by_an_address_of_its_own():
    assert addresses.is_ours(f"{settings.PUBLIC_URL.rstrip('/')}/ap/u/x")
