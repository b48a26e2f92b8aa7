"""The end of a publication that a channel tells is asked about at once: early, twice, of another account, or never."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest

from weiting.channels.actions import hearing
from weiting.channels.models import Connection, Heard
from weiting.channels.ports import Heard as Told
from weiting.core import clock
from weiting.publishing import actions
from weiting.publishing.actions.looking import heed
from weiting.publishing.delivery import heeding
from weiting.publishing.models import Delivery, Receipt, Release
from weiting.publishing.tests import make as texts
from weiting.publishing.tests.fakes import connect
from weiting.review.tests import make

pytestmark = pytest.mark.django_db


def accepted(c: make.City, freeze, number: str | None = "100", name: str = "一号") -> Delivery:
    """Make a delivery the channel works on; without a number its answer has not been written yet."""
    line = connect(c.water, "wechat", "https://fake.example", name=name)
    made = texts.approved(c, make.draft(c, f"明天停水{name}", f"明天 8:00—16:00，桥头街停水 {name}。"))
    texts.published(c, freeze, made)
    found = Delivery.objects.get(connection=line)
    Delivery.objects.filter(pk=found.pk).update(
        state="accepted", not_before=clock.now() + timedelta(minutes=15)
    )
    if number:
        Receipt.objects.create(delivery=found, external_id=number, digest="")
    found.refresh_from_db()
    return found


def tell(line: Connection, of: str, **facts: Any) -> None:
    hearing.keep(line, [Told("published", f"o1:{of}", {"of": of, "publish_status": "0", **facts})])


def test_what_ended_is_asked_about_now_and_not_believed(c, freeze):
    delivery = accepted(c, freeze)
    tell(delivery.connection, "100")
    assert heed() is True
    delivery.refresh_from_db()
    assert (delivery.state, delivery.not_before) == ("accepted", clock.now())


def test_the_same_word_twice_asks_once(c, freeze):
    delivery = accepted(c, freeze)
    tell(delivery.connection, "100")
    heed()
    later = clock.now() + timedelta(minutes=5)
    Delivery.objects.update(not_before=later)
    tell(delivery.connection, "100")
    heed()
    delivery.refresh_from_db()
    assert delivery.not_before == later and Heard.objects.count() == 1


def test_a_word_that_comes_before_our_own_answer_is_written_waits_for_it(c, freeze):
    delivery = accepted(c, freeze, None)
    tell(delivery.connection, "100")
    assert heed() is True
    Receipt.objects.create(delivery=delivery, external_id="100", digest="")
    heed()
    delivery.refresh_from_db()
    assert delivery.not_before == clock.now()


def test_a_word_about_another_accounts_text_asks_nothing(c, freeze):
    delivery = accepted(c, freeze)
    other = Connection.objects.create(
        unit=c.roads, kind="wechat", name="x", state="live", base="https://fake.example"
    )
    tell(other, "100")
    heed()
    delivery.refresh_from_db()
    assert delivery.not_before is not None and delivery.not_before > clock.now()


def test_what_has_arrived_is_dealt_with_and_what_never_comes_is_dropped_after_an_hour(c, freeze):
    delivery = accepted(c, freeze)
    tell(delivery.connection, "100", article_id="A1")
    Delivery.objects.update(state="delivered")
    Receipt.objects.update(external_id="A1")
    assert heed() is False
    tell(delivery.connection, "999")
    assert heed() is True
    freeze.move(minutes=61)
    assert heed() is False and not Heard.objects.filter(handled_at__isnull=True).exists()


def test_the_address_of_a_mass_sending_is_taken_from_the_word_once_it_has_arrived(c, freeze):
    delivery = accepted(c, freeze, "mass:7")
    tell(delivery.connection, "mass:7", url="https://mp.weixin.qq.com/s?1")
    heed()
    assert Receipt.objects.get().url == "", "not while only the word says so"
    Delivery.objects.update(state="delivered")
    assert heed() is False
    assert Receipt.objects.get().url == "https://mp.weixin.qq.com/s?1"


def test_no_address_is_taken_that_is_none(c, freeze):
    delivery = accepted(c, freeze, "mass:7")
    tell(delivery.connection, "mass:7", url="javascript:alert(1)")
    Delivery.objects.update(state="delivered")
    heed()
    assert Receipt.objects.get().url == ""


def test_a_key_that_is_gone_disturbs_no_publication(c, freeze, settings):
    delivery = accepted(c, freeze)
    Heard.objects.create(
        connection=delivery.connection, kind="message", key="m", sealed_with="gone", sealed=b"x" * 40
    )
    tell(delivery.connection, "100")
    assert heed() is True


@pytest.mark.django_db(transaction=True)
def test_a_worker_heeds_what_is_told_and_stops_when_it_is_to():
    city, stop = make.city(), threading.Event()
    delivery = told_of(city)
    worker = threading.Thread(target=heeding.carry, args=(stop,))
    worker.start()
    try:
        tell(delivery.connection, "100")
        for _n in range(600):
            if Heard.objects.filter(facts__asked="yes").exists():
                break
            time.sleep(0.1)
        else:
            raise AssertionError("not heeded")
    finally:
        stop.set()
        worker.join(60)
    assert not worker.is_alive()


def told_of(city: make.City) -> Delivery:
    """Make a delivery the channel works on, without a review."""
    line = connect(city.water, "wechat", "https://fake.example")
    post = texts.approved(city, make.draft(city, "明天停水", "明天 8:00—16:00，桥头街停水。"))
    planned = actions.plan_release(post, by=city.editor)
    Release.objects.filter(pk=planned.pk).update(due_at=clock.now())
    actions.release_due()
    found = Delivery.objects.get(connection=line)
    Delivery.objects.filter(pk=found.pk).update(
        state="accepted", not_before=clock.now() + timedelta(minutes=15)
    )
    Receipt.objects.create(delivery=found, external_id="100", digest="")
    return found
