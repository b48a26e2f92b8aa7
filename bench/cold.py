"""Pages that are not in memory: queries and time of each kind, at two sizes of the hall."""

import time
from dataclasses import replace

from bench.table import Result, give, ms

ROUNDS = 12
MOST_QUERIES = 15
MOST_GROWTH = 1.3
# Less than this between two sizes is chance, or a longer list of files, and nothing a reader notices.
NOISE_MS = 10.0


def pages() -> dict[str, str]:
    """Name an address of each kind of page."""
    from weiting.core import clock
    from weiting.posts.models import Issue, Post
    from weiting.units.models import Account

    newest = Post.objects.filter(state="published").select_related("unit").order_by("-published_at")[0]
    # A day with many posts at every size: else a full page would be compared with two lines.
    busy = Post.objects.filter(state="published").order_by("-published_at")[150]
    assert newest.published_at is not None and busy.published_at is not None
    day = clock.local(busy.published_at)
    return {
        "home": "/",
        "unit": f"/u/{newest.unit.slug}/",
        "section": "/s/yunxi/build/",
        "units": "/units/",
        "column": "/c/yaowen/",
        "columns": "/columns/",
        "topic": "/t/xinwen/",
        "post": f"/p/{newest.public_id}/",
        "issue": f"/i/{Issue.objects.filter(state='published').latest('number').public_id}/",
        "corrections": "/corrections/",
        "promises": "/promises/",
        "archive": "/archive/",
        "a year of the archive": f"/archive/{day.year}/",
        "a month of the archive": f"/archive/{day.year}/{day.month}/",
        "a day of the archive": f"/archive/{day.year}/{day.month}/{day.day}/",
        "register": "/register/",
        "account": f"/a/{Account.objects.order_by('pk')[0].public_id}/",
        "search": "/search/?q=停水",
        "feed": "/feed.atom",
        "sitemap": "/sitemap.xml",
    }


def measure() -> list[Result]:
    """Ask Django itself, past the page store; the quickest of some rounds is the least disturbed by others."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="127.0.0.1")
    found = []
    for name, path in pages().items():
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            status = client.get(path).status_code
            # The next request forgets them.
            queries = len(captured)
        times = []
        for _n in range(ROUNDS):
            began = time.perf_counter()
            client.get(path)
            times.append(time.perf_counter() - began)
        what = name if status == 200 else f"{name} (status {status})"
        aim = f"≤ {MOST_QUERIES} queries, ≤ {MOST_GROWTH} ×"
        found.append(
            Result(what, f"{queries} queries, {ms(min(times))}", aim=aim, is_met=queries <= MOST_QUERIES)
        )
    return found


def quicker(one: list[Result], other: list[Result]) -> list[Result]:
    """Keep the quicker figure of each page: a machine that others share is slow for minutes at a time."""
    before = {each.what: each for each in one}
    return [min(before.get(each.what, each), each, key=_ms) for each in other]


def compare(small: list[Result], large: list[Result]) -> list[Result]:
    """Put the larger hall's figures beside the smaller one's."""
    before = {each.what: each for each in small}
    return [_grown(before[each.what], each) if each.what in before else each for each in large]


def _grown(small: Result, large: Result) -> Result:
    first, second = _ms(small), _ms(large)
    is_flat = second <= first * MOST_GROWTH or second - first < NOISE_MS
    return replace(
        large,
        baseline=f"smaller hall {small.value}",
        ratio=f"{second / first:.2f} ×",
        is_met=bool(large.is_met and is_flat),
    )


def _ms(each: Result) -> float:
    return float(each.value.split()[-2])


if __name__ == "__main__":
    import django

    django.setup()
    give(measure())
