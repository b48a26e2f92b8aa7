"""Reminders of batches, and what people are told about accounts."""

from datetime import timedelta

import pytest

from weiting import notices
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.units import reminding
from weiting.units.actions import (
    apply_account,
    close_unit,
    file_account,
    hand_over_account,
    open_account,
    start_batch,
    tick_step,
)
from weiting.units.models import BatchUnit, Unit
from weiting.units.tests.make import make_person


def told(person: Person) -> list[str]:
    """List the kinds of what a person was told, oldest first."""
    return [notice.kind for notice in reversed(notices.page_for(person).rows)]


def test_a_unit_is_reminded_before_the_deadline_and_not_twice(
    water: Unit, admin: Person, keeper: Person
) -> None:
    start_batch("第二批", clock.today() + timedelta(days=7), [water], ["定人"], by=admin)
    assert [reminding.remind_batches(), reminding.remind_batches()] == [1, 1]
    assert told(keeper) == ["units.batch.due"]
    assert "第二批" in notices.page_for(keeper).rows[0].sentence


@pytest.mark.parametrize("days", [14, 7, 3, 1, 0, -1, -8])
def test_reminders_come_on_these_days(days: int) -> None:
    assert reminding.is_due(days)


@pytest.mark.parametrize("days", [15, 2, -2, -7])
def test_on_other_days_there_is_peace(days: int) -> None:
    assert not reminding.is_due(days)


def test_who_has_finished_is_left_alone(water: Unit, admin: Person, keeper: Person) -> None:
    batch = start_batch("第二批", clock.today(), [water], ["定人"], by=admin)
    tick_step(BatchUnit.objects.get(), 0, by=keeper)
    assert reminding.remind_batches() == 0
    assert reminding.remind_batches(batch.deadline_on + timedelta(days=1)) == 0


def test_who_is_late_is_told_so(water: Unit, admin: Person, keeper: Person) -> None:
    batch = start_batch("第二批", clock.today(), [water], ["定人"], by=admin)
    reminding.remind_batches(batch.deadline_on + timedelta(days=1))
    assert told(keeper) == ["units.batch.late"]


def test_the_new_keeper_is_told(water: Unit, admin: Person, keeper: Person) -> None:
    account = open_account(
        file_account(apply_account(water, "weibo", "云溪供水", by=keeper), by=admin), by=keeper
    )
    heir = make_person("heir", water, "editor")
    hand_over_account(account, heir, by=admin)
    assert told(heir) == ["units.account.to_keep"]


def test_accounts_of_a_closed_unit_are_put_before_its_administrators(water: Unit, admin: Person) -> None:
    apply_account(water, "weibo", "云溪供水", by=None)
    close_unit(water, "合并", by=admin)
    assert told(admin) == ["units.account.to_close"]
    assert "云溪供水" in notices.page_for(admin).rows[0].sentence
