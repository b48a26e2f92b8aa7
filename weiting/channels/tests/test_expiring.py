"""An authorisation that ends is told ahead, each of the days once, to who keeps the account."""

from datetime import timedelta

import pytest

from weiting.channels import expiring
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.notices.models import Notice
from weiting.review.tests import make

pytestmark = pytest.mark.django_db


def account(city: make.City, days: float | None) -> Connection:
    ends = clock.now() + timedelta(days=days) if days is not None else None
    return Connection.objects.create(
        unit=city.water, kind="weibo", name="官微", state="live", base="https://x.example", expires_at=ends,
        owner=city.editor,
    )  # fmt: skip


def test_people_are_told_on_five_days_once_each(freeze):
    city = make.city()
    line = account(city, 20)
    for _n in range(22 * 4):
        expiring.tell_ahead()
        freeze.move(hours=6)
    told = Notice.objects.filter(person=city.editor)
    assert told.filter(kind="channels.expiring").count() == 4
    assert told.filter(kind="channels.expired").count() == 1
    assert told.filter(urgent=True).count() == 2
    assert f"/desk/channels/{line.public_id}/" in told[0].url


def test_a_renewed_authorisation_is_told_of_anew_and_one_without_an_end_never(freeze):
    city = make.city()
    line = account(city, 2)
    expiring.tell_ahead()
    Connection.objects.filter(pk=line.pk).update(expires_at=clock.now() + timedelta(days=30))
    expiring.tell_ahead()
    freeze.move(days=28)
    expiring.tell_ahead()
    assert Notice.objects.filter(person=city.editor).count() == 2
    Connection.objects.update(expires_at=None)
    assert expiring.tell_ahead() == 0


def test_days_on_which_no_worker_ran_are_not_told_afterwards(freeze):
    city = make.city()
    account(city, 15)
    freeze.move(days=13)
    expiring.tell_ahead()
    assert Notice.objects.filter(person=city.editor).count() == 1
