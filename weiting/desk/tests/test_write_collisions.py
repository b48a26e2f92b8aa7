"""Two people save one thing: both sides are shown, mine can be kept over theirs, and nothing typed is lost."""

from typing import Any

import pytest

from weiting import audit
from weiting.accounts.models import Person
from weiting.desk.tests.desk_city import page_of, signed_in, typed
from weiting.posts import actions as posts
from weiting.posts.models import Correction, Issue, Post
from weiting.publishing.tests.make import published
from weiting.review.tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def c(freeze):
    """Give a city in which two people write for one unit."""
    freeze("2026-11-21 10:00")
    return make.city()


@pytest.fixture
def other(c: make.City) -> Person:
    """The second writer."""
    person = make.person("other", "林姐")
    make.member(person, c.water, "editor")
    return person


@pytest.fixture
def post(c: make.City, freeze: Any) -> Post:
    """A public text with a correction that is being written."""
    post = published(c, freeze)
    posts.start_correction(post, by=c.editor, wrong="16:00", right="18:00", reason="工期延长。")
    return post


def correction_of(post: Post) -> Correction:
    return post.corrections.select_related("after").get()


def corrected(post: Post, **more: Any) -> dict[str, Any]:
    """Return what the correction's form holds."""
    after = correction_of(post).after
    return {
        "saves": after.saves,
        "number": after.number,
        "title": after.title,
        "body": after.body,
        "summary": after.summary,
        "release": "later",
        "zone": "Asia/Shanghai",
        "do": "save",
        **more,
    }


