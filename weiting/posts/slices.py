"""Marks in search documents that say when and by whom a post came out, and spans of time as queries over them.

A word that stands in thousands of posts is looked for in slices of time, newest first, until there is enough. The
marks let the index itself do the slicing, so that only posts that will be shown are ever read from the table. No
text and no query can hold a mark: `@` is not part of any term.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from weiting.core import clock


def marks_of(unit_id: int, at: datetime) -> str:
    """Return the marks of a post as part of a tsvector literal: its year, its month, its unit."""
    day = clock.local(at)
    return f"'@{day.year}' '@{day.year}{day.month:02d}' '@u{unit_id}'"


def month_of(day: date) -> int:
    """Number a month so that months can be counted: 0 is January of the year 0."""
    return day.year * 12 + day.month - 1


def span(first: int, last: int) -> str:
    """Return the months from `first` to `last` as a tsquery over marks, whole years at once."""
    found: list[str] = []
    month = first
    while month <= last:
        year, number = divmod(month, 12)
        if number == 0 and month + 11 <= last:
            found.append(f"'@{year}'")
            month += 12
        else:
            found.append(f"'@{year}{number + 1:02d}'")
            month += 1
    return " | ".join(found)


@dataclass
class Slices:
    """Spans of months, newest first, each as wide as what was found before makes it seem enough."""

    oldest: int
    newest: int
    wanted: int
    found: int = 0

    def __iter__(self) -> Iterator[str]:
        """Yield each span as a tsquery; `found` is to be brought up to date between two of them."""
        last = self.newest
        while last >= self.oldest and self.found < self.wanted:
            first = max(self.oldest, last - self._width(self.newest - last) + 1)
            # What little would be left is not worth a question of its own.
            if first - self.oldest <= (last - first) // 2:
                first = self.oldest
            yield span(first, last)
            last = first - 1

    def _width(self, seen: int) -> int:
        if not seen:
            return 1
        if not self.found:
            return seen * 8
        return max(1, (self.wanted - self.found) * seen * 5 // (self.found * 4) + 1)
