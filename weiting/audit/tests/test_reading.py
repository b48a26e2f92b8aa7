"""Reading the chain: pages and filters, heads of days, verbs in words, the origin of a request."""

import asyncio
from datetime import date
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.translation import override
from procrastinate.contrib.django import app

from weiting import audit
from weiting.accounts.models import Person
from weiting.audit import chain, labels, origins, queries, tasks
from weiting.audit.middleware import Origin
from weiting.audit.models import Head

POST = audit.Ref("posts.post", "17")


def _periodic() -> list[Any]:
    return list(app.periodic_registry.periodic_tasks.values())


def _record(freeze: Any, at: str, verb: str, **what: Any) -> int:
    freeze(at)
    return audit.record(verb, **what).seq


def test_pages_follow_without_overlap(db: None) -> None:
    audit.record_many([audit.Act("posts.post.import", facts={"n": n}) for n in range(25)])
    seen: list[int] = []
    cursor = ""
    while True:
        page = audit.entries(cursor=cursor, size=10)
        seen += [entry.seq for entry in page]
        assert page.is_first == (cursor == "")
        cursor = page.next_cursor
        if not cursor:
            break
    assert seen == list(range(25, 0, -1))


@pytest.mark.parametrize("cursor", ["x", "-1", "1;--", "²", "9" * 30])
def test_a_strange_cursor_gives_the_first_page(db: None, cursor: str) -> None:
    audit.record("posts.post.submit")
    assert len(audit.entries(cursor=cursor)) == 1


def test_filters_narrow_the_entries(db: None, freeze: Any) -> None:
    one, other = (Person.objects.create(username=name, name=name) for name in ("one", "other"))
    a = _record(freeze, "2026-11-19 23:59", "posts.post.submit", by=one, subject=POST)
    b = _record(freeze, "2026-11-20 00:00", "posts.column.open", by=other, unit=other)
    c = _record(
        freeze,
        "2026-11-21 00:00",
        "review.step.approve",
        by=one,
        subject=POST,
        unit=one,
    )

    def found(**wanted: Any) -> list[int]:
        return [entry.seq for entry in audit.entries(audit.Filter(**wanted))]

    assert found() == [c, b, a]
    assert found(verb="posts.") == [b, a]
    assert found(verb="posts.post.submit") == [a]
    assert found(verb="po_ts") == []
    assert found(actor_id=one.pk) == [c, a]
    assert found(unit_ids=[other.pk]) == [b]
    assert found(unit_ids=[]) == []
    assert found(subject=POST) == [c, a]
    assert found(since=date(2026, 11, 20)) == [c, b]
    assert found(since=date(2026, 11, 20), until=date(2026, 11, 20)) == [b]


def test_days_are_sealed_once_and_missed_ones_caught_up(db: None, freeze: Any) -> None:
    first = _record(freeze, "2026-11-17 12:00", "posts.post.submit")
    last = _record(freeze, "2026-11-19 23:59", "posts.post.approve")
    _record(freeze, "2026-11-20 00:00", "posts.post.withdraw")
    sealed = audit.seal_days()
    assert [(head.day.day, head.seq) for head in sealed] == [
        (17, first),
        (18, first),
        (19, last),
    ]
    assert audit.seal_days() == []
    freeze("2026-11-21 00:05")
    assert [(head.day.day, head.seq) for head in audit.seal_days()] == [(20, 3)]
    assert Head.objects.count() == 4
    assert chain.check(queries.links(), queries.announced_heads(), first=1).ok


def test_the_day_that_still_runs_is_not_sealed(db: None, freeze: Any) -> None:
    _record(freeze, "2026-11-21 12:00", "posts.post.submit")
    assert audit.seal_days(until=date(2027, 1, 1)) == []
    assert audit.head_today() == ""
    assert audit.latest_head() is None


def test_a_clock_set_back_does_not_move_a_head_back(db: None, freeze: Any) -> None:
    _record(freeze, "2026-11-18 12:00", "posts.post.submit")
    _record(freeze, "2026-11-19 12:00", "posts.post.submit")
    _record(freeze, "2026-11-18 13:00", "posts.post.submit")
    freeze("2026-11-20 01:00")
    assert [head.seq for head in audit.seal_days()] == [3, 3]


def test_the_worker_seals_by_itself(db: None, freeze: Any) -> None:
    _record(freeze, "2026-11-20 12:00", "posts.post.submit")
    freeze("2026-11-21 00:05")
    assert ("audit.seal", "audit.seal") in {(p.task.name, p.periodic_id) for p in _periodic()}
    tasks.seal()
    assert [head.day.day for head in Head.objects.all()] == [20]


def test_an_empty_chain_has_no_heads(db: None) -> None:
    assert audit.seal_days() == []


def test_the_printed_head_is_the_newest_sealed(db: None, freeze: Any) -> None:
    _record(freeze, "2026-10-31 12:00", "posts.post.submit")
    freeze("2026-11-02 01:00")
    audit.seal_days()
    newest = audit.latest_head()
    assert newest is not None
    assert newest.day == date(2026, 11, 1)
    assert audit.head_today() == newest.short == chain.short(newest.announced().own.sm3)
    assert [head.day.day for head in audit.heads(2026, 10)] == [31]
    assert [head.day.day for head in audit.heads(2026)] == [1, 31]
    assert queries.years_with_heads() == [2026]


def test_verbs_without_words_are_listed(db: None) -> None:
    audit.record("audit.personal.read")
    audit.record("nobody.knows.this")
    assert audit.unlabelled_verbs() == ["nobody.knows.this"]
    assert labels.sentence("nobody.knows.this") == "nobody.knows.this"


def test_a_verb_means_one_thing() -> None:
    with pytest.raises(ValueError, match="already means"):
        labels.register({"audit.personal.read": "Something else"})


def test_own_verbs_are_in_words_in_chinese(db: None) -> None:
    entry = audit.record("audit.personal.read")
    with override("en"):
        assert entry.sentence == "Looked at personal data"
    with override("zh-hans"):
        assert entry.sentence == "查看了个人信息"


def test_a_request_is_an_origin_and_ends_with_it() -> None:
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(origins.current())
        return HttpResponse()

    Origin(view)(RequestFactory(REMOTE_ADDR="203.0.113.9").get("/"))
    assert seen == [origins.Came("web", origins.mark_of("203.0.113.9"))]
    assert origins.current() == origins.BY_ITSELF


def test_an_async_request_is_an_origin_too() -> None:
    seen = []

    async def view(request: HttpRequest) -> HttpResponse:
        seen.append(origins.current().how)
        return HttpResponse()

    asyncio.run(Origin(view)(RequestFactory().get("/")))
    assert seen == ["web"]
