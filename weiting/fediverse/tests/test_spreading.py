"""A text reaches everybody who follows, is corrected and taken back there; answers and relays find their way."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from weiting.channels import registry
from weiting.channels.models import Connection
from weiting.channels.ports import Refused, Settings, Words
from weiting.channels.wire import Wire
from weiting.core.errors import Invalid, Unavailable
from weiting.fanout import queries as copies
from weiting.fanout.engine import Engine, Pace
from weiting.fanout.models import Copy, Host
from weiting.fediverse import actions, addresses, queries, remote
from weiting.fediverse.models import Actor, Follower, Note
from weiting.fediverse.outbox import Outbox
from weiting.fediverse.tests import make
from weiting.sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
WORDS: dict[str, Any] = {
    "title": "明天停水",
    "body": "8 点到 16 点停水。",
    "html": "<h2>时间</h2><p>8 点到 16 点停水。</p>",
    "summary": "",
    "url": "https://yunxi.example/p/abc/",
    "content_hash": "x",
    "topics": ("停水",),
}


@pytest.fixture
def hall(live_server: Any, settings: Any, c: Any, server: Sandbox) -> Actor:
    """An account of a hall that really answers."""
    settings.PUBLIC_URL, settings.CHANNELS_PRIVATE = live_server.url, True
    remote._failed._found.clear()
    server.calm()
    return make.account(c.water, handle="gongshui")


def work() -> int:
    with Wire(allow_private=True, answer=5.0) as wire:
        return Engine(wire, Pace(calls=8, threads=16, look_every=0.05), ["activitypub"]).run(until_idle=True)


def be_due() -> None:
    Host.objects.filter(next_at__isnull=False).update(next_at="2020-01-01T00:00Z", rests_until=None)
    Copy.objects.filter(next_at__isnull=False).update(next_at="2020-01-01T00:00Z")


def until(done: Callable[[], Any], working: bool = True) -> None:
    for _n in range(600):
        if working:
            work()
        if done():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def state(server: Sandbox) -> dict[str, Any]:
    found: dict[str, Any] = server.state()["fediverse"]
    return found


def does(server: Sandbox, actor: Actor, what: str, name: str = "ann", **said: Any) -> None:
    me = addresses.actor(actor.handle)
    given = {"as": name, "actor": me, "base": f"{server.base}/fediverse", **said}
    server.switch(what, channel="fediverse", **given)


def followed_by(server: Sandbox, actor: Actor, *names: str) -> None:
    for name in names:
        does(server, actor, "follow", name)
    until(
        lambda: all(
            state(server)["follows"].get(name, {}).get(addresses.actor(actor.handle)) for name in names
        )
    )


def words(**more: Any) -> Words:
    return Words(**WORDS | more)


def put(actor: Actor, act: str, key: str, of: Any = None, **more: Any) -> Any:
    """Do what a delivery does: render, and lay into the outbox."""
    assert actor.connection is not None
    settings = Settings(addresses.base())
    adapter = registry.adapter("activitypub", settings, Wire(), Outbox(actor.connection))
    if act == "send":
        return adapter.send(adapter.render(words(**more)), key)
    if act == "correct":
        return adapter.correct(of, adapter.render(words(**more)), key)
    return adapter.withdraw(of, key)


def seen(server: Sandbox) -> list[tuple[str, str]]:
    return [(row["event"], row["text"]) for row in state(server)["said"]]


def test_a_strict_server_follows_reads_sees_corrections_and_withdrawals(hall: Actor, server: Sandbox):
    followed_by(server, hall, "ann", "bob")
    assert queries.count_followers(hall.connection) == 2
    receipt = put(hall, "send", "k1")
    work()
    # One copy for both: the server has one inbox for all its people.
    note = Note.objects.get()
    assert receipt.external_id == addresses.note(note.public_id) and receipt.url == WORDS["url"]
    done = queries.copies_of(receipt.external_id)
    assert (done.of, done.sent) == (1, 1)
    changed = put(hall, "correct", "k2", receipt, correcting="更正：16 点 → 18 点。抄错了")
    assert queries.copies_of(changed.external_id).waiting == 1
    put(hall, "withdraw", "k3", receipt)
    work()
    events = seen(server)
    assert [event for event, _text in events] == ["published", "corrected", "withdrawn"]
    assert "明天停水" in events[0][1] and "#停水" in events[0][1]
    assert events[1][1].startswith("更正：16 点 → 18 点")
    assert state(server)["refused"] == []


def test_the_same_key_twice_is_one_text(hall: Actor, server: Sandbox):
    followed_by(server, hall, "ann")
    assert put(hall, "send", "k1") == put(hall, "send", "k1")
    work()
    assert len(seen(server)) == 1 and Note.objects.count() == 1


def test_an_answer_that_was_lost_doubles_nothing_there(hall: Actor, server: Sandbox):
    followed_by(server, hall, "ann")
    server.switch("faults", channel="fediverse", drop=1.0)
    put(hall, "send", "k1")
    work()
    assert [peer.name for peer in queries.failing()]
    server.switch("faults", channel="fediverse", drop=0.0)
    be_due()
    work()
    assert [event for event, _text in seen(server)] == ["published"] and queries.failing() == []


def test_a_follower_who_is_gone_is_dropped(hall: Actor, server: Sandbox):
    server.switch("shares", channel="fediverse", on=False)
    followed_by(server, hall, "ann", "bob")
    server.switch("gone", channel="fediverse", **{"as": "bob"})
    put(hall, "send", "k1")
    work()
    assert [each.uri.rpartition("/")[2] for each in Follower.objects.all()] == ["ann"]
    note = Note.objects.get()
    assert copies.progress(queries.item_key(note)).refused == 1


def test_a_new_key_is_told_and_believed(hall: Actor, server: Sandbox):
    followed_by(server, hall, "ann")
    actions.rotate_key(hall.connection, by=None)
    put(hall, "send", "k1")
    for _n in range(20):
        # The first call may be made with the earlier key, which no longer fits.
        work()
        be_due()
    assert len(seen(server)) == 1
    assert [reason for reason in state(server)["refused"] if "fit" not in reason] == []


def test_a_person_asks_and_is_answered(hall: Actor, server: Sandbox):
    followed_by(server, hall, "ann")
    put(hall, "send", "k1")
    work()
    mine = addresses.note(Note.objects.get().public_id)
    html = "<p>几点恢复？</p><script>alert(1)</script>"
    does(server, hall, "write", html=html, reply_to=mine)
    until(lambda: queries.heard_waiting(hall.connection), working=False)
    (heard,) = queries.heard_waiting(hall.connection)
    assert queries.facts_of(heard).text == "几点恢复？" and heard.note is not None
    actions.reply(hall.connection, heard, "预计 16 点。\n有变化会再告诉您。", by=None)
    actions.reply(hall.connection, heard, " 预计 16 点。\n有变化会再告诉您。", by=None)
    work()
    answers = [text for event, text in seen(server) if event == "answered"]
    assert answers == ["预计 16 点。 有变化会再告诉您。"]


def test_a_server_whose_clock_is_wrong_is_refused(hall: Actor, server: Sandbox):
    server.switch("skew", channel="fediverse", seconds=7200)
    does(server, hall, "follow")
    until(lambda: state(server)["sent"], working=False)
    assert state(server)["sent"] == [["Follow", 401]] and queries.refused_calls() == {"late": 1}


def test_we_ask_to_follow_once(hall: Actor, server: Sandbox):
    name = f"@ann@127.0.0.1:{server.port}"
    held = actions.follow(hall.connection, name, by=None)
    assert held.state == "asked" and held.address == name
    assert actions.follow(hall.connection, name, by=None) == held
    assert work() == 1 and state(server)["refused"] == []


def test_likes_and_reports_of_a_strict_server_are_taken(hall: Actor, server: Sandbox):
    put(hall, "send", "k1")
    note = Note.objects.get()
    for what in ("like", "announce", "flag"):
        does(server, hall, what, object=addresses.note(note.public_id), text="错字")
    until(lambda: len(state(server)["sent"]) == 3, working=False)
    assert queries.reactions(note) == {"like": 1, "announce": 1}
    assert [each.kind for each in queries.heard_waiting(hall.connection)] == ["report"]


def test_what_cannot_be_followed_is_said_in_a_sentence(hall: Actor, server: Sandbox):
    for address, kind in (
        ("gongshui", Invalid),
        ("@a@b/c", Invalid),
        (f"@x y@127.0.0.1:{server.port}", Unavailable),
    ):
        with pytest.raises(kind):
            actions.follow(hall.connection, address, by=None)


def test_our_documents_say_what_others_need(hall: Actor, client: Any, server: Sandbox):
    me = client.get("/ap/u/gongshui", headers={"accept": make.JSON})
    said = json.loads(me.content)
    assert me["Content-Type"].startswith("application/activity+json") and "Accept" in me["Vary"]
    assert (said["type"], said["preferredUsername"]) == ("Organization", "gongshui")
    assert said["publicKey"]["owner"] == said["id"] and said["endpoints"]["sharedInbox"].endswith("/ap/inbox")
    icon = client.get(said["icon"]["url"].removeprefix(addresses.base()))
    assert icon.content.startswith(b"\x89PNG")
    found = client.get("/.well-known/webfinger", {"resource": f"acct:gongshui@{addresses.domain()}"}).json()
    assert found["subject"] == f"acct:gongshui@{addresses.domain()}"
    assert any(each["rel"] == "self" and each["href"] == said["id"] for each in found["links"])
    put(hall, "send", "k1")
    outbox = client.get("/ap/u/gongshui/outbox").json()
    page = client.get(outbox["first"].removeprefix(addresses.base())).json()
    assert outbox["totalItems"] == 1 and page["orderedItems"][0]["object"]["type"] == "Note"
    note = Note.objects.get()
    body = client.get(f"/ap/n/{note.public_id}", headers={"accept": make.JSON}).json()
    assert body["to"] == [addresses.PUBLIC] and body["attributedTo"] == said["id"]
    assert body["contentMap"]["zh"] == body["content"] and body["url"] == WORDS["url"]
    assert client.get(f"/ap/n/{note.public_id}", headers={"accept": "text/html"}).url == WORDS["url"]
    for part in ("followers", "following"):
        assert client.get(f"/ap/u/gongshui/{part}").json()["totalItems"] == 0
    links = client.get("/.well-known/nodeinfo").json()["links"]
    info = client.get(links[0]["href"].removeprefix(addresses.base())).json()
    assert info["software"]["name"] == "weiting" and info["usage"]["localPosts"] == 1
    assert b"lrdd" in client.get("/.well-known/host-meta").content
    assert client.get("/ap/hall").json()["type"] == "Application"


ODD = ["/ap/u/%00", "/ap/u/nobody", "/ap/u/%E4%BE%9B", "/ap/n/%00", "/ap/n/zzzzzzzzzz", "/ap/n/../x",
       "/ap/u/a/icon.png", "/.well-known/webfinger?resource=acct:%00@x", "/.well-known/webfinger?resource=https://[",
       "/.well-known/webfinger?resource=acct:gongshui@other.example", "/ap/u/x/outbox?page=%00"]  # fmt: skip


@pytest.mark.parametrize("path", ODD)
def test_what_is_not_there_is_not_found(path: str, client: Any, c: Any):
    assert client.get(path).status_code == 404


def test_pages_of_an_outbox_lead_on(hall: Actor, client: Any):
    for n in range(25):
        put(hall, "send", f"k{n}")
    page = client.get("/ap/u/gongshui/outbox?page=1").json()
    after = client.get(page["next"].removeprefix(addresses.base())).json()
    seen_ids = [each["id"] for each in [*page["orderedItems"], *after["orderedItems"]]]
    assert len(seen_ids) == len(set(seen_ids)) == 25 and "next" not in after
    for odd in ("%00", "x", "-1", "9" * 40):
        assert client.get(f"/ap/u/gongshui/outbox?page=1&before={odd}").status_code == 200
        assert client.get(f"/ap/u/gongshui/following?page={odd}").status_code == 200


def test_what_was_withdrawn_is_gone(hall: Actor, client: Any):
    receipt = put(hall, "send", "k1")
    put(hall, "withdraw", "k2", receipt)
    put(hall, "withdraw", "k2", receipt)
    name = Note.objects.get().public_id
    answer = client.get(f"/ap/n/{name}")
    assert answer.status_code == 410 and answer.json()["type"] == "Tombstone"
    assert client.get("/ap/u/gongshui/outbox").json()["totalItems"] == 0


def test_an_account_that_has_ended_is_gone(hall: Actor, client: Any):
    assert hall.connection is not None
    Connection.objects.filter(pk=hall.connection.pk).update(state="ended")
    assert client.get("/ap/u/gongshui").status_code == 410
    asked = {"resource": f"acct:gongshui@{addresses.domain()}"}
    assert client.get("/.well-known/webfinger", asked).status_code == 404


def test_a_handle_that_is_taken_is_refused_with_a_sentence(hall: Actor, c: Any):
    other = (
        make.connection(c.bus, handle="gongshui")
        if hasattr(c, "bus")
        else make.connection(c.root, handle="gongshui")
    )
    with pytest.raises(Invalid) as refused:
        actions.open_account(other, by=None)
    assert "gongshui" in str(refused.value.message)
    with pytest.raises(Refused) as stopped:
        Outbox(other).put("send", registry.render("activitypub", Settings(addresses.base()), words()), "k1")
    assert stopped.value.whole_account
    assert actions.open_accounts() == 0
    assert not queries.handle_is_free("gongshui") and queries.handle_is_free("gongjiao")


@pytest.mark.parametrize("handle", ["供水", "a b", "-x", "x-", "hall.actor", "a" * 61, "a/b"])
def test_a_handle_that_others_could_not_read_is_refused(handle: str, c: Any, settings: Any):
    with pytest.raises(Invalid):
        actions.open_account(make.connection(c.water, handle=handle), by=None)
