"""Verdicts: bound to what was read, once each, with reasons, ticks and substitutes."""

from datetime import timedelta

import pytest

from weiting import audit
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed, NotFound
from weiting.notices.models import Notice
from weiting.posts.models import Revision
from weiting.review import actions, queries
from weiting.review.models import Lane, Verdict
from weiting.review.paths import PathStep
from weiting.review.tests import make
from weiting.units.models import Membership, Substitution
from weiting.units.roles import Role


def test_three_reviewers_one_after_the_other_approve_a_post(c: make.City) -> None:
    round_ = make.submit(c)
    for who in (c.first, c.second, c.final):
        make.approve(make.open_step(round_), who)
    round_.refresh_from_db()
    assert round_.state == "approved"
    assert make.post_of(round_).state == "approved"
    assert queries.approved_round(make.post_of(round_)) == round_
    verbs = [e.verb for e in audit.entries_for(round_.post)[:3]]
    assert verbs == ["review.step.approve"] * 3
    assert Notice.objects.filter(person=c.editor, kind="review.approved").count() == 1


def test_the_author_cannot_approve_even_with_the_role(c: make.City) -> None:
    make.member(c.editor, c.water, Role.FIRST_REVIEWER)
    step = make.open_step(make.submit(c))
    with pytest.raises(NotAllowed) as refusal:
        make.approve(step, c.editor)
    assert refusal.value.code == "own_text"
    assert not queries.waiting_for(c.editor).exists()


def test_one_person_closes_one_step_only(c: make.City) -> None:
    make.member(c.first, c.water, Role.SECOND_REVIEWER)
    round_ = make.submit(c)
    make.approve(make.open_step(round_), c.first)
    with pytest.raises(Conflict) as refusal:
        make.approve(make.open_step(round_), c.first)
    assert refusal.value.code == "already_decided"
    make.approve(make.open_step(round_), c.second)


def test_two_steps_side_by_side_share_out_the_people(c: make.City) -> None:
    Membership.objects.filter(role=Role.SECRECY).delete()
    make.member(c.legal, c.root, Role.SECRECY)
    guard = make.person("guard")
    make.member(guard, c.root, Role.LEGAL)
    round_ = make.submit(c, make.draft(c, risk="high"))
    make.approve(make.open_step(round_), c.first)
    make.approve(make.open_step(round_), c.second)
    # Only `legal` holds secrecy; guard takes the legal step, so both can be done.
    make.approve(make.open_step(round_, "法律"), guard)
    make.approve(make.open_step(round_, "保密"), c.legal)
    make.approve(make.open_step(round_), c.final)
    round_.refresh_from_db()
    assert round_.state == "approved"


def test_a_step_rises_when_its_last_holder_has_decided_another(c: make.City) -> None:
    for name in ("lawyer", "spare"):
        make.member(make.person(name), c.water, Role.LEGAL)
    lawyer, spare = (make.Person.objects.get(username=name) for name in ("lawyer", "spare"))
    side_by_side = [PathStep(1, "法律", Role.LEGAL), PathStep(1, "保密", Role.SECRECY)]
    actions.save_policy(None, by=c.hall_editor, name="会签", unit=c.water, steps=side_by_side)
    make.member(spare, c.water, Role.SECRECY)
    round_ = make.submit(c)
    assert make.open_step(round_, "保密").at_unit == c.water
    # The only one who could take the secrecy step here takes the legal one; so the city is asked.
    make.approve(make.open_step(round_, "法律"), spare)
    step = make.open_step(round_, "保密")
    assert step.at_unit == c.root
    assert list(queries.waiting_for(c.secrecy)) == [step]
    assert Notice.objects.filter(person=c.secrecy, kind="review.step_open").exists()
    make.approve(step, c.secrecy)
    round_.refresh_from_db()
    assert (round_.state, lawyer.is_active) == ("approved", True)


