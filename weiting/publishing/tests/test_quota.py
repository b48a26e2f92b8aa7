"""A text for which the platform has no room waits for the next window and says so; the others of the unit go out."""

import pytest

from weiting.channels import quotas
from weiting.channels.models import Connection, Spend
from weiting.channels.tests.inside import Inside
from weiting.core import clock
from weiting.publishing.delivery import Engine
from weiting.publishing.models import Delivery, Line
from weiting.publishing.tests import make as texts
from weiting.publishing.tests.fakes import connect
from weiting.review.tests import make
from weiting.sandbox.weibo import Weibo

pytestmark = pytest.mark.django_db(transaction=True)


def ordinary(c: make.City, name: str) -> Connection:
    made = connect(c.water, "weibo", "https://fake.example", name=name)
    Connection.objects.filter(pk=made.pk).update(values={**made.values, "level": "ordinary"})
    made.refresh_from_db()
    return made


def released(c: make.City, freeze, title: str) -> None:
    texts.published(c, freeze, texts.approved(c, make.draft(c, title, f"{title}：8:00—16:00，桥头街停水。")))


def test_a_text_waits_for_the_next_hour_and_the_other_account_does_not(c, freeze):
    freeze("2026-11-21 10:20")
    full, free, wire = ordinary(c, "满"), ordinary(c, "空"), Inside(Weibo("weibo"))
    opens, closes = quotas.window("hour", clock.now())
    Spend.objects.create(connection=full, name="posts", from_at=opens, until_at=closes, used=30)
    released(c, freeze, "明天停水")
    Engine(wire).run(until_idle=True)
    waiting = Delivery.objects.get(connection=full)
    assert (waiting.state, waiting.code, waiting.not_before) == ("queued", "later", closes)
    assert "11:00" in waiting.why and waiting.needs == ""
    assert Delivery.objects.get(connection=free).state == "delivered" and len(wire.fake.said) == 1
    freeze("2026-11-21 11:00:01")
    Engine(wire).run(until_idle=True)
    assert Delivery.objects.get(connection=full).state == "delivered"
    assert {each.key: each.used for each in quotas.quota_of(full)}["posts"] == 1


def test_what_the_platform_says_is_used_up_holds_the_line_and_nothing_is_lost(c, freeze):
    freeze("2026-11-21 10:20")
    line, wire = ordinary(c, "一"), Inside(Weibo("weibo"))
    wire.fake.switch("limits", {"limits": {"posts": 0}}, 0)
    for title in ("第一条", "第二条"):
        released(c, freeze, title)
    Engine(wire).run(until_idle=True)
    assert list(Delivery.objects.values_list("state", flat=True)) == ["queued", "queued"]
    calls = len(wire.asked)
    assert {each.key: each.is_full for each in quotas.quota_of(line)}["posts"]
    Line.objects.update(next_at=clock.now())
    Delivery.objects.update(not_before=None)
    Engine(wire).run(until_idle=True)
    assert len(wire.asked) == calls, "not called for in vain"
    wire.fake.switch("limits", {"limits": {}}, 0)
    freeze("2026-11-21 12:30")
    Engine(wire).run(until_idle=True)
    assert [each.text.split()[0][:8] for each in wire.fake.said] == ["【第一条】第一条", "【第二条】第二条"]
