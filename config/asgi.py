"""The web process's entry, with its doors: static and media files, live streams, pages from memory, and
everything else.

Django's middlewares are synchronous; run natively under ASGI each of them would hop between threads, at more
than half the speed lost. So everything but live streams goes through a pool of threads, and only `/live/` is
asynchronous.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from a2wsgi import WSGIMiddleware
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

from config import env as environment, processes
from config.static import StaticDoor
from config.warm import warm
from weiting.media.serving import MediaDoor

if TYPE_CHECKING:
    from weiting.hall.store import PageStore

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LIVE = "/live/"
HEALTH = "/healthz"


def _page_store(pages: App) -> "PageStore":
    # Its modules need Django to be ready, which making the pages' application has seen to.
    hears = import_module("config.context").hears
    store: PageStore = import_module("weiting.hall.store").PageStore(pages, also=hears)
    return store


def _cleaned(scope: Scope) -> Scope:
    """Drop what a visitor may send and a gateway would misread."""
    query = scope.get("query_string", b"")
    return {
        **scope,
        # “X_Forwarded_For” would arrive in Django as X-Forwarded-For, past the proxy that sets the real one.
        "headers": [(name, value) for name, value in scope["headers"] if b"_" not in name],
        "query_string": query if query.isascii() else quote(query, safe="%=&+;/?:@!$'()*,").encode(),
    }


def _as_coroutine(receive: Receive) -> Receive:
    """Wrap granian's own awaitable: asyncio's bridge from threads, by which bodies are read, takes coroutines
    only.
    """

    async def receive_once() -> MutableMapping[str, Any]:
        return await receive()

    return receive_once


async def _healthy(send: Send) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok\n"})


class Entry:
    """Sends each request to its door."""

    def __init__(self) -> None:
        threads = environment.current().web_threads
        self.live = cast(App, get_asgi_application())
        self.pages = _page_store(
            cast(App, WSGIMiddleware(cast(Any, get_wsgi_application()), workers=threads))
        )
        self.static = StaticDoor()
        self.media = MediaDoor()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            # The beginning of this worker's life: from here on it answers to signals. Should its parent be killed it
            # must not go on holding the port; what it is answering it may end.
            processes.die_with_parent()
            await self.pages(scope, receive, send)
            return
        # Most requests are for pages in memory: nothing may be done for them that is not needed.
        kept = self.pages.find(scope)
        if kept is not None:
            await send(kept[0])
            await send(kept[1])
            return
        path = scope["path"]
        if await self.static.answer(scope, send) or await self.media.answer(scope, send):
            return
        if path == HEALTH:
            await _healthy(send)
        elif path.startswith(LIVE):
            await self.live(_cleaned(scope), receive, send)
        else:
            await self.pages(_cleaned(scope), _as_coroutine(receive), send)


environment.name_settings_module()
app = Entry()
warm()
