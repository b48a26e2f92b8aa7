"""The page store: finished hall pages in memory, given to every anonymous reader until something they show
changes.

A page says what it shows and until when it is right (`weiting.hall.shown`). Whoever changes something announces it
(`weiting.jobs.announce`), and every process drops what showed it. Three rules keep old pages from being read:
a page is kept only if nothing it shows was announced since its making began; a reader never waits for a page whose
making began before the last announcement; and while announcements are not heard, nothing is kept or shared.
"""

import asyncio
import gzip
import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from weiting import jobs
from weiting.core import clock
from weiting.hall import words
from weiting.hall.addresses import Key, is_hall, key_of
from weiting.hall.shown import TAGS, UNTIL
from weiting.ui import look

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
# Is told the announced tags, or None when some may have been missed.
Hears = Callable[[frozenset[str] | None], None]
Listen = Callable[[Callable[[frozenset[str]], None], Callable[[], None]], jobs.Listener]
Answer = tuple[Message, Message]

BUDGET = 64 * 2**20
# What the books about a page take, beside its bytes.
OVERHEAD = 4096
# Announced tags, and pages not worth keeping, that are remembered; an attacker must not grow them.
MOST_REMEMBERED = 20_000
SMALLEST_GZIP = 256

# Whoever opens or renames one of these changes what “did you mean” may offer.
WORDED = {"units", "columns", "topics"}

NOTHING: Message = {"type": "http.response.body", "body": b""}
OURS = {TAGS.lower().encode(), UNTIL.lower().encode()}
REPLACED = OURS | {b"content-length", b"etag", b"vary", b"cache-control", b"date"}
NOT_MODIFIED = {b"etag", b"vary", b"cache-control", b"last-modified"}
# Of a request only these reach a page that is to be kept: what is not read cannot be in it.
READ = {b"host", b"accept", b"x-forwarded-for", b"x-forwarded-proto"}
REFUSES_GZIP = re.compile(rb"gzip\s*;\s*q=0(\.0*)?\s*(,|$)")


@dataclass(slots=True)
class Page:
    """One page, ready to be sent in each way it may be asked for."""

    tags: frozenset[str]
    deadline: float
    size: int
    etag: bytes
    etag_gzip: bytes
    modified: bytes | None
    plain: Answer
    plain_head: Answer
    gzip: Answer
    gzip_head: Answer
    unchanged: Answer
    unchanged_gzip: Answer
    # Whether somebody asked for it since room was last needed.
    is_used: bool = False


@dataclass(slots=True)
class Flight:
    """A page in the making, and those who wait for it."""

    began: int
    done: asyncio.Event = field(default_factory=asyncio.Event)
    page: Page | None = None


@dataclass(slots=True)
class Response:
    """What the pages' application answered."""

    status: int = 500
    headers: Headers = field(default_factory=list)
    body: bytes = b""


