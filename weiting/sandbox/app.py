"""The server of the fake channels: calls, faults, switches, and a page that shows what followers would see."""

import asyncio
import hmac
import json
import re
import time
from collections.abc import Awaitable, Callable
from email.parser import BytesParser
from email.policy import HTTP
from hashlib import sha256
from html import escape
from typing import Any
from urllib.parse import parse_qsl

from weiting.sandbox import wechat, weibo
from weiting.sandbox.state import Channel

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
SECRET = "sandbox"  # noqa: S105 - the fake receivers' own, known to everybody
WECHAT = wechat.WeChat("wechat")
CHANNELS = {"weibo": Channel("weibo"), "wechat": WECHAT, "webhook": Channel("webhook")}
# Where a platform writes the code of what went wrong.
CODED = {"weibo": (400, "error_code", "error"), "wechat": (200, "errcode", "errmsg")}
FAULTS = ("delay", "drop", "slow_rate", "error", "error_after", "too_many", "publish_status")
_STAMP = re.compile(r"t=(\d+),sha256=([0-9a-f]{64})")


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
    elif path.startswith("/_"):
        status, found = _switch(scope["method"], path, body)
        await _answer(send, status, json.dumps(found).encode(), "application/json")
    elif path == "/":
        await _answer(send, 200, _page().encode(), "text/html; charset=utf-8")
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
    status, found = _reply(channel, scope, path, body)
    if acts and status == 200 and happens(faults.drop):
        # A promise of bytes that never come: the line breaks under the answer.
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4096")]})
        await send({"type": "http.response.body", "body": b'{"id"'})
        return
    if acts and status == 200 and happens(faults.error_after):
        status, found = 502, {}
    await _answer(send, status, json.dumps(found).encode(), "application/json")


def _reply(channel: Channel, scope: Scope, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if channel.name == "webhook":
        return _receive(channel, path, body, headers)
    code = next((each for ending, each in channel.codes.items() if path.endswith(ending)), 0)
    if code:
        status, name, words = CODED[channel.name]
        return status, {name: code, words: "as it was switched on"}
    if channel.name == "wechat":
        files = _form(scope, body, headers)[1] if "multipart/" in headers.get("content-type", "") else 0
        return wechat.answer(WECHAT, path, scope["query_string"], body, files, time.time())
    given, pictures = _form(scope, body, headers)
    return weibo.answer(channel, scope["method"], path, given, pictures, time.time())


def _form(scope: Scope, body: bytes, headers: dict[str, str]) -> tuple[dict[str, str], int]:
    if scope["method"] == "GET":
        return dict(parse_qsl(scope["query_string"].decode())), 0
    kind = headers.get("content-type", "")
    if not kind.startswith("multipart/"):
        return dict(parse_qsl(body.decode("utf-8", "replace"))), 0
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    given, pictures = {}, 0
    for part in message.iter_parts():
        name = str(part.get_param("name", "", header="content-disposition"))
        if part.get_filename():
            pictures += 1
        else:
            # Bytes, not content: a form's field names no character set, and is UTF-8 all the same.
            given[name] = bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")
    return given, pictures


def _receive(channel: Channel, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Check a call as docs/reference/channels/webhook.md says a receiver should, and take each key once."""
    found = _STAMP.fullmatch(headers.get("weiting-signature", ""))
    if found is None or abs(time.time() - int(found[1])) > 300:
        return 401, {"error": "no signature, or of another time"}
    wanted = hmac.new(SECRET.encode(), found[1].encode() + b"." + body, sha256).hexdigest()
    if not hmac.compare_digest(wanted, found[2]):
        return 401, {"error": "the signature does not fit"}
    said = json.loads(body)
    account, key = path.strip("/"), str(said.get("key"))
    known = next((each for each in channel.of(account) if each.key == key), None)
    if known is None:
        text = str(said.get("text") or said.get("of") or "")
        known = channel.say(account, text, time.time(), key=key, event=str(said.get("event")))
    return 200, {"id": str(known.id)}


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
        channel.expired = {str(each) for each in said.get("expired", ())}
        if channel is WECHAT:
            # A new one is given to whoever asks, unless the account is locked out.
            WECHAT.tokens.clear()
    elif path == "/_codes":
        channel.codes = {str(ending): int(code) for ending, code in said.get("codes", {}).items()}
    elif path == "/_publish" and channel is WECHAT:
        WECHAT.end(int(said.get("status", 0)), time.time())
    elif path == "/_forget":
        channel.forget()


async def _answer(
    send: Send, status: int, body: bytes, mime: str, more: list[tuple[bytes, bytes]] | None = None
) -> None:
    headers = [(b"content-type", mime.encode()), (b"content-length", b"%d" % len(body)), *(more or [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _switched(channel: Channel) -> list[tuple[str, float]]:
    """List the faults that are on, and the codes that paths are answered with."""
    on = [(name, getattr(channel.faults, name)) for name in FAULTS if getattr(channel.faults, name)]
    return on + list(channel.codes.items())


def _page() -> str:
    rows = []
    for channel in CHANNELS.values():
        channel.tick(time.time())
        newest = sorted(channel.said, key=lambda each: -each.at)[:100]
        items = "".join(
            f"<li><b>{escape(each.account)}</b> <span>{each.event}</span><p>{escape(each.text)}</p></li>"
            for each in newest
        )
        wrong = ", ".join(f"{name} {value:g}" for name, value in _switched(channel))
        rows.append(
            f"<section><h2>{channel.name} ({len(channel.said)})</h2>"
            f"<p>{escape(wrong) or 'Nothing goes wrong.'}</p><ul>{items}</ul></section>"
        )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>Sandbox</title><h1>What followers would see</h1>" + "".join(rows) + "</html>"
    )
