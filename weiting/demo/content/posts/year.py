"""The whole year: the hand-written posts, the answers, the policies with their explanations, and the everyday ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from weiting.demo.content.calendar import Calendar, calendar
from weiting.demo.content.people import editor_of
from weiting.demo.content.posts import (
    after,
    faces,
    fortnight,
    recipes_city,
    recipes_desk,
    recipes_places,
    stories,
    today,
)
from weiting.demo.content.posts.answers import ANSWERS
from weiting.demo.content.posts.compose import Composer, Recipe, parse
from weiting.demo.content.posts.desk import come_out, desk
from weiting.demo.content.posts.long_reads import long_reads
from weiting.demo.content.posts.policies import POLICIES
from weiting.demo.content.posts.reading import fill, moment, read, stamp, summary_of
from weiting.demo.content.rows import rows
from weiting.demo.content.shapes import Facts, PostSeed
from weiting.demo.content.units import BUREAUS, BY_KEY, COMMUNITIES, DISTRICTS, GRIDS, SUBDISTRICTS, joined_on

SEED = 20261121
_TAILS = {
    "laozihao": "想去看看，先打 {tel} 问开门的日子。", "laozhaopian": "知道更多的，打 {tel}，我们记下来。",
    "chibian": "问路打 {tel}，这家不接电话订。", "renwu": "您身边也有这样的人，打 {tel} 说给我们听。",
}  # fmt: skip
_ASK_TAILS = (
    "还有不清楚的，打 {tel}。", "材料拿不准，先打 {tel} 问，别白跑。", "问的人多，我们写在这里；您的情况不一样，打 {tel}。",
    "答得不对、不全，打 {tel}，我们改。", "路远的打 {tel}，电话里能说清就不用来。",
)  # fmt: skip


def _hand_written(when: Calendar) -> Iterator[PostSeed]:
    told = (("today", today, "rain"), ("after", after, "rain"), ("fortnight", fortnight, "rain"))
    kept = (("story", stories, "year"), ("face", faces, "year"))
    for name, module, by in (*told, *kept):
        yield from read(module.TEXT, name, when, by)
    yield from come_out(when)


def _tailed(post: PostSeed, when: Calendar) -> PostSeed:
    """Give a very short post a last line with a number to call."""
    if len(post.body) >= 60:
        return post
    tail = _TAILS.get(post.column, "有事打 {tel}，有人接。")
    return replace(post, body=f"{post.body}\n\n{fill(tail, post.unit, when.today, when)}")


def _answers(when: Calendar) -> Iterator[PostSeed]:
    table = list(rows(ANSWERS, 3))
    for i, (unit, question, answer) in enumerate(table):
        # One or two a week through the year, the last 24 in the last two weeks.
        back = (len(table) - i) * 7 // 13 if len(table) - i <= 24 else 14 + (len(table) - 24 - i) * 8
        day = _workday(when.today - timedelta(days=back), when)
        body = f"{answer}\n\n{fill(_ASK_TAILS[i % len(_ASK_TAILS)], unit, day, when)}"
        yield PostSeed(
            key=f"answer-{i + 1:03d}", unit=unit, author=editor_of(unit, i), column="wenda", topics=("redian",), klass="service",
            purpose="response", risk="low", title=question, body=body, summary=summary_of(answer),
            published_at=stamp(day, f"{9 + i % 8}:{(i * 17) % 60:02d}"),
            facts=Facts(source=BY_KEY[unit].name, contact=BY_KEY[unit].phone), hand_written=True,
        )  # fmt: skip


def _policies(when: Calendar) -> Iterator[PostSeed]:
    for i, cells in enumerate(rows(POLICIES, 10), 1):
        unit, month_day = cells[:2]
        day, tel = when.recent(month_day), BY_KEY[unit].phone
        number, name, change, who, how, since, first, second = (
            fill(cell, unit, day, when) for cell in cells[2:]
        )
        key = f"policy-{i:02d}"
        facts = Facts(BY_KEY[unit].name, number, tel)
        law = "关于印发" + name + "的通知"
        bodies = (
            f"文件名：{law}，编号 {number}。\n\n一、对象：{who}。\n二、内容：{change}。\n三、办法：{how}。\n四、{since}起执行，"
            f"与从前的规定不一样的，以这一份为准。\n\n原件贴在{BY_KEY[unit].address}一楼，也可以打 {tel} 要一份邮寄的。",
            f"刚发的文件，换成平常话就是一句：{change}。\n\n跟谁有关？{who}。要做什么？{how}。从哪天算？{since}。"
            f"\n\n原来的办法不好在哪、这次为什么改，会上吵了几轮，纪要也公开。看不懂的那一段，念给我们听：{tel}。",
            f"发出这几天，来问的人多半问这两样：\n\n**{first.split('？')[0]}？** {first.split('？', 1)[1]}\n\n**{second.split('？')[0]}？** "
            f"{second.split('？', 1)[1]}\n\n没问到您那一种，{tel}，每天 8:30 起有人。答案有变，这里会划掉旧的、写上新的。",
        )
        titles = (f"{name}（全文）", f"{name}，说成平常话", f"{name}：两问两答")
        for step, (part, body, title) in enumerate(
            zip(("policy", "explanation", "questions"), bodies, titles, strict=True)
        ):
            at = day + timedelta(days=(0, 1, 4)[step])
            yield PostSeed(
                key=f"{key}-{part}", unit=unit, author=editor_of(unit, i), column="yitu" if step < 2 else "wenda",
                topics=("redian",), klass="affairs", purpose="response" if step == 2 else "explanation" if step else "info",
                risk="medium", title=title, body=body, summary=summary_of(body), published_at=stamp(at, f"{9 + step}:{10 + i}"),
                facts=facts, explains="" if not step else f"{key}-policy", policy_part=part, hand_written=True,  # type: ignore[arg-type]
            )  # fmt: skip


def _workday(day: date, when: Calendar) -> date:
    while day.weekday() >= 5 and day > when.first:
        day -= timedelta(days=1)
    return max(day, when.first)


def _span(unit: str, when: Calendar) -> tuple[date, date]:
    place = BY_KEY[unit]
    home = place if place.kind != "grid" else BY_KEY[place.parent]
    first = max(when.first, date.fromisoformat(joined_on(home, when)))
    return first, when.today - timedelta(days=place.silent_days)


# Days off are without works, and the schools' holidays without menus, but these go on.
_EVERY_DAY = ("weather", "price", "river", "market", "visit")
# The great rain has its own hours of weather and water.
_TOLD_BY_HAND = ("weather", "river")


def _moved(recipe: Recipe, day: date, when: Calendar) -> date:
    if recipe.name == "menu" and when.is_school_break(day):
        day += timedelta(days=63)
    if recipe.name not in _EVERY_DAY and when.is_holiday(day):
        day += timedelta(days=12)
    return day


def _days(rng: random.Random, recipe: Recipe, unit: str, count: int, when: Calendar) -> list[date]:
    first, last = _span(unit, when)
    length = (last - first).days
    found = []
    for i in range(count):
        day = first + timedelta(days=int((i + rng.random()) * (length + 1) / count))
        moved = _moved(recipe, day, when)
        # What would move beyond the end goes before the days off instead.
        day = moved if moved <= last else max(first, day - timedelta(days=15))
        everyday = "daily" in recipe.options or BY_KEY[unit].hours.startswith("每天")
        if not everyday and rng.random() < 0.85:
            day = max(first, _workday(day, when))
        found.append(day)
    if BY_KEY[unit].silent_days:
        found[-1] = last
    return found


def _composed(already: dict[str, int], when: Calendar) -> Iterator[PostSeed]:
    composer = Composer(SEED, when)
    written = dict(already)
    for recipe in parse(recipes_city.TEXT):
        share = -(-recipe.count // len(recipe.units))
        for unit in recipe.units:
            for day in _days(composer.rng, recipe, unit, share, when):
                if recipe.name in _TOLD_BY_HAND and day >= when.rain:
                    continue
                written[unit] = written.get(unit, 0) + 1
                yield composer.write(recipe, unit, day)[0]
    yield from _places(composer, when)
    desk_recipes = parse(recipes_desk.TEXT)
    for bureau in (*BUREAUS, *DISTRICTS):
        want = 14 - written.get(bureau.key, 0)
        want = max(want, 2 if bureau.silent_days else 0)
        for i, day in enumerate(
            _days(composer.rng, desk_recipes[0], bureau.key, want, when) if want > 0 else ()
        ):
            recipe = desk_recipes[(i + len(bureau.key)) % len(desk_recipes)]
            yield composer.write(recipe, bureau.key, day)[0]


def _places(composer: Composer, when: Calendar) -> Iterator[PostSeed]:
    recipes = {recipe.name: recipe for recipe in parse(recipes_places.TEXT)}
    done, market = recipes.pop("fixdone"), recipes.pop("market")
    names = list(recipes)
    for n, place in enumerate((*SUBDISTRICTS, *COMMUNITIES, *GRIDS)):
        want = 13 if place.kind == "grid" else 15
        first, last = _span(place.key, when)
        if (last - first).days < 60:
            want = 4
        days = sorted(_days(composer.rng, recipes["visit"], place.key, want, when))
        for i, day in enumerate(days):
            recipe = (
                market
                if place.key in market.units and i % 4 == 1
                else recipes[names[(i + n * 3) % len(names)]]
            )
            post, words = composer.write(recipe, place.key, day)
            result = day + timedelta(days=2 + i % 3)
            if recipe.name != "fixit" or result > last:
                yield post
                continue
            yield replace(
                post, promises=f"{words['broken']}修好", due_on=(day + timedelta(days=3)).isoformat()
            )
            chain = {key: words[key] for key in ("broken", "broken_short", "early2", "here") if key in words}
            outcome, _ = composer.write(
                done, place.key, result, promise_day=f"{day.month} 月 {day.day} 日", **chain
            )
            yield replace(outcome, follow_up_of=post.key)


@lru_cache(maxsize=4)
def _year(when: Calendar) -> tuple[PostSeed, ...]:
    found = [*_hand_written(when), *_answers(when), *_policies(when), *long_reads(when)]
    found = [_tailed(post, when) for post in found if not _in_silence(post, when)]
    counts: dict[str, int] = {}
    for post in found:
        counts[post.unit] = counts.get(post.unit, 0) + 1
    found += _composed(counts, when)
    first, last = stamp(when.first, "0:00"), when.now.isoformat()
    kept = [_as_of(post, when) for post in found if first <= post.published_at <= last]
    return tuple(sorted(kept, key=lambda post: (post.published_at, post.key)))


def _in_silence(post: PostSeed, when: Calendar) -> bool:
    silent = BY_KEY[post.unit].silent_days
    return bool(silent) and moment(post.published_at).date() > when.today - timedelta(days=silent)


def _as_of(post: PostSeed, when: Calendar) -> PostSeed:
    """Leave out the corrections that are still to come."""
    out = moment(post.published_at)
    done = tuple(fix for fix in post.corrections if out + timedelta(minutes=fix.minutes) <= when.now)
    return post if done == post.corrections else replace(post, corrections=done)


def published(when: Calendar | None = None) -> tuple[PostSeed, ...]:
    """Everything that is public at a moment, oldest first; the same on every run."""
    return _year(when or calendar())


def posts(when: Calendar | None = None) -> Iterator[PostSeed]:
    """Yield the public posts, oldest first, then what lies on the desks."""
    when = when or calendar()
    yield from published(when)
    yield from desk(when)


__all__ = ["SEED", "posts", "published"]
