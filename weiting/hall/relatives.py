"""What belongs to one post: its neighbours, the texts it is tied to, the promises it kept, its versions."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Q, Subquery, When

from weiting.posts.flow import LISTED, PUBLIC, IssueState
from weiting.posts.models import Correction, FollowUp, Issue, IssueArticle, Post, PostLink, Revision


def issues_with(post: Post) -> list[Issue]:
    """List the public issues in which a post stands."""
    places = IssueArticle.objects.filter(post=post, issue__state=IssueState.PUBLISHED)
    return [place.issue for place in places.select_related("issue__unit").order_by("-issue__number")]


def neighbours(post: Post) -> tuple[Post | None, Post | None]:
    """Return the public posts of the same unit right before and right after this one, in one query."""
    if post.published_at is None:
        return None, None
    rows = Post.objects.filter(state__in=LISTED, unit_id=post.unit_id).order_by()
    here = (post.published_at, post.pk)
    older = (
        rows.filter(published_at__lte=here[0])
        .exclude(published_at=here[0], pk__gte=here[1])
        .order_by("-published_at", "-pk")
        .values("pk")[:1]
    )
    newer = (
        rows.filter(published_at__gte=here[0])
        .exclude(published_at=here[0], pk__lte=here[1])
        .order_by("published_at", "pk")
        .values("pk")[:1]
    )
    found = Post.objects.filter(Q(pk=Subquery(older)) | Q(pk=Subquery(newer))).select_related("live")
    before = after = None
    for each in found.annotate(
        is_older=Case(
            When(published_at__lt=here[0], then=1),
            When(published_at=here[0], pk__lt=here[1], then=1),
            default=0,
            output_field=IntegerField(),
        )
    ):
        if each.is_older:
            before = each
        else:
            after = each
    return before, after


def pairs_of(post: Post) -> list[tuple[str, bool, Post]]:
    """List the public posts tied to this one: the kind of tie, whether it leads out of this post, the other post."""
    ties = PostLink.objects.filter(Q(post=post) | Q(target=post)).select_related(
        "post__live", "post__unit", "target__live", "target__unit"
    )
    found = []
    for tie in ties.order_by("kind", "pk"):
        out = tie.post_id == post.pk
        other = tie.target if out else tie.post
        if other.state in LISTED:
            found.append((tie.kind, out, other))
    return found


def promises_kept_by(post: Post) -> list[FollowUp]:
    """List the promises this post kept, with the posts that made them."""
    rows = FollowUp.objects.filter(outcome=post, post__state__in=PUBLIC)
    return list(rows.select_related("post__live", "post__unit").order_by("due_at"))


@dataclass(frozen=True)
class Version:
    """One public version of a post: its place in the row, its words, from when it stood, and what made it."""

    place: int
    revision: Revision
    at: datetime | None
    correction: Correction | None


def versions_of(post: Post) -> list[Version]:
    """List the versions of a post the public has been able to read, oldest first; one query."""
    corrections = list(post.public_corrections)  # type: ignore[attr-defined]
    wanted = [c.before_id for c in corrections[:1]] + [c.after_id for c in corrections]
    wanted = wanted or [post.live_id]
    words = Revision.objects.prefetch_related("media__asset").in_bulk(wanted)
    return [
        Version(
            place,
            words[pk],
            post.published_at if place == 1 else corrections[place - 2].published_at,
            None if place == 1 else corrections[place - 2],
        )
        for place, pk in enumerate(wanted, 1)
        if pk in words
    ]
