"""Connections with what waits for them: opened it goes, at rest it waits, closed nothing is lost from sight."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest

from weiting.channels.models import Connection
from weiting.channels.wire import Wire
from weiting.core.errors import Conflict, NotAllowed
from weiting.publishing import actions, sent
from weiting.publishing.actions import lines
from weiting.publishing.delivery import Engine
from weiting.publishing.exporting import write_export
from weiting.publishing.models import Delivery, Line, Receipt
from weiting.publishing.tests.fakes import connect
from weiting.publishing.tests.test_delivery import QUICK, release, states
from weiting.review.tests import make
from weiting.units import actions as units
from weiting.units.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def keeper(c):
    person = make.person("keeper", "卓霖")
    make.member(person, c.water, Role.ADMINISTRATOR)
    return person


def work() -> int:
    with Wire(allow_private=True, answer=1.0) as wire:
        return Engine(wire, QUICK).run(until_idle=True)


def test_what_came_while_it_rested_goes_out_when_it_goes_on(c, channels, keeper):
    line = connect(c.water, "weibo", channels.base, name="gs")
    actions.rest_connection(line, "重大活动期间", by=keeper)
    release(c)
    assert work() == 0 and states() == ["queued"]
    actions.open_connection(Connection.objects.get(), by=keeper)
    work()
    assert states() == ["delivered"] and len(channels.said("weibo")) == 1


def test_a_call_under_way_ends_and_nothing_more_begins_when_it_is_put_to_rest(c, channels, keeper):
    line = connect(c.water, "weibo", channels.base, name="gs")
    release(c, "第一条")
    release(c, "第二条")
    (taken,) = lines.claim("me:1:1", 5, timedelta(seconds=60))
    actions.rest_connection(line, "发现异常", by=keeper)
    lines.settle(
        "me:1:1", [lines.Settled(taken, "delivered", receipt=Receipt(delivery_id=taken.id, external_id="1"))]
    )
    assert states() == ["delivered", "queued"]
    assert Line.objects.get().next_at is None and work() == 0


def test_closing_calls_off_what_waits_and_leaves_to_a_person_what_mends(c, channels, keeper):
    line = connect(c.water, "weibo", channels.base, name="gs")
    first = release(c, "第一条")
    work()
    actions.rest_connection(line, "准备关停", by=keeper)
    release(c, "第二条")
    assert first.post is not None
    actions.withdraw_post(first.post, "日期弄错了", by=c.final)
    closing = actions.close_connection(Connection.objects.get(), "账号并入市级账号", by=keeper)
    assert (closing.called_off, closing.by_hand, closing.unknown) == (1, 1, 0)
    rows = {
        (each.act, each.state, each.needs, each.code) for each in Delivery.objects.filter(settled_at=None)
    }
    assert rows == {("withdraw", "queued", "by_hand", "closed")}
    assert work() == 0
    assert sent.waiting_at([line]) == {line.pk: sent.Waiting(0, 1)}


def test_what_waits_can_be_left_to_be_put_there_by_hand(c, channels, keeper):
    line = connect(c.water, "weibo", channels.base, name="gs")
    actions.rest_connection(line, "准备关停", by=keeper)
    release(c)
    closing = actions.close_connection(Connection.objects.get(), "接口停用", by=keeper, by_hand=True)
    assert (closing.called_off, closing.by_hand) == (0, 1)
    actions.confirm_by_hand(Delivery.objects.get(), by=c.editor, url="https://weibo.com/1/x")
    assert states() == ["delivered"]


def test_what_is_withdrawn_after_a_channel_was_closed_is_taken_down_by_hand(c, channels, keeper):
    line = connect(c.water, "weibo", channels.base, name="gs")
    made = release(c)
    work()
    actions.close_connection(line, "账号停用", by=keeper)
    assert made.post is not None
    actions.withdraw_post(made.post, "日期弄错了", by=c.final)
    assert Delivery.objects.get(act="withdraw").needs == "by_hand"
    release(c, "第二条")
    assert Delivery.objects.count() == 2, "nothing new is laid down for it"


def test_nobody_closes_a_channel_while_a_text_is_on_its_way(c, channels, keeper):
    line = connect(c.water, "weibo", channels.base, name="gs")
    release(c)
    lines.claim("me:1:1", 5, timedelta(seconds=60))
    with pytest.raises(Conflict):
        actions.close_connection(line, "停用", by=keeper)
    with pytest.raises(NotAllowed):
        actions.close_connection(line, "停用", by=c.editor)
    assert Connection.objects.get().state == "live"


def test_a_doubt_is_left_to_a_person_when_the_channel_is_closed(c, channels, keeper):
    line = connect(c.water, "weibo", channels.base, name="gs")
    release(c)
    Delivery.objects.update(state="in_doubt", code="unknown")
    assert actions.close_connection(line, "停用", by=keeper).unknown == 1
    assert Delivery.objects.get().needs == "decide"


def test_a_new_token_lets_what_rested_go_on(c, channels, keeper):
    line = connect(c.water, "weibo", channels.base, name="gs")
    channels.switch("tokens", expired=["gs"])
    release(c)
    work()
    line.refresh_from_db()
    assert line.needs == "authorise"
    channels.switch("tokens", expired=[])
    assert actions.renew_connection(line, by=keeper, secrets_given={"token": " token-gs\n"}) == 1
    work()
    assert states() == ["delivered"]


def test_an_account_that_is_frozen_in_the_register_is_silent_everywhere(c, channels, keeper):
    account = units.apply_account(c.water, "weibo", "云溪供水", by=None)
    units.file_account(account, by=None)
    units.open_account(account, by=None)
    connect(c.water, "weibo", channels.base, name="gs", account=account)
    actions.silence_account(
        account, "账号被盗", by=keeper, act=lambda: units.freeze_account(account, "账号被盗", by=keeper)
    )
    found = Connection.objects.get()
    assert (found.state, found.state_reason) == ("frozen", "账号被盗")
    with pytest.raises(Conflict):
        actions.open_connection(found, by=keeper)


def test_what_was_sent_can_be_taken_along(c, channels, keeper):
    line = connect(c.water, "weibo", channels.base, name="gs")
    release(c, "=1+1 停水")
    work()
    release(c, "第二条")
    file = io.BytesIO()
    assert write_export(line, file) == 2
    packed = zipfile.ZipFile(file)
    assert set(packed.namelist()) == {"deliveries.json", "deliveries.csv", "index.html"}
    told = json.loads(packed.read("deliveries.json"))
    assert (told["deliveries"], told["rows"][0]["state"]) == (2, "delivered")
    assert told["rows"][0]["url"].startswith("https://weibo.com/") and len(told["rows"][0]["digest"]) == 64
    table = list(csv.DictReader(io.StringIO(packed.read("deliveries.csv").decode("utf-8-sig"))))
    assert table[0]["title"] == "'=1+1 停水"
    page = packed.read("index.html").decode()
    assert "第二条" in page and told["rows"][0]["url"] in page and "<script" not in page
