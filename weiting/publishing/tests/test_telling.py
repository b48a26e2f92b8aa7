"""People hear once that a delivery needs them, once for a whole account, and again only when it stops again."""

import pytest

from weiting.channels.models import Connection
from weiting.core import clock
from weiting.notices.models import Notice
from weiting.publishing import actions
from weiting.publishing.models import Delivery
from weiting.publishing.tests.fakes import connect
from weiting.publishing.tests.make import approved, published
from weiting.review.tests import make
from weiting.units.models import Membership
from weiting.units.roles import Role

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    rows = Notice.objects.filter(kind__startswith="publishing.").exclude(kind="publishing.withdrawn")
    return list(rows.order_by("pk").values_list("kind", "person__username"))


def let_out(c: make.City, freeze, n: int) -> None:
    connect(c.water, "weibo", "http://127.0.0.1:1", "供水微博")
    for number in range(n):
        published(c, freeze, approved(c, make.draft(c, f"停水{number}")))


def test_one_that_stops_is_told_once_and_again_when_it_stops_again(c, freeze):
    let_out(c, freeze, 1)
    assert actions.tell_stopped() == 0 and told() == []
    Delivery.objects.update(state="refused", needs="change_words", code="20021")
    assert (actions.tell_stopped(), actions.tell_stopped()) == (1, 0)
    assert told() == [("publishing.delivery_stopped", "editor")]
    notice = Notice.objects.latest("pk")
    assert notice.url == f"/desk/deliveries/{Delivery.objects.get().public_id}/"
    actions.send_again(Delivery.objects.get(), by=c.editor)
    freeze.move(minutes=5)
    Delivery.objects.update(state="refused", needs="change_words")
    assert actions.tell_stopped() == 1 and len(told()) == 2


def test_many_of_one_account_are_told_together(c, freeze):
    let_out(c, freeze, 3)
    Delivery.objects.update(state="in_doubt", needs="decide")
    assert actions.tell_stopped() == 3
    assert told() == [("publishing.deliveries_stopped", "editor")]
    assert Notice.objects.latest("pk").facts["n"] in {3, "3"}


def test_an_account_at_rest_is_told_once_while_something_waits_for_it(c, freeze):
    let_out(c, freeze, 2)
    Connection.objects.update(needs="authorise", needs_code="21327", needs_since=clock.now())
    actions.tell_stopped()
    actions.tell_stopped()
    assert told() == [("publishing.account_rests", "editor")]
    Delivery.objects.all().delete()
    Notice.objects.all().delete()
    freeze.move(minutes=1)
    Connection.objects.update(needs_since=clock.now())
    actions.tell_stopped()
    assert told() == [], "nothing waits for it"


def test_a_text_that_begins_to_wait_for_an_account_long_at_rest_is_told_of_once_a_day(c, freeze):
    let_out(c, freeze, 1)
    Connection.objects.update(needs="authorise", needs_code="21327", needs_since=clock.now())
    actions.tell_stopped()
    freeze.move(hours=30)
    actions.tell_stopped()
    assert len(told()) == 1, "nothing new waits for it"
    for title in ("停水公告", "停水续告"):
        published(c, freeze, approved(c, make.draft(c, title)))
        actions.tell_stopped()
    assert told() == [("publishing.account_rests", "editor")] * 2


def test_what_stops_at_a_unit_without_people_is_told_to_those_above_it(c, freeze):
    let_out(c, freeze, 1)
    Membership.objects.filter(unit=c.water, role__in=[Role.EDITOR, Role.SPOKESPERSON]).delete()
    Delivery.objects.update(state="in_doubt", needs="decide")
    actions.tell_stopped()
    assert told() == [("publishing.delivery_stopped", "hall_editor")]
