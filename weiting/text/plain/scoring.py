"""A mark from 0 to 100 with its parts: what each part weighs, what it took away, and where the weight comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from weiting.text.finding import Finding, Translate, _, translator
from weiting.text.plain.checking import Profile, check
from weiting.text.plain.facts import Facts, facts

# A text with so many facts per 100 characters gets the whole of that part: the middle of good notices.
FULL_DENSITY = {"post": 4.0, "answer": 3.0}
# So many findings per 100 characters take all of a part away.
_GRAVITY = {"must": 2.0, "should": 1.0, "hint": 0.5}
_HOUSE = _("House weight")
_ORDER_61 = _("Guobanfa [2016] No. 61: answers rest on facts")


@dataclass(frozen=True, slots=True)
class Weight:
    """What a part weighs and how many findings per 100 characters use it up."""

    key: str
    title: str
    points: int
    used_up_at: float
    source: str


WEIGHTS: tuple[Weight, ...] = (
    Weight("facts", _("Things that can be checked"), 30, 0, _ORDER_61),
    Weight("officialese", _("Words that say nothing"), 15, 3, _HOUSE),
    Weight("promise", _("Promises with a day"), 15, 1.5, _ORDER_61),
    Weight("actor", _("Who acts is named"), 10, 1.5, _ORDER_61),
    Weight("lead", _("When, where, what to do comes first"), 10, 2, _HOUSE),
    Weight("length", _("Sentences of readable length"), 8, 1.5, _HOUSE),
    Weight("nominal", _("Verbs without wrapping"), 4, 2, _HOUSE),
    Weight("abbreviation", _("Abbreviations explained"), 4, 1.5, _HOUSE),
    Weight("condescension", _("Among equals"), 4, 0.7, _ORDER_61),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a mark: `points` of `of`; `measured` is facts or weighed findings per 100 characters."""

    key: str
    title: str
    points: float
    of: int
    measured: float
    source: str


@dataclass(frozen=True, slots=True)
class Score:
    """A mark from 0 to 100 and the parts that add up to it."""

    value: int
    parts: tuple[Part, ...]

    def as_dict(self, translate: Translate | None = None) -> dict[str, Any]:
        """Plain values for JSON, titles in the reader's language."""
        say = translate or translator()
        return {
            "value": self.value,
            "parts": [
                {
                    "key": part.key,
                    "title": say(part.title),
                    "points": round(part.points, 1),
                    "of": part.of,
                    "measured": round(part.measured, 2),
                    "source": say(part.source),
                }
                for part in self.parts
            ],
        }


def score(
    text: str,
    profile: Profile = "post",
    findings: Sequence[Finding] | None = None,
    known: Facts | None = None,
) -> Score:
    """The mark of a text; pass the findings and facts when they are at hand. An answer has no part for the notice's
    lead, and its points go to the facts.
    """
    found = check(text, profile) if findings is None else findings
    known = known or facts(text)
    per_hundred = 100 / max(known.characters, 100)
    parts = []
    for weight in WEIGHTS:
        points = _points(weight, profile)
        if not points:
            continue
        if weight.key == "facts":
            measured = known.density
            share = min(1.0, measured / FULL_DENSITY[profile])
        else:
            own = (each for each in found if each.family == weight.key)
            measured = per_hundred * sum(_GRAVITY[each.severity] for each in own)
            share = max(0.0, 1 - measured / weight.used_up_at)
        parts.append(Part(weight.key, weight.title, points * share, points, measured, weight.source))
    return Score(round(sum(part.points for part in parts)) if known.characters else 0, tuple(parts))


def _points(weight: Weight, profile: Profile) -> int:
    if profile == "post":
        return weight.points
    lead = next(each.points for each in WEIGHTS if each.key == "lead")
    return {"lead": 0, "facts": weight.points + lead}.get(weight.key, weight.points)
