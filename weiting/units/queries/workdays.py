"""Which days are worked: the announced holidays that come with the product, and what this city wrote over them."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.worktime import Calendar
from weiting.units import access
from weiting.units.models import CalendarDay, Unit

FILE = Path(__file__).parents[1] / "data/workdays.csv"
# What a source begins with until the State Council has announced the year.
PROVISIONAL = "暂定"


@dataclass(frozen=True)
class NamedDay:
    """One day that is not as its weekday says, and where that is written."""

    day: date
    is_worked: bool
    name: str
    source: str

    @property
    def is_provisional(self) -> bool:
        """Say whether the year has not been announced yet: then only the days by law are here, without swaps."""
        return self.source.startswith(PROVISIONAL)


@cache
def shipped() -> dict[date, NamedDay]:
    """Return the days that come with the product."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = [
            NamedDay(date.fromisoformat(r["date"]), r["kind"] == "work", r["name"], r["source"])
            for r in csv.DictReader(lines)
        ]
    return {row.day: row for row in rows}


def named_days(year: int) -> list[NamedDay]:
    """List the named days of a year as they hold here, in order."""
    return sorted((d for d in _holding().values() if d.day.year == year), key=lambda each: each.day)


def own_days(year: int) -> frozenset[date]:
    """Return the days of a year of which this city has written."""
    return frozenset(CalendarDay.objects.filter(day__year=year).values_list("day", flat=True))


def keeps_calendar(person: Person) -> bool:
    """Say whether a person may write the calendar: it holds for every unit, so only who administers a whole tree."""
    roots = Unit.objects.filter(parent__isnull=True)
    return any(access.reaches_below(person, access.KEEP_CALENDAR, root) for root in roots)


def calendar() -> Calendar:
    """Return the calendar that holds here."""
    return Calendar({day: found.is_worked for day, found in _holding().items()})


def is_provisional(year: int | None = None) -> bool:
    """Say whether the holidays of a year (this one) are not announced, so that due times in it may still move."""
    rows = named_days(year or clock.today().year)
    return not rows or any(row.is_provisional for row in rows)


def _holding() -> dict[date, NamedDay]:
    own = {
        row.day: NamedDay(row.day, row.is_worked, row.name, row.source) for row in CalendarDay.objects.all()
    }
    announced = {day.year for day, found in own.items() if not found.is_provisional}
    # Once the city has taken over an announced year, what was only expected of it no longer counts.
    kept = {d: f for d, f in shipped().items() if not (f.is_provisional and d.year in announced)}
    return {**kept, **own}
