"""Handing a step to a named colleague: theirs alone, told, recorded, and everybody's again when they cannot."""

from datetime import timedelta

import pytest

from weiting import audit
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed, NotFound
from weiting.notices.models import Notice
from weiting.review import actions, queries, standing
from weiting.review.tests import make
from weiting.units.models import Membership, Substitution
from weiting.units.roles import Role


@pytest.fixture
def other(c: make.City):
    """A second first reviewer of the water unit."""
    person = make.person("other", "郑方")
    make.member(person, c.water, Role.FIRST_REVIEWER)
    return person


def test_a_handed_step_is_the_colleagues_alone(c: make.City, other) -> None:
    round_ = make.submit(c)
    step = actions.hand_step(make.open_step(round_), other, by=c.first, reason="他跑这条线")
    assert set(standing.deciders(step)) == {other.pk}
    assert [s.pk for s in queries.waiting_for(other)] == [step.pk]
    assert not queries.waiting_for(c.first)
    with pytest.raises(NotAllowed) as refused:
        make.approve(make.open_step(round_), c.first)
    assert refused.value.code == "handed"
    make.approve(make.open_step(round_), other)


def test_the_colleague_is_told_and_it_is_recorded(c: make.City, other) -> None:
    step = actions.hand_step(make.open_step(make.submit(c)), other, by=c.first, reason="他跑这条线")
    told = Notice.objects.get(kind="review.step_handed")
    assert (told.person, told.facts["who"], told.facts["reason"]) == (other, "first", "他跑这条线")
    entry = next(e for e in audit.entries_for(step.round.post) if e.verb == "review.step.hand")
    assert (entry.actor_id, entry.facts["to"]) == (c.first.pk, other.pk)


def test_the_due_time_does_not_move(c: make.City, other) -> None:
    step = make.open_step(make.submit(c))
    assert actions.hand_step(step, other, by=c.first).due_at == step.due_at


def test_a_colleague_may_take_it_over_again(c: make.City, other) -> None:
    round_ = make.submit(c)
    actions.hand_step(make.open_step(round_), other, by=c.first)
    actions.hand_step(make.open_step(round_), c.first, by=c.first)
    make.approve(make.open_step(round_), c.first)


def test_who_acts_for_the_colleague_decides_it(c: make.City, other) -> None:
    round_, now = make.submit(c), clock.now()
    actions.hand_step(make.open_step(round_), other, by=c.first)
    Substitution.objects.create(
        person=other, substitute=c.second, from_at=now - timedelta(hours=1), until_at=now + timedelta(days=1)
    )
    step = make.open_step(round_)
    assert set(standing.deciders(step)) == {other.pk, c.second.pk}
    assert make.approve(step, c.second).for_person == other


@pytest.mark.parametrize("loss", ["role", "sign-in"])
def test_when_the_colleague_leaves_it_is_everybodys_again(c: make.City, other, freeze, loss: str) -> None:
    round_ = make.submit(c)
    actions.hand_step(make.open_step(round_), other, by=c.first)
    if loss == "role":
        Membership.objects.filter(person=other).delete()
    else:
        other.is_active = False
        other.save()
    assert set(standing.deciders(make.open_step(round_))) == {c.first.pk}
    actions.remind_due()
    assert [s.round_id for s in queries.waiting_for(c.first)] == [round_.pk]
    assert "review.step.unhand" in [e.verb for e in audit.entries_for(round_.post)]


def test_nobody_else_hands_it_on_and_nobody_unfit_gets_it(c: make.City, other) -> None:
    step = make.open_step(make.submit(c))
    for by in (c.editor, c.second, c.stranger):
        with pytest.raises((NotAllowed, NotFound)):
            actions.hand_step(step, other, by=by)
    for to in (c.editor, c.second, c.stranger):
        with pytest.raises(Invalid):
            actions.hand_step(step, to, by=c.first)
    actions.hand_step(step, other, by=c.first)
    with pytest.raises(Conflict):
        actions.hand_step(step, other, by=c.first)


def test_a_step_for_two_is_not_handed_to_one(c: make.City) -> None:
    step = make.open_step(make.submit(c, lane="emergency"))
    with pytest.raises(Invalid) as refused:
        actions.hand_step(step, c.officer, by=c.other_officer)
    assert refused.value.code == "quorum"


def test_a_decided_step_is_not_handed_on(c: make.City, other) -> None:
    step = make.open_step(make.submit(c))
    make.approve(step, c.first)
    with pytest.raises((Conflict, NotAllowed)):
        actions.hand_step(step, other, by=other)
