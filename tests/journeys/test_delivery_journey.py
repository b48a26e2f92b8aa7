"""The journey Deliver: what the editor saw in the previews arrives in every channel, is corrected there and taken back;
a token expires, the board says so in words, it is renewed, and what waited goes on."""

import json
import secrets
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from config.testing import Site
from tests.journeys.people import Desk, Draft, zh
from weiting.sandbox.testing import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Numbers of its own, so that a hall which keeps what earlier runs left does not confuse this one.
RUN = f"{secrets.randbelow(9000) + 1000}"
TITLE = f"鹭桥巷 {RUN} 号院换阀，今晚停水四小时"
BODY = "鹭桥巷 1 至 36 号今晚 22:00 至次日 2:00 停水，换一只老阀门。\n\n请在 22:00 前存水。"
WRONG, RIGHT, REASON = "1 至 36 号", "1 至 63 号", "门牌漏了东半段。"
KINDS = ("weibo", "wechat", "webhook")
NAMES = {kind: f"{kind}{RUN}" for kind in KINDS}
CONNECT = """
from weiting.publishing.tests.fakes import connect
from weiting.units.models import Unit
unit = Unit.objects.get(slug="gongshui")
for kind, name in {names!r}.items():
    print(kind, connect(unit, kind, {base!r}, name).public_id)
"""
END = """
from weiting.channels.models import Connection
Connection.objects.filter(name__in={names!r}).update(state="ended")
"""


@pytest.fixture(scope="module")
def fakes(site: Site) -> Sandbox:
    return Sandbox(int(site.sandbox.rsplit(":", 1)[1]))


@pytest.fixture(scope="module")
def lines(site: Site) -> Iterator[dict[str, str]]:
    """Connect the water unit to three fake channels, and end that afterwards: other journeys share the hall."""
    said = site.run("manage", "shell", "-c", CONNECT.format(names=NAMES, base=site.sandbox))
    rows = [line.split() for line in said.splitlines() if line.startswith(KINDS)]
    yield dict(rows)
    site.run("manage", "shell", "-c", END.format(names=list(NAMES.values())))


def states(site: Site, number: str, act: str = "send") -> dict[str, str]:
    """Return how each delivery of a text stands, by the name of its channel."""
    return dict(
        site.query(
            "SELECT c.name, d.state FROM publishing_delivery d JOIN channels_connection c ON c.id = d.connection_id"
            " JOIN publishing_release r ON r.id = d.release_id JOIN posts_post p ON p.id = r.post_id"
            " WHERE p.public_id = %s AND d.act = %s AND c.name = ANY(%s)",
            number,
            act,
            list(NAMES.values()),
        )
    )


def wait_for(found: Callable[[], bool], what: str, within: float = 90) -> None:
    deadline = time.monotonic() + within
    while not found():
        assert time.monotonic() < deadline, what
        time.sleep(0.3)


def approve(desk: Callable[..., Desk], title: str, *names: str) -> None:
    for name in names:
        reviewer = desk(name)
        reviewer.finds_to_review(title)
        reviewer.approves()


def previewed(page: Page) -> dict[str, str]:
    """Return what the composer says each channel will be sent."""
    live = page.locator("#live")
    return {
        "weibo": live.locator(f".preview.weibo:has-text('{NAMES['weibo']}') .as-sent p").text_content() or "",
        "wechat": live.locator(f".preview.wechat:has-text('{NAMES['wechat']}') .as-sent").text_content()
        or "",
        "webhook": live.locator(f".preview.webhook:has-text('{NAMES['webhook']}') pre").text_content() or "",
    }


def narrow(page: Page, path: str) -> None:
    """Look at a page on a phone: it must not be wider than the screen."""
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375, path
    page.set_viewport_size({"width": 1280, "height": 800})


def flat(text: str) -> str:
    return " ".join(text.split())


