"""Halls, sections, the tree with counts, silence and matters."""

from datetime import timedelta

import pytest

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed, NotFound
from weiting.units import queries
from weiting.units.actions import (
    arrange_section,
    arrange_sections,
    close_unit,
    note_spoke,
    open_unit,
    remove_section,
    save_hall,
    save_remits,
    save_section,
)
from weiting.units.models import Unit


def test_counts_are_nested_and_need_one_query(city: Unit, django_assert_num_queries: object) -> None:
    for letter in "甲乙":
        district = open_unit(city, by=None, name=f"{letter}区", kind="district")
        for number in range(3):
            open_unit(district, by=None, name=f"{number}街道", kind="subdistrict")
    with django_assert_num_queries(1):  # type: ignore[operator]
        [root] = queries.tree(city)
    assert root.total_below == 8
    assert [dict(child.below) for child in root.children] == [{"subdistrict": 3}, {"subdistrict": 3}]
    assert queries.counts_by_kind() == {"city": 1, "district": 2, "subdistrict": 6}


def test_closed_units_are_not_counted(city: Unit, water: Unit) -> None:
    close_unit(water, "合并", by=None)
    [root] = queries.tree(city)
    assert root.total_below == 0
    assert queries.tree(city, with_closed=True)[0].children[0].unit == water


def test_units_stand_in_a_section_as_arranged(city: Unit, water: Unit, district: Unit, admin: Person) -> None:
    hall = save_hall(city, by=admin, name="云溪发布厅", is_main=True)
    section = save_section(hall, by=admin, name="水电气交通", color="#2f6b75")
    other = save_section(hall, by=admin, name="街道社区")
    arrange_section(section, [district.pk, water.pk], by=admin)
    arrange_section(other, [water.pk], by=admin)
    assert list(queries.units_in(section)) == [district, water]
    arrange_section(section, [water.pk, district.pk], by=admin)
    assert list(queries.units_in(section)) == [water, district]
    arrange_sections(hall, [other.pk], by=admin)
    assert [s.pk for s in queries.sections_of(hall)] == [other.pk, section.pk]
    arranged = queries.sections_of(hall)[1].arranged  # type: ignore[attr-defined]
    assert [p.unit for p in arranged] == [water, district]
    remove_section(other, by=admin)
    assert list(queries.units_in(hall)) == list(queries.open_units(city))


def test_a_section_takes_only_open_units_of_its_hall(
    city: Unit, water: Unit, district: Unit, admin: Person
) -> None:
    hall = save_hall(district, by=admin)
    section = save_section(hall, by=admin, name="街道")
    with pytest.raises(Invalid):
        arrange_section(section, [water.pk], by=admin)
    with pytest.raises(NotAllowed):
        arrange_sections(save_hall(city, by=admin), [section.pk], by=admin)


def test_there_is_one_main_hall(city: Unit, district: Unit, admin: Person, keeper: Person) -> None:
    save_hall(city, by=admin, is_main=True)
    with pytest.raises(Conflict):
        save_hall(district, by=admin, is_main=True)
    with pytest.raises(NotAllowed):
        save_hall(city, by=keeper, name="我的厅")
    street = open_unit(district, by=None, name="东园街道", kind="subdistrict")
    assert queries.hall_of(street) == queries.main_hall()
    own = save_hall(district, by=admin, name="东园分厅")
    assert queries.hall_of(street) == own
    assert queries.hall_by_slug(own.slug) == own
    with pytest.raises(NotFound):
        queries.hall_by_slug("nowhere")


def test_silence_counts_from_the_last_word_or_the_arrival(city: Unit, water: Unit, district: Unit) -> None:
    Unit.objects.filter(pk__in=[city.pk, water.pk]).update(joined_on=clock.today() - timedelta(days=40))
    note_spoke(city.pk, clock.now() - timedelta(days=2))
    assert list(queries.silent_units(14)) == [water]
    water.refresh_from_db()
    assert queries.days_silent(water) == 40


def test_a_matter_finds_its_unit(city: Unit, water: Unit, district: Unit) -> None:
    save_remits(
        water,
        [{"matter": "停水", "synonyms": "没水、水管爆了"}, {"matter": "水费", "synonyms": "水费高"}],
        by=None,
    )
    save_remits(district, [{"matter": "楼道堆物", "synonyms": "消防通道堵了"}], by=None)
    assert [match.unit for match in queries.find_units_for("我家沒水两天了怎么办")] == [water]
    assert queries.find_units_for("消防通道被车堵了")[0].unit == district
    assert queries.find_units_for("想学吉他") == []
    assert queries.find_units("供水").get() == water
