"""Our texts on their way: new, corrected, withdrawn; relays and answers. Each under a key: twice is once."""

from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.html import escape
from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid
from weiting.fanout.actions import Target, spread
from weiting.fediverse import access, addresses, documents, remote
from weiting.fediverse.actions.accounts import actor_of, hall_actor
from weiting.fediverse.actions.knowing import known_peer
from weiting.fediverse.actions.sending import KIND, order_of, payload, target, to_followers
from weiting.fediverse.models import Actor, Heard, Note, Received
from weiting.fediverse.queries import facts_of
from weiting.units.access import permit

MOST_REPLY = 5000


def _item(note: Note, act: str, key: str = "") -> str:
    return f"{note.actor_id}:{note.public_id}:{act}" + (f":{key}" if key else "")


def publish_note(actor: Actor, said: dict[str, Any], url: str, key: str) -> Note:
    """Lay a new text down for every follower; the same key again changes nothing."""
    with transaction.atomic():
        note, is_new = Note.objects.get_or_create(
            actor=actor, key=key, defaults={"said": said, "url": url, "published_at": clock.now()}
        )
        if is_new:
            said_of_it = payload(actor, documents.create(note))
            spread(KIND, _item(note, "create"), said_of_it, to_followers(actor), order=order_of(actor))
    return note


def correct_note(note: Note, said: dict[str, Any], key: str) -> None:
    """Lay a correction down for everybody who follows or had the text; the same key again changes nothing."""
    with transaction.atomic():
        held = (
            Note.objects.select_for_update(of=("self",))
            .select_related("actor__connection__unit")
            .get(pk=note.pk)
        )
        held.said, held.updated_at = said, clock.now()
        activity = documents.update(held, key)
        to = _to_all(held)
        made = spread(
            KIND, _item(held, "update", key), payload(held.actor, activity), to, order=order_of(held.actor)
        )
        if made or not to:
            held.save(update_fields=["said", "updated_at"])


def withdraw_note(note: Note) -> None:
    """Lay the withdrawal down for everybody who follows or had the text; a second time changes nothing."""
    with transaction.atomic():
        held = (
            Note.objects.select_for_update(of=("self",))
            .select_related("actor__connection__unit")
            .get(pk=note.pk)
        )
        if held.withdrawn_at:
            return
        held.withdrawn_at, held.said = clock.now(), {}
        held.save(update_fields=["withdrawn_at", "said"])
        to = _to_all(held)
        activity = documents.delete(held)
        spread(KIND, _item(held, "delete"), payload(held.actor, activity), to, order=order_of(held.actor))


def _to_all(note: Note) -> list[Target]:
    """List the inboxes of everybody who follows or had a text, also from accounts of ours that relayed it."""
    relays = Note.objects.filter(kind=Note.Kind.ANNOUNCE, about=addresses.note(note.public_id))
    found = {each.address: each for each in to_followers(note.actor, also_of=[_item(note, "create")])}
    for relay in relays.select_related("actor"):
        others = to_followers(relay.actor, also_of=[_item(relay, "announce")])
        found |= {each.address: each for each in others}
    return [found[address] for address in sorted(found)]


def announce(connection: Connection, object_url: str, key: str, *, by: Person | None = None) -> Note:
    """Relay somebody's text (its address in the fediverse, or that of a text of this hall) to the followers.

    The same key again changes nothing. Raises Invalid when there is no such text that everybody may see.
    """
    permit(by, access.SPEAK, connection.unit)
    actor = actor_of(connection)
    found = Note.objects.filter(actor=actor, key=key).first()
    if found is not None:
        return found
    uri, inbox = _relayable(object_url)
    return _announce(actor, uri, inbox, key, by=by)


def _relayable(url: str) -> tuple[str, str]:
    """Return the address of a text and its author's inbox ("" when it is ours)."""
    ours = Note.objects.filter(url=url, kind=Note.Kind.NOTE, withdrawn_at__isnull=True).first()
    if ours is not None:
        return addresses.note(ours.public_id), ""
    if addresses.note_in(url):
        return url, ""
    known = Received.objects.filter(uri=url).first() or Received.objects.filter(url=url).first()
    try:
        with remote.calls() as wire:
            if known is not None:
                return known.uri, known_peer(known.by, wire).inbox
            found = remote.object_at(url, wire, hall_actor())
            to = [*_listed(found.get("to")), *_listed(found.get("cc"))]
            author = str(found.get("attributedTo", ""))
            if addresses.PUBLIC in to and addresses.host_of(author) == addresses.host_of(url):
                return str(found["id"]), known_peer(author, wire).inbox
    except remote.Unknown as error:
        raise _nothing(url) from error
    raise _nothing(url)