def test_an_outsider_learns_nothing(c: make.City) -> None:
    step = make.open_step(make.submit(c))
    with pytest.raises(NotFound):
        make.approve(step, c.stranger)
    with pytest.raises(NotFound):
        queries.round_for(c.stranger, step.round.public_id)
    with pytest.raises(NotAllowed):
        make.approve(step, c.final)


def test_sending_back_needs_a_reason_and_its_kind(c: make.City) -> None:
    step = make.open_step(make.submit(c))
    seen = {"by": c.first, "approves": False, "content_hash": step.round.content_hash}
    with pytest.raises(Invalid) as refusal:
        actions.give_verdict(step, **seen, reason=" ", reason_kind="")
    assert set(refusal.value.fields) == {"reason", "reason_kind"}
    actions.give_verdict(step, **seen, reason="时间写错了。", reason_kind="facts")
    post = make.post_of(step.round)
    assert post.state == "returned"
    assert Notice.objects.filter(person=c.editor, kind="review.returned").exists()
    step.round.refresh_from_db()
    assert step.round.state == "returned"
    assert {s.state for s in step.round.steps.all()} == {"returned", "skipped"}


def test_a_returned_text_takes_a_new_round_from_the_start(c: make.City) -> None:
    round_ = make.submit(c)
    make.approve(make.open_step(round_), c.first)
    step = make.open_step(round_)
    actions.give_verdict(
        step,
        by=c.second,
        approves=False,
        content_hash=round_.content_hash,
        reason="改",
        reason_kind="wording",
    )
    post = make.post_of(round_)
    make.rewrite(post, c.editor, "东园社区 8:30 到 16:00 停水。")
    again = make.submit(c, post)
    assert again.content_hash != round_.content_hash
    assert [s.state for s in again.steps.all()] == ["open", "waiting", "waiting"]
    assert make.approve_all(again).state == "approved"
    assert len(queries.rounds_of(post)) == 2


def test_ticks_and_declaration_are_required_to_approve(c: make.City) -> None:
    round_ = make.submit(c)
    step = make.open_step(round_)
    with pytest.raises(Invalid) as refusal:
        make.approve(step, c.first, checked=step.checklist[:1])
    assert len(refusal.value.fields["checked"]) == len(step.checklist) - 1
    make.approve(step, c.first)
    make.approve(make.open_step(round_), c.second)
    with pytest.raises(Invalid) as refusal:
        make.approve(make.open_step(round_), c.final, no_secrets=False)
    assert set(refusal.value.fields) == {"no_secrets"}
    last = make.approve(make.open_step(round_), c.final)
    assert last.no_secrets
    assert last.checked == last.step.checklist


def test_the_hash_of_another_version_is_refused(c: make.City) -> None:
    step = make.open_step(make.submit(c))
    with pytest.raises(Conflict) as refusal:
        make.approve(step, c.first, content_hash="0" * 64)
    assert refusal.value.code == "stale"
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("field", ["title", "body", "summary", "fact_contact"])
def test_one_changed_byte_voids_the_round(c: make.City, field: str) -> None:
    round_ = make.submit(c)
    make.approve(make.open_step(round_), c.first)
    # Behind the actions' back, as only a hand in the database could.
    Revision.objects.filter(post=round_.post).update(**{field: "改了"})
    with pytest.raises(Conflict) as refusal:
        make.approve(make.open_step(round_), c.second)
    assert refusal.value.code == "content_changed"
    round_.refresh_from_db()
    assert round_.state == "void"
    assert make.post_of(round_).state == "draft"
    assert audit.entries_for(round_.post)[0].verb == "review.round.void"


def test_opening_an_approved_text_voids_its_approval(c: make.City) -> None:
    round_ = make.approve_all(make.submit(c))
    post = make.post_of(round_)
    actions.reopen(post, by=c.editor)
    round_.refresh_from_db()
    assert round_.state == "void"
    post.refresh_from_db()
    assert post.state == "draft"
    assert queries.approved_round(post) is None


