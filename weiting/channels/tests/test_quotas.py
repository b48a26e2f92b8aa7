"""What a platform limits is counted before it is called: with several workers as with one, and never beyond."""

import threading
from datetime import date, timedelta
from json import dumps
from typing import Any

import pytest
from django.db import connection as database

from weiting.channels import quotas, vault
from weiting.channels.actions import spending
from weiting.channels.kept import Kept
from weiting.channels.models import Connection, Spend
from weiting.channels.ports import TryLater
from weiting.channels.wire import Reply, Wire
from weiting.core import clock
from weiting.review.tests import make

SHARE = "https://api.weibo.com/2/statuses/share.json"
READ = "https://api.weibo.com/2/comments/to_me.json"
MASS = "https://api.weixin.qq.com/cgi-bin/message/mass/sendall"


class Recorded(Wire):
    """Answers what it is told, and counts."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.made = list(answers), 0

    def call(self, method: str, url: str, **given: Any) -> Reply:
        self.made += 1
        found = self.answers.pop(0) if self.answers else {}
        if isinstance(found, Exception):
            raise found
        return Reply(200, dumps(found).encode(), {})


@pytest.fixture(autouse=True)
def nothing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "TOLD", Kept())


def account(of: str = "weibo", **values: Any) -> Connection:
    first = Connection.objects.first()
    unit = first.unit if first else make.city().water
    made = Connection(unit=unit, kind=of, name=f"{values}", state="live", base="https://x.example")
    made.values = values
    made.sealed_with, made.sealed = vault.seal({"secret": "s"}, made.public_id)
    made.save()
    return made


def used(line: Connection) -> dict[str, tuple[int, bool]]:
    return {each.key: (each.used, each.is_full) for each in quotas.quota_of(line)}


@pytest.mark.django_db
def test_the_thirty_first_text_of_an_hour_is_not_called_for_and_goes_when_the_next_hour_begins(freeze):
    freeze("2026-11-21 10:20")
    line, wire = account(), Recorded()
    metered = quotas.metered(line, wire)
    for _n in range(30):
        metered.call("POST", SHARE, acts=True)
    with pytest.raises(TryLater) as later:
        metered.call("POST", SHARE, acts=True)
    assert wire.made == 30 and later.value.whole_account and later.value.after == 40 * 60
    assert "11:00" in later.value.why
    metered.call("GET", READ, acts=False)
    assert used(line) == {"posts": (30, True), "calls": (31, False)}
    freeze.move(minutes=40)
    metered.call("POST", SHARE, acts=True)
    assert used(line)["posts"] == (1, False) and used(line)["calls"] == (32, False)


@pytest.mark.django_db
def test_reading_leaves_room_for_texts(freeze):
    line, wire = account(), Recorded()
    reading = quotas.metered(line, wire, leave=40)
    for _n in range(60):
        reading.call("GET", READ, acts=False)
    with pytest.raises(TryLater):
        reading.call("GET", READ, acts=False)
    quotas.metered(line, wire).call("POST", SHARE, acts=True)
    assert used(line)["calls"] == (61, False)


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "name"), [("10023", "calls"), ("10024", "posts"), ("10022", "address")])
def test_what_the_platform_says_is_used_up_is_used_up_here_too(freeze, code, name):
    line, wire = account(), Recorded({"error_code": code, "error": "out of rate limit"})
    metered = quotas.metered(line, wire)
    metered.call("POST", SHARE, acts=True)
    with pytest.raises(TryLater):
        metered.call("POST", SHARE, acts=True)
    assert wire.made == 1 and used(line)[name][1]
    freeze.move(days=1)
    metered.call("POST", SHARE, acts=True)
    assert wire.made == 2


@pytest.mark.django_db
def test_a_mass_sending_repeated_under_its_key_is_counted_once_and_another_waits_for_tomorrow(freeze):
    freeze("2026-11-21 10:00")
    line, wire = account("wechat", kind="subscription"), Recorded()
    metered = quotas.metered(line, wire)

    def send(key: str) -> None:
        metered.call("POST", MASS, acts=True, content=dumps({"clientmsgid": key}).encode())

    send("first")
    send("first")
    with pytest.raises(TryLater) as later:
        send("second")
    assert later.value.after == 14 * 3600 and wire.made == 2
    freeze("2026-11-22 00:01")
    send("first")
    assert used(line)["mass"] == (0, False), "yesterday's, repeated after midnight, is yesterday's"
    send("second")
    assert used(line)["mass"] == (1, True)


@pytest.mark.django_db
def test_a_mass_sending_the_platform_did_not_take_is_not_counted(freeze):
    refused, lost = {"errcode": 48001}, {"errcode": -1}
    line = account("wechat", kind="service")
    wire = Recorded(refused, TryLater(1, "not reached"), lost)
    metered = quotas.metered(line, wire)
    metered.call("POST", MASS, acts=True, content=dumps({"clientmsgid": "a"}).encode())
    with pytest.raises(TryLater):
        metered.call("POST", MASS, acts=True, content=dumps({"clientmsgid": "b"}).encode())
    assert used(line)["mass"] == (0, False)
    metered.call("POST", MASS, acts=True, content=dumps({"clientmsgid": "c"}).encode())
    assert used(line)["mass"] == (1, False), "what may have been taken is counted"


@pytest.mark.django_db
def test_what_has_room_only_next_month_is_looked_at_again_after_a_day_and_never_sent_weeks_late(freeze):
    freeze("2026-11-02 10:00")
    line = account("wechat", kind="service")
    metered = quotas.metered(line, Recorded())
    for n in range(4):
        metered.call("POST", MASS, acts=True, content=b'{"clientmsgid": "%d"}' % n)
    with pytest.raises(TryLater) as later:
        metered.call("POST", MASS, acts=True, content=b'{"clientmsgid": "x"}')
    assert later.value.after == 25 * 3600 and "12-01" in later.value.why


@pytest.mark.django_db
def test_the_plan_of_mass_sendings_shows_used_and_free_days(freeze):
    freeze("2026-11-10 09:00")
    daily = account("wechat", kind="subscription")
    quotas.metered(daily, Recorded()).call("POST", MASS, acts=True, content=b'{"clientmsgid": "a"}')
    days = {each.on: each for each in quotas.mass_plan(daily, date(2026, 11, 1), {date(2026, 11, 12): 1})}
    assert len(days) == 30 and days[date(2026, 11, 9)].is_past and not days[date(2026, 11, 9)].is_free
    assert [days[date(2026, 11, n)].is_free for n in (10, 11, 12, 13)] == [False, True, False, True]
    monthly = account("wechat", kind="service")
    for n in range(3):
        quotas.metered(monthly, Recorded()).call(
            "POST", MASS, acts=True, content=b'{"clientmsgid": "%d"}' % n
        )
    assert any(each.is_free for each in quotas.mass_plan(monthly, date(2026, 11, 1)))
    assert not any(
        each.is_free for each in quotas.mass_plan(monthly, date(2026, 11, 1), {date(2026, 11, 30): 1})
    )
    assert quotas.mass_plan(account("weibo"), date(2026, 11, 1)) == []


@pytest.mark.django_db
def test_an_account_of_a_level_without_quotas_needs_no_table(django_assert_num_queries):
    line, wire = account(level="commercial"), Recorded()
    with django_assert_num_queries(0):
        quotas.metered(line, wire).call("POST", SHARE, acts=True)
    assert wire.made == 1 and Spend.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_many_threads_that_call_at_once_never_go_beyond():
    line, wire, stopped = account(), Recorded(), []
    if clock.local(clock.now()).minute == 59:
        Spend.objects.all().delete()

    def run() -> None:
        metered = quotas.metered(line, wire)
        for _n in range(10):
            try:
                metered.call("POST", SHARE, acts=True)
            except TryLater as later:
                stopped.append(later)

    threads = [threading.Thread(target=run) for _n in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    most = 30 * len({row.from_at for row in Spend.objects.filter(name="posts")})
    assert wire.made <= most and wire.made + len(stopped) == 80 and stopped
    assert database.connection is not None


@pytest.mark.django_db
def test_a_window_begins_on_the_clock_of_shanghai(freeze):
    at = freeze("2026-11-30 23:30")
    assert quotas.window("month", at)[1] == quotas.window("day", at)[1] == at + timedelta(minutes=30)
    assert quotas.window("hour", at)[0] == at - timedelta(minutes=30)


@pytest.mark.django_db
def test_windows_long_over_are_forgotten_and_mass_sendings_kept_for_their_plan(freeze):
    line = account("wechat", kind="service")
    quotas.metered(line, Recorded()).call("POST", MASS, acts=True, content=b'{"clientmsgid": "a"}')
    other = account()
    quotas.metered(other, Recorded()).call("POST", SHARE, acts=True)
    freeze.move(days=60)
    assert spending.forget_old() == 2 and Spend.objects.get().name == "mass"
    freeze.move(days=400)
    assert spending.forget_old() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("begun", "lasts"), [("2026-11-21 23:59:59", 2), ("2026-11-22 00:00:20", 1)])
def test_what_is_said_to_be_used_up_at_midnight_is_not_of_the_day_that_begins(freeze, begun, lasts):
    freeze(begun)

    class Slow(Recorded):
        def call(self, method: str, url: str, **given: Any) -> Reply:
            freeze.move(seconds=lasts)
            return super().call(method, url, **given)

    line, wire = account(), Slow({"error_code": "10023", "error": "out of rate limit"})
    metered = quotas.metered(line, wire)
    metered.call("POST", SHARE, acts=True)
    freeze.move(minutes=6)
    metered.call("POST", SHARE, acts=True)
    assert wire.made == 2 and not used(line)["calls"][1]


@pytest.mark.django_db
def test_a_call_that_came_to_nothing_over_midnight_is_given_back_to_the_day_it_was_counted_in(freeze):
    freeze("2026-11-21 23:59:59")
    line = account("wechat", kind="subscription")

    class Slow(Recorded):
        def call(self, method: str, url: str, **given: Any) -> Reply:
            freeze.move(seconds=2)
            return super().call(method, url, **given)

    metered = quotas.metered(line, Slow(TryLater(5, "not reached")))
    with pytest.raises(TryLater):
        metered.call("POST", MASS, acts=True, content=dumps({"clientmsgid": "a"}).encode())
    assert list(Spend.objects.filter(name="mass").values_list("used", flat=True)) == [0]
    metered.call("POST", MASS, acts=True, content=dumps({"clientmsgid": "b"}).encode())
    assert used(line)["mass"] == (1, True)
