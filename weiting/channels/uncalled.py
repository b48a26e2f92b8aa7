"""What adapters share whose channel is never called: those that lay texts into an outbox, and those that refuse."""

from datetime import datetime
from typing import ClassVar

from weiting.channels.ports import (
    Action,
    Answer,
    Hook,
    InDoubt,
    Outbox,
    Receipt,
    Refused,
    Rendered,
    Settings,
    Verb,
)

SEND, CORRECT, WITHDRAW = "send", "correct", "withdraw"


class Laid:
    """Lays each text into the outbox of readers whose addresses are kept in this hall."""

    # Laid down under its key a second time it is there already.
    can = frozenset({Verb.SEND, Verb.REPEAT, Verb.CORRECT, Verb.WITHDRAW})

    def __init__(self, settings: Settings, outbox: Outbox) -> None:
        self.settings, self.outbox = settings, outbox

    def send(self, sent: Rendered, key: str) -> Receipt:
        """Lay the text down for all of its readers."""
        return self.outbox.put(SEND, sent, key)

    def look_up(self, sent: Rendered, key: str, since: datetime) -> Receipt | None:
        """Never asked: the same key may be laid down again."""
        raise InDoubt("an outbox is not asked; it knows its keys")

    def follow(self, receipt: Receipt) -> Receipt | None:
        """Never asked: what is laid down is out; how far its copies are stands with them."""
        return receipt

    def correct(self, receipt: Receipt, sent: Rendered, key: str) -> Receipt:
        """Lay the correction down for those who got the text."""
        return self.outbox.put(CORRECT, sent, key, receipt)

    def withdraw(self, receipt: Receipt, key: str) -> None:
        """Lay the withdrawal down for those who got the text."""
        self.outbox.put(WITHDRAW, Rendered(""), key, receipt)

    def read_hook(self, hook: Hook) -> Answer:
        """Nothing is heard at this address."""
        return Answer(404)


class Refusing:
    """Does nothing by itself: `refuses` is the code of every refusal and what a person has to do."""

    can: frozenset[Verb] = frozenset()
    refuses: ClassVar[tuple[str, Action]]

    def _refused(self) -> Refused:
        code, action = self.refuses
        return Refused(code, action, whole_account=False)

    def send(self, sent: Rendered, key: str) -> Receipt:
        """Refuse."""
        raise self._refused()

    def look_up(self, sent: Rendered, key: str, since: datetime) -> Receipt | None:
        """Say that it surely is not there by our doing: nothing was ever called."""
        return None

    def follow(self, receipt: Receipt) -> Receipt | None:
        """Never asked: nothing is worked on."""
        return receipt

    def correct(self, receipt: Receipt, sent: Rendered, key: str) -> Receipt:
        """Refuse."""
        raise self._refused()

    def withdraw(self, receipt: Receipt, key: str) -> None:
        """Refuse."""
        raise self._refused()

    def read_hook(self, hook: Hook) -> Answer:
        """Nothing is heard from there."""
        return Answer(404)
