"""Every type of page on the demo city, wide and narrow: no barrier of WCAG 2.2 AA, nothing wider than the screen.

The types come from the URL conf: a page nobody has put on the list below makes these tests fail. The hall in its other
languages is looked at beside its pages, in weiting/hall/tests/test_browser.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import URLPattern, reverse
from playwright.sync_api import Page

from config.testing import Site
from tests.journeys.people import Windows
from weiting.desk import urls as desk_urls
from weiting.hall import urls as hall_urls
from weiting.ui.tests.barriers import barriers

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass(frozen=True)
class Sample:
    """One address of a type of page: what fills its path, what follows it, who opens it at the desk."""

    values: tuple[str, ...] = ()
    query: str = ""
    who: str = ""

    def address(self, face: str, name: str, site: Site) -> str:
        """Return the address; a value that begins with SELECT is asked of the hall's database."""
        found = [
            str(site.query(value)[0][0]) if value.startswith("SELECT") else value for value in self.values
        ]
        return reverse(f"{face}:{name}", args=found) + self.query


def newest(table: str, column: str = "public_id", where: str = "true") -> str:
    """Say how to find a row of the demo city."""
    return f"SELECT {column} FROM {table} WHERE {where} ORDER BY id DESC LIMIT 1"


WATER = "unit_id = (SELECT id FROM units_unit WHERE slug = 'gongshui')"
CORRECTED = "SELECT public_id FROM posts_post WHERE corrected_at IS NOT NULL AND state = 'published' LIMIT 1"
ARCHIVED = (
    "SELECT a.public_id FROM units_account a JOIN channels_connection c ON c.account_id = a.id"
    " WHERE c.kind = 'historic' LIMIT 1"
)
SUB_HALL = "SELECT slug FROM units_hall WHERE NOT is_main LIMIT 1"

HALL: dict[str, Sample] = {
    "home": Sample(),
    "hall": Sample((SUB_HALL,)),
    "section": Sample(
        (
            "SELECT h.slug FROM units_section s JOIN units_hall h ON h.id = s.hall_id ORDER BY s.id LIMIT 1",
            "SELECT slug FROM units_section ORDER BY id LIMIT 1",
        )
    ),
    "units": Sample(),
    "unit": Sample(("gongshui",)),
    "columns": Sample(),
    "column": Sample((newest("posts_column", "slug"),)),
    "topics": Sample(),
    "topic": Sample((newest("posts_topic", "slug"),)),
    "issues": Sample(),
    "issue": Sample((newest("posts_issue", where="state = 'published'"),)),
    "post": Sample((CORRECTED,)),
    "version": Sample((CORRECTED, "1")),
    "corrections": Sample(),
    "promises": Sample(),
    "account_archive": Sample((ARCHIVED,)),
    "relay": Sample((newest("relay_call"),)),
    "room": Sample((newest("relay_room"),)),
    "subscribe": Sample(query="?unit=gongshui"),
    "subscribed": Sample(),
    "archive": Sample(),
    "year": Sample(("2026",)),
    "month": Sample(("2026", "10")),
    "day": Sample(("2026", "11", "20")),
    "register": Sample(query="?q=云溪供水"),
    "spokespersons": Sample(),
    "account": Sample((newest("units_account", where="state = 'open'"),)),
    "search": Sample(query="?q=停水"),
    "speak": Sample(query="?q=停水"),
    "about": Sample(),
    "accessibility": Sample(),
    "fault": Sample(),
    "heads": Sample(),
    "widgets": Sample(),
    "widget_hall": Sample(),
    "widget_unit": Sample(("gongshui",)),
    "widget_column": Sample((newest("posts_column", "slug"),)),
}
# Read by programs; and pages behind a secret of a letter, which the journey of subscribing opens.
NOT_PAGES = {"robots", "sitemap", "sitemap_pages", "sitemap_posts", "websub", "mail", "mail_confirm"}

