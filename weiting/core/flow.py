"""States and moves of a noun, declared once: field, constraint, buttons, audit tag and diagram come from here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from weiting.core.errors import Conflict

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Move:
    """One allowed step of a flow: from any of `sources` to `target`."""

    name: str
    sources: frozenset[str]
    target: str
    flow: "type[Flow]"


class move:  # noqa: N801 - it reads as a word in a declaration
    """Declare a move inside a Flow: `submit = move(DRAFT, RETURNED, to=IN_REVIEW)`."""

    def __init__(self, *sources: str, to: str) -> None:
        self.sources = frozenset(str(source) for source in sources)
        self.target = str(to)
        self.bound: Move | None = None

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: "type[Flow]") -> Move:
        if self.bound is None:
            self.bound = Move(self.name, self.sources, self.target, owner)
        return self.bound


class Flow:
    """A noun's life. Subclasses set `tag`, `states`, `initial` and declare moves; a broken graph cannot be made."""

    tag: ClassVar[str]
    states: ClassVar[type[models.TextChoices]]
    initial: ClassVar[str]

    def __init_subclass__(cls) -> None:
        known = set(cls.states.values)
        reached = {str(cls.initial)}
        for each in cls.moves():
            unknown = (each.sources | {each.target}) - known
            if unknown or not each.sources:
                raise TypeError(f"{cls.__name__}.{each.name} names unknown or no states: {sorted(unknown)}")
        grown = True
        while grown:
            new = {m.target for m in cls.moves() if m.sources & reached} - reached
            reached |= new
            grown = bool(new)
        if reached != known:
            raise TypeError(f"{cls.__name__}: no path leads to {sorted(known - reached)}")
        ALL.append(cls)

    @classmethod
    def moves(cls) -> Iterator[Move]:
        """Yield every declared move."""
        for name, value in vars(cls).items():
            if isinstance(value, move):
                yield getattr(cls, name)

    @classmethod
    def available(cls, state: str) -> list[Move]:
        """List the moves that may follow a state: the buttons of a page are made from it."""
        return [m for m in cls.moves() if state in m.sources]

    @classmethod
    def mermaid(cls) -> str:
        """Draw the flow as a Mermaid state diagram for the reference."""
        lines = ["stateDiagram-v2", f"    [*] --> {cls.initial}"]
        for m in cls.moves():
            lines += [f"    {source} --> {m.target}: {m.name}" for source in sorted(m.sources)]
        return "\n".join(lines)

    @classmethod
    def constraint(cls, name: str, field: str = "state") -> models.CheckConstraint:
        """Return the check constraint that keeps unknown states out of the table."""
        return models.CheckConstraint(
            condition=models.Q(**{f"{field}__in": sorted(cls.states.values)}), name=name
        )


ALL: list[type[Flow]] = []


class StateField(models.CharField):  # type: ignore[type-arg]  # generic in the stubs only
    """The column that holds a flow's state; only `perform` writes it."""

    def __init__(self, flow: type[Flow] | None = None, **kwargs: Any) -> None:
        if flow is not None:
            kwargs.update(choices=flow.states.choices, default=str(flow.initial))
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("editable", False)
        super().__init__(**kwargs)


def perform(obj: M, step: Move, *, where: dict[str, Any] | None = None, **fields: Any) -> M:
    """Move one row by compare-and-set and write `fields` with it; raise Conflict if another was faster.

    `where` adds conditions that must still hold (a content hash, a version). The object in hand is
    brought up to date.
    """
    rows = (
        type(obj)
        ._default_manager.filter(pk=obj.pk, state__in=step.sources, **(where or {}))
        .update(state=step.target, **fields)
    )
    if rows != 1:
        raise Conflict(
            _("Somebody else has changed this in the meantime. Look at it again, then decide."),
            code="illegal_move",
            move=step.name,
        )
    for name, value in {"state": step.target, **fields}.items():
        setattr(obj, name, value)
    return obj


def one_of(states: Iterable[str]) -> models.Q:
    """Return the condition "state is one of these"."""
    return models.Q(state__in=[str(state) for state in states])
