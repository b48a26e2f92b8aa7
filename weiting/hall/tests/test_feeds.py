"""Feeds, maps, widgets: every list can be followed, and what readers get is well formed."""

import json
import re
from datetime import datetime
from xml.etree import ElementTree

import feedparser
import pytest
from django.test import Client

from weiting.hall.tests.make import Scene

LISTS = ["/", "/h/xishan/", "/s/yunxi/weibanju/", "/u/gongshui/", "/c/tingshui/", "/t/huanguan/"]
LISTS += ["/issues/", "/corrections/"]


@pytest.mark.parametrize("at", LISTS)
@pytest.mark.parametrize("form", ["atom", "rss"])
def test_list_can_be_followed(s: Scene, client: Client, at: str, form: str) -> None:
    page = client.get(at).content.decode()
    assert f'type="application/{form}+xml"' in page and f'href="{at}feed.{form}"' in page
    found = feedparser.parse(client.get(f"{at}feed.{form}").content)
    assert not found.bozo and found.entries and found.feed.title
    for entry in found.entries:
        assert entry.id.startswith("http") and entry.title and entry.link == entry.id
        assert "绝密的草稿" not in str(entry)


@pytest.mark.parametrize("at", LISTS)
def test_json_feed_is_valid(s: Scene, client: Client, at: str) -> None:
    answer = client.get(f"{at}feed.json")
    assert answer["Content-Type"] == "application/feed+json; charset=utf-8"
    found = json.loads(answer.content)
    assert found["version"] == "https://jsonfeed.org/version/1.1" and found["items"]
    assert found["feed_url"].endswith(f"{at}feed.json") and found["home_page_url"].startswith("http")
    for item in found["items"]:
        assert (
            item["id"] == item["url"] and item["content_html"] and item["date_published"].endswith("+08:00")
        )


ATOM, DATE_822 = "{http://www.w3.org/2005/Atom}", re.compile(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} [+-]\d{4}")


@pytest.mark.parametrize("at", LISTS)
def test_atom_has_what_rfc_4287_asks_for(s: Scene, client: Client, at: str) -> None:
    feed = ElementTree.fromstring(client.get(f"{at}feed.atom").content)
    links = {(link.get("rel"), link.get("href")) for link in feed.findall(f"{ATOM}link")}
    assert {rel for rel, _href in links} == {"alternate", "self", "hub"}
    ids = [each.text for each in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) and all(each and each.startswith("http") for each in ids)
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        assert [len(element.findall(f"{ATOM}{name}")) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated", "")).tzinfo is not None
    for entry in feed.findall(f"{ATOM}entry"):
        assert entry.findtext(f"{ATOM}author/{ATOM}name") and entry.find(f"{ATOM}link") is not None


@pytest.mark.parametrize("at", LISTS)
def test_rss_has_what_rss_2_asks_for(s: Scene, client: Client, at: str) -> None:
    (channel,) = ElementTree.fromstring(client.get(f"{at}feed.rss").content).findall("channel")
    assert all(channel.findtext(name) for name in ("title", "link", "description", "language"))
    assert {link.get("rel") for link in channel.findall(f"{ATOM}link")} == {"self", "hub"}
    assert DATE_822.fullmatch(channel.findtext("lastBuildDate", ""))
    for item in channel.findall("item"):
        assert item.findtext("title") and item.findtext("link") == item.findtext("guid")
        assert DATE_822.fullmatch(item.findtext("pubDate", ""))


def test_feed_names_itself_without_what_others_append(s: Scene, client: Client) -> None:
    found = feedparser.parse(client.get("/feed.atom?k=service&utm_source=x").content)
    assert next(link.href for link in found.feed.links if link.rel == "self").endswith("/feed.atom?k=service")


def test_searches_have_no_hub(s: Scene, client: Client) -> None:
    answer = client.get("/search/feed.atom", {"q": "停水"})
    assert "Link" not in answer and b'rel="hub"' not in answer.content


def test_tab_has_a_feed_of_its_own(s: Scene, client: Client) -> None:
    assert "/feed.atom?k=service" in client.get("/?k=service").content.decode()
    found = feedparser.parse(client.get("/feed.atom?k=service").content)
    assert [entry.title for entry in found.entries] == ["明天停水，送水车 8 点到"]


def test_search_can_be_followed(s: Scene, client: Client) -> None:
    found = feedparser.parse(client.get("/search/feed.rss", {"q": "西园"}).content)
    assert [entry.title for entry in found.entries] == ["西园换水表"]


def test_correction_is_in_the_entry_and_moves_its_time(s: Scene, client: Client) -> None:
    found = feedparser.parse(client.get("/corrections/feed.atom").content)
    (entry,) = found.entries
    assert "<del>14:00</del>" in entry.summary and entry.updated > entry.published


def test_feed_says_when_it_last_changed(s: Scene, client: Client) -> None:
    assert client.get("/feed.atom")["Last-Modified"] == "Sat, 21 Nov 2026 01:10:00 GMT"


def test_map_leads_to_every_public_post_and_no_other(s: Scene, client: Client) -> None:
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    places = [each.text or "" for each in index.findall(".//{*}loc")]
    found = "".join(client.get("/" + place.split("/", 3)[3]).content.decode() for place in places)
    assert s.plain.public_id in found and "/u/gongshui/" in found
    assert s.draft.public_id not in found and s.withdrawn.public_id not in found
    assert client.get("/sitemap-0.xml").status_code == 404


def test_robots_find_the_map_and_not_the_desk(s: Scene, client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /desk/" in text and "/sitemap.xml" in text


@pytest.mark.parametrize("at", ["/w/hall/", "/w/unit/gongshui/", "/w/column/tingshui/"])
def test_widget_may_stand_anywhere_and_sets_nothing(s: Scene, client: Client, at: str) -> None:
    answer = client.get(at)
    assert "frame-ancestors *" in answer["Content-Security-Policy"] and not answer.cookies
    assert "X-Frame-Options" not in answer and "Cookie" not in answer.get("Vary", "")
    assert 'target="_top"' in answer.content.decode()


def test_other_pages_may_not_be_framed_elsewhere(s: Scene, client: Client) -> None:
    assert "frame-ancestors 'self'" in client.get("/")["Content-Security-Policy"]


def test_line_to_copy_leads_to_the_widget(s: Scene, client: Client) -> None:
    html = client.get("/widgets/?unit=gongshui").content.decode()
    assert "&lt;iframe src=&quot;http" in html and "/w/unit/gongshui/" in html
