"""HTTP as adapters need it: bounded, and its failures told apart by whether the other side may have acted."""

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from json import loads
from typing import Any, Self

import httpx2

from weiting.channels.ports import Action, InDoubt, Refused, TryLater
from weiting.core import clock

CONNECT, ANSWER = 5.0, 15.0
# The whole of an answer; shorter than any lease on what is called.
LONGEST_ANSWER = 60.0
# What a channel may answer at the most; more is cut off and counts as no answer.
MOST_BYTES = 2 * 2**20
HEADERS = {
    "User-Agent": "Weiting/1 (government publishing hall)",
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate",
}
UNREACHABLE, BUSY, LONGEST = 30.0, 60.0, 3600.0
# No table keeps a zero byte or half of a pair of surrogates: what a channel says must not upset what is written of it.
UNSTORABLE, ESCAPED = re.compile("[\x00\ud800-\udfff]"), re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


@cache
def _tls() -> ssl.SSLContext:
    """Return what connections are checked with: read once, for it takes longer than a call."""
    return httpx2.create_ssl_context(trust_env=False)


@dataclass(frozen=True)
class Reply:
    """What the other side answered."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    def json(self) -> Any:
        """Return the body read as JSON, or an empty mapping when it is none; every text in it can be kept."""
        try:
            found = loads(self.body)
            return _storable(found) if ESCAPED.search(self.body) else found
        except (ValueError, RecursionError):
            # No JSON, no text, or a number longer than any number is.
            return {}

    def text(self) -> str:
        """Return the body as text that can be kept, of whatever bytes it is."""
        return storable(self.body.decode("utf-8", "replace"))


def storable(text: str) -> str:
    """Return a text as tables can keep it."""
    return UNSTORABLE.sub("\ufffd", text)


def _storable(found: Any) -> Any:
    if isinstance(found, str):
        return storable(found)
    if isinstance(found, dict):
        return {_storable(name): _storable(each) for name, each in found.items()}
    return [_storable(each) for each in found] if isinstance(found, list) else found


class Wire:
    """A client for one or many accounts; safe to share among threads. Closed by leaving its block.

    `allow_private` opens addresses inside the own network: only for a sandbox or where the operator says so.
    `by_thread` gives each thread connections of its own: many threads at one quick channel then do not wait for each
    other. `answer` seconds may pass without a word, `whole` until an answer has ended.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        answer: float = ANSWER,
        connections: int = 64,
        by_thread: bool = False,
        whole: float = LONGEST_ANSWER,
    ) -> None:
        bounds = Bounds(allow_private, whole)
        # No client about it: redirects, cookies, proxies and the like are what a call here must not have, and leaving
        # them out makes it a fifth quicker.
        self._transport = ByThread(bounds) if by_thread else _transport(connections, bounds)
        self._within = {"timeout": httpx2.Timeout(answer, connect=CONNECT, pool=CONNECT).as_dict()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()

    def call(
        self,
        method: str,
        url: str,
        *,
        acts: bool,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        json: Any = None,
        content: bytes | None = None,
        files: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Make one call and return the answer, whatever its status below 500 but 429.

        `acts` says that the call changes something on the other side. Raises TryLater when nothing can have
        happened there, InDoubt when something may have, Refused for an address that may not be called and for what
        cannot stand in a header.
        """
        _check(headers or {})
        try:
            sent = httpx2.Headers(HEADERS)
            sent.update(headers)
            request = httpx2.Request(
                method,
                url,
                params=params,
                data=data,
                json=json,
                content=content,
                files=files,
                headers=sent,
                extensions=self._within,
            )
            with closing(self._transport.handle_request(request)) as answer:
                reply = Reply(answer.status_code, _read(answer), answer.headers)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise TryLater(UNREACHABLE, _said(error), whole_account=True) from error
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            raise Refused("bad_address", Action.SETTINGS, _said(error)) from error
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            if acts:
                raise InDoubt(_said(error)) from error
            raise TryLater(UNREACHABLE, _said(error)) from error
        return _judge(reply, acts)


def _check(headers: Mapping[str, str]) -> None:
    """Raise Refused for what cannot stand in a header; never with the value, which may be a secret."""
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            raise Refused("bad_header", Action.SETTINGS, name)


def _judge(reply: Reply, acts: bool) -> Reply:
    if reply.status == httpx2.codes.TOO_MANY_REQUESTS:
        raise TryLater(_retry_after(reply), "429", whole_account=True)
    if reply.status == httpx2.codes.SERVICE_UNAVAILABLE:
        raise TryLater(_retry_after(reply), "503")
    if reply.status >= httpx2.codes.INTERNAL_SERVER_ERROR:
        if acts:
            raise InDoubt(str(reply.status))
        raise TryLater(BUSY, str(reply.status))
    return reply


def _read(answer: httpx2.Response) -> bytes:
    found = bytearray()
    for piece in answer.iter_bytes():
        found += piece
        if len(found) > MOST_BYTES:
            raise httpx2.RemoteProtocolError("the answer is too large")
    return bytes(found)


def _retry_after(reply: Reply) -> float:
    said = reply.headers.get("Retry-After", "")
    if said.isascii() and said.isdigit():
        return min(float(said[:6]), LONGEST)
    try:
        until = parsedate_to_datetime(said) if said else _reset(reply)
        wait = (until - clock.now()).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return BUSY
    return min(max(wait, 1.0), LONGEST)


def _reset(reply: Reply) -> datetime:
    """When a used-up limit begins anew, where the answer says it so; raise ValueError or TypeError where not."""
    return datetime.fromisoformat(reply.headers.get("X-RateLimit-Reset", ""))


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200]


@dataclass(frozen=True)
class Bounds:
    """What holds for every line to others: whether it may lead into the own network, how long an answer may take."""

    allow_private: bool
    whole: float


def _transport(connections: int, bounds: Bounds) -> httpx2.HTTPTransport:
    limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
    made = httpx2.HTTPTransport(verify=_tls(), retries=0, limits=limits)
    # The library has no other door to how lines are opened.
    made._pool._network_backend = Lines(made._pool._network_backend, bounds)  # type: ignore[assignment]
    return made


class ByThread(httpx2.BaseTransport):
    """Keeps a few connections for each thread that calls."""

    MOST = 4

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._own = threading.local()
        self._all: list[httpx2.HTTPTransport] = []
        self._lock = threading.Lock()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request over the thread's own connections."""
        found: httpx2.HTTPTransport | None = getattr(self._own, "transport", None)
        if found is None:
            found = self._own.transport = _transport(self.MOST, self._bounds)
            with self._lock:
                self._all.append(found)
        return found.handle_request(request)

    def close(self) -> None:
        """Close every connection of every thread."""
        with self._lock:
            for each in self._all:
                each.close()
            self._all.clear()


class Lines:
    """Opens the lines of calls: to public addresses only, and to the very address that was checked.

    A name is looked up once and the line opened to what was found: a second look-up could answer otherwise. The line
    is kept under the name, so that what is meant for one name never goes over the line of another.
    """

    def __init__(self, inner: Any, bounds: Bounds) -> None:
        self._inner, self._bounds = inner, bounds

    def connect_tcp(self, host: str, port: int, *given: Any, **named: Any) -> "Line":
        """Open a line; raise UnsupportedProtocol where an address is not public, ConnectError where there is none."""
        address = host if self._bounds.allow_private else public_address(host, port)
        return Line(self._inner.connect_tcp(address, port, *given, **named), self._bounds.whole)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class Line:
    """A line whose answers have to be whole in time, from the first byte of the head: one that is given a byte now and
    then would hold us for ever."""

    def __init__(self, inner: Any, whole: float) -> None:
        self._inner, self._whole = inner, whole
        self._until: float | None = None
        # Asked before every call whether the other side has hung up.
        self.get_extra_info = inner.get_extra_info

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read on; raise ReadTimeout when the answer takes too long."""
        now = time.monotonic()
        if self._until is None:
            self._until = now + self._whole
        left = self._until - now
        if left <= 0:
            raise httpx2.ReadTimeout("the answer takes too long")
        read: bytes = self._inner.read(max_bytes, left if timeout is None else min(timeout, left))
        return read

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write; what is read after it is a new answer."""
        self._until = None
        self._inner.write(buffer, timeout)

    def start_tls(self, *given: Any, **named: Any) -> "Line":
        """Go on under TLS."""
        return Line(self._inner.start_tls(*given, **named), self._whole)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def public_address(host: str, port: int) -> str:
    """Return a public address of a host; raise UnsupportedProtocol when it has another, ConnectError when none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpx2.ConnectError(f"{host} is not found") from error
    addresses = [str(row[4][0]) for row in found]
    if not addresses or not is_public(addresses):
        raise httpx2.UnsupportedProtocol(f"{host} lies inside a network that is not to be called from here")
    return addresses[0]


# Of the second version of the internet's addresses: those that a gateway turns into one of the first.
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(addresses: Iterable[str]) -> bool:
    """Say whether every one of these addresses is out in the open net."""
    for each in addresses:
        found = ipaddress.ip_address(each.partition("%")[0])
        if isinstance(found, ipaddress.IPv6Address):
            if found in TRANSLATED:
                found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
            elif found.ipv4_mapped is None and (found.is_reserved or found.is_site_local):
                return False
            else:
                found = found.ipv4_mapped or found.sixtofour or found
        if not found.is_global or found.is_multicast:
            return False
    return True
