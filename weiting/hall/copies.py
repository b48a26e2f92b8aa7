"""A copy of the hall in the making: what its pages must know of it, and what was read once for many of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest

from weiting.hall import queries
from weiting.hall.relatives import Ties, ties_of
from weiting.hall.relayed import mark_relays
from weiting.posts import queries as posts
from weiting.posts.flow import LISTED
from weiting.posts.models import Post
from weiting.units.models import Hall

Known = tuple[Post, Ties]


@dataclass
class Copy:
    """When it is made, in which languages, and what need not be asked for again."""

    at: datetime
    languages: Sequence[str]
    _halls: dict[str, Hall | None] = field(default_factory=dict)
    _posts: dict[str, Known] = field(default_factory=dict)

    def hall(self, slug: str) -> Hall | None:
        """Return a hall with its facts, asked for once. Raises NotFound."""
        if slug not in self._halls:
            self._halls[slug] = queries.hall_with_facts(slug)
        return self._halls[slug]

    def read(self, public_ids: Collection[str]) -> None:
        """Read these posts, and what belongs to them, together; the ones before are forgotten."""
        found = list(posts.public_posts(with_expired=True).filter(public_id__in=public_ids))
        ties = ties_of(found)
        mark_relays(found)
        self._posts = {post.public_id: (post, ties[post.pk]) for post in found}

    def post(self, public_id: str) -> Known | None:
        """Return a post that was read, with what belongs to it."""
        return self._posts.get(public_id)


def copy_of(request: HttpRequest) -> Copy | None:
    """Return the copy a page is made for; None for a page of the living hall."""
    return getattr(request, "copy", None)


def post_of(request: HttpRequest, public_id: str) -> Known:
    """Return a post at its permanent address with what belongs to it; raise NotFound."""
    copy = copy_of(request)
    known = copy.post(public_id) if copy else None
    if known is not None:
        return known
    post = posts.public_post(public_id)
    mark_relays([post])
    return post, ties_of([post])[post.pk] if post.state in LISTED else Ties()
