"""Opening, describing, moving and closing units."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.units import queries
from weiting.units.actions import (
    apply_account,
    change_unit,
    close_unit,
    move_unit,
    note_spoke,
    open_unit,
    save_remits,
)
from weiting.units.models import Membership, Unit


def test_a_unit_is_opened_below_its_parent(city: Unit, admin: Person) -> None:
    unit = open_unit(city, by=admin, name="市供电公司", kind="bureau", short_name="云溪供电")
    assert unit.path == f"{city.path}{unit.pk}."
    assert (unit.depth, unit.slug, unit.seal_text) == (1, "yun-xi-gong-dian", "供电")
    assert [entry.verb for entry in audit.entries_for(unit)] == ["units.unit.open"]


def test_the_tree_holds_five_levels(city: Unit) -> None:
    unit = city
    for kind in ("district", "subdistrict", "community", "grid"):
        unit = open_unit(unit, by=None, name=f"{kind} 一", kind=kind)
    assert unit.depth == 4
    assert unit.ancestor_ids[0] == city.pk
    assert queries.counts_by_kind(city) == {"district": 1, "subdistrict": 1, "community": 1, "grid": 1}


def test_only_an_administrator_with_reach_opens_units(city: Unit, water: Unit, keeper: Person) -> None:
    with pytest.raises(NotAllowed):
        open_unit(water, by=keeper, name="营业厅", kind="bureau")


def test_a_name_is_not_given_twice_in_one_place(city: Unit, water: Unit) -> None:
    with pytest.raises(Conflict) as refused:
        open_unit(city, by=None, name=water.name, kind="bureau")
    assert refused.value.code == "unit_twice"
    other = open_unit(water, by=None, name=water.name, kind="bureau", short_name=water.short_name)
    assert other.slug == f"{water.slug}-2"


def test_a_wrong_colour_or_kind_is_named_by_field(city: Unit) -> None:
    with pytest.raises(Invalid) as refused:
        open_unit(city, by=None, name="新单位", kind="ministry", slug="no spaces")
    assert set(refused.value.fields) == {"kind", "slug"}


def test_a_subtree_moves_with_its_unit_in_one_update(
    city: Unit, district: Unit, water: Unit, admin: Person
) -> None:
    street = open_unit(district, by=None, name="东园街道", kind="subdistrict")
    community = open_unit(street, by=None, name="水门社区", kind="community")
    move_unit(street, water, by=admin)
    community.refresh_from_db()
    street.refresh_from_db()
    assert community.path == f"{water.path}{street.pk}.{community.pk}."
    assert (street.parent, street.depth, community.depth) == (water, 2, 3)
    assert queries.subtree_ids(district) == [district.pk]


def test_moving_a_unit_below_itself_is_refused(city: Unit, district: Unit) -> None:
    street = open_unit(district, by=None, name="东园街道", kind="subdistrict")
    for target in (district, street):
        with pytest.raises(Invalid) as refused:
            move_unit(district, target, by=None)
        assert refused.value.code == "cycle"


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_never_make_a_cycle() -> None:
    city = open_unit(None, by=None, name="云溪市", kind="city")
    left = open_unit(city, by=None, name="左区", kind="district")
    right = open_unit(city, by=None, name="右区", kind="district")

    def move(pair: tuple[Unit, Unit]) -> bool:
        try:
            move_unit(*pair, by=None)
            return True
        except Invalid:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(move, [(left, right), (right, left)]))
    assert sorted(results) == [False, True]
    for unit in Unit.objects.all():
        assert unit.path == (unit.parent.path if unit.parent else "") + f"{unit.pk}."
        assert unit.depth == len(unit.ancestor_ids) - 1


def test_a_closed_unit_stays_and_its_roles_end(water: Unit, keeper: Person, admin: Person) -> None:
    apply_account(water, "weibo", "云溪供水", by=keeper)
    closing = close_unit(water, "并入云溪水务", by=admin)
    assert (closing.ended, [a.handle for a in closing.accounts]) == (1, ["云溪供水"])
    assert queries.unit_by_slug(water.slug).is_closed
    assert not queries.members(water).exists()
    assert Membership.objects.filter(person=keeper).count() == 1
    assert [a.handle for a in queries.accounts_to_close()] == ["云溪供水"]
    with pytest.raises(Invalid):
        change_unit(water, by=admin, phone="12345")


def test_a_unit_with_open_units_below_is_not_closed(city: Unit, district: Unit, admin: Person) -> None:
    open_unit(district, by=None, name="东园街道", kind="subdistrict")
    with pytest.raises(Conflict) as refused:
        close_unit(district, "合并", by=admin)
    assert "东园街道" in str(refused.value.message)


def test_closing_needs_a_reason_and_an_open_successor(city: Unit, water: Unit, admin: Person) -> None:
    with pytest.raises(Invalid):
        close_unit(water, " ", by=admin)
    with pytest.raises(Invalid):
        close_unit(water, "合并", successor=water, by=admin)


def test_a_spokesperson_describes_the_unit_but_does_not_rename_it(water: Unit, keeper: Person) -> None:
    assert change_unit(water, by=keeper, phone="0599-1234 500").phone == "0599-1234 500"
    with pytest.raises(NotAllowed):
        change_unit(water, by=keeper, name="别的名字")


def test_last_spoke_only_moves_forward(water: Unit) -> None:
    now = clock.now()
    note_spoke(water.pk, now)
    note_spoke(water.pk, now - timedelta(days=3))
    water.refresh_from_db()
    assert water.last_spoke_at == now


def test_remits_are_replaced_as_a_list(water: Unit, keeper: Person) -> None:
    save_remits(water, [{"matter": "停水", "synonyms": "没水、水停了"}, {"matter": "水费"}], by=keeper)
    save_remits(
        water, [{"matter": "水费", "synonyms": ["水费高"]}, {"matter": "停水"}, {"matter": " "}], by=keeper
    )
    assert [(r.matter, r.synonyms) for r in queries.remits(water)] == [("水费", ["水费高"]), ("停水", [])]
    with pytest.raises(Invalid):
        save_remits(water, [{"matter": "停水"}, {"matter": "停水"}], by=keeper)
