"""A channel's rules as data: its limits, its quotas, and what each of its error codes asks of a person.

They lie in data/<kind>.toml; the documentation's page of each channel is made from them.
"""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from weiting.channels.ports import Action, ChannelError, InDoubt, Refused, TryLater

DATA = Path(__file__).parent / "data"
DEFAULT_WAIT = 300.0


@dataclass(frozen=True)
class Quota:
    """At most `most` sendings of an account in `every` seconds."""

    every: float
    most: int


@dataclass(frozen=True)
class Outcome:
    """What a code of the channel means for a sending."""

    outcome: str
    # What the platform means by it, for the documentation.
    says: str = ""
    action: Action = Action.NOTHING
    after: float = DEFAULT_WAIT
    # Whether it holds for every text of the account; of a refusal the action says so where the table does not.
    whole: bool | None = None


@dataclass(frozen=True)
class Rules:
    """One channel's rules; `limits` are its other facts under their names in the file."""

    kind: str
    title: str
    quotas: tuple[Quota, ...] = ()
    errors: dict[str, Outcome] = field(default_factory=dict)
    limits: dict[str, Any] = field(default_factory=dict)

    def error(self, code: str, why: str = "") -> ChannelError:
        """Return the error a code stands for; an unknown one is refused, with a person to ask the platform."""
        known = self.errors.get(code)
        if known is None:
            return Refused(code, Action.ASK_PLATFORM, why, whole_account=False)
        if known.outcome == "later":
            return TryLater(known.after, f"{code} {why}".strip(), whole_account=bool(known.whole))
        if known.outcome == "in_doubt":
            return InDoubt(f"{code} {why}".strip())
        return Refused(code, known.action, why, whole_account=known.whole)


@cache
def rules(kind: str) -> Rules:
    """Return the rules of a kind of channel; raise KeyError when there is no such kind."""
    path = DATA / f"{kind}.toml"
    if not kind.isidentifier() or not path.is_file():
        raise KeyError(f"There are no rules of a channel {kind!r}.")
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    return Rules(
        kind,
        found.pop("title"),
        tuple(Quota(**each) for each in found.pop("quotas", ())),
        {
            code: Outcome(**{**said, "action": Action(said.get("action", "nothing"))})
            for code, said in found.pop("errors", {}).items()
        },
        found,
    )
