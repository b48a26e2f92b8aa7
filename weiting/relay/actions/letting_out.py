"""Words of a room become public when a second person lets out exactly what they read; changed ones wait again."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from weiting import audit, jobs, notices
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.posts import concerns, content
from weiting.posts.concerns import Part
from weiting.relay import access
from weiting.relay.flow import RoomState
from weiting.relay.models import LetOut, Room, RoomTask, RoomUpdate
from weiting.relay.spoken import Spoken, Words, spoken_in
from weiting.units.access import RULES, holders, may
from weiting.units.models import Unit
from weiting.units.roles import Role

# So long after a room was closed what still waits there is told.
STILL_TOLD = timedelta(days=1)
SHOWN_MOST = 60
LONGEST = {"title": 100, "about": 500, "what": 120, "note": 200, "text": 300, "result": 500}


def page_of(room: Room) -> str:
    """Return the desk's address of a room."""
    return f"/desk/relay/rooms/{room.public_id}/"


def clean(**said: str) -> dict[str, str]:
    """Return texts as they are kept; raise Invalid for one that is too long, or holds something personal."""
    texts = {name: content.clean(text, is_line=name != "about").strip() for name, text in said.items()}
    problems = {
        name: [_("At most %(n)s characters.") % {"n": LONGEST[name]}]
        for name, text in texts.items()
        if len(text) > LONGEST[name]
    }
    checked = concerns.look_through([Part(name, text) for name, text in texts.items()], concerns.known())
    for found in concerns.concerns_in(checked):
        for place in found.places:
            sentence = _("Something personal stands in it: %(words)s. Leave it out.") % {"words": found.shown}
            problems.setdefault(place.field, []).append(sentence)
    if problems:
        raise Invalid(_("This cannot stand there as it is."), fields=problems)
    return texts


def record(verb: str, room: Room, by: Person, unit: Unit | None = None, **facts: Any) -> None:
    audit.record(verb, by=by, subject=room, unit=unit or room.unit, room=room.public_id, **facts)
    jobs.announce(f"room:{room.pk}")


def lock_room(room: Room) -> Room:
    """Hold a room until the transaction ends, and return it fresh: words are not changed while they are let out."""
    Room.objects.select_for_update(no_key=True).only("pk").get(pk=room.pk)
    return Room.objects.select_related("unit").get(pk=room.pk)


def may_let_out(person: Person, room: Room, words: Words) -> bool:
    """Say whether a person may let words out: of their unit or of the room's, and never their own."""
    if words.writer_id == person.pk:
        return False
    return may(person, access.LET_OUT, words.unit) or may(person, access.LET_OUT, room.unit)


def tell_letters_out(room: Room, key: str, *, by: Person) -> None:
    """Tell those who may let words out that these wait."""
    if not room.is_public:
        return
    words = spoken_in(room).named(key)
    _tell(room, words, "relay.room_waits", RULES[access.LET_OUT], besides=by.pk, text=words.text[:SHOWN_MOST])


def _tell(room: Room, words: Words, kind: str, roles: Any, *, besides: int | None, **facts: Any) -> None:
    people = {each.pk: each for unit in (words.unit, room.unit) for each in holders(unit, roles)}
    people.pop(besides or 0, None)
    notices.tell(
        people.values(),
        kind,
        key=f"{kind}:{room.pk}:{words.key}:{words.content_hash[:12]}",
        url=page_of(room),
        urgent=True,
        title=room.title,
        unit=words.unit.short_name,
        **facts,
    )


@action
def let_out(room: Room, chosen: Sequence[tuple[str, str]], *, by: Person) -> int:
    """Let words of a room out to the public, each by its key and the fingerprint of what the person read; all or none.

    What is out already is left alone; returns how many went out. Raises Conflict when words were changed since they
    were read, NotAllowed for one's own words and without the right, Invalid for something personal.
    """
    return _decide(room, chosen, True, by=by)


