"""Lays activities down for followers, or for one inbox; what is in them is documents' business."""

from collections.abc import Iterable
from typing import Any

from weiting.fanout.actions import Target, spread
from weiting.fanout.queries import targets_of
from weiting.fediverse import addresses
from weiting.fediverse.models import Actor, Follower, Peer

KIND = "activitypub"


def order_of(actor: Actor) -> str:
    """Return the order in which an account's activities reach each host."""
    return f"actor:{actor.pk}"


def payload(actor: Actor, activity: dict[str, Any]) -> dict[str, Any]:
    """Return what the postman needs: who signs, and what is said."""
    return {"actor": actor.pk, "activity": activity}


def target(inbox: str) -> Target:
    """Return an inbox as an address of its host."""
    return Target(addresses.host_of(inbox), inbox)


def to_followers(actor: Actor, *, also_of: Iterable[str] = ()) -> list[Target]:
    """List the inboxes of all followers, each once; `also_of`: those that got the items of these keys as well."""
    inboxes = set(Follower.objects.filter(actor=actor).values_list("inbox", flat=True).distinct())
    return [target(each) for each in sorted(inboxes | set(targets_of(list(also_of))))]


def send_to(actor: Actor, inbox: str, activity: dict[str, Any], key: str) -> None:
    """Lay one activity down for one inbox, in the caller's transaction."""
    spread(KIND, key, payload(actor, activity), [target(inbox)], order=order_of(actor))


def inbox_of(peer: Peer) -> str:
    """Return where a peer is delivered to when it is one among many."""
    return peer.shared_inbox or peer.inbox