DRAFT = newest("posts_post", where=f"state = 'draft' AND {WATER}")
PUBLIC = newest("posts_post", where=f"state = 'published' AND corrected_at IS NULL AND {WATER}")
ROUND = newest("review_round", where="state = 'open' AND post_id IS NOT NULL")
UNIT = "SELECT public_id FROM units_unit WHERE slug = 'gongshui'"
PERSON = "SELECT public_id FROM accounts_person WHERE username = 'zhaoli'"
ACCOUNT = newest("units_account", where=f"state = 'open' AND {WATER}")
CHANNEL = newest("channels_connection", where="kind = 'weibo'")
WECHAT = newest("channels_connection", where="kind = 'wechat'")
FEDIVERSE = newest("channels_connection", where="kind = 'activitypub'")
EDITOR, CHIEF, ADMIN = "chenyan", "linzhiqiu", "zhuolin"

DESK: dict[str, Sample] = {
    "today": Sample(who=EDITOR),
    "hand_over": Sample(
        ("SELECT s.id FROM units_shift s JOIN accounts_person p ON p.id = s.person_id WHERE p.username = 'zhouhe'"
         " ORDER BY s.starts_at LIMIT 1",), who="zhouhe"),
    "review": Sample(who="zhaoli"),
    "under_way": Sample(who="zhaoli"),
    "after": Sample(who="guoshuhua"),
    "report": Sample(who=CHIEF),
    "round": Sample((ROUND,), who=CHIEF),
    "policies": Sample(who=ADMIN),
    "workdays": Sample(who=ADMIN),
    "policy_new": Sample(who=ADMIN),
    "policy": Sample((newest("review_policy", "id"),), who=ADMIN),
    "units": Sample(who=ADMIN),
    "unit_open": Sample(query="?in={unit}", who=ADMIN),
    "import": Sample(who=ADMIN),
    "halls": Sample(who=ADMIN),
    "hall": Sample(("yunxi",), who=ADMIN),
    "section": Sample((newest("units_section", "id"),), who=ADMIN),
    "batches": Sample(who=ADMIN),
    "batch_new": Sample(who=ADMIN),
    "batch": Sample((newest("units_batch", "id"),), who=ADMIN),
    "unit": Sample((UNIT,), who=ADMIN),
    "unit_edit": Sample((UNIT,), who=ADMIN),
    "unit_move": Sample((UNIT,), who=ADMIN),
    "unit_close": Sample((UNIT,), who=ADMIN),
    "remits": Sample((UNIT,), who=ADMIN),
    "hall_brand": Sample(("SELECT public_id FROM units_unit WHERE slug = 'yunxi'",), who=ADMIN),
    "section_new": Sample(("yunxi",), who=ADMIN),
    "section_units": Sample((newest("units_section", "id"),), who=ADMIN),
    "appoint": Sample((UNIT,), who=ADMIN),
    "bring_in": Sample((UNIT,), who=ADMIN),
    "membership": Sample((newest("units_membership", "id", WATER),), who=ADMIN),
    "membership_end": Sample((newest("units_membership", "id", WATER),), who=ADMIN),
    "shift_plan": Sample((UNIT,), who=ADMIN),
    "away": Sample((PERSON,), who=ADMIN),
    "let_go": Sample((PERSON,), who=ADMIN),
    "account_apply": Sample((UNIT,), who=ADMIN),
    "account_change": Sample((ACCOUNT,), who=ADMIN),
    "account_step": Sample((ACCOUNT, "freeze"), who=ADMIN),
    "register": Sample(who=ADMIN),
    "account": Sample((ACCOUNT,), who=ADMIN),
    "people": Sample(who=ADMIN),
    "somebody": Sample((PERSON,), who=ADMIN),
    "me": Sample(who=EDITOR),
    "notices": Sample(who=EDITOR),
    "audit": Sample(who="tianmi"),
    "write": Sample(who=EDITOR),
    "write_new": Sample(who=EDITOR),
    "library": Sample(who=EDITOR),
    "asset": Sample((newest("media_asset", where=WATER),), who=EDITOR),
    "assignments": Sample(who=EDITOR),
    "assignment_new": Sample(who=CHIEF),
    "assignment": Sample((newest("posts_assignment"),), who=CHIEF),
    "issues": Sample(who=CHIEF),
    "issue": Sample((newest("posts_issue"),), who=CHIEF),
    "issue_discard": Sample((newest("posts_issue", where="state = 'draft'"),), who=CHIEF),
    # Of whatever unit: the water unit's only open promise is kept in the course of the demo's day.
    "promise": Sample((newest("posts_followup", "id", "state = 'open'"),), who=CHIEF),
    "compose": Sample((DRAFT,), who=EDITOR),
    "versions": Sample((PUBLIC,), who=EDITOR),
    "media": Sample((DRAFT,), who=EDITOR),
    "pairs": Sample((PUBLIC,), who=EDITOR),
    "promises": Sample((PUBLIC,), who=EDITOR),
    "correct": Sample((PUBLIC,), who=EDITOR),
    "withdraw": Sample((PUBLIC,), who="sunpei"),
    "file": Sample((PUBLIC,), who=CHIEF),
    "calendar": Sample(who=EDITOR),
    "deliveries": Sample(who=EDITOR),
    "delivery_accounts": Sample(who=EDITOR),
    "delivery": Sample((newest("publishing_delivery"),), who=CHIEF),
    "of_text": Sample((PUBLIC,), who=EDITOR),
    "of_issue": Sample((newest("posts_issue", where="state = 'published'"),), who=CHIEF),
    "release": Sample((newest("publishing_release"),), who=CHIEF),
    "by_hand": Sample((newest("publishing_delivery", where="needs = 'by_hand'"),), who=CHIEF),
    "channels": Sample(who=CHIEF),
    "channel_new": Sample(query="?kind=weibo", who=CHIEF),
    "channel": Sample((CHANNEL,), who=CHIEF),
    "channel_settings": Sample((CHANNEL,), who=CHIEF),
    "channel_close": Sample((CHANNEL,), who=CHIEF),
    "channel_live": Sample((CHANNEL,), who=CHIEF),
    "channel_rest": Sample((CHANNEL,), who=CHIEF),
    "channel_owner": Sample((CHANNEL,), who=CHIEF),
    "channel_archive": Sample((newest("channels_connection", where="kind = 'historic'"),), who=CHIEF),
    "channel_fediverse": Sample((FEDIVERSE,), who=CHIEF),
    "channel_key": Sample((FEDIVERSE,), who=CHIEF),
    "fediverse_blocks": Sample(who=CHIEF),
    "fediverse_lift": Sample((newest("fediverse_block", "id"),), who=CHIEF),
    "channel_plan": Sample((WECHAT,), who=CHIEF),
    "channel_menu": Sample((WECHAT,), who=CHIEF),
    "channel_answers": Sample((WECHAT,), who=CHIEF),
    "relays": Sample(who=CHIEF),
    "relay_new": Sample(who=CHIEF),
    "relay_groups": Sample(who=CHIEF),
    "relay_group_new": Sample(who=CHIEF),
    "relay_group": Sample((newest("relay_group"),), who=CHIEF),
    "relay_record": Sample(who=CHIEF),
    "relay_rules": Sample(who=CHIEF),
    "relay": Sample((newest("relay_call"),), who=CHIEF),
    "rooms": Sample(who=CHIEF),
    "room_new": Sample(who=CHIEF),
    "room": Sample((newest("relay_room"),), who=CHIEF),
    "signers": Sample((DRAFT,), who=EDITOR),
    "columns": Sample(who=CHIEF),
    "column_new": Sample(who=CHIEF),
    "column": Sample((newest("posts_column", "slug"),), who=CHIEF),
    "topics": Sample(who=CHIEF),
    "words": Sample(who=CHIEF),
    "word_new": Sample(who=CHIEF),
    "word": Sample((newest("posts_ownword", "id"),), who=CHIEF),
    "topic_new": Sample(who=CHIEF),
    "topic": Sample((newest("posts_topic", "slug"),), who=CHIEF),
    "templates": Sample(who=CHIEF),
    "template_new": Sample(who=CHIEF),
    "template": Sample((newest("posts_template", "id"),), who=CHIEF),
}  # fmt: skip
# A page that is not there without its secret (asked in the journey of refusals), and what is downloaded.
DESK_NOT_PAGES = {
    "link",
    "import_template",
    "calendar_export",
    "by_hand_pack",
    "relay_proof",
    "channel_export",
    # These lead to a platform's own page and back from it.
    "channel_authorise",
    "channel_authorised",
}

