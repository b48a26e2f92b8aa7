"""Reminders at half the time, at its end and after it; reports of where texts wait; precedents."""

from collections import Counter
from datetime import date, timedelta

import pytest

from weiting.core import clock
from weiting.notices.models import Notice
from weiting.posts.models import Post
from weiting.review import actions, paths, queries, reports
from weiting.review.models import Lane
from weiting.review.tests import make
from weiting.units import actions as unit_actions, queries as units
from weiting.units.models import Membership
from weiting.units.roles import Role


def _kinds(person: make.Person) -> Counter[str]:
    return Counter(Notice.objects.filter(person=person).values_list("kind", flat=True))


def test_reminders_go_at_half_at_the_end_and_after_and_none_twice(c: make.City, freeze) -> None:
    make.submit(c)
    minutes = 120
    for after, kind in ((0.5, "review.step_half"), (1.0, "review.step_due"), (1.5, "review.step_overdue")):
        freeze.moment = freeze.moment.replace(hour=10, minute=0) + timedelta(minutes=minutes * after - 1)
        assert actions.remind_due() == 0
        freeze.move(minutes=1)
        assert actions.remind_due() == 1
        assert actions.remind_due() == 0
        assert _kinds(c.first)[kind] == 1
    assert _kinds(c.hall_editor)["review.step_overdue"] == 1
    freeze.move(days=3)
    assert actions.remind_due() == 0


def test_after_an_outage_only_the_latest_reminder_goes(c: make.City, freeze) -> None:
    make.submit(c)
    freeze.move(hours=5)
    assert actions.remind_due() == 1
    found = _kinds(c.first)
    assert (found["review.step_half"], found["review.step_due"], found["review.step_overdue"]) == (0, 0, 1)


def test_a_decided_step_is_not_reminded_of(c: make.City, freeze) -> None:
    actions.recall_round(make.submit(c), by=c.editor)
    freeze.move(hours=5)
    assert actions.remind_due() == 0


def test_a_step_whose_reviewer_left_is_raised_by_the_sweep(c: make.City, freeze) -> None:
    step = make.open_step(make.submit(c))
    Membership.objects.filter(person=c.first).delete()
    boss = make.person("boss")
    make.member(boss, c.root, Role.FIRST_REVIEWER)
    freeze.move(hours=1)
    actions.remind_due()
    assert list(queries.waiting_for(boss)) == [step]
    assert _kinds(boss)["review.step_half"] == 1


def test_a_step_nobody_can_take_is_told_to_those_who_appoint(c: make.City, freeze) -> None:
    make.submit(c)
    Membership.objects.filter(person=c.first).delete()
    freeze.move(hours=1)
    actions.remind_due()
    assert _kinds(c.hall_editor)["review.vacant"] == 1


def test_an_overdue_review_afterwards_is_told_once(c: make.City, freeze) -> None:
    make.approve_all(make.submit(c, lane=Lane.EMERGENCY))
    freeze.move(hours=24)
    assert actions.remind_due() == 1
    assert actions.remind_due() == 0
    assert _kinds(c.final)["review.after_overdue"] == 1
    assert _kinds(c.officer)["review.after_overdue"] == 0
    counts = reports.after_counts(clock.today() - timedelta(days=2), clock.today())
    assert (counts.total, counts.done, counts.overdue) == (1, 0, 0)
    freeze.move(minutes=1)
    assert reports.after_counts(clock.today() - timedelta(days=2), clock.today()).overdue == 1


@pytest.mark.parametrize("lane", [lane for lane in Lane if lane != Lane.EMERGENCY])
def test_minutes_of_a_step_pass_only_while_people_work(c: make.City, freeze, lane: str) -> None:
    friday = freeze("2026-11-20 16:30")
    calendar = units.calendar()
    assert paths.due_at(lane, friday, 90, calendar) == freeze("2026-11-23 09:30")
    assert paths.remind_at(lane, friday, 90, 0, calendar) == freeze("2026-11-20 17:15")
    assert paths.remind_at(lane, friday, 90, 3, calendar) is None


def test_an_emergency_does_not_wait_for_monday(c: make.City, freeze) -> None:
    saturday = freeze("2026-11-21 02:00")
    step = make.open_step(make.submit(c, lane="emergency"))
    assert step.due_at == saturday + timedelta(minutes=10)


def test_a_step_opened_on_a_free_day_is_due_on_the_next_worked_one(c: make.City, freeze) -> None:
    freeze("2026-10-01 10:00")
    step = make.open_step(make.submit(c))
    assert step.due_at == freeze("2026-10-08 11:00")
    assert step.remind_at == freeze("2026-10-08 10:00")


def test_what_the_city_writes_into_its_calendar_holds_for_the_next_step(c: make.City, freeze) -> None:
    freeze("2026-11-21 10:00")
    unit_actions.save_days([units.NamedDay(date(2026, 11, 21), True, "防汛", "云政办")], by=None)
    assert make.open_step(make.submit(c)).due_at == freeze("2026-11-21 12:00")


def test_where_texts_wait_counts_median_and_oldest(c: make.City, freeze) -> None:
    for wait in (180, 60, 0):
        make.submit(c)
        freeze.move(minutes=wait)
    # Opened 240, 60 and 0 minutes ago.
    rows = reports.where_texts_wait()
    assert [(r.unit, r.count, r.median_minutes, r.oldest_minutes, r.overdue) for r in rows] == [
        ("云溪供水", 3, 60.0, 240.0, 1)
    ]
    assert reports.where_texts_wait(c.stranger) == []
    assert len(reports.where_texts_wait(c.final)) == 1


def test_speed_and_load_count_decided_steps(c: make.City, freeze) -> None:
    round_ = make.submit(c)
    freeze.move(minutes=30)
    make.approve(make.open_step(round_), c.first)
    freeze.move(hours=3)
    step = make.open_step(round_)
    actions.give_verdict(
        step, by=c.second, approves=False, content_hash=round_.content_hash, reason="改", reason_kind="facts"
    )
    found = {row.step: row for row in reports.speed(clock.today(), clock.today())}
    assert found["初审（一校）"].share_in_time == 1.0
    assert (found["复审（二校）"].share_in_time, found["复审（二校）"].sent_back) == (0.0, 1)
    (day,) = reports.load_by_day(clock.today(), clock.today())
    assert (day.opened, day.decided, day.due) == (2, 2, 2)


def test_precedents_rank_like_titles_and_keep_to_what_one_may_see(c: make.City) -> None:
    def refuse(title: str, reason: str) -> None:
        round_ = make.submit(c, make.draft(c, title=title))
        actions.give_verdict(
            make.open_step(round_),
            by=c.first,
            approves=False,
            content_hash=round_.content_hash,
            reason=reason,
            reason_kind="facts",
        )

    refuse("中秋放假安排", "日期不对。")
    refuse("东园社区停水通知", "没写恢复时间。")
    post = Post.objects.select_related("working").get(pk=make.draft(c, title="西园社区停水通知").pk)
    found = queries.precedents_for(post, c.editor)
    assert [p.verdict.reason for p in found] == ["没写恢复时间。", "日期不对。"]
    elsewhere = Post.objects.select_related("working").get(pk=post.pk)
    elsewhere.unit = c.roads
    elsewhere.unit_id = c.roads.pk
    assert queries.precedents_for(elsewhere, c.stranger) == []
