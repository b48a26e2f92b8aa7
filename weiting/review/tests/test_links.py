"""One-time links: for one person, one step, one version, one use."""

import hashlib

import pytest

from weiting.core.errors import Conflict, NotAllowed, NotFound
from weiting.review import actions
from weiting.review.models import Link
from weiting.review.tests import make


def test_a_link_opens_its_step_and_only_its_hash_is_kept(c: make.City) -> None:
    step = make.open_step(make.submit(c))
    token = actions.make_link(step, c.first, by=c.editor)
    assert len(token) >= 43
    link = Link.objects.get()
    assert link.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(vars(link))
    found = actions.link_for(token)
    assert (found.step, found.person) == (step, c.first)
    # Looking at the page does not use it up: mail scanners open links too.
    assert actions.link_for(token) == found


def test_a_used_link_says_so(c: make.City) -> None:
    token = actions.make_link(make.open_step(make.submit(c)), c.first, by=c.first)
    actions.use_link(token)
    with pytest.raises(Conflict) as refusal:
        actions.link_for(token)
    assert refusal.value.code == "link_used"


def test_an_expired_link_says_so(c: make.City, freeze) -> None:
    token = actions.make_link(make.open_step(make.submit(c)), c.first, by=c.first)
    freeze.move(hours=12)
    with pytest.raises(Conflict) as refusal:
        actions.use_link(token)
    assert refusal.value.code == "link_expired"


def test_an_unknown_or_shortened_link_is_not_found(c: make.City) -> None:
    token = actions.make_link(make.open_step(make.submit(c)), c.first, by=c.first)
    for wrong in ("", token[:-1], "x" * 43):
        with pytest.raises(NotFound):
            actions.link_for(wrong)


def test_a_new_link_replaces_the_old_one(c: make.City) -> None:
    step = make.open_step(make.submit(c))
    old = actions.make_link(step, c.first, by=c.first)
    actions.make_link(step, c.first, by=c.first)
    with pytest.raises(Conflict):
        actions.link_for(old)


def test_a_link_dies_with_its_step(c: make.City) -> None:
    step = make.open_step(make.submit(c))
    token = actions.make_link(step, c.first, by=c.first)
    actions.recall_round(step.round, by=c.editor)
    with pytest.raises(Conflict) as refusal:
        actions.use_link(token)
    assert refusal.value.code == "too_late"


def test_no_link_for_somebody_who_may_not_decide_nor_by_an_outsider(c: make.City) -> None:
    step = make.open_step(make.submit(c))
    with pytest.raises(NotAllowed):
        actions.make_link(step, c.final, by=c.editor)
    with pytest.raises(NotAllowed):
        actions.make_link(step, c.first, by=c.stranger)