GATE = {
    "": ("/account/login/", "/verify.html", "/nowhere/"),
    EDITOR: ("/account/", "/account/password/change/", "/account/2fa/totp/activate/", "/desk/nowhere/"),
}  # fmt: skip


def patterns(face: Any) -> dict[str, URLPattern]:
    """Map the names of a face's addresses to their patterns."""
    return {each.name: each for each in face.urlpatterns}


def looked_at(page: Page, addresses: Iterable[str], *, status: int = 200) -> dict[str, list[str]]:
    """Map the addresses at which something is wrong to what it is."""
    found: dict[str, list[str]] = {}
    for address in addresses:
        answer = page.goto(address)
        if answer is None or answer.status != (404 if "nowhere" in address else status):
            found[address] = [f"answered {answer and answer.status}"]
        elif wrong := barriers(page, 1280, 375):
            found[address] = wrong
    return found


def test_no_type_of_page_in_the_hall_is_forgotten() -> None:
    programs = {name for name in patterns(hall_urls) if name.startswith("feed_")} | NOT_PAGES
    assert set(HALL) == set(patterns(hall_urls)) - programs


def test_no_type_of_page_at_the_desk_is_forgotten(site: Site, windows: Windows) -> None:
    asked = windows.open(ADMIN).request
    others = set(patterns(desk_urls)) - set(DESK) - DESK_NOT_PAGES
    examples = {
        "public_id": "nothing222",
        "slug": "nothing",
        "name": "nothing",
        "pk": 1,
        "number": 1,
        "token": "x",
    }
    for name in others:
        needed = patterns(desk_urls)[name].pattern.converters
        address = reverse(f"desk:{name}", kwargs={key: examples[key] for key in needed})
        assert asked.get(address, max_redirects=0).status == 405, f"{name} is a page and not on the list"
    assert set(DESK) <= set(patterns(desk_urls))


