"""Where the channel of the fediverse lays its texts: for the followers kept in this hall."""

import re

from django.db import transaction

from weiting.channels.models import Connection
from weiting.channels.ports import Action, Receipt, Refused, Rendered
from weiting.core import clock
from weiting.core.errors import DomainError
from weiting.fediverse import addresses
from weiting.fediverse.actions import (
    actor_of,
    announce,
    correct_note,
    publish_note,
    undo_announce,
    withdraw_note,
)
from weiting.fediverse.models import Actor, Note
from weiting.fediverse.queries import stands
from weiting.posts.models import Post

CORRECT, WITHDRAW = "correct", "withdraw"
PAGE = re.compile(r"/p/([0-9a-z]+)/$")
# Where a text stands, and which text an account passes on instead of saying its own.
ADDRESSES = ("url", "announce")


class Outbox:
    """The followers of one account. The same key twice is put once."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def put(self, act: str, sent: Rendered, key: str, of: Receipt | None = None) -> Receipt:
        """Lay down a text, its correction or its withdrawal for all followers; raise Refused when the account cannot
        be opened, or what is followed is not there."""
        try:
            actor = actor_of(self.connection)
        except DomainError as error:
            raise Refused(error.code, Action.SETTINGS, str(error.message)) from error
        said = {name: value for name, value in sent.fields.items() if name not in ADDRESSES}
        url = str(sent.fields.get("url", ""))
        if act not in {CORRECT, WITHDRAW}:
            note = self._said(actor, said, url, str(sent.fields.get("announce", "")), key)
            return Receipt(addresses.note(note.public_id), url, note.published_at)
        note = self._followed(actor, of)
        uri = addresses.note(note.public_id)
        if note.kind == Note.Kind.ANNOUNCE:
            # Whose text it is brings its correction to all who got it; a withdrawal takes the relay back.
            if act == WITHDRAW:
                undo_announce(note, by=None)
            return Receipt(uri, url, clock.now())
        if act == WITHDRAW:
            withdraw_note(note)
            return Receipt(uri, note.url, clock.now())
        correct_note(note, said, key)
        return Receipt(f"{uri}#updates/{key}", note.url, clock.now())

    @transaction.atomic
    def _said(self, actor: Actor, said: dict[str, object], url: str, original: str, key: str) -> Note:
        """Say a text once: what passes another on, or was said by a unit that signs it too, is announced."""
        known = Note.objects.filter(actor=actor, key=key).first()
        if known is not None:
            return known
        original = original or self._said_by_another(actor, url)
        if original and stands(original):
            return announce(self.connection, original, key, by=None)
        return publish_note(actor, said, url, key)

    def _said_by_another(self, actor: Actor, url: str) -> str:
        found = PAGE.search(url)
        if found is None:
            return ""
        # Held: of two units that say their joint text at the same time, the second passes on what the first says.
        rows = Post.objects.select_for_update(no_key=True).filter(public_id=found[1]).exclude(signers=[])
        if rows.first() is None:
            return ""
        others = Note.objects.filter(url=url, kind=Note.Kind.NOTE).exclude(actor=actor)
        return url if others.exists() else ""

    def _followed(self, actor: Actor, of: Receipt | None) -> Note:
        name = addresses.note_in(of.external_id) if of is not None else ""
        note = Note.objects.filter(actor=actor, public_id=name).first() if name else None
        if note is None:
            raise Refused("nothing_there", Action.NOTHING, whole_account=False)
        return note
