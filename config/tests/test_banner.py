"""The demo says on every page that it is one, in each language; a real hall says nothing, and is asked rarely."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config import context
from weiting import audit
from weiting.posts.tests import make

pytestmark = pytest.mark.django_db
SAID = {"/": "都是编的", "/zh-hant/": "都是編的", "/en/": "are invented"}


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    """Nothing remembered from another test, nothing left for the next."""
    context.forget()
    yield
    context.forget()


def test_the_demo_says_so_in_every_language(client: Client) -> None:
    make.city()
    audit.record("demo.city.load", subject=None)
    for address, words in SAID.items():
        html = client.get(address).content.decode()
        assert html.count('class="site-banner"') == 1 and words in html, address


def test_the_desk_says_so_too(client: Client) -> None:
    city = make.city()
    audit.record("demo.city.load", subject=None)
    client.force_login(city.editor)
    assert b'class="site-banner"' in client.get("/desk/").content


def test_a_real_hall_says_nothing_and_is_asked_once_a_minute(client: Client) -> None:
    make.city()
    assert b"site-banner" not in client.get("/").content
    with CaptureQueriesContext(connection) as caught:
        assert b"site-banner" not in client.get("/").content
    assert not [each for each in caught if "demo.city.load" in each["sql"]]


def test_a_city_loaded_meanwhile_is_noticed_when_it_is_announced(client: Client) -> None:
    make.city()
    client.get("/")
    audit.record("demo.city.load", subject=None)
    assert b"site-banner" not in client.get("/").content
    context.hears(frozenset({"posts"}))
    assert b"site-banner" not in client.get("/").content
    context.hears(frozenset({"units"}))
    assert b"site-banner" in client.get("/").content


def test_announcements_that_were_missed_make_it_ask_again(client: Client) -> None:
    make.city()
    client.get("/")
    audit.record("demo.city.load", subject=None)
    context.hears(None)
    assert b"site-banner" in client.get("/").content
