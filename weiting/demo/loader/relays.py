"""The relay call of the rain's day: asked, answered and released by the same actions people use."""

from datetime import datetime, timedelta
from functools import partial

from weiting.demo.content import relay as seeds
from weiting.demo.content.people import editor_of
from weiting.demo.content.units import CITY
from weiting.demo.loader.city import City
from weiting.posts.models import Post
from weiting.publishing import actions as publishing
from weiting.publishing.models import Release
from weiting.relay import actions
from weiting.relay.models import Ask, Call


def ask(city: City) -> None:
    """Note in the diary when units were asked to pass the text on."""
    source = next(post for post in city.seeds.posts if post.key == seeds.SOURCE)
    out = datetime.fromisoformat(source.published_at)
    city.diary.note(out + timedelta(minutes=seeds.ASKED), partial(_ask, city, out))


def _ask(city: City, out: datetime) -> None:
    post = Post.objects.get(pk=city.posts[seeds.SOURCE].pk)
    call = actions.open_call(
        city.units[CITY],
        post,
        by=city.people[seeds.BY],
        units=[city.units[each.unit] for each in seeds.ANSWERS],
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