def test_the_hall_has_no_barrier(site: Site, windows: Windows) -> None:
    addresses = [sample.address("hall", name, site) for name, sample in HALL.items()]
    assert looked_at(windows.open(), addresses) == {}


@pytest.mark.parametrize("who", sorted({sample.who for sample in DESK.values()}))
def test_the_desk_has_no_barrier(site: Site, windows: Windows, who: str) -> None:
    unit = site.query(UNIT)[0][0]
    addresses = [
        sample.address("desk", name, site).format(unit=unit)
        for name, sample in DESK.items()
        if sample.who == who
    ]
    assert looked_at(windows.open(who), addresses) == {}


@pytest.mark.parametrize("who", sorted(GATE))
def test_the_gate_has_no_barrier(windows: Windows, who: str) -> None:
    assert looked_at(windows.open(who), GATE[who]) == {}


def test_large_text_in_high_contrast_has_no_barrier(site: Site, windows: Windows) -> None:
    looks = [{"name": "look", "value": "elder.contrast", "url": site.url}]
    citizen, editor = windows.open(), windows.open(EDITOR)
    for page in (citizen, editor):
        page.context.add_cookies(looks)  # type: ignore[arg-type]
    hall = [HALL[name].address("hall", name, site) for name in ("home", "post", "unit")]
    desk = [DESK[name].address("desk", name, site) for name in ("today", "compose", "write")]
    assert looked_at(citizen, hall) | looked_at(editor, desk) == {}
