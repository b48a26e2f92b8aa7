"""What was approved is never lost, never sent twice, and nobody waits without being told: against channels that answer
as they like, people who act at the wrong moment, and a worker that is slow."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection as database

from weiting.channels.models import Connection
from weiting.channels.ports import Action, InDoubt, Receipt as Given, Refused, Rendered, TryLater, Verb, Words
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.core.errors import Conflict
from weiting.publishing import actions
from weiting.publishing.actions import delivering, lines
from weiting.publishing.delivery import Engine, Pace, calling, engine as engines
from weiting.publishing.delivery.calling import Patience
from weiting.publishing.models import Delivery, Line, Receipt
from weiting.publishing.tests.fakes import connect
from weiting.publishing.tests.test_delivery import release, states
from weiting.review.tests import make
from weiting.units.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
# What has to wait waits until `be_due`.
QUICK = Pace(calls=4, look_every=0.05, patience=Patience(timedelta(seconds=0.1), (3600.0,), (3600.0,)))
ALL = frozenset({Verb.SEND, Verb.LOOK_UP, Verb.CORRECT, Verb.WITHDRAW, Verb.FOLLOW})


class Channel:
    """A channel that does what it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.can = ALL
        self.asked: list[str] = []
        self.has: dict[str, Given] = {}
        self.does: dict[str, Callable[[], Any]] = {}

    def _do(self, verb: str) -> Any:
        self.asked.append(verb)
        return self.does[verb]() if verb in self.does else None

    def render(self, words: Words) -> Rendered:
        if "render" in self.does:
            self.does["render"]()
        return Rendered(words.title, {"text": words.title})

    def send(self, sent: Rendered, key: str) -> Given:
        given = self._do("send") or Given(f"id-{key}", f"https://example.org/{key}")
        self.has[key] = given
        return given

    def look_up(self, sent: Rendered, key: str, since: object) -> Given | None:
        self._do("look_up")
        return self.has.get(key)

    def follow(self, receipt: Given) -> Given | None:
        return self._do("follow")

    def correct(self, receipt: Given, sent: Rendered, key: str) -> Given:
        return self._do("correct") or Given(f"id-{key}")

    def withdraw(self, receipt: Given, key: str) -> None:
        self._do("withdraw")


def fails(error: Exception) -> Callable[[], Any]:
    def does() -> Any:
        raise error

    return does


@pytest.fixture
def channel(monkeypatch) -> Channel:
    made = Channel()
    monkeypatch.setattr(calling, "adapter_of", lambda _connection, _wire: made)
    return made


@pytest.fixture
def c() -> make.City:
    return make.city()


@pytest.fixture
def line(c) -> Connection:
    return connect(c.water, "weibo", "http://127.0.0.1:1", name="gs")


@pytest.fixture
def keeper(c):
    person = make.person("keeper", "卓霖")
    make.member(person, c.water, Role.ADMINISTRATOR)
    return person


def work(pace: Pace = QUICK) -> int:
    """Let a worker do what is due; one that does not come to an end in time is stopped, and fails."""
    with Wire(allow_private=True) as wire:
        engine = Engine(wire, pace)
        late = threading.Timer(60, engine.stop)
        late.start()
        try:
            return engine.run(until_idle=True)
        finally:
            late.cancel()


def be_due() -> None:
    """Let the time pass that lines wait."""
    Delivery.objects.filter(not_before__isnull=False).update(not_before=clock.now())
    Line.objects.filter(next_at__isnull=False).update(next_at=clock.now())


def age(**by: float) -> None:
    """Let what is under way have begun that long ago."""
    Delivery.objects.update(queued_at=clock.now() - timedelta(**by), called_at=clock.now() - timedelta(**by))
    be_due()


# --- what channels answer ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["a\x00b", "a\ud800b"], ids=["nul", "half a letter"])
def test_words_of_a_channel_that_no_table_takes_stop_no_worker(c, line, channel, said):
    other = connect(c.water, "webhook", "http://127.0.0.1:1", name="screen")
    release(c)
    channel.does["send"] = fails(Refused(f"x{said}"[:10], Action.CHANGE_WORDS, said))
    work()
    assert set(Delivery.objects.values_list("connection", "state")) == {
        (line.pk, "refused"),
        (other.pk, "refused"),
    }
    channel.does["send"] = lambda: Given(f"id{said}", f"https://example.org/{said}")
    release(c, "第二条")
    work()
    assert states()[2:] == ["delivered", "delivered"] and Receipt.objects.count() == 2


def test_one_end_that_cannot_be_written_holds_up_no_other(c, line, channel, monkeypatch):
    connect(c.water, "webhook", "http://127.0.0.1:1", name="screen")
    release(c)
    first = Delivery.objects.earliest("pk").public_id
    send = channel.send

    def odd(sent: Rendered, key: str) -> Given:
        given = send(sent, key)
        # No table takes such a time.
        return Given(given.external_id, given.url, "long ago") if key == first else given  # type: ignore[arg-type]

    monkeypatch.setattr(channel, "send", odd)
    work()
    assert states() == ["in_doubt", "delivered"]


