"""What anybody may read: timelines by unit, column, topic and class, single posts, corrections, issues, the archive."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from weiting.core.errors import NotFound
from weiting.core.paging import Page, from_cursor, keyset
from weiting.posts.flow import LISTED, PUBLIC, CorrectionState, FollowUpState, IssueState, PostState
from weiting.posts.models import (
    Column,
    Correction,
    FollowUp,
    Issue,
    IssueArticle,
    Post,
    PostTopic,
    RevisionMedia,
    Topic,
)


def _with_corrections(posts: QuerySet[Post]) -> QuerySet[Post]:
    return posts.select_related("unit", "column", "live").prefetch_related(
        Prefetch(
            "corrections",
            Correction.objects.filter(state=CorrectionState.PUBLISHED).order_by("published_at"),
            to_attr="public_corrections",
        )
    )


def _with_words(posts: QuerySet[Post]) -> QuerySet[Post]:
    """Read along what a list shows of each post: four more queries whatever the number of posts."""
    return _with_corrections(posts).prefetch_related(
        Prefetch(
            "live__media",
            RevisionMedia.objects.select_related("asset").order_by("position", "pk"),
        ),
        Prefetch("topic_places", PostTopic.objects.select_related("topic")),
        Prefetch(
            "follow_ups",
            FollowUp.objects.exclude(
                state__in=[FollowUpState.PROPOSED, FollowUpState.DROPPED]
            ).select_related("outcome"),
        ),
    )


def listed_posts() -> QuerySet[Post]:
    """Return the posts people can look up, expired ones too, with no more than a line about each needs."""
    return _with_corrections(Post.objects.filter(state__in=LISTED))


def public_posts(*, with_expired: bool = False) -> QuerySet[Post]:
    """Return the posts in public lists, with all a list shows of them.

    What is out of date leaves the lists of today's news; where people look things up (archive, a unit, a
    column, a topic, search) it stays, marked as expired: nothing vanishes.
    """
    states = LISTED if with_expired else {PostState.PUBLISHED}
    return _with_words(Post.objects.filter(state__in=states))


def public_post(public_id: str) -> Post:
    """Return one post at its permanent address, also when expired or withdrawn; raise NotFound otherwise."""
    post = _with_words(Post.objects.filter(state__in=PUBLIC, public_id=public_id)).first()
    if post is None:
        raise NotFound(_("There is no such post. Perhaps the address lacks a letter; try the search."))
    return post


def timeline(
    *,
    unit_ids: Collection[int] | None = None,
    column: Column | None = None,
    topic: Topic | None = None,
    klass: str = "",
    purpose: str = "",
    before: datetime | None = None,
    since: datetime | None = None,
    with_expired: bool = False,
    narrow: Callable[[QuerySet[Post]], QuerySet[Post]] | None = None,
    cursor: str = "",
    size: int = 20,
) -> Page[Post]:
    """Return one page of public posts, newest first; every filter has its own index.

    Of units also what they signed together with others. `narrow` leaves out what a caller knows to be said already.
    """
    posts = public_posts(with_expired=with_expired)
    if narrow is not None:
        posts = narrow(posts)
    asked = {
        "column": column,
        "klass": klass or None,
        "purpose": purpose or None,
        "published_at__lt": before,
        "published_at__gte": since,
    }
    wanted: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if topic is not None:
        wanted["state__in"] = LISTED if with_expired else {PostState.PUBLISHED}
        wanted |= {} if unit_ids is None else {"unit_id__in": unit_ids}
        return _topic_timeline(topic, posts, wanted, cursor, size)
    if unit_ids is not None:
        return _unit_timeline(list(unit_ids), posts.filter(**wanted), cursor, size)
    return keyset(posts.filter(**wanted), by="published_at", cursor=cursor, size=size)


# Written as its index is: only then may PostgreSQL use it.
JOINT = ~Q(signers=[])


def _unit_timeline(unit_ids: list[int], posts: QuerySet[Post], cursor: str, size: int) -> Page[Post]:
    """Walk along what units wrote, no further than the page is long, and take the newest of what they signed."""
    few = from_cursor(posts, by="published_at", cursor=cursor)
    wrote = few.filter(unit_id__in=unit_ids).values("pk")[: size + 1]
    # Ordered by what no index holds: to whom nothing is known of signers yet, as after an upgrade, walking along all
    # posts by time seems quicker than the index of the few that are signed.
    of_few = few.filter(JOINT, signers__overlap=unit_ids)
    signed = of_few.order_by((F("published_at") + timedelta(0)).desc(), "-pk").values("pk")[: size + 1]
    # One row for a text that several of them signed.
    return keyset(posts.filter(pk__in=wrote.union(signed)), by="published_at", cursor=cursor, size=size)


def _topic_timeline(
    topic: Topic, posts: QuerySet[Post], wanted: Mapping[str, Any], cursor: str, size: int
) -> Page[Post]:
    """Walk along the topic's own index, whose moments are those of its posts; the rest narrows it on the way."""
    narrow = {f"post__{name}": value for name, value in wanted.items()}
    places = keyset(
        PostTopic.objects.filter(topic=topic, at__isnull=False, **narrow), by="at", cursor=cursor, size=size
    )
    found = posts.in_bulk([place.post_id for place in places])
    return Page(
        rows=[found[place.post_id] for place in places if place.post_id in found],
        next_cursor=places.next_cursor,
        is_first=places.is_first,
    )


