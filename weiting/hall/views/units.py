"""Pages of units: all of them as a tree and by kind, one unit, one section of a hall."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, pgettext

from weiting.hall import queries
from weiting.hall.frame import Frame, Head, show
from weiting.hall.relayed import mark_relays
from weiting.hall.shown import hall_page, shows
from weiting.hall.views.common import note_changes, once_each, unit_data
from weiting.posts import queries as posts
from weiting.subscriptions import queries as subscriptions
from weiting.ui.shell import Link
from weiting.units import queries as units_queries
from weiting.units.models import Kind, Unit
from weiting.units.queries import Node

# A community's grids are named on the community's page; the list of a whole province would drown in them.
SHOWN_DEPTH = 3


def _flat(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _flat(node.children)


@hall_page
def units(request: HttpRequest) -> HttpResponse:
    """Show every unit, by kind or as a tree, with computed counts and silence."""
    shows(request, "posts", "units")
    tree = units_queries.tree()
    everybody = [node.unit for node in _flat(tree)]
    by_kind = [
        (kind, [unit for unit in everybody if unit.kind == kind])
        for kind in Kind
        if kind not in {Kind.GRID, Kind.CITY}
    ]
    wanted = request.GET.get("state", "")
    if wanted == "silent":
        by_kind = [(kind, [unit for unit in of if queries.silent_for(unit)]) for kind, of in by_kind]
    kinds = [(str(kind.label), of) for kind, of in by_kind if of]
    silent = sum(1 for unit in everybody if unit.kind != Kind.GRID and queries.silent_for(unit))
    here = reverse("hall:units")
    shown = {"silent": "silent", "tree": "tree"}.get(wanted, "")
    context = {
        "tree": tree,
        "kinds": kinds,
        "total": sum(len(of) for _label, of in kinds),
        "shown": shown,
        "tabs": [
            Link(_("By kind"), here, current=not shown),
            Link(_("As a tree"), f"{here}?state=tree", current=shown == "tree"),
            Link(_("Silent"), f"{here}?state=silent", current=shown == "silent", count=silent),
        ],
    }
    head = Head(
        title=pgettext("hall", "Units"),
        description=_("Every unit that speaks here, with what it answers for."),
    )
    return show(
        Frame(request, current="units", crumbs=[Link(pgettext("hall", "Units"), here)]),
        "hall/units.html",
        head,
        context,
    )


@hall_page
def unit(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one unit: what it answers for, how to reach it, how it keeps its word, what it said."""
    found = units_queries.unit_by_slug(slug)
    shows(request, f"unit:{found.pk}", "columns")
    above = units_queries.ancestors(found)
    page = posts.timeline(
        with_expired=True,
        unit_ids=[found.pk],
        narrow=once_each([found.pk]),
        cursor=request.GET.get("cursor", ""),
    )
    note_changes(request, list(page))
    mark_relays(list(page))
    accounts = list(units_queries.register(unit=None).filter(unit=found))
    crumbs = [Link(each.short_name, reverse("hall:unit", args=[each.slug])) for each in above]
    context: dict[str, Any] = {
        "unit": found,
        "above": above[-1] if above else None,
        "remits": list(units_queries.remits(found)),
        "children": list(units_queries.children_of(found)),
        "accounts": accounts,
        "spokespersons": list(units_queries.spokespersons(found)),
        "columns": queries.columns_of(found),
        "record": queries.record_of(found),
        "silent": queries.silent_for(found),
        "is_new": queries.is_new(found),
        "page": page,
        "ways_of": f"unit={found.slug}",
        "mail_of": f"unit={found.slug}" if subscriptions.can_ask_for(found) else "",
    }
    here = reverse("hall:unit", args=[slug])
    frame = Frame(
        request,
        current="units",
        crumbs=[
            Link(pgettext("hall", "Units"), reverse("hall:units")),
            *crumbs,
            Link(found.short_name, here),
        ],
    )
    head = Head(
        title=found.short_name,
        description=found.about or found.name,
        data=[unit_data(found)],
        feed_base=here,
    )
    return show(frame, "hall/unit.html", head, context)


@hall_page
def section(request: HttpRequest, hall: str, slug: str) -> HttpResponse:
    """Show a section of a hall: its units, and what they said."""
    found, members = queries.section_with_units(hall, slug)
    ids = [each.pk for each in members]
    shows(request, "posts", f"hall:{found.hall_id}")
    page = posts.timeline(
        with_expired=True, unit_ids=ids, narrow=once_each(ids), cursor=request.GET.get("cursor", "")
    )
    note_changes(request, list(page))
    mark_relays(list(page))
    here = reverse("hall:section", args=[hall, slug])
    frame = Frame(
        request,
        slug="" if found.hall.is_main else hall,
        crumbs=[Link(pgettext("hall", "Units"), reverse("hall:units")), Link(found.name, here)],
    )
    head = Head(title=found.name, description=found.about, feed_base=here)
    return show(frame, "hall/section.html", head, {"section": found, "units": members, "page": page})


def spoken_on(page: list[Any]) -> list[Unit]:
    """List the units that spoke in a list of posts, each once, in order."""
    return list({post.unit_id: post.unit for post in page}.values())
