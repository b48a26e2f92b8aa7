"""What is answered for a stored file: status, headers and the stretch of bytes, the same behind every door."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from weiting.media import storage

BLOCK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
# A reader's own browser asks again after a day, a cache between us and many after five minutes: a file taken out of
# use must stop being shown. The name carries the hash of the bytes, so asking again costs nothing but the asking.
_KEPT = "public, max-age=86400, s-maxage=300"
# A stored file is data, whatever it holds: opened alone it may run and load nothing.
_POLICY = "default-src 'none'; media-src 'self'; img-src 'self'; sandbox"

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Answer:
    """What to send: nothing of the file when `start` equals `end`."""

    status: int
    headers: dict[str, str]
    path: Path
    start: int = 0
    end: int = 0
    body: bytes = b""

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes of the stretch."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            left = self.end - self.start
            while left and (block := file.read(min(BLOCK, left))):
                left -= len(block)
                yield block


def answer(relative: str, asked: Mapping[str, str]) -> Answer | None:
    """Return the answer for a stored file, given the request's headers in lower case; None if there is no such file."""
    path = storage.find(relative)
    if path is None:
        return _gone(relative)
    etag = f'"{path.name}"'
    headers = {
        "Content-Type": storage.TYPES.get(path.suffix[1:], "application/octet-stream"),
        "Content-Disposition": f'inline; filename="{path.name}"',
        "Content-Security-Policy": _POLICY,
        "Cache-Control": _KEPT,
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
    }
    if etag in asked.get("if-none-match", ""):
        return Answer(304, headers, path)
    size = path.stat().st_size
    # Names carry the hash of the bytes, so If-Range can only fail for another file.
    part = _part(asked.get("range", ""), size) if asked.get("if-range", etag) == etag else None
    if part is None:
        return Answer(200, {**headers, "Content-Length": str(size)}, path, 0, size)
    start, end = part
    if start >= end:
        return Answer(416, {**headers, "Content-Range": f"bytes */{size}", "Content-Length": "0"}, path)
    span = {"Content-Range": f"bytes {start}-{end - 1}/{size}", "Content-Length": str(end - start)}
    return Answer(206, {**headers, **span}, path, start, end)


def _gone(relative: str) -> Answer | None:
    """Say of a file that was taken out of use that it is gone, and have every cache forget it."""
    path = storage.find_put_away(relative)
    if path is None:
        return None
    body = _("Those who published this file have taken it out of use.").encode()
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Answer(410, headers, path, body=body)


def _part(header: str, size: int) -> tuple[int, int] | None:
    """Return the stretch a Range header asks for; None means all of it, also for several ranges."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, size) if last else size


class MediaDoor:
    """Answers requests for stored files on the event loop, so that a slow phone watching a film holds no thread."""

    async def answer(self, scope: MutableMapping[str, Any], send: Send) -> bool:
        """Answer if the path is that of a stored file; tell whether it was."""
        prefix = settings.MEDIA_URL
        if scope["method"] not in ("GET", "HEAD") or not scope["path"].startswith(prefix):
            return False
        asked = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        found = await asyncio.to_thread(answer, scope["path"].removeprefix(prefix), asked)
        if found is None:
            return False
        headers = [(name.lower().encode(), value.encode()) for name, value in found.headers.items()]
        await send({"type": "http.response.start", "status": found.status, "headers": headers})
        if scope["method"] == "GET" and found.end > found.start:
            await _send_stretch(found, send)
        await send({"type": "http.response.body", "body": found.body if scope["method"] == "GET" else b""})
        return True


async def _send_stretch(found: Answer, send: Send) -> None:
    file: BinaryIO = await asyncio.to_thread(found.path.open, "rb")
    try:
        file.seek(found.start)
        left = found.end - found.start
        while left and (block := await asyncio.to_thread(file.read, min(BLOCK, left))):
            left -= len(block)
            await send({"type": "http.response.body", "body": block, "more_body": True})
    finally:
        file.close()
