"""Takes what others send to our inboxes, each thing once: who follows, what was answered, what was taken back.

Whoever calls has been checked by `inbox`; here it is known that the activity is its actor's.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from weiting import jobs
from weiting.channels import vault
from weiting.core import clock
from weiting.core.flow import perform
from weiting.fediverse import addresses, documents, pacing, reading
from weiting.fediverse.actions.knowing import doubt_peer, forget_peer
from weiting.fediverse.actions.sending import inbox_of, send_to
from weiting.fediverse.flow import FollowFlow, FollowState
from weiting.fediverse.models import (
    Actor,
    Followed,
    Follower,
    Heard,
    Note,
    Peer,
    Reaction,
    Received,
    Seen,
)
from weiting.fediverse.queries import is_over

Thing = dict[str, Any]
TAG = "heard"
# New followers of one host within this time; more are asked to come again later.
FLOOD, FLOOD_IN = 120, timedelta(minutes=10)
COSTS = {"Follow", "Create", "Update", "Flag"}
WORDS = {"Note", "Article", "Question", "Page", "Video", "Event", "Image", "Audio"}


class Flood(Exception):
    """Too many follow from one host at once."""


@dataclass(frozen=True)
class Came:
    """An activity, and the checked account it is of."""

    activity: Thing
    peer: Peer

    @property
    def kind(self) -> str:
        """Return its type."""
        return reading.kind_of(self.activity)

    @property
    def thing(self) -> Any:
        """Return its object: an address or a mapping."""
        found = self.activity.get("object")
        return found[0] if isinstance(found, list) and found else found


def take(came: Came, signature: bytes) -> str:
    """Take an activity, once; return what became of it: "taken", "repeated" (nothing is done), "replayed" (the very
    same call again), "ignored". Raises Flood."""
    with transaction.atomic():
        if not _is_first(b"signature:" + signature):
            return "replayed"
        if not _is_first(reading.uri_of(came.activity.get("id")).encode()):
            return "repeated"
        # Nobody is kept from leaving or from taking back; what has us keep or answer something is bounded.
        if came.kind in COSTS and pacing.is_too_often(came.peer.host):
            raise Flood
        does = DOES.get(came.kind)
        return "taken" if does is not None and does(came) else "ignored"


def _is_first(what: bytes) -> bool:
    """Note that something was taken; say whether it was not before. Another that takes it now is waited for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO fediverse_seen (digest, at) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [sha256(what).hexdigest(), clock.now()],
        )
        return cursor.rowcount == 1


def _came_before(what: str) -> bool:
    """Say whether something was taken back before it came: servers do not keep the order."""
    return Seen.objects.filter(digest=sha256(what.encode()).hexdigest()).exists()


def _digest(*what: str) -> str:
    return salted_hmac("weiting.fediverse", "\n".join(what), algorithm="sha256").hexdigest()


def _ours(uri: str) -> Actor | None:
    handle = addresses.handle_in(uri)
    found = Actor.objects.select_related("connection__unit").filter(handle=handle, connection__isnull=False)
    actor = found.first() if handle else None
    return actor if actor is not None and not is_over(actor) else None


def _our_note(uri: str) -> Note | None:
    name = addresses.note_in(uri)
    return Note.objects.select_related("actor").filter(public_id=name).first() if name else None


# --- following ----------------------------------------------------------------------------------------------


def _follow(came: Came) -> bool:
    actor = _ours(reading.uri_of(came.thing))
    if actor is None:
        return False
    peer, uri = came.peer, reading.uri_of(came.activity.get("id"))
    if _came_before(f"undone:{peer.uri}\n{uri}"):
        return False
    recent = Follower.objects.filter(host=peer.host, since__gte=clock.now() - FLOOD_IN)
    is_known = Follower.objects.filter(actor=actor, uri=peer.uri).exists()
    if not is_known and recent.count() >= FLOOD:
        raise Flood
    Follower.objects.update_or_create(
        actor=actor,
        uri=peer.uri,
        defaults={"host": peer.host, "inbox": inbox_of(peer), "follow_id": uri},
    )
    thing = {"id": uri, "type": "Follow", "actor": peer.uri, "object": addresses.actor(actor.handle)}
    name = _digest("accept", uri)[:24]
    accept = documents.plain_activity(
        "Accept", f"{addresses.actor(actor.handle)}#accepts/{name}", actor.handle, thing, peer.uri
    )
    send_to(actor, peer.inbox, accept, f"{actor.pk}:accept:{name}")
    return True


