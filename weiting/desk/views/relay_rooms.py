"""Rooms at the desk: open one, say how it stands, finish one's task, close it with its result."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed, NotFound
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.relay_rooms import (
    ChosenForm,
    DoneForm,
    ResultForm,
    RewordForm,
    RoomForm,
    TaskForm,
    UpdateForm,
)
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import form_page
from weiting.desk.views.relay import tabs_of
from weiting.relay import access, actions, queries
from weiting.relay.models import Room, RoomTask
from weiting.relay.spoken import Spoken, Words, spoken_in
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
@desk_page(access.SEE, access.TAKE_PART, access.LET_OUT)
def room(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one room with its clock and tasks; whoever takes part says how it stands."""
    person = cast(Person, request.user)
    found = queries.room_for(person, public_id)
    said = spoken_in(found)
    tasks = said.tasks
    typed: forms.Form | None = None
    if request.method == "POST":
        typed = _act(request, found, list(tasks), person)
        if typed is None:
            return redirect("desk:room", found.public_id)
    directs = may(person, access.ROOM, found.unit)
    mine = {task.unit_id: task.unit for task in tasks if may(person, access.TAKE_PART, task.unit)}

    def shown(kind: type[forms.Form], make: Callable[[], forms.Form]) -> forms.Form:
        return typed if isinstance(typed, kind) else make()

    context: dict[str, Any] = {
        "room": found,
        "left": queries.left_of(found),
        "tasks": [(task, task.unit_id in mine and task.state == "open") for task in tasks],
        "updates": [(each, said.standing(f"said:{each.pk}")) for each in reversed(said.updates)],
        "waiting": _waiting(found, said, person, typed),
        "units": list(mine.values()) or ([found.unit] if directs else []),
        "directs": directs,
        "done": DoneForm(),
        "update": shown(UpdateForm, UpdateForm),
        "task_form": shown(TaskForm, lambda: TaskForm(initial={"until_at": clock.local(found.due_at)})),
        "result": shown(ResultForm, ResultForm),
        "refused": typed,
        "finished": sum(task.state == "done" for task in tasks),
        "needed": sum(task.state != "dropped" for task in tasks),
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
        "let_out": ChosenForm, "keep_inside": ChosenForm, "reword": RewordForm,
    }  # fmt: skip
    if act not in forms_of:
        messages.error(request, _("This page does not know that act. Reload it and try again."))
        return None
    form = forms_of[act](request.POST)
    if isinstance(form, RewordForm):
        form.narrow()
    if not form.is_valid():
        return form
    try:
        _carry_out(act, form.cleaned_data, request, found, tasks, person)
    except Invalid as refusal:
        show_refusal(form, refusal)
        return form
    except (Conflict, NotAllowed) as refusal:
        form.add_error(None, str(refusal.message))
        return form
    return None


# What is done with words that wait.
WORDS: dict[str, Callable[[Room, dict[str, Any], Person], object]] = {
    "let_out": lambda room, said, by: actions.let_out(room, said["words"], by=by),
    "keep_inside": lambda room, said, by: actions.keep_inside(room, said["words"], by=by),
    "reword": lambda room, said, by: actions.reword(room, said.pop("key"), by=by, **said),
}


def _carry_out(
    act: str, said: dict[str, Any], request: HttpRequest, found: Room, tasks: list[RoomTask], person: Person
) -> None:
    if act in WORDS:
        WORDS[act](found, said, person)
    elif act == "close":
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


@dataclass(frozen=True)
class Waiting:
    """Words that wait, as one person sees them: whether they may let them out, and the form to change their own."""

    words: Words
    may_let_out: bool
    change: RewordForm | None = None


def _waiting(found: Room, said: Spoken, person: Person, typed: forms.Form | None) -> dict[str, Any]:
    rows = []
    for each in said.waiting:
        change: RewordForm | None = None
        if each.writer_id == person.pk:
            is_typed = isinstance(typed, RewordForm) and typed.data.get("key") == each.key
            change = cast(RewordForm, typed) if is_typed else RewordForm.of(each)
        rows.append(Waiting(each, actions.may_let_out(person, found, each), change))
    return {"rows": rows, "mine": [row.words for row in rows if row.may_let_out]}


def _unit(request: HttpRequest, found: Room, tasks: list[RoomTask]) -> Unit:
    known = {task.unit.public_id: task.unit for task in tasks} | {found.unit.public_id: found.unit}
    unit = known.get(request.POST.get("unit", ""))
    if unit is None:
        raise NotFound(_("This page does not exist, or it is not for you."))
    return unit
