"""The addresses of our accounts and texts as others see them, and what an address of ours stands for."""

import re
from unicodedata import normalize
from urllib.parse import quote, urlsplit

from django.conf import settings

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
HALL = "hall.actor"
# A host as machines write it, with a port that is not the usual one: nobody is to have a second name.
HOST = re.compile(
    r"(?:\[[0-9a-f:.]+\]|[a-z0-9_\-]{1,63}(?:\.[a-z0-9_\-]{1,63})*)(?::[1-9]\d{0,4})?", re.ASCII
)
USUAL = {"http": 80, "https": 443}
HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9_.\-]{0,58}[a-z0-9])?")


def base() -> str:
    """Return the beginning of every address of ours."""
    return str(settings.PUBLIC_URL).rstrip("/")


def domain() -> str:
    """Return what stands behind the @ of our accounts."""
    return urlsplit(base()).netloc


def host_of(uri: str) -> str:
    """Return the host (and port) of an address, in small letters; "" when it is no address of the web.

    One host has one name only: by a port, a dot or letters that make no difference whoever is shut out would come back.
    """
    try:
        parts = urlsplit(uri)
        is_usual = parts.port == USUAL.get(parts.scheme, parts.port)
    except ValueError:
        return ""
    found = parts.netloc.lower()
    is_host = HOST.fullmatch(found) is not None and len(found) <= 255 and uri.isprintable()
    return found if is_host and parts.scheme in USUAL and not (is_usual and parts.port) else ""


def host_typed(typed: str) -> str:
    """Return a host that somebody typed as machines write it, also one with a Chinese name; "" when it is none."""
    name, colon, port = normalize("NFKC", typed).replace("。", ".").partition(":")
    try:
        found = f"{name.encode('idna').decode()}{colon}{port}"
    except UnicodeError:
        return ""
    return host_of(f"https://{found}/") if "/" not in found else ""


def is_ours(uri: str) -> bool:
    """Say whether an address is one of this hall."""
    return uri.startswith(f"{base()}/")


def actor(handle: str, part: str = "") -> str:
    """Return the address of an account of ours, or of a part of it ("inbox", "outbox", "followers", "following")."""
    own = f"{base()}/ap/hall" if handle == HALL else f"{base()}/ap/u/{quote(handle)}"
    return f"{own}/{part}" if part else own


def shared_inbox() -> str:
    """Return the one inbox of all our accounts."""
    return f"{base()}/ap/inbox"


def key_id(handle: str, number: int) -> str:
    """Return the address of an account's key: another one for each key, so that nobody takes an old one for it."""
    return f"{actor(handle)}#main-key" + (f"-{number}" if number > 1 else "")


def note(public_id: str) -> str:
    """Return the address of a text of ours."""
    return f"{base()}/ap/n/{public_id}"


def handle_in(uri: str) -> str:
    """Return which account of ours an address names; "" for none."""
    found = re.fullmatch(re.escape(f"{base()}/ap/u/") + r"([^/#?]+)", uri)
    if found:
        return found[1]
    return HALL if uri == actor(HALL) else ""


def note_in(uri: str) -> str:
    """Return which text of ours an address names; "" for none."""
    found = re.fullmatch(re.escape(f"{base()}/ap/n/") + r"([a-z0-9]{6,12})(?:#.*|/activity)?", uri)
    return found[1] if found else ""
