"""Calls and answers: who may ask, who is told, what goes out in whose name, what is refused and why."""

from datetime import timedelta

import pytest

from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed, TooMany
from weiting.notices.models import Notice
from weiting.publishing.tests.make import published
from weiting.relay import actions, queries
from weiting.relay.coverage import cover
from weiting.relay.tests import make as relays
from weiting.review.tests import make
from weiting.units.models import Scope, Section, SectionUnit
from weiting.units.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def s(freeze):
    return relays.scene(freeze)


def told(person, kind):
    return Notice.objects.filter(person=person, kind=kind).count()


def test_a_unit_passes_a_text_on_in_its_own_name_with_the_source_named(s, freeze):
    ask = s.passed(freeze, s.ask(s.open()), line="热得像蒸笼，请先歇着。")
    post, live = ask.post, ask.post.live
    assert (ask.state, post.state, post.unit) == ("accepted", "published", s.units[0])
    assert live.title == f"转发：{relays.TITLE}" and live.body.startswith("热得像蒸笼，请先歇着。")
    assert f"/p/{s.post.public_id}/" in live.body and "《" + relays.TITLE in live.body
    assert (post.provenance, post.source_name) == ("reprinted", "云溪供水")
    assert ask.source_hash == s.post.live.content_hash


def test_every_asked_unit_is_told_and_nobody_else(s):
    s.open(units=s.units[:2])
    assert [told(s.editors[unit.pk], "relay.asked") for unit in s.units] == [1, 1, 0]


def test_a_personal_number_in_the_line_is_refused_and_nothing_goes_out(s):
    ask = s.ask(s.open())
    with pytest.raises(Invalid) as refused:
        s.accept(ask, line="找王师傅 13907654321")
    ask.refresh_from_db()
    assert "line" in refused.value.fields and ask.state == "asked" and ask.post is None


def test_a_line_has_140_signs_at_the_most(s):
    ask = s.ask(s.open())
    s.accept(ask, line="热" * 140)
    with pytest.raises(Invalid):
        s.accept(s.ask(ask.call, 1), line="热" * 141)


def test_one_declines_with_a_reason_that_whoever_asked_reads(s):
    ask = s.ask(s.open())
    with pytest.raises(Invalid):
        actions.decline(ask, " ", by=s.editors[ask.unit_id])
    actions.decline(ask, "我们今天已经发过同样的提醒。", by=s.editors[ask.unit_id])
    ask.refresh_from_db()
    assert ask.state == "declined" and told(s.city.hall_editor, "relay.declined") == 1
    with pytest.raises(Conflict):
        s.accept(ask)


def test_nobody_answers_for_another_unit(s):
    ask = s.ask(s.open())
    with pytest.raises(NotAllowed):
        actions.accept(ask, by=s.editors[s.units[1].pk])
    with pytest.raises(NotAllowed):
        actions.open_call(
            s.city.root, s.post, by=s.city.editor, units=s.units, due_at=clock.now(), reason="x"
        )


def spend(s, freeze, units, times=3):
    """Have units pass other texts on today."""
    for _number in range(times):
        call = s.open(post=published(s.city, freeze), units=units, due_at=clock.now() + timedelta(days=30))
        for ask in call.asks.select_related("unit", "call"):
            s.passed(freeze, ask)


def test_the_fourth_in_a_week_is_refused_with_the_day_one_is_free_again(s, freeze):
    ask = s.ask(s.open(due_at=clock.now() + timedelta(days=20)))
    spend(s, freeze, s.units[:1])
    with pytest.raises(TooMany) as refused:
        s.accept(ask)
    assert "2026-07-27" in str(refused.value.message) or "27" in str(refused.value.message)
    freeze.move(days=7)
    assert s.accept(ask).state == "accepted"


def test_an_emergency_is_outside_the_budget_by_name_and_with_a_reason(s, freeze):
    spend(s, freeze, s.units[:1])
    others = published(s.city, freeze)
    urgent = s.open(post=published(s.city, freeze), exempt_reason="红色预警，两小时内要到人。")
    assert urgent.exempt_by == s.city.hall_editor
    assert s.accept(s.ask(urgent)).state == "accepted"
    make.member(s.city.stranger, s.city.root, Role.SPOKESPERSON, Scope.SUBTREE)
    with pytest.raises(NotAllowed):
        s.open(post=others, by=s.city.stranger, exempt_reason="急")


