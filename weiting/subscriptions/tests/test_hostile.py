"""Wishes made to harm: nobody's mailbox is flooded, nothing ends by accident, and no bytes upset the tables."""

import pytest
from django.test import Client

from weiting.fanout.models import Item
from weiting.jobs.testing import run_waiting
from weiting.subscriptions import addresses, links, pacing
from weiting.subscriptions.models import FeedRequest, Reader, Subscription
from weiting.subscriptions.tests import make
from weiting.subscriptions.tests.make import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    pacing.forget()
    return make.town()


# --- the hub ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bad",
    [
        {"hub.topic": "a\x00b"},
        {"hub.topic": "https://elsewhere.example/feed.atom"},
        {"hub.callback": "https://reader.example/\x00"},
        {"hub.callback": "https://reader.example/a b"},
        {"hub.callback": "https://reader.example/a\r\nX-Y: z"},
        {"hub.callback": "https://reader.example\\@victim.example/"},
    ],
    ids=range(6),
)
def test_a_wish_of_strange_signs_is_refused_and_nobody_is_called(bad, town: Town, client: Client, settings):
    for mode in ("subscribe", "unsubscribe"):
        given = {
            "hub.mode": mode,
            "hub.topic": f"{settings.PUBLIC_URL}/feed.atom",
            "hub.callback": "https://reader.example/",
        }
        assert client.post("/websub", given | bad).status_code == 400
    assert not FeedRequest.objects.exists() and run_waiting("subscriptions.verify") == []


# --- mail ---------------------------------------------------------------------------------------------------


def test_one_mailbox_is_not_flooded_under_many_tags(town: Town, client: Client):
    for n in range(7):
        client.post("/subscribe/", {"unit": "gongshui", "address": f"li+{n}@example.com"})
    assert Item.objects.count() == 3
    # Others at that server are not concerned, nor is the mailbox itself under its plain name.
    client.post("/subscribe/", {"unit": "gongshui", "address": "wang+1@example.com"})
    client.post("/subscribe/", {"unit": "gongshui", "address": "li@example.com"})
    assert Item.objects.count() == 5


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ｌｉ＠ｅｘａｍｐｌｅ．ｃｏｍ", "li@example.com"),
        ("li@example.com\u200b", "li@example.com"),
        ("\ufeffli@example。com ", "li@example.com"),
        ("li+ban@Example.com", "li+ban@example.com"),
        ("li@例子.测试", "li@xn--fsqu00a.xn--0zwm56d"),
    ],
)
def test_an_address_is_understood_as_it_was_typed_or_pasted(typed: str, found: str):
    assert addresses.read(typed) == found


@pytest.mark.parametrize(
    "typed",
    ["li@example.com\r\nBcc: x@y.example", "li@example.com,x@y.example", "Li <li@example.com>", "li\x00@example.com",
     "@", "li@a..b", "李@example.com", "li@" + "a" * 70 + ".com", '"a\x01b"@example.com'],
)  # fmt: skip
def test_what_would_write_another_letter_is_no_address(typed: str, town: Town, client: Client):
    assert client.post("/subscribe/", {"unit": "gongshui", "address": typed}).status_code == 422
    assert not Reader.objects.exists() and not Item.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"subscription": "", "rhythm": "daily"},
        {"subscription": "x", "act": "stop"},
        {"rhythm": "daily"},
        {"act": "stop"},
    ],
)
def test_a_form_that_came_spoilt_ends_nothing(said, town: Town, client: Client):
    reader = make.reader("li@example.com", town.city.water)
    answer = client.post(f"/mail/{links.reader_token(reader.public_id)}/", said)
    assert answer.status_code == 302
    assert Subscription.objects.count() == 1