def test_a_stale_correction_shows_both_versions_word_by_word(c, other, post):
    mine = corrected(post, body="我改成十八点。")
    signed_in(other).post(page_of(post, "correct/"), corrected(post, body="她改成十九点。"))
    answer = signed_in(c.editor).post(page_of(post, "correct/"), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "我改成十八点。" in page
    assert "她改成十九点。" in page
    assert "林姐" in page
    assert "<del>" in page
    assert "<ins>" in page
    assert correction_of(post).after.body == "她改成十九点。"


def test_keeping_my_correction_over_theirs_keeps_theirs_as_a_version(c, other, post):
    mine = corrected(post, body="我改成十八点。")
    signed_in(other).post(page_of(post, "correct/"), corrected(post, body="她改成十九点。"))
    answer = signed_in(c.editor).post(page_of(post, "correct/"), {**mine, "do": "over"})
    assert answer.status_code == 302
    assert correction_of(post).after.body == "我改成十八点。"
    assert "她改成十九点。" in post.revisions.values_list("body", flat=True)
    # The pen is put down again, so that the other one is not kept from writing.
    again = signed_in(other).post(page_of(post, "correct/"), corrected(post, body="又一版。"))
    assert again.status_code == 302


def test_what_was_wished_for_the_submission_is_not_typed_twice(c, other, post):
    mine = corrected(post, body="我改成十八点。", note="请快一点", no_secrets="on")
    signed_in(other).post(page_of(post, "correct/"), corrected(post, body="她改成十九点。"))
    collided = signed_in(c.editor).post(page_of(post, "correct/"), {**mine, "do": "submit"})
    assert 'value="请快一点"' in collided.content.decode()
    answer = signed_in(c.editor).post(page_of(post, "correct/"), {**mine, "do": "over"})
    assert answer.status_code == 200
    assert "请快一点" in answer.content.decode()


def test_words_typed_into_a_correction_that_went_to_review_can_be_copied(c, other, post):
    mine = corrected(post, body="我还在写。")
    sent = signed_in(other).post(
        page_of(post, "correct/"), corrected(post, do="submit", no_secrets="on", release="approved")
    )
    assert sent.status_code == 302
    answer = signed_in(c.editor).post(page_of(post, "correct/"), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "我还在写。" in page
    assert 'value="over"' not in page


def test_words_typed_into_a_correction_that_was_dropped_can_be_copied(c, other, post):
    mine = corrected(post, body="我还在写。")
    signed_in(other).post(page_of(post, "correct/"), {"do": "drop"})
    answer = signed_in(c.editor).post(page_of(post, "correct/"), mine)
    assert answer.status_code == 409
    assert "我还在写。" in answer.content.decode()
    assert not post.corrections.exclude(state="dropped").exists()


def test_two_who_begin_a_correction_at_once_both_see_what_they_wrote(c, other, post):
    answer = signed_in(other).post(
        page_of(post, "correct/"), {"wrong": "16:00", "right": "17:30", "reason": "我也发现了。"}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "17:30" in page
    assert "我也发现了。" in page
    assert "工期延长。" in page


def test_words_typed_into_a_text_that_went_to_review_can_be_copied(c, other):
    post = make.draft(c)
    mine = typed(post, body="我还在写。")
    sent = signed_in(other).post(page_of(post), typed(post, do="submit", no_secrets="on"))
    assert sent.status_code == 302
    answer = signed_in(c.editor).post(page_of(post), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "我还在写。" in page
    assert 'value="over"' not in page


@pytest.fixture
def issue(c: make.City, freeze: Any) -> Issue:
    """An issue with one article, as one of two writers opened it."""
    article = published(c, freeze)
    issue = posts.start_issue(c.water, by=c.editor, title="这周的水")
    return posts.save_issue(
        issue, by=c.editor, saves=0, title="这周的水", articles=[{"post": article, "title": "停水"}]
    )


def composed(issue: Issue, **more: Any) -> dict[str, Any]:
    """Return what the issue's form holds."""
    row = issue.articles.get()
    key = row.post.public_id
    said = {"saves": issue.saves, "title": issue.title, "post": [key], f"{key}-title": row.title}
    return {**said, "release": "later", "zone": "Asia/Shanghai", "do": "save", **more}


def test_an_issue_saved_by_two_shows_both_and_the_audit_keeps_what_was_replaced(c, other, issue):
    address = f"/desk/write/issues/{issue.public_id}/"
    mine = composed(issue, title="我的标题")
    signed_in(other).post(address, composed(issue, title="她的标题"))
    answer = signed_in(c.editor).post(address, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "我的标题" in page
    assert "她的标题" in page
    assert "林姐" in page
    # Saving over names the save that was looked at: a third one in between is shown again, not run over.
    assert signed_in(c.editor).post(address, {**mine, "do": "over"}).status_code == 409
    kept = signed_in(c.editor).post(address, {**mine, "saves": issue.saves + 1, "do": "over"})
    assert kept.status_code == 302
    issue.refresh_from_db()
    assert issue.title == "我的标题"
    entry = audit.entries_for(issue).first()
    assert entry.verb == "posts.issue.replace"
    assert entry.facts["before"]["title"] == "她的标题"


def test_what_was_typed_into_an_issue_that_went_to_review_can_be_copied(c, other, issue):
    address = f"/desk/write/issues/{issue.public_id}/"
    mine = composed(issue, title="我的标题")
    sent = signed_in(other).post(address, composed(issue, do="submit", no_secrets="on"))
    assert sent.status_code == 302, sent.content.decode()
    answer = signed_in(c.editor).post(address, mine)
    assert answer.status_code == 409
    assert "我的标题" in answer.content.decode()


def test_an_issue_shows_its_review_path_before_it_is_submitted(c, issue):
    page = signed_in(c.editor).get(f"/desk/write/issues/{issue.public_id}/").content.decode()
    assert 'id="path"' in page
    assert c.first.name in page


def test_an_issue_is_put_aside_after_one_question_and_can_be_taken_back(c, issue):
    editor = signed_in(c.editor)
    address = f"/desk/write/issues/{issue.public_id}/"
    assert editor.get(f"{address}discard/").status_code == 200
    issue.refresh_from_db()
    assert issue.state == "draft"
    editor.post(f"{address}discard/")
    issue.refresh_from_db()
    assert issue.state == "discarded"
    assert "这周的水" not in editor.get("/desk/write/issues/").content.decode()
    assert "这周的水" in editor.get("/desk/write/issues/?tab=aside").content.decode()
    assert editor.post(address, composed(issue, title="新的")).status_code == 409
    editor.post(address, {"do": "restore"})
    issue.refresh_from_db()
    assert issue.state == "draft"
    verbs = list(audit.entries_for(issue).values_list("verb", flat=True)[:2])
    assert verbs == ["posts.issue.restore", "posts.issue.discard"]


def test_a_stranger_cannot_put_an_issue_aside(c, issue):
    answer = signed_in(c.stranger).post(f"/desk/write/issues/{issue.public_id}/discard/")
    assert answer.status_code == 404
