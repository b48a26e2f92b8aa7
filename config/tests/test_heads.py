"""When a day is sealed, the head in the foot of pages kept in memory changes in every process."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import Client

from weiting import audit
from weiting.audit import tasks
from weiting.hall.store import PageStore
from weiting.hall.tests import make
from weiting.hall.tests.test_store import ask

SOON = 20.0


class Hall:
    """Stands for the pages' application: asks the real views, and counts how often."""

    made = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.made += 1
        status, headers, body = await sync_to_async(self._page, thread_sensitive=False)(scope["path"])
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    @staticmethod
    def _page(path: str) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        try:
            answer = Client().get(path)
            headers = [(name.lower().encode(), value.encode()) for name, value in answer.items()]
            return answer.status_code, headers, answer.content
        finally:
            connections.close_all()


def keeps(store: PageStore, *, nothing: bool = False) -> bool:
    """Say whether a store keeps pages, or nothing any more."""
    return bool(store._pages) != nothing


async def until(met: Callable[[], bool]) -> None:
    """Wait for something that another thread does."""
    end = time.monotonic() + SOON
    while not met():
        assert time.monotonic() < end, "it did not come in time"
        await asyncio.sleep(0.02)


async def _story(stores: list[PageStore], halls: list[Hall], freeze: Any) -> None:
    for store in stores:
        await ask(store, "/")
        await until(store._is_listening)
        old = await ask(store, "/")
        assert old.status == 200
        await until(partial(keeps, store))
    before = [hall.made for hall in halls]
    for store in stores:
        await ask(store, "/")
    assert [hall.made for hall in halls] == before, "the page was not kept, so nothing would be proven"
    freeze("2026-11-22 00:00:00")
    await sync_to_async(_seal, thread_sensitive=False)()
    for store in stores:
        await until(partial(keeps, store, nothing=True))
        assert (await asyncio.to_thread(_head)).encode() in (await ask(store, "/")).body


def _seal() -> None:
    try:
        tasks.seal()
    finally:
        connections.close_all()


def _head() -> str:
    try:
        return audit.head_today()
    finally:
        connections.close_all()


@pytest.mark.slow
def test_the_foot_of_kept_pages_changes_in_every_process(transactional_db: None, freeze: Any) -> None:
    make.scene(freeze)
    freeze("2026-11-21 23:59:30")
    halls = [Hall(), Hall()]
    stores = [PageStore(hall) for hall in halls]
    try:
        with ThreadPoolExecutor(1) as aside:
            aside.submit(asyncio.run, _story(stores, halls, freeze)).result()
    finally:
        for store in stores:
            store.close()
