"""How far a text has come is counted in followers who were there when it went out; hosts of few are not named."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from weiting.core import clock
from weiting.fanout.models import Copy, Host, Item
from weiting.fediverse import actions, addresses, reach
from weiting.fediverse.models import Actor, Follower, Note

pytestmark = pytest.mark.django_db


def follow(actor: Actor, host: str, count: int, *, shared: bool = True) -> None:
    """Have so many people of a server follow."""
    for number in range(count):
        uri = f"https://{host}/users/{number}"
        inbox = f"https://{host}/inbox" if shared else f"{uri}/inbox"
        Follower.objects.create(actor=actor, uri=uri, host=host, inbox=inbox)


def said(actor: Actor, key: str = "k1") -> Note:
    return actions.publish_note(actor, {"content": "<p>停水</p>"}, "https://yunxi.example/p/abc/", key)


def sent(note: Note, act: str = "send", more: str = "") -> reach.Sent:
    return act, addresses.note(note.public_id) + more


def end(host: str, state: str = "sent", code: str = "") -> None:
    Copy.objects.filter(host__name=host).update(state=state, code=code, settled_at=clock.now())


def test_one_inbox_stands_for_all_who_read_there(actor):
    follow(actor, "large.example", 30)
    follow(actor, "small.example", 2, shared=False)
    note = said(actor)
    assert Item.objects.get().copies == 3
    found = reach.standing_of([sent(note)])[sent(note)]
    assert (found.of, found.sent, found.waiting) == (32, 0, 32)
    end("large.example")
    found = reach.standing_of([sent(note)])[sent(note)]
    assert (found.of, found.sent, found.waiting, found.is_done) == (32, 30, 2, False)
    end("small.example")
    assert reach.standing_of([sent(note)])[sent(note)].is_done


def test_servers_that_do_not_answer_are_told_apart_with_when_they_are_asked_again(actor, freeze):
    freeze("2026-11-22 14:00")
    for host, count in (("well.example", 7), ("dead.example", 6), ("dead.other.example", 3)):
        follow(actor, host, count)
    note = said(actor)
    soon = clock.now().replace(minute=20)
    Host.objects.filter(name__startswith="dead").update(failures=3, why="ConnectError", rests_until=soon)
    end("well.example")
    found = reach.standing_of([sent(note)])[sent(note)]
    assert (found.of, found.sent, found.resting, found.hosts, found.asked_next) == (16, 7, 9, 2, soon)


def test_who_follows_later_is_not_counted_as_having_it(actor, freeze):
    freeze("2026-11-22 14:00")
    follow(actor, "first.example", 5)
    note = said(actor)
    end("first.example")
    freeze("2026-11-22 15:00")
    follow(actor, "later.example", 9)
    found = reach.standing_of([sent(note)])[sent(note)]
    assert (found.of, found.sent) == (5, 5)


def test_a_correction_and_a_withdrawal_have_counts_of_their_own(actor):
    follow(actor, "one.example", 5)
    note = said(actor)
    end("one.example")
    actions.correct_note(note, {"content": "<p>改到周三</p>"}, "c1")
    actions.withdraw_note(note)
    first, corrected = sent(note), sent(note, "correct", "#updates/c1")
    withdrawn = sent(note, "withdraw")
    found = reach.standing_of([first, corrected, withdrawn])
    assert {each: found[each].sent for each in found} == {first: 5, corrected: 0, withdrawn: 0}
    assert reach.standing_of([("send", "https://elsewhere.example/x"), ("send", "")]) == {}


def test_servers_of_few_followers_have_no_name_here(actor):
    follow(actor, "large.example", 6)
    follow(actor, "wang.example", 1)
    follow(actor, "li.example", 4)
    note = said(actor)
    Host.objects.update(failures=1, why="ConnectError", rests_until=clock.now())
    found = reach.servers_without(sent(note))
    assert [(each.name, each.followers, each.servers) for each in found] == [
        ("large.example", 6, 1), ("", 5, 2)
    ]  # fmt: skip
    assert "ConnectError" in found[0].why and not found[1].why


def test_what_a_server_refused_stays_refused_when_it_no_longer_answers(actor):
    follow(actor, "large.example", 6)
    note = said(actor)
    end("large.example", "refused", "401")
    Host.objects.update(failures=1, why="ConnectError", rests_until=clock.now())
    (found,) = reach.servers_without(sent(note))
    assert (found.state, found.rests, found.why, found.asked_next) == ("refused", False, "401", None)


def test_many_deliveries_are_counted_with_as_many_queries_as_one(actor):
    follow(actor, "one.example", 3)
    costs = []
    for upto in (1, 12):
        notes = [said(actor, f"k{number}") for number in range(upto)]
        with CaptureQueriesContext(connection) as caught:
            found = reach.standing_of([sent(each) for each in notes])
        assert len(found) == upto
        costs.append(len(caught))
    assert costs[0] == costs[1] == 3
