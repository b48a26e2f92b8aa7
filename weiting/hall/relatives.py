"""What belongs to posts: their neighbours, the texts they are tied to, the promises they kept, their versions.

Read for many posts at once, in as many queries as for one: a page asks for one, a copy of the hall for hundreds.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import Q

from weiting.posts.flow import LISTED, PUBLIC, IssueState
from weiting.posts.models import Correction, FollowUp, Issue, IssueArticle, Post, PostLink, Revision

NEIGHBOURS = """
SELECT p.id,
  (SELECT o.id FROM posts_post o WHERE o.state IN ('published', 'expired') AND o.unit_id = p.unit_id
    AND (o.published_at, o.id) < (p.published_at, p.id) ORDER BY o.published_at DESC, o.id DESC LIMIT 1),
  (SELECT o.id FROM posts_post o WHERE o.state IN ('published', 'expired') AND o.unit_id = p.unit_id
    AND (o.published_at, o.id) > (p.published_at, p.id) ORDER BY o.published_at, o.id LIMIT 1)
FROM posts_post p WHERE p.id = ANY(%s)
"""


@dataclass(frozen=True)
class Version:
    """One public version of a post: its place in the row, its words, from when it stood, and what made it."""

    place: int
    revision: Revision
    at: datetime | None
    correction: Correction | None


@dataclass
class Ties:
    """All that belongs to one post: `pairs` are the kind of tie, whether it leads out of this post, the other post."""

    issues: list[Issue] = field(default_factory=list)
    before: Post | None = None
    after: Post | None = None
    pairs: list[tuple[str, bool, Post]] = field(default_factory=list)
    kept: list[FollowUp] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)


def ties_of(posts: Sequence[Post]) -> dict[int, Ties]:
    """Return what belongs to each of some public posts, by the post's id."""
    found = {post.pk: Ties() for post in posts}
    _add_issues(found)
    _add_neighbours(found)
    _add_pairs(found)
    _add_promises(found)
    for pk, versions in versions_of(posts).items():
        found[pk].versions = versions
    return found


def _add_issues(found: dict[int, Ties]) -> None:
    places = IssueArticle.objects.filter(post__in=list(found), issue__state=IssueState.PUBLISHED)
    for place in places.select_related("issue__unit").order_by("-issue__number"):
        found[place.post_id].issues.append(place.issue)


def _add_neighbours(found: dict[int, Ties]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(NEIGHBOURS, [list(found)])
        rows = cursor.fetchall()
    wanted = {pk for _pk, *sides in rows for pk in sides if pk}
    beside = Post.objects.select_related("live").in_bulk(list(wanted)) if wanted else {}
    for pk, before, after in rows:
        found[pk].before, found[pk].after = beside.get(before), beside.get(after)


def _add_pairs(found: dict[int, Ties]) -> None:
    ties = PostLink.objects.filter(Q(post__in=list(found)) | Q(target__in=list(found)))
    for tie in ties.select_related(
        "post__live", "post__unit", "target__live", "target__unit"
    ).order_by("kind", "pk"):  # fmt: skip
        if tie.post_id in found and tie.target.state in LISTED:
            found[tie.post_id].pairs.append((tie.kind, True, tie.target))
        if tie.target_id in found and tie.post.state in LISTED:
            found[tie.target_id].pairs.append((tie.kind, False, tie.post))


def _add_promises(found: dict[int, Ties]) -> None:
    rows = FollowUp.objects.filter(outcome__in=list(found), post__state__in=PUBLIC)
    for promise in rows.select_related("post__live", "post__unit").order_by("due_at"):
        if promise.outcome_id is not None:
            found[promise.outcome_id].kept.append(promise)


def versions_of(posts: Collection[Post]) -> dict[int, list[Version]]:
    """List the versions of posts the public has been able to read, oldest first, by the post's id."""
    corrected = {post.pk: list(post.public_corrections) for post in posts}  # type: ignore[attr-defined]
    older = [
        pk for fixes in corrected.values() for fix in fixes for pk in (fix.before_id, fix.after_id) if pk
    ]
    words = Revision.objects.prefetch_related("media__asset").in_bulk(older) if older else {}
    found: defaultdict[int, list[Version]] = defaultdict(list)
    for post in posts:
        fixes = corrected[post.pk]
        if post.live is not None and not fixes:
            found[post.pk] = [Version(1, post.live, post.published_at, None)]
            continue
        row = [fix.before_id for fix in fixes[:1]] + [fix.after_id for fix in fixes]
        for place, pk in enumerate(row, 1):
            if pk in words:
                made_by = fixes[place - 2] if place > 1 else None
                at = made_by.published_at if made_by else post.published_at
                found[post.pk].append(Version(place, words[pk], at, made_by))
    return found
