"""An account on a platform that has closed down: its texts are kept to be read, and nothing is ever sent."""

from weiting.channels.ports import Action, Rendered, Settings, Words
from weiting.channels.uncalled import Refusing

KIND = "historic"


class Historic(Refusing):
    """One archive. It has no settings and no secrets; its connection has ended before it began."""

    refuses = ("closed", Action.NOTHING)

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def render(self, words: Words) -> Rendered:
        """The text as it stands: it is never sent, but a preview may ask."""
        return Rendered(f"{words.title}\n\n{words.body}".strip(), {"title": words.title, "text": words.body})
