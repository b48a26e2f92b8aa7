"""Finds a commented passage again after the text has changed. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Where(StrEnum):
    """How sure a place is."""

    EXACT = "exact"
    MOVED = "moved"
    DETACHED = "detached"


@dataclass(frozen=True)
class Passage:
    """Where a quote stands now; a detached one has no place and shows its quote beside the text."""

    where: Where
    start: int | None = None
    end: int | None = None


def find_again(text: str, quote: str, start: int, length: int | None = None) -> Passage:
    """Find a quote in a text, preferring the occurrence nearest to where it stood.

    `length` is the length of the whole passage where the quote keeps only its beginning.
    """
    span = max(length or 0, len(quote))
    if not quote:
        return Passage(Where.DETACHED)
    if text.startswith(quote, start):
        return Passage(Where.EXACT, start, min(start + span, len(text)))
    before = text.rfind(quote, 0, start + len(quote))
    after = text.find(quote, start)
    found = [at for at in (before, after) if at >= 0]
    if not found:
        return Passage(Where.DETACHED)
    at = min(found, key=lambda place: abs(place - start))
    return Passage(Where.MOVED, at, min(at + span, len(text)))
