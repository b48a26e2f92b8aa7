"""What the busiest pages of the desk ask of the database, and that a wrong form is answered on its page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from weiting.core import clock
from weiting.desk.tests.desk_city import page_of, signed_in
from weiting.notices.models import Notice
from weiting.posts import actions as posts
from weiting.publishing.tests.make import published
from weiting.review.tests import make
from weiting.units.models import Scope, Shift, Substitution
from weiting.units.roles import Role

pytestmark = pytest.mark.django_db


def count(client, address: str) -> int:
    """Open a page for the second time, as people do all day, and count."""
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_the_composer_stays_within_its_budget_whoever_holds_the_pen(c):
    here = page_of(make.draft(c))
    assert count(signed_in(c.editor), here) <= 30
    second = make.person("second_editor", "郑方")
    make.member(second, c.water, Role.EDITOR)
    assert count(signed_in(second), here) <= 30


def test_today_stays_within_its_budget_for_everybody(c):
    """Also for whoever holds every role, is on duty, acts for somebody away and has many notices."""
    everybody = make.person("everybody", "郑方")
    for role in Role:
        make.member(everybody, c.root, role, Scope.SUBTREE)
    now = clock.now()
    long = {"from_at": now - timedelta(hours=1), "until_at": now + timedelta(days=1)}
    Substitution.objects.create(person=c.first, substitute=everybody, **long)
    hours = {"starts_at": now - timedelta(hours=2), "ends_at": now + timedelta(hours=2)}
    Shift.objects.create(unit=c.root, person=everybody, **hours)
    Shift.objects.create(unit=c.root, person=c.first, note="夜里一切正常", noted_at=now, **hours)
    for number in range(6):
        Notice.objects.create(person=everybody, key=f"k{number}", kind="review.step_handed", url="/desk/")
    make.submit(c)
    client = signed_in(everybody)
    assert count(client, "/desk/") <= 17
    shown = client.get("/desk/").content.decode()
    assert "夜里一切正常" in shown and "6" in shown
    assert max(count(signed_in(each), "/desk/") for each in (c.editor, c.first, c.hall_editor)) <= 14


def test_more_articles_cost_an_issue_no_more_queries(c, freeze):
    editor = signed_in(c.editor)
    issue = posts.start_issue(c.water, by=c.editor, title="一周")
    page, costs = f"/desk/write/issues/{issue.public_id}/", []
    for number in range(3):
        key = published(c, freeze).public_id
        kept = [row.post.public_id for row in issue.articles.select_related("post")]
        said = {f"{each}-title": "送水车" for each in kept}
        editor.post(page, {"saves": number, "title": "一周", "post": kept, **said, "do": f"add:{key}"})
        costs.append(count(editor, page))
    assert issue.articles.count() == 3 and costs[1] == costs[2]


def test_a_link_for_nobody_is_refused_beside_the_field(c):
    round_ = make.submit(c)
    answer = signed_in(c.first).post(f"/desk/review/{round_.public_id}/link/", {"to": "nobody"})
    assert answer.status_code == 422 and b'id="l_to-error"' in answer.content
