"""Two people at the same moment, each on a connection of their own: one outcome, and a sentence for the other."""

from typing import Any

import pytest

from weiting.accounts.models import Person
from weiting.core.errors import Conflict, DomainError, NotAllowed
from weiting.core.tests.together import at_once
from weiting.units.actions import (
    apply_account,
    appoint,
    end_membership,
    file_account,
    give_back,
    hand_over_account,
    let_go,
    open_account,
    open_unit,
    save_hall,
    take_over_account,
)
from weiting.units.actions.accounts import HANDOVER_STEPS
from weiting.units.models import Account, AccountEvent, Membership, Unit
from weiting.units.tests.make import make_person


@pytest.fixture
def city(transactional_db: None) -> Unit:
    """A city with a hall, committed, because other connections must see it."""
    made = open_unit(None, by=None, name="云溪市", kind="city")
    save_hall(made, by=None, is_main=True)
    return made


@pytest.fixture
def water(city: Unit) -> Unit:
    return open_unit(city, by=None, name="云溪供水集团", kind="bureau", short_name="云溪供水")


def lost(results: list[Any]) -> list[DomainError]:
    """Return the refusals; each must be a sentence."""
    refused = [each for each in results if isinstance(each, DomainError)]
    assert all(isinstance(each, Conflict) and str(each.message) for each in refused)
    return refused


def test_one_account_filed_by_two_at_once_gets_one_number(city: Unit, water: Unit) -> None:
    clerks = [make_person(name, city, "hall_editor", scope="subtree") for name in ("one", "two")]
    account = apply_account(water, "weibo", "云溪供水", by=None)
    results = at_once(
        *(lambda by=by: file_account(Account.objects.get(pk=account.pk), by=by) for by in clerks)
    )
    assert len(lost(results)) == 1
    assert AccountEvent.objects.filter(account=account, move="file").count() == 1


def test_an_account_handed_to_two_at_once_has_one_keeper(city: Unit, water: Unit) -> None:
    keeper, heir, other = (make_person(name, water, "spokesperson") for name in ("keeper", "heir", "other"))
    account = open_account(
        file_account(apply_account(water, "weibo", "云溪供水", by=keeper), by=None), by=keeper
    )
    epoch = Person.objects.get(pk=keeper.pk).session_epoch
    results = at_once(
        *(
            lambda to=to: hand_over_account(Account.objects.get(pk=account.pk), to, by=keeper)
            for to in (heir, other)
        )
    )
    assert len(lost(results)) == 1
    account.refresh_from_db()
    assert (account.state, account.keeper_id in {heir.pk, other.pk}) == ("handing_over", True)
    # The old keeper was signed out once, for the hand-over that happened.
    assert Person.objects.get(pk=keeper.pk).session_epoch == epoch + 1


def test_an_account_taken_over_twice_at_once_is_taken_over_once(city: Unit, water: Unit) -> None:
    keeper, heir = (make_person(name, water, "spokesperson") for name in ("keeper", "heir"))
    account = open_account(
        file_account(apply_account(water, "weibo", "云溪供水", by=keeper), by=None), by=keeper
    )
    hand_over_account(account, heir, by=keeper)

    def take() -> Account:
        return take_over_account(Account.objects.get(pk=account.pk), list(HANDOVER_STEPS), by=heir)

    assert len(lost(at_once(take, take))) == 1
    assert AccountEvent.objects.filter(account=account, move="take_over").count() == 1


def test_a_role_given_twice_at_once_is_held_once(city: Unit, water: Unit) -> None:
    person = make_person("person")
    give = [lambda: appoint(Person.objects.get(pk=person.pk), water, "editor", by=None)] * 2
    assert [each.code for each in lost(at_once(*give))] == ["appointed_twice"]
    assert Membership.objects.filter(person=person).count() == 1


def test_of_two_last_administrators_who_end_each_other_at_once_one_stays(city: Unit) -> None:
    one, two = (make_person(name, city, "administrator", scope="subtree") for name in ("one", "two"))
    roles = {each.person_id: each for each in Membership.objects.filter(unit=city, role="administrator")}
    results = at_once(
        lambda: end_membership(Membership.objects.get(pk=roles[two.pk].pk), by=one),
        lambda: end_membership(Membership.objects.get(pk=roles[one.pk].pk), by=two),
    )
    # Whoever comes second is the last one, or, a moment later still, no administrator any more.
    (refused,) = (each for each in results if isinstance(each, DomainError))
    assert isinstance(refused, Conflict | NotAllowed) and str(refused.message)
    assert Membership.objects.filter(role="administrator", until_on__isnull=True).count() == 1


def test_letting_go_and_giving_back_at_once_end_in_one_state(city: Unit, water: Unit) -> None:
    admin = make_person("admin", city, "administrator", scope="subtree")
    person = make_person("person", water, "editor")
    let_go(person, "借调", by=admin)
    at_once(
        lambda: give_back(Person.objects.get(pk=person.pk), by=admin),
        lambda: let_go(Person.objects.get(pk=person.pk), "退休", by=admin),
    )
    assert Person.objects.get(pk=person.pk).is_active in {True, False}
    assert not Membership.objects.filter(person=person, until_on__isnull=True).exists()
