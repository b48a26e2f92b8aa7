"""The shapes of the demo's data: frozen records without behaviour, so that any loader can read them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

UnitKind = Literal["city", "district", "bureau", "subdistrict", "community", "grid"]
Klass = Literal["affairs", "news", "service"]
Purpose = Literal["info", "explanation", "response"]
Risk = Literal["low", "medium", "high"]
State = Literal["open", "done", "overdue"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A voice of the hall; `state` is active, silent or closed, and a closed unit names its successor."""

    key: str
    name: str
    account: str
    seal: str
    kind: UnitKind
    parent: str
    group: str
    colour: str
    about: str
    address: str
    phone: str
    hours: str
    state: str = "active"
    joined_on: str = "2025-08-31"
    silent_days: int = 0
    successor: str = ""
    closed_on: str = ""
    own_hall: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter a unit answers for, in residents' words."""

    unit: str
    name: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A standing column; `rhythm` is daily, weekdays, weekly or monthly, `on` the weekday (1–7) or the day."""

    slug: str
    name: str
    colour: str
    owner: str
    rhythm: str
    on: int
    about: str

    @property
    def tag(self) -> str:
        """Write the name as it stands in a post."""
        return f"#{self.name}#"


@dataclass(frozen=True, slots=True)
class Topic:
    """A WeChat topic (`wechat`) or a free hashtag with the days on which it was alive."""

    slug: str
    name: str
    kind: Literal["wechat", "free"]
    about: str
    starts_on: str = ""
    ends_on: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a unit; `substitute` stands in while the person is away."""

    key: str
    name: str
    unit: str
    roles: tuple[str, ...]
    title: str
    public: bool = False
    phone: str = ""
    substitute: str = ""
    away_from: str = ""
    away_to: str = ""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A demo sign-in; the loader sets the password."""

    username: str
    person: str
    can: str


@dataclass(frozen=True, slots=True)
class Account:
    """An entry of the register of official voices; `person` is set for a personal official account."""

    key: str
    unit: str
    platform: str
    handle: str
    opened_on: str
    filed_as: str
    state: str = "open"
    state_on: str = ""
    reason: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """The fact box: where it comes from, the document's number, whom to call, when more will be said."""

    source: str = ""
    doc_no: str = ""
    contact: str = ""
    next_update_at: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A generated illustration: its motif, the seed it is drawn from, and what it shows in words."""

    motif: str
    seed: int
    alt: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A visible correction: the wrong and the right fragment, why, and how many minutes after publishing."""

    wrong: str
    right: str
    reason: str
    minutes: int


@dataclass(frozen=True, slots=True)
class PassageComment:
    """A reviewer's remark on one passage of a post."""

    by: str
    passage: str
    note: str


@dataclass(frozen=True, slots=True)
class PostSeed:
    """One post. `follow_up_of` and `explains` name other posts; body holds the corrected text."""

    key: str
    unit: str
    author: str
    column: str
    topics: tuple[str, ...]
    klass: Klass
    purpose: Purpose
    risk: Risk
    title: str
    body: str
    summary: str
    published_at: str
    facts: Facts = field(default_factory=Facts)
    picture: Picture | None = None
    corrections: tuple[Correction, ...] = ()
    promises: str = ""
    due_on: str = ""
    follow_up_of: str = ""
    explains: str = ""
    policy_part: Literal["", "policy", "explanation", "questions"] = ""
    provenance: Literal["original", "partner", "contributed"] = "original"
    contributor: str = ""
    expires_at: str = ""
    state: str = "published"
    step: int = 0
    held_reason: str = ""
    returned_reason: str = ""
    decided: str = ""
    comments: tuple[PassageComment, ...] = ()
    waiting_since: str = ""
    due_at: str = ""
    hand_written: bool = False
    # The units that sign it together with its own.
    signers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a WeChat issue."""

    post: str
    title: str
    digest: str


@dataclass(frozen=True, slots=True)
class Issue:
    """A numbered WeChat issue of one to eight articles."""

    number: int
    unit: str
    title: str
    published_at: str
    cover: Picture
    articles: tuple[Article, ...]
    state: str = "published"


@dataclass(frozen=True, slots=True)
class Assignment:
    """What the centre asked for: who posts what by when, and which post answered it."""

    key: str
    title: str
    brief: str
    column: str
    units: tuple[str, ...]
    given_at: str
    due_at: str
    state: State
    answered_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A reusable text with {slots} to fill."""

    slug: str
    name: str
    unit: str
    column: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One step of a unit's joining."""

    slug: str
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Units that join together by a date; `done` holds the finished steps of units still under way."""

    number: int
    name: str
    due_on: str
    units: tuple[str, ...]
    done: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """Who is on duty, and what was handed over."""

    starts_at: str
    ends_at: str
    person: str
    backup: str
    handover: str = ""
