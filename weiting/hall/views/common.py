"""What several pages share: tabs of a timeline, structured data of a post and of a unit."""

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import pgettext

from weiting.core import clock
from weiting.hall.frame import absolute, permanent
from weiting.hall.shown import changes_at
from weiting.media.models import Kind
from weiting.posts.models import Post
from weiting.posts.prose import plain
from weiting.relay import queries as relay
from weiting.ui.shell import Link
from weiting.units.models import Unit

TABS: dict[str, dict[str, Any]] = {
    "": {},
    "affairs": {"klass": "affairs"},
    "news": {"klass": "news"},
    "service": {"klass": "service"},
    "response": {"purpose": "response"},
}


def chosen_tab(request: HttpRequest) -> str:
    """Return the tab asked for; one that does not exist is the first."""
    wanted = request.GET.get("k", "")
    return wanted if wanted in TABS else ""


def tabs(base: str, chosen: str) -> list[Link]:
    """Return the tabs of a timeline."""
    labels = {
        "": pgettext("hall", "All"),
        "affairs": pgettext("hall", "Affairs"),
        "news": pgettext("hall", "News"),
        "service": pgettext("hall", "Services"),
        "response": pgettext("hall", "Responses"),
    }
    return [
        Link(label, f"{base}?k={key}" if key else base, current=key == chosen)
        for key, label in labels.items()
    ]


def note_changes(request: HttpRequest, posts: list[Post]) -> None:
    """Tell the page store when something these posts promise or show runs out."""
    for post in posts:
        changes_at(request, post.expires_at, *(f.due_at for f in post.follow_ups.all() if f.state == "open"))


def once_each(unit_ids: Collection[int] | None) -> Callable[[QuerySet[Post]], QuerySet[Post]]:
    """Return what leaves out of a list all but one row of a text that many units passed on, and counts them there."""
    return partial(relay.once_each, unit_ids=unit_ids)


def post_data(post: Post) -> dict[str, Any]:
    """Describe a post for search engines."""
    live = post.live
    assert live is not None
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "SpecialAnnouncement" if post.klass == "service" else "NewsArticle",
        "url": permanent("post", post.public_id),
        "datePublished": clock.local(post.published_at).isoformat() if post.published_at else None,
        "dateModified": clock.local(post.corrected_at or post.published_at).isoformat()
        if post.published_at
        else None,
        "publisher": {
            "@type": "GovernmentOrganization",
            "name": post.unit.name,
            "url": permanent("unit", post.unit.slug),
        },
        "inLanguage": "zh-Hans",
    }
    if post.klass == "service":
        data |= {
            "name": live.title or str(post),
            "text": plain(live.body),
            "datePosted": data["datePublished"],
        }
        if post.expires_at:
            data["expires"] = clock.local(post.expires_at).isoformat()
    else:
        data |= {"headline": live.title, "articleBody": plain(live.body), "author": data["publisher"]}
    if images := [absolute(m.asset.url()) for m in live.media.all() if m.asset.kind == Kind.PICTURE]:
        data["image"] = images
    return data


def unit_data(unit: Unit) -> dict[str, Any]:
    """Describe a unit for search engines."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentOrganization",
        "name": unit.name,
        "alternateName": unit.short_name,
        "url": permanent("unit", unit.slug),
        "description": unit.about,
        "telephone": unit.phone,
        "address": unit.address,
        "openingHours": unit.hours,
    }
    if unit.closed_on:
        data["dissolutionDate"] = unit.closed_on.isoformat()
    return {key: value for key, value in data.items() if value}
