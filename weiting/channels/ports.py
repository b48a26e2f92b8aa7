"""What an adapter of a channel is given and gives back: plain values, three errors, one protocol.

An adapter is built with its settings and a `Wire`, keeps nothing between calls, and imports neither Django nor a
model nor another adapter. What it may do is said in `can`; a verb it has not named is never called.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from json import dumps
from typing import Any, Protocol

from weiting.text.finding import Message


class Verb(StrEnum):
    """What an adapter can do."""

    SEND = "send"
    # Ask the channel whether a text whose answer was lost has arrived.
    LOOK_UP = "look_up"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    # Send again under the same key without harm: the other side knows it has it.
    REPEAT = "repeat"
    # Ask what became of a text it has accepted and works on.
    FOLLOW = "follow"
    # Read what the channel tells us by itself.
    HOOK = "hook"
    # Look again whether a text still stands there as it was sent (`Checks`).
    CHECK = "check"
    # Read what people wrote to the account (`Polls`).
    POLL = "poll"
    # Make a harmless call that shows whether the settings and credentials work.
    PROBE = "probe"


@dataclass(frozen=True)
class Settings:
    """One account's settings: public ones, and the secrets, which are never logged or shown."""

    base: str
    values: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def secret(self, name: str) -> str:
        """Return a secret; raise Refused when the account has none, so that a person hears of it."""
        found = self.secrets.get(name, "")
        if not found:
            raise Refused("no_credentials", Action.AUTHORISE, name)
        return found


@dataclass(frozen=True)
class Media:
    """A picture, film or sound as it stands on the hall."""

    kind: str
    mime: str
    alt: str
    name: str
    url: str
    size: int
    open: Callable[[], bytes] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Words:
    """One approved text as every channel is given it; an adapter makes of it what its channel takes.

    `said` is the wording an editor made for this channel ("" when none); `correcting` what a correction says about
    itself ("" when the text is new); `passes_on` the address of the text it only passes on, where that can be said so.
    """

    title: str
    body: str
    html: str
    summary: str
    url: str
    content_hash: str
    said: str = ""
    topics: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    correcting: str = ""
    published_at: datetime | None = None
    passes_on: str = ""


