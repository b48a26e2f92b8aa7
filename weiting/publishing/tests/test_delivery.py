"""A released text arrives at every channel, once, in order; what goes wrong is asked about, told, or tried again."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid
from weiting.publishing import actions
from weiting.publishing.actions import lines
from weiting.publishing.actions.delivering import lay_down
from weiting.publishing.delivery import Engine, Pace
from weiting.publishing.delivery.calling import Patience
from weiting.publishing.models import Delivery, Receipt, Release
from weiting.publishing.tests import make as texts
from weiting.publishing.tests.fakes import Sandbox, connect, sandbox
from weiting.review.tests import make

pytestmark = pytest.mark.django_db(transaction=True)
QUICK = Pace(calls=8, look_every=0.1, patience=Patience(timedelta(seconds=0.3), (0.05, 0.1)))


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with sandbox() as running:
        yield running


@pytest.fixture
def channels(server: Sandbox) -> Sandbox:
    server.switch("forget")
    server.switch("tokens", expired=[])
    server.switch(
        "faults", **dict.fromkeys(("delay", "drop", "slow_rate", "error", "error_after", "too_many"), 0)
    )
    return server


@pytest.fixture
def c() -> make.City:
    return make.city()


def work() -> int:
    """Let a worker do all that is due."""
    with Wire(allow_private=True, answer=1.0) as wire:
        return Engine(wire, QUICK).run(until_idle=True)


def work_until(done: Callable[[], bool]) -> None:
    """Work again until something holds, at most a while."""
    for _n in range(60):
        work()
        if done():
            return
        time.sleep(0.1)
    raise AssertionError([(d.state, d.code, d.why, d.needs) for d in Delivery.objects.all()])


def release(c: make.City, title: str = "明天停水") -> Release:
    """Release a text of the water unit."""
    post = texts.approved(c, make.draft(c, title, "明天 8:00—16:00，桥头街停水。"))
    planned = actions.plan_release(post, by=c.editor)
    Release.objects.filter(pk=planned.pk).update(due_at=clock.now())
    assert actions.release_due() == 1
    return Release.objects.get(pk=planned.pk)


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_a_released_text_arrives_at_every_connection_once_with_a_receipt(c, channels):
    connect(c.water, "weibo", channels.base)
    connect(c.water, "webhook", channels.base, name="screen")
    made = release(c)
    work()
    assert states() == ["delivered", "delivered"]
    (weibo,) = channels.said("weibo")
    assert "【明天停水】" in weibo["text"] and f"/p/{made.post.public_id}/" in weibo["text"]
    receipt = Receipt.objects.get(delivery__connection__kind="weibo")
    assert (
        receipt.url.startswith("https://weibo.com/")
        and receipt.way == "interface"
        and len(receipt.digest) == 64
    )
    assert work() == 0 and len(channels.said("weibo")) == 1


def test_an_answer_that_was_lost_is_asked_for_and_nothing_is_sent_twice(c, channels):
    connect(c.water, "weibo", channels.base)
    channels.switch("faults", channel="weibo", drop=1.0)
    release(c)
    work()
    assert states() == ["in_doubt"]
    channels.switch("faults", channel="weibo", drop=0.0)
    work_until(lambda: states() == ["delivered"])
    assert len(channels.said("weibo")) == 1
    assert Receipt.objects.get().way == "looked_up"


def test_what_surely_never_arrived_is_sent_again(c, channels):
    connect(c.water, "weibo", channels.base)
    channels.switch("faults", channel="weibo", error=1.0)
    release(c)
    work()
    assert states() == ["in_doubt"]
    channels.switch("faults", channel="weibo", error=0.0)
    work_until(lambda: states() == ["delivered"])
    assert len(channels.said("weibo")) == 1


def test_a_webhook_is_called_again_under_its_key_and_takes_it_once(c, channels):
    connect(c.water, "webhook", channels.base, name="screen")
    channels.switch("faults", channel="webhook", drop=1.0)
    release(c)
    work()
    channels.switch("faults", channel="webhook", drop=0.0)
    work_until(lambda: states() == ["delivered"])
    assert len(channels.said("webhook")) == 1


def test_an_expired_token_stops_the_line_until_it_is_renewed_and_nothing_is_lost(c, channels):
    line = connect(c.water, "weibo", channels.base, name="gs")
    channels.switch("tokens", expired=["gs"])
    release(c, "第一条")
    release(c, "第二条")
    work()
    line.refresh_from_db()
    assert (line.needs, line.needs_code, states()) == ("authorise", "21327", ["queued", "queued"])
    channels.switch("tokens", expired=[])
    assert work() == 0
    line.needs = ""
    line.save()
    lines.wake([line.pk])
    work_until(lambda: states() == ["delivered", "delivered"])
    assert [row["text"][:5] for row in channels.said("weibo")] == ["【第一条】", "【第二条】"]


def test_the_order_of_an_account_is_kept_when_the_first_has_to_wait(c, channels):
    connect(c.water, "weibo", channels.base)
    channels.switch("faults", channel="weibo", too_many=1.0)
    release(c, "第一条")
    release(c, "第二条")
    work()
    assert channels.said("weibo") == []
    channels.switch("faults", channel="weibo", too_many=0.0)
    work_until(lambda: states() == ["delivered", "delivered"])
    assert [row["text"][:5] for row in channels.said("weibo")] == ["【第一条】", "【第二条】"]


def test_a_worker_that_dies_between_claim_and_call_leaves_a_doubt_that_is_asked_about(c, channels):
    connect(c.water, "weibo", channels.base)
    release(c)
    (taken,) = lines.claim("elsewhere:1:1", 5, timedelta(seconds=0.2))
    assert taken.state == "sending" and states() == ["sending"]
    assert work() == 0, "its lease has not run out"
    work_until(lambda: states() == ["delivered"])
    assert len(channels.said("weibo")) == 1


def test_of_two_workers_only_one_takes_a_line(c, channels):
    connect(c.water, "weibo", channels.base)
    release(c, "第一条")
    release(c, "第二条")
    assert len(lines.claim("one:1:1", 5, timedelta(seconds=60))) == 1
    assert lines.claim("two:2:2", 5, timedelta(seconds=60)) == []


def test_what_the_channel_refuses_is_told_and_a_person_may_send_it_again_or_confirm_it(c, channels):
    connect(c.water, "webhook", f"{channels.base}/nowhere", name="x")
    release(c)
    work()
    found = Delivery.objects.get()
    assert (found.state, found.connection.needs) == ("queued", "settings")
    with pytest.raises(Conflict):
        actions.send_again(found, by=c.editor)
    with pytest.raises(Invalid):
        actions.confirm_by_hand(found, by=c.editor, url="贴在这里")
    receipt = actions.confirm_by_hand(found, by=c.editor, url="https://example.org/1")
    assert receipt.way == "by_hand" and receipt.by == c.editor
    with pytest.raises(Conflict):
        actions.confirm_by_hand(found, by=c.editor, url="https://example.org/1")


def test_a_correction_and_a_withdrawal_follow_to_every_place_the_text_went(c, channels):
    connect(c.water, "webhook", channels.base, name="screen")
    connect(c.water, "weibo", channels.base, name="gs")
    first = release(c)
    work()
    assert first.post is not None
    actions.withdraw_post(first.post, "日期弄错了", by=c.final)
    work()
    assert [row["event"] for row in channels.said("webhook")] == ["published", "withdrawn"]
    stopped = Delivery.objects.get(connection__kind="weibo", act="withdraw")
    assert (stopped.state, stopped.needs) == ("refused", "by_hand"), "Weibo lets nobody delete from here"


def test_what_has_not_gone_out_when_a_text_is_withdrawn_never_does(c, channels):
    connect(c.water, "webhook", channels.base, name="screen")
    first = release(c)
    assert first.post is not None
    actions.withdraw_post(first.post, "日期弄错了", by=c.final)
    work()
    assert states() == ["called_off"] and channels.said("webhook") == []


def test_laying_down_twice_changes_nothing(c, channels):
    line = connect(c.water, "weibo", channels.base)
    made = release(c)
    work()
    lay_down(made, [line])
    work()
    assert len(channels.said("weibo")) == 1
