"""The feeds of every list: which entries, under which name, at which address."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _, pgettext

from weiting.hall import feeds, queries
from weiting.hall.frame import absolute, kept_query, typed
from weiting.hall.relayed import mark_signers
from weiting.hall.shown import hall_page, shows
from weiting.hall.views.common import TABS, chosen_tab, once_each, tabs
from weiting.posts import queries as posts
from weiting.posts.models import Post
from weiting.subscriptions import hub
from weiting.units import queries as units
from weiting.units.models import Hall

SIZE = 30


@dataclass(frozen=True)
class Source:
    """What one feed is made of; feeds without tags are not kept by the page store."""

    title: str
    page: str
    posts: Sequence[Post] = ()
    about: str = ""
    tags: Sequence[str] = ()
    entries: Sequence[feeds.Entry] = ()


def _hall_name(hall: Hall | None) -> str:
    return hall.name if hall else _("Publishing hall")


def _home(request: HttpRequest) -> Source:
    tab = chosen_tab(request)
    hall = queries.hall_with_facts()
    label = next((link.label for link in tabs("", tab) if link.current), "")
    title = f"{_hall_name(hall)} · {label}" if tab else _hall_name(hall)
    query = f"?k={tab}" if tab else ""
    rows = posts.timeline(size=SIZE, narrow=once_each(None), **TABS[tab]).rows
    return Source(title, reverse("hall:home") + query, rows, hall.slogan if hall else "", ["posts", "units"])


def _hall(request: HttpRequest, slug: str) -> Source:
    hall = units.hall_by_slug(slug)
    ids = units.subtree_ids(hall.unit)
    rows = posts.timeline(unit_ids=ids, narrow=once_each(ids), size=SIZE).rows
    return Source(hall.name, reverse("hall:hall", args=[slug]), rows, hall.slogan, ["posts", "units"])


def _section(request: HttpRequest, hall: str, slug: str) -> Source:
    section, members = queries.section_with_units(hall, slug)
    ids = [unit.pk for unit in members]
    rows = posts.timeline(unit_ids=ids, narrow=once_each(ids), size=SIZE).rows
    return Source(
        section.name, reverse("hall:section", args=[hall, slug]), rows, section.about, ["posts", "units"]
    )


def _unit(request: HttpRequest, slug: str) -> Source:
    unit = units.unit_by_slug(slug)
    rows = posts.timeline(unit_ids=[unit.pk], size=SIZE).rows
    return Source(unit.short_name, reverse("hall:unit", args=[slug]), rows, unit.about, [f"unit:{unit.pk}"])


def _column(request: HttpRequest, slug: str) -> Source:
    column = queries.column_by_slug(slug)
    rows = posts.timeline(column=column, size=SIZE).rows
    page = reverse("hall:column", args=[slug])
    return Source(str(column), page, rows, column.about, [f"column:{column.pk}"])


def _topic(request: HttpRequest, slug: str) -> Source:
    topic = queries.topic_by_slug(slug)
    rows = posts.timeline(topic=topic, size=SIZE).rows
    return Source(str(topic), reverse("hall:topic", args=[slug]), rows, topic.about, [f"topic:{topic.pk}"])


def _issues(request: HttpRequest) -> Source:
    found = posts.public_issues(size=10)
    entries = [feeds.issue_entry(issue, posts.public_articles(issue)) for issue in found]
    return Source(
        pgettext("hall", "Issues"), reverse("hall:issues"), tags=["issues", "posts"], entries=entries
    )


def _corrections(request: HttpRequest) -> Source:
    ids = [correction.post_id for correction in posts.recent_corrections(size=SIZE)]
    found = {post.pk: post for post in posts.public_posts().filter(pk__in=ids)}
    rows = [found[pk] for pk in dict.fromkeys(ids) if pk in found]
    return Source(pgettext("hall", "Corrections"), reverse("hall:corrections"), rows, tags=["posts"])


def _search(request: HttpRequest) -> Source:
    q = typed(request, "q", 200)
    found = posts.search_public(q, newest_first=True, whole=True)
    page = f"{reverse('hall:search')}?{urlencode({'q': q})}"
    return Source(_("“%(q)s” in the hall") % {"q": q}, page, found.posts)


SOURCES = {
    "home": _home,
    "hall": _hall,
    "section": _section,
    "unit": _unit,
    "column": _column,
    "topic": _topic,
    "issues": _issues,
    "corrections": _corrections,
    "search": _search,
}


@hall_page
def feed(request: HttpRequest, of: str, format: str, **which: str) -> HttpResponse:
    """Answer with the feed of a list in one of three forms."""
    source = SOURCES[of](request, **which)  # type: ignore[operator]
    shows(request, *source.tags)
    mark_signers(source.posts)
    made = feeds.Feed(
        title=source.title,
        about=source.about,
        page=absolute(source.page),
        here=absolute(request.path + (f"?{query}" if (query := kept_query(request)) else "")),
        entries=source.entries or [feeds.entry_of(post) for post in source.posts],
        has_hub=bool(source.tags),
    )
    response = HttpResponse(feeds.write(made, format), content_type=feeds.TYPES[format])
    response["Last-Modified"] = http_date(made.updated.timestamp())
    if made.has_hub:
        response["Link"] = hub.link_header(made.here)
    return response
