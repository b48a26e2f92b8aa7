"""Who may speak for an account, keep its key, and shut others out."""

from typing import Any

import pytest

from weiting.audit.models import Entry
from weiting.channels import actions as channels
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.fediverse import actions, documents, queries
from weiting.fediverse.models import Actor, Block, Heard
from weiting.fediverse.tests import make
from weiting.publishing import actions as publishing
from weiting.units.models import Hall

pytestmark = pytest.mark.django_db


def test_a_stranger_may_do_nothing_with_an_account(c: Any, actor: Actor):
    assert actor.connection is not None
    for does in (
        lambda: actions.follow(actor.connection, "@a@b.example", by=c.stranger),
        lambda: actions.announce(actor.connection, "https://b.example/1", "k", by=c.stranger),
        lambda: actions.reply(actor.connection, Heard(), "好", by=c.stranger),
        lambda: actions.rotate_key(actor.connection, by=c.editor),
        lambda: actions.block("b.example", "x", by=c.editor),
    ):
        with pytest.raises(NotAllowed):
            does()


def test_without_a_main_hall_nobody_shuts_out(c: Any):
    Hall.objects.update(is_main=False)
    with pytest.raises(NotAllowed):
        actions.block("b.example", "x", by=c.hall_editor)


@pytest.mark.parametrize(
    ("what", "reason"),
    [("b.example", " "), ("not a host", "x"), ("", "x"), ("https://", "x"), ("a@b.example", "x")],
)
def test_what_is_no_server_or_has_no_reason_is_not_shut_out(what: str, reason: str, c: Any):
    with pytest.raises(Invalid):
        actions.block(what, reason, by=c.hall_editor)


def test_the_hall_cannot_shut_itself_out(c: Any, settings: Any):
    for what in (settings.PUBLIC_URL, f"{settings.PUBLIC_URL}/ap/u/x"):
        with pytest.raises(Invalid):
            actions.block(what, "x", by=c.hall_editor)


def test_shutting_out_is_recorded_by_its_server_only(c: Any):
    made = actions.block("https://b.example/users/ann", "骚扰", by=c.hall_editor)
    assert actions.block("https://b.example/users/ann", "再来", by=c.hall_editor) == made
    actions.lift_block(made, by=c.hall_editor)
    rows = Entry.objects.filter(verb__startswith="fediverse.block").order_by("seq")
    assert [row.verb for row in rows] == ["fediverse.block.add", "fediverse.block.lift"]
    assert all("b.example" in str(row.facts) and "users/ann" not in str(row.facts) for row in rows)
    assert not Block.objects.exists()


def test_a_new_key_has_a_new_name_and_is_told(c: Any, actor: Actor):
    before = documents.actor(actor)["publicKey"]
    actions.rotate_key(actor.connection, by=c.hall_editor)
    found = queries.actor_for(actor.connection)
    assert found is not None
    after = documents.actor(found)["publicKey"]
    assert before["id"] != after["id"] and before["publicKeyPem"] != after["publicKeyPem"]
    assert Entry.objects.filter(verb="fediverse.actor.rotate").count() == 1
    with pytest.raises(Conflict):
        actions.rotate_key(make.connection(c.roads, handle="jiaotong"), by=c.hall_editor)


def test_accounts_of_connections_gone_live_are_opened_by_themselves(c: Any):
    made = make.connection(c.water, handle="gongshui")
    assert actions.open_accounts() == 1 and actions.open_accounts() == 0
    found = queries.actor_for(made)
    assert found is not None and queries.address_of(found).startswith("@gongshui@")


def test_going_live_opens_the_account_or_says_why_it_cannot_be(c: Any):
    made = [
        channels.plan_connection(unit, "activitypub", "联邦宇宙", by=c.hall_editor, owner=c.hall_editor)
        for unit in (c.water, c.roads)
    ]
    for each in made:
        channels.save_connection(each, by=c.hall_editor, values={"handle": "yunxi"})
    publishing.open_connection(made[0], by=c.hall_editor)
    found = queries.actor_for(made[0])
    assert found is not None and found.handle == "yunxi"
    with pytest.raises(Invalid) as refused:
        publishing.open_connection(made[1], by=c.hall_editor)
    assert "yunxi" in str(refused.value.message)
    made[1].refresh_from_db()
    assert made[1].state == "planned"