def _undo(came: Came) -> bool:
    thing = came.thing
    kind = reading.kind_of(thing) if isinstance(thing, dict) else ""
    if kind in {"Like", "Announce"}:
        return _react(came, reading.uri_of(thing.get("object")), kind, is_undone=True)
    uri, mine = reading.uri_of(thing), Follower.objects.filter(uri=came.peer.uri)
    if kind == "Follow":
        actor = _ours(reading.uri_of(thing.get("object")))
        mine = mine.filter(actor=actor) if actor is not None else mine.none()
    else:
        # Only its address is given: it may be that of a Follow.
        mine = mine.filter(follow_id=uri) if uri else mine.none()
    gone = mine.delete()[0]
    if uri and not gone:
        _is_first(f"undone:{came.peer.uri}\n{uri}".encode())
    return bool(gone)


def _answer(came: Came) -> bool:
    """Take an Accept or a Reject of our question to follow."""
    thing = came.thing
    uri = reading.uri_of(thing)
    name = uri.removeprefix(f"{addresses.base()}/ap/f/")
    asked = Followed.objects.filter(uri=came.peer.uri)
    held = asked.filter(public_id=name).first() if name != uri else None
    if held is None and isinstance(thing, dict):
        # Some write the question anew instead of naming it.
        actor = _ours(reading.uri_of(thing.get("actor")))
        held = asked.filter(actor=actor).first() if actor is not None else None
    if held is None:
        return False
    step = FollowFlow.accept if came.kind == "Accept" else FollowFlow.refuse
    if held.state in step.sources:
        perform(held, step)
        jobs.announce("fediverse")
    return True


def _block(came: Came) -> bool:
    """Somebody wants nothing of us any more."""
    actor = _ours(reading.uri_of(came.thing))
    rows = Follower.objects.filter(uri=came.peer.uri)
    return bool((rows.filter(actor=actor) if actor else rows.none()).delete()[0])


# --- texts --------------------------------------------------------------------------------------------------


def _create(came: Came) -> bool:
    thing = came.thing
    if not isinstance(thing, dict) or reading.kind_of(thing) not in WORDS or not _is_own(came, thing):
        return False
    if _came_before(f"deleted:{came.peer.uri}\n{reading.uri_of(thing.get('id'))}"):
        return False
    heard = _hear(came, thing)
    return _receive(came, thing) or heard


def _is_own(came: Came, thing: Thing) -> bool:
    """Say whether an object is of the account that speaks, and of its host."""
    author = reading.uri_of(thing.get("attributedTo"))
    return (
        author in {"", came.peer.uri} and addresses.host_of(reading.uri_of(thing.get("id"))) == came.peer.host
    )


def _hear(came: Came, thing: Thing) -> bool:
    note = _our_note(reading.uri_of(thing.get("inReplyTo")))
    actor = note.actor if note is not None else _mentioned(thing)
    if actor is None:
        return False
    kind = Heard.Kind.REPLY if note is not None else Heard.Kind.MENTION
    return _keep(came, thing, kind, actor, note)


def _mentioned(thing: Thing) -> Actor | None:
    tags = thing.get("tag")
    rows = tags if isinstance(tags, list) else [tags]
    named = [reading.uri_of(each.get("href")) for each in rows[:50] if isinstance(each, dict)]
    for uri in [*named, *_audience(thing)]:
        if (actor := _ours(uri)) is not None:
            return actor
    return None


def _audience(thing: Thing) -> list[str]:
    return [*reading.uris(thing.get("to")), *reading.uris(thing.get("cc"))]


def _keep(
    came: Came,
    thing: Thing,
    kind: str,
    actor: Actor | None,
    note: Note | None,
    objects: list[str] | None = None,
) -> bool:
    uri = reading.uri_of(thing.get("id"))
    digest = _digest(uri, came.peer.uri)
    held = Heard(digest=digest, kind=kind, actor=actor, note=note)
    held.is_public = addresses.PUBLIC in _audience(thing)
    held.sealed_with, held.sealed = _sealed(came, thing, digest, objects or [])
    Heard.objects.bulk_create([held], ignore_conflicts=True)
    jobs.announce(TAG)
    return True


