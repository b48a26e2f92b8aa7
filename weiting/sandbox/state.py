"""What the fake channels hold: what each account said there, and the faults that are switched on. Kept in memory."""

import random
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from itertools import count
from typing import Any


@dataclass
class Faults:
    """How often, from 0 to 1, a call goes wrong, and how; `delay` and `slow` are seconds."""

    delay: float = 0.0
    slow: float = 1.5
    # Accepted, and the answer never comes.
    drop: float = 0.0
    slow_rate: float = 0.0
    # An error of the server before, and one after it has accepted.
    error: float = 0.0
    error_after: float = 0.0
    too_many: float = 0.0
    seed: int = 0
    # Only calls whose path ends so go wrong; "": all.
    only: str = ""
    # After how long a publication of the fake WeChat ends, and how: its `publish_status`.
    publish_after: float = 0.5
    publish_status: int = 0

    def set(self, said: dict[str, Any]) -> None:
        """Take over the values that are named; raise KeyError for an unknown one, ValueError for one that is none."""
        known = {each.name: type(getattr(self, each.name)) for each in fields(self)}
        for name, value in said.items():
            setattr(self, name, known[name](value))


@dataclass
class Said:
    """One text as followers see it."""

    id: int
    account: str
    text: str
    at: float
    key: str = ""
    of: int | None = None
    event: str = "published"
    pictures: int = 0


@dataclass
class Channel:
    """One fake channel."""

    name: str
    faults: Faults = field(default_factory=Faults)
    said: list[Said] = field(default_factory=list)
    expired: set[str] = field(default_factory=set)
    # What a path is answered with instead: the platform's own code.
    codes: dict[str, int] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    _ids: Any = field(default_factory=lambda: count(5_230_000_000_000_001))
    _chance: random.Random = field(default_factory=random.Random)

    def happens(self, rate: float) -> bool:
        """Draw whether a fault happens now."""
        return rate > 0 and self._chance.random() < rate

    def seed(self) -> None:
        """Begin the draws anew from the seed of the faults."""
        self._chance.seed(self.faults.seed)

    def say(self, account: str, text: str, at: float, **more: Any) -> Said:
        """Keep a text."""
        made = Said(next(self._ids), account, text, at, **more)
        self.said.append(made)
        return made

    def of(self, account: str) -> list[Said]:
        """List what an account said, newest first."""
        return [each for each in reversed(self.said) if each.account == account]

    def tick(self, now: float) -> None:
        """Let happen what was to happen by now."""

    def forget(self) -> None:
        """Forget what was said and how often it was called."""
        self.said.clear()
        self.calls.clear()

    def as_dict(self) -> dict[str, Any]:
        """Return everything, for the programs that check a run."""
        return {
            "calls": dict(self.calls),
            "faults": asdict(self.faults),
            "said": [asdict(each) for each in self.said],
        }
