"""Platforms without an open interface: the text and the pictures as the platform takes them, put there by a person.

One adapter for all of them; what each takes is data (data/<kind>.toml). Nothing is ever called: a delivery waits for
somebody who puts the text there and pastes its address back.
"""

from weiting.channels.ports import Action, Media, Rendered, Settings, Words
from weiting.channels.rules import rules
from weiting.channels.uncalled import Refusing
from weiting.text.finding import Message, _, message
from weiting.text.lengths import LINK, Channel, shortened

KINDS = ("toutiao", "douyin", "kuaishou", "shipinhao", "rmh", "screen", "other")
KEPT = "kept"


class Assisted(Refusing):
    """One account of a platform. Settings: `open_url`, where one writes there; `hosts`, where its texts stand."""

    refuses = ("by_hand", Action.BY_HAND)

    def __init__(self, kind: str, settings: Settings) -> None:
        self.kind, self.settings, self.limits = kind, settings, rules(kind)

    def render(self, words: Words) -> Rendered:
        """A heading where the platform has one, the text as far as it is taken, and the pictures for the download."""
        facts, notes = self.limits.limits, list[Message]()
        heading = "" if words.correcting else " ".join(words.title.split())
        text = words.correcting or words.said.strip() or words.body.strip() or words.summary.strip()
        fields: dict[str, str] = {}
        if "heading" in facts and heading:
            fields["title"] = self._cut(heading, "heading", notes)
        elif heading and not words.said.strip():
            text = f"【{heading}】{text}"
        fields["text"] = self._linked(text, words.url, notes)
        media = () if words.correcting else self._media(words.media, notes)
        shown = "\n\n".join(each for each in (fields.get("title", ""), fields["text"]) if each)
        return Rendered(shown, fields, media, tuple(notes))

    def _linked(self, text: str, url: str, notes: list[Message]) -> str:
        if self.limits.limits.get("links") == KEPT:
            room = len(url) + 1
            return f"{self._cut(text, 'text', notes, room)}\n{url}"
        bare = LINK.sub("", text).strip()
        if bare != text:
            notes.append(message(_("Links are left out: this platform does not take them.")))
        return self._cut(bare, "text", notes)

    def _cut(self, text: str, name: str, notes: list[Message], room: int = 0) -> str:
        facts = self.limits.limits[name]
        short = shortened(text, Channel(self.kind, facts["count"], facts["limit"] - room))
        if short != text:
            which = _("The heading is shortened to %(n)s characters.")
            if name == "text":
                which = _("The text is shortened to %(n)s characters.")
            notes.append(message(which, n=facts["limit"]))
        return short

    def _media(self, media: tuple[Media, ...], notes: list[Message]) -> tuple[Media, ...]:
        facts = self.limits.limits
        left = {"picture": facts.get("pictures", 0), "film": facts.get("films", 0)}
        kept = []
        for each in media:
            kind = "picture" if each.mime.startswith("image/") else "film"
            if left[kind] > 0:
                left[kind] -= 1
                kept.append(each)
        if len(kept) < len(media):
            notes.append(message(_("It takes fewer files than this text has; the first ones are packed.")))
        if facts.get("needs_media") and not kept:
            notes.append(message(_("This platform takes no text without a picture or film. Add one.")))
        return tuple(kept)
