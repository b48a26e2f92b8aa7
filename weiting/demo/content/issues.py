"""The WeChat issues: numbered, weekly or so, one to eight articles each, made from what was published."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from weiting.demo.content.calendar import Calendar
from weiting.demo.content.posts.reading import moment, stamp
from weiting.demo.content.posts.year import published
from weiting.demo.content.shapes import Article, Issue, Picture, PostSeed

_COVERS = (
    "bridge",
    "street",
    "sky",
    "river",
    "osmanthus",
    "field",
    "fish",
    "lantern",
    "umbrella",
    "mountain",
    "boat",
    "snow",
)
_COVER_ALTS = {
    "bridge": "云溪河上的石拱桥", "street": "老街的屋檐", "sky": "清早的天", "river": "转弯的河", "osmanthus": "一树桂花", "field": "田垄",
    "fish": "溪里的香鱼", "lantern": "亮着的灯笼", "umbrella": "雨里的伞", "mountain": "云台山的轮廓", "boat": "江上的船", "snow": "雪后的坡",
}  # fmt: skip
_TOPIC_OF = {
    "yaowen": "xinwen", "laozhaopian": "wenshi", "jinwan": "wenhua", "zoujie": "yiju", "renwu": "renwu", "laozihao": "chuancheng",
    "chibian": "chibian", "zhaogong": "shangqing", "wenda": "redian", "yitu": "redian", "shangxue": "wenjiao",
}  # fmt: skip
COUNT = 69
# The everyday ones that read well beyond their day.
_KEEP = (
    "renwu",
    "laozihao",
    "laozhaopian",
    "chibian",
    "yitu",
    "wenda",
    "zoujie",
    "xiangxia",
    "zhaogong",
    "jinwan",
    "zhouquan",
    "mashang",
)


def topic_of(post: PostSeed) -> str:
    """Name the standing topic under which a post stands in an issue; empty when it has none."""
    return _TOPIC_OF.get(post.column, "")


def _articles(pool: list[PostSeed], used: set[str], number: int) -> tuple[Article, ...]:
    wanted = 1 + (number * 5) % 8 if number % 9 else 8
    first = [p for p in pool if p.hand_written] + [
        p for p in pool if p.column in _KEEP and not p.hand_written
    ][::5]
    found: list[Article] = []
    columns: set[str] = set()
    for post in first:
        if post.key in used or (post.column in columns and not post.hand_written) or len(found) >= wanted:
            continue
        used.add(post.key)
        columns.add(post.column)
        found.append(Article(post.key, post.title[:64], post.summary[:100]))
    return tuple(found)


@lru_cache(maxsize=4)
def issues(when: Calendar) -> tuple[Issue, ...]:
    """Return the year's issues, the last of them still a draft."""
    used: set[str] = set()
    found: list[Issue] = []
    posts = published(when)
    last = when.today if when.now >= moment(stamp(when.today, "17:30")) else when.today - timedelta(days=1)
    days = (last - when.first).days
    for number in range(1, COUNT):
        day = when.first + timedelta(days=round(number * days / (COUNT - 1)))
        start = (day - timedelta(days=7)).isoformat()
        pool = [p for p in posts if start <= p.published_at < stamp(day, "17:00")]
        found.append(_issue(number, day, _articles(pool, used, number), "published"))
    rest = [p for p in posts if p.published_at >= (last - timedelta(days=2)).isoformat()]
    found.append(_issue(COUNT, last + timedelta(days=1), _articles(rest, used, 9), "draft"))
    return tuple(found)


def _issue(number: int, day: date, articles: tuple[Article, ...], state: str) -> Issue:
    motif = _COVERS[number % len(_COVERS)]
    cover = Picture(motif, 6800 + number, _COVER_ALTS[motif])
    return Issue(number, "fabu", articles[0].title, stamp(day, "17:30"), cover, articles, state)
