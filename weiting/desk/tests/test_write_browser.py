"""The composer in a real browser: it saves by itself, previews while one types, survives a lost connection, submits."""

import pytest
from playwright.sync_api import Page, expect

from weiting.desk.tests.desk_city import page_of, signed_in
from weiting.posts.models import Post
from weiting.review.tests import make
from weiting.ui.tests.barriers import barriers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def c(live_server):
    """Give a city served on a port of its own."""
    return make.city()


def enter(page: Page, address: str, person) -> None:
    """Sign somebody in without the gate's pages: those have tests of their own."""
    page.set_default_timeout(30_000)  # The first page of a process learns the words of the language.
    cookie = signed_in(person).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])


def words_of(post: Post) -> str:
    """Return what is saved."""
    return Post.objects.select_related("working").get(pk=post.pk).working.body


def test_typing_saves_by_itself_shows_the_preview_and_is_submitted(live_server, page, c):
    post = make.draft(c)
    enter(page, live_server.url, c.editor)
    page.goto(live_server.url + page_of(post))
    page.fill("#id_body", "东园社区明天 **8 点到 16 点** 停水。")
    expect(page.locator("#live strong")).to_have_text("8 点到 16 点")
    expect(page.locator("#saved")).to_contain_text("已存")
    expect(page.locator("#compose [name=saves]")).to_have_value("1", timeout=30_000)
    assert words_of(post) == "东园社区明天 **8 点到 16 点** 停水。"
    page.check("#id_risk_2")
    expect(page.locator("#path .steps li")).not_to_have_count(2)
    page.check("#id_no_secrets")
    page.click("#send button[value=submit]")
    page.wait_for_selector("button[value=recall]")
    post.refresh_from_db()
    assert post.state == "in_review"


def test_a_lost_connection_keeps_the_text_in_the_browser_and_gives_it_back(live_server, page, c, problems):
    post = make.draft(c)
    enter(page, live_server.url, c.editor)
    page.goto(live_server.url + page_of(post))
    page.route("**/save/", lambda route: route.abort("internetdisconnected"))
    page.fill("#id_body", "断网时写的。")
    expect(page.locator("#saved")).to_contain_text("浏览器", timeout=30_000)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#id_body")).not_to_have_value("断网时写的。")
    page.unroute("**/save/")
    page.click("[data-restore]")
    expect(page.locator("#id_body")).to_have_value("断网时写的。")
    expect(page.locator("#compose [name=saves]")).to_have_value("1", timeout=30_000)
    assert words_of(post) == "断网时写的。"
    problems.clear()  # The browser reports every request that found no connection.


def test_a_save_by_somebody_else_stops_the_saving_and_shows_the_way_to_both(live_server, page, c, problems):
    other = make.person("other", "林姐")
    make.member(other, c.water, "editor")
    post = make.draft(c)
    enter(page, live_server.url, c.editor)
    page.goto(live_server.url + page_of(post))
    signed_in(other).post(page_of(post, "pen/"), {"do": "take"})
    make.rewrite(post, other, "她写的。")
    page.fill("#id_body", "我写的。")
    page.click("#conflict button", timeout=30_000)
    expect(page.locator("main")).to_contain_text("她写的。")
    expect(page.locator("textarea[name=body]")).to_have_value("我写的。")
    problems.clear()  # The browser reports the 409 as an error.


@pytest.mark.parametrize("width", [1280, 375])
def test_the_writing_pages_have_no_barriers(live_server, page, c, width):
    post = make.draft(c)
    enter(page, live_server.url, c.editor)
    page.set_viewport_size({"width": width, "height": 800})
    found = {}
    for address in (
        page_of(post),
        "/desk/write/",
        "/desk/calendar/",
        "/desk/write/new/",
        page_of(post, "media/"),
    ):
        page.goto(live_server.url + address)
        if wrong := barriers(page, of="main"):
            found[address] = wrong
    assert not found
