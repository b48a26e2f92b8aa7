"""Puts beside posts what is known of them as relays: whose text they pass on, who passed them on, who signs too."""

from collections.abc import Collection

from weiting.posts.models import Post
from weiting.relay import queries as relay
from weiting.units.models import Unit


def mark_relays(posts: Collection[Post]) -> None:
    """Put beside posts whose text they pass on, or how many units passed them on (`post.relay`), and who signs them
    too (`post.signed_by`).
    """
    found = relay.marks(posts)
    for post in posts:
        post.relay = found.get(post.pk)  # type: ignore[attr-defined]
    mark_signers(posts)


def mark_signers(posts: Collection[Post]) -> None:
    """Put beside posts which units sign them together with their own (`post.signed_by`), and those by name
    (`post.signed_names`).
    """
    signing = {pk for post in posts for pk in post.signers}
    units = Unit.objects.in_bulk(signing) if signing else {}
    for post in posts:
        signed_by = [units[pk] for pk in post.signers if pk in units]
        post.signed_by = signed_by  # type: ignore[attr-defined]
        post.signed_names = "、".join(unit.short_name for unit in signed_by)  # type: ignore[attr-defined]
