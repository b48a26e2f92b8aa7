"""Copies arrive once, in order for each host, and dead hosts delay nobody else."""

import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import OperationalError, connection

from weiting.channels.ports import Action, InDoubt, Refused, TryLater
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.fanout import postmen, queries
from weiting.fanout.actions import Target, rows, spread, tidy
from weiting.fanout.calling import Patience
from weiting.fanout.engine import Engine, Pace
from weiting.fanout.models import Copy, Host, Item
from weiting.fanout.postmen import Gone, Letter
from weiting.fanout.tests.fakes import Fake

pytestmark = pytest.mark.django_db(transaction=True)
QUICK = Pace(calls=20, threads=60, look_every=0.05, hangs=0.1)


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    postmen.register("test", "weiting.fanout.tests.fakes.Fake")
    postmen.register("once", "weiting.fanout.tests.fakes.Once")
    yield
    Fake.forget()
    postmen._named.pop("test")
    postmen._named.pop("once")
    postmen.postman_of.cache_clear()


def work(pace: Pace = QUICK) -> int:
    with Wire(allow_private=True) as wire:
        return Engine(wire, pace, ["test", "once"]).run(until_idle=True)


def lay(key: str, *addresses: str, kind: str = "test", order: str = "a", text: str = "") -> int:
    """Lay a text down for addresses written "host/inbox"."""
    targets = [Target(each.split("/")[0], each) for each in addresses]
    return spread(kind, key, {"text": text or key}, targets, order=order)


def failing(error: Exception, times: int = 1) -> Callable[[Letter], None]:
    left = [times]

    def does(letter: Letter) -> None:
        if left[0]:
            left[0] -= 1
            raise error

    return does


def be_due() -> None:
    """Let the time pass that hosts rest and addresses wait."""
    Host.objects.filter(next_at__isnull=False).update(next_at="2020-01-01T00:00Z", rests_until=None)
    Copy.objects.filter(next_at__isnull=False).update(next_at="2020-01-01T00:00Z")


def rest() -> timedelta:
    """Return for how long the host rests, since it began to fail."""
    host = Host.objects.get(name="h")
    assert host.rests_until is not None and host.failing_since is not None
    return host.rests_until - host.failing_since


def states() -> dict[str, str]:
    return dict(Copy.objects.values_list("target", "state"))


def test_each_address_gets_a_text_once_and_it_is_packed_once():
    addresses = [f"h{n % 7}/{n}" for n in range(100)]
    assert lay("k1", *addresses, *addresses[:10]) == 100
    assert work() == 100
    assert sorted(Fake.got) == sorted(("k1", each) for each in addresses)
    assert Fake.packed == ["k1"]
    done = queries.progress("k1")
    assert (done.of, done.sent, done.is_done) == (100, 100, True)


def test_the_same_key_twice_is_laid_down_once():
    assert lay("k1", "h/1", "h/2") == 2
    assert lay("k1", "h/1", "h/2", "h/3") == 0
    assert work() == 2 and Item.objects.count() == 1


def test_ten_thousand_copies_are_laid_down_by_a_handful_of_statements(django_assert_max_num_queries):
    targets = [
        Target(f"host-{n % 500}.example", f"https://host-{n % 500}.example/{n}") for n in range(10_000)
    ]
    with django_assert_max_num_queries(10):
        assert spread("test", "many", {"text": "x"}, targets, order="a") == 10_000


def test_items_of_one_order_reach_a_host_one_after_another():
    for n in range(5):
        lay(f"k{n}", "h/1", "h/2", "i/1")
    work()
    for host in "hi":
        texts = [text for text, target in Fake.got if target.startswith(host)]
        assert texts == sorted(texts)


def test_a_host_is_called_for_few_copies_at_once():
    lay("k1", *[f"h/{n}" for n in range(30)])
    work()
    assert Fake.busiest["h"] == Fake.at_host


def test_a_host_that_is_not_reached_rests_longer_each_time_and_loses_nothing():
    Fake.does["h"] = failing(TryLater(0, "no answer", whole_account=True), 2)
    lay("k1", "h/1", "h/2", "i/1")
    work()
    assert Fake.got == [("k1", "i/1")]
    host, first = Host.objects.get(name="h"), rest()
    assert host.failures == 1 and first >= timedelta(seconds=29)
    be_due()
    work()
    host.refresh_from_db()
    assert host.failures == 2 and rest() > 3 * first
    assert [each.name for each in queries.failing_hosts("test")] == ["h"]
    be_due()
    work()
    host.refresh_from_db()
    assert (host.failures, host.failing_since, host.why) == (0, None, "")
    assert sorted(Fake.got) == [("k1", "h/1"), ("k1", "h/2"), ("k1", "i/1")]


