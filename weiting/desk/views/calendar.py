"""The calendar: what goes out when, what is held, owed and due; move, hold, resume, call off; the export."""

import calendar as months
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Invalid, NotFound
from weiting.desk import composing
from weiting.desk.forms.afterwards import MoveForm, ReasonForm
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.inputs import on_wall
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.posts import queries as posts
from weiting.posts.flow import AssignmentState
from weiting.publishing import access, actions, queries
from weiting.publishing.actions.planning import subject_of
from weiting.publishing.models import Release
from weiting.publishing.queries import Line, Sort
from weiting.review.subjects import title_of, unit_of
from weiting.ui.shell import Link
from weiting.units.access import may, units_for
from weiting.units.models import Unit

VIEWS = ("month", "week", "list")
ASSIGNMENT = "assignment"
TONES = {
    Sort.PLANNED: "info",
    Sort.HELD: "late",
    Sort.RELEASED: "ok",
    Sort.EMBARGO: "soon",
    Sort.FOLLOW_UP: "soon",
    Sort.COLUMN: "",
    ASSIGNMENT: "soon",
}


def sort_labels() -> dict[str, str]:
    """Return the word for each sort of line."""
    return {
        Sort.PLANNED: _("planned"),
        Sort.HELD: _("held"),
        Sort.RELEASED: _("out"),
        Sort.EMBARGO: _("embargo ends"),
        Sort.FOLLOW_UP: _("report promised"),
        Sort.COLUMN: _("column due"),
        ASSIGNMENT: _("assignment due"),
    }


@dataclass(frozen=True)
class Entry:
    """One line as the page shows it."""

    at: datetime
    sort: str
    label: str
    tone: str
    title: str
    unit: Unit
    url: str
    zone: str = "Asia/Shanghai"
    note: str = ""
    conflicts: Sequence[str] = ()
    release: Release | None = None

    @property
    def day(self) -> date:
        """Return the day in Asia/Shanghai it stands under."""
        return clock.local(self.at).date()

    @property
    def time(self) -> str:
        """Return the time in Asia/Shanghai; nothing for what is due on a day."""
        return "" if self.sort == Sort.COLUMN else f"{clock.local(self.at):%H:%M}"

    @property
    def typed(self) -> str:
        """Return the time on the clock it was typed on, where that is another one."""
        return "" if self.zone == "Asia/Shanghai" else on_wall(self.at, self.zone)

    @property
    def may_move(self) -> bool:
        """Say whether it can be dragged to another day."""
        return self.release is not None and self.sort in {Sort.PLANNED, Sort.HELD}


def _entries(person: Person, first: date, last: date, unit: Unit | None) -> list[Entry]:
    lines = queries.calendar([unit], first, last) if unit else queries.calendar_for(person, first, last)
    labels = sort_labels()
    found = [
        Entry(
            line.at,
            line.sort,
            labels[line.sort],
            TONES[line.sort],
            line.title,
            line.unit,
            _url(line),
            line.zone,
            line.note,
            line.conflicts,
            line.release,
        )
        for line in lines
        if line.sort != Sort.COLUMN or _is_owed(line)
    ]
    asked = posts.assignments_for(person).filter(
        state__in=[AssignmentState.OPEN, AssignmentState.ACCEPTED],
        assignment__due_at__gte=clock.start_of(first),
        assignment__due_at__lt=clock.end_of(last),
    )
    if unit is not None:
        asked = asked.filter(unit=unit)
    found += [
        Entry(
            target.assignment.due_at,
            ASSIGNMENT,
            labels[ASSIGNMENT],
            TONES[ASSIGNMENT],
            target.assignment.title,
            target.unit,
            reverse("desk:assignment", args=[target.assignment.public_id]),
        )
        for target in asked
    ]
    return sorted(found, key=lambda each: (each.at, each.title))


