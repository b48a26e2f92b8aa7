"""What a unit says when it passes a text on: its own line above, then whose text it is, its title, where it stands."""

from dataclasses import dataclass

from django.conf import settings

from weiting.posts.content import LONGEST
from weiting.posts.models import Post, Revision

# Of the original's summary so much stands in what is passed on; the rest is read where it stands.
SHOWN = 120


@dataclass(frozen=True)
class Said:
    """Title, summary and text of a reprint."""

    title: str
    summary: str
    body: str

    def as_fields(self) -> dict[str, str]:
        """Return the words as the fields of a version."""
        return {"title": self.title, "summary": self.summary, "body": self.body}


def address_of(post: Post) -> str:
    """Return the permanent address of a text at the hall."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/p/{post.public_id}/"


def compose(source: Post, version: Revision, line: str) -> Said:
    """Return what stands in the reprint of a version of a public text, under a line of one's own or none."""
    title = f"转发：{version.title}"
    if len(title) > LONGEST["title"]:
        title = title[: LONGEST["title"] - 1] + "…"
    parts = [line, f"转发 {source.unit.short_name}：《{version.title}》"]
    if version.summary:
        parts.append(version.summary if len(version.summary) <= SHOWN else version.summary[: SHOWN - 1] + "…")
    parts.append(f"原文：{address_of(source)}")
    return Said(title, line or version.summary[: LONGEST["summary"]], "\n\n".join(filter(None, parts)))


def holds_source(text: str, source: Post, title: str) -> bool:
    """Say whether a page holds the original's address or its title: that is what passing on means."""
    flat = "".join(text.split())
    return address_of(source) in text or f"/p/{source.public_id}/" in text or "".join(title.split()) in flat
