"""#马上办#: one matter, the units that settle it, two hours on the wall clock, and what came of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from weiting import notices
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.core.flow import perform
from weiting.posts import concerns
from weiting.relay import access
from weiting.relay.actions.letting_out import clean, page_of, record, tell_letters_out
from weiting.relay.flow import RoomFlow, RoomState, TaskFlow
from weiting.relay.models import Room, RoomTask, RoomUpdate
from weiting.units.access import RULES, holders, may, require
from weiting.units.models import Unit

# The clock runs from the opening, at night and on holidays too.
CLOCK = timedelta(hours=2)


def _require(text: str, name: str, sentence: str) -> None:
    if not text:
        raise Invalid(sentence, fields={name: [sentence]})


@action
def open_room(
    unit: Unit,
    *,
    by: Person,
    title: str,
    units: Sequence[Unit],
    what: str,
    about: str = "",
    is_public: bool = True,
) -> Room:
    """Open a room for a matter, with a first task for each unit; its two hours begin now.

    Raises Invalid without a title, a first task or an open unit, or for something personal in the words.
    """
    require(by, access.ROOM, unit)
    said = clean(title=title, about=about, what=what)
    _require(said["title"], "title", _("Say in a line what is to be settled."))
    _require(said["what"], "what", _("Say what each unit does first."))
    called = list({each.pk: each for each in units if not each.is_closed}.values())
    if not called:
        sentence = _("Choose at least one unit.")
        raise Invalid(sentence, fields={"units": [sentence]})
    now = clock.now()
    room = Room.objects.create(
        unit=unit, title=said["title"], about=said["about"], opened_by=by, opened_at=now, due_at=now + CLOCK,
        is_public=is_public,
    )  # fmt: skip
    RoomTask.objects.bulk_create(
        RoomTask(room=room, unit=each, what=said["what"], until_at=now + CLOCK / 4, given_by=by, given_at=now)
        for each in called
    )
    for each in called:
        notices.tell(
            holders(each, RULES[access.TAKE_PART]),
            "relay.room",
            key=f"relay.room:{room.pk}:{each.pk}",
            url=page_of(room),
            urgent=True,
            title=room.title,
            unit=each.short_name,
            due_at=room.due_at,
        )
    tell_letters_out(room, "opening", by=by)
    record("relay.room.open", room, by, units=sorted(each.public_id for each in called), due_at=room.due_at)
    return room


def _refuse_closed(room: Room) -> None:
    if Room.objects.select_for_update(no_key=True).get(pk=room.pk).state != RoomState.OPEN:
        raise Conflict(_("This room is closed: its result stands."), code="room_closed")


@action
def add_task(room: Room, unit: Unit, *, by: Person, what: str, until_at: datetime) -> RoomTask:
    """Give a unit a task in an open room, and tell its people; raise Invalid for a time that is past."""
    require(by, access.ROOM, room.unit)
    said = clean(what=what)
    _require(said["what"], "what", _("Say what is to be done."))
    _refuse_closed(room)
    if until_at <= clock.now():
        sentence = _("This time is past. Until when is it to be done?")
        raise Invalid(sentence, fields={"until_at": [sentence]})
    task = RoomTask.objects.create(
        room=room, unit=unit, what=said["what"], until_at=until_at, given_by=by, given_at=clock.now()
    )
    notices.tell(
        holders(unit, RULES[access.TAKE_PART]),
        "relay.task",
        key=f"relay.task:{task.pk}",
        url=page_of(room),
        urgent=True,
        title=room.title,
        unit=unit.short_name,
        what=task.what,
        until_at=task.until_at,
    )
    tell_letters_out(room, f"task:{task.pk}", by=by)
    record("relay.task.add", room, by, unit, what=task.what, until=task.until_at)
    return task


@action
def finish_task(task: RoomTask, *, by: Person, note: str = "") -> RoomTask:
    """Say that a task of one's unit is done, and what was done; raise Conflict when the room is closed."""
    require(by, access.TAKE_PART, task.unit)
    said = clean(note=note)
    _refuse_closed(task.room)
    perform(task, TaskFlow.finish, note=said["note"], by=by, done_at=clock.now())
    if task.note:
        tell_letters_out(task.room, f"note:{task.pk}", by=by)
    record("relay.task.finish", task.room, by, task.unit, what=task.what, was_late=task.is_late)
    return task


@action
def drop_task(task: RoomTask, *, by: Person) -> RoomTask:
    """Take a task out that is not needed any more; raise Conflict when it is done or the room is closed."""
    require(by, access.ROOM, task.room.unit)
    _refuse_closed(task.room)
    perform(task, TaskFlow.drop, by=by, done_at=clock.now())
    record("relay.task.drop", task.room, by, task.unit, what=task.what)
    return task


@action
def say(room: Room, unit: Unit, *, by: Person, text: str) -> RoomUpdate:
    """Say how a unit stands; raise NotAllowed for who takes no part, Conflict when the room is closed."""
    if not may(by, access.TAKE_PART, unit) and not may(by, access.ROOM, room.unit):
        raise NotAllowed(_("You take no part in this room."))
    said = clean(text=text)
    _require(said["text"], "text", _("Say in a sentence how it stands."))
    _refuse_closed(room)
    update = RoomUpdate.objects.create(room=room, unit=unit, text=said["text"], by=by)
    tell_letters_out(room, f"said:{update.pk}", by=by)
    record("relay.room.update", room, by, unit, text=concerns.masked(said["text"]))
    return update


@action
def close_room(room: Room, *, by: Person, result: str) -> Room:
    """Close a room with what came of it; what is still to do is marked as not done. Raises Invalid without a result."""
    require(by, access.ROOM, room.unit)
    said = clean(result=result)
    _require(said["result"], "result", _("Say what came of it: people read it."))
    now = clock.now()
    perform(room, RoomFlow.close, result=said["result"], closed_by=by, closed_at=now)
    undone = room.tasks.filter(state="open").count()
    room.refresh_from_db()
    tell_letters_out(room, "result", by=by)
    record("relay.room.close", room, by, was_late=now > room.due_at, undone=undone)
    return room
