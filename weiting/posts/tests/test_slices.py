"""Search in slices of time: every month is asked for once, newest first, and nothing changes in what is found."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from weiting.core import clock
from weiting.core.flow import perform
from weiting.posts import actions
from weiting.posts.flow import PostFlow
from weiting.posts.models import Post
from weiting.posts.queries import search, search_public
from weiting.posts.slices import Slices, marks_of, month_of, span
from weiting.posts.tests import make
from weiting.text.search import query_terms


def months_in(query: str) -> list[int]:
    """Expand a span into the months it stands for."""
    found: list[int] = []
    for mark in query.replace("'@", "").replace("'", "").split(" | "):
        size = {"": 12, "h": 6, "q": 3, "m": 1}[mark[4:5]]
        start = int(mark[:4]) * 12 + (size * (int(mark[5:]) - 1) if mark[4:] else 0)
        found += range(start, start + size)
    return found


@given(st.integers(24000, 24400), st.integers(0, 400))
def test_a_span_holds_each_of_its_months_once(first, length):
    assert months_in(span(first, first + length)) == list(range(first, first + length + 1))


@given(st.integers(24000, 24400), st.integers(0, 119))
def test_a_span_needs_few_marks(first, length):
    assert len(span(first, first + length).split(" | ")) <= 8 + length // 12


@settings(max_examples=80)
@given(
    st.integers(24000, 24400), st.integers(0, 300), st.lists(st.integers(0, 900), min_size=60, max_size=60)
)
def test_slices_cover_everything_newest_first_until_there_is_enough(oldest, length, finds):
    slices = Slices(oldest, oldest + length, 500)
    covered: list[int] = []
    for found, query in zip(finds, slices, strict=False):
        months = months_in(query) if query else list(range(oldest, min(covered, default=oldest + length + 1)))
        assert not covered or max(months) == min(covered) - 1
        covered += months
        slices.found += found
    assert max(covered) == oldest + length
    assert slices.found >= 500 or min(covered) == oldest


@pytest.mark.parametrize("wanted", [{}, {"found": 0}])
def test_a_word_that_stands_nowhere_is_asked_for_a_few_times_only(wanted):
    assert len(list(Slices(24000, 24119, 500))) <= 4


def test_a_post_at_midnight_belongs_to_the_month_of_shanghai():
    at = datetime(2026, 10, 31, 23, 30, tzinfo=clock.SHANGHAI)
    assert marks_of(1, 2, "news", at) == "'@2026' '@2026h2' '@2026q4' '@2026m10' '@u1' '@knews' '@c2'"
    assert "'@2026m11'" in marks_of(1, None, "news", at + timedelta(hours=1))
    assert month_of(clock.local(at)) + 1 == month_of(clock.local(at + timedelta(hours=1)))


@pytest.mark.parametrize("typed", ["@2026m11", "＠2026", "'@u1'", "@u1 停水", '"@2026m11"'])
def test_nobody_can_type_a_mark(typed):
    assert "@" not in query_terms(typed).to_tsquery()


def publish(c: make.City, title: str, at: datetime, unit=None) -> Post:
    """Put a text out at a moment."""
    unit = unit or c.water
    post = actions.start_post(unit, by=c.editor, title=title, body="正文")
    Post.objects.filter(pk=post.pk).update(state="approved")
    post.refresh_from_db()
    perform(post, PostFlow.publish, live=post.working, working=None, published_at=at)
    actions.became_public(post)
    return post


def test_posts_of_many_years_are_found_newest_first(c):
    start = datetime(2020, 1, 15, tzinfo=clock.SHANGHAI)
    made = [publish(c, f"停水 {n}", start + timedelta(days=97 * n)) for n in range(12)]
    found = search_public("停水", newest_first=True)
    assert [post.pk for post in found.posts] == [post.pk for post in reversed(made)]
    since, until = made[3].published_at, made[8].published_at
    narrowed = search_public("停水", newest_first=True, since=since, until=until)
    assert [post.pk for post in narrowed.posts] == [post.pk for post in reversed(made[3:8])]


def test_only_the_newest_count_when_there_are_more_than_are_ranked(c, monkeypatch):
    monkeypatch.setattr(search, "WINDOW", 3)
    start = datetime(2024, 1, 15, tzinfo=clock.SHANGHAI)
    made = [publish(c, f"停水 {n}", start + timedelta(days=40 * n)) for n in range(8)]
    found = search_public("停水", newest_first=True)
    assert [post.pk for post in found.posts] == [post.pk for post in reversed(made[-3:])]


@pytest.mark.parametrize("most", [0, 40])
def test_a_search_within_units_finds_theirs_only(c, monkeypatch, most):
    monkeypatch.setattr(search, "MOST_UNIT_MARKS", most)
    at = datetime(2026, 1, 15, tzinfo=clock.SHANGHAI)
    mine, other = publish(c, "停水一", at), publish(c, "停水二", at)
    Post.objects.filter(pk=other.pk).update(unit=c.roads)
    actions.became_public(Post.objects.get(pk=other.pk))
    assert [post.pk for post in search_public("停水", unit_ids=[c.water.pk]).posts] == [mine.pk]
    assert search_public("停水", unit_ids=[]).total == 0


@pytest.mark.parametrize("most", [0, 40])
def test_a_search_within_a_unit_finds_what_it_signed_with_others(c, monkeypatch, most):
    monkeypatch.setattr(search, "MOST_UNIT_MARKS", most)
    at = datetime(2026, 1, 15, tzinfo=clock.SHANGHAI)
    joint, _own = publish(c, "停水一", at), publish(c, "停水二", at)
    Post.objects.filter(pk=joint.pk).update(signers=[c.roads.pk])
    actions.became_public(Post.objects.get(pk=joint.pk))
    assert [post.pk for post in search_public("停水", unit_ids=[c.roads.pk]).posts] == [joint.pk]
    assert search_public("停水", unit_ids=[c.roads.pk, c.water.pk]).total == 2