def test_a_channel_that_only_ever_breaks_is_a_persons_after_a_day_and_lets_the_others_pass(c, line, channel):
    channel.can = ALL | {Verb.REPEAT}
    channel.does["send"] = fails(InDoubt("500"))
    release(c, "第一条")
    work()
    assert states() == ["in_doubt"]
    age(hours=25)
    work()
    found = Delivery.objects.get()
    assert (found.state, found.needs) == ("in_doubt", "decide")
    del channel.does["send"]
    release(c, "第二条")
    work()
    assert states() == ["in_doubt", "delivered"]


def test_a_channel_that_cannot_be_asked_for_a_day_leaves_the_doubt_to_a_person(c, line, channel):
    channel.does["send"] = fails(InDoubt("lost"))
    channel.does["look_up"] = fails(TryLater(0, "not reached"))
    release(c, "第一条")
    work()
    be_due()
    work()
    assert states() == ["in_doubt"] and Delivery.objects.get().needs == ""
    age(hours=25)
    work()
    assert Delivery.objects.get().needs == "decide"
    assert actions.tell_stopped() == 1


def test_a_withdrawal_that_only_ever_breaks_is_a_persons_after_a_day(c, line, channel):
    made = release(c)
    work()
    assert made.post is not None
    channel.does["withdraw"] = fails(InDoubt("500"))
    actions.withdraw_post(made.post, "日期弄错了", by=c.final)
    work()
    age(hours=25)
    work()
    stopped = Delivery.objects.get(act="withdraw")
    assert (stopped.state, stopped.needs) == ("in_doubt", "decide")
    assert actions.confirm_by_hand(stopped, by=c.editor).way == "by_hand"


def test_a_fault_of_ours_is_told_after_some_tries_and_does_not_hold_the_line_for_ever(c, line, channel):
    channel.does["render"] = fails(KeyError("geheim"))
    release(c)
    for _n in range(12):
        work()
        be_due()
    found = Delivery.objects.get()
    assert (found.state, found.needs, found.code) == ("in_doubt", "decide", "faults")
    assert "geheim" not in found.why


# --- a worker that is slow, or loses the database ---------------------------------------------------------------


def test_a_call_longer_than_the_lease_is_not_made_twice(c, line, channel):
    short = Pace(
        calls=4,
        look_every=0.05,
        lease=timedelta(seconds=2),
        longest=timedelta(seconds=1),
        patience=QUICK.patience,
    )
    channel.does["send"] = lambda: time.sleep(4.5)
    release(c)
    work(short)
    assert channel.asked == ["send"] and states() == ["delivered"]


def test_a_text_taken_when_the_database_went_away_is_called_and_leaves_no_doubt(
    c, line, channel, monkeypatch
):
    release(c)
    real = engines.words_of
    failed: list[int] = []

    def words_of(*given: Any) -> Words:
        if not failed:
            failed.append(1)
            raise OperationalError("the server closed the connection")
        return real(*given)

    monkeypatch.setattr(engines, "words_of", words_of)
    work()
    assert failed and channel.asked == ["send"] and states() == ["delivered"]


def test_a_text_that_cannot_be_read_stops_by_itself_and_the_others_go_out(c, line, channel, monkeypatch):
    bad = release(c, "第一条")
    real = engines.words_of

    def words_of(found: Any, *given: Any) -> Words:
        if found.pk == bad.pk:
            raise KeyError("path")
        return real(found, *given)

    monkeypatch.setattr(engines, "words_of", words_of)
    connect(c.water, "webhook", "http://127.0.0.1:1", name="screen")
    release(c, "第二条")
    for _n in range(12):
        work()
        be_due()
    found = Delivery.objects.earliest("pk")
    assert found.needs == "decide" and found.code == "faults"
    assert states()[1:] == ["delivered", "delivered"]


# --- people who act at the wrong moment -------------------------------------------------------------------------


def test_a_withdrawal_that_was_left_once_is_made_when_the_text_is_withdrawn_everywhere(c, line, channel):
    made = release(c)
    work()
    channel.does["withdraw"] = fails(Refused("no", Action.CHANGE_WORDS))
    back = actions.withdraw_there(Delivery.objects.get(), by=c.final)
    work()
    back.refresh_from_db()
    actions.leave(back, by=c.editor)
    del channel.does["withdraw"]
    assert made.post is not None
    actions.withdraw_post(made.post, "日期弄错了", by=c.final)
    work()
    assert Delivery.objects.get(act="withdraw").state == "delivered"


def test_what_is_sent_again_to_a_closed_channel_is_left_to_be_done_by_hand(c, line, channel, keeper):
    release(c)
    Delivery.objects.update(state="in_doubt", code="unknown")
    actions.close_connection(line, "停用", by=keeper)
    sent = actions.send_again(Delivery.objects.get(), by=c.editor)
    assert (sent.state, Delivery.objects.get().needs) == ("queued", "by_hand")


