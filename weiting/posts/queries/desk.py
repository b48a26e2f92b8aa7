"""What people at work see of posts that are not public: only of units their roles reach."""

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.core.errors import NotFound
from weiting.posts import access
from weiting.posts.content import clean
from weiting.posts.models import AssignmentTarget, Post, Revision
from weiting.text.diff import Change, diff
from weiting.units.access import may, reach_q
from weiting.units.models import Hall
from weiting.units.queries import Match, find_units_for

# Two letters of a matter in common are chance; from this score on it is what the text speaks of.
SURE = 6.0


def posts_of(
    person: Person,
    *,
    states: Collection[str] = (),
    unit_id: int | None = None,
    column_id: int | None = None,
    q: str = "",
    mine: bool = False,
) -> QuerySet[Post]:
    """Return the posts of units this person may read at, newest change first, filtered."""
    posts = Post.objects.filter(reach_q(person, access.READ, "unit"))
    if states:
        posts = posts.filter(state__in=list(states))
    if unit_id is not None:
        posts = posts.filter(unit_id=unit_id)
    if column_id is not None:
        posts = posts.filter(column_id=column_id)
    if mine:
        posts = posts.filter(author=person)
    if q.strip():
        words = clean(q, is_line=True)[:60]
        posts = posts.filter(
            Q(working__title__icontains=words) | Q(live__title__icontains=words) | Q(public_id=words)
        )
    return posts.select_related("unit", "column", "working", "live", "author").order_by("-changed_at", "-pk")


def post_for(person: Person, public_id: str) -> Post:
    """Return one post for work at the desk; raise NotFound when it is not there or not for this person."""
    post = (
        Post.objects.filter(public_id=public_id)
        .select_related("unit", "column", "working", "live", "author")
        .first()
    )
    if post is None or not may(person, access.READ, post.unit):
        raise NotFound(_("This text does not exist, or it is not for you."))
    return post


def revisions_of(post: Post) -> QuerySet[Revision]:
    """Return a post's versions, newest first."""
    return post.revisions.select_related("author", "saved_by").order_by("-number")


def revision_diff(old: Revision, new: Revision) -> dict[str, list[Change]]:
    """Return, for title, summary and text, the word-level difference as (equal|insert|delete, text) parts."""
    return {
        name: diff(getattr(old, name), getattr(new, name))
        for name in ("title", "summary", "body")
        if getattr(old, name) != getattr(new, name)
    }


def outside_remit(post: Post, words: str = "") -> Match | None:
    """Return the unit that answers for what a text speaks of, when it surely is another; None otherwise.

    `words` are those just typed; without them the saved ones are read.
    A warning, not a wall: a unit above or below the one that answers may speak, and a hall speaks for everybody.
    """
    revision = post.working or post.live
    if not words and revision is not None:
        words = f"{revision.title} {revision.body[:300]}".strip()
    matches = find_units_for(words) if len(words) >= 4 else []
    if not matches or matches[0].score < SURE:
        return None
    path = post.unit.path
    if any(path.startswith(m.unit.path) or m.unit.path.startswith(path) for m in matches):
        return None
    return None if Hall.objects.filter(unit_id=post.unit_id).exists() else matches[0]


def assignments_for(person: Person) -> QuerySet[AssignmentTarget]:
    """Return what the centre asked of this person's units, the next due first."""
    return (
        AssignmentTarget.objects.filter(reach_q(person, access.TAKE_ASSIGNMENT, "unit"))
        .select_related("assignment__column", "assignment__centre", "unit", "post")
        .order_by("assignment__due_at")
    )
