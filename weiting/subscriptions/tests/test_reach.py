"""How far a bulletin has come: letters that went, readers who wait for the day's letter, and feeds by WebSub."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from weiting.core import clock
from weiting.fanout.models import Copy, Host
from weiting.subscriptions import actions, queries
from weiting.subscriptions.models import FeedSubscriber, FeedTopic
from weiting.subscriptions.tests import make

pytestmark = pytest.mark.django_db


def test_letters_that_went_and_readers_of_the_day_are_counted_together(freeze):
    freeze("2026-11-22 09:00")
    town = make.town()
    for number in range(3):
        make.reader(f"r{number}@example.com", town.city.water)
    make.reader("daily@example.com", town.city.water, "daily")
    make.carry()
    _post, receipt = town.says()
    found = queries.mailed([receipt.external_id])[receipt.external_id]
    assert (found.of, found.letters.sent, found.letters.waiting, found.daily) == (4, 0, 3, 1)
    make.carry()
    freeze("2026-11-22 18:00")
    actions.send_daily()
    found = queries.mailed([receipt.external_id])[receipt.external_id]
    assert (found.of, found.letters.sent, found.letters.waiting, found.daily) == (4, 3, 1, 0)
    make.carry()
    assert queries.mailed([receipt.external_id])[receipt.external_id].letters.sent == 4


def test_who_left_and_what_was_refused_are_told_apart():
    town = make.town()
    for number in range(3):
        make.reader(f"r{number}@example.com", town.city.water)
    make.carry()
    _post, receipt = town.says()
    left, refused, doubtful = Copy.objects.filter(item__key=f"mail:{receipt.external_id}").order_by("pk")
    Copy.objects.filter(pk=left.pk).update(state="refused", code="left")
    Copy.objects.filter(pk=refused.pk).update(state="refused", code="550")
    Copy.objects.filter(pk=doubtful.pk).update(state="in_doubt", code="unknown")
    found = queries.mailed([receipt.external_id])[receipt.external_id].letters
    assert (found.of, found.sent, found.moot, found.refused, found.in_doubt) == (3, 0, 1, 1, 1)
    assert found.is_done and queries.mailed(["nothing222"]) == {}


def test_many_bulletins_cost_as_many_queries_as_one():
    town = make.town()
    make.reader("r@example.com", town.city.water)
    costs = []
    for upto in (1, 6):
        names = [town.says(f"第 {upto}-{number} 条")[1].external_id for number in range(upto)]
        with CaptureQueriesContext(connection) as caught:
            assert len(queries.mailed(names)) == upto
        costs.append(len(caught))
    assert costs[0] == costs[1] == 3


def test_the_newest_version_of_the_feeds_is_counted(db: None):
    topic = FeedTopic.objects.create(url="https://yunxi.example/u/gongshui/feed.atom", digest="x", mime="x")
    for number in range(3):
        FeedSubscriber.objects.create(
            topic=topic, callback=f"https://reader{number}.example/cb", host=f"reader{number}.example",
            until_at=clock.now() + timedelta(days=1),
        )  # fmt: skip
    assert queries.feeds_standing(["/u/gongshui/feed."]).of == 0, "nothing was sent yet"
    actions.feed_changed(topic.url, b"<feed/>", "application/atom+xml")
    Host.objects.filter(name="reader0.example").update(failures=2)
    found = queries.feeds_standing(["/u/gongshui/feed.", "/c/tingshui/feed."])
    assert (found.of, found.sent, found.waiting, found.resting) == (3, 0, 2, 1)
    assert queries.feeds_standing(["/u/jiaotong/feed."]).of == 0