def _is_owed(line: Line) -> bool:
    """Say whether a column's day is still to come: what is past is told by the posts themselves."""
    if line.day < clock.today() or line.column is None:
        return False
    last = line.column.last_post_at
    return last is None or clock.local(last).date() < line.day


def _url(line: Line) -> str:
    if line.release is not None:
        return reverse("desk:release", args=[line.release.public_id])
    if line.sort == Sort.COLUMN and line.column is not None:
        return f"{reverse('desk:write_new')}?in={line.column.slug}"
    if line.issue is not None:
        return reverse("desk:issue", args=[line.issue.public_id])
    return composing.page_of(line.post) if line.post is not None else reverse("desk:calendar")


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
    units = list(units_for(person, access.SEE).filter(closed_on__isnull=True).order_by("path")[:300])
    unit = next((each for each in units if str(each.pk) == request.GET.get("unit")), None)
    first, last = _span(view, on)
    entries = _entries(person, first, last, unit)
    kept = f"&unit={unit.pk}" if unit else ""
    labels = {"month": _("Month"), "week": _("Week"), "list": _("List")}
    return render(
        request,
        "desk/calendar/calendar.html",
        desk_context(
            request,
            current="calendar",
            view=view,
            on=on,
            today=clock.today(),
            weeks=_weeks(entries, first, last, on),
            days=_days(entries, first, last) if view == "list" else (),
            entries=entries,
            conflicts=[each for each in entries if each.conflicts],
            held=queries.held_releases(person)[:20],
            units=units,
            unit=unit,
            views=[Link(labels[key], f"?view={key}&on={on}{kept}", key == view) for key in VIEWS],
            earlier=f"?view={view}&on={_step(view, on, -1)}{kept}",
            later=f"?view={view}&on={_step(view, on, 1)}{kept}",
            now_url=f"?view={view}{kept}",
            weekdays=[_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")],
        ),
    )


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found is not None and 2000 < found.year < 2200 else None


def _weeks(entries: list[Entry], first: date, last: date, on: date) -> list[list[dict[str, Any]]]:
    by_day: dict[date, list[Entry]] = {}
    for each in entries:
        by_day.setdefault(each.day, []).append(each)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    cells = [
        {
            "day": day,
            "entries": by_day.get(day, []),
            "is_other": day.month != on.month,
            "weekday": day.weekday(),
        }
        for day in days
    ]
    return [cells[n : n + 7] for n in range(0, len(cells), 7)]


def _days(entries: list[Entry], first: date, last: date) -> list[dict[str, Any]]:
    found: dict[date, list[Entry]] = {}
    for each in entries:
        found.setdefault(each.day, []).append(each)
    return [{"day": day, "entries": rows} for day, rows in sorted(found.items())]


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
    entries = _entries(person, today - timedelta(days=7), today + timedelta(days=92), None)
    stamp = f"{clock.now():%Y%m%dT%H%M%SZ}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Weiting//Desk//ZH", "CALSCALE:GREGORIAN"]
    for n, each in enumerate(entries):
        at = each.at.astimezone(ZoneInfo("UTC"))
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_uid(each, n)}@{request.get_host().split(':')[0]}",
            f"DTSTAMP:{stamp}",
            f"DTSTART:{at:%Y%m%dT%H%M%SZ}",
            f"SUMMARY:{_escaped(f'{each.label} · {each.title}')}",
            f"DESCRIPTION:{_escaped(each.unit.short_name)}",
            f"URL:{request.build_absolute_uri(each.url)}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    body = "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="weiting.ics"'
    return response


def _uid(each: Entry, n: int) -> str:
    if each.release is not None:
        return f"release-{each.release.public_id}"
    return f"{each.sort}-{each.day:%Y%m%d}-{each.unit.public_id}-{n}"


def _escaped(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def _folded(line: str) -> list[str]:
    """Fold a line at 75 bytes, as RFC 5545 wants, without cutting a character."""
    found, current = [], ""
    for character in line:
        if len((current + character).encode()) > 73:
            found.append(current)
            current = " "
        current += character
    return [*found, current]
