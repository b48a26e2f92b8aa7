"""Search: what was typed, where it was found, how to narrow it, and what to do when nothing was."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, pgettext

from weiting.core import clock
from weiting.hall import queries, words
from weiting.hall.frame import Frame, Head, exported_at, show, typed
from weiting.hall.shown import hall_page
from weiting.hall.templatetags.hall import excerpt
from weiting.hall.views.archive import year_label
from weiting.posts import queries as posts
from weiting.posts.models import Column, ContentClass
from weiting.posts.prose import plain
from weiting.posts.queries.search import SIZE, Found
from weiting.text.search import highlight, suggest
from weiting.ui.shell import Link
from weiting.units import queries as units
from weiting.units.models import Unit

LONGEST = 200
MOST_PAGES = 25


@dataclass(frozen=True)
class Asked:
    """What the address asks for; values that do not exist are left out."""

    q: str
    unit: Unit | None
    column: Column | None
    klass: str
    year: int | None
    newest: bool
    page: int

    def found(self) -> Found:
        """Search."""
        first = date(self.year, 1, 1) if self.year else None
        until = date(self.year + 1, 1, 1) if self.year else None
        return posts.search_public(
            self.q,
            unit_ids=units.subtree_ids(self.unit) if self.unit else None,
            column_id=self.column.pk if self.column else None,
            klass=self.klass,
            since=clock.start_of(first) if first else None,
            until=clock.start_of(until) if until else None,
            newest_first=self.newest,
            page=self.page,
        )


def _number(given: str, low: int, high: int) -> int | None:
    found = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else None
    return found if found is not None and low <= found <= high else None


def asked_of(request: HttpRequest) -> Asked:
    """Read the address."""
    klass, slug, column = typed(request, "k"), typed(request, "unit"), typed(request, "column")
    return Asked(
        q=typed(request, "q", LONGEST),
        unit=Unit.objects.filter(slug=slug).first() if slug else None,
        column=Column.objects.filter(slug=column).first() if column else None,
        klass=klass if klass in ContentClass.values else "",
        year=_number(typed(request, "year"), 1990, clock.today().year),
        newest=typed(request, "sort") == "new",
        page=_number(typed(request, "page"), 1, MOST_PAGES) or 1,
    )


def _link(request: HttpRequest, **changed: str) -> str:
    kept = {
        key: request.GET[key] for key in ("q", "unit", "column", "k", "year", "sort") if request.GET.get(key)
    }
    kept |= changed
    return "?" + urlencode({key: value for key, value in kept.items() if value})


def _hits(found: Found) -> list[dict[str, Any]]:
    hits = []
    for post in found.posts:
        live = post.live
        assert live is not None
        marks = highlight(plain(live.body), found.query, length=120)
        if not any(is_marked for _text, is_marked in marks):
            marks = [(excerpt(post), False)]
        hits.append({"post": post, "title": highlight(live.title, found.query, length=140), "text": marks})
    return hits


def _facets(request: HttpRequest, asked: Asked, found: Found) -> list[dict[str, Any]]:
    names, columns = queries.names_of([pk for pk, _n in found.by_unit], [pk for pk, _n in found.by_column])
    facets = [
        (
            pgettext("hall", "Unit"),
            "unit",
            asked.unit and asked.unit.short_name,
            [(names[pk].short_name, names[pk].slug, n) for pk, n in found.by_unit if pk in names],
        ),
        (
            pgettext("hall", "Column"),
            "column",
            asked.column and str(asked.column),
            [(str(columns[pk]), columns[pk].slug, n) for pk, n in found.by_column if pk in columns],
        ),
        (
            pgettext("hall", "Class"),
            "k",
            asked.klass and str(ContentClass(asked.klass).label),
            [(str(ContentClass(key).label), key, n) for key, n in found.by_klass],
        ),
        (
            pgettext("hall", "Year"),
            "year",
            asked.year and year_label(asked.year),
            [(year_label(year), str(year), n) for year, n in found.by_year],
        ),
    ]
    return [
        {
            "label": label,
            "chosen": chosen,
            "without": _link(request, **{key: "", "page": ""}),
            "options": [Link(name, _link(request, **{key: value}), count=n) for name, value, n in options],
        }
        for label, key, chosen, options in facets
        if chosen or len(options) > 1
    ]


@hall_page
def search(request: HttpRequest) -> HttpResponse:
    """Search public posts; when nothing is found, say what else to try and whom to ask."""
    here = reverse("hall:search")
    if exported_at(request):
        return _offline(request, here)
    asked = asked_of(request)
    frame = Frame(request, crumbs=[Link(pgettext("hall", "Search"), here)], search_query=asked.q)
    found = asked.found()
    few = bool(asked.q) and found.total < 3
    context = {
        "asked": asked,
        "found": found,
        "hits": _hits(found),
        "facets": _facets(request, asked, found) if found.posts else [],
        "meant": [(word, _link(request, q=word)) for word in suggest(asked.q, words.vocabulary())]
        if few
        else [],
        "matches": units.find_units_for(asked.q, most=3) if few else [],
        "everywhere": f"?{urlencode({'q': asked.q})}",
        "is_narrowed": bool(asked.unit or asked.column or asked.klass or asked.year),
        "by_fit": _link(request, sort=""),
        "by_time": _link(request, sort="new"),
        "more": _link(request, page=str(asked.page + 1))
        if found.has_more and asked.page < MOST_PAGES
        else "",
        "first": _link(request, page="") if asked.page > 1 else "",
        "start": (asked.page - 1) * SIZE + 1,
        "columns": queries.columns(8) if not found.posts else [],
    }
    title = _("“%(q)s” in the hall") % {"q": asked.q} if asked.q else pgettext("hall", "Search")
    head = Head(
        title=title,
        is_kept_out=True,
        feed_base=here if found.query else "",
        feed_query=urlencode({"q": asked.q}),
    )
    return show(frame, "hall/search.html", head, context)


def _offline(request: HttpRequest, here: str) -> HttpResponse:
    """Show the search page of an exported hall, whose script looks in the files beside it."""
    up = "../" * (here.count("/") - 1)
    context = {"offline_data": f"{up}assets/search/", "offline_root": up}
    frame = Frame(request, crumbs=[Link(pgettext("hall", "Search"), here)])
    head = Head(title=pgettext("hall", "Search"), is_kept_out=True)
    return show(frame, "hall/search_offline.html", head, context)
