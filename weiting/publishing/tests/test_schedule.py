"""Any order of acts on a text and its plan, against a model of what may happen: the laws of the schedule.

Never released twice; never with words that were not approved; never before the embargo; never after being
called off; never while held.
"""

from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from weiting.core import clock
from weiting.core.errors import DomainError
from weiting.posts import actions as posts
from weiting.posts.models import Post
from weiting.publishing import actions
from weiting.publishing.models import Release
from weiting.publishing.tests import make
from weiting.review.flow import RoundState
from weiting.review.models import Round
from weiting.review.tests import make as reviewed

START = datetime(2026, 11, 21, 10, tzinfo=clock.SHANGHAI)
MINUTES = st.integers(min_value=-60, max_value=300)


class Schedule(RuleBasedStateMachine):
    """One text with its plan; every act may be refused, and what the database says must obey the laws."""

    city: ClassVar[reviewed.City]

    def __init__(self) -> None:
        super().__init__()
        self.time = START
        clock.use(lambda: self.time)
        # Each run is undone at its end: the city is made once.
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.approved_hashes: set[str] = set()
        self.called_off: set[int] = set()
        self.held: set[int] = set()
        self.released: dict[int, datetime] = {}
        self.number = 0

    @initialize(embargo=st.one_of(st.none(), st.integers(min_value=10, max_value=200)))
    def start(self, embargo: int | None) -> None:
        self.embargo = self.time + timedelta(minutes=embargo) if embargo else None
        post = reviewed.draft(self.city, klass="service", embargo_until=self.embargo)
        self.pk = post.pk

    @property
    def post(self) -> Post:
        return make.fresh(Post.objects.get(pk=self.pk))

    def plan(self) -> Release | None:
        return Release.objects.filter(post=self.pk).order_by("-pk").first()

    def try_to(self, act, *args, **options) -> bool:
        """Do it; a refusal is an answer, any other error is a fault."""
        try:
            act(*args, **options)
        except DomainError as refusal:
            assert str(refusal.message)
            return False
        return True

    @rule(minutes=st.integers(min_value=1, max_value=90))
    def time_passes(self, minutes: int) -> None:
        self.time += timedelta(minutes=minutes)

    @rule()
    def worker_runs(self) -> None:
        actions.fulfil_wishes()
        actions.release_due()

    @rule()
    def edit(self) -> None:
        self.number += 1
        self.try_to(reviewed.rewrite, self.post, self.city.editor, f"第 {self.number} 稿：停水至 16:00。")

    @rule(when=st.sampled_from(["approved", "at", "later"]), minutes=MINUTES)
    def submit(self, when: str, minutes: int) -> None:
        at = self.time + timedelta(minutes=minutes)
        self.try_to(
            actions.send_for_review, self.post, by=self.city.editor, release=when, at=at, no_secrets=True
        )

    @rule()
    def approve(self) -> None:
        round_ = Round.objects.filter(post=self.pk, state=RoundState.OPEN).first()
        if round_ is not None:
            make.decide_all(self.city, round_)
            self.approved_hashes.add(round_.content_hash)

    @rule()
    def recall(self) -> None:
        round_ = Round.objects.filter(post=self.pk, state=RoundState.OPEN).first()
        if round_ is not None:
            self.try_to(actions.recall, round_, by=self.city.editor)

    @rule()
    def reopen(self) -> None:
        self.try_to(actions.reopen, self.post, by=self.city.editor)

    @rule(minutes=MINUTES)
    def plan_it(self, minutes: int) -> None:
        self.try_to(
            actions.plan_release, self.post, by=self.city.editor, at=self.time + timedelta(minutes=minutes)
        )

    @rule()
    def release_now(self) -> None:
        self.try_to(actions.plan_release, self.post, by=self.city.editor)

    @rule(minutes=MINUTES)
    def move(self, minutes: int) -> None:
        if found := self.plan():
            self.try_to(
                actions.move_release, found, by=self.city.editor, at=self.time + timedelta(minutes=minutes)
            )

    @rule()
    def hold(self) -> None:
        if found := self.plan():
            self.try_to(actions.hold_release, found, "先等等", by=self.city.first)

    @rule(minutes=st.one_of(st.none(), MINUTES))
    def resume(self, minutes: int | None) -> None:
        at = None if minutes is None else self.time + timedelta(minutes=minutes)
        if found := self.plan():
            self.try_to(actions.resume_release, found, by=self.city.editor, at=at)

    @rule()
    def call_off(self) -> None:
        if (found := self.plan()) and self.try_to(
            actions.call_off_release, found, "不发了", by=self.city.editor
        ):
            self.called_off.add(found.pk)

    @precondition(lambda self: hasattr(self, "pk"))
    @rule()
    def discard(self) -> None:
        if self.try_to(actions.discard, self.post, by=self.city.editor):
            posts.restore_post(self.post, by=self.city.editor)

    @invariant()
    def laws_hold(self) -> None:
        if not hasattr(self, "pk"):
            return
        post = self.post
        rows = list(Release.objects.filter(post=self.pk))
        out = [row for row in rows if row.state == "released"]
        assert len(out) <= 1
        assert bool(out) == (post.state == "published")
        for row in out:
            assert post.live is not None
            assert row.content_hash == post.live.content_hash
            assert row.content_hash in self.approved_hashes
            assert row.pk not in self.called_off
            assert row.released_at is not None
            assert self.embargo is None or row.released_at >= self.embargo
            assert row.released_at >= row.due_at
            assert self.released.setdefault(row.pk, row.released_at) == row.released_at
        for row in rows:
            if row.pk in self.called_off:
                assert row.state == "called_off"
            if row.state == "planned":
                # What is planned could go out as it stands: approved, these very words, not under embargo.
                assert post.state == "approved"
                assert row.content_hash == post.working.content_hash
                assert self.embargo is None or row.due_at >= self.embargo
        assert sum(row.state in {"planned", "held"} for row in rows) <= 1

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)
        clock.use(None)


@pytest.mark.slow
def test_no_order_of_acts_breaks_the_laws_of_the_schedule(c: reviewed.City) -> None:
    Schedule.city = c
    run_state_machine_as_test(
        Schedule,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
