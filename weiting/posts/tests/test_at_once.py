"""Two people at the same moment: one of them is served, the other gets a sentence, nothing is lost."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from weiting.core import clock
from weiting.core.errors import Conflict, DomainError, Invalid
from weiting.core.tests.together import at_once
from weiting.posts import actions
from weiting.posts.models import Correction, Issue, Post, Presence, Revision
from weiting.posts.tests import make


@pytest.fixture
def c(transactional_db: None) -> make.City:
    """The cast, committed, because other connections must see it."""
    return make.city()


def save(post: Post, by: make.Person, body: str) -> Callable[[], Revision]:
    return lambda: actions.save_working(Post.objects.get(pk=post.pk), by=by, saves=0, body=body)


def while_held(post: Post, first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Let `second` wait for `first`, which has written but not committed; return what `second` came to."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(second())
        except DomainError as error:
            found.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        first()
        thread.start()
        thread.join(0.7)
        assert thread.is_alive(), "the second one did not wait"
    thread.join(30)
    return found[0]


def test_second_saver_who_waited_sees_the_first_one_s_save(c: make.City) -> None:
    post = make.draft(c)
    outcome = while_held(post, save(post, c.editor, "甲"), save(post, c.second_editor, "乙"))
    assert isinstance(outcome, Conflict) and outcome.code == "stale"
    assert Revision.objects.get(post=post).body == "甲"


def test_saver_who_waited_for_a_keeping_is_told_so(c: make.City) -> None:
    post = make.draft(c)

    def write_and_keep() -> None:
        save(post, c.editor, "甲")()
        actions.keep_revision(post, by=c.editor)

    outcome = while_held(post, write_and_keep, save(post, c.second_editor, "乙"))
    assert isinstance(outcome, Conflict) and outcome.code == "stale"
    assert set(Revision.objects.filter(post=post).values_list("body", flat=True)) == {"甲"}


def test_saver_who_waited_for_a_discarding_is_told_so(c: make.City) -> None:
    post = make.draft(c)
    outcome = while_held(post, lambda: actions.discard_post(post, by=c.editor), save(post, c.editor, "乙"))
    assert isinstance(outcome, Conflict) and outcome.code == "not_writable"


def test_of_two_saves_at_once_one_is_kept_and_one_told(c: make.City) -> None:
    for _ in range(4):
        post = make.draft(c)
        results = at_once(save(post, c.editor, "甲"), save(post, c.second_editor, "乙"))
        assert sorted(isinstance(r, Conflict) for r in results) == [False, True]


def test_keeping_and_sealing_at_once_leave_one_line_of_versions(c: make.City) -> None:
    for _ in range(3):
        post = make.draft(c)
        at_once(
            partial(actions.keep_revision, post, by=c.editor),
            partial(actions.seal_working, Post.objects.get(pk=post.pk), by=c.second_editor),
        )
        numbers = list(post.revisions.values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        newest = post.revisions.last()
        assert Post.objects.get(pk=post.pk).working_id == newest.pk


def test_of_two_corrections_at_once_one_starts(c: make.City) -> None:
    post = make.published(c)
    given = {"wrong": "16:00", "right": "14:00", "reason": "快了"}
    results = at_once(
        lambda: actions.start_correction(Post.objects.get(pk=post.pk), by=c.editor, **given),
        lambda: actions.start_correction(Post.objects.get(pk=post.pk), by=c.second_editor, **given),
    )
    (refused,) = [r for r in results if isinstance(r, Conflict)]
    assert refused.code == "correction_open"
    assert Correction.objects.get().after_id == Post.objects.get(pk=post.pk).working_id
    assert post.revisions.count() == 2


def test_of_two_who_take_the_pen_at_once_one_has_it(c: make.City) -> None:
    post = make.draft(c)
    results = at_once(
        lambda: actions.take_pen(post, by=c.editor),
        lambda: actions.take_pen(post, by=c.second_editor),
    )
    (refused,) = [r for r in results if isinstance(r, Conflict)]
    assert refused.code == "pen_taken"
    assert Presence.objects.filter(post=post, holds_pen=True).count() == 1


def test_issues_started_at_once_have_numbers_without_a_gap(c: make.City) -> None:
    at_once(*[lambda: actions.start_issue(c.water, by=c.editor, title="本周") for _ in range(4)])
    assert sorted(Issue.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_two_columns_of_one_name_at_once_are_one(c: make.City) -> None:
    results = at_once(
        *[lambda: actions.save_column(None, by=c.hall_editor, name="走街", owner=c.root) for _ in range(2)]
    )
    assert sorted(isinstance(r, Invalid) for r in results) == [False, True]


def test_unit_that_answers_while_called_off_is_one_or_the_other(c: make.City) -> None:
    for _ in range(3):
        given = actions.start_assignment(
            c.root,
            by=c.hall_editor,
            title="节前安全",
            due_at=clock.now().replace(year=2030),
            units=[c.water],
        )
        target = given.targets.select_related("unit", "assignment").get()
        at_once(
            partial(actions.cancel_assignment, given, by=c.hall_editor),
            partial(actions.decline_assignment, target, "没有人手", by=c.editor),
        )
        target.refresh_from_db()
        assert target.state in {"cancelled", "declined"}
