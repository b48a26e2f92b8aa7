"""The demo's calendar: every day of the invented city is counted from the moment at which the city is loaded.

Most of what is written by hand moves with the rain: the wettest day is today once its last post is out, and
yesterday before that, so that whoever starts in the morning sees a whole evening and the day after begin. What hangs
on a season keeps its day of the year, what hangs on a feast follows the feast, and weekly things keep their weekday.

Feasts of the lunar calendar come from a table that ends with 2032. A city loaded later borrows the days of a year
19 years away, when the moon stands nearly the same: its feasts may be a day or two off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
# The day in which the hand-written texts were first told; what moves is counted from here.
WRITTEN = date(2026, 11, 21)
_LAST_WORD = time(22, 50)
# Spring Festival, Dragon Boat, Mid-Autumn and the winter solstice, which no formula of the common calendar gives:
# write on where the table ends; a test fails from a year before.
_FEASTS = {
    2024: ("02-10", "06-10", "09-17", "12-21"), 2025: ("01-29", "05-31", "10-06", "12-21"),
    2026: ("02-17", "06-19", "09-25", "12-22"), 2027: ("02-06", "06-09", "09-15", "12-22"),
    2028: ("01-26", "05-28", "10-03", "12-21"), 2029: ("02-13", "06-16", "09-22", "12-21"),
    2030: ("02-03", "06-05", "09-12", "12-22"), 2031: ("01-23", "06-24", "10-01", "12-22"),
    2032: ("02-11", "06-12", "09-19", "12-21"),
}  # fmt: skip
_SPRING, _BOATS, _MOON, _SOLSTICE = range(4)
_SOLAR_HOLIDAYS = (("01-01", 3), ("04-04", 3), ("05-01", 5), ("10-01", 7))


def on(year: int, month_day: str) -> date:
    """Return the day that `month-day` names in a year."""
    month, day = map(int, month_day.split("-"))
    return date(year, month, day)


def feast(year: int, which: int) -> date:
    """Return the day of a feast; beyond the table, of the year likest to it."""
    # Far from the table a feast is off by days: the city's year is still a plausible one.
    known = year if year in _FEASTS else min(_FEASTS, key=lambda other: (abs(other - year) % 19, other))
    return on(year, _FEASTS[known][which])


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of the demo as seen from one moment of Shanghai's clock."""

    now: datetime

    @property
    def today(self) -> date:
        """Return the day on which the city is loaded."""
        return self.now.date()

    @property
    def first(self) -> date:
        """Return the first day of the year that ends today."""
        return self.today - timedelta(days=364)

    @property
    def rain(self) -> date:
        """Return the day of the great rain: the last one that is told to its end."""
        late = self.now.time() >= _LAST_WORD
        return self.today if late else self.today - timedelta(days=1)

    def recent(self, month_day: str) -> date:
        """Return the latest such day that is not after today."""
        found = on(self.today.year, month_day)
        return found if found <= self.today else on(self.today.year - 1, month_day)

    def ago(self, written: datetime) -> datetime:
        """Return the moment as long before now as one was before eleven at night of the day as written."""
        return self.now - (datetime.combine(WRITTEN, time(23), SHANGHAI) - written)

    def place(self, written: date, by: str, since: date | None = None) -> date:
        """Return the day to which a text moves: with the rain, the week, the year, new year's eve or the solstice.

        A later part of a yearly story follows its first part, which is placed already: `since`.
        """
        moved = (self.rain - WRITTEN).days
        match by:
            case "rain":
                return written + timedelta(days=moved)
            case "week":
                return written + timedelta(days=moved // 7 * 7)
            case "year" if since:
                found = on(since.year, f"{written:%m-%d}")
                return found if found >= since else on(since.year + 1, f"{written:%m-%d}")
            case "year":
                return self.recent(f"{written:%m-%d}")
            case "eve":
                return self._by_feast(written, _SPRING)
            case "solstice":
                return self._by_feast(written, _SOLSTICE)
        raise ValueError(f"nothing moves by {by}")

    def _by_feast(self, written: date, which: int) -> date:
        away = written - feast(written.year, which)
        found = [feast(self.today.year + n, which) + away for n in (0, -1)]
        return next((day for day in found if day <= self.today), found[-1])

    def is_holiday(self, day: date) -> bool:
        """Say whether offices rest on a day, or will from the next one."""
        spans = [(on(day.year, start), days) for start, days in _SOLAR_HOLIDAYS]
        spans.append((on(day.year + 1, "01-01"), 3))
        spans.append((feast(day.year, _SPRING) - timedelta(days=2), 9))
        spans += [(feast(day.year, _BOATS), 3), (feast(day.year, _MOON), 3)]
        return any(start - timedelta(days=1) <= day < start + timedelta(days=days) for start, days in spans)

    def is_school_break(self, day: date) -> bool:
        """Say whether the schools are closed for summer or winter."""
        spring = feast(day.year, _SPRING)
        in_winter = spring - timedelta(days=17) <= day <= spring + timedelta(days=12)
        return in_winter or day.month in (7, 8)

    def school_day(self, day: date) -> date:
        """Return the first weekday from a day on."""
        while day.weekday() >= 5:
            day += timedelta(days=1)
        return day


def calendar(today: date | None = None, now: datetime | None = None) -> Calendar:
    """Return the calendar of a moment; of a day alone, that of its late evening; of nothing, that of the writing."""
    if now is None:
        return Calendar(datetime.combine(today or WRITTEN, time(23), SHANGHAI))
    return Calendar(now.astimezone(SHANGHAI).replace(second=0, microsecond=0))
