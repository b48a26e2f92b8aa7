"""Submitting: what is sealed, who is called, and what is refused with a sentence."""

import pytest

from weiting import audit
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.notices.models import Notice
from weiting.posts.models import Post, Template
from weiting.review import actions, queries
from weiting.review.models import Lane, Round
from weiting.review.tests import make
from weiting.units.models import Membership
from weiting.units.roles import Role


def test_a_submitted_post_is_sealed_and_its_first_step_opens(c: make.City) -> None:
    round_ = make.submit(c, note="请审")
    post = make.post_of(round_)
    assert post.state == "in_review"
    assert round_.revision.sealed_at is not None
    assert round_.content_hash == round_.revision.content_hash
    assert [s.state for s in round_.steps.all()] == ["open", "waiting", "waiting"]
    assert list(queries.waiting_for(c.first)) == [make.open_step(round_)]
    assert not queries.waiting_for(c.second).exists()
    assert Notice.objects.filter(person=c.first, kind="review.step_open").count() == 1
    assert audit.entries_for(post)[0].verb == "review.round.submit"


def test_without_the_declaration_nothing_is_submitted(c: make.City) -> None:
    post = make.draft(c)
    with pytest.raises(Invalid) as refusal:
        make.submit(c, post, no_secrets=False)
    assert "no_secrets" in refusal.value.fields
    assert Post.objects.get(pk=post.pk).state == "draft"
    assert Post.objects.get(pk=post.pk).working.sealed_at is None


def test_an_unfinished_text_is_refused(c: make.City) -> None:
    with pytest.raises(Invalid):
        make.submit(c, make.draft(c, body=""))


def test_the_second_submit_is_refused(c: make.City) -> None:
    round_ = make.submit(c)
    with pytest.raises(Conflict):
        actions.submit_post(round_.post, by=c.editor, no_secrets=True)
    assert Round.objects.count() == 1


def test_a_stranger_cannot_submit(c: make.City) -> None:
    with pytest.raises(NotAllowed):
        actions.submit_post(make.draft(c), by=c.stranger, no_secrets=True)


def test_a_role_vacant_everywhere_is_named_with_the_unit(c: make.City) -> None:
    Membership.objects.filter(role=Role.SECOND_REVIEWER).delete()
    with pytest.raises(Invalid) as refusal:
        make.submit(c)
    assert refusal.value.code == "vacant"
    assert refusal.value.facts == {"role": Role.SECOND_REVIEWER, "unit": c.water.public_id}
    assert "云溪供水" in str(refusal.value.message)


def test_a_role_vacant_in_the_unit_is_asked_of_the_unit_above(c: make.City) -> None:
    Membership.objects.filter(role=Role.FIRST_REVIEWER).delete()
    boss = make.person("boss")
    make.member(boss, c.root, Role.FIRST_REVIEWER)
    step = make.open_step(make.submit(c))
    assert (step.from_unit, step.at_unit) == (c.water, c.root)
    assert list(queries.waiting_for(boss)) == [step]
    assert make.approve(step, boss).approves


def test_a_section_without_reviewers_uses_those_of_its_bureau(c: make.City) -> None:
    round_ = make.submit(c, make.draft(c, at=c.section))
    assert {s.at_unit for s in round_.steps.all()} == {c.water}
    assert queries.waiting_for(c.first).count() == 1


def test_an_author_with_every_role_still_needs_two_others(c: make.City) -> None:
    Membership.objects.filter(
        role__in=[Role.FIRST_REVIEWER, Role.SECOND_REVIEWER, Role.FINAL_REVIEWER]
    ).delete()
    for role in (Role.FIRST_REVIEWER, Role.SECOND_REVIEWER, Role.FINAL_REVIEWER):
        make.member(c.editor, c.water, role)
    with pytest.raises(Invalid) as refusal:
        make.submit(c)
    assert refusal.value.code == "vacant"


def test_one_person_with_two_roles_is_counted_once(c: make.City) -> None:
    Membership.objects.filter(role=Role.SECOND_REVIEWER).delete()
    make.member(c.first, c.water, Role.SECOND_REVIEWER)
    with pytest.raises(Invalid) as refusal:
        make.submit(c)
    assert refusal.value.code == "vacant"
    other = make.person("other")
    make.member(other, c.water, Role.FIRST_REVIEWER)
    # Now `first` may keep the second step because somebody else can take the first one.
    make.submit(c, make.draft(c))


def test_whoever_edited_the_text_does_not_review_it(c: make.City) -> None:
    make.member(c.first, c.water, Role.EDITOR)
    other = make.person("other")
    make.member(other, c.water, Role.FIRST_REVIEWER)
    post = make.draft(c)
    make.rewrite(post, c.first, "东园社区 9:00 到 16:00 停水。")
    step = make.open_step(make.submit(c, post))
    assert c.first.pk in step.round.authors
    with pytest.raises(NotAllowed):
        make.approve(step, c.first)
    assert make.approve(step, other).approves


def test_high_risk_adds_law_and_secrecy_side_by_side(c: make.City) -> None:
    round_ = make.submit(c, make.draft(c, risk="high"))
    turns: dict[int, set[str]] = {}
    for step in round_.steps.all():
        turns.setdefault(step.turn, set()).add(step.role)
    assert turns[3] == {Role.LEGAL, Role.SECRECY}
    assert make.approve_all(round_).state == "approved"


def test_the_light_lane_is_for_responses_and_templates_only(c: make.City) -> None:
    with pytest.raises(Invalid, match="light lane|快速"):
        make.submit(c, lane=Lane.REPLY)
    answer = make.draft(c, purpose="response")
    assert [s.role for s in make.submit(c, answer, lane=Lane.REPLY).steps.all()] == [Role.FIRST_REVIEWER]


def test_a_filled_in_template_takes_the_light_lane_and_a_rewritten_one_not(c: make.City) -> None:
    Template.objects.create(name="停水", body="【地点】将于【时间】停水，请提前储水。", title="停水通知")
    filled = make.draft(c, body="东园社区将于明天 8:00 停水，请提前储水。")
    assert make.submit(c, filled, lane=Lane.REPLY).steps.count() == 1
    other = make.draft(c, body="请提前储水。东园社区将于明天停水。")
    with pytest.raises(Invalid):
        make.submit(c, other, lane=Lane.REPLY)


def test_recall_takes_it_back_and_closes_every_step(c: make.City) -> None:
    round_ = make.submit(c)
    step = make.open_step(round_)
    actions.recall_round(round_, by=c.editor)
    assert make.post_of(round_).state == "draft"
    assert {s.state for s in round_.steps.all()} == {"skipped"}
    assert not queries.waiting_for(c.first).exists()
    with pytest.raises(Conflict, match="taken this text back|撤回"):
        make.approve(step, c.first)


def test_recall_after_the_verdict_is_refused(c: make.City) -> None:
    round_ = make.approve_all(make.submit(c))
    with pytest.raises(Conflict):
        actions.recall_round(round_, by=c.editor)


def test_preview_names_the_people_and_where_a_step_has_risen(c: make.City) -> None:
    Membership.objects.filter(role=Role.SECOND_REVIEWER).delete()
    boss = make.person("boss")
    make.member(boss, c.root, Role.SECOND_REVIEWER)
    preview = queries.path_preview(make.draft(c), by=c.editor)
    assert [(list(s.people), s.is_risen) for s in preview.steps] == [
        (["first"], False),
        (["boss"], True),
        (["final"], False),
    ]
    boss.memberships.all().delete()
    assert queries.path_preview(make.draft(c), by=c.editor).vacant
