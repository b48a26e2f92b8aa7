"""Batches that bring units in, and the maturity ladder."""

from datetime import timedelta

import pytest

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Invalid, NotAllowed
from weiting.units import queries
from weiting.units.actions import (
    apply_account,
    appoint,
    change_unit,
    extend_batch,
    file_account,
    note_spoke,
    open_account,
    open_unit,
    save_remits,
    start_batch,
    tick_step,
)
from weiting.units.models import BatchUnit, Unit
from weiting.units.tests.make import make_person


def test_a_batch_shows_how_far_its_units_are(
    water: Unit, district: Unit, admin: Person, keeper: Person
) -> None:
    batch = start_batch(
        "第二批", clock.today() + timedelta(days=7), [water, district], ["定人", "备案"], by=admin
    )
    place = BatchUnit.objects.get(unit=water)
    tick_step(place, 0, by=keeper)
    tick_step(place, 1, by=keeper)
    progress = queries.batch_progress(batch)
    assert [(step.name, step.done, step.total) for step in progress.steps] == [("定人", 1, 2), ("备案", 1, 2)]
    assert (progress.finished, progress.percent, progress.days_left) == (1, 50, 7)
    assert [behind.unit for behind in progress.behind] == [district]
    tick_step(place, 1, by=keeper, done=False)
    assert queries.batch_progress(batch).finished == 0


def test_a_unit_ticks_only_its_own_steps(water: Unit, district: Unit, admin: Person, keeper: Person) -> None:
    start_batch("第二批", clock.today(), [district], ["定人"], by=admin)
    with pytest.raises(NotAllowed):
        tick_step(BatchUnit.objects.get(), 0, by=keeper)
    with pytest.raises(Invalid):
        tick_step(BatchUnit.objects.get(), 3, by=admin)


def test_a_batch_needs_units_steps_and_time(water: Unit, district: Unit, admin: Person) -> None:
    day = clock.today()
    for units, steps, deadline in (
        ([], ["定人"], day),
        ([water], [], day),
        ([water], ["定人"], day - timedelta(days=1)),
    ):
        with pytest.raises(Invalid):
            start_batch("第二批", deadline, units, steps, by=admin)
    batch = start_batch("第二批", day, [water], ["定人"], by=admin)
    extend_batch(batch, day + timedelta(days=5), units=[water, district], by=admin)
    assert queries.batch_progress(batch).total == 2


def test_a_new_unit_is_told_its_first_steps(water: Unit) -> None:
    found = queries.maturity(water)
    assert found.level == "none"
    assert len(found.next_steps) == 2


def test_a_unit_climbs_the_ladder_by_what_it_does(water: Unit, keeper: Person, admin: Person) -> None:
    for platform in ("hall", "weibo"):
        open_account(file_account(apply_account(water, platform, "云溪供水", by=None), by=None), by=None)
    note_spoke(water.pk, clock.now())
    water.refresh_from_db()
    assert queries.maturity(water).level == "some"
    both = make_person("both", water, "editor", "final_reviewer")
    save_remits(water, [{"matter": matter} for matter in ("停水", "水费", "水质")], by=None)
    assert queries.maturity(water).level == "some", "one person alone cannot write and review"
    make_person("second", water, "editor", "liaison")
    assert queries.maturity(water).level == "wide"
    appoint(both, water, "spokesperson", by=None, is_listed=True)
    change_unit(water, by=admin, phone="0599-1234 500", hours="每天 24 小时", about="停水报修，查水费。")
    assert queries.maturity(water).level == "good"
    open_account(file_account(apply_account(water, "wechat", "云溪供水", by=None), by=None), by=None)
    change_unit(water, by=admin, tone="先说停到几点，再说为什么。")
    found = queries.maturity(water)
    assert (found.level, found.next_steps) == ("brand", ())


def test_many_units_are_placed_in_three_queries(city: Unit, django_assert_num_queries: object) -> None:
    units = [open_unit(city, by=None, name=f"单位{n}", kind="bureau") for n in range(6)]
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert len(queries.maturities(units)) == 6
