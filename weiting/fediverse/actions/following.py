"""Follows official accounts elsewhere, and ends that."""

from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.channels.models import Connection
from weiting.core import clock, ids
from weiting.core.actions import action
from weiting.core.errors import Invalid
from weiting.core.flow import perform
from weiting.fediverse import access, addresses, documents, remote
from weiting.fediverse.actions.accounts import actor_of, hall_actor
from weiting.fediverse.actions.knowing import keep_peer
from weiting.fediverse.actions.sending import send_to
from weiting.fediverse.flow import FollowFlow, FollowState
from weiting.fediverse.models import Actor, Followed, Peer
from weiting.fediverse.queries import is_blocked
from weiting.units.access import permit


def follow(connection: Connection, address: str, *, by: Person | None) -> Followed:
    """Ask to follow "@handle@host" in the name of a unit; a second time changes nothing while it lasts.

    Raises Invalid for what is no such address or is shut out, Unavailable when the account is not found.
    """
    permit(by, access.SPEAK, connection.unit)
    actor = actor_of(connection)
    try:
        with remote.calls() as wire:
            found = remote.find(address, wire, hall_actor())
    except remote.Unknown as error:
        raise Invalid(
            _("Too much is being asked of other servers now. Try again in a minute."), code="busy"
        ) from error
    if is_blocked(found.uri):
        raise Invalid(
            _("%(address)s is shut out here. Lift that first.") % {"address": address}, code="blocked"
        )
    if found.uri == addresses.actor(actor.handle):
        raise Invalid(_("An account cannot follow itself."), code="itself")
    return _follow(actor, keep_peer(found), f"@{found.handle}@{found.host}", by=by)


@action
def _follow(actor: Actor, peer: Peer, address: str, *, by: Person | None) -> Followed:
    held, is_new = Followed.objects.get_or_create(
        actor=actor, uri=peer.uri, defaults={"address": address[:300]}
    )
    if not is_new:
        if held.state in {FollowState.ASKED, FollowState.ACCEPTED}:
            return held
        # A new address for a new question: the old one may have been answered.
        perform(held, FollowFlow.ask_again, public_id=ids.public_id(), since=clock.now())
    activity = documents.plain_activity("Follow", follow_uri(held), actor.handle, peer.uri, peer.uri)
    send_to(actor, peer.inbox, activity, f"{actor.pk}:follow:{held.public_id}")
    _record("ask", actor, held, by)
    return held


@action
def unfollow(followed: Followed, *, by: Person | None) -> Followed:
    """No longer follow an account elsewhere; raise Conflict when that has ended already."""
    actor = Actor.objects.select_related("connection__unit").get(pk=followed.actor_id)
    if actor.connection is not None:
        permit(by, access.SPEAK, actor.connection.unit)
    perform(followed, FollowFlow.end)
    peer = Peer.objects.filter(uri=followed.uri).first()
    if peer is not None:
        thing = {
            "id": follow_uri(followed),
            "type": "Follow",
            "actor": addresses.actor(actor.handle),
            "object": peer.uri,
        }
        uri = f"{follow_uri(followed)}/undo"
        activity = documents.plain_activity("Undo", uri, actor.handle, thing, peer.uri)
        send_to(actor, peer.inbox, activity, f"{actor.pk}:unfollow:{followed.public_id}")
    _record("end", actor, followed, by)
    return followed


def follow_uri(followed: Followed) -> str:
    """Return the address of our question to follow: the answer names it."""
    return f"{addresses.base()}/ap/f/{followed.public_id}"


def _record(verb: str, actor: Actor, followed: Followed, by: Person | None) -> None:
    unit = actor.connection.unit if actor.connection else None
    audit.record(
        f"fediverse.follow.{verb}", by=by, subject=actor.connection, unit=unit, address=followed.address
    )
