"""What the page of a text under review asks of the database, for whoever opens it, with all that can stand on it."""

from datetime import timedelta

import pytest

from weiting.core import clock
from weiting.desk.tests.desk_city import signed_in
from weiting.desk.tests.test_checks_review import BODY
from weiting.desk.tests.test_write_budget import count
from weiting.posts import actions as posts, queries
from weiting.publishing.tests.make import published
from weiting.review import actions
from weiting.review.models import Round
from weiting.review.tests import make
from weiting.units.models import Substitution
from weiting.units.roles import Role

pytestmark = pytest.mark.django_db
BUDGET = 25


def asked_for(person, round_: Round) -> int:
    """Count what a person's page of a round asks."""
    return count(signed_in(person), f"/desk/review/{round_.public_id}/")


@pytest.fixture
def full(c: make.City) -> Round:
    """A text sent back once and handed in again, with a decision, a comment, a handed step and a substitute."""
    post = make.draft(c, body=BODY)
    for found in queries.undecided(post):
        posts.decide_finding(
            post, by=c.editor, rule=found.rule, fingerprint=found.fingerprint, reason="法律要求写全"
        )
    sent_back = make.submit(c, post)
    step = make.open_step(sent_back)
    actions.give_verdict(
        step, by=c.first, approves=False, reason="日期不对", reason_kind="facts",
        content_hash=sent_back.content_hash,
    )  # fmt: skip
    make.rewrite(make.post_of(sent_back), c.editor, BODY.replace("16:00", "18:00"))
    round_ = make.submit(c, make.post_of(sent_back))
    colleague = make.person("colleague", "郑方")
    make.member(colleague, c.water, Role.FIRST_REVIEWER)
    now = clock.now()
    Substitution.objects.create(
        person=colleague,
        substitute=c.second,
        from_at=now - timedelta(hours=1),
        until_at=now + timedelta(days=1),
    )
    actions.remark(round_, by=c.first, text="写清楚")
    actions.hand_step(make.open_step(round_), colleague, by=c.first)
    return round_


def test_the_review_page_keeps_its_budget_for_everybody(full: Round, c: make.City) -> None:
    found = {name: asked_for(getattr(c, name), full) for name in ("editor", "first", "second", "hall_editor")}
    assert max(found.values()) <= BUDGET, found


def test_two_steps_at_once_asked_of_people_elsewhere_cost_no_more(c: make.City) -> None:
    round_ = make.submit(c, make.draft(c, risk="high"))
    make.approve(make.open_step(round_), c.first)
    make.approve(make.open_step(round_), c.second)
    assert round_.steps.filter(state="open").count() == 2
    found = {name: asked_for(getattr(c, name), round_) for name in ("legal", "secrecy", "hall_editor")}
    assert max(found.values()) <= BUDGET, found


def test_a_correction_keeps_the_budget(c: make.City, freeze) -> None:
    post = published(c, freeze)
    correction = posts.start_correction(post, by=c.editor, wrong="16:00", right="17:00", reason="写错了")
    round_ = actions.submit_correction(correction, by=c.editor, no_secrets=True)
    assert asked_for(c.first, round_) <= BUDGET
