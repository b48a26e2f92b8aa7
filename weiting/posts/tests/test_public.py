"""What becomes public: corrections strike, promises are kept, search and lists find exactly what is public."""

from datetime import timedelta

import pytest

from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotFound
from weiting.core.flow import perform
from weiting.posts import actions, queries
from weiting.posts.flow import PostFlow
from weiting.posts.tests import make
from weiting.posts.tests.make import City


def test_public_post_is_in_its_unit_s_and_column_s_timeline(c: City) -> None:
    post = make.published(c)
    assert [p.pk for p in queries.timeline(unit_ids=[c.water.pk])] == [post.pk]
    assert [p.pk for p in queries.timeline(column=c.column)] == [post.pk]
    assert list(queries.timeline(unit_ids=[c.roads.pk])) == []


def test_draft_is_not_public_at_any_address(c: City) -> None:
    with pytest.raises(NotFound):
        queries.public_post(make.draft(c).public_id)


def test_timeline_pages_without_gap_or_repeat(c: City, freeze) -> None:
    made = []
    for minute in range(7):
        freeze(f"2026-11-21 10:{minute // 2:02d}")
        made.append(make.published(c, title=f"第 {minute} 条").pk)
    seen: list[int] = []
    cursor = ""
    while True:
        page = queries.timeline(cursor=cursor, size=3)
        seen += [post.pk for post in page]
        if not page.next_cursor:
            break
        cursor = page.next_cursor
    assert sorted(seen) == sorted(made) and len(set(seen)) == len(seen)


@pytest.mark.parametrize("q", ["停水", "東園社區", "tingshui", "东园", "8:00"])
def test_search_finds_by_word_script_and_pinyin(c: City, q: str) -> None:
    post = make.published(c)
    assert [p.pk for p in queries.search_public(q).posts] == [post.pk]


def test_search_does_not_find_what_is_not_there_or_not_public(c: City) -> None:
    make.published(c)
    make.draft(c, title="公积金提取")
    assert queries.search_public("公积金").posts == []
    assert queries.search_public("").posts == []


def test_withdrawn_post_leaves_lists_and_search_but_not_its_address(c: City) -> None:
    post = make.published(c)
    perform(post, PostFlow.withdraw, withdrawn_reason="发错单位")
    actions.became_hidden(post)
    assert list(queries.timeline()) == [] and queries.search_public("停水").posts == []
    assert queries.public_post(post.public_id).withdrawn_reason == "发错单位"


def test_correction_starts_from_the_live_words(c: City) -> None:
    post = make.published(c)
    correction = actions.start_correction(
        post, by=c.editor, wrong="16:00", right="14:00", reason="换表比原来快。"
    )
    assert correction.after.body == "东园社区 8:00 到 14:00 停水。"
    assert queries.public_post(post.public_id).live.body == "东园社区 8:00 到 16:00 停水。"


def test_words_that_do_not_stand_there_cannot_be_corrected(c: City) -> None:
    with pytest.raises(Invalid) as caught:
        actions.start_correction(make.published(c), by=c.editor, wrong="17:00", right="18:00", reason="错了")
    assert "wrong" in caught.value.fields


def test_second_correction_waits_for_the_first(c: City) -> None:
    post = make.published(c)
    first = actions.start_correction(post, by=c.editor, wrong="16:00", right="14:00", reason="快了")
    with pytest.raises(Conflict):
        actions.start_correction(post, by=c.second_editor, wrong="东园", right="西园", reason="错了")
    actions.drop_correction(first, by=c.editor)
    assert actions.start_correction(post, by=c.second_editor, wrong="东园", right="西园", reason="错了").pk


def test_promise_is_kept_by_a_public_post_only(c: City) -> None:
    post = make.published(c)
    promise = actions.promise_follow_up(
        post,
        by=c.editor,
        promise="明早 9 点报水压",
        due_at=clock.now() + timedelta(hours=12),
    )
    actions.confirm_follow_up(promise, by=c.chief)
    with pytest.raises(Invalid):
        actions.keep_follow_up(promise, make.draft(c), by=c.editor)
    outcome = make.published(c, title="水压恢复了")
    actions.keep_follow_up(promise, outcome, by=c.editor)
    assert queries.public_post(post.public_id).follow_ups.get().outcome == outcome


def test_promise_in_the_past_is_refused(c: City) -> None:
    with pytest.raises(Invalid) as caught:
        actions.promise_follow_up(make.published(c), by=c.editor, promise="报数", due_at=clock.now())
    assert "due_at" in caught.value.fields


def test_people_of_other_units_do_not_see_drafts(c: City) -> None:
    post = make.draft(c)
    assert list(queries.posts_of(c.stranger)) == []
    with pytest.raises(NotFound):
        queries.post_for(c.stranger, post.public_id)
    assert queries.post_for(c.reviewer, post.public_id) == post


def test_column_knows_when_it_last_spoke(c: City, freeze) -> None:
    freeze("2026-11-19 09:00")
    make.published(c)
    freeze("2026-11-21 09:00")
    (health,) = queries.column_health()
    assert (str(health.last_on), str(health.next_on), health.days_late) == (
        "2026-11-19",
        "2026-11-20",
        1,
    )


def test_post_count_does_not_change_the_number_of_queries(c: City, django_assert_num_queries) -> None:
    for count in (1, 4):
        for n in range(count):
            make.published(c, title=f"第 {count}.{n} 条")
        with django_assert_num_queries(5):
            for post in queries.timeline():
                _ = (
                    post.unit.name,
                    post.live.title,
                    list(post.live.media.all()),
                    post.public_corrections,
                )
