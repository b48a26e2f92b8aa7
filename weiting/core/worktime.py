"""Working time: which days are worked in China, and when a number of working minutes is over. Pure, no tables.

A day not named in the calendar is worked from Monday to Friday. The named ones are the holidays and the Saturdays and
Sundays worked for them, as the State Council announces them each November for the next year.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from weiting.core import clock

BEGINS, ENDS = time(9), time(17, 30)
DAY = timedelta(hours=8, minutes=30)
# Nobody waits that long; it keeps a calendar without a single working day from looping for ever.
LONGEST_REST = 60


@dataclass(frozen=True)
class Calendar:
    """The days that are not as the weekday says: True for worked, False for free."""

    days: Mapping[date, bool] = field(default_factory=dict)

    def is_worked(self, day: date) -> bool:
        """Say whether a day is worked."""
        return self.days.get(day, day.weekday() < 5)

    def is_working(self, moment: datetime) -> bool:
        """Say whether people are at work at a moment."""
        local = clock.local(moment)
        return self.is_worked(local.date()) and BEGINS <= local.time() < ENDS

    def next_worked(self, day: date) -> date:
        """Return the first worked day from `day` on."""
        for ahead in range(LONGEST_REST):
            if self.is_worked(day + timedelta(days=ahead)):
                return day + timedelta(days=ahead)
        raise ValueError(f"no day is worked in the {LONGEST_REST} days from {day} on: look at the calendar")

    def add(self, begun: datetime, span: timedelta) -> datetime:
        """Return the moment at which `span` of working time since `begun` is over; never before `begun`."""
        if span <= timedelta():
            return begun
        local = clock.local(begun)
        day = self.next_worked(local.date())
        at = local if day == local.date() else _at(day, BEGINS)
        at = max(at, _at(day, BEGINS))
        while at + span > _at(day, ENDS):
            span -= max(_at(day, ENDS) - at, timedelta())
            day = self.next_worked(day + timedelta(days=1))
            at = _at(day, BEGINS)
        return (at + span).astimezone(begun.tzinfo)

    def between(self, begun: datetime, ended: datetime) -> timedelta:
        """Return how much working time lies between two moments; nothing when the second is not later."""
        day, last = clock.local(begun).date(), clock.local(ended).date()
        total = timedelta()
        while day <= last:
            if self.is_worked(day):
                start, end = max(begun, _at(day, BEGINS)), min(ended, _at(day, ENDS))
                total += max(end - start, timedelta())
            day += timedelta(days=1)
        return total


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, tzinfo=clock.SHANGHAI)
