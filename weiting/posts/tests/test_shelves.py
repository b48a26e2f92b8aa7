"""Shelves: columns and their rhythm, topics, templates; who keeps them and what they refuse."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from weiting import audit
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.core.flow import perform
from weiting.jobs.testing import run_waiting
from weiting.posts import actions, queries, tasks
from weiting.posts.flow import PostFlow
from weiting.posts.models import Column, Post, Template, Topic
from weiting.posts.queries.shelves import next_due
from weiting.posts.tests import make
from weiting.posts.tests.make import City
from weiting.units import actions as units
from weiting.units.models import Scope
from weiting.units.roles import Role

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 1))
TODAY = date(2026, 11, 21)


def verbs(subject: object) -> list[str]:
    return [entry.verb for entry in audit.entries_for(subject)]


@given(last=DAYS)
def test_daily_column_is_due_the_next_day(last: date) -> None:
    assert next_due("daily", None, last, today=TODAY) == last + timedelta(days=1)


@given(last=DAYS)
def test_working_day_column_is_due_on_the_next_of_them(last: date) -> None:
    due = next_due("weekdays", None, last, today=TODAY)
    assert due is not None and due > last and due.isoweekday() <= 5
    skipped = [last + timedelta(days=n) for n in range(1, (due - last).days)]
    assert all(day.isoweekday() > 5 for day in skipped)


@given(last=DAYS, day=st.integers(1, 7))
def test_weekly_column_is_due_on_its_weekday_within_a_week(last: date, day: int) -> None:
    due = next_due("weekly", day, last, today=TODAY)
    assert due is not None and due.isoweekday() == day
    assert timedelta(0) < due - last <= timedelta(days=7)


@given(last=DAYS, day=st.integers(1, 28))
def test_monthly_column_is_due_on_its_day_and_skips_no_month(last: date, day: int) -> None:
    due = next_due("monthly", day, last, today=TODAY)
    assert due is not None and due > last and due.day == day
    skipped = [last + timedelta(days=n) for n in range(1, (due - last).days)]
    assert all(each.day != day for each in skipped)


def test_column_without_rhythm_is_never_due_and_a_silent_one_today() -> None:
    assert next_due("none", None, TODAY, today=TODAY) is None
    assert next_due("weekly", 3, None, today=TODAY) == TODAY


def test_latest_column_stands_first_and_closed_ones_are_left_out(c: City, freeze) -> None:
    freeze("2026-11-21 09:00")
    for name, days in (("甲", 2), ("乙", 9)):
        Column.objects.create(
            slug=name,
            name=name,
            owner=c.water,
            rhythm="daily",
            last_post_at=clock.now() - timedelta(days=days),
        )
    closed = Column.objects.create(slug="d", name="丁", owner=c.root, rhythm="daily", closed_on=TODAY)
    found = queries.column_health()
    assert [h.column.name for h in found][:2] == ["乙", "甲"]
    assert closed not in [h.column for h in found]
    assert (found[0].days_late, found[0].is_late) == (8, True)


def test_column_is_opened_changed_and_closed_on_record(c: City) -> None:
    column = actions.save_column(
        None, by=c.hall_editor, name="#走街#", owner=c.root, rhythm="weekly", rhythm_day=3
    )
    assert (column.name, bool(column.slug)) == ("走街", True)
    actions.save_column(column, by=c.hall_editor, about="走到哪写到哪", rhythm="daily")
    assert column.rhythm_day is None
    actions.close_column(column, by=c.hall_editor)
    assert {"posts.column.open", "posts.column.change", "posts.column.close"} <= set(verbs(column))
    assert column not in queries.open_columns()
    with pytest.raises(Conflict):
        actions.close_column(column, by=c.hall_editor)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "停水早知道"}, "name"),
        ({"name": "＃＃"}, "name"),
        ({"name": "长" * 31}, "name"),
        ({"rhythm": "weekly"}, "rhythm_day"),
        ({"rhythm": "monthly", "rhythm_day": 31}, "rhythm_day"),
        ({"rhythm": "hourly"}, "rhythm"),
        ({"color": "red;x:y"}, "color"),
    ],
)
def test_column_that_does_not_fit_is_refused_by_field(c: City, said: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        actions.save_column(None, by=c.hall_editor, **({"name": "新", "owner": c.root} | said))
    assert field in caught.value.fields


def test_column_is_not_taken_by_giving_it_to_oneself(c: City) -> None:
    keeper = make.person("keeper")
    make.member(keeper, c.roads, Role.HALL_EDITOR, Scope.SUBTREE)
    with pytest.raises(NotAllowed):
        actions.save_column(c.column, by=keeper, owner=c.roads)
    assert Column.objects.get(pk=c.column.pk).owner == c.water


def test_closed_unit_gets_no_column(c: City) -> None:
    c.roads.closed_on = clock.today()
    with pytest.raises(Invalid) as caught:
        actions.save_column(None, by=c.hall_editor, name="路况", owner=c.roads)
    assert "owner" in caught.value.fields


def test_only_named_settings_of_a_column_are_written(c: City) -> None:
    with pytest.raises(TypeError):
        actions.save_column(c.column, by=c.hall_editor, last_post_at=clock.now())


def test_closed_column_takes_no_draft_but_a_template_goes_on_without_it(c: City) -> None:
    template = Template.objects.create(name="停水", body="停水", column=c.column)
    actions.close_column(c.column, by=c.hall_editor)
    template.refresh_from_db()
    assert actions.start_post(c.water, by=c.editor, template=template).column is None
    with pytest.raises(Invalid) as caught:
        make.draft(c)
    assert "column" in caught.value.fields


def test_topics_are_the_hall_editors_to_keep(c: City) -> None:
    topic = actions.save_topic(None, by=c.hall_editor, name="用水")
    actions.save_topic(topic, by=c.hall_editor, about="和水有关")
    assert {"posts.topic.open", "posts.topic.change"} <= set(verbs(topic))
    with pytest.raises(NotAllowed):
        actions.save_topic(None, by=c.editor, name="用电")
    with pytest.raises(Invalid) as caught:
        actions.save_topic(None, by=c.hall_editor, name=" #用水# ")
    assert "name" in caught.value.fields


def test_public_post_filed_anew_is_found_there_and_no_longer_elsewhere(c: City) -> None:
    water, winter = (Topic.objects.create(slug=n, name=n) for n in ("用水", "防冻"))
    post = make.published(c)
    actions.file_under(post, [water], by=c.hall_editor)
    assert [p.pk for p in queries.timeline(topic=water)] == [post.pk]
    actions.file_under(post, [winter], by=c.hall_editor)
    assert list(queries.timeline(topic=water)) == []
    assert [p.pk for p in queries.timeline(topic=winter)] == [post.pk]
    assert [p.pk for p in queries.search_public("防冻").posts] == [post.pk]
    assert "posts.post.file" in verbs(post)


def test_filing_changes_no_word_and_no_hash(c: City) -> None:
    post = make.published(c)
    before = post.live.content_hash
    actions.file_under(post, [Topic.objects.create(slug="a", name="用水")], by=c.hall_editor)
    assert Post.objects.get(pk=post.pk).live.content_hash == before


def test_spokesperson_files_only_the_own_unit_s_posts(c: City) -> None:
    speaker = make.person("speaker")
    make.member(speaker, c.roads, Role.SPOKESPERSON)
    with pytest.raises(NotAllowed):
        actions.file_under(make.published(c), [], by=speaker)


def test_template_of_everybody_is_the_hall_editor_s(c: City) -> None:
    speaker = make.person("speaker")
    make.member(speaker, c.water, Role.SPOKESPERSON)
    shared = actions.save_template(None, by=c.hall_editor, name="停水", body="停水。")
    with pytest.raises(NotAllowed):
        actions.save_template(None, by=speaker, name="通用", body="话")
    with pytest.raises(NotAllowed):
        actions.save_template(shared, by=speaker, unit=c.water)
    with pytest.raises(NotAllowed):
        actions.retire_template(shared, by=speaker)
    own = actions.save_template(None, by=speaker, unit=c.water, name="抢修", body="抢修。")
    assert set(queries.templates_for(c.water)) == {shared, own}
    assert [t.pk for t in queries.templates_for(c.roads)] == [shared.pk]


def test_template_leaves_the_lists_and_comes_back(c: City) -> None:
    made = actions.save_template(None, by=c.hall_editor, name="停水", body="停水。")
    actions.retire_template(made, by=c.hall_editor)
    assert list(queries.templates_for(c.water)) == []
    actions.save_template(made, by=c.hall_editor, retired_at=None)
    assert list(queries.templates_for(c.water)) == [made]
    assert {"posts.template.write", "posts.template.retire", "posts.template.change"} <= set(verbs(made))


def test_too_long_a_template_is_refused(c: City) -> None:
    with pytest.raises(Invalid) as caught:
        actions.save_template(None, by=c.hall_editor, name="长", body="长" * 20_001)
    assert "body" in caught.value.fields


def test_posts_of_a_renamed_shelf_are_found_under_its_new_name(
    c: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("weiting.posts.actions.opening.AT_ONCE", 2)
    topic = actions.save_topic(None, by=c.hall_editor, name="防冻")
    made = [make.published(c, title=f"第 {n} 条") for n in range(5)]
    for post in made:
        actions.file_under(post, [topic], by=c.hall_editor)
    actions.save_column(c.column, by=c.hall_editor, name="龙头早知道")
    actions.save_topic(topic, by=c.hall_editor, name="过冬")
    run_waiting()
    for typed in ("龙头早知道", "过冬"):
        assert {p.pk for p in queries.search_public(typed).posts} == {p.pk for p in made}, typed
    assert queries.search_public("防冻").total == 0


def test_posts_of_a_renamed_unit_are_found_under_its_new_name_the_next_morning(
    c: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("weiting.posts.actions.opening.AT_ONCE", 2)
    made = [make.published(c, title=f"第 {n} 条") for n in range(5)]
    tasks.follow_units()
    assert run_waiting("posts.index_again") == [], "nobody was renamed"
    units.change_unit(c.water, by=None, short_name="云溪水务")
    made.append(make.published(c, title="新名字的第一条"))
    tasks.follow_units()
    run_waiting("posts.index_again")
    assert {p.pk for p in queries.search_public("云溪水务").posts} == {p.pk for p in made}
    tasks.follow_units()
    assert run_waiting("posts.index_again") == []


def test_a_withdrawn_post_is_no_longer_its_columns_last(c: City, freeze) -> None:
    freeze("2026-11-19 09:00")
    make.published(c)
    freeze("2026-11-21 09:00")
    gone = make.published(c)
    perform(gone, PostFlow.withdraw, withdrawn_reason="发错了", changed_at=clock.now())
    actions.became_hidden(gone)
    last = Column.objects.get(pk=c.column.pk).last_post_at
    assert last is not None and clock.local(last).date() == date(2026, 11, 19)


def test_a_topic_is_narrowed_like_any_other_list(c: City, freeze) -> None:
    topic = Topic.objects.create(slug="water", name="用水")
    for day in ("2026-11-19 09:00", "2026-11-21 09:00"):
        freeze(day)
        actions.file_under(make.published(c), [topic], by=c.hall_editor)
    today = clock.start_of(clock.today())
    assert len(queries.timeline(topic=topic, unit_ids=[c.water.pk]).rows) == 2
    assert len(queries.timeline(topic=topic, since=today).rows) == 1
    assert len(queries.timeline(topic=topic, before=today).rows) == 1
    assert not queries.timeline(topic=topic, unit_ids=[c.roads.pk]).rows
    assert not queries.timeline(topic=topic, klass="service").rows
    assert not queries.timeline(topic=topic, purpose="response").rows
