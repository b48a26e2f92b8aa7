"""Plans: which times are taken, and what move, hold, resume and call off do."""

from datetime import datetime, timedelta

import pytest

from weiting import audit
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.jobs import keys
from weiting.notices.models import Notice
from weiting.posts.models import Post
from weiting.publishing import actions, queries, times
from weiting.publishing.models import Release
from weiting.publishing.tests import make
from weiting.review.tests import make as reviewed


def test_a_plan_is_bound_to_the_approved_hash_and_wakes_the_worker(c: reviewed.City, freeze) -> None:
    post = make.approved(c)
    at = freeze.moment + timedelta(hours=2)
    release = actions.plan_release(post, by=c.editor, at=at)
    assert release.content_hash == post.working.content_hash
    assert (release.due_at, release.zone) == (at, "Asia/Shanghai")
    assert keys.is_waiting(f"publishing.release:{release.pk}")
    assert audit.entries_for(post)[0].verb == "publishing.release.plan"
    assert queries.plan_of(post) == release


def test_a_time_without_offset_is_read_on_its_own_clock(c: reviewed.City, freeze) -> None:
    release = actions.plan_release(
        make.approved(c), by=c.editor, at=datetime(2026, 11, 22, 8, 0), zone="Asia/Urumqi"
    )
    assert clock.local(release.due_at).hour == 10
    assert times.show(release.due_at, release.zone) == "2026-11-22 08:00 Asia/Urumqi (UTC+06:00)"


@pytest.mark.parametrize("hours", [-1, 24 * 800])
def test_a_time_past_or_years_away_is_refused(c: reviewed.City, freeze, hours: int) -> None:
    with pytest.raises(Invalid) as refusal:
        make.planned(c, freeze.moment + timedelta(hours=hours))
    assert "at" in refusal.value.fields
    assert not Release.objects.exists()


def test_an_unknown_zone_is_refused(c: reviewed.City, freeze) -> None:
    for zone in ("Mars/Olympus", "../../etc/passwd", ""):
        with pytest.raises(Invalid) as refusal:
            actions.plan_release(make.approved(c), by=c.editor, zone=zone)
        assert "zone" in refusal.value.fields


def test_embargo_is_respected_by_plan_and_move(c: reviewed.City, freeze) -> None:
    embargo = freeze.moment + timedelta(hours=5)
    post = make.approved(c, embargo_until=embargo)
    for at in (None, freeze.moment + timedelta(hours=1)):
        with pytest.raises(Invalid):
            actions.plan_release(post, by=c.editor, at=at)
    release = actions.plan_release(post, by=c.editor, at=embargo)
    with pytest.raises(Invalid):
        actions.move_release(release, by=c.editor, at=embargo - timedelta(minutes=1))


def test_only_an_approved_text_is_planned_and_only_once(c: reviewed.City, freeze) -> None:
    with pytest.raises(Conflict) as refusal:
        actions.plan_release(reviewed.draft(c), by=c.editor)
    assert refusal.value.code == "not_approved"
    post = make.approved(c)
    actions.plan_release(post, by=c.editor)
    with pytest.raises(Conflict) as refusal:
        actions.plan_release(post, by=c.editor)
    assert refusal.value.code == "planned_twice"


