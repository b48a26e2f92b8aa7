"""The board says in words what is the matter and what to do next, and does it; a text's page says where it went."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from weiting.channels.models import Connection
from weiting.core import clock
from weiting.desk.tests.desk_city import signed_in
from weiting.posts import actions as posts
from weiting.posts.models import Post
from weiting.publishing import actions, destinations
from weiting.publishing.models import Delivery, Receipt
from weiting.publishing.tests.fakes import connect
from weiting.publishing.tests.make import approved, published
from weiting.review.tests import make
from weiting.units.models import Account

pytestmark = pytest.mark.django_db
BASE = "http://127.0.0.1:1"
BOARD = "/desk/deliveries/"


@pytest.fixture
def weibo(c: make.City) -> Connection:
    return connect(c.water, "weibo", BASE, "供水微博")


@pytest.fixture
def post(c: make.City, weibo: Connection, freeze) -> Post:
    return published(c, freeze, approved(c, make.draft(c, "桥头街停水")))


def stop(needs: str, state: str = "refused", code: str = "20021", **more: object) -> Delivery:
    Delivery.objects.update(state=state, needs=needs, code=code, called_at=clock.now(), attempts=1, **more)
    return Delivery.objects.get()


def seen(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def say(client, found: Delivery, do: str, **more: str):
    return client.post(f"{BOARD}{found.public_id}/act/", {"do": do, **more})


def state() -> str:
    return Delivery.objects.filter(act="send").latest("pk").state


def test_what_the_platform_refused_is_said_in_words_with_the_next_step_as_a_button(c, post):
    found = stop("change_words")
    desk = signed_in(c.editor)
    html = seen(desk, BOARD)
    assert "桥头街停水" in html and "20021" in html and "供水微博" in html
    assert f"/desk/write/{post.public_id}/correct/" in html, "a better wording is a correction"
    assert say(desk, found, "again").status_code == 302 and state() == "queued"
    stop("change_words")
    assert say(desk, found, "leave").status_code == 302 and state() == "called_off"


def test_a_doubt_shows_what_was_sent_where_to_look_and_both_answers(c, post, weibo):
    account = Account.objects.create(
        unit=c.water, platform="weibo", handle="云溪供水", url="https://weibo.com/u/1", state="filed"
    )
    Connection.objects.update(account=account)
    found = stop("decide", "in_doubt", "unknown")
    desk = signed_in(c.editor)
    html = seen(desk, f"{BOARD}{found.public_id}/")
    assert "https://weibo.com/u/1" in html and "【桥头街停水】" in html and f"/p/{post.public_id}/" in html
    assert 'value="there"' in html and 'value="again"' in html
    assert say(desk, found, "there").status_code == 422, "an address is asked for"
    assert 'id="url-error"' in say(desk, found, "there", url="在微博").content.decode()
    assert say(desk, found, "leave").status_code == 409, "what may be there is not left alone"
    assert say(desk, found, "there", url="https://weibo.com/1/abc").status_code == 302
    assert (state(), Receipt.objects.get().way) == ("delivered", "by_hand")
    html = seen(desk, f"{BOARD}text/{post.public_id}/")
    assert "https://weibo.com/1/abc" in html and c.editor.name in html


def test_a_word_on_one_doubt_does_not_settle_a_later_one(c, post):
    found = stop("decide", "in_doubt", "unknown")
    desk = signed_in(c.editor)
    (of_first,) = re.findall(r'name="called" value="([^"]+)"', seen(desk, f"{BOARD}{found.public_id}/"))
    Delivery.objects.update(called_at=F("called_at") + timedelta(minutes=1), attempts=2)
    assert say(desk, found, "again", called=of_first).status_code == 409
    assert state() == "in_doubt", "what was called since may be there"
    (of_second,) = re.findall(r'name="called" value="([^"]+)"', seen(desk, f"{BOARD}{found.public_id}/"))
    assert say(desk, found, "again", called=of_second).status_code == 302 and state() == "queued"


def test_an_account_at_rest_stands_above_with_how_much_waits(c, post):
    Connection.objects.update(needs="authorise", needs_code="21327", needs_since=clock.now())
    html = seen(signed_in(c.editor), f"{BOARD}?part=waits")
    assert "供水微博" in html and "21327" in html and "1 条" in html


def test_the_overview_of_accounts_says_when_something_last_arrived(c, post, weibo):
    line = Connection.objects.get(name="供水微博")
    Delivery.objects.filter(connection=line, act="send").update(
        state="delivered", settled_at=datetime(2026, 11, 20, 9, 41, tzinfo=clock.SHANGHAI)
    )
    assert line.last_ok_at is None
    assert "9:41" in seen(signed_in(c.editor), f"{BOARD}accounts/")


def test_a_text_taken_back_from_one_channel_stays_in_the_hall_and_does_not_go_there_again(c, post, weibo):
    Delivery.objects.update(state="delivered", settled_at=clock.now())
    Receipt.objects.create(
        delivery=Delivery.objects.get(), external_id="1", url="https://weibo.com/1/a", digest="x"
    )
    found = Delivery.objects.get()
    page = f"{BOARD}text/{post.public_id}/"
    assert 'value="take-back"' not in seen(signed_in(c.editor), page)
    final = signed_in(c.final)
    assert 'value="take-back"' in seen(final, page)
    assert say(final, found, "take-back").status_code == 302
    assert Delivery.objects.get(act="withdraw").state == "queued"
    Delivery.objects.filter(act="withdraw").update(state="refused", needs="by_hand", code="not_granted")
    html = seen(final, page)
    assert "仍需人工" in html
    taken = Delivery.objects.get(act="withdraw")
    assert say(signed_in(c.editor), taken, "there").status_code == 302
    assert Delivery.objects.get(act="withdraw").state == "delivered"
    post.refresh_from_db()
    assert post.state == "published"


def test_choosing_after_the_release_sends_to_the_new_and_never_takes_back_silently(c, post, weibo):
    screen = connect(c.water, "webhook", BASE, "大屏")
    Delivery.objects.update(state="delivered", settled_at=clock.now())
    desk, page = signed_in(c.editor), f"{BOARD}text/{post.public_id}/"
    keys = {"to_shown": [weibo.public_id, screen.public_id]}
    said = {**keys, "to_was": weibo.public_id, "to": []}
    assert desk.post(f"{page}choose/", said).status_code == 302
    assert [d.state for d in Delivery.objects.filter(connection=weibo)] == ["delivered"]
    html = seen(desk, page)
    assert not re.search(rf'value="{screen.public_id}"\s+checked', html), "it was connected after the release"
    desk.post(f"{page}choose/", {**keys, "to_was": "", "to": [screen.public_id]})
    assert [d.state for d in Delivery.objects.filter(connection=screen)] == ["queued"]
    desk.post(f"{page}choose/", {**keys, "to_was": screen.public_id, "to": []})
    assert [d.state for d in Delivery.objects.filter(connection=screen)] == ["called_off"]
    desk.post(f"{page}choose/", {**keys, "to_was": "", "to": [screen.public_id]})
    assert [d.state for d in Delivery.objects.filter(connection=screen)] == ["queued"]


def test_strangers_see_nothing_and_readers_get_no_buttons(c, post):
    found = stop("change_words")
    assert signed_in(c.stranger).get(f"{BOARD}{found.public_id}/").status_code == 404
    assert "桥头街停水" not in seen(signed_in(c.stranger), BOARD)
    first = signed_in(c.first)
    assert 'name="do"' not in seen(first, f"{BOARD}{found.public_id}/").split("<main")[1]
    assert say(first, found, "again").status_code in {403, 404} and state() == "refused"


def test_titles_units_and_accounts_narrow_the_board(c, post, weibo, freeze):
    published(c, freeze, approved(c, make.draft(c, "别的内容")))
    desk = signed_in(c.editor)
    assert "桥头街停水" in seen(desk, f"{BOARD}?part=waits&q=桥头")
    assert "别的内容" not in seen(desk, f"{BOARD}?part=waits&q=桥头")
    assert "别的内容" in seen(desk, f"{BOARD}?part=waits&channel={weibo.public_id}")
    assert desk.get(f"{BOARD}?channel=nothing").status_code == 404
    assert "供水微博" in seen(desk, f"{BOARD}accounts/")


def test_the_board_is_paged_and_costs_the_same_whatever_it_holds(c, post, weibo):
    release = Delivery.objects.get().release
    desk = signed_in(c.editor)

    def cost(url: str) -> int:
        desk.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert desk.get(url).status_code == 200
        return len(caught)

    few = cost(f"{BOARD}?part=waits")
    lines = [connect(c.water, "webhook", BASE, f"屏{n}") for n in range(70)]
    Delivery.objects.bulk_create([Delivery(release=release, connection=each) for each in lines])
    assert cost(f"{BOARD}?part=waits") == few <= 20
    found: list[int] = []
    url = f"{BOARD}?part=waits"
    while url and len(found) < 5:
        html = seen(desk, url)
        found.append(html.count("data-item"))
        more = re.search(r'href="(\?part=waits&cursor=[^"]+)"', html)
        url = f"{BOARD}{more[1]}" if more else ""
    assert found == [30, 30, 11]


def test_the_page_of_a_text_and_of_a_delivery_stay_within_their_budget(c, post, weibo):
    desk, found = signed_in(c.editor), stop("decide", "in_doubt", "unknown")
    for url in (f"{BOARD}{found.public_id}/", f"{BOARD}text/{post.public_id}/", f"{BOARD}accounts/"):
        desk.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert desk.get(url).status_code == 200
        assert len(caught) <= 20, url


def test_what_waits_is_asked_for_again_while_the_page_is_open(c, post):
    desk = signed_in(c.editor)
    assert 'hx-trigger="every 20s"' in seen(desk, f"{BOARD}?part=waits")
    part = desk.get(f"{BOARD}?part=waits", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "data-item" in part


def test_a_withdrawn_text_stops_everything_that_had_stopped(c, post):
    stop("change_words")
    actions.withdraw_post(post, "内容有误。", by=c.final)
    assert state() == "called_off"
    assert "桥头街停水" not in seen(signed_in(c.editor), f"{BOARD}?part=needs").split("<main")[1]


def test_the_channels_of_an_issue_are_chosen_on_its_own_page(c, weibo):
    issue = posts.start_issue(c.water, by=c.editor, title="一周")
    desk, page = signed_in(c.editor), f"{BOARD}issue/{issue.public_id}/"
    assert page in seen(desk, f"/desk/write/issues/{issue.public_id}/")
    said = {"to_shown": [weibo.public_id], "to_was": weibo.public_id, "to": []}
    assert desk.post(f"{page}choose/", said).status_code == 302
    assert destinations.chosen_for(issue, c.water) == []
    assert not re.search(rf'value="{weibo.public_id}"\s+checked', seen(desk, page))
    assert signed_in(c.stranger).get(page).status_code == 404


def test_what_a_channel_answers_becomes_a_link_only_when_it_leads_to_the_web(c, post, weibo):
    Delivery.objects.update(state="delivered", settled_at=clock.now())
    Receipt.objects.create(
        delivery=Delivery.objects.get(), external_id="1", url="javascript:alert(1)", digest="x"
    )
    desk, found = signed_in(c.editor), Delivery.objects.get()
    pages = (f"{BOARD}?part=done", f"{BOARD}{found.public_id}/", f"{BOARD}text/{post.public_id}/",
             f"/desk/write/{post.public_id}/")  # fmt: skip
    assert [url for url in pages if 'href="javascript:' in seen(desk, url)] == []
