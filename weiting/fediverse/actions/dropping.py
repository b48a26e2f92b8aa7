"""Drops followers whose inboxes are no more."""

from weiting.fediverse.models import Follower


def drop_followers(actor: int, inboxes: list[str]) -> int:
    """Drop the followers of an account that were reached at these inboxes; return how many."""
    return Follower.objects.filter(actor=actor, inbox__in=inboxes).delete()[0]