def corrections_of(post: Post) -> list[Correction]:
    """List what was corrected in a post, oldest first."""
    return list(
        post.corrections.filter(state=CorrectionState.PUBLISHED)
        .select_related("before", "after")
        .order_by("published_at")
    )


def recent_corrections(cursor: str = "", size: int = 20) -> Page[Correction]:
    """Return one page of all public corrections, newest first."""
    return keyset(
        Correction.objects.filter(state=CorrectionState.PUBLISHED).select_related(
            "post__unit", "post__live", "post__column"
        ),
        by="published_at",
        cursor=cursor,
        size=size,
    )


def counts_between(since: datetime, until: datetime) -> dict[str, int]:
    """Count what became public in a span: posts, corrections, units that spoke, responses; in one query each."""
    posts = Post.objects.filter(state__in=LISTED, published_at__gte=since, published_at__lt=until)
    found = posts.aggregate(posts=Count("pk"), units=Count("unit", distinct=True))
    return {
        "posts": found["posts"],
        "units": found["units"],
        "responses": posts.filter(purpose="response").count(),
        "corrections": Correction.objects.filter(
            state=CorrectionState.PUBLISHED,
            published_at__gte=since,
            published_at__lt=until,
        ).count(),
    }


YEARS = """
WITH RECURSIVE year(last) AS (
  SELECT max(published_at) FROM posts_post WHERE state IN ('published', 'expired')
  UNION ALL
  SELECT (SELECT max(published_at) FROM posts_post WHERE state IN ('published', 'expired')
           AND published_at < date_trunc('year', year.last, 'Asia/Shanghai'))
    FROM year WHERE year.last IS NOT NULL
) SELECT extract(year FROM last AT TIME ZONE 'Asia/Shanghai')::int FROM year WHERE last IS NOT NULL
"""


def years_with_posts() -> list[int]:
    """List the years that have public posts, newest first, by skipping along the index instead of scanning it."""
    with connection.cursor() as cursor:
        cursor.execute(YEARS)
        return [year for (year,) in cursor.fetchall()]


def public_issues(cursor: str = "", size: int = 20) -> Page[Issue]:
    """Return one page of public issues, newest first."""
    return keyset(
        Issue.objects.filter(state=IssueState.PUBLISHED).select_related("unit", "cover"),
        by="published_at",
        cursor=cursor,
        size=size,
    )


def public_issue(public_id: str) -> Issue:
    """Return one issue at its permanent address; raise NotFound."""
    issue = (
        Issue.objects.filter(state__in=[IssueState.PUBLISHED, IssueState.WITHDRAWN], public_id=public_id)
        .select_related("unit", "cover")
        .first()
    )
    if issue is None:
        raise NotFound(_("There is no such issue."))
    return issue


def public_articles(issue: Issue) -> list[IssueArticle]:
    """List the articles of an issue that anybody may read: without those withdrawn since or not out yet."""
    shown = {PostState.PUBLISHED, PostState.EXPIRED}
    return [article for article in issue_articles(issue) if article.post.state in shown]


def issue_articles(issue: Issue) -> list[IssueArticle]:
    """List an issue's articles in order, with their posts, public or not: for the desk."""
    return list(
        issue.articles.select_related("post__unit", "post__live", "post__column", "topic").order_by(
            "position"
        )
    )
