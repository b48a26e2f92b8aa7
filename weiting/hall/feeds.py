"""Writes a list as Atom, RSS or JSON Feed; corrections stand at the head of each entry."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.xmlutils import SimplerXMLGenerator

from weiting.core import clock
from weiting.hall.frame import absolute, permanent
from weiting.media.models import Kind
from weiting.posts.models import Issue, Post
from weiting.posts.prose import plain
from weiting.subscriptions import hub

TYPES = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}


@dataclass(frozen=True)
class Entry:
    """One entry as a reader shows it."""

    id: str
    title: str
    html: str
    summary: str
    author: str
    published: datetime
    updated: datetime
    tags: Sequence[str] = ()
    image: str = ""


@dataclass(frozen=True)
class Feed:
    """A list with its name and addresses."""

    title: str
    about: str
    page: str
    here: str
    entries: Sequence[Entry] = field(default_factory=tuple)
    # Whether the hub tells of its changes.
    has_hub: bool = True

    @property
    def updated(self) -> datetime:
        """Return when anything in it last changed."""
        return max(
            (entry.updated for entry in self.entries), default=datetime(2000, 1, 1, tzinfo=clock.SHANGHAI)
        )


def entry_of(post: Post) -> Entry:
    """Return a post as an entry; its id is its permanent address."""
    live = post.live
    assert live is not None and post.published_at is not None
    pictures = [m for m in live.media.all() if m.asset.kind == Kind.PICTURE]
    html = render_to_string(
        "hall/feed_entry.html",
        {
            "post": post,
            "live": live,
            "pictures": [(absolute(m.asset.url()), m.alt, m.caption) for m in pictures],
            "corrections": post.public_corrections,  # type: ignore[attr-defined]
        },
    ).strip()
    return Entry(
        id=permanent("post", post.public_id),
        title=live.title,
        html=html,
        summary=live.summary or plain(live.body)[:140],
        author="、".join(filter(None, (post.unit.short_name, getattr(post, "signed_names", "")))),
        published=post.published_at,
        updated=max(filter(None, (post.published_at, post.corrected_at))),
        tags=[
            *([post.column.name] if post.column else []),
            *(place.topic.name for place in post.topic_places.all()),
        ],
        image=absolute(pictures[0].asset.url()) if pictures else "",
    )


def issue_entry(issue: Issue, articles: Sequence[Any]) -> Entry:
    """Return an issue as an entry that lists its articles."""
    assert issue.published_at is not None
    rows = [(permanent("post", a.post.public_id), a.title, a.digest) for a in articles]
    return Entry(
        id=permanent("issue", issue.public_id),
        title=issue.title,
        html=render_to_string("hall/feed_issue.html", {"rows": rows}).strip(),
        summary="；".join(title for _url, title, _digest in rows),
        author=issue.unit.short_name,
        published=issue.published_at,
        updated=issue.published_at,
        image=absolute(issue.cover.url()) if issue.cover else "",
    )


def write(feed: Feed, form: str) -> bytes:
    """Return the feed in one of the three forms."""
    return _json(feed) if form == "json" else _xml(feed, _Atom if form == "atom" else _Rss)


class _Linked(SyndicationFeed):
    """What both forms of XML lack: the hub that tells of changes (WebSub), and an empty feed that stays as it is."""

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        """Write the hub beside the feed's own address."""
        super().add_root_elements(handler)
        if self.feed["has_hub"]:
            name = "link" if isinstance(self, Atom1Feed) else "atom:link"
            handler.addQuickElement(name, None, {"rel": "hub", "href": hub.hub_url()})

    def latest_post_date(self) -> datetime:
        """Return when an entry last changed; of an empty feed always the same moment."""
        return super().latest_post_date() if self.items else datetime(2000, 1, 1, tzinfo=clock.SHANGHAI)


class _Atom(_Linked, Atom1Feed):
    """Atom with a hub."""


class _Rss(_Linked, Rss201rev2Feed):
    """RSS with a hub."""


def _xml(feed: Feed, form: type[_Atom] | type[_Rss]) -> bytes:
    made = form(
        title=feed.title,
        link=feed.page,
        description=feed.about or feed.title,
        language="zh-Hans",
        feed_url=feed.here,
        subtitle=feed.about or None,
        has_hub=feed.has_hub,
    )
    for entry in feed.entries:
        made.add_item(
            title=entry.title,
            link=entry.id,
            description=entry.html,
            author_name=entry.author,
            pubdate=entry.published,
            updateddate=entry.updated,
            unique_id=entry.id,
            unique_id_is_permalink=True,
            categories=entry.tags,
        )
    return made.writeString("utf-8").encode()


def _json(feed: Feed) -> bytes:
    items = []
    for entry in feed.entries:
        item: dict[str, Any] = {
            "id": entry.id,
            "url": entry.id,
            "title": entry.title,
            "content_html": entry.html,
            "summary": entry.summary,
            "date_published": clock.local(entry.published).isoformat(),
            "date_modified": clock.local(entry.updated).isoformat(),
            "authors": [{"name": entry.author}],
            "tags": list(entry.tags),
        }
        if entry.image:
            item["image"] = entry.image
        items.append(item)
    made = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.about,
        "home_page_url": feed.page,
        "feed_url": feed.here,
        "language": "zh-Hans",
        "items": items,
    }
    if feed.has_hub:
        made["hubs"] = [{"type": "WebSub", "url": hub.hub_url()}]
    return json.dumps(made, ensure_ascii=False, indent=1).encode()
