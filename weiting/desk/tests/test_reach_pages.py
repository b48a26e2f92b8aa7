"""The page of a delivery says how many of the many have it, by numbers; nobody who reads is named."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from weiting.core import clock
from weiting.desk.tests.desk_city import signed_in
from weiting.fanout.models import Copy, Host
from weiting.fediverse import actions as fediverse, addresses
from weiting.fediverse.models import Actor, Follower
from weiting.fediverse.tests import make as accounts
from weiting.posts.models import Post
from weiting.publishing.models import Delivery, Receipt, Release
from weiting.publishing.tests.make import approved, published
from weiting.review.tests import make

pytestmark = pytest.mark.django_db
BOARD = "/desk/deliveries/"


@pytest.fixture
def actor(c: make.City) -> Actor:
    """The account of the water unit, with followers at a large server and two small ones."""
    made = accounts.account(c.water, handle="gongshui")
    for host, count in (("large.example", 12), ("quiet.example", 6), ("wangwu.example", 1)):
        for number in range(count):
            uri = f"https://{host}/users/u{number}"
            Follower.objects.create(
                actor=made, uri=uri, host=host, inbox=f"https://{host}/inbox", since="2026-11-01T08:00+08:00"
            )
    return made


@pytest.fixture
def post(c: make.City, actor: Actor, freeze) -> Post:
    return published(c, freeze, approved(c, make.draft(c, "桥头街停水")))


def delivered(post: Post, actor: Actor, key: str = "k") -> Delivery:
    """Have the text laid down for all followers; the large server has it, the others do not answer."""
    note = fediverse.publish_note(actor, {"content": "<p>停水</p>"}, "https://yunxi.example/p/abc/", key)
    release = Release.objects.get(post=post, state="released")
    found, _new = Delivery.objects.get_or_create(
        release=release, connection=actor.connection, act="send" if key == "k" else "correct"
    )
    Delivery.objects.filter(pk=found.pk).update(state="delivered", settled_at=clock.now())
    uri = addresses.note(note.public_id)
    Receipt.objects.update_or_create(delivery=found, defaults={"external_id": uri, "url": note.url})
    Copy.objects.filter(host__name="large.example").update(state="sent", settled_at=clock.now())
    at = clock.now().replace(hour=14, minute=20)
    Host.objects.exclude(name="large.example").update(failures=3, why="ConnectTimeout", rests_until=at)
    return found


def seen(client, url: str, **headers: str) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_a_delivery_says_how_many_followers_have_it_and_when_the_others_are_asked(c, post, actor):
    found, desk = delivered(post, actor), signed_in(c.editor)
    html = seen(desk, f"{BOARD}{found.public_id}/")
    assert "19 位关注者中，12 位已收到" in html
    assert "7 位在 2 个没有应答的服务器上" in html and "再试时间" in html
    assert "<details" in html and "quiet.example" in html and "ConnectTimeout" in html
    text = seen(desk, f"{BOARD}text/{post.public_id}/")
    assert "19 位关注者中，12 位已收到" in text
    for page in (html, text):
        assert "wangwu" not in page and "/users/" not in page, "nobody who reads is named"


def test_it_is_asked_for_again_until_nothing_waits(c, post, actor):
    found, desk = delivered(post, actor), signed_in(c.editor)
    url = f"{BOARD}{found.public_id}/"
    piece = seen(desk, url, **{"HX-Request": "true"})
    assert "<html" not in piece and f'hx-get="{url}"' in piece and "12 位已收到" in piece
    Copy.objects.update(state="sent")
    piece = seen(desk, url, **{"HX-Request": "true"})
    assert "hx-get" not in piece and "19 位关注者都已收到" in piece


def test_pages_cost_the_same_however_many_hosts_fail(c, post, actor):
    found, desk = delivered(post, actor), signed_in(c.editor)
    urls = (f"{BOARD}{found.public_id}/", f"{BOARD}text/{post.public_id}/")

    def costs() -> list[int]:
        made = []
        for url in urls:
            desk.get(url)
            with CaptureQueriesContext(connection) as caught:
                assert desk.get(url).status_code == 200
            made.append(len(caught))
        return made

    few = costs()
    item = Copy.objects.first().item
    for number in range(30):
        host = Host.objects.create(kind="activitypub", name=f"h{number}.example", failures=1)
        Copy.objects.create(item=item, host=host, target=f"https://h{number}.example/inbox")
        uri = f"https://h{number}.example/users/1"
        Follower.objects.create(actor=actor, uri=uri, host=host.name, inbox=f"https://{host.name}/inbox",
                                since=item.created_at)  # fmt: skip
    assert costs() == few and max(few) <= 25
    assert re.search(r"31\s*个小服务器", seen(desk, urls[0])), "with the one there was, all without a name"


def test_a_text_nobody_follows_yet_says_so(c, post, actor):
    Follower.objects.all().delete()
    found = delivered(post, actor)
    assert "发出时还没有人关注" in seen(signed_in(c.editor), f"{BOARD}{found.public_id}/")
