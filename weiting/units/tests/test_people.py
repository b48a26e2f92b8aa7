"""Roles, separation of duty, substitutes and the duty roster."""

from datetime import timedelta
from typing import Any

import pytest

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.units import access, queries
from weiting.units.actions import (
    appoint,
    bring_in,
    call_off_shift,
    change_membership,
    end_membership,
    end_substitution,
    give_back,
    hand_over_shift,
    let_go,
    name_substitute,
    plan_shift,
    renew_sign_in,
)
from weiting.units.models import Membership, Unit
from weiting.units.tests.make import make_person


def test_a_role_is_given_and_ended_at_once(water: Unit, admin: Person, stranger: Person) -> None:
    held = appoint(stranger, water, "editor", by=admin, title="客服科编辑")
    assert access.roles_at(Person.objects.get(pk=stranger.pk), water) == {"editor"}
    end_membership(held, by=admin)
    assert not access.roles_at(Person.objects.get(pk=stranger.pk), water)
    assert list(queries.past_roles(stranger)) == [held]
    appoint(stranger, water, "editor", by=admin)


def test_a_role_is_not_given_twice(water: Unit, keeper: Person) -> None:
    with pytest.raises(Conflict) as refused:
        appoint(keeper, water, "spokesperson", by=None)
    assert refused.value.code == "appointed_twice"


def test_only_an_administrator_gives_roles(water: Unit, keeper: Person, stranger: Person) -> None:
    with pytest.raises(NotAllowed):
        appoint(stranger, water, "editor", by=keeper)


@pytest.mark.parametrize("scope", ["unit", "subtree"])
def test_an_auditor_writes_nothing_where_the_audit_reaches(
    city: Unit, water: Unit, keeper: Person, scope: str
) -> None:
    with pytest.raises(Conflict) as refused:
        appoint(keeper, water if scope == "unit" else city, "auditor", by=None, scope=scope)
    assert refused.value.code == "duty_not_apart"


def test_an_auditor_gets_no_writing_role_below(city: Unit, water: Unit) -> None:
    auditor = make_person("auditor", city, "auditor", scope="subtree")
    with pytest.raises(Conflict):
        appoint(auditor, water, "editor", by=None)


def test_an_auditor_may_work_elsewhere(district: Unit, water: Unit) -> None:
    auditor = make_person("auditor", district, "auditor")
    assert appoint(auditor, water, "editor", by=None).pk


def test_one_person_may_write_and_review(water: Unit) -> None:
    person = make_person("both", water, "editor", "first_reviewer")
    assert access.roles_at(person, water) == {"editor", "first_reviewer"}


def test_the_last_administrator_stays(city: Unit, admin: Person) -> None:
    held = Membership.objects.get(person=admin)
    with pytest.raises(Conflict) as refused:
        end_membership(held, by=admin)
    assert refused.value.code == "last_administrator"
    make_person("second", city, "administrator")
    assert end_membership(held, by=admin).until_on


def test_a_new_colleague_comes_with_a_role_and_a_password(water: Unit, admin: Person) -> None:
    person, password = bring_in(water, by=admin, username="chenyan", name="陈晏", role="editor")
    assert person.check_password(password)
    assert person.must_renew
    assert [held.role for held in queries.members(water)] == ["editor"]
    with pytest.raises(Conflict):
        bring_in(water, by=admin, username="ChenYan", name="别人", role="editor")


def test_who_leaves_keeps_their_name_in_the_history(water: Unit, admin: Person, keeper: Person) -> None:
    assert let_go(keeper, "退休", by=admin) == 1
    keeper.refresh_from_db()
    assert not keeper.is_active
    assert Membership.objects.filter(person=keeper).count() == 1
    with pytest.raises(Conflict):
        let_go(admin, "误点", by=admin)


def test_a_neighbours_administrator_lets_nobody_go(district: Unit, keeper: Person) -> None:
    neighbour = make_person("neighbour", district, "administrator")
    with pytest.raises(NotAllowed):
        let_go(keeper, "调岗", by=neighbour)


def test_a_sign_in_is_given_back_and_renewed_by_who_gives_its_roles(
    water: Unit, keeper: Person, admin: Person
) -> None:
    let_go(keeper, "借调", by=admin)
    keeper = give_back(keeper, by=admin)
    assert (keeper.is_active, keeper.must_renew) == (True, True)
    assert not access.memberships_of(keeper)
    appoint(keeper, water, "editor", by=admin)
    epoch = keeper.session_epoch
    given = renew_sign_in(keeper, by=admin)
    assert keeper.check_password(given)
    assert keeper.session_epoch == epoch + 1
    assert [(entry.verb, entry.actor_id) for entry in audit.entries_for(keeper)][:1] == [
        ("accounts.person.renew", admin.pk)
    ]


@pytest.mark.parametrize("act", [give_back, renew_sign_in])
@pytest.mark.parametrize("who", ["colleague", "neighbour", "narrow", "stranger", "below"])
def test_nobody_else_touches_a_sign_in(
    act: Any, who: str, city: Unit, district: Unit, water: Unit, keeper: Person, stranger: Person
) -> None:
    chief = make_person("chief", city, "hall_editor", scope="subtree")
    others = {
        "colleague": (keeper, make_person("colleague", water, "editor")),
        "neighbour": (keeper, make_person("neighbour", district, "administrator")),
        "stranger": (keeper, stranger),
        "below": (chief, make_person("below", water, "administrator")),
        # Holds the root, but not what is below it: may not take over somebody who does.
        "narrow": (chief, make_person("narrow", city, "administrator")),
    }
    somebody, by = others[who]
    before = Person.objects.values("is_active", "password", "session_epoch").get(pk=somebody.pk)
    with pytest.raises(NotAllowed):
        act(somebody, by=by)
    assert Person.objects.values("is_active", "password", "session_epoch").get(pk=somebody.pk) == before


