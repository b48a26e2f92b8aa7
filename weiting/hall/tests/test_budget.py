"""What a page costs: few queries, the same however many posts there are, and few bytes."""

import gzip
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from weiting.hall.tests.make import Scene
from weiting.posts.tests import make
from weiting.ui import bundles

MOST_QUERIES = 15
HOME_BYTES = 100_000


def count(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_no_page_asks_more_than_its_budget(s: Scene, client: Client) -> None:
    counted = {address: count(client, address) for address in s.addresses}
    assert {a: n for a, n in counted.items() if n > MOST_QUERIES} == {}


def test_more_posts_cost_no_more_queries(s: Scene, client: Client) -> None:
    pages = ["/", "/u/gongshui/", "/c/tingshui/", "/archive/2026/11/21/", "/search/?q=停水", "/feed.atom"]
    before = [count(client, address) for address in pages]
    for number in range(12):
        make.published(s.city, f"第 {number} 条，停水")
    assert [count(client, address) for address in pages] == before


def test_first_view_is_light(s: Scene, client: Client) -> None:
    for number in range(20):
        make.published(
            s.city, f"第 {number} 条，停水", "东园社区八点停水，送水车停南门，来水前先放两分钟。" * 6
        )
    html = client.get("/").content
    sheets = re.findall(rb'<link rel="stylesheet"', html)
    own = gzip.compress((bundles.CSS.parents[3] / "hall/static/hall/hall.css").read_bytes())
    assert len(sheets) == 2 and b"<script src" not in html and b'<script type="module"' not in html
    assert len(gzip.compress(html)) + len(bundles.bundle("hall").packed) + len(own) < HOME_BYTES


@pytest.mark.parametrize("address", ["/", "/search/?q=停水"])
def test_no_cookie_is_set_for_reading(s: Scene, client: Client, address: str) -> None:
    assert not client.get(address).cookies
