"""Lists: every public post once and in order whatever the page size, filters that hold, facets that add up."""

from collections.abc import Callable

import pytest

from weiting.core.errors import NotFound
from weiting.core.flow import perform
from weiting.core.paging import Page
from weiting.posts import actions, queries
from weiting.posts.flow import PostFlow
from weiting.posts.models import Post, Topic
from weiting.posts.tests import make
from weiting.posts.tests.make import City
from weiting.units.models import Remit


def walk(turn: Callable[[str], Page[Post]]) -> list[int]:
    seen: list[int] = []
    cursor = ""
    for _ in range(50):
        page = turn(cursor)
        seen += [post.pk for post in page]
        cursor = page.next_cursor
        if not cursor:
            return seen
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
def test_pages_hold_every_post_once_and_in_order(c: City, freeze, size: int) -> None:
    topic = Topic.objects.create(slug="a", name="用水")
    made = []
    for n in range(8):
        # Three posts share each minute, so that the key has to break ties.
        freeze(f"2026-11-21 10:{n // 3:02d}")
        post = make.draft(c, title=f"第 {n} 条")
        actions.arrange_post(post, by=c.editor, topics=[topic])
        made.append(make.release(c, post).pk)
    wanted = made[::-1]
    assert walk(lambda cursor: queries.timeline(cursor=cursor, size=size)) == wanted
    assert walk(lambda cursor: queries.timeline(topic=topic, cursor=cursor, size=size)) == wanted
    assert walk(lambda cursor: queries.timeline(column=c.column, cursor=cursor, size=size)) == wanted


def test_filters_of_a_timeline_hold(c: City, freeze) -> None:
    freeze("2026-12-31 23:30")
    old = make.published(c, title="去年")
    freeze("2027-11-21 10:00")
    answer = make.draft(c, title="答复")
    actions.arrange_post(answer, by=c.editor, klass="service", purpose="response")
    answer = make.release(c, answer)
    assert [p.pk for p in queries.timeline(klass="service")] == [answer.pk]
    assert [p.pk for p in queries.timeline(purpose="response")] == [answer.pk]
    assert [p.pk for p in queries.timeline(before=freeze("2027-01-01 00:00"))] == [old.pk]
    assert list(queries.timeline(unit_ids=[])) == []


def test_facets_count_what_was_found_and_years_are_shanghai_s(c: City, freeze) -> None:
    # 23:30 in Shanghai on New Year's Eve; half past midnight is the next year here though not in Greenwich.
    for moment in ("2026-12-31 23:30", "2027-01-01 00:30", "2027-11-21 10:00"):
        freeze(moment)
        make.published(c)
    found = queries.search_public("停水")
    assert (found.total, found.by_year) == (3, [(2027, 2), (2026, 1)])
    assert found.by_unit == [(c.water.pk, 3)] and found.by_column == [(c.column.pk, 3)]
    assert found.by_klass == [("affairs", 3)]
    assert queries.search_public("停水", since=freeze("2027-01-01 00:00")).total == 2
    assert queries.search_public("停水", unit_ids=[c.roads.pk]).total == 0
    assert queries.search_public("停水", column_id=c.column.pk, klass="affairs").total == 3
    assert queries.years_with_posts() == [2027, 2026]


def test_years_in_which_nothing_was_said_are_not_listed(c: City, freeze) -> None:
    assert queries.years_with_posts() == []
    for moment in ("2026-12-31 23:50", "2029-01-01 00:10", "2029-12-31 23:50"):
        freeze(moment)
        make.published(c)
    assert queries.years_with_posts() == [2029, 2026]


def test_search_pages_hold_every_hit_once(c: City, monkeypatch) -> None:
    monkeypatch.setattr("weiting.posts.queries.search.SIZE", 2)
    made = {make.published(c, title=f"停水第 {n} 处").pk for n in range(5)}
    pages = [queries.search_public("停水", page=n) for n in (1, 2, 3)]
    assert {post.pk for page in pages for post in page.posts} == made
    assert [page.has_more for page in pages] == [True, True, False]
    assert queries.search_public("停水", page=9).posts == []


def test_corrected_words_are_found_and_the_old_ones_not(c: City) -> None:
    post = make.published(c, body="东园社区停水。")
    actions.start_correction(post, by=c.editor, wrong="东园", right="西湖", reason="写错")
    after = actions.seal_working(post, by=c.editor)
    assert queries.search_public("西湖").total == 0
    Post.objects.filter(pk=post.pk).update(live=after, working=None)
    actions.became_public(post)
    assert (queries.search_public("西湖").total, queries.search_public("东园").total) == (1, 0)


def test_desk_list_filters_by_what_was_asked(c: City) -> None:
    draft, public = make.draft(c, title="甲稿"), make.published(c, title="乙文")
    assert [p.pk for p in queries.posts_of(c.editor, states=["draft"])] == [draft.pk]
    assert [p.pk for p in queries.posts_of(c.editor, q="乙")] == [public.pk]
    assert [p.pk for p in queries.posts_of(c.editor, q=draft.public_id)] == [draft.pk]
    assert list(queries.posts_of(c.second_editor, mine=True)) == []
    assert list(queries.posts_of(c.editor, unit_id=c.roads.pk)) == []
    assert queries.posts_of(c.editor, column_id=c.column.pk).count() == 2


def test_every_state_but_the_public_ones_is_hidden(c: City) -> None:
    post = make.draft(c)
    for step in (PostFlow.submit, PostFlow.send_back, PostFlow.submit, PostFlow.approve):
        perform(post, step)
        with pytest.raises(NotFound):
            queries.public_post(post.public_id)
        assert list(queries.timeline()) == [] and queries.search_public("停水").total == 0


def test_matter_of_another_unit_is_pointed_out(c: City) -> None:
    Remit.objects.create(unit=c.roads, matter="公交改线", synonyms=["公交车改道"])
    Remit.objects.create(unit=c.water, matter="停水")
    found = queries.outside_remit(make.draft(c, title="下周公交改线", body="请到对面站台。"))
    assert found is not None and found.unit == c.roads
    assert queries.outside_remit(make.draft(c, title="明天停水")) is None
    assert queries.outside_remit(make.draft(c, title="停水时公交改线", body="停水，公交改线。")) is None
