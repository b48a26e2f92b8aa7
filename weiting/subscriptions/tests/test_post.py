"""Handing letters to a real server: several over one connection, each ending as the server's answers say."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from weiting.core import clock
from weiting.fanout.models import Copy
from weiting.sandbox.mail import Mailbox
from weiting.sandbox.state import Call
from weiting.subscriptions import actions
from weiting.subscriptions.book import BOOK
from weiting.subscriptions.models import Reader
from weiting.subscriptions.postmen import OFFICE
from weiting.subscriptions.tests import make
from weiting.subscriptions.tests.make import Town

LI = "li@example.com"


@pytest.fixture
def server(settings) -> Iterator[Mailbox]:
    """The sandbox's mail server in a thread, and the hall told to use it."""
    # Nothing goes over a connection that an earlier test has left open.
    OFFICE.close()
    box, loop = Mailbox("mail", port=0), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(box.start(), loop).result(5)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", box.port, 20
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield box
    OFFICE.close()
    asyncio.run_coroutine_threadsafe(box.stop(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)


def state(to: str = "bulletins") -> list[tuple[str, str]]:
    rows = Copy.objects.filter(host__name=to).order_by("pk")
    return list(rows.values_list("state", "code"))


def subjects(box: Mailbox, to: str = LI) -> list[str]:
    return [str(each["Subject"]) for each in box.letters.get(to, [])]


def test_letters_arrive_whole_over_one_connection(town: Town, server: Mailbox, monkeypatch) -> None:
    opened: list[int] = []
    connect = socket.create_connection

    def counted(*given: Any, **named: Any) -> socket.socket:
        opened.append(1)
        return connect(*given, **named)

    monkeypatch.setattr(socket, "create_connection", counted)
    for number in range(30):
        make.reader(f"r{number}@example.com", town.city.water)
    make.carry()
    body = ".一行以点开头\n..两个点\n东园社区停水。" + "长" * 2000
    town.says(body=body)
    make.carry()
    assert state() == [("sent", "")] * 30, list(
        Copy.objects.exclude(state="sent").values_list("state", "code", "why")
    )
    letters = [server.letters[f"r{number}@example.com"][-1] for number in range(30)]
    assert state() == [("sent", "")] * 30 and len(opened) == 1
    for letter in letters:
        text = letter.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
        assert body in text and letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len({letter["Message-ID"] for letter in letters}) == 30
    assert len({str(letter["List-Unsubscribe"]) for letter in letters}) == 30


def test_busy_mailbox_is_tried_again_and_others_go_on(town: Town, server: Mailbox, freeze) -> None:
    freeze(clock.now())
    make.reader(LI, town.city.water)
    make.reader("wang@example.com", town.city.water)
    make.carry()
    server.codes = {LI: 451}
    town.says()
    make.carry()
    assert sorted(state()) == [("sent", ""), ("waiting", "later")]
    server.codes = {}
    freeze.move(minutes=30)
    make.carry()
    assert state() == [("sent", ""), ("sent", "")] and len(subjects(server)) == 2


def test_address_refused_three_times_is_erased(town: Town, server: Mailbox, freeze) -> None:
    freeze(clock.now())
    make.reader(LI, town.city.water)
    make.carry()
    server.codes = {LI: 550}
    for number in range(4):
        town.says(f"第 {number} 处停水")
        make.carry()
        freeze.move(minutes=11)
        BOOK.forget()
    assert [code for _state, code in state()] == ["gone", "gone", "gone", "left"]
    assert actions.erase_refused() == 1 and not Reader.objects.exists()


def test_old_refusals_do_not_add_up(town: Town, server: Mailbox, freeze) -> None:
    freeze(clock.now())
    make.reader(LI, town.city.water)
    make.carry()
    server.codes = {LI: 550}
    for number in range(4):
        town.says(f"第 {number} 处停水")
        make.carry()
        freeze.move(days=31)
    assert Reader.objects.get().refused == 1 and actions.erase_refused() == 0


def test_nobody_is_erased_when_the_server_refuses_everybody(town: Town, caplog) -> None:
    names = [make.reader(f"r{n}@example.com", town.city.water).public_id for n in range(25)]
    for _n in range(3):
        actions.count_refusals(names)
    assert actions.erase_refused() == 0 and Reader.objects.count() == 25
    assert "look at its settings" in caplog.text


def test_letter_whose_line_broke_is_in_doubt_and_not_sent_again(town: Town, server: Mailbox, freeze) -> None:
    freeze(clock.now())
    make.reader(LI, town.city.water)
    make.carry()
    server.faults.drop = 1.0
    town.says()
    make.carry()
    assert state() == [("in_doubt", "unknown")]
    server.faults.drop = 0.0
    freeze.move(hours=3)
    make.carry()
    assert len(subjects(server)) == 2 and state() == [("in_doubt", "unknown")]


def test_what_the_server_says_after_the_letter_counts(town: Town, server: Mailbox) -> None:
    make.reader(LI, town.city.water)
    make.carry()
    server.faults.error_after = 1.0
    town.says()
    make.carry()
    assert state() == [("waiting", "later")]


@pytest.mark.parametrize("fault", ["error", "too_many"])
def test_server_that_has_no_time_is_asked_later(town: Town, server: Mailbox, freeze, fault: str) -> None:
    freeze(clock.now())
    make.reader(LI, town.city.water)
    make.carry()
    setattr(server.faults, fault, 1.0)
    town.says()
    make.carry()
    assert state() == [("waiting", "later")]
    setattr(server.faults, fault, 0.0)
    freeze.move(hours=1)
    make.carry()
    assert state() == [("sent", "")] and len(subjects(server)) == 2


def test_server_that_is_away_is_asked_later_and_nothing_is_lost(
    town: Town, server: Mailbox, settings, freeze
) -> None:
    freeze(clock.now())
    make.reader(LI, town.city.water)
    make.carry()
    OFFICE.close()
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    for number in range(3):
        town.says(f"第 {number} 处停水")
    make.carry()
    settings.EMAIL_PORT = port
    freeze.move(minutes=5)
    make.carry()
    assert subjects(server)[1:] == ["第 0 处停水", "第 1 处停水", "第 2 处停水"]


def test_idle_connection_that_was_closed_is_opened_anew(town: Town, server: Mailbox, monkeypatch) -> None:
    make.reader(LI, town.city.water)
    make.carry()
    monkeypatch.setattr("weiting.subscriptions.post.IDLE", 0.0)
    town.says()
    make.carry()
    assert state() == [("sent", "")]


def test_slow_server_is_waited_for(town: Town, server: Mailbox) -> None:
    make.reader(LI, town.city.water)
    server.faults.slow_rate, server.faults.slow = 1.0, 0.3
    make.carry()
    assert len(subjects(server)) == 1


def test_mailbox_shows_letters_as_their_owner_sees_them(town: Town, server: Mailbox) -> None:
    def page(path: str) -> str:
        found = server.answer(Call("GET", path, "", {}, b"", 0.0))
        assert found[0] == 200
        return bytes(found[1]).decode()

    make.reader(LI, town.city.water)
    # The letter that asks for a confirmation leaves first: nobody gets a bulletin who has not read it.
    make.carry()
    town.says("停水<b>")
    make.carry()
    assert LI in page("/") and "/mail/li%40example.com/" in page("/")
    assert "停水&lt;b&gt;" in page(f"/{LI}/")
    letter = page(f"/{LI}/2/")
    assert "One-Click" in letter and "停水&lt;b&gt;" in letter and "/mail/" in letter
    body = server.answer(Call("GET", f"/{LI}/2/body", "", {}, b"", 0.0))
    assert len(body) == 3 and body[2]["Content-Security-Policy"].startswith("sandbox ")
    assert server.answer(Call("GET", f"/{LI}/9/", "", {}, b"", 0.0))[0] == 404
    assert server.as_dict()["letters"][LI][1]["subject"] == "停水<b>"
    server.forget()
    assert server.as_dict()["letters"] == {}
