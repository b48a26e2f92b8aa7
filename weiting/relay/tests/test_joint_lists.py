"""Joint texts stand on the lists of every unit that signs them, once each, by an index of their own."""

import pytest
from django.db import connection
from django.test import Client

from weiting.core import clock
from weiting.core.paging import Page
from weiting.hall import queries
from weiting.posts import queries as posts
from weiting.posts.actions.opening import became_public, tags_of
from weiting.posts.models import Post, Revision
from weiting.posts.queries.public import JOINT
from weiting.posts.tests import make
from weiting.units.models import Section, SectionUnit, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def c():
    return make.city()


def joint(c, title: str = "江滨路今晚封路抢修", *others: Unit) -> Post:
    """Publish a text of the water unit that the roads, and others, sign too."""
    post = make.published(c, title)
    Post.objects.filter(pk=post.pk).update(signers=sorted(unit.pk for unit in (c.roads, *others)))
    return Post.objects.get(pk=post.pk)


def shown(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def titles(page: Page[Post]) -> list[str]:
    return [str(post) for post in page]


def test_it_stands_on_the_page_and_in_the_feeds_of_each_that_signs(c):
    joint(c)
    make.published(c, "只有供水说的")
    own, other = shown(f"/u/{c.water.slug}/"), shown(f"/u/{c.roads.slug}/")
    for page in (own, other):
        assert page.count("江滨路今晚封路抢修</a>") == 1 and "与 云溪交通 联合发布" in page
    assert "只有供水说的" in own and "只有供水说的" not in other
    for form in ("atom", "rss", "json"):
        feed = shown(f"/u/{c.roads.slug}/feed.{form}")
        assert feed.count("江滨路今晚封路抢修") >= 1 and "云溪供水、云溪交通" in feed
        assert "联合发布" in feed


def test_the_hall_and_its_search_count_it_once(c):
    post = joint(c, "江滨路今晚封路抢修", c.root)
    became_public(post)
    assert shown("/").count(f'<h3><a href="/p/{post.public_id}/"') <= 1
    assert shown("/search/?q=封路抢修").count(f'/p/{post.public_id}/"') == 1
    assert posts.timeline(unit_ids=[c.water.pk, c.roads.pk, c.root.pk]).rows == [post]
    section = Section.objects.create(hall=c.hall, slug="lu", name="路")
    for unit in (c.roads, c.root):
        SectionUnit.objects.create(section=section, unit=unit)
    assert shown(f"/s/{c.hall.slug}/lu/").count(f'<h3><a href="/p/{post.public_id}/"') == 1


def test_pages_of_a_unit_hold_own_and_joint_texts_in_order_without_gaps(c, freeze):
    wanted: list[str] = []
    for number in range(9):
        freeze(f"2026-07-20 09:{number:02d}")
        made = joint(c, f"第 {number} 条") if number % 3 else make.published(c, f"第 {number} 条")
        Post.objects.filter(pk=made.pk, signers=[]).update(unit=c.roads)
        wanted.insert(0, str(made))
    found, cursor = [], ""
    while True:
        page = posts.timeline(unit_ids=[c.roads.pk], cursor=cursor, size=2)
        found += titles(page)
        cursor = page.next_cursor
        if not cursor:
            break
    assert found == wanted


def test_every_page_that_shows_it_is_told_when_it_changes(c):
    assert {f"unit:{c.water.pk}", f"unit:{c.roads.pk}"} <= set(tags_of(joint(c)))


def test_withdrawn_and_expired_ones_follow_the_same_rules(c):
    post = joint(c)
    Post.objects.filter(pk=post.pk).update(state="withdrawn")
    assert titles(posts.timeline(unit_ids=[c.roads.pk], with_expired=True)) == []
    Post.objects.filter(pk=post.pk).update(state="expired")
    assert titles(posts.timeline(unit_ids=[c.roads.pk])) == []
    assert titles(posts.timeline(unit_ids=[c.roads.pk], with_expired=True)) == [str(post)]


def test_the_record_of_each_counts_it_and_the_day_of_the_hall_counts_it_once(c):
    joint(c)
    assert (queries.record_of(c.water).posts_30, queries.record_of(c.roads).posts_30) == (1, 1)
    assert queries.the_day(clock.today()).posts == 1


def test_what_a_unit_signed_is_found_by_its_index(c):
    made = Post.objects.bulk_create(Post(unit=c.water) for _n in range(600))
    words = Revision.objects.bulk_create(Revision(post=post, number=1) for post in made)
    for post, said in zip(made, words, strict=True):
        post.state, post.live, post.published_at = "published", said, clock.now()
    Post.objects.bulk_update(made, ["state", "live", "published_at"])
    joint(c)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE posts_post")
    few = posts.public_posts(with_expired=True).filter(JOINT, signers__overlap=[c.roads.pk])
    assert "posts_public_signers" in few.values("pk").explain()
