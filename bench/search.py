"""Search among a million posts: what people would type, against ILIKE on the same rows."""

import random
import sys
import time
from collections import Counter
from typing import Any

from bench.table import Result, give, ms, share

QUERIES = 500
BASELINE_QUERIES = 10
AIM = 0.050
CUT, CUT_AIM = 2000, 3000
Typed = tuple[str, dict[str, Any]]
# How many of each kind, of five hundred.
WORDS, MATTERS, CHARACTERS, SPELLED, LETTERS, TRADITIONAL = 110, 70, 25, 45, 25, 35
PAIRS, UNITS, NARROWED, QUOTED, SLIPS, NOTHING = 65, 30, 50, 15, 15, 15


def typed(seed: int = 7) -> list[Typed]:
    """List what people would type, from the words of the city's own posts as often as they are said there.

    About one in twenty has a slip or stands in no post at all. Drawn the same in every run, and others with
    another seed.
    """
    from weiting.text.han import syllables, to_hant

    chance = random.Random(seed)
    titles = _titles()
    said = [word for words, _post in titles for word in words]
    bodies = _bodies()
    matters = [word for word in _matters() if word in bodies]
    short = [word for word in said if len(word) < 5]
    common = [each for each, _n in Counter("".join(said)).most_common(120)]
    several = [words for words, _post in titles if len(set(words)) > 1]
    narrowed = [
        (chance.choice(words), _narrowed(chance, post)) for words, post in chance.sample(titles, NARROWED)
    ]
    found = _draw(chance, said, WORDS) + _draw(chance, matters, MATTERS) + _draw(chance, common, CHARACTERS)
    found += ["".join(syllables(word)) for word in _draw(chance, short, SPELLED)]
    found += ["".join(s[0] for s in syllables(word)) for word in _draw(chance, short, LETTERS)]
    found += [
        to_hant(word) for word in _draw(chance, [w for w in said + matters if to_hant(w) != w], TRADITIONAL)
    ]
    found += [" ".join(chance.sample(sorted(set(words)), 2)) for words in chance.sample(several, PAIRS - 2)]
    found += ["水 电", "公积金 提取"]
    found += [
        f"{post.unit.short_name} {chance.choice(words)}" for words, post in chance.sample(titles, UNITS)
    ]
    found += [f"“{word}”" for word in _draw(chance, [w for w in said if len(w) > 2], QUOTED - 3)]
    found += ["公积金 -贷款", "停水 -抢修", "“停水通知”"]
    found += [_slip(chance, word) for word in _draw(chance, [w for w in matters if len(w) > 2], SLIPS)]
    found += _draw(chance, [word for word in _matters() if word not in bodies], NOTHING)
    queries: list[Typed] = [(each, {}) for each in found] + narrowed
    chance.shuffle(queries)
    return queries[:QUERIES]


def _titles() -> list[tuple[list[str], Any]]:
    """Return the words of the city's own titles, each list with its post."""
    from weiting.posts.models import Post
    from weiting.text.segment import cut

    own = Post.objects.filter(state="published").exclude(public_id__startswith="b0").order_by("pk")
    found = []
    for post in own.select_related("live", "unit", "column")[:4000]:
        assert post.live is not None
        words = [word for word in cut(post.live.title) if len(word) > 1 and "\u4e00" <= word[0] <= "\u9fff"]
        if words:
            found.append((words, post))
    return found


def _bodies() -> str:
    from weiting.posts.models import Revision

    own = Revision.objects.filter(post__state="published").exclude(post__public_id__startswith="b0")
    return "\n".join(own.order_by("pk").values_list("body", flat=True)[:4000])


def _matters() -> list[str]:
    """List what people come for, and their own names for it."""
    from weiting.demo.content.remits import MATTERS as KNOWN

    return sorted({word for matter in KNOWN for word in (matter.name, *matter.synonyms) if len(word) > 1})


def _draw(chance: random.Random, words: list[str], count: int) -> list[str]:
    """Draw different words; one that stands there often is drawn more likely."""
    drawn: dict[str, None] = {}
    while len(drawn) < min(count, len(set(words))):
        drawn[chance.choice(words)] = None
    return list(drawn)


def _narrowed(chance: random.Random, post: Any) -> dict[str, Any]:
    """Choose one way to narrow a search to where a post is."""
    from datetime import timedelta

    ways: list[dict[str, Any]] = [
        {"unit_ids": [post.unit_id]},
        {"klass": post.klass},
        {"since": post.published_at - timedelta(days=200), "until": post.published_at + timedelta(days=165)},
        {"newest_first": True},
    ]
    return chance.choice(ways + ([{"column_id": post.column_id}] if post.column_id else []))


