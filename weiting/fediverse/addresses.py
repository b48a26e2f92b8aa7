"""The addresses of our accounts and texts as others see them, and what an address of ours stands for."""

import re
from urllib.parse import quote, urlsplit

from django.conf import settings

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
HALL = "hall.actor"
HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9_.\-]{0,58}[a-z0-9])?")


def base() -> str:
    """Return the beginning of every address of ours."""
    return str(settings.PUBLIC_URL).rstrip("/")


def domain() -> str:
    """Return what stands behind the @ of our accounts."""
    return urlsplit(base()).netloc


def host_of(uri: str) -> str:
    """Return the host (and port) of an address, in small letters; "" when it is no address of the web."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    is_host = parts.netloc.isprintable() and not set("@ \\") & set(parts.netloc)
    return parts.netloc.lower() if parts.scheme in {"http", "https"} and is_host else ""


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
