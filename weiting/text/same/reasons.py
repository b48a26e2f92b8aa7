"""The sentences that say why two messages are taken for one matter, or for two."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from weiting.text.finding import Message as Sentence, _, message as sentence
from weiting.text.places import gazetteer

MOST_WORDS = 4
# From this likeness on copies are said to be copies.
COPY = 0.9


class Facts(NamedTuple):
    """What is known of two messages: the words both say, the heads of both, and more."""

    words: Sequence[str]
    heads: tuple[str, str]
    units: tuple[str, str]
    times: tuple[datetime | None, datetime | None]
    whole: float
    elsewhere: bool


def reasons(facts: Facts) -> tuple[Sentence, ...]:
    """Why, the strongest first."""
    found: list[Sentence] = []
    if facts.elsewhere:
        found.extend(_places(facts))
    if facts.whole > COPY:
        found.append(sentence(_("Nearly the same words.")))
    if facts.words:
        found.append(sentence(_("Both say %(words)s."), words="、".join(facts.words[:MOST_WORDS])))
    if not facts.elsewhere:
        found.extend(_places(facts))
    found.extend(_unit(facts.units))
    found.extend(_times(*facts.times))
    return tuple(found)


def places(text: str) -> list[str]:
    """The names of the places a text speaks of, each once: what stands below the divisions first, then in order."""
    # Halves of characters cannot be cut into words.
    whole = text.encode("utf-8", "replace").decode("utf-8")
    found = [place for place in gazetteer().find(whole) if place.kind != "division"]
    found.sort(key=lambda place: place.kind == "masked")
    return list(dict.fromkeys(place.words for place in found if len(place.words) > 2))


def _places(facts: Facts) -> list[Sentence]:
    head, other_head = facts.heads
    one, other = places(head), places(other_head)
    found = [sentence(_("Both are about %(place)s."), place=name) for name in one if name in other_head][:1]
    if not facts.elsewhere:
        return found
    mine = [name for name in one if name not in other_head]
    theirs = [name for name in other if name not in head]
    if mine and theirs:
        differ = sentence(
            _("One is about %(one)s, the other about %(two)s."),
            one=max(mine, key=len),
            two=max(theirs, key=len),
        )
        return [differ, *found]
    # No whole name to show on both sides: a place both speak of would now only confuse.
    return [sentence(_("What differs are mostly names; please look whether it is one place."))]


def _unit(units: tuple[str, str]) -> list[Sentence]:
    is_one = units[0] and units[0] == units[1]
    return [sentence(_("Both were sent to %(unit)s."), unit=units[0])] if is_one else []


def _times(one: datetime | None, other: datetime | None) -> list[Sentence]:
    if one is None or other is None or (one.tzinfo is None) != (other.tzinfo is None):
        return []
    days = abs((one - other).days)
    if days > 365:
        return [sentence(_("More than a year lies between them."))]
    if days < 7:
        return [sentence(_("Both came within a week."))]
    return []
