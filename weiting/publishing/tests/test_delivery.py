"""A released text arrives at every channel, once, in order; what goes wrong is asked about, told, or tried again."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from weiting.channels.models import Connection
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid
from weiting.publishing import actions
from weiting.publishing.actions import lines
from weiting.publishing.actions.delivering import lay_down
from weiting.publishing.delivery import Engine, Pace
from weiting.publishing.delivery.calling import Patience
from weiting.publishing.models import Delivery, Line, Receipt, Release
from weiting.publishing.tests import make as texts
from weiting.publishing.tests.fakes import connect
from weiting.review.tests import make
from weiting.sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
QUICK = Pace(calls=8, look_every=0.1, patience=Patience(timedelta(seconds=0.3), (0.05, 0.1), (0.05, 0.2)))
# Nothing is done a second time within the time of a test, however slow the machine.
ONCE = replace(QUICK, patience=Patience(timedelta(seconds=0.3), (600.0,), (600.0,)))


def work(pace: Pace = QUICK) -> int:
    """Let a worker do all that is due."""
    with Wire(allow_private=True, answer=5.0) as wire:
        return Engine(wire, pace).run(until_idle=True)


def go_on() -> None:
    """Let all that waits be due now."""
    Delivery.objects.exclude(not_before=None).update(not_before=clock.now())
    lines.wake(list(Delivery.objects.values_list("connection_id", flat=True)))


def work_until(done: Callable[[], bool]) -> None:
    """Work again until something holds, at most a while."""
    for _n in range(300):
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
    work(ONCE)
    assert states() == ["in_doubt"]
    channels.switch("faults", channel="weibo", drop=0.0)
    go_on()
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
    (taken,) = lines.claim("elsewhere:1:1", 5, timedelta(seconds=600))
    assert taken.state == "sending" and states() == ["sending"]
    assert work() == 0, "its lease has not run out"
    Line.objects.update(leased_until=clock.now())
    work_until(lambda: states() == ["delivered"])
    assert len(channels.said("weibo")) == 1


def test_how_long_a_text_may_be_under_way_counts_from_its_call_not_from_when_it_was_taken(
    c, channels, freeze
):
    connect(c.water, "weibo", channels.base)
    channels.switch("faults", channel="weibo", error=1.0)
    release(c)
    with Wire(allow_private=True) as wire:
        engine = Engine(wire, Pace())
        ((_kind, job),) = engine._prepared(lines.claim(engine.holder, 1, timedelta(seconds=150)))
        freeze.move(seconds=55)
        lines.settle(engine.holder, [engine._call(job)])
        called = clock.now()
        assert states() == ["in_doubt"] and Delivery.objects.get().called_at == called
        channels.switch("faults", channel="weibo", error=0.0)
        freeze.move(seconds=6)
        ((_kind, job),) = engine._prepared(lines.claim(engine.holder, 1, timedelta(seconds=150)))
        lines.settle(engine.holder, [engine._call(job)])
    found = Delivery.objects.get()
    assert (found.state, found.not_before) == ("in_doubt", called + timedelta(seconds=60))


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


def accepted(c: make.City, channels: Sandbox, **faults: float) -> Delivery:
    """Release a text to WeChat, where its publication goes on until it is told to end."""
    connect(c.water, "wechat", channels.base, name="gs")
    channels.switch("faults", channel="wechat", **{"publish_after": 3600.0, **faults})
    release(c)
    work()
    found = Delivery.objects.get()
    assert (found.state, channels.said("wechat")) == ("accepted", [])
    assert found.not_before is not None and found.settled_at is not None
    return found


def end(channels: Sandbox, status: int = 0) -> None:
    """Let all publications under way end now, and so."""
    channels.switch("publish", channel="wechat", status=status)


def test_an_accepted_text_is_asked_about_until_it_is_out_and_its_receipt_then_names_the_article(c, channels):
    found = accepted(c, channels)
    before = Receipt.objects.get()
    work_until(lambda: channels.state()["wechat"]["calls"].get("/cgi-bin/freepublish/get", 0) >= 2)
    assert states() == ["accepted"]
    end(channels)
    work_until(lambda: states() == ["delivered"])
    receipt = Receipt.objects.get()
    assert receipt.pk == before.pk and receipt.digest == before.digest and receipt.way == "interface"
    assert receipt.external_id != before.external_id and receipt.url.startswith("http://mp.weixin.qq.com/")
    found.refresh_from_db()
    assert found.not_before is None and len(channels.said("wechat")) == 1
    assert work() == 0, "nobody asks any more"


def test_what_is_accepted_does_not_hold_up_its_line(c, channels):
    accepted(c, channels)
    channels.switch("faults", channel="wechat", publish_after=0.0)
    release(c, "第二条")
    work_until(lambda: states() == ["accepted", "delivered"])


def test_a_publication_that_fails_there_is_refused_with_what_to_do_and_leaves_no_receipt(c, channels):
    found = accepted(c, channels)
    end(channels, 4)
    work_until(lambda: states() == ["refused"])
    found.refresh_from_db()
    assert (found.code, found.needs) == ("publish_4", "change_words")
    assert not Receipt.objects.exists()
    actions.confirm_by_hand(found, by=c.editor, url="https://mp.weixin.qq.com/s/1")
    assert states() == ["delivered"]


def test_a_withdrawal_waits_for_a_publication_under_way_and_then_takes_it_back(c, channels):
    found = accepted(c, channels)
    end(channels)
    post = found.release.post
    assert post is not None
    actions.withdraw_post(post, "日期弄错了", by=c.final)
    work_until(lambda: Delivery.objects.get(act="withdraw").state == "delivered")
    assert [row["event"] for row in channels.said("wechat")] == ["withdrawn"]


def test_an_account_that_is_locked_out_loses_no_accepted_text(c, channels):
    found = accepted(c, channels)
    channels.switch("tokens", channel="wechat", expired=["wxgs"])
    work_until(lambda: Connection.objects.get().needs == "settings")
    assert states() == ["accepted"] and Receipt.objects.exists()
    assert work() == 0, "the account rests"
    channels.switch("tokens", channel="wechat", expired=[])
    Connection.objects.update(needs="")
    end(channels)
    work_until(lambda: states() == ["delivered"])
    assert found.connection_id == Connection.objects.get().pk


def test_what_is_never_ended_there_is_left_to_a_person_after_a_day(c, channels):
    found = accepted(c, channels)
    Delivery.objects.update(called_at=clock.now() - timedelta(hours=25))
    work_until(lambda: states() == ["gave_up"])
    found.refresh_from_db()
    assert (found.code, found.needs) == ("unsettled", "decide") and found.why.isdigit()


def test_two_workers_do_not_ask_about_the_same_text_at_once_and_a_late_one_changes_nothing(c, channels):
    accepted(c, channels)
    Delivery.objects.update(not_before=clock.now())
    (mine,) = lines.claim_accepted(5, timedelta(seconds=60))
    assert lines.claim_accepted(5, timedelta(seconds=60)) == []
    lines.settle("elsewhere:1:1", [lines.Settled(replace(mine, state="sending"), "in_doubt")])
    assert states() == ["accepted"]
    lines.settle("elsewhere:1:1", [lines.Settled(mine, "refused", code="publish_4")])
    lines.settle("elsewhere:1:1", [lines.Settled(mine, "delivered")])
    assert states() == ["refused"]


def test_asking_about_an_accepted_text_does_not_give_back_the_line_its_worker_holds(c, channels):
    accepted(c, channels)
    release(c, "第二条")
    (held,) = lines.claim("me:1:1", 5, timedelta(seconds=60))
    Delivery.objects.filter(state="accepted").update(not_before=clock.now())
    (asked,) = lines.claim_accepted(5, timedelta(seconds=60))
    assert asked.line == held.line
    lines.settle("me:1:1", [lines.Settled(asked, "accepted", clock.now())])
    assert lines.claim("other:2:2", 5, timedelta(seconds=60)) == []


def test_a_lost_submission_is_found_and_one_that_was_lost_before_is_made_again_from_its_draft(c, channels):
    connect(c.water, "wechat", channels.base, name="gs")
    channels.switch("faults", channel="wechat", drop=1.0, only="freepublish/submit")
    release(c, "第一条")
    work(ONCE)
    assert states() == ["in_doubt"]
    channels.switch("faults", channel="wechat", drop=0.0)
    go_on()
    work_until(lambda: states() == ["delivered"])
    channels.switch("faults", channel="wechat", error=1.0)
    release(c, "第二条")
    work()
    assert states() == ["delivered", "in_doubt"]
    channels.switch("faults", channel="wechat", error=0.0)
    work_until(lambda: channels.state()["wechat"]["calls"]["/cgi-bin/draft/batchget"] >= 12)
    doubted = Delivery.objects.get(state="in_doubt")
    assert doubted.needs == "", "however often it is asked about: it may be under way for ten minutes"
    Delivery.objects.filter(pk=doubted.pk).update(
        called_at=clock.now() - timedelta(minutes=11), not_before=None
    )
    lines.wake([doubted.connection_id])
    work_until(lambda: states() == ["delivered", "delivered"])
    assert len(channels.said("wechat")) == 2
    assert channels.state()["wechat"]["calls"]["/cgi-bin/draft/add"] == 2, "the draft is used"


def test_a_token_that_expires_while_in_doubt_does_not_end_the_doubt(c, channels):
    line = connect(c.water, "weibo", channels.base, name="gs")
    channels.switch("faults", channel="weibo", drop=1.0)
    release(c)
    work(ONCE)
    channels.switch("faults", channel="weibo", drop=0.0)
    channels.switch("tokens", expired=["gs"])
    go_on()
    work_until(lambda: Connection.objects.get().needs == "authorise")
    assert states() == ["in_doubt"]
    channels.switch("tokens", expired=[])
    Connection.objects.update(needs="")
    lines.wake([line.pk])
    work_until(lambda: states() == ["delivered"])
    assert len(channels.said("weibo")) == 1
