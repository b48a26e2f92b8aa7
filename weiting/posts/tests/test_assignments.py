"""Assignments: who is to post what by when, what each unit answered, and who hears of it."""

from datetime import timedelta

import pytest

from weiting import audit
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.core.flow import perform
from weiting.notices.models import Notice
from weiting.posts import actions, queries
from weiting.posts.flow import PostFlow
from weiting.posts.models import Assignment, AssignmentTarget, Topic
from weiting.posts.tests import make
from weiting.posts.tests.make import City
from weiting.units.models import Unit


def ask(c: City, **given: object) -> Assignment:
    said = {"title": "节前安全", "due_at": clock.now() + timedelta(days=2), "units": [c.water, c.roads]}
    return actions.start_assignment(c.root, by=c.hall_editor, **(said | given))


def target_of(given: Assignment, unit: Unit) -> AssignmentTarget:
    return AssignmentTarget.objects.select_related("unit", "assignment__column", "assignment__topic").get(
        assignment=given, unit=unit
    )


def told() -> set[tuple[str, str]]:
    return set(Notice.objects.values_list("person__username", "kind"))


def verbs(given: Assignment) -> list[str]:
    return [entry.verb for entry in audit.entries_for(given)]


def test_units_are_asked_once_and_told(c: City) -> None:
    given = ask(c, units=[c.water, c.water, c.roads])
    assert given.targets.count() == 2 and "posts.assignment.start" in verbs(given)
    assert {p for p, kind in told() if kind == "posts.assignment.asked"} == {
        "editor",
        "second_editor",
        "stranger",
    }
    assert [t.unit for t in queries.assignments_for(c.stranger)] == [c.roads]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 101}, "title"),
        ({"brief": "长" * 2001}, "brief"),
        ({"due_at": None}, "due_at"),
        ({"units": []}, "units"),
    ],
)
def test_incomplete_assignment_is_refused_by_field(c: City, said: dict[str, object], field: str) -> None:
    if "due_at" in said:
        said = {"due_at": clock.now()}
    with pytest.raises(Invalid) as caught:
        ask(c, **said)
    assert set(caught.value.fields) == {field} and not Assignment.objects.exists()


def test_closed_units_foreign_units_and_closed_columns_are_named(c: City) -> None:
    c.roads.closed_on = clock.today()
    elsewhere = make.unit("外市", kind="city", slug="waishi")
    for units in ([c.water, c.roads], [c.water, elsewhere]):
        with pytest.raises(Invalid) as caught:
            ask(c, units=units)
        assert units[1].short_name in str(caught.value.fields["units"][0])
    actions.close_column(c.column, by=c.hall_editor)
    with pytest.raises(Invalid) as caught:
        ask(c, units=[c.water], column=c.column)
    assert "column" in caught.value.fields


def test_only_the_centre_asks_and_only_the_asked_answer(c: City) -> None:
    with pytest.raises(NotAllowed):
        actions.start_assignment(
            c.water, by=c.editor, title="x", due_at=clock.now() + timedelta(1), units=[c.water]
        )
    target = target_of(ask(c), c.water)
    for act in (
        lambda: actions.accept_assignment(target, by=c.stranger),
        lambda: actions.decline_assignment(target, "忙", by=c.stranger),
        lambda: actions.finish_assignment(target, make.published(c), by=c.stranger),
        lambda: actions.cancel_assignment(target.assignment, by=c.stranger),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_accepting_twice_is_told(c: City) -> None:
    given = ask(c)
    first, second = target_of(given, c.water), target_of(given, c.water)
    actions.accept_assignment(first, by=c.editor)
    with pytest.raises(Conflict):
        actions.accept_assignment(second, by=c.second_editor)
    assert "posts.assignment.accept" in verbs(given)


def test_declining_gives_a_reason_to_whoever_asked(c: City) -> None:
    given = ask(c)
    target = target_of(given, c.water)
    for reason in ("", "长" * 201):
        with pytest.raises(Invalid) as caught:
            actions.decline_assignment(target, reason, by=c.editor)
        assert "reason" in caught.value.fields
    actions.decline_assignment(target, "没有人手", by=c.editor)
    assert (target.state, target.note) == ("declined", "没有人手")
    assert ("hall_editor", "posts.assignment.declined") in told()
    assert "posts.assignment.decline" in verbs(given)


def test_public_text_of_the_unit_finishes_it(c: City) -> None:
    given = ask(c)
    target = target_of(given, c.water)
    gone = make.published(c)
    perform(gone, PostFlow.withdraw, withdrawn_reason="发错")
    foreign = actions.start_post(c.roads, by=c.stranger, title="改线")
    for post in (make.draft(c), gone, foreign):
        with pytest.raises(Invalid):
            actions.finish_assignment(target, post, by=c.editor)
    actions.finish_assignment(target, make.published(c), by=c.editor)
    assert target.state == "done" and "posts.assignment.finish" in verbs(given)


def test_text_started_for_it_finishes_it_by_becoming_public(c: City) -> None:
    topic = Topic.objects.create(slug="a", name="安全")
    given = ask(c, column=c.column, topic=topic)
    post = actions.start_post(
        c.water, by=c.editor, title="关好总阀", body="关阀。", assignment=target_of(given, c.water)
    )
    assert (post.column, list(post.topics.all())) == (c.column, [topic])
    assert target_of(given, c.water).state == "open"
    make.release(c, post)
    done = target_of(given, c.water)
    assert (done.state, done.post) == ("done", post)
    assert target_of(given, c.roads).state == "open"


def test_other_unit_s_or_answered_assignment_starts_no_text(c: City) -> None:
    given = ask(c)
    with pytest.raises(Invalid):
        actions.start_post(c.water, by=c.editor, assignment=target_of(given, c.roads))
    actions.decline_assignment(target_of(given, c.water), "忙", by=c.editor)
    with pytest.raises(Conflict) as caught:
        actions.start_post(c.water, by=c.editor, assignment=target_of(given, c.water))
    assert caught.value.code == "assignment_over"


def test_calling_off_reaches_those_who_have_not_done_it(c: City) -> None:
    given = ask(c)
    actions.finish_assignment(target_of(given, c.water), make.published(c), by=c.editor)
    actions.cancel_assignment(given, by=c.hall_editor, reason="改到下周")
    assert target_of(given, c.water).state == "done"
    assert (target_of(given, c.roads).state, target_of(given, c.roads).note) == ("cancelled", "改到下周")
    assert {p for p, kind in told() if kind == "posts.assignment.cancelled"} == {"stranger"}
    assert "posts.assignment.cancel" in verbs(given)
    with pytest.raises(Conflict):
        actions.cancel_assignment(given, by=c.hall_editor)


def test_unit_is_reminded_a_day_before_and_once_when_late(c: City, freeze) -> None:
    freeze("2026-11-21 08:00")
    given = ask(c)
    actions.decline_assignment(target_of(given, c.roads), "忙", by=c.stranger)
    actions.remind_due()
    assert not Notice.objects.filter(kind__endswith=".soon").exists()
    freeze("2026-11-22 09:00")
    actions.remind_due()
    freeze("2026-11-23 09:00")
    actions.remind_due()
    actions.remind_due()
    late = Notice.objects.filter(kind="posts.assignment.late")
    assert set(late.values_list("person__username", flat=True)) == {"editor", "second_editor"}
    assert late.count() == 2 == Notice.objects.filter(kind="posts.assignment.soon").count()
