"""What is no longer needed of others is forgotten in time, and what is needed stays."""

from datetime import timedelta

import pytest
from django.test import Client

from weiting.core import clock
from weiting.fanout.models import Host
from weiting.fediverse import actions, addresses, queries
from weiting.fediverse.models import Actor, Follower, Heard, Peer, Seen
from weiting.fediverse.tests.make import Person

pytestmark = pytest.mark.django_db


def test_keys_of_strangers_and_what_was_seen_are_forgotten_and_followers_stay(
    actor: Actor, ann: Person, bob: Person, client: Client
):
    ann.sends(client, ann.says("Follow", addresses.actor(actor.handle)))
    old = clock.now() - timedelta(days=40)
    Peer.objects.update(read_at=old)
    Seen.objects.update(at=old)
    actions.tidy()
    assert list(Peer.objects.values_list("uri", flat=True)) == [ann.uri]
    assert Follower.objects.count() == 1 and not Seen.objects.exists()


def test_followers_on_a_server_that_is_long_dead_are_dropped(
    actor: Actor, ann: Person, bob: Person, client: Client
):
    for each in (ann, bob):
        each.sends(client, each.says("Follow", addresses.actor(actor.handle)))
    since = clock.now() - timedelta(days=31)
    Host.objects.filter(name=ann.host).update(failures=40, failing_since=since)
    Host.objects.filter(name=bob.host).update(failures=40, failing_since=clock.now())
    actions.tidy()
    assert list(Follower.objects.values_list("uri", flat=True)) == [bob.uri]


def test_messages_are_destroyed_after_half_a_year(actor: Actor, ann: Person, client: Client):
    tag = [{"type": "Mention", "href": addresses.actor(actor.handle)}]
    ann.sends(client, ann.says("Create", ann.writes("<p>在吗</p>", tag=tag)))
    actions.tidy()
    assert len(queries.heard_waiting(actor.connection)) == 1
    Heard.objects.update(at=clock.now() - timedelta(days=181))
    actions.tidy()
    assert not Heard.objects.exists()
