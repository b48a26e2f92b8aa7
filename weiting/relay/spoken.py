"""The words of a room: who wrote which, which stand in public, and which wait for a second person to let them out.

Facts (units, the state of tasks, times) are not words: they stand in public by themselves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.utils.translation import gettext as _

from weiting.core import clock
from weiting.core.errors import NotFound
from weiting.relay.models import LetOut, Room, RoomTask, RoomUpdate
from weiting.units.models import Unit

# What has waited for longer is told to more people.
WAITS_MOST = timedelta(minutes=15)


@dataclass(frozen=True)
class Words:
    """Some words of a room that are let out together: by their fields, with who wrote them when and for which unit."""

    key: str
    label: str
    unit: Unit
    fields: tuple[tuple[str, str], ...]
    writer_id: int | None
    at: datetime

    @property
    def text(self) -> str:
        """Return the words as they are read."""
        return "\n".join(text for _name, text in self.fields if text)

    @property
    def content_hash(self) -> str:
        """Return what tells these words from any others."""
        return digest(self.key, [text for _name, text in self.fields])

    @property
    def is_late(self) -> bool:
        """Say whether they have waited for longer than is meant."""
        return clock.now() - self.at > WAITS_MOST


def digest(key: str, texts: Iterable[str]) -> str:
    """Return the fingerprint of words in their place."""
    return sha256("\n".join([key, *texts]).encode()).hexdigest()


class Spoken:
    """All words of a room, each with what was decided about them as they stand now."""

    def __init__(self, room: Room, tasks: Sequence[RoomTask], updates: Sequence[RoomUpdate]) -> None:
        self.room, self.tasks, self.updates = room, tasks, updates
        self.words = {each.key: each for each in _words(room, tasks, updates)}
        decided = {(each.key, each.content_hash): each for each in room.let_out.all()}
        self._decided = {
            key: found for key, each in self.words.items() if (found := decided.get((key, each.content_hash)))
        }

    def decision(self, key: str) -> LetOut | None:
        """Return what was decided about words as they stand now; None while they wait."""
        return self._decided.get(key)

    def is_out(self, key: str) -> bool:
        """Say whether words stand in public."""
        found = self._decided.get(key)
        return self.room.is_public and found is not None and found.is_out

    def standing(self, key: str) -> str:
        """Say how words stand: out, inside, waiting; "" in a room the hall does not show."""
        if not self.room.is_public:
            return ""
        found = self._decided.get(key)
        return "waiting" if found is None else "out" if found.is_out else "inside"

    @property
    def waiting(self) -> list[Words]:
        """List the words nobody has decided about, oldest first; none in a room the hall does not show."""
        if not self.room.is_public:
            return []
        return sorted(
            (each for key, each in self.words.items() if key not in self._decided), key=lambda each: each.at
        )

    def named(self, key: str) -> Words:
        """Return words by their key; raise NotFound."""
        found = self.words.get(key)
        if found is None:
            raise NotFound(_("These words are not in this room any more. Reload the page."))
        return found

    @property
    def opening_is_out(self) -> bool:
        """Say whether the public reads what is to be settled."""
        return self.is_out("opening")

    @property
    def is_by_two(self) -> bool:
        """Say whether a second person has read all that stands in public: so it is since this is asked for."""
        return all(each.by_id is not None for each in self._decided.values() if each.is_out)

    @property
    def result_is_out(self) -> bool:
        """Say whether the public reads what came of it."""
        return self.is_out("result")

    def out_of(self, tasks: Iterable[RoomTask]) -> list[tuple[RoomTask, str, str]]:
        """Return tasks with what the public reads of each: what is to be done, what was done ("" what waits)."""
        return [
            (
                task,
                task.what if self.is_out(f"task:{task.pk}") else "",
                task.note if self.is_out(f"note:{task.pk}") else "",
            )
            for task in tasks
        ]

    @property
    def updates_out(self) -> list[RoomUpdate]:
        """Return how units said they stand, as far as the public reads it, newest first."""
        return [each for each in reversed(self.updates) if self.is_out(f"said:{each.pk}")]


def spoken_in(room: Room) -> Spoken:
    """Return the words of a room as they stand now."""
    updates = room.updates.select_related("unit", "by").order_by("at", "pk")
    return Spoken(room, list(room.tasks.select_related("unit", "by")), list(updates))


def _words(room: Room, tasks: Sequence[RoomTask], updates: Sequence[RoomUpdate]) -> Iterable[Words]:
    yield Words(
        "opening", _("What is to be settled"), room.unit, (("title", room.title), ("about", room.about)),
        room.opened_by_id, room.opened_at,
    )  # fmt: skip
    for task in tasks:
        if task.state == "dropped":
            continue
        yield Words(
            f"task:{task.pk}", _("What is to be done"), task.unit, (("what", task.what),),
            task.given_by_id, task.given_at,
        )  # fmt: skip
        if task.note:
            yield Words(
                f"note:{task.pk}", _("What was done"), task.unit, (("note", task.note),),
                task.by_id, task.done_at or task.given_at,
            )  # fmt: skip
    for each in updates:
        yield Words(
            f"said:{each.pk}", _("How it stands"), each.unit, (("text", each.text),), each.by_id, each.at
        )
    if room.result:
        yield Words(
            "result", _("What came of it"), room.unit, (("result", room.result),),
            room.closed_by_id, room.closed_at or room.opened_at,
        )  # fmt: skip
