"""The whole city as it is at one moment: the one door through which it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from weiting.demo.content.accounts import accounts
from weiting.demo.content.assignments import assignments
from weiting.demo.content.batches import batches
from weiting.demo.content.calendar import Calendar, calendar
from weiting.demo.content.columns import COLUMNS
from weiting.demo.content.duty import roster
from weiting.demo.content.issues import issues
from weiting.demo.content.people import people
from weiting.demo.content.posts.desk import desk
from weiting.demo.content.posts.year import published
from weiting.demo.content.remits import MATTERS
from weiting.demo.content.shapes import (
    Account,
    Assignment,
    Batch,
    Column,
    Issue,
    Matter,
    Person,
    PostSeed,
    Shift,
    Template,
    Topic,
    Unit,
)
from weiting.demo.content.templates import TEMPLATES
from weiting.demo.content.topics import topics
from weiting.demo.content.units import units


@dataclass(frozen=True, slots=True)
class City:
    """Everything the city says and is at one moment; `rain` in the calendar is the day its newest stories tell of."""

    calendar: Calendar
    units: tuple[Unit, ...]
    matters: tuple[Matter, ...]
    people: tuple[Person, ...]
    accounts: tuple[Account, ...]
    columns: tuple[Column, ...]
    topics: tuple[Topic, ...]
    templates: tuple[Template, ...]
    posts: tuple[PostSeed, ...]
    desk: tuple[PostSeed, ...]
    issues: tuple[Issue, ...]
    assignments: tuple[Assignment, ...]
    roster: tuple[Shift, ...]
    batches: tuple[Batch, ...]

    @property
    def now(self) -> datetime:
        """Return the moment for which the city was written, to the minute."""
        return self.calendar.now

    @property
    def today(self) -> date:
        """Return the last day of the city's year."""
        return self.calendar.today

    def unit(self, key: str) -> Unit:
        """Return a unit with its dates; raises KeyError when there is none."""
        return {unit.key: unit for unit in self.units}[key]


def city(today: date | None = None, now: datetime | None = None) -> City:
    """Write the city as it is at a moment, or late in the evening of a day; the same for the same minute."""
    when = calendar(today, now)
    return City(
        calendar=when,
        units=units(when),
        matters=MATTERS,
        people=people(when),
        accounts=accounts(when),
        columns=COLUMNS,
        topics=topics(when),
        templates=TEMPLATES,
        posts=published(when),
        desk=desk(when),
        issues=issues(when),
        assignments=assignments(when),
        roster=roster(when),
        batches=batches(when),
    )
