"""What waits for review: for me, in my units, after an emergency; and where texts wait."""

from datetime import timedelta
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.review import title_of
from weiting.review import access, queries, reports
from weiting.review.flow import StepState
from weiting.ui.shell import Link
from weiting.units.access import may_anywhere

SEEN_BY = (access.SEE, access.DECIDE)


def _tabs(person: Person, current: str, waiting: int | None = None) -> list[Link]:
    tabs = [Link(_("Waiting for me"), "/desk/review/", current == "mine", count=waiting)]
    tabs.append(Link(_("Under way"), "/desk/review/under-way/", current == "under_way"))
    if may_anywhere(person, access.AFTER):
        tabs.append(Link(_("After release"), "/desk/review/after/", current == "after"))
    if may_anywhere(person, access.REPORT):
        tabs.append(Link(_("Where texts wait"), "/desk/review/report/", current == "report"))
    return tabs


@require_safe
@desk_page(*SEEN_BY)
def waiting(request: HttpRequest) -> HttpResponse:
    """List the steps this person may decide now, in their own name or for somebody away, most urgent first."""
    person = cast(Person, request.user)
    steps = list(queries.waiting_for(person)[:200])
    now = clock.now()
    rows = [
        {
            "step": step,
            "round": step.round,
            "title": title_of(step.round),
            "late": bool(step.due_at and step.due_at < now),
        }
        for step in steps
    ]
    context = desk_context(
        request,
        current="review",
        counts={"review": len(steps)},
        heading=_("Review"),
        tabs=_tabs(person, "mine", len(steps)),
        rows=rows,
    )
    return render(request, "desk/review/waiting.html", context)


@require_safe
@desk_page(*SEEN_BY)
def under_way(request: HttpRequest) -> HttpResponse:
    """List the rounds that are open in this person's units, with the step each is at."""
    person = cast(Person, request.user)
    rows = [
        {
            "round": each,
            "title": title_of(each),
            "now": [s for s in each.steps.all() if s.state == StepState.OPEN],
        }
        for each in queries.rounds_under_way(person)[:200]
    ]
    context = desk_context(
        request,
        current="review",
        heading=_("Review"),
        tabs=_tabs(person, "under_way"),
        rows=rows,
        now=clock.now(),
    )
    return render(request, "desk/review/under_way.html", context)


@require_safe
@desk_page(access.AFTER)
def after_list(request: HttpRequest) -> HttpResponse:
    """List the emergency texts whose review afterwards waits."""
    person = cast(Person, request.user)
    rows = [{"round": each, "title": title_of(each)} for each in queries.after_reviews_due(person)[:200]]
    context = desk_context(
        request,
        current="review",
        heading=_("Review"),
        tabs=_tabs(person, "after"),
        rows=rows,
        now=clock.now(),
    )
    return render(request, "desk/review/after.html", context)


@require_safe
@desk_page(access.REPORT)
def report(request: HttpRequest) -> HttpResponse:
    """Show where texts wait now, how fast steps went in thirty days, and the load of each day."""
    person = cast(Person, request.user)
    today = clock.today()
    waits = reports.where_texts_wait(person)
    speeds = reports.speed(today - timedelta(days=29), today, person)
    loads = reports.load_by_day(today - timedelta(days=13), today, person)
    longest = max((each.oldest_minutes for each in waits), default=1) or 1
    slowest = max((each.median_minutes for each in speeds), default=1) or 1
    most = max((max(each.opened, each.decided) for each in loads), default=1) or 1
    context = desk_context(
        request,
        current="review",
        heading=_("Review"),
        tabs=_tabs(person, "report"),
        waits=[(each, round(100 * each.oldest_minutes / longest)) for each in waits],
        speeds=[
            (
                each,
                round(100 * each.median_minutes / slowest),
                round(100 * each.share_in_time),
                round(each.median_minutes),
            )
            for each in speeds
        ],
        loads=[_bars(each, n, most) for n, each in enumerate(loads)],
        width=24 * len(loads) + 12,
    )
    return render(request, "desk/review/report.html", context)


def _bars(load: reports.DayLoad, number: int, most: int) -> dict[str, Any]:
    """Return where one day's two bars stand in the picture; their feet are on one line."""
    opened, decided, left = round(70 * load.opened / most), round(70 * load.decided / most), 12 + number * 24
    return {
        "load": load, "x": left, "decided_x": left + 10, "opened": opened, "decided": decided,
        "opened_y": 72 - opened, "decided_y": 72 - decided,
    }  # fmt: skip
