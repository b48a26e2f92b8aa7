"""What follows when a text becomes public or stops being so: search, topics, "last spoke", and who must be told."""

from collections.abc import Sequence

from django.contrib.postgres.search import SearchVectorField
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Cast

from weiting import jobs
from weiting.core.actions import action
from weiting.posts.actions.assigning import finish_by
from weiting.posts.flow import LISTED
from weiting.posts.models import Column, Post, PostTopic, Revision, SearchEntry
from weiting.posts.slices import marks_of
from weiting.text.search import query_terms, to_tsvector_literal
from weiting.units.actions import note_spoke
from weiting.units.models import Unit

# Posts that are indexed again in one go, so that no transaction is long.
AT_ONCE = 200


def search_parts(post: Post, live: Revision, topics: Sequence[str]) -> dict[str, str]:
    """Return what search knows of a post by weight: title A, shelves B, summary C, text D."""
    signing = Unit.objects.filter(pk__in=post.signers).order_by("pk") if post.signers else []
    shelves = [
        post.unit.name,
        post.unit.short_name,
        *(name for unit in signing for name in (unit.name, unit.short_name)),
        post.column.name if post.column else "",
        *topics,
    ]
    return {
        "A": live.title,
        "B": " ".join(filter(None, shelves)),
        "C": live.summary,
        "D": live.body,
    }


def search_document(post: Post, live: Revision, topics: Sequence[str]) -> str:
    """Return what search knows of a post as a tsvector literal."""
    if post.published_at is None:
        raise AssertionError("a public post has a time")
    marks = marks_of(post.unit_id, post.column_id, post.klass, post.published_at, post.signers)
    return f"{to_tsvector_literal(search_parts(post, live, topics))} {marks}"


def tags_of(post: Post) -> list[str]:
    """Name everything that shows this post: what a page store must drop when it changes."""
    tags = ["posts", f"post:{post.pk}", f"unit:{post.unit_id}", *(f"unit:{pk}" for pk in post.signers)]
    if post.column_id:
        tags.append(f"column:{post.column_id}")
    tags += [f"topic:{pk}" for pk in post.topic_places.values_list("topic_id", flat=True)]
    return tags


def index_post(post: Post) -> None:
    """Let search know a public post's words and shelves as they are now."""
    if post.live is None or post.published_at is None:
        raise AssertionError("a public post has words and a time")
    topics = list(post.topic_places.values_list("topic__name", flat=True))
    SearchEntry.objects.update_or_create(
        post=post,
        defaults={
            "unit": post.unit,
            "column": post.column,
            "klass": post.klass,
            "published_at": post.published_at,
            "document": Cast(Value(search_document(post, post.live, topics)), SearchVectorField()),
        },
    )


@action
def became_public(post: Post) -> None:
    """Take a post that has just become public (or got new words) into search, topics and rhythms; announce it."""
    post = Post.objects.select_related("unit", "column", "live").get(pk=post.pk)
    if post.published_at is None:
        raise AssertionError("a public post has a time")
    PostTopic.objects.filter(post=post).update(at=post.published_at)
    index_post(post)
    if post.column_id:
        Column.objects.filter(pk=post.column_id).exclude(last_post_at__gte=post.published_at).update(
            last_post_at=post.published_at
        )
    for unit_id in (post.unit_id, *post.signers):
        note_spoke(unit_id, post.published_at)
    finish_by(post)
    jobs.announce(*tags_of(post))


@action
def became_out_of_date(post: Post) -> None:
    """Tell everybody that a post has expired: it leaves the news, and is marked where people look things up."""
    jobs.announce(*tags_of(post))


@action
def became_hidden(post: Post) -> None:
    """Take a post that was withdrawn out of search and topic lists; its own page stays and says why."""
    SearchEntry.objects.filter(post=post).delete()
    PostTopic.objects.filter(post=post).update(at=None)
    if post.column_id:
        # The column waits for its next one again, as if this had not been.
        others = Post.objects.filter(state__in=LISTED, column_id=post.column_id).exclude(pk=post.pk)
        last = others.order_by("-published_at", "-pk").values("published_at")[:1]
        Column.objects.filter(pk=post.column_id).update(last_post_at=Subquery(last))
        jobs.announce("columns")
    jobs.announce(*tags_of(post))


def index_again(
    *, column: int | None = None, topic: int | None = None, unit: int | None = None, after: int = 0
) -> int:
    """Let search know the present name of a column, topic or unit on the next few of its posts.

    Returns where to go on, 0 at the end.
    """
    posts = Post.objects.filter(state__in=LISTED, pk__gt=after).select_related("unit", "column", "live")
    if topic is not None:
        posts = posts.filter(topic_places__topic_id=topic)
    elif unit is not None:
        posts = posts.filter(unit=unit)
    else:
        posts = posts.filter(column=column)
    found = list(posts.order_by("pk")[:AT_ONCE])
    for post in found:
        index_post(post)
    return found[-1].pk if len(found) == AT_ONCE else 0


def renamed_units() -> list[int]:
    """List the units whose posts search still knows by another name: their oldest post tells."""
    oldest = Post.objects.filter(unit=OuterRef("pk"), state__in=LISTED).order_by("pk").values("pk")[:1]
    found = []
    for unit in Unit.objects.annotate(oldest=Subquery(oldest)).filter(oldest__isnull=False):
        names = [query_terms(f'"{name}"').to_tsquery() for name in (unit.name, unit.short_name)]
        wanted = " & ".join(f"({name})" for name in names if name)
        knows = SearchEntry.objects.filter(pk=unit.oldest).extra(
            where=["document @@ %s::tsquery"], params=[wanted]
        )
        if wanted and not knows.exists():
            found.append(unit.pk)
    return found
