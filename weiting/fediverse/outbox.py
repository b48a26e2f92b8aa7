"""Where the channel of the fediverse lays its texts: for the followers kept in this hall."""

from weiting.channels.models import Connection
from weiting.channels.ports import Action, Receipt, Refused, Rendered
from weiting.core import clock
from weiting.core.errors import DomainError
from weiting.fediverse import addresses
from weiting.fediverse.actions import actor_of, correct_note, publish_note, withdraw_note
from weiting.fediverse.models import Actor, Note

CORRECT, WITHDRAW = "correct", "withdraw"


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
        said = {name: value for name, value in sent.fields.items() if name != "url"}
        if act not in {CORRECT, WITHDRAW}:
            note = publish_note(actor, said, str(sent.fields.get("url", "")), key)
            return Receipt(addresses.note(note.public_id), note.url, note.published_at)
        note = self._followed(actor, of)
        uri = addresses.note(note.public_id)
        if act == WITHDRAW:
            withdraw_note(note)
            return Receipt(uri, note.url, clock.now())
        correct_note(note, said, key)
        return Receipt(f"{uri}#updates/{key}", note.url, clock.now())

    def _followed(self, actor: Actor, of: Receipt | None) -> Note:
        name = addresses.note_in(of.external_id) if of is not None else ""
        note = Note.objects.filter(actor=actor, public_id=name).first() if name else None
        if note is None:
            raise Refused("nothing_there", Action.NOTHING, whole_account=False)
        return note
