"""Two people at the same moment: exactly one outcome, and a sentence for the other."""

from collections.abc import Callable

import pytest

from weiting.core.errors import Conflict, DomainError
from weiting.core.tests.together import at_once
from weiting.posts.models import Post
from weiting.review import actions, standing
from weiting.review.models import Lane, Round, Step, Verdict
from weiting.review.tests import make
from weiting.units.roles import Role


@pytest.fixture
def c(transactional_db: None) -> make.City:
    """The cast, committed, because other connections must see it."""
    return make.city()


def _forward(step: Step, by: make.Person) -> Callable[[], Verdict]:
    return lambda: make.approve(Step.objects.get(pk=step.pk), by)


def _back(step: Step, by: make.Person) -> Callable[[], Verdict]:
    return lambda: actions.give_verdict(
        Step.objects.get(pk=step.pk),
        by=by,
        approves=False,
        content_hash=step.round.content_hash,
        reason="时间不对。",
        reason_kind="facts",
    )


def test_approving_and_sending_back_at_once_give_one_outcome(c: make.City) -> None:
    rival = make.person("rival")
    make.member(rival, c.water, Role.FIRST_REVIEWER)
    for _ in range(4):
        step = make.open_step(make.submit(c))
        results = at_once(_forward(step, c.first), _back(step, rival))
        assert sorted(isinstance(r, Conflict) for r in results) == [False, True]
        assert next(r for r in results if isinstance(r, Conflict)).message
        assert Verdict.objects.filter(step=step).count() == 1
        round_ = Round.objects.get(pk=step.round_id)
        post = make.post_of(round_)
        assert (round_.state, post.state) in {("open", "in_review"), ("returned", "returned")}


def test_two_approvals_of_a_quorum_at_once_close_it_once(c: make.City) -> None:
    step = make.open_step(make.submit(c, lane=Lane.EMERGENCY))
    results = at_once(
        lambda: make.approve(Step.objects.get(pk=step.pk), c.officer),
        lambda: make.approve(Step.objects.get(pk=step.pk), c.other_officer),
    )
    assert all(isinstance(r, Verdict) for r in results)
    round_ = Round.objects.get(pk=step.round_id)
    assert (round_.state, round_.post.state) == ("approved", "approved")


def test_recall_and_last_approval_at_once_agree(c: make.City) -> None:
    round_ = make.submit(c, make.draft(c, klass="service"))
    make.approve(make.open_step(round_), c.first)
    last = make.open_step(round_)
    results = at_once(
        lambda: make.approve(Step.objects.get(pk=last.pk), c.final),
        lambda: actions.recall_round(Round.objects.get(pk=round_.pk), by=c.editor),
    )
    assert sorted(isinstance(r, Conflict) for r in results) == [False, True]
    round_ = Round.objects.get(pk=round_.pk)
    assert (round_.state, round_.post.state) in {("approved", "approved"), ("recalled", "draft")}


def test_submitting_twice_at_once_opens_one_round(c: make.City) -> None:
    post = make.draft(c)
    results = at_once(*[lambda: make.submit(c, Post.objects.get(pk=post.pk))] * 2)
    assert sorted(isinstance(r, DomainError) for r in results) == [False, True]
    assert Round.objects.filter(post=post).count() == 1


def test_one_link_used_twice_at_once_counts_once(c: make.City) -> None:
    token = actions.make_link(make.open_step(make.submit(c)), c.first, by=c.first)
    results = at_once(*[lambda: actions.use_link(token)] * 2)
    assert sorted(isinstance(r, Conflict) for r in results) == [False, True]


def _hand(step: Step, to: make.Person, by: make.Person) -> Callable[[], Step]:
    return lambda: actions.hand_step(Step.objects.get(pk=step.pk), to, by=by)


def test_of_a_hand_over_and_a_verdict_at_once_both_are_true(c: make.City) -> None:
    rival = make.person("rival")
    make.member(rival, c.water, Role.FIRST_REVIEWER)
    for _ in range(3):
        step = make.open_step(make.submit(c))
        handed, decided = at_once(_hand(step, rival, c.first), _forward(step, c.first))
        step.refresh_from_db()
        # Either the verdict came first and nothing was left to hand on, or the step was the other's already.
        assert [isinstance(each, DomainError) for each in (handed, decided)] in ([True, False], [False, True])
        assert (step.state, step.handed_to_id) in {("approved", None), ("open", rival.pk)}


def test_a_step_handed_to_two_at_once_is_one_persons(c: make.City) -> None:
    one, other = make.person("one"), make.person("other")
    for person in (one, other):
        make.member(person, c.water, Role.FIRST_REVIEWER)
    step = make.open_step(make.submit(c))
    at_once(_hand(step, one, c.first), _hand(step, other, c.first))
    step.refresh_from_db()
    assert step.handed_to_id in {one.pk, other.pk}
    assert len(standing.deciders(step)) == 1