def _slip(chance: random.Random, word: str) -> str:
    """Write a word as a hurried hand does: two characters swapped, one twice, or one left out."""
    at = chance.randrange(len(word) - 1)
    return chance.choice(
        [
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1 :],
        ]
    )


def measure() -> list[Result]:
    """Time every query once through the product's own search, after as many others that warm the caches."""
    from weiting.posts.models import SearchEntry
    from weiting.posts.queries import search_public

    queries = typed()
    for each, narrowed in typed(seed=8):
        search_public(each, **narrowed)
    times: list[tuple[float, str, int]] = []
    for each, narrowed in queries:
        began = time.perf_counter()
        found = search_public(each, **narrowed)
        times.append((time.perf_counter() - began, f"{each} {narrowed or ''}", found.total))
    seconds = [row[0] for row in times]
    for took, each, total in sorted(times, reverse=True)[:12]:
        sys.stderr.write(f"  {ms(took)}  {each}  ({total})\n")
    p50, p95 = share(seconds, 0.5), share(seconds, 0.95)
    base50, base95 = _baseline([each for each, narrowed in queries if not narrowed])
    posts = f"{SearchEntry.objects.count():,} posts"
    nothing = sum(row[2] == 0 for row in times)
    return [
        Result(
            f"search, p50 of {len(times)} queries",
            ms(p50),
            f"ILIKE {ms(base50)}",
            f"{base50 / p50:.0f} × faster",
            note=f"{posts}; {nothing} queries found nothing",
        ),
        Result(
            "search, p95",
            ms(p95),
            f"ILIKE {ms(base95)}",
            f"{base95 / p95:.0f} × faster",
            "≤ 50 ms",
            p95 <= AIM,
            posts,
        ),
        _cutting(),
        *_sizes(),
    ]


def _cutting() -> Result:
    """Say how many texts a second are cut into terms, beside PostgreSQL, which cuts where there is a space."""
    from django.db import connection

    from weiting.posts.models import Post
    from weiting.text.search import to_tsvector_literal

    rows = Post.objects.filter(state="published").order_by("pk").values_list("live__title", "live__body")
    texts = list(rows[:CUT])
    # What is loaded once is not counted.
    to_tsvector_literal({"A": texts[0][0]})
    began = time.perf_counter()
    for title, body in texts:
        to_tsvector_literal({"A": title, "D": body})
    rate = len(texts) / (time.perf_counter() - began)
    with connection.cursor() as cursor:
        began = time.perf_counter()
        for title, body in texts:
            cursor.execute("SELECT to_tsvector('simple', %s)", [f"{title} {body}"])
        bare = len(texts) / (time.perf_counter() - began)
    return Result(
        "texts cut into terms a second", f"{rate:,.0f}", f"PostgreSQL's own, one by one {bare:,.0f}",
        f"{rate / bare:.2f}", f"≥ {CUT_AIM:,}", rate >= CUT_AIM, f"the first {len(texts):,} of the city",
    )  # fmt: skip


def _sizes() -> list[Result]:
    """Say what search keeps on disk."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_total_relation_size('posts_searchentry'), pg_relation_size('posts_search_document'),"
            " pg_total_relation_size('posts_revision')"
        )
        entries, index, texts = (size / 2**20 for size in cursor.fetchone())
    return [
        Result(
            "search on disk",
            f"{entries:,.0f} MB",
            f"the texts {texts:,.0f} MB",
            f"{entries / texts:.1f} ×",
            note=f"of it {index:,.0f} MB index of terms",
        )
    ]


def _baseline(queries: list[str]) -> tuple[float, float]:
    from django.db import connection

    words = [each for each in queries if not each.isascii() and " " not in each and "“" not in each]
    times = []
    with connection.cursor() as cursor:
        for word in words[:BASELINE_QUERIES]:
            began = time.perf_counter()
            cursor.execute(
                "SELECT p.id FROM posts_post p JOIN posts_revision r ON r.id = p.live_id WHERE p.state = 'published'"
                " AND (r.title ILIKE %s OR r.body ILIKE %s) ORDER BY p.published_at DESC, p.id DESC LIMIT 500",
                [f"%{word}%"] * 2,
            )
            cursor.fetchall()
            times.append(time.perf_counter() - began)
    return share(times, 0.5), share(times, 0.95)


if __name__ == "__main__":
    import django

    django.setup()
    give(measure())
