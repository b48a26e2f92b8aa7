"""The hub: nothing begins before a callback has agreed, each version of a feed is told once, and signed."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import feedparser
import pytest
from django.db import transaction
from django.test import Client

from weiting.core.flow import perform
from weiting.hall.followed import Teller, Written, written
from weiting.hall.tests import make as halls
from weiting.hall.tests.make import Scene
from weiting.jobs.testing import run_waiting
from weiting.posts import actions as posts
from weiting.posts.flow import PostFlow
from weiting.posts.tests import make as texts
from weiting.subscriptions import actions, hub, pacing
from weiting.subscriptions.actions import feeds as verbs
from weiting.subscriptions.models import FeedRequest, FeedSubscriber, FeedTopic
from weiting.subscriptions.tests import make
from weiting.subscriptions.tests.subscriber import Subscriber, subscriber

SECRET = "geheim-" * 5


@pytest.fixture
def far(settings) -> Iterator[Subscriber]:
    """A subscriber on this machine, which the hub may call."""
    settings.CHANNELS_PRIVATE = True
    pacing.forget()
    with subscriber() as found:
        found.secret = SECRET
        yield found
    pacing.forget()


def topic(settings, path: str = "/u/gongshui/feed.atom") -> str:
    return f"{settings.PUBLIC_URL}{path}"


def follow(far: Subscriber, client: Client, url: str, name: str = "a", **more: str) -> int:
    """Ask the hub, and have it ask back."""
    given = {
        "hub.mode": "subscribe",
        "hub.topic": url,
        "hub.callback": far.callback(name),
        "hub.secret": SECRET,
    }
    status = client.post("/websub", given | more).status_code
    run_waiting("subscriptions.verify")
    return status


def tell() -> int:
    """Tell of changes as a worker does, and carry them."""
    Teller().tell()
    return make.carry("websub")


def test_program_finds_the_hub_follows_and_gets_what_is_new(s: Scene, far, client, settings) -> None:
    page = client.get("/u/gongshui/feed.atom")
    assert page["Link"] == f'<{settings.PUBLIC_URL}/websub>; rel="hub", <{topic(settings)}>; rel="self"'
    links = {link.rel: link.href for link in feedparser.parse(page.content).feed.links}
    assert links["hub"] == f"{settings.PUBLIC_URL}/websub" and links["self"] == topic(settings)
    assert follow(far, client, links["self"]) == 202
    assert far.asked[0]["hub.mode"] == "subscribe" and far.asked[0]["hub.topic"] == links["self"]
    assert far.asked[0]["hub.lease_seconds"] == str(10 * 86_400) and far.asked[0]["from"] == "weiting"
    assert tell() == 0, "nothing has changed since"
    texts.published(s.city, "后天停水", "西园社区 9:00 到 12:00。")
    assert tell() == 1 and tell() == 0
    (got,) = far.got
    assert got.is_signed and got.path == "/a?from=weiting"
    assert got.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert 'rel="hub"' in got.headers["Link"] and f"<{links['self']}>" in got.headers["Link"]
    assert got.body == client.get("/u/gongshui/feed.atom").content
    assert feedparser.parse(got.body).entries[0].title == "后天停水"


def test_corrections_and_withdrawals_are_told_too(s: Scene, far, client, settings) -> None:
    follow(far, client, topic(settings))
    halls.correct(s.city, s.plain, "8:00", "9:00", "抄错了")
    tell()
    entries = {entry.title: entry.summary for entry in feedparser.parse(far.got[-1].body).entries}
    assert "<del>8:00</del>" in entries["明天停水，送水车 8 点到"]
    perform(s.plain, PostFlow.withdraw, withdrawn_reason="发错了")
    posts.became_hidden(s.plain)
    tell()
    assert len(far.got) == 2 and "明天停水" not in far.got[-1].body.decode()


def test_many_releases_are_one_distribution_of_each_feed(s: Scene, far, client, settings) -> None:
    for path in ("/feed.rss", "/c/tingshui/feed.json", "/t/huanguan/feed.atom", "/en/u/gongshui/feed.atom"):
        assert follow(far, client, topic(settings, path), name=path.replace("/", "_")) == 202
    for number in range(5):
        texts.published(s.city, f"第 {number} 处停水")
    assert tell() == 3, "the topic has no new text"
    assert tell() == 0 and len({each.path for each in far.got}) == 3
    said = next(json.loads(each.body) for each in far.got if "json" in each.path)
    assert said["hubs"] == [{"type": "WebSub", "url": f"{settings.PUBLIC_URL}/websub"}]
    assert len([item for item in said["items"] if "处停水" in item["title"]]) == 5


def test_only_feeds_that_show_what_changed_are_written_anew(
    s: Scene, far, client, settings, monkeypatch
) -> None:
    for path in ("/u/gongshui/feed.atom", "/u/jiaotong/feed.atom"):
        follow(far, client, topic(settings, path), name=path.replace("/", "_"))
    teller = Teller()
    teller.tell()
    seen: list[str] = []

    def watched(url: str) -> Written | None:
        seen.append(url)
        return written(url)

    monkeypatch.setattr("weiting.hall.followed.written", watched)
    teller.hear(frozenset({"unit:999", "columns"}))
    teller.tell()
    assert seen == []
    teller.hear(frozenset({f"unit:{s.city.water.pk}"}))
    teller.tell()
    assert seen == [topic(settings)]


def test_callback_that_does_not_agree_gets_nothing(s: Scene, far, client, settings) -> None:
    far.agrees = False
    assert follow(far, client, topic(settings)) == 202
    assert len(far.asked) == 1 and not FeedSubscriber.objects.exists() and not FeedRequest.objects.exists()


def test_stopping_is_asked_about_too(s: Scene, far, client, settings) -> None:
    follow(far, client, topic(settings))
    far.agrees = False
    assert follow(far, client, topic(settings), **{"hub.mode": "unsubscribe"}) == 202
    assert FeedSubscriber.objects.exists(), "somebody else asked for it"
    far.agrees = True
    follow(far, client, topic(settings), **{"hub.mode": "unsubscribe"})
    assert far.asked[-1]["hub.mode"] == "unsubscribe" and "hub.lease_seconds" not in far.asked[-1]
    assert not FeedSubscriber.objects.exists()


def test_asking_again_renews_the_lease_and_the_secret(s: Scene, far, client, settings, freeze) -> None:
    follow(far, client, topic(settings), **{"hub.lease_seconds": "86400"})
    first = FeedSubscriber.objects.get().until_at
    freeze.move(hours=5)
    far.secret = "another"
    follow(far, client, topic(settings), **{"hub.secret": "another", "hub.lease_seconds": "86400"})
    assert (FeedSubscriber.objects.get().until_at - first).total_seconds() == 5 * 3600
    texts.published(s.city, "后天停水")
    tell()
    assert far.got[0].is_signed


@pytest.mark.parametrize(("asked", "given"), [("5", 3600), ("", 864_000), ("99999999999999", 2_592_000)])
def test_lease_stays_within_bounds(s: Scene, far, client, settings, asked: str, given: int) -> None:
    follow(far, client, topic(settings), **{"hub.lease_seconds": asked})
    assert far.asked[0]["hub.lease_seconds"] == str(given)


def test_lease_ends(s: Scene, far, client, settings, freeze) -> None:
    follow(far, client, topic(settings))
    freeze.move(days=10, minutes=1)
    texts.published(s.city, "后天停水")
    assert tell() == 0 and actions.end_leases() == 1
    actions.end_leases()
    assert not FeedTopic.objects.exists()


def test_410_ends_a_subscription_and_errors_are_tried_again(s: Scene, far, client, settings, freeze) -> None:
    follow(far, client, topic(settings))
    far.status = 500
    texts.published(s.city, "后天停水")
    tell()
    assert FeedSubscriber.objects.exists() and len(far.got) == 1
    far.status = 204
    freeze.move(minutes=30)
    make.carry("websub")
    assert len(far.got) == 2
    far.status = 410
    texts.published(s.city, "大后天停水")
    tell()
    assert not FeedSubscriber.objects.exists()


def test_overtaken_version_is_not_sent(s: Scene, far, client, settings) -> None:
    follow(far, client, topic(settings))
    for number in range(3):
        texts.published(s.city, f"第 {number} 处停水")
        Teller().tell()
    make.carry("websub")
    assert len(far.got) == 1 and "第 2 处停水" in far.got[0].body.decode()


def test_feed_that_is_no_more_is_said_to_the_callback(s: Scene, far, client, settings) -> None:
    follow(far, client, topic(settings, "/c/tingshui/feed.atom"))
    type(s.city.column).objects.filter(pk=s.city.column.pk).update(slug="gone")
    Teller().tell()
    assert far.asked[-1]["hub.mode"] == "denied" and far.asked[-1]["hub.reason"]
    assert not FeedTopic.objects.exists()


BAD = [
    {"hub.mode": "publish"}, {"hub.mode": ""}, {"hub.topic": "https://elsewhere.example/feed.atom"}, {"hub.topic": ""},
    {"hub.topic": "T/u/nowhere/feed.atom"}, {"hub.topic": "T/u/gongshui/"}, {"hub.topic": "T/desk/"},
    {"hub.topic": "T/u/gongshui/feed.atom?x=1"}, {"hub.topic": "T/search/feed.atom?q=停水"},
    {"hub.topic": "T/u/gongshui/feed.atom#a"}, {"hub.callback": ""}, {"hub.callback": "ftp://127.0.0.1/"},
    {"hub.callback": "http://"}, {"hub.callback": "http://u:p@127.0.0.1/"}, {"hub.callback": "http://a.example/#x"},
    {"hub.callback": "http://a.example/" + "x" * 400}, {"hub.callback": "http://[::1"},
    {"hub.secret": "x" * 200}, {"hub.secret": "字" * 67}, {"hub.lease_seconds": "-5"}, {"hub.lease_seconds": "1e9"},
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_bad_request_is_refused_with_a_reason(s: Scene, far, client, settings, bad) -> None:
    given = {"hub.mode": "subscribe", "hub.topic": topic(settings), "hub.callback": far.callback()}
    if bad.get("hub.topic", "").startswith("T"):
        bad = {"hub.topic": settings.PUBLIC_URL + bad["hub.topic"][1:]}
    answer = client.post("/websub", given | bad)
    assert answer.status_code == 400 and answer["Content-Type"].startswith("text/plain")
    assert len(answer.content) > 20 and not FeedRequest.objects.exists()


def test_addresses_inside_the_network_are_not_called(s: Scene, far, client, settings) -> None:
    settings.CHANNELS_PRIVATE = False
    assert follow(far, client, topic(settings)) == 202
    assert far.asked == [] and not FeedRequest.objects.exists() and not FeedSubscriber.objects.exists()


def test_one_host_has_only_so_many_subscriptions(s: Scene, far, client, settings, monkeypatch) -> None:
    monkeypatch.setattr(verbs, "MOST_PER_HOST", 2)
    assert [follow(far, client, topic(settings), name=f"n{n}") for n in range(3)] == [202, 202, 429]


def test_one_host_is_asked_only_so_often(s: Scene, far, client, settings, monkeypatch) -> None:
    monkeypatch.setattr(verbs, "MOST_ASKED_PER_HOST", 3)
    given = {"hub.mode": "subscribe", "hub.topic": topic(settings)}
    answers = [
        client.post("/websub", given | {"hub.callback": f"http://victim.example:{8000 + n}/"}).status_code
        for n in range(5)
    ]
    assert answers == [202, 202, 202, 429, 429]


def test_callback_that_is_not_reached_is_asked_again_and_then_forgotten(
    s: Scene, far, client, settings, freeze
) -> None:
    given = {"hub.mode": "subscribe", "hub.topic": topic(settings), "hub.callback": "http://127.0.0.1:9/"}
    assert client.post("/websub", given).status_code == 202
    for _n in range(4):
        assert FeedRequest.objects.exists()
        assert run_waiting("subscriptions.verify") == ["subscriptions.verify"]
        freeze.move(hours=1)
    assert not FeedRequest.objects.exists() and run_waiting("subscriptions.verify") == []


def test_hub_is_not_asked_without_end(s: Scene, far, client, settings) -> None:
    answers = [client.post("/websub", {"hub.mode": "x"}).status_code for _n in range(62)]
    assert answers.count(429) == 2


def test_secret_is_sealed(s: Scene, far, client, settings) -> None:
    follow(far, client, topic(settings))
    row = FeedSubscriber.objects.get()
    assert SECRET.encode() not in bytes(row.sealed) and hub.secret_of(row) == SECRET.encode()


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.rss", "/feed.json"])
def test_empty_feed_stays_as_it_is(db, client, settings, path: str, freeze) -> None:
    texts.city()
    freeze("2026-11-21 10:00")
    before = client.get(path).content
    freeze.move(hours=5)
    assert client.get(path).content == before


@pytest.mark.django_db(transaction=True)
def test_a_worker_hears_what_changes_and_tells_of_it(far, settings) -> None:
    city = texts.city()
    texts.published(city, "明天停水")
    url = topic(settings)
    made = FeedTopic.objects.create(url=url, mime="x", digest=sha256(written(url).body).hexdigest())
    FeedSubscriber.objects.create(
        topic=made, callback=far.callback(), host="127.0.0.1", until_at=make.clock.now() + timedelta(days=1)
    )
    stop, teller = threading.Event(), Teller()
    thread = threading.Thread(target=teller.run, args=(stop, 2.0, 0.1), daemon=True)
    thread.start()
    try:
        for _n in range(600):
            if teller._tags:
                break
            time.sleep(0.1)
        # Said at one moment, however slow the machine.
        with transaction.atomic():
            for number in range(4):
                texts.published(city, f"第 {number} 处停水")
        for _n in range(600):
            if "第 3 处停水" in bytes(FeedTopic.objects.get().body).decode():
                break
            time.sleep(0.1)
    finally:
        stop.set()
        thread.join(60)
    assert FeedTopic.objects.get().number < 4, "four changes in a moment are not four distributions"
    assert make.carry("websub") == 1 and "第 3 处停水" in far.got[0].body.decode()