class PageStore:
    """Stands before the pages' application: answers what it has, makes each missing page once, and keeps it."""

    def __init__(
        self,
        app: App,
        *,
        budget: int = BUDGET,
        listen: Listen = jobs.listen,
        also: Hears = lambda _tags: None,
    ) -> None:
        self._app, self._budget, self._listen, self._also = app, budget, listen, also
        self._listener: jobs.Listener | None = None
        # Read without the lock on every request; changed only under it.
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._lock = threading.Lock()
        self._size = 0
        self._keys_of: dict[str, set[Key]] = {}
        # Announcements are counted; of each tag, and of all tags, the last one is remembered.
        self._heard = 0
        self._last: dict[str, int] = {}
        self._floor = 0
        self._flights: dict[Key, Flight] = {}
        self._silent: OrderedDict[Key, None] = OrderedDict()

    # --- reading: once per request, so nothing here is looked up twice --------------------------------------

    def find(self, scope: Scope) -> Answer | None:
        """Return the answer to a request from memory, or None."""
        cookie = encoding = match = since = None
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                encoding = value
            elif name == b"cookie":
                cookie = value if cookie is None else cookie + b"; " + value
            elif name == b"if-none-match":
                match = value
            elif name == b"if-modified-since":
                since = value
        query = scope["query_string"]
        key: Key | None = scope["path"]
        if cookie is not None or query:
            key = key_of(scope["path"], query, cookie)
        page = self._pages.get(key)  # type: ignore[arg-type]
        if page is None or page.deadline < time.monotonic():
            return None
        page.is_used = True
        return _chosen(page, scope["method"], encoding, match, since)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory; make and keep what is missing; hand on what is not ours to keep."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = self.find(scope)
        if answer is None:
            key = self._key_to_keep(scope)
            if key is None:
                await self._app(scope, receive, _without_our_headers(send))
                return
            answer = await self._made(key, scope, receive)
        if answer is None:
            await self._app(scope, receive, _without_our_headers(send))
            return
        await send(answer[0])
        await send(answer[1])

    def _key_to_keep(self, scope: Scope) -> Key | None:
        """Return the name under which the answer may be kept; None when the request must be handed on."""
        if scope["method"] not in {"GET", "HEAD"} or not self._is_listening():
            return None
        key = key_of(scope["path"], scope["query_string"], _header(scope, b"cookie"))
        return key if key is not None and key not in self._silent and is_hall(scope["path"]) else None

    # --- making ---------------------------------------------------------------------------------------------

    async def _made(self, key: Key, scope: Scope, receive: Receive) -> Answer | None:
        """Make the page, or wait for whoever is making it; None when each must ask for themselves."""
        flight = self._flights.get(key)
        if flight is not None and flight.began == self._heard:
            await flight.done.wait()
            return _answer(flight.page, scope) if flight.page else None
        flight = self._flights[key] = Flight(self._heard)
        try:
            response = await self._response(key, scope, receive)
            if _is_keepable(response):
                flight.page = await asyncio.to_thread(make_page, response)
                self._keep(key, flight.page, flight.began)
                return _answer(flight.page, scope)
        finally:
            flight.done.set()
            if self._flights.get(key) is flight:
                del self._flights[key]
        if response.status == 200:
            self._remember_silent(key)
        # It was asked for without this reader's cookies; if there were any, they may matter after all.
        return None if _header(scope, b"cookie") else _as_answer(response, scope["method"])

    async def _response(self, key: Key, scope: Scope, receive: Receive) -> Response:
        """Ask the application for the page as anybody would get it."""
        query, chosen = key[1:] if isinstance(key, tuple) else ("", "")
        headers = [(name, value) for name, value in scope["headers"] if name in READ]
        if chosen:
            headers.append((b"cookie", f"{look.COOKIE}={chosen}".encode()))
        asked = {**scope, "method": "GET", "query_string": query.encode(), "headers": headers}
        response, parts = Response(), []

        async def take(message: Message) -> None:
            if message["type"] == "http.response.start":
                response.status, response.headers = message["status"], list(message["headers"])
            else:
                parts.append(message.get("body", b""))

        await self._app(asked, receive, take)
        response.body = b"".join(parts)
        return response

    # --- keeping --------------------------------------------------------------------------------------------

    def _keep(self, key: Key, page: Page, began: int) -> None:
        """Keep a page unless something it shows was announced since its making began."""
        with self._lock:
            if not self._is_listening() or began < self._floor or page.size > self._budget // 4:
                return
            if any(self._last.get(tag, 0) > began for tag in page.tags):
                return
            self._drop(key)
            self._pages[key] = page
            self._size += page.size
            for tag in page.tags:
                self._keys_of.setdefault(tag, set()).add(key)
            while self._size > self._budget:
                self._make_room()

    def _make_room(self) -> None:
        """Drop the oldest page nobody asked for since it last stood at the front."""
        key, page = next(iter(self._pages.items()))
        if page.is_used:
            page.is_used = False
            self._pages.move_to_end(key)
        else:
            self._drop(key)

    def _drop(self, key: Key) -> None:
        page = self._pages.pop(key, None)
        if page is None:
            return
        self._size -= page.size
        for tag in page.tags:
            keys = self._keys_of.get(tag)
            if keys is not None:
                keys.discard(key)
                if not keys:
                    del self._keys_of[tag]

    def _remember_silent(self, key: Key) -> None:
        """Remember a page that does not say what it shows, so that readers need not queue for it."""
        self._silent[key] = None
        if len(self._silent) > MOST_REMEMBERED:
            self._silent.popitem(last=False)

    # --- listening: these two run in the listener's thread --------------------------------------------------

    def _hear(self, tags: frozenset[str]) -> None:
        if tags & WORDED:
            words.forget()
        self._also(tags)
        with self._lock:
            self._heard += 1
            if len(self._last) > MOST_REMEMBERED:
                self._last.clear()
                self._floor = self._heard
            for tag in tags:
                self._last[tag] = self._heard
                for key in list(self._keys_of.get(tag, ())):
                    self._drop(key)

    def _forget_all(self) -> None:
        words.forget()
        self._also(None)
        with self._lock:
            self._heard += 1
            self._floor = self._heard
            self._last.clear()
            self._pages.clear()
            self._keys_of.clear()
            self._silent.clear()
            self._size = 0

    def _is_listening(self) -> bool:
        if self._listener is None:
            # Not before the first request: importing the entry must not open connections.
            self._listener = self._listen(self._hear, self._forget_all)
        return self._listener.is_live

    def close(self) -> None:
        """Stop listening and forget everything (tests)."""
        if self._listener is not None:
            self._listener.stop()
        self._forget_all()


