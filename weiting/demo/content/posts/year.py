"""The whole year: the hand-written posts, the answers, the policies with their explanations, and the everyday ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from weiting.demo.content.people import editor_of
from weiting.demo.content.posts import (
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
from weiting.demo.content.posts.desk import DESK
from weiting.demo.content.posts.long_reads import long_reads
from weiting.demo.content.posts.policies import POLICIES
from weiting.demo.content.posts.reading import (
    FIRST_DAY,
    LAST_DAY,
    day_of,
    fill,
    read,
    stamp,
    summary_of,
)  # fmt: skip
from weiting.demo.content.rows import rows
from weiting.demo.content.shapes import Facts, PostSeed
from weiting.demo.content.units import BUREAUS, BY_KEY, COMMUNITIES, DISTRICTS, GRIDS, SUBDISTRICTS

SEED = 20261121
_LENGTH = (LAST_DAY - FIRST_DAY).days
_TAILS = {
    "laozihao": "想去看看，先打 {tel} 问开门的日子。", "laozhaopian": "知道更多的，打 {tel}，我们记下来。",
    "chibian": "问路打 {tel}，这家不接电话订。", "renwu": "您身边也有这样的人，打 {tel} 说给我们听。",
}  # fmt: skip
_ASK_TAILS = (
    "还有不清楚的，打 {tel}。", "材料拿不准，先打 {tel} 问，别白跑。", "问的人多，我们写在这里；您的情况不一样，打 {tel}。",
    "答得不对、不全，打 {tel}，我们改。", "路远的打 {tel}，电话里能说清就不用来。",
)  # fmt: skip


def _hand_written() -> Iterator[PostSeed]:
    for name, module in (("today", today), ("fortnight", fortnight), ("story", stories), ("face", faces)):
        for post in read(module.TEXT, name):
            if len(post.body) < 60:
                tail = _TAILS.get(post.column, "有事打 {tel}，有人接。")
                post = replace(post, body=f"{post.body}\n\n{fill(tail, post.unit, LAST_DAY)}")
            yield post


def _answers() -> Iterator[PostSeed]:
    table = list(rows(ANSWERS, 3))
    for i, (unit, question, answer) in enumerate(table):
        # One or two a week through the year, the last 24 in the last two weeks.
        back = (len(table) - i) * 7 // 13 if len(table) - i <= 24 else 14 + (len(table) - 24 - i) * 8
        day = _workday(LAST_DAY - timedelta(days=back))
        body = f"{answer}\n\n{fill(_ASK_TAILS[i % len(_ASK_TAILS)], unit, day)}"
        yield PostSeed(
            key=f"answer-{i + 1:03d}", unit=unit, author=editor_of(unit, i), column="wenda", topics=("redian",), klass="service",
            purpose="response", risk="low", title=question, body=body, summary=summary_of(answer),
            published_at=stamp(day, f"{9 + i % 8}:{(i * 17) % 60:02d}"),
            facts=Facts(source=BY_KEY[unit].name, contact=BY_KEY[unit].phone), hand_written=True,
        )  # fmt: skip


def _policies() -> Iterator[PostSeed]:
    for i, cells in enumerate(rows(POLICIES, 10), 1):
        unit, when, number, name, change, who, how, since, first, second = cells
        day, tel = day_of(when), BY_KEY[unit].phone
        key = f"policy-{i:02d}"
        facts = Facts(BY_KEY[unit].name, number, tel)
        law = "关于印发" + name + "的通知"
        bodies = (
            f"文件名：{law}，编号 {number}。\n\n一、对象：{who}。\n二、内容：{change}。\n三、办法：{how}。\n四、{since}起执行，"
            f"与从前的规定不一样的，以这一份为准。\n\n原件贴在{BY_KEY[unit].address}一楼，也可以打 {tel} 要一份邮寄的。",
            f"昨天发的文件，换成平常话就是一句：{change}。\n\n跟谁有关？{who}。要做什么？{how}。从哪天算？{since}。"
            f"\n\n原来的办法不好在哪、这次为什么改，会上吵了几轮，纪要也公开。看不懂的那一段，念给我们听：{tel}。",
            f"发出三天，问得最集中的两个：\n\n**{first.split('？')[0]}？** {first.split('？', 1)[1]}\n\n**{second.split('？')[0]}？** "
            f"{second.split('？', 1)[1]}\n\n没问到您那一种，{tel}，每天 8:30 起有人。答案有变，这里会划掉旧的、写上新的。",
        )
        titles = (f"{name}（全文）", f"{name}，说成平常话", f"{name}：问得最多的两个")
        for step, (part, body, title) in enumerate(
            zip(("policy", "explanation", "questions"), bodies, titles, strict=True)
        ):
            at = _workday(day + timedelta(days=(0, 1, 4)[step]))
            at = min(at, LAST_DAY - timedelta(days=1))
            yield PostSeed(
                key=f"{key}-{part}", unit=unit, author=editor_of(unit, i), column="yitu" if step < 2 else "wenda",
                topics=("redian",), klass="affairs", purpose="response" if step == 2 else "explanation" if step else "info",
                risk="medium", title=title, body=body, summary=summary_of(body), published_at=stamp(at, f"{9 + step}:{10 + i}"),
                facts=facts, explains="" if not step else f"{key}-policy", policy_part=part, hand_written=True,  # type: ignore[arg-type]
            )  # fmt: skip


def _workday(day: date) -> date:
    while day.weekday() >= 5 and day > FIRST_DAY:
        day -= timedelta(days=1)
    return max(day, FIRST_DAY)


def _span(unit: str) -> tuple[date, date]:
    place = BY_KEY[unit]
    home = place if place.kind != "grid" else BY_KEY[place.parent]
    first = max(FIRST_DAY, date.fromisoformat(home.joined_on))
    return first, LAST_DAY - timedelta(days=place.silent_days)


# Days off: nobody cuts the water or sets out a table then; and the schools' holidays, without menus.
_HOLIDAYS = (
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
)
_SCHOOL_BREAKS = ((date(2026, 1, 31), date(2026, 3, 1)), (date(2026, 7, 1), date(2026, 8, 31)))
_EVERY_DAY = ("weather", "price", "river", "market", "visit")


def _moved(recipe: Recipe, day: date) -> date:
    if recipe.name == "menu":
        for start, end in _SCHOOL_BREAKS:
            if start <= day <= end:
                day += timedelta(days=63)
    if recipe.name not in _EVERY_DAY:
        for start, end in _HOLIDAYS:
            if start - timedelta(days=1) <= day <= end:
                day += timedelta(days=12)
    return day


def _days(rng: random.Random, recipe: Recipe, unit: str, count: int) -> list[date]:
    first, last = _span(unit)
    length = (last - first).days
    found = []
    for i in range(count):
        day = first + timedelta(days=min(length, int((i + rng.random()) * length / count)))
        day = min(last, _moved(recipe, day))
        everyday = "daily" in recipe.options or BY_KEY[unit].hours.startswith("每天")
        if not everyday and rng.random() < 0.85:
            day = max(first, _workday(day))
        found.append(day)
    if BY_KEY[unit].silent_days:
        found[-1] = last
    return found


def _composed(already: dict[str, int]) -> Iterator[PostSeed]:
    composer = Composer(SEED)
    written = dict(already)
    for recipe in parse(recipes_city.TEXT):
        share = -(-recipe.count // len(recipe.units))
        for unit in recipe.units:
            for day in _days(composer.rng, recipe, unit, share):
                written[unit] = written.get(unit, 0) + 1
                yield composer.write(recipe, unit, day)[0]
    yield from _places(composer, written)
    desk = parse(recipes_desk.TEXT)
    for bureau in (*BUREAUS, *DISTRICTS):
        want = 14 - written.get(bureau.key, 0)
        want = max(want, 2 if bureau.silent_days else 0)
        for i, day in enumerate(_days(composer.rng, desk[0], bureau.key, want) if want > 0 else ()):
            yield composer.write(desk[(i + len(bureau.key)) % len(desk)], bureau.key, day)[0]


def _places(composer: Composer, written: dict[str, int]) -> Iterator[PostSeed]:
    recipes = {recipe.name: recipe for recipe in parse(recipes_places.TEXT)}
    done, market = recipes.pop("fixdone"), recipes.pop("market")
    names = list(recipes)
    for n, place in enumerate((*SUBDISTRICTS, *COMMUNITIES, *GRIDS)):
        want = 13 if place.kind == "grid" else 15
        first, last = _span(place.key)
        if (last - first).days < 60:
            want = 4
        days = sorted(_days(composer.rng, recipes["visit"], place.key, want))
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


@cache
def published() -> tuple[PostSeed, ...]:
    """Everything that is public, oldest first; the same on every run."""
    found = [*_hand_written(), *_answers(), *_policies(), *long_reads()]
    counts: dict[str, int] = {}
    for post in found:
        counts[post.unit] = counts.get(post.unit, 0) + 1
    found += _composed(counts)
    first, last = stamp(FIRST_DAY, "0:00"), stamp(LAST_DAY, "23:59")
    kept = [post for post in found if first <= post.published_at <= last]
    return tuple(sorted(kept, key=lambda post: (post.published_at, post.key)))


def posts() -> Iterator[PostSeed]:
    """Yield the public posts, oldest first, then what lies on the desks."""
    yield from published()
    yield from DESK


__all__ = ["SEED", "posts", "published"]
