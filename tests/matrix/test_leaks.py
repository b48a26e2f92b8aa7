"""No list, preview, search hit, feed, notice or fragment ever holds a word of what is not for its reader.

Every page is read as a reader would: from the first one, along every link it shows, in each form it can be asked for.
"""

import re
from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from tests.matrix.sample import ASKED, SECRET, Sample, everything_at
from tests.matrix.test_opens import signed_in
from weiting.desk import permissions
from weiting.notices.models import Notice
from weiting.posts.queries import desk as lists

LINK = re.compile(r"""(?:href|src|hx-get|action|<loc>)=?["']?([^"'<>\s]+)""")
# Signing out, changing one's look or language, and files that hold no words.
LEAVE_OUT = re.compile(r"^/(account|ui|static|media)/|\.(css|js|png|svg|ico|woff2|xlsx)$|/(zh-hant|en)/")
FRAGMENT = {"HX-Request": "true", "HX-Target": "results"}
JSON = {"Accept": "application/json"}
MOST = 220


def links_in(page: str, at: str) -> Iterator[str]:
    """Yield the addresses of this site that a page names, without what only marks a place in them."""
    for found in LINK.findall(page):
        parts = urlsplit(urljoin(f"http://testserver{at}", found.replace("&amp;", "&")))
        if parts.netloc in {"testserver", "localhost:8000", ""} and not LEAVE_OUT.search(parts.path):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def words(answer: Any) -> str:
    """Return what an answer says, if it says anything."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")


def shape(url: str) -> str:
    """Return an address without what only counts: of the days of an archive, the first few are enough."""
    return re.sub(r"\d+|=[^&]*", "#", url)


def breaches(client: Client, starts: list[str]) -> tuple[list[str], int]:
    """Read everything that can be reached; list where the secret stands, and how many pages were read."""
    waiting, seen, found, shapes = deque(starts), set(starts), [], dict[str, int]()
    read = 0
    while waiting and read < MOST:
        url = waiting.popleft()
        shapes[shape(url)] = shapes.get(shape(url), 0) + 1
        if shapes[shape(url)] > 3:
            continue
        read += 1
        for form in ({}, FRAGMENT, JSON):
            answer = client.get(url, headers=form)
            assert answer.status_code < 500, url
            text = words(answer)
            if SECRET in text:
                found.append(f"{url} {form}")
            for link in links_in(text, url) if not form else ():
                if link not in seen:
                    seen.add(link)
                    waiting.append(link)
    return found, read


def desk_starts() -> list[str]:
    """List every page of the desk that is not about one thing, also when something is searched there."""
    names = [e.name for e in permissions.desk_addresses() if "<" not in e.route]
    plain = [reverse(f"desk:{name}") for name in names]
    return plain + [f"{url}?q={quote(ASKED)}" for url in plain]


def hall_starts() -> list[str]:
    """List where a reader of the hall begins; feeds, maps and widgets too."""
    searched = quote(ASKED)
    return [
        "/", "/units/", "/columns/", "/topics/", "/issues/", "/promises/", "/corrections/", "/register/",
        "/spokespersons/", "/archive/", f"/search/?q={searched}", f"/search/feed.atom?q={searched}",
        f"/register/?q={searched}", "/feed.atom", "/feed.rss", "/feed.json", "/corrections/feed.json",
        "/u/gongshui/", "/u/gongshui/feed.json", "/c/shui-qing/", "/c/shui-qing/feed.json", "/w/hall/",
        "/w/unit/gongshui/", "/sitemap.xml", "/sitemap-pages.xml", "/sitemap-1.xml", "/audit/heads/",
    ]  # fmt: skip


@pytest.fixture
def sample(db: None, freeze: Any) -> Sample:
    return Sample(freeze)


def test_the_secret_is_read_by_those_whose_it_is(sample: Sample) -> None:
    """Otherwise the tests below would look for something that is nowhere."""
    own = signed_in(sample.c.editor)
    found, _read = breaches(own, ["/desk/write/", "/desk/calendar/", f"/desk/write/?q={quote(ASKED)}"])
    assert len(found) > 5


@pytest.mark.slow
def test_a_neighbour_reads_no_word_of_it_anywhere_on_the_desk(sample: Sample) -> None:
    found, read = breaches(signed_in(everything_at(sample.c.roads, "neighbour")), desk_starts())
    assert found == [] and read > 60


@pytest.mark.slow
def test_citizens_read_no_word_of_it_anywhere_in_the_hall(sample: Sample) -> None:
    found, read = breaches(Client(), hall_starts())
    assert found == [] and read > 25


def test_notices_go_only_to_those_who_may_read_what_they_say(sample: Sample) -> None:
    water = sample.c.water
    told = Notice.objects.filter(facts__icontains=SECRET).select_related("person")
    assert told
    strangers = [n for n in told if not n.person.memberships.filter(unit__in=water.ancestor_ids).exists()]
    assert strangers == []


def test_a_list_that_forgets_whose_things_they_are_would_be_found(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "reach_q", lambda person, verb, field="": Q())
    found, _read = breaches(signed_in(everything_at(sample.c.roads, "neighbour")), ["/desk/write/"])
    assert found
