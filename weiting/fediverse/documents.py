"""What others read of us: actors, texts and activities as JSON-LD, in the shapes Mastodon, Misskey and Takahē take."""

from datetime import UTC, datetime
from typing import Any

from django.utils.html import escape

from weiting.channels.models import Connection
from weiting.core import clock
from weiting.fediverse import addresses
from weiting.fediverse.models import Actor, Note

CONTEXT: list[Any] = [
    "https://www.w3.org/ns/activitystreams",
    "https://w3id.org/security/v1",
    {
        "Hashtag": "as:Hashtag",
        "sensitive": "as:sensitive",
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "toot": "http://joinmastodon.org/ns#",
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "schema": "http://schema.org#",
        "PropertyValue": "schema:PropertyValue",
        "value": "schema:value",
    },
]
Document = dict[str, Any]


def actor(found: Actor) -> Document:
    """Return an account of ours: the organisation, how to reach it, its key."""
    handle, uri = found.handle, addresses.actor(found.handle)
    made: Document = {
        "@context": CONTEXT,
        "id": uri,
        "type": "Organization" if found.connection else "Application",
        "preferredUsername": handle,
        "webfinger": f"{handle}@{addresses.domain()}",
        "inbox": addresses.actor(handle, "inbox"),
        "outbox": addresses.actor(handle, "outbox"),
        "followers": addresses.actor(handle, "followers"),
        "following": addresses.actor(handle, "following"),
        "endpoints": {"sharedInbox": addresses.shared_inbox()},
        "manuallyApprovesFollowers": False,
        "discoverable": found.connection is not None,
        "indexable": found.connection is not None,
        "published": _time(found.created_at),
        "publicKey": {
            "id": addresses.key_id(handle, found.key_number),
            "owner": uri,
            "publicKeyPem": found.public_key,
        },
    }
    if found.connection is None:
        return {**made, "name": addresses.domain(), "url": f"{addresses.base()}/about/"}
    return {**made, **_profile(found.connection)}


def _profile(connection: Connection) -> Document:
    unit, values = connection.unit, connection.values
    page = f"{addresses.base()}/u/{unit.slug}/"
    about = str(values.get("summary") or unit.about or unit.name)
    link = f'<a href="{escape(page)}" rel="me">{escape(page)}</a>'
    fields = [("官方主页", link), ("公开电话", escape(unit.phone)), ("地址", escape(unit.address))]
    return {
        "name": str(values.get("name") or unit.name),
        "summary": f"<p>{escape(about)}</p>",
        "url": page,
        "icon": {
            "type": "Image",
            "mediaType": "image/png",
            "url": f"{addresses.base()}/ap/u/{values.get('handle') or unit.slug}/icon.png",
        },
        "attachment": [
            {"type": "PropertyValue", "name": name, "value": value} for name, value in fields if value
        ],
    }


def note(found: Note) -> Document:
    """Return one of our texts, or its tombstone when it was withdrawn."""
    uri, handle = addresses.note(found.public_id), found.actor.handle
    if found.withdrawn_at:
        return {"id": uri, "type": "Tombstone", "deleted": _time(found.withdrawn_at)}
    followers = addresses.actor(handle, "followers")
    made: Document = {
        "id": uri,
        "type": "Note",
        "attributedTo": addresses.actor(handle),
        "to": [addresses.PUBLIC] if found.is_public else [found.to],
        "cc": [followers, *([found.to] if found.to else [])] if found.is_public else [],
        "published": _time(found.published_at),
        "url": found.url or uri,
        "sensitive": False,
        "summary": None,
        **found.said,
    }
    made["contentMap"] = {"zh": made.get("content", "")}
    if found.about:
        made["inReplyTo"] = found.about
    if found.updated_at:
        made["updated"] = _time(found.updated_at)
    return made


def create(found: Note) -> Document:
    """Return the activity by which a text is new."""
    made = note(found)
    uri = addresses.note(found.public_id)
    return _activity("Create", f"{uri}/activity", found, made, at=found.published_at, like=made)


def update(found: Note, key: str) -> Document:
    """Return the activity by which a text is corrected."""
    made = note(found)
    uri = addresses.note(found.public_id)
    return _activity("Update", f"{uri}#updates/{key}", found, made, like=made)


def delete(found: Note) -> Document:
    """Return the activity by which a text is taken back, with its tombstone."""
    uri = addresses.note(found.public_id)
    return _activity("Delete", f"{uri}#delete", found, {"id": uri, "type": "Tombstone"})


def announce(found: Note) -> Document:
    """Return the activity by which somebody's text is relayed."""
    return _activity("Announce", addresses.note(found.public_id), found, found.about, at=found.published_at)


def undo_announce(found: Note) -> Document:
    """Return the activity by which a relay is taken back."""
    uri = addresses.note(found.public_id)
    said = {name: value for name, value in announce(found).items() if name != "@context"}
    return _activity("Undo", f"{uri}#undo", found, said)


def activity_of(found: Note) -> Document:
    """Return the activity that stands in the outbox for a text or a relay."""
    return announce(found) if found.kind == Note.Kind.ANNOUNCE else create(found)


def plain_activity(kind: str, uri: str, handle: str, thing: Any, to: str) -> Document:
    """Return an activity between two accounts: Follow, Accept, Reject, Undo of a Follow."""
    return {
        "@context": CONTEXT,
        "id": uri,
        "type": kind,
        "actor": addresses.actor(handle),
        "to": [to],
        "object": thing,
    }


def update_actor(found: Actor, key: str) -> Document:
    """Return the activity that tells of a new key or a new profile."""
    said = {name: value for name, value in actor(found).items() if name != "@context"}
    uri = addresses.actor(found.handle)
    return {
        "@context": CONTEXT,
        "id": f"{uri}#updates/{key}",
        "type": "Update",
        "actor": uri,
        "to": [addresses.PUBLIC],
        "object": said,
    }


def _activity(
    kind: str, uri: str, found: Note, thing: Any, *, at: datetime | None = None, like: Document | None = None
) -> Document:
    handle = found.actor.handle
    followers = addresses.actor(handle, "followers")
    to, cc = [addresses.PUBLIC], [followers]
    if like is not None and "to" in like:
        to, cc = like["to"], like["cc"]
    elif not found.is_public:
        to, cc = [found.to], []
    elif found.to:
        cc = [followers, found.to]
    return {
        "@context": CONTEXT,
        "id": uri,
        "type": kind,
        "actor": addresses.actor(handle),
        "published": _time(at or clock.now()),
        "to": to,
        "cc": cc,
        "object": thing,
    }


def collection(uri: str, total: int, first: str = "") -> Document:
    """Return a collection: how many, and where its first page is."""
    made: Document = {"@context": CONTEXT[0], "id": uri, "type": "OrderedCollection", "totalItems": total}
    return {**made, "first": first} if first else made


def page(uri: str, of: str, items: list[Any], after: str = "") -> Document:
    """Return a page of a collection, and where the next one is."""
    made: Document = {
        "@context": CONTEXT,
        "id": uri,
        "type": "OrderedCollectionPage",
        "partOf": of,
        "orderedItems": items,
    }
    return {**made, "next": after} if after else made


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
