"""Asking for mail: confirmed by the owner of the address or forgotten, and nothing told to anybody else."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from weiting.channels.models import Connection
from weiting.core.errors import Conflict, Invalid, NotFound
from weiting.posts.models import Column
from weiting.subscriptions import actions, addresses, links, pacing
from weiting.subscriptions.models import Place, Reader, Subscription, Suppressed
from weiting.subscriptions.tests import make
from weiting.subscriptions.tests.make import Town

LI = "li@example.com"


def ask(client: Client, address: str = LI, **more: str) -> int:
    given = {"unit": "gongshui", "address": address, "rhythm": "at_once"} | more
    return client.post("/subscribe/", given).status_code


def test_resident_asks_confirms_and_is_a_reader(town: Town, client: Client) -> None:
    answer = client.post("/subscribe/", {"unit": "gongshui", "address": LI, "rhythm": "daily"}, follow=True)
    assert answer.redirect_chain == [("/subscribe/asked/", 302)]
    make.carry()
    (letter,) = mail.outbox
    assert letter.to == [LI] and "云溪供水" in letter.body and "List-Unsubscribe" not in letter.extra_headers
    page = client.get(make.link_in(letter))
    assert page.status_code == 200 and not Subscription.objects.filter(confirmed_at__isnull=False).exists()
    done = client.post(make.link_in(letter))
    assert "云溪供水" in done.content.decode()
    wish = Subscription.objects.get()
    assert wish.confirmed_at and wish.rhythm == "daily" and wish.reader.confirmed_at


def test_opening_the_link_confirms_nothing(town: Town, client: Client) -> None:
    ask(client)
    make.carry()
    for _n in range(3):
        client.get(make.link_in(mail.outbox[0]))
    client.head(make.link_in(mail.outbox[0]))
    assert Subscription.objects.get().confirmed_at is None


def test_the_answer_is_the_same_for_known_unknown_and_suppressed(town: Town, client: Client) -> None:
    make.reader(LI, town.city.water)
    Suppressed.objects.create(digest=addresses.digest("never@example.com"))
    pages = set()
    for address in (LI, "new@example.com", "never@example.com"):
        answer = client.post("/subscribe/", {"unit": "gongshui", "address": address}, follow=True)
        pages.add((answer.status_code, answer.content))
    assert len(pages) == 1
    assert not Reader.objects.filter(digest=addresses.digest("never@example.com")).exists()


def test_an_address_gets_three_such_letters_a_day(town: Town, client: Client, freeze) -> None:
    for _n in range(6):
        assert ask(client) == 302
        freeze.move(minutes=1)
    make.carry()
    assert len(mail.outbox) == 3
    freeze.move(hours=25)
    ask(client)
    make.carry()
    assert len(mail.outbox) == 4


def test_one_visitor_cannot_ask_without_end(town: Town, client: Client) -> None:
    answers = [ask(client, f"r{n}@example.com") for n in range(22)]
    assert answers[:20] == [302] * 20 and answers[20:] == [429] * 2
    pacing.forget()


@pytest.mark.parametrize("typed", ["", "li", "li@", "@example.com", "li@example", "a b@example.com", "李@例子.中国",
                                   "x" * 300 + "@example.com", "li@example.com\r\nBcc: all@example.com"])  # fmt: skip
def test_what_is_no_address_is_refused_beside_the_field(town: Town, client: Client, typed: str) -> None:
    answer = client.post("/subscribe/", {"unit": "gongshui", "address": typed})
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.content.decode()
    assert not Reader.objects.exists()


def test_slips_of_a_chinese_keyboard_are_understood() -> None:
    assert addresses.read(" Li@Example。com ") == "Li@example.com"
    assert addresses.digest("Li@example.com") == addresses.digest("li@example.com")
    with pytest.raises(Invalid):
        addresses.read("li@@example.com")


def test_nothing_of_an_address_lies_open_in_the_database(town: Town) -> None:
    make.reader(LI, town.city.water)
    with connection.cursor() as cursor:
        for table in ("subscriptions_reader", "subscriptions_subscription", "fanout_copy", "fanout_item",
                      "procrastinate_jobs"):  # fmt: skip
            cursor.execute(f"SELECT t::text FROM {table} t")
            assert not [row for row in cursor.fetchall() if "li@" in row[0] or "6c6940" in row[0]], table


def test_link_is_over_after_48_hours_and_the_address_is_erased(town: Town, client: Client, freeze) -> None:
    ask(client)
    make.carry()
    freeze.move(hours=49)
    assert client.post(make.link_in(mail.outbox[0])).status_code == 404
    assert actions.tidy_readers() >= 1
    assert not Reader.objects.exists() and not Subscription.objects.exists()


def test_erasing_leaves_confirmed_readers_alone(town: Town, freeze) -> None:
    make.reader(LI, town.city.water)
    actions.ask(LI, town.city.column, "daily", "")
    freeze.move(hours=49)
    actions.tidy_readers()
    assert [str(wish) for wish in Subscription.objects.all()] == ["云溪供水"]


@pytest.mark.parametrize("token", ["x", "WyJhIl0:1u:bad", "a" * 400])
def test_forged_link_is_not_valid(town: Town, client: Client, token: str) -> None:
    assert client.get(f"/mail/confirm/{token}/").status_code == 404
    assert client.post(f"/mail/confirm/{token}/").status_code == 404
    assert client.post(f"/mail/{token}/", {"List-Unsubscribe": "One-Click"}).status_code == 404


def test_one_readers_link_does_nothing_to_another(town: Town, client: Client) -> None:
    one, other = make.reader(LI, town.city.water), make.reader("wang@example.com", town.city.water)
    wish = Subscription.objects.get(reader=other)
    client.post(f"/mail/{links.reader_token(one.public_id)}/", {"act": "stop", "subscription": wish.pk})
    client.post(f"/mail/{links.reader_token(one.public_id)}/", {"rhythm": "daily", "subscription": wish.pk})
    wish.refresh_from_db()
    assert wish.rhythm == "at_once"


def test_a_changed_rhythm_is_said_to_be_changed(town: Town, client: Client) -> None:
    reader = make.reader(LI, town.city.water)
    wish, at = Subscription.objects.get(reader=reader), f"/mail/{links.reader_token(reader.public_id)}/"
    told = "改好了"
    assert told not in client.get(at).content.decode()
    said = {"act": "change", "subscription": wish.pk, "rhythm": "daily"}
    assert told in client.post(at, said, follow=True).content.decode()
    wish.refresh_from_db()
    assert wish.rhythm == "daily"


def test_one_click_erases_everything_at_once_and_twice_is_once(town: Town) -> None:
    reader = make.reader(LI, town.city.water)
    town.says()
    # As a mail program does it: no cookie, no page of ours, and from elsewhere.
    program = Client(enforce_csrf_checks=True)
    at = f"/mail/{links.reader_token(reader.public_id)}/"
    for _n in range(2):
        answer = program.post(
            at, {"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example"}
        )
        assert answer.status_code == 200
    assert not (Reader.objects.exists() or Subscription.objects.exists() or Place.objects.exists())
    assert not Suppressed.objects.exists()
    assert (
        "li"
        not in program.get(at).content.decode().split("<main")[1].split("</main>")[0].lower().split("<li")[0]
    )
    make.carry()
    assert make.letters() == [], "also what waited already"


def test_never_again_keeps_only_a_digest(town: Town, client: Client) -> None:
    reader = make.reader(LI, town.city.water)
    client.post(f"/mail/{links.reader_token(reader.public_id)}/", {"act": "leave", "never": "on"})
    assert Suppressed.objects.get().digest == addresses.digest(LI) and not Reader.objects.exists()
    before = len(mail.outbox)
    ask(client)
    make.carry()
    assert len(mail.outbox) == before and not Reader.objects.exists()


def test_own_page_shows_a_masked_address_and_what_comes(town: Town, client: Client) -> None:
    reader = make.reader(LI, town.city.water)
    make.reader(LI, town.city.hall, "daily")
    html = client.get(f"/mail/{links.reader_token(reader.public_id)}/").content.decode()
    assert "l***@example.com" in html and LI not in html
    assert "云溪供水" in html and "云溪发布" in html and 'content="noindex"' in html
    wish = Subscription.objects.get(unit=town.city.water)
    client.post(
        f"/mail/{links.reader_token(reader.public_id)}/", {"subscription": wish.pk, "rhythm": "daily"}
    )
    wish.refresh_from_db()
    assert wish.rhythm == "daily"
    for each in Subscription.objects.all():
        client.post(
            f"/mail/{links.reader_token(reader.public_id)}/", {"subscription": each.pk, "act": "stop"}
        )
    assert not Reader.objects.exists(), "with the last one the address goes"


def test_what_sends_no_mail_cannot_be_asked_for(town: Town, client: Client) -> None:
    assert "<form" not in client.get("/subscribe/?unit=jiaotong").content.decode().split("<main")[1]
    assert ask(client, unit="jiaotong") == 409
    with pytest.raises(Conflict):
        actions.ask(LI, town.city.roads, "at_once", "")
    Column.objects.update(closed_on="2026-01-01")
    town.city.column.refresh_from_db()
    with pytest.raises(Conflict):
        actions.ask(LI, town.city.column, "at_once", "")
    Connection.objects.update(state="frozen")
    assert ask(client) == 409 and not Reader.objects.exists()


@pytest.mark.parametrize(
    "at", ["/u/gongshui/", "/c/tingshui/", "/", "/widgets/", "/en/u/gongshui/", "/zh-hant/"]
)
def test_pages_lead_to_mail_where_it_is_sent(town: Town, client: Client, at: str) -> None:
    assert "/subscribe/?" in client.get(at).content.decode()
    Connection.objects.update(state="ended")
    assert "/subscribe/?" not in client.get(at).content.decode()


def test_letter_comes_in_the_language_of_the_page(town: Town, client: Client) -> None:
    client.post("/en/subscribe/", {"unit": "gongshui", "address": LI})
    make.carry()
    (letter,) = mail.outbox
    assert "press the button" in letter.body and "/en/mail/confirm/" in letter.body
    assert letter.extra_headers["Content-Language"] == "en"


def test_unknown_wish_is_not_confirmed(town: Town) -> None:
    with pytest.raises(NotFound):
        actions.confirm(
            links.confirm_token(links.Wish("abc", 5, "daily"), make.clock.now() + timedelta(hours=1))
        )