def test_what_was_previewed_arrives_is_corrected_and_taken_back(
    site: Site, desk: Callable[..., Desk], fakes: Sandbox, lines: dict[str, str]
) -> None:
    editor = desk("chenyan")
    number = editor.begins(Draft(TITLE, BODY))
    expect(editor.page.locator("#live .preview.weibo").first).to_contain_text("存水")
    expect(editor.page.locator("#saved")).to_have_text(zh("saved just now"))
    shown = previewed(editor.page)
    editor.submits()
    approve(desk, TITLE, "zhaoli", "sunpei")

    # Arrived: in each channel exactly the words of the preview.
    everywhere = dict.fromkeys(NAMES.values(), "delivered")
    wait_for(lambda: states(site, number) == everywhere, f"not everywhere: {states(site, number)}")
    (post,) = fakes.said("weibo", NAMES["weibo"])
    assert flat(post["text"]) == flat(shown["weibo"])
    (article,) = [each for each in fakes.said("wechat") if NAMES["wechat"] in each["account"]]
    assert flat(shown["wechat"]) in flat(article["text"])
    event = fakes.said("webhook", NAMES["webhook"])[0]
    assert event["text"] == json.loads(shown["webhook"])["text"]
    way = f"/desk/deliveries/text/{number}/"
    editor.open(way)
    for name in NAMES.values():
        expect(editor.page.locator("li.delivery").filter(has_text=name)).to_contain_text(zh("arrived"))
    narrow(editor.page, way)

    # Corrected: the correction follows to every place.
    editor.open(f"/desk/write/{number}/")
    editor.page.get_by_role("link", name=zh("Correct"), exact=True).click()
    editor.page.fill("[name=wrong]", WRONG)
    editor.page.fill("[name=right]", RIGHT)
    editor.page.fill("[name=reason]", REASON)
    editor.press("Go on")
    editor.submits()
    approve(desk, TITLE, "jiangyi", "sunpei")
    wait_for(lambda: states(site, number, "correct") == everywhere, f"{states(site, number, 'correct')}")
    events = fakes.said("webhook", NAMES["webhook"])
    assert [each["event"] for each in events] == ["published", "corrected"]
    assert RIGHT in json.dumps(events[-1], ensure_ascii=False)
    assert REASON in json.dumps(fakes.state()["weibo"], ensure_ascii=False)

    # Withdrawn: taken back where that can be done; where it cannot, the page names the place and takes somebody's word.
    final = desk("sunpei")
    final.open(f"/desk/write/{number}/withdraw/")
    final.page.locator("[name=reason]").fill("停水取消。")
    final.page.locator("main form button.danger, main form button.primary").last.click()
    wait_for(
        lambda: states(site, number, "withdraw") == {**everywhere, NAMES["weibo"]: "refused"},
        f"{states(site, number, 'withdraw')}",
    )
    assert [each["event"] for each in fakes.said("webhook", NAMES["webhook"])][-1] == "withdrawn"
    editor.open(way)
    expect(editor.page.locator("main .notice.late")).to_contain_text(NAMES["weibo"])
    narrow(editor.page, way)


def test_an_expired_token_is_said_in_words_renewed_and_what_waited_goes_on(
    site: Site, desk: Callable[..., Desk], fakes: Sandbox, lines: dict[str, str]
) -> None:
    title = f"白鹭路 {RUN} 号明晚停水"
    fakes.switch("tokens", channel="weibo", expired=[NAMES["weibo"]])
    editor = desk("chenyan")
    number = editor.begins(Draft(title, BODY))
    expect(editor.page.locator("#saved")).to_have_text(zh("saved just now"))
    editor.submits()
    approve(desk, title, "zhaoli", "sunpei")
    wait_for(
        lambda: (
            states(site, number).get(NAMES["webhook"]) == "delivered"
            and bool(
                site.query(
                    "SELECT 1 FROM channels_connection WHERE name = %s AND needs = 'authorise'",
                    NAMES["weibo"],
                )
            )
        ),
        "the others are not held up, and the account rests",
    )
    board = "/desk/deliveries/?part=waits"
    editor.open(board)
    resting = editor.page.locator("section.resting li").filter(has_text=NAMES["weibo"])
    expect(resting).to_contain_text("21327")
    expect(resting.locator(".need")).not_to_be_empty()
    narrow(editor.page, board)
    assert states(site, number)[NAMES["weibo"]] == "queued"

    # Renewed by whoever keeps the account: a new token is pasted, and what waited goes out by itself.
    fakes.switch("tokens", channel="weibo", expired=[])
    keeper = desk("zhuolin")
    keeper.open(f"/desk/channels/{lines['weibo']}/settings/")
    keeper.page.locator("[name=f_token]").fill(f"token-{NAMES['weibo']}")
    keeper.page.locator("main form button.primary").first.click()
    wait_for(lambda: states(site, number)[NAMES["weibo"]] == "delivered", f"{states(site, number)}")
    assert title in json.dumps(fakes.said("weibo", NAMES["weibo"]), ensure_ascii=False)
    editor.open(f"/desk/deliveries/text/{number}/")
    expect(editor.page.locator("li.delivery").filter(has_text=NAMES["weibo"])).to_contain_text(zh("arrived"))
