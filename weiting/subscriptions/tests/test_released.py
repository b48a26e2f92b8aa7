"""From a release to a mailbox: the delivery, its order and its receipt are those of every other channel."""

import pytest
from django.core import mail

from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.fanout.engine import Engine as Copies, Pace
from weiting.posts.models import Post
from weiting.publishing import actions as publishing
from weiting.publishing.delivery import Engine
from weiting.publishing.models import Delivery, Receipt, Release
from weiting.publishing.tests import make as texts
from weiting.review.tests import make as cities
from weiting.subscriptions import pacing
from weiting.subscriptions.book import BOOK
from weiting.subscriptions.tests import make

pytestmark = pytest.mark.django_db(transaction=True)
LI = "li@example.com"


def carry() -> None:
    """Let a worker do all that is due: deliveries first, then copies, each in threads of its own."""
    with Wire(allow_private=True) as wire:
        Engine(wire).run(until_idle=True)
        Copies(wire, Pace(calls=8, threads=16, look_every=0.05), ["mail"]).run(until_idle=True)


def release(c: cities.City, title: str) -> Post:
    post = texts.approved(c, cities.draft(c, title, "明天 8:00 到 16:00，桥头街停水。"))
    planned = publishing.plan_release(post, by=c.editor)
    Release.objects.filter(pk=planned.pk).update(due_at=clock.now())
    assert publishing.release_due() == 1
    return Post.objects.get(pk=post.pk)


def test_released_and_withdrawn_text_reaches_its_readers_once() -> None:
    pacing.forget()
    BOOK.forget()
    c = cities.city()
    make.connect(c.water)
    for number in range(12):
        make.reader(f"r{number}@example.com", c.water)
    make.reader(LI, c.hall)
    carry()
    mail.outbox.clear()
    post = release(c, "明天停水")
    carry()
    assert sorted(each.to[0] for each in mail.outbox) == sorted(
        [LI, *(f"r{n}@example.com" for n in range(12))]
    )
    delivery = Delivery.objects.get()
    assert delivery.state == "delivered" and Receipt.objects.get().url.endswith(f"/p/{post.public_id}/")
    publishing.withdraw_post(post, "发错了单位", by=c.final)
    carry()
    carry()
    assert [str(each.subject) for each in make.letters(LI)] == ["明天停水", "已撤回：明天停水"]
    assert "发错了单位" in make.letters(LI)[1].body
    assert set(Delivery.objects.values_list("act", "state")) == {
        ("send", "delivered"),
        ("withdraw", "delivered"),
    }
