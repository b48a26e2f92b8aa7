"""An account that was at rest goes on when a person has done what it needed: everything once, nothing that is gone."""

from datetime import timedelta

import pytest

from weiting.audit.models import Entry
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.publishing import actions
from weiting.publishing.actions import lines
from weiting.publishing.models import Delivery, Line
from weiting.publishing.tests import make as texts
from weiting.publishing.tests.fakes import connect
from weiting.review.tests import make

pytestmark = pytest.mark.django_db
LEASE = timedelta(seconds=60)


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def rest(code: str = "21327") -> None:
    """Have a worker learn that the token has expired."""
    (claimed,) = lines.claim("me:1:1", 5, LEASE)
    lines.settle("me:1:1", [lines.Settled(claimed, "queued", None, code, "", "authorise", rests=True)])


def draft(c: make.City, title: str):
    return texts.approved(c, make.draft(c, title, f"{title}：明天 8:00—16:00，桥头街停水。"))


def test_a_renewed_token_lets_everything_that_waited_go_on_and_says_who_renewed_it(c, freeze):
    line = connect(c.water, "weibo", "http://127.0.0.1:1")
    texts.published(c, freeze, draft(c, "第一条"))
    rest()
    texts.published(c, freeze, draft(c, "第二条"))
    assert lines.claim("me:1:1", 5, LEASE) == [], "the account rests"
    freeze.move(days=3)
    line.refresh_from_db()
    assert line.needs == "authorise"
    assert actions.resume(line, by=c.editor) == 2
    line.refresh_from_db()
    assert (line.needs, line.needs_code, line.needs_since) == ("", "", None)
    (claimed,) = lines.claim("me:1:1", 5, LEASE)
    assert clock.now() - claimed.queued_at < timedelta(minutes=1), (
        "three days at rest are no reason to give up"
    )
    entry = Entry.objects.get(verb="publishing.connection.resume")
    assert (entry.facts["waiting"], entry.facts["reason"]) == (2, "authorise")
    assert actions.resume(line, by=c.editor) >= 0
    assert Entry.objects.filter(verb="publishing.connection.resume").count() == 1, (
        "there was nothing to resume"
    )


def test_what_was_refused_for_that_reason_goes_out_but_not_what_is_gone_or_was_refused_for_another(c, freeze):
    line = connect(c.water, "weibo", "http://127.0.0.1:1")
    gone = texts.published(c, freeze, draft(c, "已撤"))
    texts.published(c, freeze, draft(c, "还在"))
    texts.published(c, freeze, draft(c, "太长"))
    Delivery.objects.update(state="refused", needs="authorise")
    Delivery.objects.filter(pk=Delivery.objects.latest("pk").pk).update(needs="shorten")
    actions.withdraw_post(gone, "内容有误。", by=c.final)
    Connection.objects.update(needs="authorise")
    actions.resume(line, by=None)
    assert states() == ["called_off", "queued", "refused"]


def test_a_frozen_connection_forgets_what_it_needed_and_stays_at_rest(c, freeze):
    line = connect(c.water, "weibo", "http://127.0.0.1:1")
    texts.published(c, freeze, draft(c, "第一条"))
    rest()
    Connection.objects.update(state="frozen")
    actions.resume(line, by=None)
    assert Line.objects.get().next_at is None
    line.refresh_from_db()
    assert (line.state, line.needs) == ("frozen", "")
