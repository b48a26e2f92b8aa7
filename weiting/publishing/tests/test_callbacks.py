"""The fake platforms really call a running hall back: in time, twice, out of order, forged, with a wrong clock."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from weiting.channels import hearing, vault
from weiting.channels.models import Connection, Ear, Heard
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.publishing import actions
from weiting.publishing.actions.looking import heed
from weiting.publishing.delivery import Engine, Pace
from weiting.publishing.delivery.calling import Patience
from weiting.publishing.models import Delivery, Receipt, Release
from weiting.publishing.tests import make as texts
from weiting.publishing.tests.fakes import connect
from weiting.review.tests import make
from weiting.sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
AES_KEY, TOKEN = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", "hook1token"
# Nobody asks by itself within the time of a test: only the call-back makes it quick.
PATIENT = Pace(calls=4, look_every=0.1, patience=Patience(timedelta(seconds=0.3), (0.05,), (600.0,)))


@pytest.fixture
def line(server: Sandbox, live_server: Any, c: make.City) -> Connection:
    """An account of the fake WeChat whose call-backs go to this hall."""
    server.calm(publish_after=0.3)
    made = connect(c.water, "wechat", server.base, name="gongshui")
    secrets = {"secret": "sandbox", "token": TOKEN, "aes_key": AES_KEY}
    made.sealed_with, made.sealed = vault.seal(secrets, made.public_id)
    made.save()
    url = f"{live_server.url}/channels/{made.public_id}/hook"
    hook = {"url": url, "secret": TOKEN, "aes_key": AES_KEY, "appid": "wxgongshui"}
    server.switch("hooks", channel="wechat", hooks={"wxgongshui": hook})
    return made


def until(done: Callable[[], bool], seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(0.1)
    return False


def work() -> None:
    with Wire(allow_private=True, answer=3.0) as wire:
        Engine(wire, PATIENT).run(until_idle=True)


def released(c: make.City) -> None:
    post = texts.approved(c, make.draft(c, "明天停水", "明天 8:00—16:00，桥头街停水。"))
    planned = actions.plan_release(post, by=c.editor)
    Release.objects.filter(pk=planned.pk).update(due_at=clock.now())
    actions.release_due()
    work()
    assert list(Delivery.objects.values_list("state", flat=True)) == ["accepted"]


def arrives() -> bool:
    def is_there() -> bool:
        heed()
        work()
        return Delivery.objects.get().state == "delivered"

    return until(is_there)


def test_a_publication_ends_here_as_soon_as_the_platform_tells_it(c, line):
    released(c)
    assert arrives(), "by itself it would ask after ten minutes"
    assert Receipt.objects.get().url.startswith("http://mp.weixin.qq.com/")
    assert Heard.objects.get().kind == "published"


@pytest.mark.parametrize("wrong", [{"duplicate": 1.0}, {"disorder": 1.0}, {"late": 0.8}])
def test_call_backs_that_come_twice_late_or_out_of_order_do_no_harm(c, line, server, wrong):
    server.switch("backs", channel="wechat", **wrong)
    released(c)
    assert arrives()
    assert until(lambda: len(server.state()["wechat"]["backs"]) >= (2 if "duplicate" in wrong else 1))
    assert Heard.objects.filter(kind="published").count() == 1


@pytest.mark.parametrize("wrong", [{"wrong_signature": 1.0}, {"skew": 900.0}, {"skew": -900.0}])
def test_call_backs_that_are_forged_or_of_another_time_are_refused_and_the_text_arrives_later(
    c, line, server, wrong
):
    server.switch("backs", channel="wechat", **wrong)
    released(c)
    assert until(lambda: len(server.state()["wechat"]["backs"]) == 3), (
        "tried three times, as the platform does"
    )
    assert {each["status"] for each in server.state()["wechat"]["backs"]} == {403}
    assert Heard.objects.count() == 0 and not heed()
    ear = Ear.objects.get()
    assert (ear.forged, ear.late) == ((3, 0) if "wrong_signature" in wrong else (0, 3))
    assert hearing.troubles(line)
    Delivery.objects.update(not_before=clock.now())
    work()
    assert Delivery.objects.get().state == "delivered", "the platform is asked by itself all the same"


def test_a_followers_word_is_answered_sealed_and_kept(c, line, server):
    Connection.objects.filter(pk=line.pk).update(
        values={**line.values, "answers": {"停水": "见厅里的停水栏目。"}}
    )
    server.switch("message", channel="wechat", account="wxgongshui", text="哪里停水？")
    assert until(lambda: Heard.objects.exists())

    def taken() -> list[str]:
        return [each["answer"] for each in server.state()["wechat"]["backs"] if each["status"] == 200]

    assert until(lambda: bool(taken())) and "<Encrypt>" in taken()[0]
    assert hearing.opened(Heard.objects.get())["Content"] == "哪里停水？"


def test_spells_of_faults_come_and_go_by_the_schedule_and_the_same_seed_gives_the_same(server):
    def spells(lasts: float) -> None:
        server.switch("schedule", channel="weibo", list=[{"at": 0.0, "lasts": lasts, "kind": "quota"}])

    spells(600.0)
    assert until(lambda: server.state()["weibo"]["spells"] == ["quota"])
    spells(0.1)
    assert until(lambda: server.state()["weibo"]["spells"] == [])
    from weiting.sandbox.schedule import KINDS, drawn

    first, again, other = drawn(7, 60), drawn(7, 60), drawn(8, 60)
    assert first == again != other and {each.name for each in drawn(7, 2000)} == set(KINDS)
