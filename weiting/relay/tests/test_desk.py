"""The pages of relays at the desk: asked, answered and proven by forms that need no script, within their budget."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from weiting.publishing import actions as publishing
from weiting.publishing.models import Delivery
from weiting.publishing.tests.fakes import connect
from weiting.relay import actions, proof
from weiting.relay.models import Call, Group, Rules
from weiting.relay.tests import make as relays
from weiting.units.models import Account, Scope
from weiting.units.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def s(freeze):
    return relays.scene(freeze)


def desk(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def typed(s, **more):
    return {
        "post": s.post.public_id, "reason": "明天最热。", "line": "热，别硬扛。", "due_at": "2026-07-21T18:00",
        "kinds": ["bureau"], **more,
    }  # fmt: skip


def test_a_hall_editor_counts_and_then_asks(s):
    client = desk(s.city.hall_editor)
    page = client.post("/desk/relay/new/", typed(s, do="count"))
    assert page.status_code == 200 and "第3街道" in page.content.decode() and not Call.objects.exists()
    assert client.post("/desk/relay/new/", typed(s)).status_code == 302
    assert Call.objects.get().asks.count() == 5


def test_whom_it_asks_is_counted_before_the_rest_is_filled_in(s):
    client = desk(s.city.hall_editor)
    page = client.post("/desk/relay/new/", typed(s, do="count", reason="", due_at=""))
    assert page.status_code == 200 and "第3街道" in page.content.decode() and not Call.objects.exists()
    assert client.post("/desk/relay/new/", typed(s, do="count", kinds=["nothing"])).status_code == 422
    assert 'value="20' in client.get("/desk/relay/new/").content.decode(), "a deadline is proposed"


def test_what_is_missing_is_said_at_its_field(s):
    page = desk(s.city.hall_editor).post("/desk/relay/new/", typed(s, kinds=[], reason=""))
    assert page.status_code == 422 and not Call.objects.exists()
    past = desk(s.city.hall_editor).post("/desk/relay/new/", typed(s, due_at="2026-07-01T18:00"))
    assert past.status_code == 422


def test_an_editor_passes_it_on_in_one_tap_from_todays_list(s, freeze):
    call = s.open()
    client = desk(s.editors[s.units[0].pk])
    assert f"/desk/relay/{call.public_id}/" in client.get("/desk/").content.decode()
    page = client.get(f"/desk/relay/{call.public_id}/").content.decode()
    assert "热，别硬扛。" in page and relays.TITLE in page
    ask = s.ask(call)
    answer = client.post(
        f"/desk/relay/{call.public_id}/answer/",
        {"ask": ask.public_id, "line": "我们街上也热。", "version": s.post.live.content_hash, "do": "accept"},
    )
    ask.refresh_from_db()
    assert answer.status_code == 302 and (ask.state, ask.line) == ("accepted", "我们街上也热。")
    again = client.post(f"/desk/relay/{call.public_id}/answer/", {"ask": ask.public_id, "do": "accept"})
    assert again.status_code == 422


def test_a_refused_line_comes_back_with_what_is_wrong_in_it(s):
    call = s.open()
    ask = s.ask(call)
    page = desk(s.editors[ask.unit_id]).post(
        f"/desk/relay/{call.public_id}/answer/", {"ask": ask.public_id, "line": "找王师傅 13907654321"}
    )
    assert page.status_code == 422 and "13907654321" in page.content.decode()


def test_declining_needs_a_reason(s):
    call = s.open()
    ask = s.ask(call)
    client, where = desk(s.editors[ask.unit_id]), f"/desk/relay/{call.public_id}/answer/"
    assert client.post(where, {"ask": ask.public_id, "do": "decline", "reason": ""}).status_code == 422
    said = {"ask": ask.public_id, "do": "decline", "reason": "发过了。"}
    assert client.post(where, said).status_code == 302
    assert "发过了。" in desk(s.city.hall_editor).get(f"/desk/relay/{call.public_id}/").content.decode()


def test_nobody_answers_for_anothers_unit_and_no_unit_sees_anothers_answer(s):
    call = s.open(units=s.units[:2])
    first, second = s.ask(call), s.ask(call, 1)
    client = desk(s.editors[first.unit_id])
    where = f"/desk/relay/{call.public_id}/answer/"
    assert client.post(where, {"ask": second.public_id, "do": "accept"}).status_code == 404
    assert "第2街道" not in client.get(f"/desk/relay/{call.public_id}/").content.decode()
    assert desk(s.editors[s.units[2].pk]).get(f"/desk/relay/{call.public_id}/").status_code == 404


def test_the_document_of_a_call_that_is_not_public_is_for_those_who_direct_it(s, freeze):
    call = s.open()
    s.passed(freeze, s.ask(call))
    where = f"/desk/relay/{call.public_id}/coverage.json"
    assert desk(s.editors[s.units[0].pk]).get(where).status_code == 404
    said = json.loads(desk(s.city.hall_editor).get(where).content)
    assert proof.check(said).wrong == []


def test_groups_and_the_budget_are_kept_by_forms(s):
    client = desk(s.city.hall_editor)
    units = [unit.pk for unit in s.units]
    assert client.post("/desk/relay/groups/new/", {"name": "沿河街道", "units": units}).status_code == 302
    group = Group.objects.get()
    assert "沿河街道" in client.get("/desk/relay/groups/").content.decode()
    assert client.post(f"/desk/relay/groups/{group.public_id}/", {"do": "retire"}).status_code == 302
    assert (
        client.post("/desk/relay/rules/", {"per_week": 5, "per_reader": 2, "reviews_lines": "on"}).status_code
        == 302
    )
    rules = Rules.objects.get()
    assert (rules.per_week, rules.reviews_lines) == (5, True)
    assert client.post("/desk/relay/rules/", {"per_week": 0}).status_code == 422


def test_calling_off_is_one_form_with_a_reason(s):
    call = s.open()
    client = desk(s.city.hall_editor)
    assert client.post(f"/desk/relay/{call.public_id}/off/", {"reason": ""}).status_code == 422
    assert client.post(f"/desk/relay/{call.public_id}/off/", {"reason": "预警解除。"}).status_code == 302
    call.refresh_from_db()
    assert call.state == "called_off"


def count(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_more_units_cost_no_more_queries(s, freeze):
    call = s.open(units=s.units[:1])
    s.passed(freeze, s.ask(call))
    client, pages = (
        desk(s.city.hall_editor),
        [f"/desk/relay/{call.public_id}/", "/desk/relay/", "/desk/relay/new/"],
    )
    before = [count(client, page) for page in pages]
    for number in range(12):
        unit = relays.make.unit(f"又一个{number}", s.city.root)
        call.asks.model.objects.create(call=call, unit=unit)
    assert [count(client, page) for page in pages] == before
    assert max(before) <= 20
    actions.call_off(call, "够了。", by=s.city.hall_editor)


def test_whoever_may_answer_for_many_chooses_one_in_the_list(s):
    relays.make.member(s.city.hall_editor, s.city.root, Role.EDITOR, Scope.SUBTREE)
    call = s.open()
    client, where = desk(s.city.hall_editor), f"/desk/relay/{call.public_id}/"
    page = client.get(where).content.decode()
    assert page.count("替它答复") == 3 and 'name="line"' not in page
    page = client.get(f"{where}?unit={s.units[1].public_id}").content.decode()
    assert page.count('name="line"') == 1


def test_a_unit_chooses_which_of_its_accounts_pass_it_on_a_leaders_among_them(s, freeze):
    unit = s.units[0]
    holder = relays.make.member(relays.make.person("leader", "宋局长"), unit, Role.SPOKESPERSON)
    account = Account.objects.create(
        unit=unit, platform="weibo", handle="宋局长", handle_key="宋局长", holder=holder, state="open"
    )
    own, leaders = (
        connect(unit, "webhook", "https://a.example", "街道"),
        connect(unit, "webhook", "https://b.example", "局长", account=account),
    )
    call = s.open()
    client, where = desk(s.editors[unit.pk]), f"/desk/relay/{call.public_id}/"
    assert "宋局长" in client.get(where).content.decode()
    ask = s.ask(call)
    said = {"ask": ask.public_id, "line": "热。", "accounts": [leaders.public_id], "do": "accept"}
    assert client.post(f"{where}answer/", said).status_code == 302
    freeze.move(seconds=11)
    publishing.release_due()
    assert list(Delivery.objects.values_list("connection", flat=True)) == [leaders.pk]
    assert own.pk != leaders.pk


def test_the_record_shows_who_passes_on_whose_and_each_figure_opens_its_cases(s, freeze):
    call = s.open()
    s.passed(freeze, s.ask(call))
    actions.decline(s.ask(call, 1), "发过了。", by=s.editors[s.units[1].pk])
    freeze.move(hours=25)
    client = desk(s.city.hall_editor)
    page = client.get("/desk/relay/record/").content.decode()
    assert "云溪供水 1" in page and "what=silent" in page
    cases = client.get(f"/desk/relay/record/?unit={s.units[1].public_id}&what=declined").content.decode()
    assert relays.TITLE in cases and "发过了。" in cases
    mine = desk(s.editors[s.units[0].pk]).get("/desk/relay/record/").content.decode()
    assert "第1街道" in mine and "第2街道" not in mine
