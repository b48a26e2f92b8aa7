"""How far a text has come, said in whole sentences: who has it, who waits and until when, who will not get it."""

from datetime import timedelta

import pytest

from weiting.channels.models import Connection
from weiting.core import clock
from weiting.fanout.queries import Standing
from weiting.publishing.models import Delivery, Receipt
from weiting.publishing.reach import FEDIVERSE, MAIL, WEBSUB, Reach, feeds_of, reach_of, servers_without
from weiting.publishing.tests import make as texts
from weiting.review.tests import make
from weiting.subscriptions import actions as subscriptions
from weiting.subscriptions.models import FeedSubscriber, FeedTopic

pytestmark = pytest.mark.django_db


def test_who_waits_at_silent_servers_is_told_apart_with_the_time(freeze):
    freeze("2026-11-22 14:00")
    at = clock.now() + timedelta(minutes=20)
    found = Reach(FEDIVERSE, Standing(10_000, 9_800, 10, 188, 4, at, refused=2))
    assert found.says == [
        "10,000 位关注者中，9,800 位已收到。",
        "188 位在 4 个没有应答的服务器上，再试时间：今天 14:20。",
        "10 位正在送达。",
        "2 位：对方服务器拒收。",
    ]
    assert not found.is_done
    late = Reach(FEDIVERSE, Standing(3, 2, resting=1, hosts=1, asked_next=clock.now()))
    assert "再试时间：稍后" in late.says[1]


def test_of_letters_the_day_and_the_doubtful_are_told_apart():
    found = Reach(MAIL, Standing(250, 244, refused=3, in_doubt=2, moot=1), 70)
    said = " ".join(found.says)
    assert (found.of, found.sent, found.is_done) == (320, 244, False)
    assert "320 位订阅者中，已寄给 244 位" in said and "70 位将在 18:00" in said
    assert "不再寄，以免重复" in said and "3 位：地址被拒收" in said and "已退订" in said


@pytest.mark.parametrize("kind", [FEDIVERSE, MAIL, WEBSUB])
def test_when_everybody_has_it_that_is_all_that_is_said(kind: str):
    assert len(Reach(kind, Standing(8, 8)).says) == 1 and Reach(kind, Standing(8, 8)).is_done
    assert len(Reach(kind, Standing()).says) == 1


def test_what_goes_to_one_place_has_no_reach(freeze):
    c = make.city()
    screen = Connection.objects.create(unit=c.water, kind="webhook", name="大屏", state="live")
    texts.published(c, freeze, texts.approved(c, make.draft(c, "停水")))
    found = Delivery.objects.select_related("connection", "receipt").get(connection=screen)
    assert reach_of([found]) == {} and servers_without(found) == []
    Receipt.objects.create(delivery=found, external_id="1")
    again = Delivery.objects.select_related("connection", "receipt").get()
    assert reach_of([again]) == {} and servers_without(again) == []


def test_feeds_with_a_text_say_how_many_programs_have_the_newest_version(freeze):
    c = make.city()
    post = texts.published(c, freeze, texts.approved(c, make.draft(c, "停水")))
    assert feeds_of(post) is None
    topic = FeedTopic.objects.create(
        url=f"https://yunxi.example/u/{post.unit.slug}/feed.atom", digest="x", mime="x"
    )
    FeedSubscriber.objects.create(
        topic=topic, callback="https://r.example/cb", host="r.example",
        until_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    subscriptions.feed_changed(topic.url, b"<feed/>", "application/atom+xml")
    found = feeds_of(post)
    assert found is not None and "1 个，0 个已收到最新一版" in found.says[0]
