"""The calendar: what goes out when, what is held, owed and due; move, hold, resume, call off; the export."""

import calendar as months
from datetime import date, timedelta
from itertools import groupby
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Invalid, NotFound
from weiting.desk import agenda
from weiting.desk.forms.afterwards import MoveForm, ReasonForm
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.inputs import on_wall
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.publishing import access, actions, queries
from weiting.publishing.actions.planning import subject_of
from weiting.publishing.models import Release
from weiting.publishing.queries import Sort
from weiting.review.subjects import title_of, unit_of
from weiting.ui.shell import Link
from weiting.units.access import may, units_for
from weiting.units.models import Unit

VIEWS = ("month", "week", "list")
# How many lines a day shows before the rest is folded behind a link to that day's list, and a page of the list.
FOLD = {"month": 6, "week": 24}
PAGE = 100


def _span(view: str, on: date) -> tuple[date, date]:
    """Return the first and last day shown; a month is filled to whole weeks."""
    if view == "week":
        monday = on - timedelta(days=on.weekday())
        return monday, monday + timedelta(days=6)
    if view == "list":
        return on, on + timedelta(days=30)
    first = on.replace(day=1)
    last = on.replace(day=months.monthrange(on.year, on.month)[1])
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def _step(view: str, on: date, by: int) -> date:
    if view == "week":
        return on + timedelta(days=7 * by)
    if view == "list":
        return on + timedelta(days=31 * by)
    month = on.year * 12 + on.month - 1 + by
    return date(month // 12, month % 12 + 1, 1)


@require_safe
@desk_page(access.SEE)
def calendar(request: HttpRequest) -> HttpResponse:
    """Show a month, a week, or a list by day."""
    person = cast(Person, request.user)
    view = request.GET.get("view", "month")
    view = view if view in VIEWS else "month"
    on = _day(request.GET.get("on", "")) or clock.today()
    units = list(
        units_for(person, access.SEE)
        .filter(closed_on__isnull=True)
        .only("pk", "path", "short_name")
        .order_by("path")[:300]
    )
    unit = next((each for each in units if str(each.pk) == request.GET.get("unit")), None)
    kept = f"&unit={unit.pk}" if unit else ""
    labels = {"month": _("Month"), "week": _("Week"), "list": _("List")}
    shown = _list(request, person, on, unit, kept) if view == "list" else _grid(person, view, on, unit)
    return render(
        request,
        "desk/calendar/calendar.html",
        desk_context(
            request,
            current="calendar",
            view=view,
            on=on,
            today=clock.today(),
            kept=kept,
            conflicts=[each for each in shown.pop("entries") if each.conflicts],
            held=list(queries.held_releases(person)[:20]),
            units=units,
            unit=unit,
            views=[Link(labels[key], f"?view={key}&on={on}{kept}", key == view) for key in VIEWS],
            earlier=f"?view={view}&on={_step(view, on, -1)}{kept}",
            later=f"?view={view}&on={_step(view, on, 1)}{kept}",
            now_url=f"?view={view}{kept}",
            weekdays=[_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")],
            **shown,
        ),
    )


def _grid(person: Person, view: str, on: date, unit: Unit | None) -> dict[str, Any]:
    """Return the weeks of a month or the one week, each day folded to what can be read."""
    first, last = _span(view, on)
    entries = agenda.entries_for(person, first, last, unit, out_a_day=FOLD[view])
    scope = [unit] if unit else units_for(person, access.SEE)
    return {
        "entries": entries,
        "weeks": _weeks(entries, queries.out_by_day(scope, first, last), view, on),
    }


def _list(request: HttpRequest, person: Person, on: date, unit: Unit | None, kept: str) -> dict[str, Any]:
    """Return a page of the lines from a day on, by day."""
    said = request.GET.get("page", "")
    page = max(1, int(said)) if said.isdecimal() and len(said) < 4 else 1
    most = page * PAGE
    entries = agenda.entries_for(person, *_span("list", on), unit, out_most=most + 1)
    here = f"?view=list&on={on}{kept}"
    return {
        "entries": entries,
        "days": [
            {"day": day, "entries": list(rows)}
            for day, rows in groupby(entries[most - PAGE : most], lambda each: each.day)
        ],
        "before": f"{here}&page={page - 1}" if page > 1 else "",
        "more": f"{here}&page={page + 1}" if len(entries) > most else "",
    }


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found is not None and 2000 < found.year < 2200 else None


def _weeks(
    entries: list[agenda.Entry], out: dict[date, int], view: str, on: date
) -> list[list[dict[str, Any]]]:
    first, last = _span(view, on)
    by_day: dict[date, list[agenda.Entry]] = {}
    for each in entries:
        by_day.setdefault(each.day, []).append(each)
    cells = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        rows = by_day.get(day, [])
        known = sum(each.sort == Sort.RELEASED for each in rows)
        shown = sorted(rows, key=lambda each: each.rank)[: FOLD[view]]
        cells.append(
            {
                "day": day,
                "entries": sorted(shown, key=lambda each: (each.at, each.title)),
                "more": len(rows) - len(shown) + max(0, out.get(day, 0) - known),
                "is_other": day.month != on.month and view == "month",
            }
        )
    return [cells[n : n + 7] for n in range(0, len(cells), 7)]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.SEE)
def release(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one plan and move, hold, resume or call it off."""
    person = cast(Person, request.user)
    found = queries.release_for(person, public_id)
    typed_at = found.due_at.astimezone(ZoneInfo(found.zone)).replace(tzinfo=None)
    forms: dict[str, Any] = {
        "move": MoveForm(initial={"at": typed_at, "zone": found.zone}),
        "hold": ReasonForm(prefix="hold"),
        "off": ReasonForm(prefix="off"),
    }
    status = 200
    if request.method == "POST":
        act = request.POST.get("do", "")
        if act == "day":
            return _to_day(request, found, person)
        form = _form_of(act, request)
        if form is not None:
            forms["move" if act == "resume-at" else act] = form
        if form is None or form.is_valid():
            try:
                messages.success(request, _do(found, person, act, form))
                return redirect("desk:release", found.public_id)
            except Invalid as refusal:
                show_refusal(form or forms["move"], refusal)
        status = 422
    subject = subject_of(found)
    unit = unit_of(subject)
    return render(
        request,
        "desk/calendar/release.html",
        desk_context(
            request,
            current="calendar",
            release=found,
            title=found.revision.title if found.revision else title_of(subject),
            unit=unit,
            move=forms["move"],
            hold=forms["hold"],
            call_off=forms["off"],
            due=on_wall(found.due_at, found.zone),
            is_open=found.state in {"planned", "held"},
            may_plan=may(person, access.PLAN, unit),
            may_hold=may(person, access.HOLD, unit),
            conflicts=queries.conflicts_of([found]).get(found.pk, ()),
            undo_until=queries.undo_until(found),
        ),
        status=status,
    )


def _form_of(act: str, request: HttpRequest) -> Any:
    """Return the form an act needs, filled with what was typed; resuming at its own time needs none."""
    if act in {"move", "resume-at"}:
        return MoveForm(request.POST)
    return ReasonForm(request.POST, prefix=act) if act in {"hold", "off"} else None


def _do(found: Release, person: Person, act: str, form: Any) -> str:
    """Do one act on a plan and return what to say."""
    if act == "move":
        moved = actions.move_release(found, by=person, at=form.moment(), zone=form.cleaned_data["zone"])
        return _("Moved to %(time)s.") % {"time": on_wall(moved.due_at, moved.zone)}
    if act == "hold":
        actions.hold_release(found, form.cleaned_data["reason"], by=person)
        return _("Held. It does not go out until somebody resumes it.")
    if act == "off":
        actions.call_off_release(found, form.cleaned_data["reason"], by=person)
        return _("Called off. The text stays approved; plan it again at any time.")
    if act == "resume":
        resumed = actions.resume_release(found, by=person)
        return _("It goes out at %(time)s.") % {"time": on_wall(resumed.due_at, resumed.zone)}
    if act == "resume-at":
        resumed = actions.resume_release(found, by=person, at=form.moment(), zone=form.cleaned_data["zone"])
        return _("It goes out at %(time)s.") % {"time": on_wall(resumed.due_at, resumed.zone)}
    raise Invalid(_("This page does not know that act. Reload it and try again."))


def _to_day(request: HttpRequest, found: Release, person: Person) -> HttpResponse:
    """Move a plan to another day at the same time of day: what dragging in the month does."""
    day = _day(request.POST.get("day", ""))
    if day is None:
        raise NotFound(_("There is no such day."))
    local = found.due_at.astimezone(ZoneInfo(found.zone))
    moved = actions.move_release(
        found, by=person, at=local.replace(year=day.year, month=day.month, day=day.day)
    )
    messages.success(request, _("Moved to %(time)s.") % {"time": on_wall(moved.due_at, moved.zone)})
    back = request.POST.get("back", "")
    return redirect(back if _is_ours(back) else "desk:calendar")


def _is_ours(address: str) -> bool:
    return address.startswith("/desk/calendar/") and "//" not in address and "\\" not in address


@require_safe
@desk_page(access.SEE)
def export(request: HttpRequest) -> HttpResponse:
    """Answer with the next hundred days and the last week as an iCalendar file."""
    person = cast(Person, request.user)
    today = clock.today()
    entries = agenda.entries_for(person, today - timedelta(days=7), today + timedelta(days=92), None)
    host, root = request.get_host().split(":")[0], request.build_absolute_uri("/").rstrip("/")
    body = agenda.as_ical(entries, host, root)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="weiting.ics"'
    return response
