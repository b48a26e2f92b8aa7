"""Rooms at the desk: open one, say how it stands, finish one's task, close it with its result."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotFound
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.relay import DoneForm, ResultForm, RoomForm, TaskForm, UpdateForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import form_page
from weiting.desk.views.relay import tabs_of
from weiting.relay import access, actions, queries
from weiting.relay.models import Room, RoomTask
from weiting.units.access import may, may_anywhere, units_for
from weiting.units.models import Unit


@require_safe
@desk_page(access.SEE, access.TAKE_PART)
def rooms(request: HttpRequest) -> HttpResponse:
    """List the rooms of my units, open ones first."""
    person = cast(Person, request.user)
    found = sorted(queries.rooms_of(person)[:60], key=lambda room: room.state != "open")
    return render(
        request,
        "desk/relay_rooms.html",
        desk_context(
            request,
            current="relay",
            tabs=tabs_of(person, "rooms"),
            rooms=[(room, queries.left_of(room)) for room in found],
            may_open=may_anywhere(person, access.ROOM),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.ROOM)
def new_room(request: HttpRequest) -> HttpResponse:
    """Open a room: what is to be settled, by which units, and what each does first."""
    person = cast(Person, request.user)
    centre = units_for(person, access.ROOM).filter(closed_on__isnull=True).order_by("depth", "path").first()
    if centre is None:
        raise NotFound(_("This page does not exist, or it is not for you."))
    made: list[Room] = []
    answer = form_page(
        request,
        current="relay",
        heading=_("Settle a matter together, at once"),
        sub=centre.short_name,
        intro=_("Two hours on the clock from now on, at night too. The units are told at once."),
        form=RoomForm(
            request.POST or None, units=Unit.objects.filter(closed_on__isnull=True).order_by("path")
        ),
        act=lambda typed: made.append(
            actions.open_room(
                centre,
                by=person,
                title=typed["title"],
                about=typed["about"],
                units=list(typed["units"]),
                what=typed["what"],
                is_public=typed["is_public"],
            )
        ),
        to="/desk/relay/rooms/",
        submit=_("Open the room"),
        done=_("Opened. The clock runs."),
    )
    return redirect("desk:room", made[0].public_id) if made else answer


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.SEE, access.TAKE_PART)
def room(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one room with its clock and tasks; whoever takes part says how it stands."""
    person = cast(Person, request.user)
    found = queries.room_for(person, public_id)
    tasks = list(found.tasks.select_related("unit", "by"))
    typed: forms.Form | None = None
    if request.method == "POST":
        typed = _act(request, found, tasks, person)
        if typed is None:
            return redirect("desk:room", found.public_id)
    directs = may(person, access.ROOM, found.unit)
    mine = {task.unit_id: task.unit for task in tasks if may(person, access.TAKE_PART, task.unit)}
    now = clock.now()

    def shown(kind: type[forms.Form], make: Callable[[], forms.Form]) -> forms.Form:
        return typed if isinstance(typed, kind) else make()

    context: dict[str, Any] = {
        "room": found,
        "left": queries.left_of(found),
        "tasks": [(task, task.unit_id in mine and task.state == "open") for task in tasks],
        "updates": list(found.updates.select_related("unit", "by").order_by("-at", "-pk")),
        "units": list(mine.values()) or ([found.unit] if directs else []),
        "directs": directs,
        "done": DoneForm(),
        "update": shown(UpdateForm, UpdateForm),
        "task_form": shown(TaskForm, lambda: TaskForm(initial={"until_at": clock.local(found.due_at)})),
        "result": shown(ResultForm, ResultForm),
        "refused": typed,
        "finished": sum(task.state == "done" for task in tasks),
        "needed": sum(task.state != "dropped" for task in tasks),
        "now": now,
    }
    status = 422 if typed is not None else 200
    return render(
        request, "desk/relay_room.html", desk_context(request, current="relay", **context), status=status
    )


def _act(request: HttpRequest, found: Room, tasks: list[RoomTask], person: Person) -> forms.Form | None:
    """Do what was asked; return the form with what is wrong in it, or None when it was done."""
    act = request.POST.get("do", "")
    forms_of: dict[str, type[forms.Form]] = {
        "say": UpdateForm, "add": TaskForm, "finish": DoneForm, "drop": DoneForm, "close": ResultForm,
    }  # fmt: skip
    if act not in forms_of:
        messages.error(request, _("This page does not know that act. Reload it and try again."))
        return None
    form = forms_of[act](request.POST)
    if not form.is_valid():
        return form
    try:
        _carry_out(act, form.cleaned_data, request, found, tasks, person)
    except Invalid as refusal:
        show_refusal(form, refusal)
        return form
    except Conflict as refusal:
        form.add_error(None, str(refusal.message))
        return form
    return None


def _carry_out(
    act: str, said: dict[str, Any], request: HttpRequest, found: Room, tasks: list[RoomTask], person: Person
) -> None:
    if act == "close":
        actions.close_room(found, by=person, result=said["result"])
    elif act == "say":
        actions.say(found, _unit(request, found, tasks), by=person, text=said["text"])
    elif act == "add":
        unit = Unit.objects.filter(public_id=said["unit"], closed_on__isnull=True).first()
        if unit is None:
            sentence = _("Choose a unit of this room, or name its address.")
            raise Invalid(sentence, fields={"unit": [sentence]})
        actions.add_task(found, unit, by=person, what=said["what"], until_at=said["until_at"])
    else:
        task = next((each for each in tasks if str(each.pk) == request.POST.get("task")), None)
        if task is None:
            raise NotFound(_("This page does not exist, or it is not for you."))
        task.room = found
        if act == "finish":
            actions.finish_task(task, by=person, note=said["note"])
        else:
            actions.drop_task(task, by=person)


def _unit(request: HttpRequest, found: Room, tasks: list[RoomTask]) -> Unit:
    known = {task.unit.public_id: task.unit for task in tasks} | {found.unit.public_id: found.unit}
    unit = known.get(request.POST.get("unit", ""))
    if unit is None:
        raise NotFound(_("This page does not exist, or it is not for you."))
    return unit
