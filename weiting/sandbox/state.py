"""What the fake channels hold: what each account said there, and the faults that are switched on. Kept in memory."""

import json
import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from itertools import count
from typing import Any, ClassVar
from urllib.parse import parse_qsl

NAMED = re.compile(rb'name="([^"]*)"')
# A status, what is answered (bytes as they are, everything else as JSON), and more headers.
Reply = tuple[int, Any] | tuple[int, Any, dict[str, str]]


@dataclass(frozen=True)
class Call:
    """One request to a fake: `path` without the fake's own beginning, the names of the headers in small letters."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    now: float

    @property
    def asked(self) -> dict[str, str]:
        """Return what stands in the address."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def json(self) -> dict[str, Any] | None:
        """Return the body read as a JSON object; None when it is none."""
        try:
            found = json.loads(self.body or b"{}")
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    def form(self) -> tuple[dict[str, str], int]:
        """Return what was given, and how many files came with it; of a GET what stands in the address."""
        if self.method == "GET":
            return self.asked, 0
        kind = self.headers.get("content-type", "")
        if not kind.startswith("multipart/"):
            return dict(parse_qsl(self.body.decode("utf-8", "replace"))), 0
        given, files = {}, 0
        boundary = kind.partition("boundary=")[2].strip('"').encode()
        for part in self.body.split(b"--" + boundary)[1:-1]:
            head, _blank, value = part.strip(b"\r\n").partition(b"\r\n\r\n")
            if b"filename=" in head:
                files += 1
            elif found := NAMED.search(head):
                given[found[1].decode()] = value.decode("utf-8", "replace")
        return given, files


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
    """One fake channel; each platform's own answers its calls."""

    name: str
    # Where the platform writes the code of what went wrong: the status, the names of the code and of its words.
    coded: ClassVar[tuple[int, str, str]] = (400, "error_code", "error")
    faults: Faults = field(default_factory=Faults)
    said: list[Said] = field(default_factory=list)
    expired: set[str] = field(default_factory=set)
    # What a path is answered with instead: the platform's own code.
    codes: dict[str, int] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    _by_account: dict[str, list[Said]] = field(default_factory=dict)
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
        self._by_account.setdefault(account, []).append(made)
        return made

    def of(self, account: str) -> list[Said]:
        """List what an account said, newest first."""
        return self._by_account.get(account, [])[::-1]

    async def start(self) -> None:
        """Open what the fake serves besides HTTP."""

    async def stop(self) -> None:
        """Close it."""

    def answer(self, call: Call) -> Reply:
        """Answer one call as the platform does."""
        raise NotImplementedError

    def expire(self, accounts: set[str]) -> None:
        """Have the tokens of these accounts, and of no others, be over."""
        self.expired = accounts

    def switch(self, name: str, said: dict[str, Any], now: float) -> None:
        """Do what only this fake can be told to do; one that cannot ignores it."""

    def tick(self, now: float) -> None:
        """Let happen what was to happen by now."""

    def forget(self) -> None:
        """Forget what was said and how often it was called."""
        self.said.clear()
        self._by_account.clear()
        self.calls.clear()

    def as_dict(self) -> dict[str, Any]:
        """Return everything, for the programs that check a run."""
        return {
            "calls": dict(self.calls),
            "faults": asdict(self.faults),
            "said": [asdict(each) for each in self.said],
        }
