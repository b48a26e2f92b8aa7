"""Small pages for other sites to embed, and the page that shows the line to copy."""

from typing import Any

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt

from weiting.fediverse import queries as fediverse
from weiting.hall import queries
from weiting.hall.frame import Frame, Head, absolute, permanent, show, typed
from weiting.hall.shown import hall_page, shows
from weiting.posts import queries as posts
from weiting.posts.models import Column
from weiting.subscriptions import queries as subscriptions
from weiting.subscriptions.queries import Thing
from weiting.ui.shell import Link
from weiting.units import queries as units
from weiting.units.models import Unit

SIZE = 6
EVERYBODY = {"frame-ancestors": ["*"]}


def _widget(request: HttpRequest, title: str, page: str, context: dict[str, Any]) -> HttpResponse:
    given = {"title": title, "page_url": absolute(page), **context}
    return render(request, "hall/widget.html", given)


@xframe_options_exempt
@csp_replace(EVERYBODY)
@hall_page
def hall(request: HttpRequest) -> HttpResponse:
    """Show the hall's newest posts in a small frame."""
    shows(request, "posts", "units")
    found = queries.hall_with_facts()
    rows = posts.timeline(size=SIZE).rows
    return _widget(
        request, found.name if found else _("Publishing hall"), reverse("hall:home"), {"posts": rows}
    )


@xframe_options_exempt
@csp_replace(EVERYBODY)
@hall_page
def unit(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a unit's newest posts in a small frame."""
    found = units.unit_by_slug(slug)
    shows(request, f"unit:{found.pk}")
    rows = posts.timeline(unit_ids=[found.pk], size=SIZE).rows
    return _widget(
        request, found.short_name, reverse("hall:unit", args=[slug]), {"posts": rows, "unit": found}
    )


@xframe_options_exempt
@csp_replace(EVERYBODY)
@hall_page
def column(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a column's newest posts in a small frame."""
    found = queries.column_by_slug(slug)
    shows(request, f"column:{found.pk}")
    rows = posts.timeline(column=found, size=SIZE).rows
    return _widget(request, str(found), reverse("hall:column", args=[slug]), {"posts": rows})


def _snippet(url: str, title: str) -> str:
    return f'<iframe src="{url}" title="{title}" width="340" height="460" loading="lazy"></iframe>'


def _mail_of(thing: Thing | None) -> str:
    """Return what the page of asking for mail is told; "" where none is sent."""
    if thing is None or not subscriptions.can_ask_for(thing):
        return ""
    return f"{type(thing).__name__.lower()}={thing.slug}"


def _asked(request: HttpRequest) -> tuple[Unit | None, Column | None]:
    unit, column = typed(request, "unit"), typed(request, "column")
    return (
        Unit.objects.filter(slug=unit).first() if unit else None,
        Column.objects.filter(slug=column).first() if column else None,
    )


@hall_page
def widgets(request: HttpRequest) -> HttpResponse:
    """Show the feeds of the hall and the line that embeds a widget."""
    frame = Frame(request, crumbs=[Link(_("Feeds and widgets"), reverse("hall:widgets"))])
    wanted, column = _asked(request)
    shows(request, "columns", "connections")
    if wanted:
        title, url, feed = wanted.short_name, permanent("widget_unit", wanted.slug), f"u/{wanted.slug}/"
    elif column:
        title, url, feed = str(column), permanent("widget_column", column.slug), f"c/{column.slug}/"
    else:
        title, url, feed = frame.name, permanent("widget_hall"), ""
    actor = fediverse.actor_of_unit(wanted.slug) if wanted else None
    context = {
        "title": title,
        "widget": url.removeprefix(absolute("")),
        "snippet": _snippet(url, title),
        "feed": absolute(f"/{feed}"),
        "units": list(units.open_units().exclude(kind="grid")[:300]),
        "columns": queries.columns(),
        "chosen_unit": wanted.slug if wanted else "",
        "chosen_column": column.slug if column else "",
        "mail_of": _mail_of(wanted or column or frame.hall),
        "followed_at": fediverse.address_of(actor) if actor else "",
    }
    return show(frame, "hall/widgets.html", Head(title=_("Feeds and widgets")), context)
