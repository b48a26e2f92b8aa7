"""What the editor chose while submitting happens when the last reviewer approves."""

from datetime import timedelta

import pytest

from weiting.core.errors import Conflict, Invalid
from weiting.notices.models import Notice
from weiting.posts.models import Post, Revision
from weiting.publishing import actions, queries
from weiting.publishing.models import Release, Wish
from weiting.publishing.tests import make
from weiting.review import actions as review
from weiting.review.models import Lane
from weiting.review.tests import make as reviewed


def _send(c: reviewed.City, post: Post | None = None, **options: object):
    return actions.send_for_review(post or reviewed.draft(c), by=c.editor, no_secrets=True, **options)


def test_as_soon_as_approved_goes_out_after_the_window(c: reviewed.City, freeze) -> None:
    round_ = make.decide_all(c, _send(c, release="approved"))
    release = Release.objects.get(post=round_.post)
    assert release.due_at == freeze.moment + timedelta(seconds=10)
    freeze.move(seconds=10)
    assert actions.release_due() == 1
    assert not Wish.objects.exists()


def test_at_a_time_is_planned_for_that_time(c: reviewed.City, freeze) -> None:
    at = freeze.moment + timedelta(days=1)
    make.decide_all(c, _send(c, release="at", at=at))
    assert Release.objects.get().due_at == at


def test_later_plans_nothing(c: reviewed.City) -> None:
    make.decide_all(c, _send(c))
    assert not Release.objects.exists()


def test_a_wish_whose_time_has_passed_asks_and_the_verdict_stands(c: reviewed.City, freeze) -> None:
    round_ = _send(c, release="at", at=freeze.moment + timedelta(hours=1))
    freeze.move(hours=2)
    make.decide_all(c, round_)
    assert round_.state == "approved"
    assert not Release.objects.exists()
    assert Notice.objects.filter(person=c.editor, kind="publishing.choose_time").count() == 1


def test_a_past_wish_is_refused_and_nothing_is_submitted(c: reviewed.City, freeze) -> None:
    post = reviewed.draft(c)
    with pytest.raises(Invalid):
        _send(c, post, release="at", at=freeze.moment - timedelta(hours=1))
    assert make.fresh(post).state == "draft"


def test_recall_forgets_the_wish(c: reviewed.City) -> None:
    round_ = _send(c, release="approved")
    actions.recall(round_, by=c.editor)
    assert not Wish.objects.exists()


def test_wishes_approved_by_another_way_are_fulfilled_by_the_sweep(c: reviewed.City) -> None:
    round_ = _send(c, release="approved")
    reviewed.approve_all(round_)
    assert not Release.objects.exists()
    assert actions.fulfil_wishes() == 1
    assert actions.fulfil_wishes() == 0
    assert queries.plan_of(make.fresh(round_.post)) is not None


def test_an_emergency_goes_out_with_the_second_officer(c: reviewed.City) -> None:
    round_ = _send(c, lane=Lane.EMERGENCY)
    step = reviewed.open_step(round_)
    given = {
        "approves": True,
        "content_hash": round_.content_hash,
        "checked": step.checklist,
        "no_secrets": True,
    }
    actions.decide(step, by=c.officer, **given)
    assert make.fresh(round_.post).state == "in_review"
    actions.decide(reviewed.open_step(round_), by=c.other_officer, **given)
    assert make.fresh(round_.post).state == "published"
    round_.refresh_from_db()
    assert round_.after_due_at is not None


def test_a_verdict_by_link_uses_the_link_up(c: reviewed.City) -> None:
    round_ = _send(c)
    step = reviewed.open_step(round_)
    token = review.make_link(step, c.first, by=c.editor)
    given = {"approves": True, "content_hash": round_.content_hash, "checked": step.checklist}
    with pytest.raises(Invalid):
        actions.decide(step, token=token, **{**given, "checked": []})
    # What was refused has not used the link.
    outcome = actions.decide(step, token=token, **given)
    assert outcome.verdict.by_link
    assert outcome.verdict.person == c.first
    with pytest.raises(Conflict) as refusal:
        actions.decide(step, token=token, **given)
    assert refusal.value.code == "link_used"


def test_a_changed_text_voids_the_round_for_good(c: reviewed.City) -> None:
    round_ = _send(c)
    Revision.objects.filter(pk=round_.revision_id).update(body="别的")
    step = reviewed.open_step(round_)
    with pytest.raises(Conflict) as refusal:
        actions.decide(
            step, by=c.first, approves=True, content_hash=round_.content_hash, checked=step.checklist
        )
    assert refusal.value.code == "content_changed"
    round_.refresh_from_db()
    assert round_.state == "void"


def test_a_plan_held_for_an_edit_is_freed_by_the_sweep_too(c: reviewed.City, freeze) -> None:
    at = freeze.moment + timedelta(hours=3)
    release = make.planned(c, at)
    actions.reopen(release.post, by=c.editor)
    reviewed.approve_all(_send(c, make.fresh(release.post)))
    assert actions.fulfil_wishes() == 1
    release.refresh_from_db()
    assert (release.state, release.due_at) == ("planned", at)
    assert actions.fulfil_wishes() == 0


def test_an_emergency_approved_by_another_way_goes_out_with_the_sweep(c: reviewed.City) -> None:
    round_ = reviewed.approve_all(_send(c, lane=Lane.EMERGENCY))
    assert make.fresh(round_.post).state == "approved"
    assert actions.fulfil_wishes() == 1
    assert make.fresh(round_.post).state == "published"
    assert actions.fulfil_wishes() == 0