def test_a_host_that_rests_is_not_called_for_new_texts():
    Fake.does["h"] = failing(TryLater(0, "no answer", whole_account=True), 99)
    lay("k1", "h/1")
    work()
    lay("k2", "h/1")
    assert work() == 0 and queries.progress("k2").waiting == 1


def test_a_retry_after_of_the_host_is_kept():
    Fake.does["h"] = failing(TryLater(1800, "429", whole_account=True))
    lay("k1", "h/1")
    work()
    assert rest() >= timedelta(seconds=1800)


def test_what_a_dead_host_has_not_got_after_days_is_given_up():
    Fake.does["h"] = failing(TryLater(0, "no answer", whole_account=True), 99)
    lay("k1", "h/1", "h/2")
    lay("k2", "h/1")
    Copy.objects.filter(item__key="k1").update(created_at="2020-01-01T00:00Z")
    work()
    assert queries.progress("k1").gave_up == 2 and queries.progress("k2").waiting == 1
    (failure,) = queries.failures_by_host("k1")
    assert (failure.host, failure.state, failure.why, failure.count) == ("h", "gave_up", "no answer", 2)


def test_one_address_that_is_asked_later_holds_only_itself_up():
    Fake.does["h/1"] = failing(TryLater(0, "404"))
    lay("k1", "h/1", "h/2")
    lay("k2", "h/1", "h/2")
    work()
    assert Fake.got == [("k1", "h/2"), ("k2", "h/2")]
    be_due()
    work()
    assert Fake.got[2:] == [("k1", "h/1"), ("k2", "h/1")]


def test_a_refusal_is_kept_with_its_reason_and_stops_nothing_else():
    Fake.does["h/1"] = failing(Refused("403", Action.NOTHING, "blocked"))
    lay("k1", "h/1", "h/2")
    work()
    assert states() == {"h/1": "refused", "h/2": "sent"}
    assert [(f.state, f.why) for f in queries.failures_by_host("k1")] == [("refused", "blocked")]


def test_whose_address_is_gone_is_told_to_the_owner_of_the_list():
    Fake.does["h/1"] = failing(Gone("410"))
    lay("k1", "h/1", "h/2")
    work()
    assert Fake.dropped == ["h/1"] and states() == {"h/1": "refused", "h/2": "sent"}


def test_a_lost_answer_is_repeated_only_where_that_does_no_harm():
    Fake.does["h"] = failing(InDoubt("reset"))
    lay("k1", "h/1")
    Fake.does["m"] = failing(InDoubt("reset"))
    lay("k2", "m/1", kind="once")
    work()
    assert states() == {"h/1": "waiting", "m/1": "in_doubt"}
    be_due()
    assert work() == 1
    assert states() == {"h/1": "sent", "m/1": "in_doubt"}


def test_what_a_dead_worker_was_sending_is_repeated_or_left_in_doubt():
    lay("k1", "h/1", kind="test")
    lay("k2", "m/1", "m/2", kind="once")
    for kind, repeats in (("test", True), ("once", False)):
        taken = rows.claim("dead", rows.Want(kind, repeats, False, 10, 1), timedelta(seconds=60))
        assert len(taken) == 1
    assert work() == 0
    rows.expire(["dead"])
    work()
    assert states() == {"h/1": "sent", "m/1": "in_doubt", "m/2": "sent"}


def test_a_worker_that_lost_its_lease_cannot_undo_what_another_has_done():
    lay("k1", "h/1")
    (claimed,) = rows.claim("slow", rows.Want("test", True, False, 1, 1), timedelta(seconds=60))
    rows.expire(["slow"])
    work()
    late = rows.Settled(claimed, "waiting", None, "later", "slow", is_ill=True)
    rows.settle("slow", [[late]], [30.0], timedelta(days=5))
    assert states() == {"h/1": "sent"} and Host.objects.get().failures == 0


def test_a_worker_gets_the_copies_of_a_host_as_they_were_laid_down_however_the_database_joins():
    for number in range(60):
        lay(f"k{number}", f"h/{number}", order="")
    # Written anew from the last to the first, the texts lie the other way round in their table.
    for pk in Item.objects.order_by("-pk").values_list("pk", flat=True):
        Item.objects.filter(pk=pk).update(created_at=clock.now())
    want = rows.Want("test", True, False, 1, 60)
    with connection.cursor() as cursor:
        cursor.execute("SET enable_nestloop = off; SET enable_mergejoin = off")
        try:
            taken = rows.claim("one", want, timedelta(seconds=60))
        finally:
            cursor.execute("RESET enable_nestloop; RESET enable_mergejoin")
    assert [each.target for each in taken] == [f"h/{number}" for number in range(60)]


