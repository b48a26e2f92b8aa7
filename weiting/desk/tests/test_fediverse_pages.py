"""An account in the fediverse at the desk, and who is shut out: open to read, with a reason, asked before undone."""

from html import unescape
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from weiting.audit.models import Entry
from weiting.channels.models import Connection
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.core.errors import Unavailable
from weiting.desk.tests.desk_city import signed_in
from weiting.fanout.models import Host
from weiting.fediverse import actions, remote
from weiting.fediverse.actions import knowing
from weiting.fediverse.models import Actor, Block, Followed, Follower, Heard, Peer
from weiting.fediverse.tests import make as accounts
from weiting.review.tests import make

pytestmark = pytest.mark.django_db
BLOCKS = "/desk/channels/fediverse/blocks/"


@pytest.fixture
def actor(c: make.City) -> Actor:
    """The account of the water unit."""
    return accounts.account(c.water, handle="gongshui")


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """An account on another server, or what goes wrong when it is looked for."""
    held: dict[str, Any] = {}
    found = remote.Account(
        "https://news.example/users/rb", "news.example", "rb", "https://news.example/users/rb/inbox", "",
        "https://news.example/users/rb#main-key", accounts.pem("rb"),
    )  # fmt: skip

    def find(address: str, wire: Wire, by: Actor) -> remote.Account:
        held["asked"] = address
        if "error" in held:
            raise held["error"]
        return found

    monkeypatch.setattr(remote, "find", find)
    return held


def page_of(actor: Actor, rest: str = "") -> str:
    assert actor.connection is not None
    return f"/desk/channels/{actor.connection.public_id}/fediverse/{rest}"


