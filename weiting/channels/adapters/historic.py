"""An account on a platform that has closed down: its texts are kept to be read, and nothing is ever sent."""

from datetime import datetime

from weiting.channels.ports import (
    Action,
    Answer,
    Hook,
    Receipt,
    Refused,
    Rendered,
    Settings,
    Verb,
    Words,
)

KIND = "historic"


class Historic:
    """One archive. It has no settings and no secrets; its connection has ended before it began."""

    can: frozenset[Verb] = frozenset()

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def render(self, words: Words) -> Rendered:
        """The text as it stands: it is never sent, but a preview may ask."""
        return Rendered(f"{words.title}\n\n{words.body}".strip(), {"title": words.title, "text": words.body})

    def send(self, sent: Rendered, key: str) -> Receipt:
        """Refuse: the platform is no more."""
        raise Refused("closed", Action.NOTHING, whole_account=False)

    def look_up(self, sent: Rendered, key: str, since: datetime) -> Receipt | None:
        """Nothing was ever sent, so nothing is there."""
        return None

    def follow(self, receipt: Receipt) -> Receipt | None:
        """Nothing is ever worked on."""
        return receipt

    def correct(self, receipt: Receipt, sent: Rendered, key: str) -> Receipt:
        """Refuse: the platform is no more."""
        raise Refused("closed", Action.NOTHING, whole_account=False)

    def withdraw(self, receipt: Receipt, key: str) -> None:
        """Refuse: the platform is no more."""
        raise Refused("closed", Action.NOTHING, whole_account=False)

    def read_hook(self, hook: Hook) -> Answer:
        """Nothing is heard from there."""
        return Answer(404)
