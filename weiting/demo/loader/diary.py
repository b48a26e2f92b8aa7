"""The demo's year as it is lived through: what happens when, run in order under a clock that follows it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from weiting.core import clock


def at(text: str, *, plus: timedelta = timedelta()) -> datetime:
    """Read a moment of Shanghai's clock: "2026-11-21 22:46" or as the content writes it."""
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=clock.SHANGHAI)) + plus


@dataclass
class Diary:
    """What is to happen, by moment; things of one moment happen in the order in which they were written down."""

    pages: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def note(self, moment: datetime, happens: Callable[[], object]) -> None:
        """Write down what happens at a moment."""
        self.pages.append((moment, next(self.numbers), happens))

    def live(self) -> datetime:
        """Let everything happen at its moment; return the last one."""
        last = datetime.min.replace(tzinfo=clock.SHANGHAI)
        # What happens may write down more, but only for later.
        while self.pages:
            self.pages.sort(key=lambda page: page[:2])
            moment, _number, happens = self.pages.pop(0)
            with standing(moment):
                happens()
            last = moment
        return last


@contextmanager
def standing(moment: datetime) -> Iterator[None]:
    """Let every part of the program believe that it is this moment."""
    clock.use(lambda: moment)
    try:
        yield
    finally:
        clock.use(None)
