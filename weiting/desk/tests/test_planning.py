"""Planning a text, a correction or an issue: what is wrong with the time stands beside it, and what was typed stays."""

import pytest
from django.test import Client

from weiting.desk.tests.desk_city import page_of, signed_in
from weiting.posts import actions as posts
from weiting.posts.models import Issue, Post
from weiting.publishing.models import Release
from weiting.publishing.tests.make import approved, published
from weiting.review import actions
from weiting.review.tests import make

pytestmark = pytest.mark.django_db
PAST = "2020-01-02T03:04"


def refused(client: Client, page: str) -> None:
    """Ask for a time that is past, and for none at all."""
    for at in (PAST, ""):
        given = {"do": "plan", "release": "at", "at": at, "zone": "Asia/Shanghai"}
        answer = client.post(page, given)
        assert answer.status_code == 422
        shown = answer.content.decode()
        assert 'id="id_at-error"' in shown and (not at or f'value="{at}"' in shown)
    assert not Release.objects.exists()


def test_an_approved_text(c) -> None:
    refused(signed_in(c.editor), page_of(approved(c), "act/"))


def test_an_approved_correction(c, freeze) -> None:
    post = published(c, freeze)
    Release.objects.all().delete()
    correction = posts.start_correction(post, by=c.editor, wrong="16:00", right="17:00", reason="写错了")
    make.approve_all(actions.submit_correction(correction, by=c.editor, no_secrets=True))
    refused(signed_in(c.editor), page_of(post, "correct/"))


def test_an_approved_issue_and_what_is_taken_back(c, freeze) -> None:
    key = published(c, freeze)
    Release.objects.all().delete()
    issue = posts.start_issue(c.water, by=c.editor, title="一周")
    posts.save_issue(
        issue, by=c.editor, saves=0, title="一周", articles=[{"post": Post.objects.get(pk=key.pk)}]
    )
    actions.submit_issue(Issue.objects.get(pk=issue.pk), by=c.editor, no_secrets=True)
    editor, page = signed_in(c.editor), f"/desk/write/issues/{issue.public_id}/"
    editor.post(page, {"do": "recall"})
    assert Issue.objects.get(pk=issue.pk).state == "draft"
    round_ = actions.submit_issue(Issue.objects.get(pk=issue.pk), by=c.editor, no_secrets=True)
    make.approve_all(round_)
    assert editor.post(page, {"do": "recall"}).status_code == 409
    refused(editor, page)
