"""The calendar with more in a day than can be read: what is folded, what is not, and where the rest stands."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from weiting.desk.tests.desk_city import signed_in
from weiting.posts.models import Post
from weiting.publishing.tests import make

pytestmark = pytest.mark.django_db
DAY = "2026-11-21"


def public(c, at) -> Post:
    """Make a post that is public without a review, as an import does."""
    post = Post.objects.create(unit=c.water, author=c.editor)
    post.live = post.revisions.create(
        number=1, title="停水", body="东园社区停水。", sealed_at=at, content_hash="0"
    )
    post.state, post.published_at = "published", at
    post.save()
    return post


def out(c, freeze, many: int) -> None:
    """Make so many public posts, one a minute."""
    for number in range(many):
        public(c, freeze.moment + timedelta(minutes=number))


def page(client, **asked: str) -> str:
    return client.get("/desk/calendar/", asked).content.decode()


def test_a_full_day_folds_what_is_out_and_keeps_what_is_to_come(c, freeze):
    freeze(f"{DAY} 09:00")
    out(c, freeze, 9)
    planned = make.planned(c, freeze.moment + timedelta(hours=5))
    said = page(signed_in(c.editor))
    assert said.count('class="entry ok released"') == 5
    assert f'data-release="/desk/calendar/{planned.public_id}/"' in said
    assert f'?view=list&amp;on={DAY}">还有 4 条' in said


def test_the_folded_day_keeps_the_unit_that_was_asked_for(c, freeze):
    freeze(f"{DAY} 09:00")
    out(c, freeze, 8)
    said = page(signed_in(c.hall_editor), unit=str(c.water.pk))
    assert f'on={DAY}&amp;unit={c.water.pk}">还有 2 条' in said
    assert "还有" not in page(signed_in(c.hall_editor), unit=str(c.roads.pk))


def test_a_long_list_goes_on_on_further_pages_and_loses_nothing(c, freeze):
    freeze(f"{DAY} 09:00")
    out(c, freeze, 103)
    make.planned(c, freeze.moment + timedelta(hours=5))
    editor = signed_in(c.editor)
    first, second = page(editor, view="list", on=DAY), page(editor, view="list", on=DAY, page="2")
    assert first.count("data-item") == 100 and "page=2" in first
    assert second.count("data-item") == 4 and "page=1" in second and "page=3" not in second
    assert page(editor, view="list", on=DAY, page="x").count("data-item") == 100


def test_more_in_the_calendar_costs_no_more_queries(c, freeze):
    freeze(f"{DAY} 09:00")
    editor, costs = signed_in(c.editor), []
    for many in (2, 6):
        out(c, freeze, many)
        make.planned(c, freeze.moment + timedelta(hours=many))
        page(editor)
        with CaptureQueriesContext(connection) as caught:
            page(editor)
        costs.append(len(caught))
    assert costs[0] == costs[1] <= 20


def test_a_line_of_the_export_keeps_its_name_when_others_come_before_it(c, freeze):
    freeze(f"{DAY} 09:00")
    out(c, freeze, 1)
    editor = signed_in(c.editor)
    names = [
        line
        for line in editor.get("/desk/calendar/export.ics").content.decode().split("\r\n")
        if "UID" in line
    ]
    public(c, freeze.moment - timedelta(days=1))
    again = editor.get("/desk/calendar/export.ics").content
    assert names and all(name.encode() in again for name in names)
    assert all(len(line) <= 75 for line in again.split(b"\r\n"))