@pytest.mark.parametrize("act", [give_back, renew_sign_in])
def test_an_administrator_does_not_reset_their_own_sign_in_here(act: Any, admin: Person) -> None:
    with pytest.raises(Conflict):
        act(admin, by=admin)


def test_whom_one_let_go_one_may_give_back_and_a_stranger_may_not(
    water: Unit, district: Unit, keeper: Person, admin: Person
) -> None:
    neighbour = make_person("neighbour", district, "administrator")
    let_go(keeper, "退休", by=admin)
    with pytest.raises(NotAllowed):
        give_back(keeper, by=neighbour)
    # Nothing lasts any more; the sign-in is still not everybody's.
    with pytest.raises(NotAllowed):
        let_go(keeper, "再来一次", by=neighbour)


def test_an_administrator_gives_no_reach_they_do_not_have(city: Unit, stranger: Person) -> None:
    narrow = make_person("narrow", city, "administrator")
    appoint(stranger, city, "editor", by=narrow)
    for somebody in (stranger, narrow):
        with pytest.raises(NotAllowed) as refused:
            appoint(somebody, city, "first_reviewer", by=narrow, scope="subtree")
        assert refused.value.code == "reach"


def test_spokespersons_stand_in_public_only_if_they_agreed(
    water: Unit, keeper: Person, admin: Person
) -> None:
    assert not queries.spokespersons(water).exists()
    held = Membership.objects.get(person=keeper)
    change_membership(held, by=admin, title="供水集团发言人", is_listed=True, is_lead=True)
    assert [m.person.name for m in queries.spokespersons(water)] == ["孙沛"]
    assert list(queries.team(water)) == ["spokesperson"]


def test_a_substitute_acts_for_the_days_named(water: Unit, keeper: Person) -> None:
    other = make_person("other", water, "editor")
    now = clock.now()
    made = name_substitute(keeper, other, now - timedelta(hours=1), now + timedelta(days=2), by=keeper)
    assert queries.substitute_of(keeper) == other
    assert queries.standing_in_for(other) == [keeper]
    assert queries.substitute_of(keeper, now + timedelta(days=3)) is None
    end_substitution(made, by=keeper)
    assert queries.substitute_of(keeper, clock.now() + timedelta(seconds=1)) is None


def test_two_people_cannot_stand_in_for_each_other(water: Unit, keeper: Person, stranger: Person) -> None:
    other = make_person("other", water, "editor")
    now, later = clock.now(), clock.now() + timedelta(days=2)
    name_substitute(keeper, other, now, later, by=keeper)
    with pytest.raises(Conflict):
        name_substitute(other, keeper, now, later, by=other)
    with pytest.raises(Conflict):
        name_substitute(keeper, make_person("third", water, "editor"), now, later, by=keeper)
    with pytest.raises(Invalid):
        name_substitute(other, stranger, now, later, by=other)
    with pytest.raises(NotAllowed):
        name_substitute(keeper, other, later, later + timedelta(days=1), by=stranger)


def test_who_is_on_duty_falls_back_to_the_unit_above(
    city: Unit, water: Unit, keeper: Person, admin: Person
) -> None:
    now = clock.now()
    plan_shift(city, admin, now - timedelta(hours=1), now + timedelta(hours=7), by=admin)
    [above] = queries.who_is_on_duty(water)
    assert (above.person, above.at_unit) == (admin, city)
    plan_shift(water, keeper, now - timedelta(hours=1), now + timedelta(hours=7), by=admin)
    assert [each.person for each in queries.who_is_on_duty(water)] == [keeper]
    other = make_person("other", water, "editor")
    name_substitute(keeper, other, now - timedelta(minutes=1), now + timedelta(days=1), by=keeper)
    [standing_in] = queries.who_is_on_duty(water)
    assert (standing_in.person, standing_in.stands_in_for) == (other, keeper)
    assert queries.who_is_on_duty(water, now + timedelta(days=1)) == []


def test_a_shift_is_planned_once_and_handed_over_with_a_note(
    water: Unit, keeper: Person, admin: Person
) -> None:
    now = clock.now()
    shift = plan_shift(water, keeper, now - timedelta(hours=8), now + timedelta(minutes=1), by=admin)
    with pytest.raises(Conflict):
        plan_shift(water, keeper, now - timedelta(hours=1), now + timedelta(hours=1), by=admin)
    with pytest.raises(Conflict):
        call_off_shift(shift, by=admin)
    with pytest.raises(Invalid):
        hand_over_shift(shift, " ", by=keeper)
    with pytest.raises(NotAllowed):
        hand_over_shift(shift, "两件未结。", by=make_person("other", water, "editor"))
    hand_over_shift(shift, "书院路停水两件未结。", by=keeper)
    assert queries.last_hand_over(water) == shift


@pytest.mark.parametrize("hours", [0, -1, 25])
def test_a_shift_has_a_sensible_length(water: Unit, keeper: Person, admin: Person, hours: int) -> None:
    now = clock.now()
    with pytest.raises(Invalid):
        plan_shift(water, keeper, now, now + timedelta(hours=hours), by=admin)


def test_a_stranger_is_not_put_on_duty(water: Unit, admin: Person, stranger: Person) -> None:
    now = clock.now()
    with pytest.raises(Invalid):
        plan_shift(water, stranger, now, now + timedelta(hours=8), by=admin)
