"""The life of official accounts, the rule of one per platform, and hand-over."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from weiting.accounts.models import Person
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.units.actions import (
    apply_account,
    appoint,
    close_account,
    file_account,
    freeze_account,
    hand_over_account,
    open_account,
    open_unit,
    refuse_account,
    save_hall,
    take_over_account,
    thaw_account,
)
from weiting.units.actions.accounts import HANDOVER_STEPS
from weiting.units.models import Account, Membership, Unit
from weiting.units.tests.make import make_person


def test_an_account_lives_from_application_to_closing(water: Unit, keeper: Person, admin: Person) -> None:
    account = apply_account(water, "weibo", "@云溪供水", by=keeper, url="https://weibo.com/u/2001")
    file_account(account, by=admin)
    open_account(account, by=keeper)
    freeze_account(account, "密码泄露", by=keeper)
    thaw_account(account, by=admin)
    close_account(account, "并入发布厅", by=admin)
    account.refresh_from_db()
    assert (account.state, account.state_reason) == ("closed", "并入发布厅")
    assert [event.move for event in account.history.all()] == [
        "apply",
        "file",
        "open",
        "freeze",
        "thaw",
        "close",
    ]


def test_registry_numbers_run_by_year_with_the_halls_letters(city: Unit, water: Unit, district: Unit) -> None:
    save_hall(city, by=None, filing_prefix="云网备", is_main=True)
    numbers = []
    for unit, day in ((water, date(2026, 3, 1)), (district, date(2026, 3, 2)), (city, date(2027, 1, 1))):
        account = apply_account(unit, "weibo", f"{unit.name}号", by=None)
        numbers.append(file_account(account, by=None, on=day).filing_number)
    assert numbers == ["云网备2026-0001", "云网备2026-0002", "云网备2027-0001"]


def test_a_second_account_on_a_platform_gets_a_proposal(water: Unit, keeper: Person) -> None:
    first = apply_account(water, "weibo", "云溪供水", by=keeper)
    with pytest.raises(Conflict) as refused:
        apply_account(water, "weibo", "云溪供水抢修", by=keeper)
    assert refused.value.code == "second_account"
    assert refused.value.facts["existing"] == first.public_id
    assert "云溪供水" in str(refused.value.message)
    apply_account(
        water, "weibo", "云溪供水抢修", by=keeper, exception_reason="汛期抢修专用，2026 年 10 月前并回"
    )


def test_an_officers_account_stands_beside_the_units(water: Unit, keeper: Person) -> None:
    apply_account(water, "weibo", "云溪供水", by=keeper)
    holder = Membership.objects.get(person=keeper)
    assert apply_account(water, "weibo", "孙沛管水", by=keeper, holder=holder).holder == holder


def test_a_closed_account_makes_room_for_a_new_one(water: Unit) -> None:
    first = file_account(apply_account(water, "weibo", "云溪供水", by=None), by=None)
    close_account(first, "换名", by=None)
    assert apply_account(water, "weibo", "云溪供水", by=None).state == "applied"


def test_nobody_else_can_take_a_registered_name(water: Unit, district: Unit) -> None:
    apply_account(water, "weibo", "云溪供水", by=None)
    with pytest.raises(Conflict) as refused:
        apply_account(district, "weibo", "＠雲溪 供水", by=None)
    assert refused.value.code == "handle_taken"


@pytest.mark.django_db(transaction=True)
def test_two_applications_at_once_leave_one_account() -> None:
    city = open_unit(None, by=None, name="云溪市", kind="city")

    def apply(handle: str) -> str:
        try:
            apply_account(city, "weibo", handle, by=None)
            return "made"
        except Conflict as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(apply, ["一号", "二号", "三号", "四号"]))
    assert sorted(results) == ["made", "second_account", "second_account", "second_account"]
    assert Account.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_filing_at_once_gives_different_numbers() -> None:
    city = open_unit(None, by=None, name="云溪市", kind="city")
    save_hall(city, by=None, is_main=True)
    accounts = [
        apply_account(city, platform, platform, by=None) for platform in ("weibo", "wechat", "douyin", "app")
    ]

    def file(account: Account) -> str:
        try:
            return file_account(account, by=None).filing_number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(file, accounts))
    assert sorted(number[-4:] for number in numbers) == ["0001", "0002", "0003", "0004"]


def test_hand_over_ends_the_old_keepers_sessions(water: Unit, keeper: Person, admin: Person) -> None:
    account = open_account(
        file_account(apply_account(water, "weibo", "云溪供水", by=keeper), by=admin), by=keeper
    )
    heir = make_person("heir", water, "editor", name="陈晏")
    epoch = keeper.session_epoch
    hand_over_account(account, heir, by=admin, reason="调岗")
    keeper.refresh_from_db()
    assert (keeper.must_renew, keeper.session_epoch) == (True, epoch + 1)
    assert (account.state, account.must_rotate, account.keeper) == ("handing_over", True, heir)
    with pytest.raises(NotAllowed):
        take_over_account(account, list(HANDOVER_STEPS), by=keeper)
    with pytest.raises(Invalid) as refused:
        take_over_account(account, ["password"], by=heir)
    assert refused.value.code == "credentials_not_renewed"
    take_over_account(account, list(HANDOVER_STEPS), by=heir)
    assert (account.state, account.must_rotate) == ("open", False)


def test_an_account_goes_only_to_somebody_of_the_unit(water: Unit, keeper: Person, stranger: Person) -> None:
    account = open_account(
        file_account(apply_account(water, "weibo", "云溪供水", by=keeper), by=None), by=keeper
    )
    with pytest.raises(Invalid):
        hand_over_account(account, stranger, by=keeper)
    assert account.state == "open"


def test_a_spokesperson_cannot_file_their_own_account(water: Unit, keeper: Person) -> None:
    account = apply_account(water, "weibo", "云溪供水", by=keeper)
    with pytest.raises(NotAllowed):
        file_account(account, by=keeper)


def test_who_applied_for_an_account_does_not_file_it(city: Unit, water: Unit, admin: Person) -> None:
    room = make_person("room", city, "hall_editor", scope="subtree")
    account = apply_account(water, "weibo", "云溪供水", by=room)
    with pytest.raises(NotAllowed) as refused:
        file_account(account, by=room)
    assert refused.value.code == "own_application"
    account.refresh_from_db()
    assert (account.state, account.filing_number) == ("applied", "")
    file_account(account, by=admin)
    assert account.state == "filed"


def test_what_is_not_open_cannot_be_frozen(water: Unit) -> None:
    account = apply_account(water, "weibo", "云溪供水", by=None)
    with pytest.raises(Conflict):
        freeze_account(account, "停更", by=None)
    refuse_account(account, "名称与单位不符", by=None)
    assert account.state == "refused"


def test_a_platform_that_shut_down_takes_no_new_account(water: Unit, keeper: Person) -> None:
    account = file_account(apply_account(water, "tencent_weibo", "云溪供水", by=keeper), by=None)
    with pytest.raises(Conflict) as refused:
        open_account(account, by=keeper)
    assert refused.value.code == "platform_shut"


def test_an_ended_appointment_is_no_holder(water: Unit, district: Unit, keeper: Person) -> None:
    elsewhere = appoint(keeper, district, "editor", by=None)
    with pytest.raises(Invalid):
        apply_account(water, "weibo", "孙沛管水", by=keeper, holder=elsewhere)