def seen(client: Any, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return unescape(answer.content.decode())


def follow(actor: Actor, host: str, count: int) -> None:
    for number in range(count):
        uri = f"https://{host}/users/u{number}"
        Follower.objects.create(actor=actor, uri=uri, host=host, inbox=f"https://{host}/inbox")


def test_the_page_leads_people_to_follow_and_names_nobody_who_does(c, actor, settings):
    settings.PUBLIC_URL = "https://yunxi.example"
    follow(actor, "large.example", 7)
    follow(actor, "wangwu.example", 2)
    knowing.count_refused("forged")
    desk = signed_in(c.editor)
    html = seen(desk, page_of(actor))
    assert ">@gongshui@yunxi.example<" in html and 'data-copy-from="#address"' in html
    assert "large.example" in html and "1 个小服务器" in html
    assert "wangwu" not in html and "/users/" not in html
    assert "签名不符" in html, "why calls were refused, in words"
    assert page_of(actor) in seen(desk, f"/desk/channels/{actor.connection.public_id}/")


def test_before_it_is_open_the_page_says_what_the_address_will_be(c, settings):
    settings.PUBLIC_URL = "https://yunxi.example"
    planned = Connection.objects.create(
        unit=c.water, kind="activitypub", name="联邦宇宙", state="planned", values={"handle": "shui"}
    )
    desk = signed_in(c.hall_editor)
    assert "@shui@yunxi.example" in seen(desk, f"/desk/channels/{planned.public_id}/fediverse/")
    answer = desk.post(f"/desk/channels/{planned.public_id}/fediverse/follow/", {"address": "@a@b.example"})
    assert answer.status_code == 422 and not Actor.objects.filter(connection=planned).exists()


def test_only_accounts_of_the_fediverse_have_the_page(c):
    screen = Connection.objects.create(unit=c.water, kind="screen", name="屏", state="live")
    desk = signed_in(c.hall_editor)
    assert desk.get(f"/desk/channels/{screen.public_id}/fediverse/").status_code == 404
    assert desk.get(f"/desk/channels/{screen.public_id}/fediverse/key/").status_code == 404


def test_an_account_is_followed_by_its_address_and_let_go_again(c, actor, elsewhere):
    desk = signed_in(c.editor)
    assert desk.post(page_of(actor, "follow/"), {"address": "@rb@news.example"}).status_code == 302
    held = Followed.objects.get()
    assert (held.state, held.address) == ("asked", "@rb@news.example")
    assert "@rb@news.example" in seen(desk, page_of(actor))
    assert desk.post(page_of(actor, "unfollow/"), {"followed": held.public_id}).status_code == 302
    held.refresh_from_db()
    assert held.state == "ended" and held.public_id not in seen(desk, page_of(actor))
    assert desk.post(page_of(actor, "unfollow/"), {"followed": "nothing222"}).status_code == 409
    verbs = Entry.objects.filter(verb__startswith="fediverse.follow").order_by("seq")
    assert [each.verb for each in verbs] == ["fediverse.follow.ask", "fediverse.follow.end"]


def test_what_cannot_be_followed_comes_back_as_it_was_typed(c, actor, elsewhere):
    desk = signed_in(c.editor)
    for error in (Unavailable("那边没有应答。"), None):
        elsewhere.pop("error", None)
        if error is not None:
            elsewhere["error"] = error
        else:
            actions.block("news.example", "x", by=None)
        answer = desk.post(page_of(actor, "follow/"), {"address": "@rb@news.example"})
        html = unescape(answer.content.decode())
        assert answer.status_code == 422 and 'value="@rb@news.example"' in html
        assert 'id="id_address-error"' in html
    assert not Followed.objects.exists()


def test_the_key_is_changed_after_a_question(c, actor):
    desk = signed_in(c.hall_editor)
    assert "签名" in seen(desk, page_of(actor, "key/"))
    actor.refresh_from_db()
    assert actor.key_number == 1
    assert desk.post(page_of(actor, "key/")).status_code == 302
    actor.refresh_from_db()
    assert actor.key_number == 2
    assert signed_in(c.editor).get(page_of(actor, "key/")).status_code == 404
    assert page_of(actor, "key/") not in seen(signed_in(c.editor), page_of(actor))


def test_who_is_shut_out_is_open_to_read_and_takes_a_role_at_the_hall(c, actor):
    follow(actor, "harm.example", 3)
    chief, editor = signed_in(c.hall_editor), signed_in(c.editor)
    assert 'name="reason"' not in seen(editor, BLOCKS)
    assert editor.post(BLOCKS, {"what": "harm.example", "reason": "诈骗"}).status_code == 403
    refused = chief.post(BLOCKS, {"what": "harm.example", "reason": " "})
    assert refused.status_code == 422 and 'value="harm.example"' in refused.content.decode()
    refused = chief.post(BLOCKS, {"what": "example", "reason": "诈骗链接"})
    assert refused.status_code == 422 and "诈骗链接" in refused.content.decode()
    assert chief.post(BLOCKS, {"what": "harm.example", "reason": "连发诈骗链接"}).status_code == 302
    assert not Follower.objects.exists()
    html = seen(editor, BLOCKS)
    assert "harm.example" in html and "连发诈骗链接" in html and c.hall_editor.name in html
    assert "/lift/" not in html
    answer = chief.post(BLOCKS, {"what": "harm.example", "reason": "再来"}, follow=True)
    assert "此前已经屏蔽" in answer.content.decode() and Block.objects.get().reason == "连发诈骗链接"


def test_a_single_account_is_named_only_to_those_who_decide(c):
    actions.block("https://harm.example/users/wangwu", "辱骂", by=c.hall_editor)
    assert "wangwu" in seen(signed_in(c.hall_editor), BLOCKS)
    html = seen(signed_in(c.editor), BLOCKS)
    assert "harm.example" in html and "wangwu" not in html


def test_letting_in_again_is_asked_first(c):
    made = actions.block("harm.example", "连发诈骗链接", by=c.hall_editor)
    chief, page = signed_in(c.hall_editor), f"{BLOCKS}{made.pk}/lift/"
    assert "连发诈骗链接" in seen(chief, page) and Block.objects.exists()
    assert signed_in(c.editor).get(page).status_code == 404
    assert chief.post(page).status_code == 302 and not Block.objects.exists()
    assert chief.get(page).status_code == 404


def test_servers_that_fail_lead_to_the_form_filled_in(c):
    Host.objects.create(
        kind="activitypub", name="dead.example", failures=9, failing_since=clock.now(), why="gone"
    )
    chief = signed_in(c.hall_editor)
    assert "?what=dead.example#add" in seen(chief, BLOCKS)
    assert 'value="dead.example"' in seen(chief, f"{BLOCKS}?what=dead.example")
    assert "dead.example" not in seen(signed_in(c.editor), BLOCKS)


def test_a_report_is_read_and_put_aside(c, actor, client):
    ann = accounts.Person("ann").known()
    said = ann.says("Flag", ["https://localhost/x"], content="这条不实")
    said["object"] = f"{remote.addresses.actor(actor.handle)}"
    assert ann.sends(client, said) == 202
    chief, editor = signed_in(c.hall_editor), signed_in(c.editor)
    html = seen(chief, BLOCKS)
    assert "这条不实" in html and accounts.HOST in html and "/users/ann" not in html
    assert "这条不实" not in seen(editor, BLOCKS)
    page = f"/desk/channels/fediverse/reports/{Heard.objects.get().public_id}/settle/"
    assert editor.post(page).status_code == 404
    assert chief.post(page).status_code == 302
    assert "这条不实" not in seen(chief, BLOCKS)
    assert Entry.objects.filter(verb="fediverse.report.settle").count() == 1


def test_the_pages_cost_the_same_however_much_they_list(c, actor):
    chief = signed_in(c.hall_editor)

    def costs() -> list[int]:
        made = []
        for url in (page_of(actor), BLOCKS):
            chief.get(url)
            with CaptureQueriesContext(database) as caught:
                assert chief.get(url).status_code == 200
            made.append(len(caught))
        return made

    few = costs()
    for number in range(12):
        follow(actor, f"h{number}.example", number + 1)
        actions.block(f"bad{number}.example", "诈骗", by=c.hall_editor)
        Host.objects.create(kind="activitypub", name=f"dead{number}.example", failures=2)
        peer = Peer(uri=f"https://x.example/{number}")
        Followed.objects.create(actor=actor, uri=peer.uri, address=f"@a{number}@x.example")
        Heard.objects.create(
            actor=actor, kind=Heard.Kind.REPORT, digest=f"{number}", sealed_with="none", sealed=b"x"
        )
    assert costs() == few and max(few) <= 20