@action
def keep_inside(room: Room, chosen: Sequence[tuple[str, str]], *, by: Person) -> int:
    """Say that words of a room stay inside: nobody waits for them any more. Raises as `let_out`."""
    return _decide(room, chosen, False, by=by)


def _decide(room: Room, chosen: Sequence[tuple[str, str]], is_out: bool, *, by: Person) -> int:
    room = lock_room(room)
    if not room.is_public:
        raise Conflict(
            _("The hall does not show this room: nothing of it becomes public."), code="room_hidden"
        )
    said = spoken_in(room)
    fresh = [words for key, seen in chosen if (words := _readable(said, key, seen, by)) is not None]
    for words in fresh:
        if is_out:
            clean(**dict(words.fields))
        LetOut.objects.create(room=room, key=words.key, content_hash=words.content_hash, is_out=is_out, by=by)
        verb = "relay.room.let_out" if is_out else "relay.room.keep_inside"
        record(verb, room, by, words.unit, words=words.key, content_hash=words.content_hash)
    return len(fresh)


def _readable(said: Spoken, key: str, seen: str, by: Person) -> Words | None:
    words = said.named(key)
    if words.content_hash != seen:
        raise Conflict(
            _("These words were changed since you read them. Read them again, then let them out."),
            code="words_changed",
        )
    if words.writer_id == by.pk:
        raise NotAllowed(_("These are your own words: a second person lets them out."))
    if not may_let_out(by, said.room, words):
        raise NotAllowed(
            _(
                "A final reviewer or the spokesperson of %(unit)s, or of the unit that opened the room, lets this out."
            )
            % {"unit": words.unit.short_name}
        )
    return None if said.decision(key) is not None else words


@action
def reword(room: Room, key: str, *, by: Person, **said: str) -> Room:
    """Change one's own words that are not out: they wait again. Raises Conflict for words that are out, NotAllowed for
    those of others, Invalid without words, for too many, or for something personal.
    """
    room = lock_room(room)
    spoken = spoken_in(room)
    words = spoken.named(key)
    if words.writer_id != by.pk:
        raise NotAllowed(_("Only who wrote these words changes them."))
    if spoken.is_out(key):
        raise Conflict(_("These words are out. Say what has changed as something new."), code="words_out")
    names = [name for name, _text in words.fields]
    texts = clean(**{name: said.get(name, "") for name in names})
    if not texts[names[0]]:
        sentence = _("Write what is to stand there.")
        raise Invalid(sentence, fields={names[0]: [sentence]})
    _keep(room, key, texts)
    record("relay.room.reword", room, by, words.unit, words=key)
    tell_letters_out(Room.objects.select_related("unit").get(pk=room.pk), key, by=by)
    return room


def _keep(room: Room, key: str, texts: dict[str, str]) -> None:
    kind, _colon, number = key.partition(":")
    now = clock.now()
    keep: dict[str, Callable[[], int]] = {
        "opening": lambda: Room.objects.filter(pk=room.pk).update(**texts),
        "result": lambda: Room.objects.filter(pk=room.pk).update(**texts),
        "task": lambda: RoomTask.objects.filter(room=room, pk=number).update(given_at=now, **texts),
        "note": lambda: RoomTask.objects.filter(room=room, pk=number).update(**texts),
        "said": lambda: RoomUpdate.objects.filter(room=room, pk=number).update(at=now, **texts),
    }
    keep[kind]()


def tell_late() -> int:
    """Tell whoever may let words out, and the hall's editors, what has waited for too long; once for the same words."""
    since = clock.now() - STILL_TOLD
    rooms = Room.objects.filter(is_public=True, state=RoomState.OPEN) | Room.objects.filter(
        is_public=True, closed_at__gte=since
    )
    found = [(room, words) for room in rooms.select_related("unit") for words in spoken_in(room).waiting]
    late = [(room, words) for room, words in found if words.is_late]
    roles = RULES[access.LET_OUT] | {Role.HALL_EDITOR}
    for room, words in late:
        _tell(room, words, "relay.room_late", roles, besides=None, since_at=words.at)
    return len(late)
