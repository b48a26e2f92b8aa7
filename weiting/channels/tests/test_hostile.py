"""What comes to channels misshapen: pasted addresses, exports with stray bytes, calls with numbers without end."""

import json
import threading
from pathlib import Path

import pytest
from django.db import connection as database, transaction

from weiting.channels import archive, pasted
from weiting.channels.actions.archiving import bring_archive
from weiting.channels.models import Archived, Connection, Ear, Heard
from weiting.channels.ports import Words
from weiting.channels.tests import test_hooks as hooks
from weiting.channels.weibo_text import TOPIC, rendered
from weiting.core.errors import Invalid
from weiting.review.tests import make
from weiting.text.lengths import channels, count
from weiting.units import actions as units

URL = "https://yunxi.example/p/abc23456/"


# --- pasted addresses ---------------------------------------------------------------------------------------


def weibo() -> Connection:
    return Connection(kind="weibo")


@pytest.mark.parametrize(
    "typed",
    [" https://weibo.com/1/Nx ", "https://weibo.com/1/\nNx", "https://weibo.com/1/Nx\u200b", "\ufeffhttps://weibo.com/1/Nx",
     "ｈｔｔｐｓ：／／ｗｅｉｂｏ．ｃｏｍ／１／Ｎｘ"],
)  # fmt: skip
def test_an_address_is_read_as_it_was_meant(typed: str):
    assert pasted.checked(weibo(), typed) == "https://weibo.com/1/Nx"


@pytest.mark.parametrize(
    "typed",
    ["https://[", "https://[::1", "https://weibo.com:port/1", "https://evil.example\\@weibo.com/1/Nx",
     "https://weibo.com@evil.example/1/Nx", "https://user@weibo.com/1/Nx", "javascript:alert(1)//https://weibo.com/1",
     "https://weibo.com.evil.example/1", "https://weibo.com/1/\x00x", "//weibo.com/1", "https:///1", "", "\u200b",
     "https://weibо.com/1/Nx"],
)  # fmt: skip
def test_an_address_that_leads_elsewhere_or_nowhere_is_refused_with_a_sentence(typed: str):
    with pytest.raises(Invalid) as wrong:
        pasted.checked(weibo(), typed)
    assert wrong.value.fields["url"][0]


# --- archives -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_stray_bytes_of_an_export_do_not_stop_it(tmp_path: Path):
    city = make.city()
    account = units.apply_account(city.water, "tencent_weibo", "云溪供水老号", by=None)
    rows = [
        {"time": "2012-03-04 05:06", "text": "停水\x00通知", "id": "1\x00"},
        {"time": "2012-03-04 05:07", "text": "半个字\ud83d", "url": "https://t.example/\x00"},
        {"time": "2012-03-04 05:08", "text": "好的", "likes": "9" * 5000},
        {"time": "2012-03-04 05:09", "text": "\x00"},
    ]
    path = tmp_path / "x.json"
    path.write_text(json.dumps(rows), "ascii")
    brought = bring_archive(account, archive.read_archive(path), by=None)
    assert (brought.kept, brought.rejected) == (3, 1)
    assert sorted(Archived.objects.values_list("text", flat=True)) == ["停水通知", "半个字", "好的"]


# --- calls --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", [b'{"sender_id": ' + b"1" * 5000 + b"}", b'{"a": NaN, "type": ["text"], "data": 5}']
)
def test_a_signed_call_with_strange_numbers_is_answered(body: bytes):
    line = hooks.account(make.city(), "weibo")
    assert hooks.pushed(line, body).status_code in {200, 400}
    assert not Heard.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_call_is_kept_and_answered_while_its_count_is_held_by_somebody():
    line = hooks.account(make.city(), "wechat")
    assert hooks.wechat_post(line, hooks.message("一")).status_code == 200
    held, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Ear.objects.select_for_update().get(pk=line.pk)
            held.set()
            go_on.wait(20)
        database.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(10)
        with database.cursor() as cursor:
            # The platform waits five seconds; a call that waits for the row would end here instead of never.
            cursor.execute("SET statement_timeout = '4s'")
        assert hooks.wechat_post(line, hooks.message("二", 8)).status_code == 200
    finally:
        go_on.set()
        holder.join(30)
        with database.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
    assert Heard.objects.count() == 2


# --- what Weibo counts --------------------------------------------------------------------------------------


def words(body: str, **more: str) -> Words:
    return Words(title="", body=body, html="", summary="", url=URL, content_hash="0" * 64, **more)


@pytest.mark.parametrize(
    ("body", "is_whole"),
    [
        ("水" * 129, True),
        ("水" * 130, False),
        ("a" * 258, True),
        ("a" * 259, False),
        ("😀" * 64 + "a", True),
        ("😀" * 65, False),
    ],
)
def test_a_text_is_whole_up_to_the_very_last_letter_that_fits(body: str, is_whole: bool):
    made = rendered(words(body), ())
    assert (body in made.text) == is_whole
    assert count(made.text, "weibo").count <= (channels()["weibo"].limit or 0)
    made.text.encode()


@pytest.mark.parametrize(
    "body", ["##停水##", "#停水#通知#", f"#{URL}停水#", "###a###b###", "#a##b##c#", f"#{'水' * 50}{URL}#"]
)
def test_no_topic_is_left_however_its_signs_stand(body: str):
    made = rendered(words(body), ())
    assert not TOPIC.search(made.text) and made.text.count(URL) == 1