@dataclass(frozen=True)
class Rendered:
    """Exactly what goes out. The preview shows it, the receipt keeps its digest.

    `fields` are named as the channel names them; `text` is what readers will see; `notes` tell the writer what was
    shortened or left out.
    """

    text: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    media: tuple[Media, ...] = ()
    notes: tuple[Message, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the fields and the names of the media, in hexadecimal."""
        said = dumps([dict(self.fields), [each.url for each in self.media]], sort_keys=True, default=str)
        return sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class Receipt:
    """The channel's word that it has a text: its own id, the address ("" until it is known), when it said so.

    `is_final` is False where the channel works on it and will tell the outcome later.
    """

    external_id: str
    url: str = ""
    at: datetime | None = None
    is_final: bool = True


class Action(StrEnum):
    """What a person has to do about a refusal; the words are in the catalogue."""

    AUTHORISE = "authorise"
    SHORTEN = "shorten"
    CHANGE_WORDS = "change_words"
    CHANGE_MEDIA = "change_media"
    ASK_PLATFORM = "ask_platform"
    BY_HAND = "by_hand"
    SETTINGS = "settings"
    NOTHING = "nothing"


class ChannelError(Exception):
    """The base of the three ways a call to a channel can end without a receipt."""


class TryLater(ChannelError):
    """Nothing was accepted; the same call may be made again after `after` seconds.

    `whole_account` says that the reason holds for every text of the account (a quota, a dead host).
    """

    def __init__(self, after: float, why: str, *, whole_account: bool = False) -> None:
        super().__init__(why)
        self.after, self.why, self.whole_account = after, why, whole_account


class Refused(ChannelError):
    """The channel will not take it: `code` as the channel gives it, and what a person has to do.

    `whole_account` says that no text of the account would be taken (an expired token).
    """

    def __init__(
        self, code: str, action: Action, why: str = "", *, whole_account: bool | None = None
    ) -> None:
        super().__init__(f"{code}: {why}" if why else code)
        self.code, self.action, self.why = code, action, why
        is_general = action in {Action.AUTHORISE, Action.ASK_PLATFORM, Action.SETTINGS}
        self.whole_account = is_general if whole_account is None else whole_account


class InDoubt(ChannelError):
    """The channel may have accepted it: ask before anything is sent again.

    `lasts` where the channel was asked and does not show it: still not there so many seconds after the call, it surely
    never arrived. None: nothing is known.
    """

    def __init__(self, why: str, *, lasts: float | None = None) -> None:
        super().__init__(why)
        self.lasts = lasts


@dataclass(frozen=True)
class Hook:
    """What a channel sent to our address."""

    method: str
    query: Mapping[str, str]
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Heard:
    """What a hook meant: a kind ("published", "message", …), a key that tells repetitions, and the facts."""

    kind: str
    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What our address answers at once, and what was heard. `signed_at` is the time the channel's signature names."""

    status: int = 200
    body: bytes = b""
    mime: str = "text/plain; charset=utf-8"
    heard: tuple[Heard, ...] = ()
    signed_at: datetime | None = None


class Standing(StrEnum):
    """How a text stands on its channel when it is looked at again; the words are those of the receipt."""

    THERE = "there"
    CHANGED = "changed"
    GONE = "gone"


class Outbox(Protocol):
    """Takes one text for many addresses kept here: followers, subscribers. The same key twice is put once."""

    def put(self, act: str, sent: Rendered, key: str, of: Receipt | None = None) -> Receipt:
        """Lay down the copies of a text ("send"), of a correction ("correct") or of a withdrawal ("withdraw") of what
        `of` stands for, all of them or none; return where it stands."""
        ...


class Adapter(Protocol):
    """One channel. Every verb raises TryLater, Refused or InDoubt, and nothing else of its own."""

    can: frozenset[Verb]

    def render(self, words: Words) -> Rendered:
        """Return exactly what would be sent. Pure: no call, no clock."""
        ...

    def send(self, sent: Rendered, key: str) -> Receipt:
        """Send it; `key` names this sending and is the same when it is tried again."""
        ...

    def look_up(self, sent: Rendered, key: str, since: datetime) -> Receipt | None:
        """Return the receipt of what was sent under `key` after `since`, or None when it is not there.

        Where what is not there may be under way for long, raise InDoubt with how long that `lasts`.
        """
        ...

    def follow(self, receipt: Receipt) -> Receipt | None:
        """Return the final receipt of an accepted text, None while it is worked on; Refused when it failed there."""
        ...

    def correct(self, receipt: Receipt, sent: Rendered, key: str) -> Receipt:
        """Bring a correction to where the text went."""
        ...

    def withdraw(self, receipt: Receipt, key: str) -> None:
        """Take back what was sent; what is gone already counts as taken back."""
        ...

    def read_hook(self, hook: Hook) -> Answer:
        """Check and read what the channel sent; a forged one is answered with 403 and says nothing."""
        ...


@dataclass(frozen=True)
class Probed:
    """As whom a channel knows us, the limits it names, which are kept among the settings, and in how many seconds the
    authorisation ends where it says so."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)
    ends_in: float | None = None


class Probes(Protocol):
    """What an adapter that can PROBE has besides."""

    def probe(self) -> Probed:
        """Make a call that nobody notices, and say what came of it; raise as every verb does."""
        ...


class Checks(Protocol):
    """What an adapter that can CHECK has besides."""

    def standing(self, receipt: Receipt, sent: Rendered | None) -> Standing:
        """Say how a text stands there; without `sent` only whether it does. Raises as every verb."""
        ...


class Polls(Protocol):
    """What an adapter that can POLL has besides."""

    def poll(self, marks: Mapping[str, str]) -> tuple[tuple[Heard, ...], dict[str, str]]:
        """Return what people wrote since the marks, and the new marks. Raises as every verb."""
        ...
