"""The server of the fake channels: calls, faults, switches, and a page that shows what followers would see."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from weiting.sandbox import page
from weiting.sandbox.fediverse import Fediverse
from weiting.sandbox.mail import Mailbox
from weiting.sandbox.mastodon import Mastodon
from weiting.sandbox.state import Call, Channel
from weiting.sandbox.webhook import Webhook
from weiting.sandbox.wechat import WeChat
from weiting.sandbox.weibo import Weibo

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
# The fakes; calls to /<name>/… are theirs.
CHANNELS: dict[str, Channel] = {
    each.name: each
    for each in (
        Weibo("weibo"),
        WeChat("wechat"),
        Webhook("webhook"),
        Mastodon("mastodon"),
        Mailbox("mail"),
        Fediverse("fediverse"),
    )
}
TAKEN = (200, 202)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one request."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _serve(scope, await _body(receive), send)


async def _lifespan(receive: Receive, send: Send) -> None:
    said = {"type": ""}
    while said["type"] != "lifespan.shutdown":
        said = await receive()
        for channel in CHANNELS.values():
            await (channel.start() if said["type"] == "lifespan.startup" else channel.stop())
        await send({"type": f"{said['type']}.complete"})


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        part = await receive()
        body += part.get("body", b"")
        more = bool(part.get("more_body"))
    return body


async def _serve(scope: Scope, body: bytes, send: Send) -> None:
    path = scope["path"]
    name = path.split("/")[1]
    if name in CHANNELS:
        await _channel(CHANNELS[name], scope, path[len(name) + 1 :], body, send)
    elif path.startswith("/.well-known/"):
        await _channel(CHANNELS["fediverse"], scope, path, body, send)
    elif path == "/_ui" and scope["method"] == "POST":
        back = page.switched(CHANNELS, body).encode()
        await _answer(send, 303, b"", "text/plain", [(b"location", back)])
    elif path.startswith("/_"):
        status, found = _switch(scope["method"], path, body)
        await _answer(send, status, json.dumps(found).encode(), "application/json")
    elif path == "/":
        html = page.shown(CHANNELS, scope["query_string"].decode())
        await _answer(send, 200, html.encode(), "text/html; charset=utf-8")
    else:
        await _answer(send, 404, b"not here", "text/plain")


async def _channel(channel: Channel, scope: Scope, path: str, body: bytes, send: Send) -> None:
    """Let a call go wrong as the faults say, before or after it was accepted."""
    faults = channel.faults
    channel.calls[path] += 1

    def happens(rate: float) -> bool:
        return path.endswith(faults.only) and channel.happens(rate)

    acts = scope["method"] == "POST"
    if faults.delay:
        await asyncio.sleep(faults.delay)
    if happens(faults.too_many):
        await _answer(send, 429, b"", "text/plain", [(b"retry-after", b"1")])
        return
    if happens(faults.error):
        await _answer(send, 500, b"", "text/plain")
        return
    if happens(faults.slow_rate):
        # Slow before it accepts: whoever gives up waiting may be wrong about what happens then.
        await asyncio.sleep(faults.slow)
    status, found, *more = _reply(channel, scope, path, body)
    if acts and status in TAKEN and happens(faults.drop):
        # A promise of bytes that never come: the line breaks under the answer.
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4096")]})
        await send({"type": "http.response.body", "body": b'{"id"'})
        return
    if acts and status in TAKEN and happens(faults.error_after):
        status, found = 502, {}
    headers = [(name.encode(), value.encode()) for each in more for name, value in each.items()]
    said = found if isinstance(found, bytes) else json.dumps(found).encode()
    mime = "text/html; charset=utf-8" if said.startswith(b"<!doctype") else "application/json"
    mime = next((value.decode() for name, value in headers if name == b"content-type"), mime)
    await _answer(send, status, said, mime, [each for each in headers if each[0] != b"content-type"])


def _reply(channel: Channel, scope: Scope, path: str, body: bytes) -> Any:
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
    code = next((each for ending, each in channel.codes.items() if path.endswith(ending)), 0)
    if code:
        status, name, words = channel.coded
        # Some platforms have no codes but the status.
        return status or code, {name: code, words: "as it was switched on"}
    query = scope["query_string"].decode()
    return channel.answer(Call(scope["method"], path, query, headers, body, time.time()))


def _switch(method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
    """Set faults and codes, expire or renew tokens, forget everything, or say what is there."""
    for channel in CHANNELS.values():
        channel.tick(time.time())
    if path == "/_state":
        return 200, {name: channel.as_dict() for name, channel in CHANNELS.items()}
    if method != "POST":
        return 405, {}
    said = json.loads(body or b"{}")
    chosen = [CHANNELS[said.pop("channel")]] if "channel" in said else list(CHANNELS.values())
    for channel in chosen:
        _set(channel, path, said)
    return 200, {"ok": True}


def _set(channel: Channel, path: str, said: dict[str, Any]) -> None:
    if path == "/_faults":
        channel.faults.set(said)
        channel.seed()
    elif path == "/_tokens":
        channel.expire({str(each) for each in said.get("expired", ())})
    elif path == "/_codes":
        channel.codes = {str(ending): int(code) for ending, code in said.get("codes", {}).items()}
    elif path == "/_forget":
        channel.forget()
    else:
        channel.switch(path.removeprefix("/_"), said, time.time())


async def _answer(
    send: Send, status: int, body: bytes, mime: str, more: list[tuple[bytes, bytes]] | None = None
) -> None:
    headers = [(b"content-type", mime.encode()), (b"content-length", b"%d" % len(body)), *(more or [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
