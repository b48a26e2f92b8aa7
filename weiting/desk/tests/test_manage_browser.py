"""The managing half in a real browser: a selected passage becomes a comment's quote; no page has a barrier."""

import pytest
from playwright.sync_api import Page, expect

from weiting.accounts.models import Person
from weiting.desk.tests.desk_city import signed_in
from weiting.review.models import Remark
from weiting.review.tests import make
from weiting.ui.tests.barriers import barriers
from weiting.units.models import Scope
from weiting.units.roles import Role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]
SELECT = """() => {
  const node = document.querySelector('[data-text] p').firstChild;
  const at = node.data.indexOf('16:00 停水');
  document.getSelection().setBaseAndExtent(node, at, node, at + 8);
}"""


@pytest.fixture
def c(live_server) -> make.City:  # type: ignore[no-untyped-def]
    """Give a city served on a port of its own."""
    return make.city()


def enter(page: Page, address: str, person: Person) -> None:
    """Sign somebody in without the gate's pages: those have tests of their own."""
    cookie = signed_in(person).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])


def test_a_selected_passage_becomes_the_quote_of_a_comment(live_server, page, c):  # type: ignore[no-untyped-def]
    round_ = make.submit(c)
    enter(page, live_server.url, c.first)
    page.goto(f"{live_server.url}/desk/review/{round_.public_id}/")
    page.evaluate(SELECT)
    expect(page.locator("[data-quote]")).to_have_value("16:00 停水")
    page.fill("#r_text", "写到几点？")
    page.locator("#remarks form button").last.click()
    expect(page.locator("[data-quoted]")).to_have_text("16:00 停水")
    assert Remark.objects.get().quote == "16:00 停水"


def test_no_managing_page_has_a_barrier_or_is_wider_than_the_screen(live_server, page, c):  # type: ignore[no-untyped-def]
    round_ = make.submit(c)
    admin = make.person("admin", "卓霖")
    for role in (Role.ADMINISTRATOR, Role.FIRST_REVIEWER, Role.FINAL_REVIEWER):
        make.member(admin, c.root, role, Scope.SUBTREE)
    enter(page, live_server.url, admin)
    addresses = [
        "/desk/", f"/desk/review/{round_.public_id}/", "/desk/review/report/", "/desk/policies/", "/desk/policies/new/",
        "/desk/units/", f"/desk/units/{c.water.public_id}/", "/desk/units/import/",
        f"/desk/people/{c.editor.public_id}/",
        "/desk/me/", "/desk/register/", "/desk/notices/", "/desk/audit/",
    ]  # fmt: skip
    found = {}
    for address in addresses:
        page.goto(live_server.url + address)
        if wrong := barriers(page, 1280, 375):
            found[address] = wrong
    assert found == {}
