"""A channel's rules as data: its limits, its quotas, and what each of its error codes asks of a person.

They lie in data/<kind>.toml; the documentation's page of each channel is made from them.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from weiting.channels.ports import Action, ChannelError, InDoubt, Refused, TryLater

DATA = Path(__file__).parent / "data"
DEFAULT_WAIT = 300.0


@dataclass(frozen=True)
class Quota:
    """At most `most` of some calls of an account in each hour, day or month on the clock of Shanghai.

    `most` is 0 where only the platform knows: then it counts as used up when the platform says so by one of `codes`.
    """

    name: str
    period: str
    most: int = 0
    # Calls whose path ends so; none: all of them.
    paths: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    # Only accounts whose setting has one of these values; "" is one that has not been set.
    when: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # The field of the request that names a sending: the same one again is not counted twice.
    once_by: str = ""
    # What the platform did not take is not counted.
    accepted_only: bool = False

    def holds_for(self, values: Mapping[str, Any]) -> bool:
        """Say whether an account with these settings has this quota."""
        return all(str(values.get(name, "") or "") in wanted for name, wanted in self.when.items())

    def counts(self, path: str) -> bool:
        """Say whether a call to a path counts."""
        return not self.paths or path.endswith(self.paths)


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
        tuple(_quota(each) for each in found.pop("quotas", ())),
        {
            code: Outcome(**{**said, "action": Action(said.get("action", "nothing"))})
            for code, said in found.pop("errors", {}).items()
        },
        found,
    )


def _quota(said: dict[str, Any]) -> Quota:
    when = {name: tuple(each) for name, each in said.pop("when", {}).items()}
    paths, codes = (tuple(said.pop(name, ())) for name in ("paths", "codes"))
    return Quota(**said, paths=paths, codes=codes, when=when)
