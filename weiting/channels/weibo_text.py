"""A text as Weibo takes it: counted as it counts, with one link; more where the commercial interface is granted."""

import re
from collections.abc import Collection
from dataclasses import replace

from weiting.channels.ports import Media, Rendered, Words
from weiting.channels.rules import rules
from weiting.text.finding import Message, _, message
from weiting.text.lengths import channels, shortened

KIND = "weibo"
TOPIC = re.compile(r"#([^#\s]{1,60})#")
# One link of ten and the blanks around it, as the platform counts them.
LINK = 11
SHORT = channels()[KIND].limit or 140
# What the platform shows instead of a link.
LINKS = re.compile(r"https?://\S+|网页链接")


def rendered(words: Words, granted: Collection[str]) -> Rendered:
    """Return the text as the calls take it; `granted` is what the commercial interface grants the account."""
    facts, notes = rules(KIND).limits, list[Message]()
    is_free = bool({"long", "pictures"} & set(granted)) and not words.correcting
    is_long = "long" in granted and is_free
    said = words.correcting or words.said.strip() or _plain(words, is_long=is_long)
    text = said.replace(words.url, "").strip()
    text = text if is_free else _without_topics(text)
    if not is_free and TOPIC.search(said):
        notes.append(message(_("Weibo does not take #topics# from here; the signs are left out.")))
    cut = _cut(text, facts["long_text"] if is_long else SHORT)
    if cut != text:
        notes.append(message(_("Shortened to what Weibo takes; the whole text stands behind the link.")))
    most = 0 if words.correcting else facts["commercial_pictures" if "pictures" in granted else "pictures"]
    pictures = [each for each in words.media if _takes(each)][:most]
    if len(words.media) > most and most:
        notes.append(
            message(_("Weibo takes nine pictures from here; the others stand behind the link."))
            if most > 1
            else message(_("Weibo takes one picture from here; the others stand behind the link."))
        )
    # Without a blank behind it the platform reads what follows as part of the link.
    shown = f"{cut} {words.url} "
    fields = {"status": shown}
    if cut != _cut(text, SHORT):
        fields["is_longtext"] = "1"
    return Rendered(shown, fields, tuple(pictures), tuple(notes))


def _without_topics(text: str) -> str:
    """Leave out the signs of topics, until taking some away makes no others."""
    while TOPIC.search(text):
        text = TOPIC.sub(r"\1", text)
    return text.strip()


def _cut(text: str, most: int) -> str:
    return shortened(text, replace(channels()[KIND], limit=most - LINK))


def _plain(words: Words, *, is_long: bool) -> str:
    head = f"【{words.title.strip()}】" if words.title.strip() else ""
    if is_long:
        return head + words.body.strip()
    return head + (words.summary.strip() or " ".join(words.body.split()))


def _takes(media: Media) -> bool:
    facts = rules(KIND).limits
    return media.mime in facts["picture_types"] and media.size < facts["picture_bytes"]


def bare(text: object) -> str:
    """Return a text without links and blanks: the platform writes its own."""
    return "".join(LINKS.sub("", str(text)).split())
