"""The working calendar: what comes with the product, and what a city writes over it."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from weiting.accounts.models import Person
from weiting.core.errors import Invalid, NotAllowed
from weiting.units import queries
from weiting.units.actions import forget_days, save_days
from weiting.units.models import CalendarDay, Unit
from weiting.units.queries import NamedDay
from weiting.units.tests.make import make_person

FLOOD = NamedDay(date(2026, 11, 21), True, "防汛值守", "云政办〔2026〕9号")


def test_the_announced_swaps_are_here(db: None) -> None:
    worked = {
        day for year in (2025, 2026) for d in queries.named_days(year) if d.is_worked for day in [d.day]
    }
    assert {f"{day:%m-%d}" for day in worked if day.year == 2025} == {
        "01-26",
        "02-08",
        "04-27",
        "09-28",
        "10-11",
    }
    assert {f"{day:%m-%d}" for day in worked if day.year == 2026} == {
        "01-04", "02-14", "02-28", "05-09", "09-20", "10-10"
    }  # fmt: skip
    assert [len([d for d in queries.named_days(year) if not d.is_worked]) for year in (2025, 2026)] == [
        28,
        33,
    ]


def test_every_shipped_day_says_where_it_is_written(db: None) -> None:
    days = [day for year in (2025, 2026, 2027) for day in queries.named_days(year)]
    assert all("https://www.gov.cn/" in day.source for day in days)
    # A worked day named is a weekend; a free one on a weekend belongs to a longer holiday.
    assert all(day.day.weekday() > 4 for day in days if day.is_worked)


def test_a_year_not_yet_announced_is_called_provisional(db: None) -> None:
    assert [queries.is_provisional(year) for year in (2025, 2026, 2027, 2028)] == [False, False, True, True]


def test_the_city_writes_over_it_and_takes_it_back(admin: Person) -> None:
    assert not queries.calendar().is_worked(FLOOD.day)
    assert save_days([FLOOD], by=admin) == 1
    assert queries.calendar().is_worked(FLOOD.day)
    forget_days([FLOOD.day], by=admin)
    assert not queries.calendar().is_worked(FLOOD.day)


def test_an_announced_year_replaces_what_was_expected_of_it(db: None) -> None:
    real = NamedDay(date(2027, 2, 4), False, "春节", "国办发明电 https://www.gov.cn/zhengce/")
    save_days([real], by=None)
    assert [day.day for day in queries.named_days(2027)] == [real.day]
    assert not queries.is_provisional(2027)


def test_only_the_administrator_of_the_whole_city_keeps_it(city: Unit, water: Unit, stranger: Person) -> None:
    below, narrow = make_person("below", water, "administrator"), make_person("narrow", city, "administrator")
    for person in (stranger, below, narrow):
        with pytest.raises(NotAllowed):
            save_days([FLOOD], by=person)
        with pytest.raises(NotAllowed):
            forget_days([FLOOD.day], by=person)
    assert not CalendarDay.objects.exists()


def test_a_day_without_a_source_is_refused(admin: Person) -> None:
    with pytest.raises(Invalid):
        save_days([NamedDay(date(2026, 11, 21), True, "加班", " ")], by=admin)


def test_a_table_is_loaded_and_shown(db: None, tmp_path: Path) -> None:
    table = tmp_path / "2027.csv"
    table.write_text(
        "date,kind,name,source\n2027-01-02,rest,元旦,国办发明电\n2027-01-09,work,元旦,国办发明电\n"
    )
    call_command("load_calendar", table, stdout=StringIO())
    shown = StringIO()
    call_command("load_calendar", year=2027, stdout=shown)
    assert shown.getvalue().splitlines() == [
        "2027-01-02,rest,元旦,国办发明电", "2027-01-09,work,元旦,国办发明电"
    ]  # fmt: skip
    table.write_text("date,kind,name,source\n2027-01-02,maybe,元旦,国办发明电\n")
    with pytest.raises(CommandError):
        call_command("load_calendar", table, stdout=StringIO())
