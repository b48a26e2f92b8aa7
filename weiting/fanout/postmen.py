"""Who carries the copies of each kind: named here by their module, loaded by workers only."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from django.utils.module_loading import import_string

from weiting.channels.ports import Action, Refused
from weiting.channels.wire import Wire


@dataclass(frozen=True)
class Letter:
    """One copy as its postman is given it; `attempt` counts this one, `since` is when the copy was laid down."""

    key: str
    host: str
    target: str
    attempt: int
    since: datetime


class Gone(Refused):
    """There is nobody at this address any more: its owner hears of it by `gone`."""

    def __init__(self, why: str = "") -> None:
        super().__init__("gone", Action.NOTHING, why, whole_account=False)


class Postman(Protocol):
    """Carries the copies of one kind. Made once in each worker."""

    # Whether a copy whose answer was lost may be sent again without harm. If not, it stays in doubt.
    repeats: bool
    # How many calls one host gets at once, and all hosts of this kind together.
    at_host: int
    at_once: int

    def pack(self, payload: dict[str, Any]) -> Any:
        """Return what every copy of an item needs; called once for an item, with the database at hand."""
        ...

    def deliver(self, packed: Any, letter: Letter, wire: Wire) -> None:
        """Deliver one copy. Called in threads, without the database. Raises TryLater (`whole_account`: the whole host
        is not well), Refused, Gone or InDoubt."""
        ...

    def gone(self, payload: dict[str, Any], targets: list[str]) -> None:
        """Take note that there is nobody at these addresses, in the transaction that settles their copies."""
        ...


_named: dict[str, str] = {}


def register(kind: str, postman: str) -> None:
    """Name the postman of a kind: "package.module.Class", made without arguments."""
    _named[kind] = postman


def kinds() -> list[str]:
    """List the kinds that have a postman."""
    return sorted(_named)


@cache
def postman_of(kind: str) -> Postman:
    """Return the postman of a kind; raise KeyError when nobody carries it."""
    made: Postman = import_string(_named[kind])()
    return made