def _nothing(url: str) -> Invalid:
    sentence = _("There is no public text of the fediverse at %(url)s.") % {"url": url}
    return Invalid(sentence, fields={"url": [sentence]})


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@action
def _announce(actor: Actor, uri: str, inbox: str, key: str, *, by: Person | None) -> Note:
    note, is_new = Note.objects.get_or_create(
        actor=actor, key=key, defaults={"kind": Note.Kind.ANNOUNCE, "about": uri}
    )
    if is_new:
        to = to_followers(actor) + ([target(inbox)] if inbox else [])
        said = payload(actor, documents.announce(note))
        spread(KIND, _item(note, "announce"), said, to, order=order_of(actor))
        _record("announce", actor, by, uri)
    return note


@action
def undo_announce(note: Note, *, by: Person | None) -> None:
    """Take a relay back; a second time changes nothing."""
    held = (
        Note.objects.select_for_update(of=("self",)).select_related("actor__connection__unit").get(pk=note.pk)
    )
    if held.actor.connection is not None:
        permit(by, access.SPEAK, held.actor.connection.unit)
    if held.withdrawn_at or held.kind != Note.Kind.ANNOUNCE:
        return
    activity = documents.undo_announce(held)
    held.withdrawn_at = clock.now()
    held.save(update_fields=["withdrawn_at"])
    to = to_followers(held.actor, also_of=[_item(held, "announce")])
    spread(KIND, _item(held, "undo"), payload(held.actor, activity), to, order=order_of(held.actor))
    _record("undo", held.actor, by, held.about)


def reply(
    connection: Connection, to: Heard | Received, text: str, *, by: Person | None, key: str = ""
) -> Note:
    """Answer what was heard or received, in the name of a unit; raise Invalid for no words or too many, Conflict when
    it is gone.

    The same words to the same text are one answer. Whoever is answered gets it in their own inbox; where everybody
    could see the question, the followers get it too.
    """
    permit(by, access.SPEAK, connection.unit)
    actor = actor_of(connection)
    words = text.strip()
    if not words or len(words) > MOST_REPLY:
        sentence = _("Write an answer of at most %(most)d characters.") % {"most": MOST_REPLY}
        raise Invalid(sentence, fields={"text": [sentence]})
    facts = facts_of(to)
    if not facts.uri:
        raise Conflict(_("What you want to answer has been taken back."), code="gone")
    try:
        with remote.calls() as wire:
            inbox = known_peer(facts.by, wire).inbox
    except remote.Unknown as error:
        raise Conflict(
            _("The server of the one you answer cannot be reached now. Try again later."), code="not_reached"
        ) from error
    mention = {"type": "Mention", "href": facts.by, "name": facts.address}
    content = "".join(f"<p>{escape(each)}</p>" for each in words.splitlines() if each.strip())
    said = {"content": content, "tag": [mention], "attachment": []}
    return _reply(
        actor, said, facts.uri, facts.by, inbox, facts.is_public, key or f"reply:{facts.uri}", by=by
    )


def _reply_key(uri: str, words: str) -> str:
    """Return a key by which the same answer to the same text is given once, however often it is sent."""
    return f"reply:{sha256(f'{uri} {words}'.encode()).hexdigest()}"


@action
def _reply(
    actor: Actor, said: dict[str, Any], about: str, to: str, inbox: str, is_public: bool, key: str, *,
    by: Person | None,
) -> Note:  # fmt: skip
    note, is_new = Note.objects.get_or_create(
        actor=actor,
        key=key,
        defaults={"kind": Note.Kind.REPLY, "said": said, "about": about, "to": to, "is_public": is_public},
    )
    if is_new:
        inboxes = [target(inbox), *(to_followers(actor) if is_public else [])]
        made = payload(actor, documents.create(note))
        spread(KIND, _item(note, "create"), made, inboxes, order=order_of(actor))
        _record("reply", actor, by, about)
    return note


def _record(verb: str, actor: Actor, by: Person | None, uri: str) -> None:
    connection = actor.connection
    audit.record(
        f"fediverse.note.{verb}",
        by=by,
        subject=connection,
        unit=connection.unit if connection else None,
        # The server only: an address of a person's text names the person.
        server=addresses.host_of(uri),
    )