def _sealed(came: Came, thing: Thing, digest: str, objects: list[str]) -> tuple[str, bytes]:
    html = reading.clean(thing.get("content"))
    name = came.peer.uri.rstrip("/").rpartition("/")[2].removeprefix("@")
    url = reading.uri_of(thing.get("url"))
    said = {
        "uri": reading.uri_of(thing.get("id")),
        "by": came.peer.uri,
        "address": f"@{name}@{came.peer.host}",
        "html": html,
        "text": reading.plain(html),
        "url": url if addresses.host_of(url) == came.peer.host else "",
        "objects": objects,
    }
    return vault.seal({"said": json.dumps(said)}, f"fediverse:{digest}")


def _receive(came: Came, thing: Thing) -> bool:
    """Keep a public text of an account we follow."""
    is_followed = Followed.objects.filter(uri=came.peer.uri, state=FollowState.ACCEPTED).exists()
    if not is_followed or addresses.PUBLIC not in _audience(thing):
        return False
    url = reading.uri_of(thing.get("url"))
    Received.objects.bulk_create(
        [
            Received(
                uri=reading.uri_of(thing.get("id")),
                by=came.peer.uri,
                url=url if addresses.host_of(url) == came.peer.host else "",
                html=reading.clean(thing.get("content")),
                published_at=reading.moment(thing.get("published")),
            )
        ],
        ignore_conflicts=True,
    )
    jobs.announce("fediverse")
    return True


def _update(came: Came) -> bool:
    thing = came.thing
    if reading.uri_of(thing) == came.peer.uri:
        # A new key, a new inbox: read anew with the next call; until then it is reached where it was.
        doubt_peer(came.peer.uri)
        return True
    if not isinstance(thing, dict) or not _is_own(came, thing):
        return False
    uri, now = reading.uri_of(thing.get("id")), clock.now()
    digest = _digest(uri, came.peer.uri)
    changed = 0
    for held in Heard.objects.filter(digest=digest, removed_at__isnull=True):
        name, sealed = _sealed(came, thing, digest, [])
        changed += Heard.objects.filter(pk=held.pk).update(sealed_with=name, sealed=sealed, changed_at=now)
    html = reading.clean(thing.get("content"))
    changed += Received.objects.filter(uri=uri, by=came.peer.uri).update(html=html, changed_at=now)
    return bool(changed)


def _delete(came: Came) -> bool:
    uri = reading.uri_of(came.thing)
    if uri == came.peer.uri:
        forget_account(uri)
        return True
    gone = Received.objects.filter(uri=uri, by=came.peer.uri).delete()[0]
    if uri:
        _is_first(f"deleted:{came.peer.uri}\n{uri}".encode())
    # What was written is destroyed; that something was there stays known.
    gone += Heard.objects.filter(digest=_digest(uri, came.peer.uri), removed_at__isnull=True).update(
        removed_at=clock.now(), sealed=b"", sealed_with=""
    )
    return bool(gone)


def forget_account(uri: str) -> None:
    """Forget an account elsewhere that is no more."""
    Follower.objects.filter(uri=uri).delete()
    Followed.objects.filter(uri=uri).delete()
    Received.objects.filter(by=uri).delete()
    forget_peer(uri)


# --- the rest -----------------------------------------------------------------------------------------------


def _like(came: Came) -> bool:
    return _react(came, reading.uri_of(came.thing), came.kind)


def _react(came: Came, uri: str, kind: str, *, is_undone: bool = False) -> bool:
    note = _our_note(uri)
    if note is None:
        return False
    who = _digest(kind, came.peer.uri)
    if is_undone:
        return bool(Reaction.objects.filter(note=note, kind=kind.lower(), who=who).delete()[0])
    Reaction.objects.bulk_create([Reaction(note=note, kind=kind.lower(), who=who)], ignore_conflicts=True)
    return True


def _flag(came: Came) -> bool:
    """Keep a report about our texts or accounts for people to read."""
    named = reading.uris(came.activity.get("object"))
    ours = [each for each in named if addresses.is_ours(each)]
    if not ours:
        return False
    note = next((found for each in ours if (found := _our_note(each)) is not None), None)
    actor = note.actor if note is not None else next((a for each in ours if (a := _ours(each))), None)
    return _keep(came, came.activity, Heard.Kind.REPORT, actor, note, ours)


DOES = {
    "Follow": _follow,
    "Undo": _undo,
    "Accept": _answer,
    "Reject": _answer,
    "Block": _block,
    "Create": _create,
    "Update": _update,
    "Delete": _delete,
    "Like": _like,
    "Announce": _like,
    "Flag": _flag,
}
