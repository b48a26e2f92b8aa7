"""The fediverse: what every follower of a unit's own account reads, on Mastodon, Misskey, Takahē and others.

Nothing is called: a text is laid into the outbox, and copied from there to the followers kept in this hall. Source:
w3.org/TR/activitypub, docs.joinmastodon.org/spec/activitypub; Misskey takes no activity above 64 KB.
"""

from html import escape
from urllib.parse import quote

import nh3

from weiting.channels.ports import Media, Rendered, Words
from weiting.channels.rules import rules
from weiting.channels.uncalled import Laid
from weiting.text.finding import Message, _, message

KIND = "activitypub"
# What Mastodon shows; headings are made bold paragraphs.
TAGS = {"p", "br", "a", "strong", "b", "em", "i", "u", "del", "code", "pre", "blockquote", "ul", "ol", "li"}
HEADINGS = [(f"<{tag}>", "<p><strong>") for tag in ("h2", "h3")] + [
    (f"</{tag}>", "</strong></p>") for tag in ("h2", "h3")
]


class ActivityPub(Laid):
    """One account of this hall. Settings: `handle`, `name`, `summary`; `base` is the address of the hall."""

    limits = rules(KIND)

    def render(self, words: Words) -> Rendered:
        """The whole text with its title, topics and the hall's page; pictures with their descriptions."""
        notes: list[Message] = []
        most, pictures = int(self.limits.limits["bytes"]), int(self.limits.limits["media"])
        said = words.said.strip()
        body = _paragraphs(said) if said else _clean(words.html) or _paragraphs(words.body)
        if len(body.encode()) > most:
            body = _paragraphs(words.summary.strip() or _cut(words.body, most // 8))
            notes.append(message(_("Shortened for the fediverse; the whole text stands behind the link.")))
        if len(words.media) > pictures:
            notes.append(message(_("The fediverse shows four pictures; the others stand behind the link.")))
        topics = [name for each in words.topics[:5] if (name := "".join(each.split()))]
        correcting, title = _cut(words.correcting, 1000), _cut(words.title.strip(), 300)
        parts = [
            f"<p><strong>{escape(correcting)}</strong></p>" if correcting else "",
            f"<p><strong>{escape(title)}</strong></p>" if title else "",
            body,
            self._hashtags(topics),
            f'<p><a href="{escape(words.url)}">{escape(words.url)}</a></p>',
        ]
        fields = {
            "content": "".join(parts),
            "tag": [{"type": "Hashtag", "name": f"#{each}", "href": self._topic(each)} for each in topics],
            "attachment": [_attachment(each) for each in words.media[:pictures]],
            "url": words.url,
        }
        text = "\n\n".join(
            filter(
                None,
                [correcting, title, said or words.body.strip(), " ".join(f"#{t}" for t in topics), words.url],
            )
        )
        if words.passes_on:
            # What followers see is the original itself, once, whoever passes it on.
            fields["announce"], text = words.passes_on, f"转发 {words.passes_on}"
            notes = [
                message(_("Passed on as it stands there: who follows several units sees it once.")),
                message(_("A line of your own stands in the hall, not here.")),
            ]
        return Rendered(text, fields, words.media[:pictures], tuple(notes))

    def _hashtags(self, topics: list[str]) -> str:
        links = [f'<a href="{escape(self._topic(each))}" rel="tag">#{escape(each)}</a>' for each in topics]
        return f"<p>{' '.join(links)}</p>" if links else ""

    def _topic(self, name: str) -> str:
        return f"{self.settings.base.rstrip('/')}/search/?q={quote(name)}"


def _clean(html: str) -> str:
    for old, new in HEADINGS:
        html = html.replace(old, new)
    return nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, link_rel="noopener nofollow").strip()


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(each.strip())}</p>" for each in text.splitlines() if each.strip())


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _attachment(media: Media) -> dict[str, str]:
    return {"type": "Document", "mediaType": media.mime, "url": media.url, "name": media.alt}
