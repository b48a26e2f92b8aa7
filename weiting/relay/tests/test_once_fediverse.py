"""In the fediverse a relay is an Announce of the one note, and so is a joint text said by a second unit."""

import pytest

from weiting.channels import registry
from weiting.channels.ports import Settings
from weiting.channels.wire import Wire
from weiting.fanout.models import Copy
from weiting.fediverse import addresses
from weiting.fediverse.models import Actor, Follower, Note
from weiting.fediverse.outbox import Outbox
from weiting.fediverse.tests import make as accounts
from weiting.posts.models import Post
from weiting.publishing.delivery.texts import text_of_revision
from weiting.publishing.tests.make import fresh
from weiting.relay.tests import make as relays

pytestmark = pytest.mark.django_db


@pytest.fixture
def s(freeze):
    return relays.scene(freeze)


def adapter(actor: Actor):
    assert actor.connection is not None
    outbox = Outbox(actor.connection)
    return registry.adapter("activitypub", Settings(addresses.base()), Wire(), outbox)


def rendered(post: Post):
    post = fresh(post)
    words = text_of_revision(post, post.live, content_hash=post.live.content_hash).words("activitypub")
    return registry.render("activitypub", Settings(addresses.base()), words)


def said(actor: Actor, post: Post, key: str = ""):
    """Lay a public text down as a delivery does; return the receipt."""
    return adapter(actor).send(rendered(post), key or f"{actor.handle}-{post.public_id}")


def followed(actor: Actor, inbox: str) -> None:
    Follower.objects.create(actor=actor, uri=inbox.removesuffix("/inbox"), host="a.example", inbox=inbox)


def inboxes(act: str) -> set[str]:
    return set(Copy.objects.filter(item__key__contains=f":{act}").values_list("target", flat=True))


def test_a_relay_is_an_announce_of_the_one_note_with_or_without_a_line(s, freeze):
    water = accounts.account(s.city.water, handle="gongshui")
    units = [accounts.account(unit, handle=f"jie{n}") for n, unit in enumerate(s.units[:2])]
    for n, actor in enumerate((water, *units)):
        followed(actor, f"https://a.example/users/{n}/inbox")
    said(water, s.post)
    note = Note.objects.get()
    call = s.open()
    for number, actor in enumerate(units):
        ask = s.passed(freeze, s.ask(call, number), line="我们这里也热。" if number else "")
        first, again = said(actor, ask.post), said(actor, ask.post)
        assert first.external_id == again.external_id and first.url.endswith(f"/p/{ask.post.public_id}/")
    assert Note.objects.filter(kind="note").count() == 1
    announced = Note.objects.filter(kind="announce")
    assert set(announced.values_list("about", flat=True)) == {addresses.note(note.public_id)}
    assert announced.count() == 2 and len(inboxes("announce")) == 2


def test_the_preview_of_a_relay_says_what_followers_see(s, freeze):
    water = accounts.account(s.city.water, handle="gongshui")
    accounts.account(s.units[0], handle="jie0")
    ask = s.passed(freeze, s.ask(s.open()), line="我们这里也热。")
    assert "announce" not in rendered(ask.post).fields, "not said there yet: a text of its own"
    said(water, s.post)
    preview = rendered(ask.post)
    assert preview.fields["announce"].endswith(f"/p/{s.post.public_id}/") and preview.text.startswith(
        "转发 http"
    )
    assert len(preview.notes) == 2


def test_corrections_and_withdrawals_reach_the_followers_of_whoever_relayed_it(s, freeze):
    water = accounts.account(s.city.water, handle="gongshui")
    street = accounts.account(s.units[0], handle="jie0")
    followed(water, "https://a.example/users/0/inbox")
    followed(street, "https://a.example/users/1/inbox")
    first = said(water, s.post)
    ask = s.passed(freeze, s.ask(s.open()))
    second = said(street, ask.post)
    adapter(water).correct(first, rendered(s.post), "c-1")
    both = {"https://a.example/users/0/inbox", "https://a.example/users/1/inbox"}
    assert inboxes("update") == both
    count = Copy.objects.count()
    adapter(street).correct(second, rendered(ask.post), "c-2")
    assert Copy.objects.count() == count, "the account whose text it is has told everybody"
    adapter(water).withdraw(first, "w-1")
    assert inboxes("delete") == both
    adapter(street).withdraw(second, "w-2")
    adapter(street).withdraw(second, "w-2")
    assert inboxes("undo") == {"https://a.example/users/1/inbox"}
    assert not Note.objects.filter(withdrawn_at__isnull=True).exists()


def test_a_relay_said_as_a_text_before_is_corrected_as_one(s, freeze):
    street = accounts.account(s.units[0], handle="jie0")
    ask = s.passed(freeze, s.ask(s.open()))
    receipt = said(street, ask.post)
    said(accounts.account(s.city.water, handle="gongshui"), s.post)
    adapter(street).correct(receipt, rendered(ask.post), "c-1")
    note = Note.objects.get(actor=street)
    assert note.kind == "note" and "content" in note.said and "announce" not in note.said and note.updated_at


def test_a_joint_text_is_one_note_and_the_others_announce_it(s):
    Post.objects.filter(pk=s.post.pk).update(signers=[s.units[0].pk])
    water = accounts.account(s.city.water, handle="gongshui")
    street = accounts.account(s.units[0], handle="jie0")
    said(street, s.post)
    said(water, s.post)
    said(street, s.post)
    assert sorted(Note.objects.values_list("actor__handle", "kind")) == [
        ("gongshui", "announce"),
        ("jie0", "note"),
    ]


def test_a_second_account_of_a_text_nobody_else_signs_says_it_itself(s):
    water = accounts.account(s.city.water, handle="gongshui")
    other = accounts.account(s.units[0], handle="jie0")
    said(water, s.post)
    said(other, s.post)
    assert Note.objects.filter(kind="note").count() == 2
