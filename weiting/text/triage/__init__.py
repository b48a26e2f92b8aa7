"""Triage of messages: category, kind, urgency, places and the units whose remit fits; each may be "not sure".

    reading = triage.read(title, content, remits)
    reading.category.label        # "环境保护", or "" when it is not sure
    reading.category.sure         # the probability that the best label is right
    reading.urgency.words         # the words that decided

Nothing here decides anything: a person does, with the words that decided before their eyes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from weiting.text.places import gazetteer
from weiting.text.triage.model import Guess, Model, ModelError, load, model
from weiting.text.triage.rules import KINDS, LEVELS, Choice, kind, urgency
from weiting.text.triage.units import Remit, Remits

__all__ = [
    "KINDS", "LEVELS", "Choice", "Guess", "Model", "ModelError", "Reading", "Remit", "Remits",
    "classify_many", "kind", "load", "model", "read", "urgency",
]  # fmt: skip
# How much of a message is searched for places.
PLACES_READ = 4_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one message. `category`, `kind` and `urgency` are "" where they are not sure; `places` and
    `units` are empty where none fits; `leans` is the category it would name if it had to.
    """

    category: Choice
    kind: Choice
    urgency: Choice
    places: tuple[Choice, ...]
    units: tuple[Choice, ...]
    leans: str = ""


@lru_cache(maxsize=32)
def _remits(remits: tuple[Remit, ...]) -> Remits:
    return Remits(remits)


def read(
    title: str, content: str, remits: Sequence[Remit] | Remits = (), chosen: Model | None = None
) -> Reading:
    """Read one message; `remits` are what the units answer for, `chosen` a model other than the shipped one.

    Raises ModelError when the shipped model cannot be read.
    """
    guess = (chosen or model()).guess_many([title], [content])[0]
    units = remits if isinstance(remits, Remits) else _remits(tuple(_hashable(each) for each in remits))
    return Reading(
        Choice(guess.label, round(guess.sure, 3), guess.words),
        kind(title, content),
        urgency(title, content),
        _places(title, content),
        units.rank(title, content),
        guess.best,
    )


def classify_many(
    rows: Iterable[Mapping[str, str]], chosen: Model | None = None, *, words: bool = True
) -> list[Guess]:
    """The category of many messages, rows with `title` and `content`; the quick way for tables.

    Raises ModelError when the shipped model cannot be read.
    """
    table = list(rows)
    titles = [row.get("title") or "" for row in table]
    contents = [row.get("content") or "" for row in table]
    return (chosen or model()).guess_many(titles, contents, words=words)


def _hashable(remit: Remit) -> Remit:
    return Remit(remit.unit, remit.matter, tuple(remit.synonyms))


def _places(title: str, content: str) -> tuple[Choice, ...]:
    """Each place once, as often said first."""
    text = (title + "\n" + content)[:PLACES_READ].encode("utf-8", "replace").decode()
    found: dict[str, list[str]] = {}
    sure: dict[str, float] = {}
    for place in gazetteer().find(text):
        found.setdefault(place.key, []).append(place.words)
        sure[place.key] = 0.7 if place.kind == "site" else 0.95
    order = sorted(found, key=lambda key: -len(found[key]))
    return tuple(Choice(key, sure[key], tuple(dict.fromkeys(found[key]))) for key in order)
