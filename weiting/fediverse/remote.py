"""Reads accounts and texts of other servers: signed as the hall, bounded, never from inside the own network."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from unicodedata import normalize
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from weiting.channels.kept import Kept
from weiting.channels.ports import ChannelError
from weiting.channels.wire import Reply, Wire
from weiting.core import clock
from weiting.core.errors import Invalid, Unavailable
from weiting.fediverse import addresses, keys, reading, signing
from weiting.fediverse.models import Actor

ACCEPT = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
# While somebody waits for our answer, others are asked for no longer than this.
ANSWER = 4.0
# So many questions at once: the other threads of the web process stay free for readers.
AT_ONCE = 2
FAILED_FOR = 60.0
MOST_REDIRECTS = 2

_asking = threading.BoundedSemaphore(AT_ONCE)
# Signs that take no room: copied along, and not meant.
UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff]")
# Which addresses just could not be read: whoever floods us with unknown names makes us ask once.
_failed = Kept(2000)


class Unknown(Exception):
    """It could not be read; `is_gone` when its server says that it is no more, `is_busy` when we had no time to ask."""

    def __init__(self, why: str, *, is_gone: bool = False, is_busy: bool = False) -> None:
        super().__init__(why)
        self.is_gone, self.is_busy = is_gone, is_busy


@dataclass(frozen=True)
class Account:
    """What is taken of somebody's actor document."""

    uri: str
    host: str
    handle: str
    inbox: str
    shared_inbox: str
    key_id: str
    public_key: str


@contextmanager
def calls() -> Iterator[Wire]:
    """Give a client for a few short questions; raise Unknown when too many are asked already."""
    if not _asking.acquire(timeout=1.0):
        raise Unknown("too many questions at once", is_busy=True)
    try:
        with Wire(allow_private=settings.CHANNELS_PRIVATE, answer=ANSWER, connections=2) as wire:
            yield wire
    finally:
        _asking.release()


def object_at(uri: str, wire: Wire, by: Actor) -> dict[str, Any]:
    """Read a JSON-LD object that stands at its own address; raise Unknown when it does not."""
    if _failed.get(uri):
        raise Unknown("it could not be read a moment ago")
    try:
        return _object_at(uri, wire, by)
    except Unknown as error:
        if not error.is_busy:
            _failed.keep("1", FAILED_FOR, uri)
        raise


def _object_at(uri: str, wire: Wire, by: Actor, *, is_again: bool = False) -> dict[str, Any]:
    # Only its own host may show it: one that leads elsewhere would lend its name to whoever is behind that.
    reply = _fetch(uri.partition("#")[0], wire, by, within=addresses.host_of(uri))
    kind = reply.headers.get("content-type", "")
    if reply.status in {404, 410}:
        raise Unknown(f"{uri} is gone", is_gone=True)
    if reply.status != 200 or not ("activity+json" in kind or "ld+json" in kind):
        raise Unknown(f"{uri} answers {reply.status} {kind}")
    try:
        found = reading.loaded(reply.body)
    except reading.Unreadable as error:
        raise Unknown(f"{uri} is {error.reason}") from None
    # Only its own host may say what an address is.
    said = reading.uri_of(found.get("id"))
    if not said or addresses.host_of(said) != addresses.host_of(uri):
        raise Unknown(f"{uri} calls itself {said or 'nothing'}")
    if said != uri.partition("#")[0]:
        # Anybody may lay a file down somewhere on a host: what an address is, is read there.
        if is_again:
            raise Unknown(f"{uri} calls itself {said}")
        return _object_at(said, wire, by, is_again=True)
    return found


def _fetch(url: str, wire: Wire, by: Actor | None, accept: str = ACCEPT, *, within: str = "") -> Reply:
    for _again in range(MOST_REDIRECTS + 1):
        may_be_plain = settings.CHANNELS_PRIVATE and url.startswith("http://")
        if not (url.startswith("https://") or may_be_plain) or not addresses.host_of(url):
            raise Unknown(f"{url[:100]} is no address that is read")
        if within and addresses.host_of(url) != within:
            raise Unknown(f"it leads from {within} to another host")
        headers = {"Accept": accept}
        if by is not None:
            number = addresses.key_id(by.handle, by.key_number)
            headers |= signing.sign("GET", url, number, keys.private_of(by), clock.now())
        try:
            reply = wire.call("GET", url, acts=False, headers=headers)
        except ChannelError as error:
            raise Unknown(str(error)) from error
        if reply.status not in {301, 302, 303, 307, 308}:
            return reply
        url = _led_to(url, reply.headers.get("location", ""))
    raise Unknown("it leads on and on")


