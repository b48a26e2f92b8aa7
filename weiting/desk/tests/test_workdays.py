"""The page of working days: the year as it holds here, the city's own days, and what a slip of the keyboard keeps."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from weiting.accounts.models import Person
from weiting.audit.models import Entry
from weiting.review.tests import make
from weiting.units import queries

SignIn = Callable[[Person], Client]
URL = "/desk/policies/workdays/"
TYPHOON = {
    "first": "2026-08-12", "last": "2026-08-13", "kind": "rest", "name": "台风停课停工",
    "source": "云政发〔2026〕31号",
}  # fmt: skip


@pytest.fixture(autouse=True)
def today(freeze: Callable[..., object]) -> None:
    freeze("2026-08-11 09:00")


def test_a_year_shows_its_holidays_as_runs_with_their_source(
    c: make.City, admin: Person, signed_in: SignIn
) -> None:
    page = signed_in(admin).get(URL).content.decode()
    assert "国庆节" in page
    assert "国办发明电" in page
    next_year = signed_in(admin).get(f"{URL}?year=2027").content.decode()
    assert "2027 年的放假安排这里还没有" in next_year
    assert signed_in(admin).get(f"{URL}?year=٢٠٢٧").status_code == 200
    assert signed_in(admin).get(f"{URL}?year=9999").status_code == 200


def test_days_of_the_city_count_at_once_and_can_be_taken_back(
    c: make.City, admin: Person, signed_in: SignIn
) -> None:
    browser = signed_in(admin)
    assert queries.calendar().is_worked(date(2026, 8, 12))
    done = browser.post(URL, TYPHOON, follow=True)
    assert "写好了 2 天" in done.content.decode()
    assert not queries.calendar().is_worked(date(2026, 8, 12))
    assert not queries.calendar().is_worked(date(2026, 8, 13))
    assert "本市写的" in done.content.decode()
    back = browser.post(f"{URL}back/", {"day": ["2026-08-12", "2026-08-13"]}, follow=True)
    assert "收回了 2 天" in back.content.decode()
    assert queries.calendar().is_worked(date(2026, 8, 12))
    assert Entry.objects.filter(verb="units.calendar.save").count() == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"last": "2026-08-01"}, "最后一天在第一天前面"),
        ({"last": "2027-08-13"}, "一次最多 31 天"),
        ({"first": "2026-02-30"}, ""),
        ({"source": ""}, ""),
        ({"kind": "maybe"}, ""),
    ],
)
def test_a_slip_is_said_and_what_was_typed_is_still_there(
    wrong: dict[str, str], sentence: str, c: make.City, admin: Person, signed_in: SignIn
) -> None:
    answer = signed_in(admin).post(URL, TYPHOON | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "台风停课停工" in page
    assert queries.calendar().is_worked(date(2026, 8, 12))


def test_a_day_that_is_none_is_refused_with_a_sentence(
    c: make.City, admin: Person, signed_in: SignIn
) -> None:
    answer = signed_in(admin).post(f"{URL}back/", {"day": "昨天"})
    assert answer.status_code == 422
    assert "“昨天”不是日期" in answer.content.decode()


def test_reviewers_read_the_calendar_and_only_the_citys_administrator_writes_it(
    c: make.City, signed_in: SignIn
) -> None:
    reader = signed_in(c.first)
    page = reader.get(URL).content.decode()
    assert "国庆节" in page
    assert 'name="source"' not in page
    assert reader.post(URL, TYPHOON).status_code == 403
    assert reader.post(f"{URL}back/", {"day": "2026-08-12"}).status_code == 404
    assert queries.calendar().is_worked(date(2026, 8, 12))