def test_a_stranger_plans_holds_and_withdraws_nothing(c: reviewed.City, freeze) -> None:
    release = make.planned(c, freeze.moment + timedelta(hours=1))
    for act in (
        lambda: actions.plan_release(release.post, by=c.stranger),
        lambda: actions.move_release(release, by=c.stranger, at=freeze.moment + timedelta(hours=3)),
        lambda: actions.hold_release(release, "x", by=c.stranger),
        lambda: actions.call_off_release(release, "x", by=c.stranger),
        lambda: actions.withdraw_post(release.post, "x", by=c.editor),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_moving_takes_the_job_along(c: reviewed.City, freeze) -> None:
    release = make.planned(c, freeze.moment + timedelta(hours=1))
    actions.move_release(release, by=c.editor, at=freeze.moment + timedelta(hours=3))
    freeze.move(hours=2)
    assert actions.release_due() == 0
    freeze.move(hours=1)
    assert actions.release_due() == 1


def test_a_held_plan_does_not_go_out_and_resumes_in_time(c: reviewed.City, freeze) -> None:
    release = make.planned(c, freeze.moment + timedelta(hours=1))
    with pytest.raises(Invalid):
        actions.hold_release(release, " ", by=c.first)
    actions.hold_release(release, "数字再核一遍", by=c.first)
    freeze.move(hours=2)
    assert actions.release_due() == 0
    with pytest.raises(Invalid):
        actions.resume_release(release, by=c.editor)
    actions.resume_release(release, by=c.editor, at=freeze.moment + timedelta(minutes=5))
    freeze.move(minutes=5)
    assert actions.release_due() == 1


def test_a_called_off_plan_never_goes_out_and_another_may_follow(c: reviewed.City, freeze) -> None:
    release = make.planned(c, freeze.moment + timedelta(hours=1))
    actions.call_off_release(release, "改期", by=c.editor)
    assert not keys.is_waiting(f"publishing.release:{release.pk}")
    freeze.move(hours=2)
    assert actions.release_due() == 0
    with pytest.raises(Conflict):
        actions.resume_release(release, by=c.editor)
    assert actions.plan_release(release.post, by=c.editor).pk != release.pk


def test_within_the_undo_window_it_can_be_held(c: reviewed.City, freeze) -> None:
    post = make.approved(c)
    release = actions.plan_release(post, by=c.editor)
    assert queries.undo_until(release) == freeze.moment + timedelta(seconds=10)
    assert actions.release_due() == 0
    actions.hold_release(release, "等一下", by=c.editor)
    freeze.move(seconds=20)
    assert actions.release_due() == 0
    assert make.fresh(post).state == "approved"


def test_without_a_window_it_goes_out_at_once(c: reviewed.City, settings) -> None:
    settings.UNDO_SECONDS = 0
    post = make.approved(c)
    release = actions.plan_release(post, by=c.editor)
    assert release.state == "released"
    assert make.fresh(post).state == "published"


def test_an_edited_text_holds_its_plan_until_approved_again(c: reviewed.City, freeze) -> None:
    at = freeze.moment + timedelta(hours=3)
    release = make.planned(c, at)
    post = release.post
    actions.reopen(post, by=c.editor)
    release.refresh_from_db()
    assert (release.state, release.waits_for_approval) == ("held", True)
    with pytest.raises(Conflict):
        actions.resume_release(release, by=c.editor)
    reviewed.rewrite(post, c.editor, "东园社区 9:00 到 17:00 停水。")
    round_ = actions.send_for_review(make.fresh(post), by=c.editor, no_secrets=True)
    make.decide_all(c, round_)
    release.refresh_from_db()
    assert (release.state, release.content_hash) == ("planned", round_.content_hash)
    freeze.move(hours=3)
    assert actions.release_due() == 1
    assert make.fresh(post).live.body == "东园社区 9:00 到 17:00 停水。"


def test_approved_again_too_late_asks_instead_of_releasing(c: reviewed.City, freeze) -> None:
    release = make.planned(c, freeze.moment + timedelta(hours=1))
    actions.reopen(release.post, by=c.editor)
    round_ = actions.send_for_review(make.fresh(release.post), by=c.editor, no_secrets=True)
    freeze.move(hours=2)
    make.decide_all(c, round_)
    release.refresh_from_db()
    assert release.state == "held"
    assert actions.release_due() == 0
    assert Notice.objects.filter(person=c.editor, kind="publishing.choose_time").count() == 1
    actions.resume_release(release, by=c.editor, at=freeze.moment + timedelta(minutes=1))


def test_a_hold_by_a_person_outlives_the_approval(c: reviewed.City, freeze) -> None:
    release = make.planned(c, freeze.moment + timedelta(hours=3))
    actions.hold_release(release, "等通知", by=c.final)
    actions.reopen(release.post, by=c.editor)
    make.decide_all(c, actions.send_for_review(make.fresh(release.post), by=c.editor, no_secrets=True))
    release.refresh_from_db()
    assert (release.state, release.state_reason) == ("held", "等通知")
    actions.resume_release(release, by=c.editor)
    freeze.move(hours=3)
    assert actions.release_due() == 1


def test_putting_a_text_aside_calls_its_plan_off(c: reviewed.City, freeze) -> None:
    release = make.planned(c, freeze.moment + timedelta(hours=1))
    actions.reopen(release.post, by=c.editor)
    actions.discard(make.fresh(release.post), by=c.editor)
    release.refresh_from_db()
    assert release.state == "called_off"
    assert Post.objects.get(pk=release.post.pk).state == "discarded"
