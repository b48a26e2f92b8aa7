"""How soon after the last approval another process serves the new words."""

import http.client
import time

from bench.site import site
from bench.table import Result, give, ms, share
from config import connections, env as environment

RELEASES = 200
AIM = 0.300


def _approved_but_one(count: int) -> list[tuple[object, object, str]]:
    """Make posts that wait for their last approval and go out with it; return step, decider and title of each."""
    from weiting.accounts.models import Person
    from weiting.demo.loader.desks import decider, open_steps
    from weiting.posts import actions as posts
    from weiting.posts.models import Column
    from weiting.publishing import actions as publishing
    from weiting.units.models import Unit

    unit, by = Unit.objects.get(slug="gongshui"), Person.objects.get(username="chenyan")
    column = Column.objects.get(slug="tingshui")
    found: list[tuple[object, object, str]] = []
    for number in range(count):
        title = f"第 {number} 次试着说一句"
        post = posts.start_post(unit, by=by, title=title, column=column, klass="service")
        posts.save_working(post, by=by, saves=0, body=f"{title}，没有别的事。", summary=title)
        post.refresh_from_db()
        round_ = publishing.send_for_review(post, by=by, no_secrets=True, release="approved")
        (first,) = open_steps(round_)
        publishing.decide(
            first, by=decider(first), approves=True, content_hash=round_.content_hash, checked=first.checklist,
            no_secrets=True,
        )  # fmt: skip
        (last,) = open_steps(round_)
        found.append((last, decider(last), title))
    return found


def measure() -> list[Result]:
    """Approve, and ask for the unit's page on one open connection until the new title stands in it."""
    from weiting.publishing import actions as publishing

    waiting = _approved_but_one(RELEASES)
    times: list[float] = []
    with site(undo_seconds=0) as hall:
        connection = http.client.HTTPConnection("127.0.0.1", hall.env.port, timeout=30)
        for step, by, title in waiting:
            _page(connection)
            began = time.perf_counter()
            publishing.decide(
                step, by=by, approves=True, content_hash=step.round.content_hash, checked=step.checklist,  # type: ignore[attr-defined, arg-type]
                no_secrets=True,
            )  # fmt: skip
            decided = time.perf_counter()
            while title.encode() not in _page(connection):
                assert time.perf_counter() - began < 10, "the new words never came"
            times.append(time.perf_counter() - decided)
    p50, p99 = share(times, 0.5), share(times, 0.99)
    told = _told()
    return [
        Result(
            f"approved → new bytes in another process, p50 of {len(times)}",
            ms(p50),
            f"PostgreSQL's NOTIFY alone {ms(told)}",
            f"{p50 / told:.1f} ×",
            note="from the commit to the end of the first new page",
        ),
        Result("approved → new bytes, p99", ms(p99), "", "", f"≤ {AIM * 1000:.0f} ms", p99 <= AIM),
    ]


def _page(connection: http.client.HTTPConnection) -> bytes:
    connection.request("GET", "/u/gongshui/")
    answer = connection.getresponse()
    assert answer.status == 200
    return answer.read()


def _told() -> float:
    """Return how long a bare NOTIFY takes from commit to another connection."""
    env = environment.current()
    times = []
    with (
        connections.connect(env) as hears,
        connections.connect(env) as says,
    ):
        hears.execute("LISTEN bench")
        for _n in range(100):
            began = time.perf_counter()
            says.execute("NOTIFY bench")
            next(hears.notifies(timeout=5, stop_after=1))
            times.append(time.perf_counter() - began)
    return share(times, 0.5)


if __name__ == "__main__":
    from dataclasses import replace

    environment.use(replace(environment.current(), undo_seconds=0))
    import django

    django.setup()
    give(measure())
