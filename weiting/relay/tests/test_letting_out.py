"""Words of a room become public when a second person lets out exactly what they read."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client

from weiting.audit import entries_for
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed, NotFound
from weiting.notices.models import Notice
from weiting.posts.models import OwnWord
from weiting.relay import actions
from weiting.relay.models import LetOut, Room
from weiting.relay.spoken import spoken_in
from weiting.relay.tests.test_at_once import together
from weiting.review.tests import make
from weiting.units.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def c(freeze):
    freeze("2026-07-18 23:10")
    city = make.city()
    for name, unit in (("chief", city.root), ("voice", city.roads)):
        person = make.person(name, name)
        make.member(person, unit, Role.SPOKESPERSON)
        setattr(city, name, person)
    city.room = actions.open_room(  # type: ignore[attr-defined]
        city.root,
        by=city.hall_editor,
        title="江滨路路灯全灭",
        about="23 点起。",
        units=[city.roads],
        what="先到现场。",
    )
    return city


def waits(room) -> list[tuple[str, str]]:
    return [(words.key, words.content_hash) for words in spoken_in(Room.objects.get(pk=room.pk)).waiting]


def public(room) -> str:
    answer = Client().get(f"/rooms/{room.public_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def desk(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_facts_are_public_at_once_and_words_only_by_a_second_person(c):
    assert "云溪交通" in public(c.room) and "还剩 2 小时" in public(c.room)
    assert "路灯" not in public(c.room) and "先到现场" not in public(c.room)
    actions.say(c.room, c.roads, by=c.stranger, text="人到了。")
    assert "人到了" not in public(c.room)
    assert actions.let_out(c.room, waits(c.room), by=c.chief) == 3
    for words in ("江滨路路灯全灭", "23 点起。", "先到现场。", "人到了。"):
        assert words in public(c.room)


def test_a_finished_task_and_the_result_are_facts_before_their_words(c, freeze):
    actions.let_out(c.room, waits(c.room), by=c.chief)
    actions.finish_task(c.room.tasks.get(), by=c.stranger, note="合闸，全亮了。")
    actions.close_room(c.room, by=c.hall_editor, result="换了断路器。")
    page = public(c.room)
    assert "已办结。" in page and "用时" in page and "合闸" not in page and "断路器" not in page
    actions.let_out(c.room, waits(c.room), by=c.chief)
    assert "合闸，全亮了。" in public(c.room) and "换了断路器。" in public(c.room)


def test_nobody_lets_their_own_words_out_nor_those_of_a_unit_that_is_not_theirs(c):
    update = actions.say(c.room, c.roads, by=c.voice, text="人到了。")
    key = f"said:{update.pk}"
    seen = next(pair for pair in waits(c.room) if pair[0] == key)
    for nobody in (c.voice, c.stranger, c.final, c.editor, c.hall_editor):
        with pytest.raises(NotAllowed):
            actions.let_out(c.room, [seen], by=nobody)
    assert actions.let_out(c.room, [seen], by=c.chief) == 1


def test_the_spokesperson_of_a_unit_lets_out_its_words_and_no_others(c):
    update = actions.say(c.room, c.roads, by=c.stranger, text="人到了。")
    pairs = dict(waits(c.room))
    with pytest.raises(NotAllowed):
        actions.let_out(c.room, [("opening", pairs["opening"])], by=c.voice)
    key = f"said:{update.pk}"
    assert actions.let_out(c.room, [(key, pairs[key])], by=c.voice) == 1


def test_only_the_words_that_were_read_go_out(c):
    actions.let_out(c.room, waits(c.room), by=c.chief)
    update = actions.say(c.room, c.roads, by=c.stranger, text="人到了。")
    (seen,) = waits(c.room)
    actions.reword(c.room, f"said:{update.pk}", by=c.stranger, text="人还没到。")
    with pytest.raises(Conflict) as refused:
        actions.let_out(c.room, [seen], by=c.chief)
    assert refused.value.code == "words_changed" and "人" not in public(c.room).split("进展")[-1][:40]
    actions.let_out(c.room, waits(c.room), by=c.chief)
    assert "人还没到。" in public(c.room)
    with pytest.raises(Conflict):
        actions.reword(c.room, f"said:{update.pk}", by=c.stranger, text="又改了。")


def test_words_changed_behind_the_back_of_everybody_wait_again(c):
    actions.let_out(c.room, waits(c.room), by=c.chief)
    Room.objects.filter(pk=c.room.pk).update(title="别的事")
    room = Room.objects.get(pk=c.room.pk)
    assert [key for key, _seen in waits(room)] == ["opening"] and "别的事" not in public(room)


def test_what_stays_inside_waits_for_nobody_and_may_be_changed(c):
    actions.keep_inside(c.room, waits(c.room), by=c.chief)
    assert waits(c.room) == [] and "路灯" not in public(c.room)
    actions.reword(c.room, "opening", by=c.hall_editor, title="江滨路停电", about="")
    assert [key for key, _seen in waits(c.room)] == ["opening"]
    actions.let_out(c.room, waits(c.room), by=c.chief)
    assert "江滨路停电" in public(c.room)


def test_twice_is_once_and_all_or_none(c):
    pairs = waits(c.room)
    with pytest.raises(NotFound):
        actions.let_out(c.room, [*pairs, ("said:0", "x")], by=c.chief)
    assert LetOut.objects.count() == 0
    assert (actions.let_out(c.room, pairs, by=c.chief), actions.let_out(c.room, pairs, by=c.chief)) == (2, 0)
    verbs = [entry.verb for entry in entries_for(c.room)]
    assert verbs.count("relay.room.let_out") == 2


def test_nothing_personal_is_let_out_or_written_anew(c):
    update = actions.say(c.room, c.roads, by=c.stranger, text="人到了。")
    with pytest.raises(Invalid):
        actions.reword(c.room, f"said:{update.pk}", by=c.stranger, text="找 13907654321")
    with pytest.raises(Invalid):
        actions.reword(c.room, f"said:{update.pk}", by=c.stranger, text=" ")
    with pytest.raises(NotAllowed):
        actions.reword(c.room, f"said:{update.pk}", by=c.voice, text="别人的话。")
    type(update).objects.update(text="住户身份证 110101199003077395")
    with pytest.raises(Invalid):
        actions.let_out(c.room, waits(c.room), by=c.chief)
    assert OwnWord.objects.count() == 0


def test_those_who_may_are_told_at_once_and_more_people_after_a_quarter_of_an_hour(c, freeze):
    told = Notice.objects.filter(kind="relay.room_waits")
    assert set(told.values_list("person__username", flat=True)) == {"chief"}
    actions.say(c.room, c.roads, by=c.voice, text="人到了。")
    assert told.filter(person=c.chief).count() == 2 and not told.filter(person=c.voice).exists()
    assert actions.tell_late() == 0
    freeze.move(minutes=16)
    assert actions.tell_late() == 3
    late = Notice.objects.filter(kind="relay.room_late")
    before = late.count()
    assert late.filter(person=c.hall_editor).count() == 3 and late.filter(person=c.chief).count() == 3
    actions.tell_late()
    assert late.count() == before


def test_what_people_are_told_names_times_as_they_are_read_and_quotes_words_once(c, freeze):
    until = clock.now() + timedelta(minutes=40)
    actions.add_task(c.room, c.roads, by=c.hall_editor, what="合闸后说一声。", until_at=until)
    actions.say(c.room, c.roads, by=c.voice, text="人到了。")
    freeze.move(minutes=16)
    actions.tell_late()
    kinds = ("relay.task", "relay.room_waits", "relay.room_late")
    told = {each.sentence for each in Notice.objects.filter(kind__in=kinds, person__in=[c.voice, c.chief])}
    assert any("7月18日 23:50" in sentence for sentence in told), told
    assert any("7月18日 23:10" in sentence for sentence in told), told
    assert not [sentence for sentence in told if "2026-" in sentence or "。。" in sentence]


def test_in_a_room_the_hall_does_not_show_nothing_waits(c):
    room = actions.open_room(
        c.root, by=c.hall_editor, title="内部", units=[c.roads], what="看一看。", is_public=False
    )
    assert waits(room) == []
    with pytest.raises(Conflict):
        actions.let_out(room, [("opening", "x")], by=c.chief)


def test_words_are_let_out_kept_and_changed_by_forms(c):
    where = f"/desk/relay/rooms/{c.room.public_id}/"
    chief, writer = desk(c.chief), desk(c.hall_editor)
    assert "路灯" in chief.get("/desk/").content.decode(), "it stands among the notices of the day"
    page = chief.get(where).content.decode()
    assert "等待放行" in page and "这 2 条一起放行" in page
    assert "这 2 条一起放行" not in writer.get(where).content.decode()
    assert writer.post(where, {"do": "reword", "key": "opening", "title": "", "about": ""}).status_code == 422
    changed = {"do": "reword", "key": "opening", "title": "路灯灭了一半", "about": ""}
    assert writer.post(where, changed).status_code == 302
    stale = {"do": "let_out", "words": "opening abc"}
    assert chief.post(where, stale).status_code == 422
    pairs = [f"{key} {seen}" for key, seen in waits(Room.objects.get(pk=c.room.pk))]
    assert writer.post(where, {"do": "let_out", "words": pairs}).status_code == 422
    assert chief.post(where, {"do": "let_out", "words": pairs}).status_code == 302
    assert "路灯灭了一半" in public(c.room)
    actions.say(c.room, c.roads, by=c.stranger, text="人到了。")
    ((key, seen),) = waits(c.room)
    assert desk(c.voice).post(where, {"do": "keep_inside", "words": f"{key} {seen}"}).status_code == 302
    assert waits(c.room) == [] and "不公开" in chief.get(where).content.decode()


def test_what_stood_in_public_before_stays_there(c):
    actions.say(c.room, c.roads, by=c.stranger, text="人到了。")
    actions.finish_task(c.room.tasks.get(), by=c.stranger, note="合闸。")
    migration = import_module("weiting.relay.migrations.0004_words_that_stood")
    migration.keep(apps, None)
    page = public(c.room)
    assert "江滨路路灯全灭" in page and "先到现场。" in page and "合闸" not in page
    actions.close_room(c.room, by=c.hall_editor, result="好了。")
    LetOut.objects.all().delete()
    migration.keep(apps, None)
    page = public(c.room)
    assert "好了。" in page and "合闸。" in page and "人到了" not in page and waits(c.room) == []
    assert "第二个人看过" not in page


@pytest.mark.django_db(transaction=True)
def test_changing_and_letting_out_at_once_puts_out_only_what_was_read(c):
    actions.let_out(c.room, waits(c.room), by=c.chief)
    update = actions.say(c.room, c.roads, by=c.stranger, text="人到了。")
    pairs = waits(c.room)
    together(
        lambda: actions.let_out(c.room, pairs, by=c.chief),
        lambda: actions.reword(c.room, f"said:{update.pk}", by=c.stranger, text="人还没到。"),
    )
    assert "人还没到" not in public(c.room)