def _led_to(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise Unknown("it leads nowhere") from None


def account_at(uri: str, wire: Wire, by: Actor) -> Account:
    """Read an account by its address or by that of its key; raise Unknown when it is not fit to be known."""
    found = object_at(uri, wire, by)
    key = found.get("publicKey")
    if isinstance(key, list):
        key = next((each for each in key if isinstance(each, dict)), None)
    if "publicKeyPem" in found and (owner := reading.uri_of(found.get("owner"))):
        # The key has a page of its own: who owns it says so there.
        if addresses.host_of(owner) != addresses.host_of(uri):
            raise Unknown("the key and its owner are of two hosts")
        return account_at(owner, wire, by)
    if not isinstance(key, dict):
        raise Unknown(f"{uri} has no key")
    return _account(found, key)


def _account(found: dict[str, Any], key: dict[str, Any]) -> Account:
    uri = reading.uri_of(found.get("id"))
    host = addresses.host_of(uri)
    endpoints = found.get("endpoints")
    shared = reading.uri_of(endpoints.get("sharedInbox")) if isinstance(endpoints, dict) else ""
    handle, written = found.get("preferredUsername", ""), key.get("publicKeyPem", "")
    # What nobody could read or keep is no name and no key.
    if not isinstance(handle, str) or not handle.isprintable():
        raise Unknown(f"{uri} has no name that can be read")
    if not isinstance(written, str) or "\x00" in written:
        raise Unknown(f"{uri} has no key")
    made = Account(
        uri, host, handle[:100], reading.uri_of(found.get("inbox")), shared, reading.uri_of(key.get("id")),
        written[:10_000],
    )  # fmt: skip
    # Nobody may have us deliver to, or believe the key of, another host.
    for each in (made.inbox, made.key_id, *([shared] if shared else [])):
        if addresses.host_of(each) != host:
            raise Unknown(f"{uri} names another host")
    if reading.uri_of(key.get("owner")) not in {"", uri}:
        raise Unknown(f"the key of {uri} is somebody else's")
    try:
        keys.public_from(made.public_key)
    except ValueError as error:
        raise Unknown(f"the key of {uri} cannot be used: {error}") from None
    return made


def find(address: str, wire: Wire, by: Actor) -> Account:
    """Return the account of "@handle@host"; raise Invalid for another form, Unavailable when it is not found."""
    typed = UNSEEN.sub("", normalize("NFKC", address)).strip()
    handle, _at, named = typed.removeprefix("@").rpartition("@")
    host = addresses.host_typed(named)
    if not handle or not host or not handle.isprintable() or set("@/") & set(handle):
        sentence = _("Write the account as in @name@server.example.")
        raise Invalid(sentence, fields={"address": [sentence]})
    url = f"{_scheme(host)}://{host}/.well-known/webfinger?resource={quote(f'acct:{handle}@{host}')}"
    try:
        reply = _fetch(url, wire, None, "application/jrd+json, application/json")
        link = _self_link(reply) if reply.status == 200 else ""
        if link:
            return account_at(link, wire, by)
    except (Unknown, reading.Unreadable) as error:
        raise Unavailable(
            _("%(address)s cannot be reached now (%(why)s). Try again later.")
            % {"address": address, "why": str(error)[:120]},
            code="not_reached",
        ) from error
    raise Unavailable(
        _("There is no account %(address)s there. Compare it with the address on its page.")
        % {"address": address},
        code="not_found",
    )


def _self_link(reply: Reply) -> str:
    links = reading.loaded(reply.body).get("links")
    for each in links if isinstance(links, list) else []:
        kind = str(each.get("type", "")) if isinstance(each, dict) else ""
        if kind and each.get("rel") == "self" and ("activity+json" in kind or "ld+json" in kind):
            return reading.uri_of(each.get("href"))
    return ""


def _scheme(host: str) -> str:
    """Return how a host is called: plainly only on the own machine, where the operator allows that."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        is_here = ip_address(name).is_loopback
    except ValueError:
        is_here = name == "localhost"
    return "http" if is_here and settings.CHANNELS_PRIVATE else "https"
