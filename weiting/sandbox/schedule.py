"""Faults by schedule: spells with a beginning and an end, named one by one or drawn from a seed; the same seed again,
the same spells."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

# What a drawn spell can be, each for a platform of its own liking: faults of calls, codes, tokens, call-backs.
KINDS: dict[str, dict[str, Any]] = {
    "drop": {"faults": {"drop": 1.0}},
    "slow": {"faults": {"slow_rate": 1.0}},
    "error": {"faults": {"error": 1.0}},
    "error_after": {"faults": {"error_after": 1.0}},
    "too_many": {"faults": {"too_many": 1.0}},
    "expired": {"expired": True},
    "quota": {"quota": True},
    "wrong_signature": {"backs": {"wrong_signature": 1.0}},
    "duplicate": {"backs": {"duplicate": 1.0}},
    "disorder": {"backs": {"disorder": 1.0}},
    "lost": {"backs": {"lost": 1.0}},
    "skew": {"backs": {"skew": 900.0}},
}


@dataclass(frozen=True)
class Spell:
    """What goes wrong from `at` seconds after the beginning, for `lasts` seconds."""

    at: float
    lasts: float
    name: str = ""
    does: dict[str, Any] = field(default_factory=dict)


def listed(said: Sequence[dict[str, Any]]) -> list[Spell]:
    """Read spells as a switch names them; raise KeyError for a kind that is none."""
    return [
        Spell(float(each["at"]), float(each["lasts"]), str(each.get("kind", "")), _does(each))
        for each in said
    ]


def _does(said: dict[str, Any]) -> dict[str, Any]:
    own = {name: said[name] for name in ("faults", "backs", "expired", "quota") if name in said}
    return own or KINDS[str(said["kind"])]


def drawn(
    seed: int, seconds: float, kinds: Sequence[str] = tuple(KINDS), *, share: float = 0.5
) -> list[Spell]:
    """Draw spells one after another until `seconds` are full; about `share` of the time something goes wrong."""
    chance, found, at = random.Random(seed), [], 0.0  # noqa: S311 - to be repeated, not to be secret
    while at < seconds:
        lasts = chance.uniform(0.5, 3.0)
        kind = chance.choice(list(kinds))
        if chance.random() < share:
            found.append(Spell(at, lasts, kind, KINDS[kind]))
        at += lasts
    return found


@dataclass
class Schedule:
    """The spells of one platform since a beginning, and which of them are on."""

    began: float = 0.0
    spells: list[Spell] = field(default_factory=list)
    is_on: frozenset[int] = frozenset()

    def begin(self, said: dict[str, Any], now: float) -> None:
        """Begin anew with the spells that are named (`list`), or drawn from a `seed` for so many `seconds`."""
        self.began, self.is_on = now, frozenset()
        self.spells = (
            listed(said["list"])
            if "list" in said
            else drawn(
                int(said.get("seed", 0)), float(said.get("seconds", 60)), said.get("kinds") or tuple(KINDS)
            )
        )

    def changed(self, now: float) -> list[Spell] | None:
        """Return the spells that are on when they are others than before, else None."""
        past = now - self.began
        is_on = frozenset(n for n, each in enumerate(self.spells) if each.at <= past < each.at + each.lasts)
        if is_on == self.is_on:
            return None
        self.is_on = is_on
        return [self.spells[n] for n in sorted(is_on)]