def test_what_follows_a_text_found_at_a_closed_channel_is_left_to_be_done_by_hand(c, line, channel, keeper):
    made = release(c)
    channel.can = ALL - {Verb.LOOK_UP}
    channel.does["send"] = fails(InDoubt("lost"))
    work()
    be_due()
    work()
    assert Delivery.objects.get().needs == "decide" and made.post is not None
    actions.withdraw_post(made.post, "日期弄错了", by=c.final)
    work()
    assert Delivery.objects.get(act="withdraw").state == "called_off"
    actions.close_connection(line, "停用", by=keeper)
    actions.confirm_by_hand(Delivery.objects.get(act="send"), by=c.editor, url="https://weibo.com/1/x")
    back = Delivery.objects.get(act="withdraw")
    assert (back.state, back.needs) == ("queued", "by_hand")


def test_a_channel_is_not_closed_while_it_is_being_asked(c, line, channel, keeper):
    release(c)
    Delivery.objects.update(state="in_doubt", code="unknown")
    (held,) = lines.claim("me:1:1", 5, timedelta(seconds=600))
    with pytest.raises(Conflict):
        actions.close_connection(line, "停用", by=keeper)
    lines.settle("me:1:1", [lines.Settled(held, "queued")])
    assert actions.close_connection(line, "停用", by=keeper).called_off == 1


def test_a_text_laid_down_while_its_channel_was_put_to_rest_does_not_go_out(c, line, channel, keeper):
    made = release(c)
    Delivery.objects.all().delete()
    stale = Connection.objects.get()
    actions.rest_connection(line, "重大活动期间", by=keeper)
    delivering.lay_down(made, [stale])
    assert work() == 0 and states() == ["queued"]


def test_a_rest_taken_back_while_a_call_is_under_way_does_not_make_it_twice(c, line, channel, keeper):
    channel.can = ALL | {Verb.REPEAT}
    release(c)
    (held,) = lines.claim("elsewhere:1:1", 5, timedelta(seconds=600))
    actions.rest_connection(line, "发现异常", by=keeper)
    actions.open_connection(Connection.objects.get(), by=keeper)
    assert work() == 0, "whoever holds the line is still calling"
    lines.settle("elsewhere:1:1", [lines.Settled(held, "delivered", receipt=Receipt(delivery_id=held.id))])
    assert states() == ["delivered"] and work() == 0


def test_a_call_with_the_old_token_does_not_stop_an_account_that_was_renewed_meanwhile(
    c, line, channel, keeper
):
    release(c)
    tries = []

    def send() -> None:
        tries.append(1)
        if len(tries) == 1:
            held = Connection.objects.get()
            actions.renew_connection(
                held, by=keeper, secrets_given={"token": "2.00renewedrenewedrenewedrenewed"}
            )
            database.close()
            raise Refused("21327", Action.AUTHORISE)

    channel.does["send"] = send
    work()
    assert states() == ["delivered"] and Connection.objects.get().needs == "" and len(tries) == 2


# --- what is over, or was never to go there ---------------------------------------------------------------------


def expire(post: Any) -> None:
    type(post).objects.filter(pk=post.pk).update(expires_at=clock.now())
    assert actions.expire_due() == 1


def test_what_is_out_of_date_does_not_go_out_when_its_doubt_ends(c, line, channel):
    made = release(c)
    channel.does["send"] = fails(InDoubt("lost"))
    work()
    expire(made.post)
    be_due()
    time.sleep(0.15)
    work()
    assert states() == ["called_off"] and channel.asked.count("send") == 1


def test_what_is_out_of_date_stays_where_it_turns_out_to_stand(c, line, channel):
    made = release(c)
    channel.can = ALL - {Verb.LOOK_UP}
    channel.does["send"] = fails(InDoubt("lost"))
    work()
    be_due()
    work()
    expire(made.post)
    actions.confirm_by_hand(Delivery.objects.get(), by=c.editor, url="https://weibo.com/1/x")
    work()
    assert "withdraw" not in channel.asked and Delivery.objects.count() == 1


def test_a_channel_switched_off_is_not_sent_what_turns_out_not_to_be_there(c, line, channel):
    made = release(c)
    channel.does["send"] = fails(InDoubt("lost"))
    work()
    assert made.post is not None
    made.post.refresh_from_db()
    actions.choose_channels(made.post, by=c.editor, off=[line])
    be_due()
    time.sleep(0.15)
    work()
    assert states() == ["called_off"] and channel.asked.count("send") == 1


def test_a_late_answer_of_a_worker_that_lost_its_line_undoes_nothing(c, line, channel):
    release(c)
    (old,) = lines.claim("elsewhere:1:1", 5, timedelta(seconds=-1))
    (again,) = lines.claim("other:2:2", 5, timedelta(seconds=60))
    lines.settle("elsewhere:1:1", [lines.Settled(old, "refused", code="x")])
    lines.settle("other:2:2", [lines.Settled(again, "delivered", receipt=Receipt(delivery_id=again.id))])
    assert states() == ["delivered"] and Receipt.objects.count() == 1