def test_a_hall_sets_its_own_budget(s, freeze):
    actions.save_rules(s.city.hall, by=s.city.hall_editor, per_week=1, reviews_lines=False)
    spend(s, freeze, s.units[:1], times=1)
    with pytest.raises(TooMany):
        s.accept(s.ask(s.open()))


def test_where_lines_are_read_an_own_line_goes_through_review_and_then_out(s, freeze):
    actions.save_rules(s.city.hall, by=s.city.hall_editor, per_week=3, reviews_lines=True)
    make.member(s.city.second, s.city.root, Role.FIRST_REVIEWER, Scope.SUBTREE)
    make.member(s.city.officer, s.city.root, Role.SECOND_REVIEWER, Scope.SUBTREE)
    make.member(s.city.final, s.city.root, Role.FINAL_REVIEWER, Scope.SUBTREE)
    call = s.open()
    plain = s.passed(freeze, s.ask(call, 1), line=call.line)
    ask = s.accept(s.ask(call), line="我们自己的话。", no_secrets=True)
    assert (plain.post.state, ask.post.state) == ("published", "in_review")


def test_a_text_that_was_passed_on_is_no_original(s, freeze):
    ask = s.passed(freeze, s.ask(s.open()))
    with pytest.raises(Conflict):
        s.open(post=ask.post)
    with pytest.raises(Conflict):
        s.open()


def test_calling_off_lets_the_waiting_go_and_keeps_what_is_out(s, freeze):
    call = s.open()
    s.passed(freeze, s.ask(call))
    actions.call_off(call, "预警解除了。", by=s.city.hall_editor)
    states = [each.state for each in call.asks.order_by("pk")]
    assert states == ["accepted", "called_off", "called_off"]
    assert told(s.editors[s.units[1].pk], "relay.called_off") == 1
    with pytest.raises(Conflict):
        s.accept(s.ask(call, 1))


def test_the_reminder_comes_once_and_the_silent_are_named_after_the_deadline(s, freeze):
    call = s.open()
    actions.decline(s.ask(call), "已发过。", by=s.editors[s.units[0].pk])
    assert actions.remind_due() == 0
    freeze.move(hours=12)
    assert (actions.remind_due(), actions.remind_due()) == (1, 0)
    assert [told(s.editors[unit.pk], "relay.soon") for unit in s.units] == [0, 1, 1]
    freeze.move(hours=13)
    actions.remind_due()
    actions.remind_due()
    assert told(s.city.hall_editor, "relay.silent") == 1
    assert [str(row.answer) for row in cover(call).rows] == ["declined", "silent", "silent"]


def test_a_late_answer_counts_and_is_marked_late(s, freeze):
    call = s.open()
    freeze.move(hours=25)
    s.passed(freeze, s.ask(call))
    row = cover(call).rows[0]
    assert (str(row.answer), row.is_late) == ("passed_on", True)


def test_only_units_below_the_caller_are_asked(s):
    make.member(s.city.stranger, s.city.roads, Role.SPOKESPERSON)
    with pytest.raises(Invalid) as refused:
        actions.open_call(
            s.city.roads, s.post, by=s.city.stranger, units=s.units, reason="看",
            due_at=clock.now() + timedelta(hours=1),
        )  # fmt: skip
    assert "units" in refused.value.fields


def test_units_are_gathered_by_group_kind_section_subtree_and_name_each_once(s):
    group = actions.save_group(s.city.root, by=s.city.hall_editor, name="街道", units=s.units[:2])
    section = Section.objects.create(hall=s.city.hall, slug="xianqu", name="县区")
    SectionUnit.objects.create(section=section, unit=s.city.roads)
    found = queries.gather(
        s.city.root, groups=[group], sections=[section.pk], below=[s.city.water], units=s.units[1:]
    )
    assert {unit.short_name for unit in found} == {
        "第1街道", "第2街道", "第3街道", "云溪交通", "云溪供水", "东区营业所",
    }  # fmt: skip
    assert len(found) == 6
    actions.retire_group(group, by=s.city.hall_editor)
    assert list(queries.groups_of(s.city.hall_editor)) == []
