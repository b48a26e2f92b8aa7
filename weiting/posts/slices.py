"""Marks in search documents that say when, by whom and where a post came out, and spans of time as queries over them.

A word that stands in thousands of posts is looked for in slices of time, newest first, until there is enough. The
marks let the index itself do the slicing, so that only posts that will be shown are ever read from the table. No
text and no query can hold a mark: `@` is not part of any term.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from weiting.core import clock

# A few large marks are looked up much sooner than many small ones: years, halves, quarters, months.
BLOCKS = ((12, ""), (6, "h"), (3, "q"), (1, "m"))
# So many rows are read without slicing: less than finding out how to slice would cost.
FEW = 1000
# How much wider than needed a slice is made: another one costs less than many rows read in vain.
MARGIN = 1.1


def month_of(day: date) -> int:
    """Number a month so that months can be counted: 0 is January of the year 0."""
    return day.year * 12 + day.month - 1


def _mark(month: int, size: int, letter: str) -> str:
    year, number = divmod(month, 12)
    return f"'@{year}{letter}{number // size + 1}'" if letter else f"'@{year}'"


def marks_of(
    unit_id: int, column_id: int | None, klass: str, at: datetime, signers: Iterable[int] = ()
) -> str:
    """Return the marks of a post as part of a tsvector literal: year, half, quarter, month, units, class, column.

    Its units are the one that wrote it and those that signed it.
    """
    month = month_of(clock.local(at))
    when = " ".join(_mark(month, size, letter) for size, letter in BLOCKS)
    units = " ".join(f"'@u{pk}'" for pk in (unit_id, *signers))
    return f"{when} {units} '@k{klass}'" + (f" '@c{column_id}'" if column_id else "")


def span(first: int, last: int) -> str:
    """Return the months from `first` to `last` as a tsquery over marks, the largest that fit."""
    found: list[str] = []
    month = first
    while month <= last:
        size, letter = next(
            (size, letter) for size, letter in BLOCKS if month % size == 0 and month + size - 1 <= last
        )
        found.append(_mark(month, size, letter))
        month += size
    return " | ".join(found)


@dataclass
class Slices:
    """Spans of months, newest first, each as wide as what was found before makes it seem enough."""

    oldest: int
    newest: int
    wanted: int
    # How much of the newest month has passed: posts of a few days must not pass for those of a month.
    begun: float = 1.0
    # Nothing outside these months is wanted: then the last span is one of months too.
    is_bounded: bool = False
    found: int = 0

    def __iter__(self) -> Iterator[str]:
        """Yield each span as a tsquery, or at last "" for all there is, what was seen included.

        With bounds the last is the rest of the months instead.
        `found` is to be brought up to date between two of them.
        """
        last = self.newest
        while last >= self.oldest and self.found < self.wanted:
            seen = self.newest - last
            first = last if not seen else self._first(last, seen)
            if first <= self.oldest:
                yield span(self.oldest, last) if self.is_bounded else ""
                return
            yield span(first, last)
            last = first - 1

    def _first(self, last: int, months: int) -> int:
        """Choose how far back to go; a wide slice begins where a year, a half or a quarter does.

        Only if that is a tenth more at the most: what is read in vain costs more than a few marks.
        """
        seen = months - 1 + max(self.begun, 0.1)
        length = self.newest - self.oldest + self.begun
        if self.found * length <= FEW * seen:
            return self.oldest
        width = int((self.wanted - self.found) * seen * MARGIN / self.found) + 1
        first = last - width + 1
        size = next((size for size, _letter in BLOCKS if first % size * 10 <= width), 1)
        return first - first % size