def test_two_workers_never_take_the_same_copy():
    lay("k1", *[f"h{n}/{n}" for n in range(20)])
    want = rows.Want("test", True, False, 20, 1)
    first = rows.claim("one", want, timedelta(seconds=60))
    assert len(first) == 20 and rows.claim("two", want, timedelta(seconds=60)) == []


def test_hosts_that_hang_delay_nobody_else():
    # They hang until nearly all others have what is theirs; whoever waited for them would wait in vain.
    arrived, enough, was_enough = count(1), threading.Event(), []

    def arrives(_letter: object) -> None:
        if next(arrived) == 380:
            enough.set()

    for n in range(40):
        Fake.does[f"dead{n}"] = lambda letter: was_enough.append(enough.wait(60))
    lay("k1", *[f"dead{n}/1" for n in range(40)], *[f"h{n % 50}/{n}" for n in range(400)])
    Fake.does |= {f"h{n}": arrives for n in range(50)}
    work()
    assert was_enough == [True] * 40 and len(Fake.got) == 440


def test_an_item_that_cannot_be_packed_stops_nothing_else():
    lay("bad", "h/1", text="broken", order="")
    lay("good", "h/1", "h/2", order="")
    work()
    assert sorted(Fake.got) == [("good", "h/1"), ("good", "h/2")]
    assert queries.progress("bad").waiting == 1


def test_copies_that_arrived_long_ago_go_and_their_number_stays():
    Fake.does["h/2"] = failing(Refused("403", Action.NOTHING))
    lay("k1", "h/1", "h/2")
    work()
    Copy.objects.update(settled_at="2020-01-01T00:00Z")
    assert tidy() == 1
    done = queries.progress("k1")
    assert (done.of, done.sent, done.refused) == (2, 1, 1)


def test_the_patience_of_hosts_ends_after_days():
    patience = Patience()
    assert patience.hosts == tuple(sorted(patience.hosts)) and patience.hosts[-1] >= 12 * 3600
    assert patience.give_up >= timedelta(days=3)


def test_a_claim_reads_no_more_when_a_dead_host_has_much_to_get():
    for n in range(200):
        lay(f"k{n}", "h/1")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE fanout_copy")
    taken = rows.claim("me", rows.Want("test", True, False, 5, 4), timedelta(seconds=60))
    assert [each.key for each in taken] == ["k0"]


@pytest.mark.parametrize("said", ["a\x00b", "a\ud800b"], ids=["nul", "half a letter"])
def test_words_of_a_host_that_no_table_takes_stop_no_worker(said):
    Fake.does["h1"] = failing(Refused(said, Action.NOTHING, said, whole_account=False))
    Fake.does["h2"] = failing(TryLater(0, said, whole_account=True))
    lay("k", "h1/a", "h2/b", "h3/c")
    work()
    assert states() == {"h1/a": "refused", "h2/b": "waiting", "h3/c": "sent"}


def test_an_owner_that_cannot_take_note_of_who_is_gone_holds_up_no_other_host(monkeypatch):
    def broken(*_given: object) -> None:
        raise KeyError("nobody")

    monkeypatch.setattr(Fake, "gone", broken)
    Fake.does["h1"] = failing(Gone("410"), 9)
    lay("k", "h1/a", "h2/b", "h3/c")
    work()
    assert states() == {"h1/a": "refused", "h2/b": "sent", "h3/c": "sent"}


@pytest.mark.parametrize("kind", ["test", "once"])
def test_copies_taken_when_the_database_went_away_are_called_and_none_is_in_doubt(kind, monkeypatch):
    lay("k", "h1/a", "h2/b", kind=kind)
    real = rows.payloads
    failed: list[int] = []

    def payloads(items: Collection[int]) -> dict[int, dict[str, Any]]:
        if not failed:
            failed.append(1)
            raise OperationalError("the server closed the connection")
        return real(items)

    monkeypatch.setattr(rows, "payloads", payloads)
    work()
    assert failed and set(states().values()) == {"sent"} and len(Fake.got) == 2


@pytest.mark.parametrize("kind", ["test", "once"])
def test_a_call_longer_than_the_lease_is_made_once(kind):
    lay("k", "h/a", "other/b", kind=kind)
    Fake.does["h"] = lambda _letter: time.sleep(4.5)
    work(replace(QUICK, lease=timedelta(seconds=2)))
    assert sorted(Fake.got) == [("k", "h/a"), ("k", "other/b")]
    assert set(states().values()) == {"sent"}