def make_page(response: Response) -> Page:
    """Prepare every way in which a page may be sent."""
    found = dict(response.headers)
    zipped = gzip.compress(response.body, 6, mtime=0) if len(response.body) >= SMALLEST_GZIP else b""
    if len(zipped) >= len(response.body):
        zipped = b""
    mark = hashlib.sha256(response.body).hexdigest()[:24]
    etag = f'"{mark}"'.encode()
    etag_gzip = f'"{mark}-gzip"'.encode() if zipped else etag
    headers = [(name, value) for name, value in response.headers if name not in REPLACED]
    headers += [(b"cache-control", b"no-cache"), (b"vary", b"Accept-Encoding, Cookie")]
    if settings.SECURE_HSTS_SECONDS and b"strict-transport-security" not in found:
        # The first request may have come from inside, past the proxy that speaks https.
        headers.append((b"strict-transport-security", f"max-age={settings.SECURE_HSTS_SECONDS}".encode()))
    plain = [*headers, (b"etag", etag), (b"content-length", str(len(response.body)).encode())]
    packed = plain
    if zipped:
        packed = [
            *headers,
            (b"etag", etag_gzip),
            (b"content-encoding", b"gzip"),
            (b"content-length", str(len(zipped)).encode()),
        ]
    tags = frozenset(found[TAGS.lower().encode()].decode().split())
    left = float(found.get(UNTIL.lower().encode(), b"0")) - clock.now().timestamp()
    return Page(
        tags=tags,
        deadline=time.monotonic() + left,
        size=len(response.body) + len(zipped) + OVERHEAD,
        etag=etag,
        etag_gzip=etag_gzip,
        modified=found.get(b"last-modified"),
        plain=(_start(200, plain), {"type": "http.response.body", "body": response.body}),
        plain_head=(_start(200, plain), NOTHING),
        gzip=(_start(200, packed), {"type": "http.response.body", "body": zipped or response.body}),
        gzip_head=(_start(200, packed), NOTHING),
        unchanged=(_start(304, [pair for pair in plain if pair[0] in NOT_MODIFIED]), NOTHING),
        unchanged_gzip=(_start(304, [pair for pair in packed if pair[0] in NOT_MODIFIED]), NOTHING),
    )


def _start(status: int, headers: Headers) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}


def _is_keepable(response: Response) -> bool:
    names = {name for name, _value in response.headers}
    return response.status == 200 and names >= OURS and b"set-cookie" not in names


def _chosen(
    page: Page, method: str, encoding: bytes | None, match: bytes | None, since: bytes | None
) -> Answer | None:
    """Return the page as this reader asked for it; None when reading was not what was asked."""
    if method != "GET" and method != "HEAD":
        return None
    zipped = encoding is not None and b"gzip" in encoding and not REFUSES_GZIP.search(encoding)
    if _has_it(page, match, since):
        return page.unchanged_gzip if zipped else page.unchanged
    if method == "HEAD":
        return page.gzip_head if zipped else page.plain_head
    return page.gzip if zipped else page.plain


def _has_it(page: Page, match: bytes | None, since: bytes | None) -> bool:
    """Say whether a reader has this page; both encodings carry the same text, so either will do."""
    if match is None:
        return since is not None and since == page.modified
    if match in (page.etag, page.etag_gzip, b"*"):
        return True
    tags = {tag.strip().removeprefix(b"W/") for tag in match.split(b",")}
    return page.etag in tags or page.etag_gzip in tags


def _answer(page: Page, scope: Scope) -> Answer | None:
    encoding, match = _header(scope, b"accept-encoding"), _header(scope, b"if-none-match")
    return _chosen(page, scope["method"], encoding, match, None)


def _as_answer(response: Response, method: str) -> Answer:
    headers = [(name, value) for name, value in response.headers if name not in OURS]
    body = NOTHING if method == "HEAD" else {"type": "http.response.body", "body": response.body}
    return _start(response.status, headers), body


def _without_our_headers(send: Send) -> Send:
    async def passed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(name, value) for name, value in message["headers"] if name not in OURS]
            message = {**message, "headers": headers}
        await send(message)

    return passed


def _header(scope: Scope, wanted: bytes) -> bytes | None:
    found = [value for name, value in scope["headers"] if name == wanted]
    return b"; ".join(found) if found else None
