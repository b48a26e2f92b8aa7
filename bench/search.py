"""Search among a million posts: what people would type, against ILIKE on the same rows."""

import random
import time

from bench.table import Result, give, ms, share

QUERIES = 500
BASELINE_QUERIES = 20
AIM = 0.050


def typed() -> list[str]:
    """List what people would type: matters and their other names, in characters and pinyin, alone and in pairs."""
    from weiting.demo.content.remits import MATTERS
    from weiting.demo.content.units import UNITS
    from weiting.text.han import syllables

    chance = random.Random(7)
    matters = sorted({matter.name for matter in MATTERS})
    others = sorted({word for matter in MATTERS for word in matter.synonyms})
    words = [word for word in matters if 2 <= len(word) <= 5 and not word.isascii()]
    found = chance.sample(matters, 80) + chance.sample(others, 60) + _said(chance, 200)
    found += ["".join(syllables(word)) for word in chance.sample(words, 60)]
    found += ["".join(s[0] for s in syllables(word)) for word in chance.sample(words, 30)]
    found += [" ".join(chance.sample(words, 2)) for _n in range(60)]
    found += [f"{unit.account} {chance.choice(words)}" for unit in chance.sample(UNITS, 40)]
    found += [word[:2] for word in chance.sample(words, 20)] + ["“停水通知”", "水 电", "公积金 提取 -贷款"]
    chance.shuffle(found)
    return (found * 2)[:QUERIES]


def _said(chance: random.Random, count: int) -> list[str]:
    """Draw words from what the hall's posts say: one that is often said is often drawn."""
    from weiting.posts.models import Revision
    from weiting.text.segment import cut

    titles = Revision.objects.filter(post__state="published", post_id__lt=5000).values_list(
        "title", flat=True
    )
    return chance.sample([word for title in titles for word in cut(title) if len(word) > 1], count)


def measure() -> list[Result]:
    """Time every query through the product's own search; the first hundred warm the caches."""
    from weiting.posts.models import SearchEntry
    from weiting.posts.queries import search_public

    queries = typed()
    for each in queries[:100]:
        search_public(each)
    times: list[tuple[float, str, int]] = []
    for each in queries:
        began = time.perf_counter()
        found = search_public(each)
        times.append((time.perf_counter() - began, each, found.total))
    seconds = [row[0] for row in times]
    slowest = sorted(times, reverse=True)[:12]
    import sys

    for took, each, total in slowest:
        sys.stderr.write(f"  {ms(took)}  {each}  ({total})\n")
    p50, p95 = share(seconds, 0.5), share(seconds, 0.95)
    base50, base95 = _baseline(queries)
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
