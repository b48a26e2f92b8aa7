"""What the busiest pages of the desk ask of the database, and that a wrong form is answered on its page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from weiting.desk.tests.desk_city import page_of, signed_in
from weiting.posts import actions as posts
from weiting.publishing.tests.make import published
from weiting.review.tests import make

pytestmark = pytest.mark.django_db


def count(client, address: str) -> int:
    """Open a page for the second time, as people do all day, and count."""
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_the_composer_and_today_stay_within_their_budget(c):
    editor = signed_in(c.editor)
    assert count(editor, page_of(make.draft(c))) <= 30
    assert count(editor, "/desk/") <= 13
    assert count(signed_in(c.hall_editor), "/desk/") <= 17


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
