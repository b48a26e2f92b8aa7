"""The expression a query becomes, and its spelling as a PostgreSQL tsquery, with nothing left unquoted."""

from collections.abc import Iterable
from dataclasses import dataclass

from weiting.text.fold import LONGEST


@dataclass(frozen=True, slots=True)
class Term:
    """One lexeme, or every lexeme that begins so."""

    text: str
    is_prefix: bool = False

    def __str__(self) -> str:
        text = self.text[:LONGEST].replace("\\", "\\\\").replace("'", "''")
        return f"'{text}'" + (":*" if self.is_prefix else "")


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these."""

    nodes: tuple["Node", ...]

    def __str__(self) -> str:
        return "(" + " & ".join(map(str, self.nodes)) + ")"


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of these."""

    nodes: tuple["Node", ...]

    def __str__(self) -> str:
        return "(" + " | ".join(map(str, self.nodes)) + ")"


@dataclass(frozen=True, slots=True)
class Phrase:
    """These terms, each as far behind the first as its offset says."""

    terms: tuple[tuple[Term, int], ...]

    def __str__(self) -> str:
        text, before = "", 0
        for term, offset in self.terms:
            text += f" <{offset - before}> {term}" if text else str(term)
            before = offset
        return f"({text})"


@dataclass(frozen=True, slots=True)
class Without:
    """Not this one."""

    node: "Node"

    def __str__(self) -> str:
        return f"!{self.node}"


Node = Term | All | Any | Phrase | Without


def all_of(nodes: Iterable[Node]) -> Node | None:
    """Join with and; one node stays itself, none is None."""
    unique = tuple(dict.fromkeys(nodes))
    return All(unique) if len(unique) > 1 else next(iter(unique), None)


def any_of(nodes: Iterable[Node]) -> Node | None:
    """Join with or; one node stays itself, none is None."""
    unique = tuple(dict.fromkeys(nodes))
    return Any(unique) if len(unique) > 1 else next(iter(unique), None)
