"""What people wrote on Weibo is read within a hundred calls a day, oftener after a text, each thing once."""

from datetime import datetime, timedelta

import pytest

from weiting.channels import hearing, polling, quotas, vault
from weiting.channels.models import Connection, Ear, Heard
from weiting.channels.tests.inside import Inside
from weiting.core import clock
from weiting.review.tests import make
from weiting.sandbox.weibo import Weibo

pytestmark = pytest.mark.django_db


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Inside:
    made = Inside(Weibo("weibo"))
    monkeypatch.setattr(polling, "Wire", lambda **_given: made)
    return made


def account(name: str = "7", **more: object) -> Connection:
    first = Connection.objects.first()
    made = Connection(unit=first.unit if first else make.city().water, kind="weibo", name=name, state="live")
    made.base, made.values = "https://api.weibo.com/weibo", {"uid": name, **more}
    made.sealed_with, made.sealed = vault.seal({"token": f"token-{name}"}, made.public_id)
    made.save()
    return made


def next_of(line: Connection) -> datetime:
    found = Ear.objects.get(pk=line.pk).next_at
    assert found is not None
    return found


def write(wire: Inside, text: str, what: str = "comment") -> None:
    wire.fake.switch(what, {"account": "7", "text": text, "from": 99}, clock.now().timestamp())


def test_comments_and_mentions_are_read_once_and_sealed(wire, freeze):
    line = account()
    write(wire, "水什么时候来？")
    write(wire, "@云溪供水 漏水了", "mention")
    assert polling.read_due() == 1
    assert sorted(Heard.objects.values_list("kind", flat=True)) == ["comment", "mention"]
    (comment,) = hearing.waiting("comment")
    assert (
        hearing.opened(comment)["text"] == "水什么时候来？" and hearing.opened(comment)["author_id"] == "99"
    )
    assert bytes(comment.sealed).find("水什么".encode()) < 0
    assert polling.read_due() == 0, "not due yet"
    freeze.move(hours=3)
    write(wire, "来了，谢谢")
    assert polling.read_due() == 1 and Heard.objects.count() == 3
    assert Ear.objects.get(pk=line.pk).heard_at == clock.now()


def test_a_day_of_reading_stays_below_what_is_left_beside_texts(wire, freeze):
    freeze("2026-11-21 00:00:01")
    line = account()
    for _n in range(24 * 12 - 1):
        polling.read_due()
        freeze.move(minutes=5)
    calls = len(wire.asked)
    assert 30 <= calls <= 60, calls
    assert next(each for each in quotas.quota_of(line) if each.key == "calls").used == calls


def test_soon_after_a_text_it_is_read_more_often_and_never_beyond(wire, freeze):
    freeze("2026-11-21 08:00")
    line = account()
    quotas.metered(line, wire).call("POST", "https://api.weibo.com/weibo/2/statuses/share.json", acts=True,
                                    data={"access_token": "token-7", "status": "停水 https://a.cn "})  # fmt: skip
    polling.read_due()
    fresh = next_of(line) - clock.now()
    other = account("8")
    polling.read_due()
    usual = next_of(other) - clock.now()
    assert timedelta(minutes=5) <= fresh < usual / 2


@pytest.mark.parametrize(("left", "hour"), [(60, 0), (60, 12), (4, 0), (1, 5), (0, 23), (10_000, 9)])
def test_the_wait_never_wastes_the_day_nor_calls_without_room(freeze, left, hour):
    now = freeze(f"2026-11-21 {hour:02}:00")
    for is_fresh in (False, True):
        found = polling.wait(now, left, is_fresh=is_fresh)
        assert timedelta(0) < found <= timedelta(hours=24)
        assert found >= polling.SHORTEST
    if left < 2:
        assert now + found == clock.end_of(clock.local(now).date())


def test_a_quota_that_is_used_up_puts_reading_off_and_an_expired_token_disturbs_nobody(wire, freeze):
    freeze("2026-11-21 10:00")
    line, other = account(), account("8")
    wire.fake.expire({"7"})
    assert polling.read_due() == 1
    assert next_of(line) == clock.now() + polling.AGAIN
    line.refresh_from_db()
    assert line.needs == "" and Ear.objects.get(pk=other.pk).heard_at is not None
    wire.fake.switch("limits", {"limits": {"calls": 0}}, clock.now().timestamp())
    freeze.move(hours=3)
    polling.read_due()
    assert next_of(other) > clock.now() + timedelta(minutes=50)


def test_an_account_that_rests_or_needs_somebody_is_not_read(wire, freeze):
    account()
    Connection.objects.update(needs="authorise")
    assert polling.read_due() == 0
    Connection.objects.update(needs="", state="frozen")
    assert polling.read_due() == 0 and wire.asked == []


def test_more_comments_than_one_page_are_read_and_our_own_words_are_not_kept(wire, freeze):
    account()
    write(wire, "第一条")
    polling.read_due()
    freeze.move(hours=3)
    for n in range(120):
        write(wire, f"第{n}条")
    wire.fake.switch("comment", {"account": "7", "text": "我们自己", "from": 7}, clock.now().timestamp())
    polling.read_due()
    assert Heard.objects.count() == 121


def test_who_waited_longest_is_read_first_however_many_wait(wire, freeze):
    lines = [account(str(n)) for n in range(4)]
    assert polling.read_due(3) == 3
    freeze.move(hours=3)
    assert polling.read_due(2) == 2
    assert Ear.objects.filter(pk=lines[3].pk, heard_at=clock.now()).exists()


def test_an_answer_nobody_thought_of_keeps_no_other_account_from_being_read(wire, freeze, monkeypatch):
    odd, well = account("6"), account("7")
    write(wire, "水什么时候来？")
    real = polling.registry.adapter

    class Odd:
        def poll(self, marks):
            return marks["nothing of that name"]

    def adapter(kind, given, metered):
        return Odd() if given.values["uid"] == "6" else real(kind, given, metered)

    monkeypatch.setattr(polling.registry, "adapter", adapter)
    assert polling.read_due() == 1
    assert Ear.objects.get(pk=well.pk).heard_at == clock.now()
    assert next_of(odd) == clock.now() + timedelta(hours=1)
