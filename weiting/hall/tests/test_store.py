"""The page store: what it keeps, whom it answers from memory, and that nobody ever reads an old page."""

import asyncio
import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from weiting.core import clock
from weiting.hall import store as stores
from weiting.hall.shown import TAGS, UNTIL
from weiting.hall.store import PageStore


@dataclass
class Ear:
    """Stands for the listener: a test says what it hears."""

    is_live: bool = True
    hear: Callable[[frozenset[str]], None] = lambda tags: None
    reset: Callable[[], None] = lambda: None

    def listen(self, hear: Callable[[frozenset[str]], None], reset: Callable[[], None]) -> "Ear":
        self.hear, self.reset = hear, reset
        return self

    def lose(self) -> None:
        self.is_live = False
        self.reset()

    def find_again(self) -> None:
        self.reset()
        self.is_live = True


@dataclass
class Pages:
    """Stands for the pages' application: counts what it makes."""

    text: str = "页" * 500
    status: int = 200
    tags: str = "posts"
    minutes: float = 5
    extra: list[tuple[bytes, bytes]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    hold: asyncio.Event | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.append(dict(scope))
        body = f"{self.text}{scope['query_string'].decode()}{_cookie(scope)}".encode()
        if self.hold is not None:
            await self.hold.wait()
        headers = [(b"content-type", b"text/html"), (b"vary", b"Accept-Language"), *self.extra]
        if self.tags:
            until = f"{clock.now().timestamp() + self.minutes * 60:.3f}"
            headers += [
                (TAGS.lower().encode(), self.tags.encode()),
                (UNTIL.lower().encode(), until.encode()),
            ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": body[:7], "more_body": True})
        await send({"type": "http.response.body", "body": body[7:]})


def _cookie(scope: Any) -> str:
    return b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode()


@dataclass
class Got:
    """One answer."""

    status: int
    headers: dict[str, str]
    body: bytes


async def ask(
    store: PageStore, path: str = "/units/", query: str = "", method: str = "GET", **headers: str
) -> Got:
    """Ask the store for a page."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    await store(scope, receive, send)
    assert [message["type"] for message in sent[:1]] == ["http.response.start"]
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Got(sent[0]["status"], answered, b"".join(message["body"] for message in sent[1:]))


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def store(pages: Pages, ear: Ear) -> PageStore:
    return PageStore(pages, listen=ear.listen)  # type: ignore[arg-type]


def get(store: PageStore, path: str = "/units/", query: str = "", method: str = "GET", **headers: str) -> Got:
    """Ask the store for a page, alone."""
    return asyncio.run(ask(store, path, query, method, **headers))


def test_a_page_is_made_once_and_then_read_from_memory(store: PageStore, pages: Pages) -> None:
    first, again = get(store), get(store)
    assert len(pages.asked) == 1
    assert again.body == first.body == pages.text.encode()
    assert again.headers == first.headers
    assert again.headers["cache-control"] == "no-cache"
    assert again.headers["vary"] == "Accept-Encoding, Cookie"
    assert again.headers["content-length"] == str(len(first.body))
    assert not [name for name in again.headers if name.startswith("x-weiting")]


def test_a_page_goes_when_something_it_shows_is_announced(store: PageStore, pages: Pages, ear: Ear) -> None:
    pages.tags = "posts unit:3"
    get(store)
    ear.hear(frozenset({"unit:4", "columns"}))
    get(store)
    assert len(pages.asked) == 1
    ear.hear(frozenset({"unit:3"}))
    pages.text = "新" * 500
    assert get(store).body == pages.text.encode()


def test_readers_who_take_gzip_get_it(store: PageStore) -> None:
    plain = get(store)
    packed = get(store, accept_encoding="gzip, deflate, br")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["content-length"] == str(len(packed.body))
    assert packed.headers["etag"] != plain.headers["etag"]
    refused = get(store, accept_encoding="gzip;q=0, identity")
    assert "content-encoding" not in refused.headers


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_a_reader_who_has_the_page_is_told_so_without_it(store: PageStore, encoding: str) -> None:
    given = {"accept_encoding": encoding} if encoding else {}
    etag = get(store, **given).headers["etag"]
    for match in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = get(store, if_none_match=match, **given)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers == {
            "etag": etag,
            "cache-control": "no-cache",
            "vary": "Accept-Encoding, Cookie",
        }
    assert get(store, if_none_match='"other"', **given).status == 200


def test_a_feed_that_says_when_it_changed_may_be_asked_by_date(store: PageStore, pages: Pages) -> None:
    moment = "Sat, 21 Nov 2026 08:00:00 GMT"
    pages.extra = [(b"last-modified", moment.encode())]
    get(store)
    assert get(store, if_modified_since=moment).status == 304
    assert get(store, if_modified_since="Sat, 21 Nov 2026 07:00:00 GMT").status == 200
    assert get(store, if_modified_since=moment, if_none_match='"other"').status == 200


@pytest.mark.parametrize("is_first", [True, False])
def test_head_gets_the_headers_of_the_page_and_no_body(store: PageStore, is_first: bool) -> None:
    full = None if is_first else get(store)
    head = get(store, method="HEAD")
    full = full or get(store)
    assert head.body == b""
    assert head.headers == full.headers
    assert head.headers["content-length"] == str(len(full.body)) != "0"


def test_what_is_not_reading_is_handed_on(store: PageStore, pages: Pages) -> None:
    get(store)
    assert get(store, method="POST", if_none_match="*").status == 200
    assert [scope["method"] for scope in pages.asked] == ["GET", "POST"]


def test_each_look_has_its_own_pages(store: PageStore, pages: Pages) -> None:
    cookies = ["", "look=elder", "look=contrast", "a=1; look=elder.contrast; b=2"]
    bodies = {get(store, **({"cookie": cookie} if cookie else {})).body for cookie in cookies * 2}
    assert len(bodies) == len(pages.asked) == 4
    get(store, cookie="look=contrast.elder.anything")
    get(store, cookie="look=anything")
    assert len(pages.asked) == 4


@pytest.mark.parametrize("name", ["sessionid", "messages"])
def test_somebody_signed_in_is_never_answered_from_memory(store: PageStore, pages: Pages, name: str) -> None:
    get(store)
    for _ in range(2):
        answer = get(store, cookie=f"look=elder; {name}=abc")
        assert answer.body.endswith(f"{name}=abc".encode())
        assert not [name for name in answer.headers if name.startswith("x-weiting")]
    assert len(pages.asked) == 3
    assert get(store).body == pages.text.encode()


def test_no_cookie_of_one_reader_can_get_into_a_page_for_all(store: PageStore, pages: Pages) -> None:
    get(
        store,
        cookie="csrftoken=secret; Hm_lvt=1; look=elder",
        authorization="Basic x",
        referer="https://a.b/",
    )
    names = {name for name, _value in pages.asked[0]["headers"]}
    assert names == {b"cookie"}
    assert _cookie(pages.asked[0]) == "look=elder"


def test_what_other_sites_append_to_an_address_is_not_part_of_it(store: PageStore, pages: Pages) -> None:
    first = get(store, query="k=news")
    assert get(store, query="from=singlemessage&k=news&utm_source=x&k=service").body == first.body
    assert len(pages.asked) == 1
    assert pages.asked[0]["query_string"] == b"k=news"
    get(store, query="k=service")
    get(store, query="isappinstalled=0")
    assert [scope["query_string"] for scope in pages.asked[1:]] == [b"k=service", b""]


@pytest.mark.parametrize(
    "change",
    [
        {"status": 404},
        {"status": 301},
        {"tags": ""},
        {"extra": [(b"set-cookie", b"csrftoken=1")]},
        {"minutes": -1},
    ],
    ids=str,
)
def test_an_answer_that_is_not_for_all_is_not_kept(
    store: PageStore, pages: Pages, change: dict[str, Any]
) -> None:
    for name, value in change.items():
        setattr(pages, name, value)
    for _ in range(2):
        answer = get(store)
        assert answer.status == pages.status
        assert answer.body == pages.text.encode()
        assert not [name for name in answer.headers if name.startswith("x-weiting")]
    assert len(pages.asked) == 2


def test_a_page_that_is_not_for_all_is_made_again_with_its_readers_cookies(
    store: PageStore, pages: Pages
) -> None:
    pages.extra = [(b"set-cookie", b"csrftoken=new")]
    assert get(store, cookie="csrftoken=old").body.endswith(b"csrftoken=old")


@pytest.mark.parametrize("path", ["/desk/", "/account/login/", "/ui/guide/", "/media/a.jpg", "/nothing/here"])
def test_addresses_outside_the_hall_are_handed_on_as_they_are(
    store: PageStore, pages: Pages, path: str
) -> None:
    for _ in range(2):
        get(store, path, "next=/a", cookie="csrftoken=1", accept_language="en")
    assert len(pages.asked) == 2
    assert pages.asked[0]["query_string"] == b"next=/a"
    assert len(pages.asked[0]["headers"]) == 2


@pytest.mark.parametrize("path", ["/", "/en/", "/zh-hant/units/", "/p/abc/", "/feed.atom", "/sitemap.xml"])
def test_pages_of_the_hall_are_kept_in_each_language(store: PageStore, pages: Pages, path: str) -> None:
    get(store, path)
    get(store, path)
    assert len(pages.asked) == 1


def test_a_page_is_made_anew_when_its_time_is_over(
    store: PageStore, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    get(store)
    now = time.monotonic()
    monkeypatch.setattr(stores.time, "monotonic", lambda: now + 4 * 60)
    get(store)
    assert len(pages.asked) == 1
    monkeypatch.setattr(stores.time, "monotonic", lambda: now + 6 * 60)
    get(store)
    assert len(pages.asked) == 2


def test_others_are_told_what_was_announced_and_what_may_have_been_missed(pages: Pages, ear: Ear) -> None:
    told: list[frozenset[str] | None] = []
    asyncio.run(ask(PageStore(pages, listen=ear.listen, also=told.append)))  # type: ignore[arg-type]
    ear.hear(frozenset({"units"}))
    ear.lose()
    assert frozenset({"units"}) in told and told[-1] is None


def test_nothing_is_kept_or_read_while_announcements_are_not_heard(
    store: PageStore, pages: Pages, ear: Ear
) -> None:
    get(store)
    ear.lose()
    pages.text = "新" * 500
    assert get(store).body == get(store).body == pages.text.encode()
    assert len(pages.asked) == 3
    ear.find_again()
    get(store)
    get(store)
    assert len(pages.asked) == 4


async def _during(store: PageStore, pages: Pages, happens: Callable[[], None]) -> tuple[Got, Got]:
    """Let something happen while a page is made; return that answer and the next one."""
    pages.hold = asyncio.Event()
    first = asyncio.create_task(ask(store))
    while not pages.asked:
        await asyncio.sleep(0)
    happens()
    pages.text = "新" * 500
    second = asyncio.create_task(ask(store))
    await asyncio.sleep(0.01)
    pages.hold.set()
    return await first, await second


@pytest.mark.parametrize("what", ["announced", "lost", "lost and back", "so much that it is forgotten"])
def test_a_page_begun_before_a_change_is_neither_kept_nor_shared_after_it(
    store: PageStore, pages: Pages, ear: Ear, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def happens() -> None:
        if what == "announced":
            ear.hear(frozenset({"posts"}))
        elif what == "so much that it is forgotten":
            monkeypatch.setattr(stores, "MOST_REMEMBERED", 3)
            ear.hear(frozenset({"posts"}))
            ear.hear(frozenset(f"post:{number}" for number in range(9)))
            ear.hear(frozenset({"post:99"}))
        else:
            ear.lose()
            if what == "lost and back":
                ear.find_again()

    first, second = asyncio.run(_during(store, pages, happens))
    assert first.body.decode() == "页" * 500
    assert second.body.decode() == "新" * 500
    assert get(store).body.decode() == "新" * 500


def test_a_page_that_shows_nothing_of_what_changed_meanwhile_is_kept(
    store: PageStore, pages: Pages, ear: Ear
) -> None:
    async def both() -> None:
        pages.hold = asyncio.Event()
        first = asyncio.create_task(ask(store))
        while not pages.asked:
            await asyncio.sleep(0)
        ear.hear(frozenset({"unit:9"}))
        pages.hold.set()
        await first
        await ask(store)

    asyncio.run(both())
    assert len(pages.asked) == 1


async def _herd(store: PageStore, pages: Pages, size: int) -> list[Got]:
    pages.hold = asyncio.Event()
    readers = [asyncio.create_task(ask(store)) for _ in range(size)]
    await asyncio.sleep(0.02)
    readers[1].cancel()
    pages.hold.set()
    return [got for got in await asyncio.gather(*readers, return_exceptions=True) if isinstance(got, Got)]


def test_a_herd_of_readers_has_a_page_made_once(store: PageStore, pages: Pages) -> None:
    got = asyncio.run(_herd(store, pages, 300))
    assert len(got) == 299
    assert {answer.body for answer in got} == {pages.text.encode()}
    assert len(pages.asked) == 1


def test_a_herd_whose_page_is_not_for_all_is_answered_one_by_one(store: PageStore, pages: Pages) -> None:
    pages.extra = [(b"set-cookie", b"csrftoken=1")]
    assert len(asyncio.run(_herd(store, pages, 20))) == 19
    assert len(pages.asked) == 19
    # From then on nobody waits for another's answer.
    assert len(asyncio.run(_herd(store, pages, 20))) == 19
    assert {scope["method"] for scope in pages.asked} == {"GET"}


def test_a_failure_fails_one_reader_and_nobody_waits_for_ever(ear: Ear) -> None:
    calls: list[int] = []

    async def failing(scope: Any, receive: Any, send: Any) -> None:
        calls.append(1)
        await asyncio.sleep(0.01)
        raise RuntimeError("broken")

    store = PageStore(failing, listen=ear.listen)  # type: ignore[arg-type]

    async def herd() -> list[Any]:
        return await asyncio.gather(*(ask(store) for _ in range(5)), return_exceptions=True)

    assert [type(found) for found in asyncio.run(asyncio.wait_for(herd(), 2))] == [RuntimeError] * 5


def test_memory_is_bounded_and_pages_in_use_stay(pages: Pages, ear: Ear) -> None:
    pages.text = "".join(chr(0x4E00 + number * 37 % 20000) for number in range(2000))
    store = PageStore(pages, budget=200_000, listen=ear.listen)  # type: ignore[arg-type]
    for number in range(100):
        get(store, f"/u/unit-{number}/")
        get(store, "/units/")
        assert store._size <= 200_000
        assert store._size == sum(page.size for page in store._pages.values())
    assert [scope["path"] for scope in pages.asked].count("/units/") == 1
    assert 5 < len(store._pages) < 30
    assert store._keys_of == {"posts": set(store._pages)}


def test_nothing_is_left_over_when_all_pages_have_gone(store: PageStore, pages: Pages, ear: Ear) -> None:
    for number in range(20):
        pages.tags = f"posts unit:{number}"
        get(store, f"/u/unit-{number}/")
    ear.hear(frozenset({"unit:3", "unit:4"}))
    assert len(store._pages) == 18
    ear.hear(frozenset({"posts"}))
    assert (store._size, dict(store._pages), store._keys_of, store._flights) == (0, {}, {}, {})


def test_what_somebody_typed_is_answered_anew(store: PageStore, pages: Pages) -> None:
    for _ in range(2):
        get(store, "/search/", query="q=water&k=news")
    assert [scope["query_string"] for scope in pages.asked] == [b"q=water&k=news"] * 2
    assert not store._pages


def test_addresses_too_long_or_without_sense_are_handed_on(store: PageStore, pages: Pages) -> None:
    for query in ("k=" + "a" * 2000, "k=%ff", "&".join(f"a{n}=1" for n in range(60))):
        get(store, query=query)
        get(store, query=query)
    assert len(pages.asked) == 6
    assert not store._pages
