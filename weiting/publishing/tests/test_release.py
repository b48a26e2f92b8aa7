"""The moment of release: only what was approved, exactly once, whatever crashes or runs beside it."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from weiting import audit
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.jobs.testing import run_waiting
from weiting.notices.models import Notice
from weiting.posts import actions as posts, queries as posted
from weiting.posts.models import Column, Correction, Issue, Post, Revision, SearchEntry
from weiting.publishing import actions, queries, tasks
from weiting.publishing.actions import releasing
from weiting.publishing.models import LeadSlot, Release
from weiting.publishing.tests import make
from weiting.review import actions as review
from weiting.review.tests import make as reviewed


def test_a_released_post_is_public_with_the_approved_words(c: reviewed.City, freeze) -> None:
    post = make.approved(c)
    approved = post.working_id
    actions.plan_release(post, by=c.editor)
    freeze.move(seconds=11)
    assert "publishing.release" in run_waiting("publishing.release")
    post = make.fresh(post)
    assert (post.state, post.live_id, post.published_at) == ("published", approved, freeze.moment)
    assert posted.public_posts().filter(pk=post.pk).exists()
    assert audit.entries_for(post)[0].verb == "publishing.release.release"
    assert actions.release_due() == 0


def test_the_sweep_releases_what_the_job_missed(c: reviewed.City, freeze) -> None:
    release = make.planned(c, freeze.moment + timedelta(hours=1))
    freeze.move(hours=9)
    tasks.sweep()
    release.refresh_from_db()
    assert release.state == "released"
    # The job comes late and finds nothing to do.
    tasks.release(release_id=release.pk)
    assert Release.objects.filter(state="released").count() == 1


@pytest.mark.parametrize("what", ["body", "column", "round"])
def test_changed_words_are_held_and_told_never_released(c: reviewed.City, freeze, what: str) -> None:
    release = make.planned(c, freeze.moment + timedelta(hours=1))
    if what == "body":
        Revision.objects.filter(post=release.post).update(body="别的")
    elif what == "column":
        Post.objects.filter(pk=release.post.pk).update(klass="news")
    else:
        # Opened again without publishing's own verb: the plan was not told.
        review.reopen(make.fresh(release.post), by=c.editor)
    freeze.move(hours=1)
    assert actions.release_due() == 0
    release.refresh_from_db()
    assert release.state == "held"
    assert release.state_reason
    assert make.fresh(release.post).live is None
    assert Notice.objects.filter(person=c.editor, kind="publishing.stopped").count() == 1


def test_a_text_out_of_date_before_its_release_stays_in(c: reviewed.City, freeze) -> None:
    post = make.approved(c, expires_at=freeze.moment + timedelta(hours=1))
    actions.plan_release(post, by=c.editor, at=freeze.moment + timedelta(hours=2))
    freeze.move(hours=2)
    assert actions.release_due() == 0
    assert make.fresh(post).state == "approved"


def test_a_closed_unit_speaks_no_more(c: reviewed.City, freeze) -> None:
    release = make.planned(c, freeze.moment + timedelta(hours=1))
    c.water.closed_on = clock.today()
    c.water.save(update_fields=["closed_on"])
    freeze.move(hours=1)
    assert actions.release_due() == 0
    release.refresh_from_db()
    assert release.state == "held"


def test_one_broken_release_does_not_stop_the_others(c: reviewed.City, freeze, monkeypatch) -> None:
    first, second = (make.approved(c, reviewed.draft(c, title=t)) for t in ("甲", "乙"))
    for post in (first, second):
        actions.plan_release(post, by=c.editor)
    real = posts.became_public

    def breaks(post: Post) -> None:
        if post.pk == first.pk:
            raise RuntimeError("disk")
        real(post)

    monkeypatch.setattr(releasing.posts, "became_public", breaks)
    freeze.move(seconds=11)
    with pytest.raises(RuntimeError):
        actions.release_due()
    assert (make.fresh(first).state, make.fresh(second).state) == ("approved", "published")
    monkeypatch.setattr(releasing.posts, "became_public", real)
    assert actions.release_due() == 1
    assert make.fresh(first).state == "published"


@pytest.fixture
def cc(transactional_db: None) -> reviewed.City:
    """The cast, committed, because other connections must see it."""
    return reviewed.city()


@pytest.mark.parametrize("line", ["became_public", "record"])
def test_killed_in_the_middle_it_is_released_exactly_once(
    cc: reviewed.City, freeze, monkeypatch, line: str
) -> None:
    post = make.approved(cc)
    actions.plan_release(post, by=cc.editor)
    freeze.move(seconds=11)

    class Killed(BaseException):
        """What a kill looks like from inside: nothing after it runs, nothing is committed."""

    def die(*_args: object, **_facts: object) -> None:
        raise Killed

    target = releasing.posts if line == "became_public" else releasing.audit
    with monkeypatch.context() as patched:
        patched.setattr(target, line, die)
        with pytest.raises(Killed):
            actions.release_due()
    assert make.fresh(post).state == "approved"
    assert not SearchEntry.objects.exists()
    assert actions.release_due() == 1
    assert actions.release_due() == 0
    assert make.fresh(post).state == "published"
    verbs = [e.verb for e in audit.entries_for(post)]
    assert verbs.count("publishing.release.release") == 1


def test_workers_at_once_never_release_twice(cc: reviewed.City, freeze) -> None:
    made = [make.approved(cc, reviewed.draft(cc, title=f"第{n}条")) for n in range(8)]
    for post in made:
        actions.plan_release(post, by=cc.editor)
    freeze.move(seconds=11)
    start = threading.Barrier(4)
    counts: list[int] = []

    def work() -> None:
        try:
            start.wait()
            counts.append(actions.release_due())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(counts) == len(made)
    assert Release.objects.filter(state="released").count() == len(made)
    for post in made:
        assert [e.verb for e in audit.entries_for(post)].count("publishing.release.release") == 1


def test_hold_and_release_at_once_agree(cc: reviewed.City, freeze) -> None:
    for _ in range(3):
        release = actions.plan_release(make.approved(cc), by=cc.editor)
        freeze.move(seconds=11)
        start = threading.Barrier(2)
        held: list[object] = []

        def hold(
            release: Release = release, start: threading.Barrier = start, held: list[object] = held
        ) -> None:
            try:
                start.wait()
                held.append(actions.hold_release(release, "停", by=cc.editor))
            except Conflict as error:
                held.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=hold)
        thread.start()
        start.wait()
        count = actions.release_due()
        thread.join(30)
        release = Release.objects.get(pk=release.pk)
        is_held = isinstance(held[0], Release)
        assert (release.state, make.fresh(release.post).state) == (
            ("held", "approved") if is_held else ("released", "published")
        )
        assert count == (0 if is_held else 1)


def _correction(c: reviewed.City, post: Post) -> Correction:
    return posts.start_correction(post, by=c.editor, wrong="16:00", right="18:00", reason="抢修延时")


def test_a_correction_swaps_the_words_and_stays_readable(c: reviewed.City, freeze) -> None:
    post = make.published(c, freeze)
    first, first_time = post.live_id, post.published_at
    correction = _correction(c, post)
    round_ = actions.send_for_review(correction, by=c.editor, release="approved", no_secrets=True)
    assert round_.lane == "correction"
    make.decide_all(c, round_)
    assert make.fresh(post).live_id == first
    freeze.move(seconds=11)
    assert actions.release_due() == 1
    post, correction = make.fresh(post), Correction.objects.get(pk=correction.pk)
    assert "18:00" in post.live.body
    assert (post.state, post.published_at, post.corrected_at) == ("published", first_time, freeze.moment)
    assert (correction.state, correction.published_at, correction.before_id) == (
        "published",
        freeze.moment,
        first,
    )
    assert _correction_again(c, post)


def _correction_again(c: reviewed.City, post: Post) -> Correction:
    return posts.start_correction(post, by=c.editor, wrong="18:00", right="19:00", reason="再延时")


def test_a_correction_of_a_withdrawn_post_does_not_go_out(c: reviewed.City, freeze) -> None:
    post = make.published(c, freeze)
    correction = _correction(c, post)
    make.decide_all(c, actions.send_for_review(correction, by=c.editor, release="approved", no_secrets=True))
    release = Release.objects.get(correction=correction)
    actions.withdraw_post(make.fresh(post), "内容有误", by=c.final)
    release.refresh_from_db()
    assert release.state == "called_off"
    freeze.move(minutes=1)
    assert actions.release_due() == 0


def _issue(c: reviewed.City, *members: Post) -> Issue:
    issue = posts.start_issue(c.water, by=c.editor, title="本周停水")
    issue = posts.save_issue(
        issue,
        by=c.editor,
        saves=issue.saves,
        title="本周停水",
        articles=[
            {"post": p, "topic": None, "title": f"第{n}条", "digest": ""} for n, p in enumerate(members, 1)
        ],
    )
    return Issue.objects.get(pk=issue.pk)


def test_an_issue_takes_its_approved_articles_along(c: reviewed.City, freeze) -> None:
    public = make.published(c, freeze)
    ready, planned = (make.approved(c, reviewed.draft(c, title=t)) for t in ("备用水", "抢修"))
    later = actions.plan_release(planned, by=c.editor, at=freeze.moment + timedelta(days=2))
    issue = _issue(c, public, ready, planned)
    round_ = actions.send_for_review(issue, by=c.editor, release="approved", no_secrets=True)
    make.decide_all(c, round_)
    freeze.move(seconds=11)
    actions.release_due()
    issue.refresh_from_db()
    assert (issue.state, issue.published_at) == ("published", freeze.moment)
    assert [make.fresh(p).state for p in (public, ready, planned)] == ["published"] * 3
    later.refresh_from_db()
    assert later.state == "released"


def test_an_issue_with_a_draft_in_it_is_refused_by_name(c: reviewed.City, freeze) -> None:
    issue = _issue(c, make.published(c, freeze), reviewed.draft(c, title="未审"))
    make.decide_all(c, actions.send_for_review(issue, by=c.editor, no_secrets=True))
    issue = Issue.objects.get(pk=issue.pk)
    with pytest.raises(Invalid, match="第2条"):
        actions.plan_release(issue, by=c.editor)


def test_an_issue_goes_out_whole_or_not_at_all(c: reviewed.City, freeze) -> None:
    ready, opened = (make.approved(c, reviewed.draft(c, title=t)) for t in ("备用水", "抢修"))
    issue = _issue(c, ready, opened)
    make.decide_all(c, actions.send_for_review(issue, by=c.editor, release="approved", no_secrets=True))
    actions.reopen(opened, by=c.editor)
    freeze.move(seconds=11)
    assert actions.release_due() == 0
    assert make.fresh(ready).state == "approved"
    release = Release.objects.get(issue=issue)
    assert release.state == "held"
    assert "抢修" in release.state_reason


def test_a_withdrawn_post_leaves_the_lists_and_keeps_its_page(c: reviewed.City, freeze) -> None:
    post = make.published(c, freeze)
    actions.put_in_lead(c.hall, post, by=c.hall_editor)
    with pytest.raises(Invalid):
        actions.withdraw_post(post, " ", by=c.final)
    actions.withdraw_post(post, "消息有误，已另行发布。", by=c.final)
    post = make.fresh(post)
    assert (post.state, post.withdrawn_reason) == ("withdrawn", "消息有误，已另行发布。")
    assert posted.public_post(post.public_id).withdrawn_reason
    assert not SearchEntry.objects.filter(post=post).exists()
    assert not LeadSlot.objects.exists()
    with pytest.raises(Conflict):
        actions.withdraw_post(post, "再撤", by=c.final)


def test_what_is_out_of_date_expires_once(c: reviewed.City, freeze) -> None:
    post = make.published(c, freeze, make.approved(c, expires_at=freeze.moment + timedelta(hours=4)))
    assert actions.expire_due() == 0
    freeze.move(hours=5)
    assert actions.expire_due() == 1
    assert actions.expire_due() == 0
    assert make.fresh(post).state == "expired"


def test_the_head_of_the_page_takes_public_posts_until_a_time(c: reviewed.City, freeze) -> None:
    post = make.published(c, freeze)
    with pytest.raises(NotAllowed):
        actions.put_in_lead(c.hall, post, by=c.editor)
    with pytest.raises(Conflict):
        actions.put_in_lead(c.hall, reviewed.draft(c), by=c.hall_editor)
    with pytest.raises(Invalid):
        actions.put_in_lead(c.hall, post, by=c.hall_editor, until_at=freeze.moment)
    actions.put_in_lead(c.hall, post, by=c.hall_editor, until_at=freeze.moment + timedelta(hours=1))
    actions.put_in_lead(c.hall, post, by=c.hall_editor, until_at=freeze.moment + timedelta(hours=2))
    assert [s.post for s in queries.lead_of(c.hall)] == [post]
    freeze.move(hours=2)
    assert not queries.lead_of(c.hall)
    actions.take_from_lead(c.hall, post, by=c.hall_editor)
    assert not LeadSlot.objects.exists()


def test_calendar_lists_every_sort_in_few_queries(
    c: reviewed.City, freeze, django_assert_max_num_queries
) -> None:
    make.published(c, freeze)
    make.planned(c, freeze.moment + timedelta(hours=2))
    held = make.planned(c, freeze.moment + timedelta(hours=3))
    actions.hold_release(held, "等", by=c.editor)
    reviewed.draft(c, title="禁发", embargo_until=freeze.moment + timedelta(hours=4))
    made = posts.promise_follow_up(
        held.post, by=c.editor, promise="公布检测结果", due_at=freeze.moment + timedelta(days=1)
    )
    posts.confirm_follow_up(made, by=c.final)
    Column.objects.create(slug="tingshui", name="停水早知道", owner=c.water, rhythm="daily")
    with django_assert_max_num_queries(6):
        lines = queries.calendar([c.water], clock.today(), clock.today() + timedelta(days=1))
    assert sorted({str(line.sort) for line in lines}) == sorted(map(str, queries.Sort))
    assert all("Asia/Shanghai (UTC+08:00)" in line.time for line in lines)
    assert queries.calendar([c.roads], clock.today(), clock.today()) == []
    assert queries.calendar_for(c.first, clock.today(), clock.today())
    assert not [
        x for x in queries.calendar_for(c.stranger, clock.today(), clock.today()) if x.unit != c.roads
    ]


def test_the_same_text_by_two_units_at_one_minute_carries_a_sentence(c: reviewed.City, freeze) -> None:
    at = freeze.moment + timedelta(hours=2)
    make.planned(c, at)
    section = make.approved(c, reviewed.draft(c, at=c.section))
    assert "云溪供水" in queries.repetition_warning(section, at)
    assert queries.repetition_warning(section, at + timedelta(minutes=1)) == ""
    make.planned(c, at, section)
    lines = [x for x in queries.calendar([c.water, c.section], clock.today(), clock.today()) if x.conflicts]
    assert len(lines) == 2


def test_column_slots_follow_the_rhythm() -> None:
    first, last = date(2026, 11, 1), date(2026, 11, 30)
    assert len(queries.slots("daily", None, first, last)) == 30
    assert len(queries.slots("weekdays", None, first, last)) == 21
    assert [d.isoweekday() for d in queries.slots("weekly", 3, first, last)] == [3] * 4
    assert queries.slots("monthly", 15, first, last) == [date(2026, 11, 15)]
    assert queries.slots("none", None, first, last) == []
