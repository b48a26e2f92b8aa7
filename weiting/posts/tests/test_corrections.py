"""Corrections: the public words stay until the right ones are approved, and nothing typed is lost on the way."""

import pytest

from weiting import audit
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.core.flow import perform
from weiting.posts import actions, queries
from weiting.posts.flow import CorrectionFlow, PostFlow
from weiting.posts.models import Correction, Post
from weiting.posts.tests import make
from weiting.posts.tests.make import City

GIVEN = {"wrong": "16:00", "right": "14:00", "reason": "换表比原来快。"}


def start(c: City, post: Post | None = None, **given: str) -> Correction:
    return actions.start_correction(post or make.published(c), by=c.editor, **(GIVEN | given))


def fresh(correction: Correction) -> Correction:
    return Correction.objects.select_related("post", "after", "before").get(pk=correction.pk)


def make_public(correction: Correction) -> Post:
    """Publish a correction the short way: review and release have tests of their own."""
    revision = actions.seal_working(correction.post, by=correction.by)
    for step in (CorrectionFlow.submit, CorrectionFlow.approve):
        perform(correction, step)
    perform(correction, CorrectionFlow.publish, published_at=clock.now())
    Post.objects.filter(pk=correction.post_id).update(live=revision, working=None, corrected_at=clock.now())
    return Post.objects.get(pk=correction.post_id)


def test_starting_is_recorded_and_the_public_words_stay(c: City) -> None:
    correction = start(c)
    post = fresh(correction).post
    assert (post.working_id, post.live_id) == (correction.after_id, correction.before_id)
    assert "posts.correction.start" in [e.verb for e in audit.entries_for(post)]


def test_words_of_the_fact_box_can_be_corrected(c: City) -> None:
    post = make.draft(c)
    actions.save_working(post, by=c.editor, saves=0, fact_contact="0599-1234 500")
    post = make.release(c, post)
    correction = start(c, post, wrong="500", right="501")
    assert correction.after.fact_contact == "0599-1234 501"


def test_every_place_of_the_wrong_words_is_corrected(c: City) -> None:
    correction = start(c, make.published(c, title="16:00 前停水"))
    assert (correction.after.title, "14:00" in correction.after.body) == ("14:00 前停水", True)


def test_draft_cannot_be_corrected(c: City) -> None:
    with pytest.raises(Conflict) as caught:
        start(c, make.draft(c))
    assert caught.value.code == "not_public"


def test_outsider_cannot_correct_or_drop(c: City) -> None:
    correction = start(c)
    with pytest.raises(NotAllowed):
        actions.drop_correction(correction, by=c.stranger)
    with pytest.raises(NotAllowed):
        actions.start_correction(correction.post, by=c.stranger, **GIVEN)


@pytest.mark.parametrize("name", ["wrong", "right", "reason"])
@pytest.mark.parametrize("said", ["", " \x00 ", "长" * 301])
def test_each_part_is_asked_for_and_has_a_length(c: City, name: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        start(c, **{name: said})
    assert name in caught.value.fields


def test_right_words_that_do_not_fit_the_title_are_refused(c: City) -> None:
    post = make.published(c, title="停水" + "长" * 110)
    with pytest.raises(Invalid) as caught:
        start(c, post, wrong="停水", right="水" * 200)
    assert "right" in caught.value.fields


def test_same_words_are_no_correction(c: City) -> None:
    with pytest.raises(Invalid) as caught:
        start(c, right="16:00")
    assert "right" in caught.value.fields


def test_writing_goes_on_in_the_correction_s_version(c: City) -> None:
    correction = start(c)
    saves = correction.after.saves
    actions.save_working(correction.post, by=c.editor, saves=saves, summary="提前来水。")
    correction = fresh(correction)
    assert correction.after.summary == "提前来水。"
    assert correction.before.summary == ""


def test_sent_back_correction_is_written_on_in_step_with_its_post(c: City) -> None:
    correction = start(c)
    sealed = actions.seal_working(correction.post, by=c.editor)
    perform(correction, CorrectionFlow.submit)
    perform(correction, CorrectionFlow.send_back)
    saved = actions.save_working(correction.post, by=c.editor, saves=sealed.saves, summary="改写")
    again = fresh(correction)
    assert saved.pk != sealed.pk
    assert again.after_id == again.post.working_id == saved.pk
    assert actions.seal_working(again.post, by=c.editor).pk == saved.pk


def test_correction_in_review_is_not_written_in(c: City) -> None:
    correction = start(c)
    actions.seal_working(correction.post, by=c.editor)
    perform(correction, CorrectionFlow.submit)
    with pytest.raises(Conflict) as caught:
        actions.save_working(correction.post, by=c.editor, saves=0, body="晚了")
    assert caught.value.code == "not_writable"
    with pytest.raises(Conflict):
        actions.drop_correction(correction, by=c.editor)


def test_correction_that_changes_nothing_cannot_be_sealed(c: City) -> None:
    correction = start(c)
    before = correction.before.body
    actions.save_working(correction.post, by=c.editor, saves=correction.after.saves, body=before)
    with pytest.raises(Invalid) as caught:
        actions.seal_working(correction.post, by=c.editor)
    assert "body" in caught.value.fields


def test_announced_words_must_stand_in_the_corrected_text(c: City) -> None:
    correction = start(c)
    actions.save_working(correction.post, by=c.editor, saves=correction.after.saves, body="不停水了。")
    with pytest.raises(Invalid, match="."):
        actions.seal_working(correction.post, by=c.editor)


def test_dropped_correction_leaves_the_post_as_it_was(c: City) -> None:
    correction = start(c)
    actions.drop_correction(correction, by=c.editor)
    post = Post.objects.get(pk=correction.post_id)
    assert (post.state, post.working_id, post.live_id) == ("published", None, correction.before_id)
    assert "posts.correction.drop" in [e.verb for e in audit.entries_for(post)]
    with pytest.raises(Conflict):
        actions.drop_correction(correction, by=c.second_editor)
    with pytest.raises(Conflict):
        actions.save_working(post, by=c.editor, saves=0, body="晚了")


def test_second_correction_starts_from_the_first_one_s_words(c: City) -> None:
    post = make_public(start(c))
    second = start(c, post, wrong="东园", right="西园")
    assert second.before.body == "东园社区 8:00 到 14:00 停水。"
    assert second.after.body == "西园社区 8:00 到 14:00 停水。"
    post = make_public(second)
    assert [x.wrong for x in queries.corrections_of(post)] == ["16:00", "东园"]
    assert list(post.revisions.values_list("number", flat=True)) == [1, 2, 3]


def test_unpublished_corrections_are_nobody_s_to_read(c: City) -> None:
    correction = start(c)
    found = queries.public_post(correction.post.public_id)
    assert found.public_corrections == [] and list(queries.recent_corrections()) == []
    assert queries.corrections_of(found) == []


def test_withdrawn_post_s_correction_is_over(c: City) -> None:
    correction = start(c)
    post = Post.objects.get(pk=correction.post_id)
    perform(post, PostFlow.withdraw, withdrawn_reason="发错")
    with pytest.raises(Conflict):
        actions.save_working(post, by=c.editor, saves=0, body="晚了")
    actions.drop_correction(correction, by=c.editor)
