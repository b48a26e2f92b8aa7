"""The units whose remit fits a message: from what each answers for, in residents' words."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log
from pathlib import Path

import ahocorasick  # type: ignore[import-not-found]

from weiting.text.fold import fold
from weiting.text.segment import cut
from weiting.text.triage.rules import Choice

READ = 2_000
_MOST_UNITS, _MOST_WORDS = 5, 4
# A word of a remit said whole counts more than a piece of it; in the title more than in the body.
_WHOLE, _PIECE, _TITLE = 1.0, 0.3, 2.0
_LEAST, _DOUBT = 1.2, 1.5
# Words that stand in remits and in messages alike and tell no unit from another.
_COMMON = frozenset((Path(__file__).parent / "data" / "common.txt").read_text(encoding="utf-8").split())


@dataclass(frozen=True, slots=True)
class Remit:
    """One matter a unit answers for: the unit's code, the matter, and other words for it."""

    unit: str
    matter: str
    synonyms: Sequence[str] = ()


@dataclass
class Remits:
    """Finds units for messages; built once for a list of remits, asked many times."""

    remits: Iterable[Remit]
    _found: ahocorasick.Automaton = field(init=False, repr=False)
    _weights: dict[str, float] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        owners: dict[str, dict[str, float]] = defaultdict(dict)
        for remit in self.remits:
            for phrase in (remit.matter, *remit.synonyms):
                for word, share in _pieces(phrase):
                    owners[word][remit.unit] = max(share, owners[word].get(remit.unit, 0.0))
        units = {unit for each in owners.values() for unit in each}
        self._weights = {word: log(1 + len(units) / len(each)) for word, each in owners.items()}
        # Longer words say more; what half the units answer for tells nothing.
        self._found = ahocorasick.Automaton()
        for word, each in owners.items():
            self._found.add_word(word, (word, each))
        if owners:
            self._found.make_automaton()

    def rank(self, title: str, content: str) -> tuple[Choice, ...]:
        """The units that fit, best first, with the words that decided; none when no remit is near enough."""
        points: Counter[str] = Counter()
        told: dict[str, Counter[str]] = defaultdict(Counter)
        if not len(self._found):
            return ()
        for text, factor in ((title, _TITLE), (content, 1.0)):
            words = {word: owners for _end, (word, owners) in self._found.iter(fold(text[:READ]))}
            for word, owners in words.items():
                if any(word != other and word in other for other in words):
                    continue  # the longer word says it already
                for unit, share in owners.items():
                    gain = factor * share * self._weights[word] * min(1.6, 0.5 + len(word) / 4)
                    points[unit] += gain
                    told[unit][word] += gain
        best = sorted(points.items(), key=lambda row: (-row[1], row[0]))[:_MOST_UNITS]
        total = sum(gain for _unit, gain in best) + _DOUBT
        return tuple(
            Choice(
                unit,
                round(gain / total, 3),
                tuple(word for word, _gain in told[unit].most_common(_MOST_WORDS)),
            )
            for unit, gain in best
            if gain >= _LEAST
        )


def _pieces(phrase: str) -> list[tuple[str, float]]:
    """A phrase whole, and the words it is made of."""
    whole = fold(phrase).strip()
    if len(whole) < 2:
        return []
    words = [word for word in cut(whole) if len(word) > 1 and word != whole and word not in _COMMON]
    return [*([(whole, _WHOLE)] if whole not in _COMMON else []), *((word, _PIECE) for word in words)]