def _away(c: make.City, person: make.Person, substitute: make.Person) -> Substitution:
    now = clock.now()
    return Substitution.objects.create(
        person=person,
        substitute=substitute,
        from_at=now - timedelta(hours=1),
        until_at=now + timedelta(days=1),
    )


def test_a_substitute_decides_for_whoever_is_away(c: make.City) -> None:
    deputy = make.person("deputy")
    _away(c, c.first, deputy)
    step = make.open_step(make.submit(c))
    assert list(queries.waiting_for(deputy)) == [step]
    verdict = make.approve(step, deputy)
    assert verdict.for_person == c.first
    # Both count as heard: neither takes another step of this round.
    make.member(c.first, c.water, Role.SECOND_REVIEWER)
    with pytest.raises(Conflict):
        make.approve(make.open_step(step.round), c.first)


def test_a_substitution_that_has_ended_counts_no_more(c: make.City) -> None:
    deputy = make.person("deputy")
    away = _away(c, c.first, deputy)
    step = make.open_step(make.submit(c))
    Substitution.objects.filter(pk=away.pk).update(ended_at=clock.now())
    with pytest.raises(NotFound):
        make.approve(step, deputy)
    assert not queries.waiting_for(deputy).exists()


def test_nobody_decides_in_the_place_of_the_author(c: make.City) -> None:
    deputy = make.person("deputy")
    make.member(c.editor, c.water, Role.FIRST_REVIEWER)
    _away(c, c.editor, deputy)
    step = make.open_step(make.submit(c))
    with pytest.raises(NotFound):
        make.approve(step, deputy)


def test_the_author_as_substitute_still_does_not_decide(c: make.City) -> None:
    _away(c, c.first, c.editor)
    step = make.open_step(make.submit(c))
    with pytest.raises(NotAllowed):
        make.approve(step, c.editor)


def test_an_emergency_needs_two_officers_and_a_review_afterwards(c: make.City) -> None:
    round_ = make.submit(c, lane=Lane.EMERGENCY)
    step = make.open_step(round_)
    assert step.quorum == 2
    make.approve(step, c.officer)
    round_.refresh_from_db()
    assert round_.state == "open"
    with pytest.raises(Conflict):
        make.approve(make.open_step(round_), c.officer)
    make.approve(make.open_step(round_), c.other_officer)
    round_.refresh_from_db()
    assert round_.state == "approved"
    assert round_.closed_at is not None
    assert round_.after_due_at == round_.closed_at + timedelta(hours=24)


def test_a_lone_officer_sends_the_second_place_to_the_unit_above(c: make.City) -> None:
    Membership.objects.filter(person=c.other_officer).delete()
    make.member(c.other_officer, c.root, Role.EMERGENCY_OFFICER)
    step = make.open_step(make.submit(c, lane=Lane.EMERGENCY))
    assert step.at_unit == c.root
    make.approve(step, c.other_officer)
    make.approve(make.open_step(step.round), c.officer)
    step.round.refresh_from_db()
    assert step.round.state == "approved"


def test_review_afterwards_is_for_somebody_else_and_done_once(c: make.City) -> None:
    round_ = make.approve_all(make.submit(c, lane=Lane.EMERGENCY))
    make.member(c.officer, c.water, Role.FINAL_REVIEWER)
    assert list(queries.after_reviews_due(c.final)) == [round_]
    assert not queries.after_reviews_due(c.officer).exists()
    with pytest.raises(NotAllowed):
        actions.finish_after_review(round_, by=c.officer)
    with pytest.raises(Invalid):
        actions.finish_after_review(round_, by=c.final, outcome="correct")
    actions.finish_after_review(round_, by=c.final, outcome="correct", note="电话少一位")
    assert Notice.objects.filter(person=c.editor, kind="review.must_correct").exists()
    with pytest.raises(Conflict):
        actions.finish_after_review(round_, by=c.final)


def test_an_ordinary_text_needs_no_review_afterwards(c: make.City) -> None:
    round_ = make.approve_all(make.submit(c))
    with pytest.raises(Conflict):
        actions.finish_after_review(round_, by=c.final)
