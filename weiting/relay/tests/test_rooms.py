"""Rooms in which units settle a matter: the two-hour clock, tasks, updates, the result, and what the public reads."""

from datetime import timedelta

import pytest
from django.test import Client

from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.notices.models import Notice
from weiting.relay import actions, queries
from weiting.relay.models import Room
from weiting.relay.spoken import spoken_in
from weiting.review.tests import make
from weiting.units.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def c(freeze):
    freeze("2026-07-18 23:10")
    return make.city()


def opened(c, **more):
    given = {"title": "江滨路路灯全灭", "units": [c.water, c.roads], "what": "先到现场。", **more}
    return actions.open_room(c.root, by=c.hall_editor, **given)


def desk(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_clock_is_two_hours_on_the_wall_at_night_too(c, freeze):
    room = opened(c)
    assert clock.local(room.due_at).strftime("%m-%d %H:%M") == "07-19 01:10"
    assert queries.left_of(room) == "还剩 2 小时 0 分"
    freeze.move(minutes=90)
    assert queries.left_of(room) == "还剩 30 分钟"
    freeze.move(minutes=45)
    assert queries.left_of(room) == "已超 15 分钟"


def test_every_unit_has_a_first_task_and_is_told_at_once(c):
    room = opened(c)
    assert [task.unit.short_name for task in room.tasks.order_by("pk")] == ["云溪供水", "云溪交通"]
    notice = Notice.objects.get(person=c.stranger, kind="relay.room")
    assert notice.urgent


def test_a_task_is_finished_by_its_own_unit_and_late_ones_are_marked(c, freeze):
    room = opened(c)
    task = room.tasks.get(unit=c.roads)
    with pytest.raises(NotAllowed):
        actions.finish_task(task, by=c.editor)
    freeze.move(minutes=40)
    actions.finish_task(task, by=c.stranger, note="合闸，全亮了。")
    task.refresh_from_db()
    assert (task.state, task.is_late) == ("done", True)


def test_nothing_personal_stands_in_a_room(c):
    with pytest.raises(Invalid):
        opened(c, title="找王师傅 13907654321")
    room = opened(c)
    with pytest.raises(Invalid):
        actions.say(room, c.roads, by=c.stranger, text="住户身份证 110101199003077395")


def test_closing_needs_a_result_and_ends_everything(c, freeze):
    room = opened(c)
    with pytest.raises(Invalid):
        actions.close_room(room, by=c.hall_editor, result=" ")
    freeze.move(minutes=70)
    actions.close_room(room, by=c.hall_editor, result="跳闸，已换断路器。")
    room.refresh_from_db()
    assert queries.left_of(room) == "用时 1 小时 10 分"
    with pytest.raises(Conflict):
        actions.say(room, c.roads, by=c.stranger, text="还有一盏。")
    with pytest.raises(Conflict):
        actions.add_task(
            room, c.roads, by=c.hall_editor, what="再看", until_at=clock.now() + timedelta(hours=1)
        )


def test_a_room_is_opened_worked_in_and_closed_by_forms(c):
    hall, roads = desk(c.hall_editor), desk(c.stranger)
    said = {"title": "路灯全灭", "units": [c.roads.pk], "what": "先到现场", "is_public": "on"}
    assert hall.post("/desk/relay/rooms/new/", {**said, "what": ""}).status_code == 422
    assert hall.post("/desk/relay/rooms/new/", said).status_code == 302
    room = Room.objects.get()
    where = f"/desk/relay/rooms/{room.public_id}/"
    task = room.tasks.get()
    assert "还剩" in roads.get(where).content.decode()
    steps = [
        (roads, {"do": "say", "unit": c.roads.public_id, "text": "人到了。"}),
        (roads, {"do": "finish", "task": task.pk, "note": "合闸。"}),
        (hall, {"do": "add", "unit": c.roads.public_id, "what": "守到天亮", "until_at": "2026-07-19T06:00"}),
        (hall, {"do": "close", "result": "全亮了。"}),
    ]
    assert [client.post(where, data).status_code for client, data in steps] == [302] * 4
    assert hall.post(where, {"do": "close", "result": ""}).status_code == 422
    assert hall.post(where, {"do": "dance"}).status_code == 302
    room.refresh_from_db()
    assert (room.state, room.result, room.tasks.count()) == ("closed", "全亮了。", 2)


def test_the_public_reads_the_clock_and_afterwards_what_each_did(c):
    room = opened(c)
    where = f"/rooms/{room.public_id}/"
    actions.finish_task(room.tasks.get(unit=c.roads), by=c.stranger, note="合闸，全亮了。")
    page = Client().get(where).content.decode()
    assert "还剩 2 小时" in page and "合闸" not in page
    actions.close_room(room, by=c.hall_editor, result="换了断路器。")
    chief = make.person("chief")
    make.member(chief, c.root, Role.SPOKESPERSON)
    waiting = [(words.key, words.content_hash) for words in spoken_in(room).waiting]
    actions.let_out(room, waiting, by=chief)
    page = Client().get(where).content.decode()
    assert "合闸，全亮了。" in page and "换了断路器。" in page
    Room.objects.update(is_public=False)
    assert Client().get(where).status_code == 404


def test_a_room_is_for_those_who_take_part(c):
    room = opened(c, units=[c.water])
    assert desk(c.stranger).get(f"/desk/relay/rooms/{room.public_id}/").status_code == 404
    with pytest.raises(NotAllowed):
        actions.open_room(c.root, by=c.editor, title="x", units=[c.water], what="y")
    liaison = make.person("liaison")
    make.member(liaison, c.water, Role.LIAISON)
    assert desk(liaison).get(f"/desk/relay/rooms/{room.public_id}/").status_code == 200
