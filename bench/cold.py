"""Pages that are not in memory: queries and time of each kind, at two sizes of the hall."""

import time

from bench.table import Result, give, ms, share

ROUNDS = 7
AIM = 0.150


def pages() -> dict[str, str]:
    """Name an address of each kind of page."""
    from weiting.core import clock
    from weiting.posts.models import Issue, Post
    from weiting.units.models import Account

    newest = Post.objects.filter(state="published").select_related("unit").order_by("-published_at")[0]
    middle = Post.objects.filter(state="published").order_by("published_at")[1500]
    day = clock.local(middle.published_at)
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
    """Ask Django itself, past the page store."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="127.0.0.1")
    found = []
    for name, path in pages().items():
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            status = client.get(path).status_code
        times = []
        for _n in range(ROUNDS):
            began = time.perf_counter()
            client.get(path)
            times.append(time.perf_counter() - began)
        middle = share(times, 0.5)
        what = name if status == 200 else f"{name} (status {status})"
        found.append(
            Result(what, f"{len(queries)} queries, {ms(middle)}", aim="≤ 150 ms", is_met=middle <= AIM)
        )
    return found


def compare(small: list[Result], large: list[Result]) -> list[Result]:
    """Put the larger hall's figures beside the smaller one's."""
    before = {each.what: each.value for each in small}
    return [
        Result(each.what, each.value, before.get(each.what, ""), "", each.aim, each.is_met) for each in large
    ]


if __name__ == "__main__":
    import django

    django.setup()
    give(measure())
