"""The relay call and the rooms: opened, answered, settled and let out by the same actions people use."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from weiting.core import clock
from weiting.demo.content import relay as seeds
from weiting.demo.content.people import editor_of
from weiting.demo.content.posts.reading import fill
from weiting.demo.content.units import CITY
from weiting.demo.loader.city import City
from weiting.posts.models import Post
from weiting.publishing import actions as publishing
from weiting.publishing.models import Release
from weiting.relay import actions
from weiting.relay.models import Ask, Call, Room, RoomTask
from weiting.relay.spoken import spoken_in


def ask(city: City) -> None:
    """Note in the diary when units were asked to pass the text on."""
    source = next(post for post in city.seeds.posts if post.key == seeds.SOURCE)
    out = datetime.fromisoformat(source.published_at)
    city.diary.note(out + timedelta(minutes=seeds.ASKED), partial(_ask, city, out))
    settled = out + timedelta(minutes=seeds.SETTLED_AFTER)
    city.diary.note(settled, partial(_open_room, city, seeds.SETTLED))
    now = city.seeds.now - timedelta(minutes=seeds.OPEN_SINCE)
    city.diary.note(now, partial(_open_room, city, seeds.OPEN))


def _open_room(city: City, seed: seeds.RoomSeed) -> None:
    """Open a room, and note what was said and done in it."""
    began, by = clock.now(), city.people[seeds.BY]
    room = actions.open_room(
        city.units[CITY],
        by=by,
        title=seed.title,
        about=fill(seed.about, CITY, city.seeds.today, city.seeds.calendar),
        what=seed.first,
        units=[city.units[key] for key in dict.fromkeys(step.unit for step in seed.steps)],
    )

    def after(minutes: int, happens: Callable[[], object]) -> None:
        city.diary.note(began + timedelta(minutes=minutes), happens)

    for step in seed.steps:
        after(step.after, partial(_step, city, room, step))
    for out in (0, *(step.after for step in seed.steps if not step.waits)):
        after(out + seeds.LET_OUT_AFTER, partial(_let_out, city, room))
    if seed.result:
        after(seed.closed, partial(actions.close_room, room, by=by, result=seed.result))
        after(seed.closed + seeds.LET_OUT_AFTER, partial(_let_out, city, room))


def _let_out(city: City, room: Room) -> None:
    """Let out what waits, as the spokesperson who has read it."""
    room = Room.objects.select_related("unit").get(pk=room.pk)
    waiting = [(words.key, words.content_hash) for words in spoken_in(room).waiting]
    actions.let_out(room, waiting, by=city.people[seeds.LET_OUT_BY])


def _step(city: City, room: Room, step: seeds.Step) -> None:
    unit, by = city.units[step.unit], city.people[editor_of(step.unit)]
    if step.text:
        actions.say(room, unit, by=by, text=step.text)
    if step.done:
        actions.finish_task(RoomTask.objects.get(room=room, unit=unit), by=by, note=step.done)
    if step.asked:
        until = room.opened_at + timedelta(minutes=seeds.ASKED_UNTIL)
        actions.add_task(room, unit, by=city.people[seeds.BY], what=step.asked, until_at=until)


def _ask(city: City, out: datetime) -> None:
    units = [city.units[each.unit] for each in seeds.ANSWERS]
    actions.save_group(city.units[CITY], by=city.people[seeds.BY], name=seeds.GROUP, units=units)
    post = Post.objects.get(pk=city.posts[seeds.SOURCE].pk)
    call = actions.open_call(
        city.units[CITY],
        post,
        by=city.people[seeds.BY],
        units=units,
        due_at=out + timedelta(minutes=seeds.DUE),
        reason=seeds.REASON,
        line=seeds.LINE,
        is_public=True,
    )
    for each in seeds.ANSWERS:
        if each.after:
            when = out + timedelta(minutes=seeds.ASKED + each.after)
            city.diary.note(when, partial(_answer, city, call, each))
    city.diary.note(call.due_at, actions.remind_due)


def _answer(city: City, call: Call, seed: seeds.Answer) -> None:
    asked = Ask.objects.select_related("unit", "call").get(call=call, unit=city.units[seed.unit])
    by = city.people[editor_of(seed.unit)]
    if seed.why_not:
        actions.decline(asked, seed.why_not, by=by)
        return
    done = actions.accept(asked, by=by, line=seed.line)
    release = Release.objects.get(post=done.post)
    city.diary.note(release.due_at, partial(publishing.release_one, release.pk))
