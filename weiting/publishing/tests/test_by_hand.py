"""A platform without an open interface: the text waits for a person and holds up nobody; a correction replaces it."""

import pytest

from weiting.channels.wire import Wire
from weiting.publishing import actions
from weiting.publishing.delivery import Engine
from weiting.publishing.models import Delivery, Receipt
from weiting.publishing.tests.fakes import connect
from weiting.publishing.tests.test_delivery import QUICK, release, states
from weiting.review.tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def c() -> make.City:
    return make.city()


def work() -> int:
    with Wire() as wire:
        return Engine(wire, QUICK).run(until_idle=True)


def test_a_text_waits_for_a_person_and_the_next_one_too(c):
    connect(c.water, "toutiao", "", name="gs")
    release(c, "第一条")
    release(c, "第二条")
    assert work() == 2
    assert states() == ["queued", "queued"]
    assert set(Delivery.objects.values_list("code", "needs")) == {("by_hand", "by_hand")}
    assert work() == 0, "nobody takes it again"
    first = Delivery.objects.earliest("pk")
    receipt = actions.confirm_by_hand(first, by=c.editor, url="https://www.toutiao.com/article/1/")
    assert receipt.way == "by_hand" and states() == ["delivered", "queued"]


def test_what_was_withdrawn_before_anybody_put_it_there_is_called_off(c):
    connect(c.water, "toutiao", "", name="gs")
    made = release(c)
    work()
    assert made.post is not None
    actions.withdraw_post(made.post, "日期弄错了", by=c.final)
    work()
    assert states() == ["called_off"]


def test_a_withdrawal_of_what_stands_there_waits_for_a_person(c):
    connect(c.water, "toutiao", "", name="gs")
    made = release(c)
    work()
    actions.confirm_by_hand(Delivery.objects.get(), by=c.editor, url="https://www.toutiao.com/article/1/")
    assert made.post is not None
    actions.withdraw_post(made.post, "日期弄错了", by=c.final)
    work()
    assert states() == ["delivered", "queued"]
    assert Delivery.objects.get(act="withdraw").needs == "by_hand"
    assert Receipt.objects.count() == 1
