"""How sure it is that two messages speak of one matter, and the sentences that say why.

Cosine of the words, weighted by how rare they are, of the whole and of the titles; against that, names of places
that stand in one only. The weights were fitted on the even matters of bench/text/sets/same_matters.csv.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weiting.text.finding import Message as Sentence, _, message as sentence
from weiting.text.same.features import IN_TITLE, Features, Message, word_id
from weiting.text.segment import cut

# Fitted: whole, titles, place shared, place against, other area, years apart, constant.
WHOLE, TITLES, PLACE_SHARED, PLACE_AGAINST, OTHER_AREA, APART, CONSTANT = 11.0, 3.0, 1.2, 4.0, 1.5, 0.8, -5.2


@dataclass(frozen=True, slots=True)
class Kept:
    """What the index keeps of a message: about 500 bytes."""

    id: str
    ids: bytes
    weights: bytes
    sites: tuple[str, ...]
    main: int
    areas: frozenset[str]
    day: float

    @classmethod
    def of(cls, message: Message, found: Features) -> "Kept":
        """Keep a message's features."""
        return cls(
            message.id,
            found.ids.tobytes(),
            found.weights.tobytes(),
            found.sites,
            found.main,
            found.areas,
            found.day,
        )


class Asked:
    """A message to compare others with: its weights are worked out once."""

    def __init__(self, message: Message, found: Features, rarity: npt.NDArray[np.float64]) -> None:
        self.found = found
        self.rarity = rarity
        counts = (found.weights & 0x7F).astype(np.float64)
        self.weights = (1 + np.log(np.maximum(counts, 1))) * rarity
        self.norm = float(np.sqrt((self.weights**2).sum())) or 1.0
        self.titles = np.where(found.weights & IN_TITLE, rarity, 0.0)
        self.titles_norm = float(np.sqrt((self.titles**2).sum())) or 1.0
        self.id_set = set(found.ids.tolist())


def compare(
    asked: Asked, kept: Kept, seen: npt.NDArray[np.uint32], total: int
) -> tuple[float, tuple[Sentence, ...]]:
    """How sure it is that both speak of one matter, and why."""
    ids = np.frombuffer(kept.ids, np.uint32)
    flags = np.frombuffer(kept.weights, np.uint8)
    rarity = np.log((total + 2.0) / (seen[ids] + 0.5))
    weights = (1 + np.log(np.maximum(flags & 0x7F, 1))) * rarity
    titles = np.where(flags & IN_TITLE, rarity, 0.0)
    _both, here, there = np.intersect1d(asked.found.ids, ids, assume_unique=True, return_indices=True)
    norm = asked.norm * (float(np.sqrt((weights**2).sum())) or 1.0)
    whole = float((asked.weights[here] * weights[there]).sum()) / norm
    titles_norm = asked.titles_norm * (float(np.sqrt((titles**2).sum())) or 1.0)
    title = float((asked.titles[here] * titles[there]).sum()) / titles_norm
    shared, against = _places(asked, kept, ids)
    mine, other = asked.found.areas, kept.areas
    is_other_area = bool(mine and other and not mine & other)
    years = abs(asked.found.day - kept.day) / 365 if asked.found.day and kept.day else 0.0
    grade = (
        WHOLE * whole
        + TITLES * title
        + PLACE_SHARED * bool(shared)
        - PLACE_AGAINST * bool(against)
        - OTHER_AREA * is_other_area
        - APART * min(years, 3.0)
        + CONSTANT
    )
    sure = 1 / (1 + math.exp(-max(-30.0, min(30.0, grade))))
    strongest = here[np.argsort(-asked.weights[here])[:5]]
    return sure, _reasons(tuple(asked.found.words[at] for at in strongest), shared, against, whole, years)


def _places(asked: Asked, kept: Kept, ids: npt.NDArray[np.uint32]) -> tuple[str, tuple[str, str] | None]:
    """A place both speak of, or the places that stand against each other."""
    mine, other = asked.found.sites, kept.sites
    for site in mine:
        if any(_alike(site, each) for each in other):
            return site, None
    here, there = mine[: asked.found.main], other[: kept.main]
    if not here or not there:
        return "", None
    words = set(ids.tolist())
    if any(_is_named(site, words) for site in here) or any(_is_named(site, asked.id_set) for site in there):
        return "", None
    return "", (here[0], there[0])


def _alike(one: str, two: str) -> bool:
    return one == two or (one in two if len(one) < len(two) else two in one)


def _is_named(site: str, words: set[int]) -> bool:
    """Whether the words of a place's name stand in the other text, though not as a name."""
    parts = [part for part in cut(site) if len(part) > 1]
    return bool(parts) and all(word_id(part) in words for part in parts)


def _reasons(
    words: tuple[str, ...], shared: str, against: tuple[str, str] | None, whole: float, years: float
) -> tuple[Sentence, ...]:
    found = []
    if words:
        found.append(sentence(_("Both say %(words)s."), words="、".join(words)))
    if shared:
        found.append(sentence(_("Both are about %(place)s."), place=shared))
    if against:
        found.append(
            sentence(_("One is about %(one)s, the other about %(two)s."), one=against[0], two=against[1])
        )
    if whole > 0.9:
        found.append(sentence(_("Nearly the same words.")))
    if years > 1:
        found.append(sentence(_("More than a year lies between them.")))
    return tuple(found)
