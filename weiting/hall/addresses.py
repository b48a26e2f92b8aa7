"""What names a page in the store: its address, the parameters that matter, and the look its reader chose."""

from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override

from weiting.hall.frame import PARAMETERS
from weiting.ui import look

# Most pages are named by their path alone; making a tuple for each request would be the dearest part of it.
Key = str | tuple[str, str, str]

LONGEST_ADDRESS = 1024
# What somebody typed is asked once; its answer would push out pages that many read, and knows no tags.
TYPED = "q"
LOOKS = {str(look.Look(elder, contrast)) for elder in (False, True) for contrast in (False, True)}


def key_of(path: str, query: bytes, cookie: bytes | None) -> Key | None:
    """Return the name of the page asked for; None when what one is shown may depend on who one is."""
    chosen = "" if cookie is None else _look(cookie)
    if chosen is None or len(path) + len(query) > LONGEST_ADDRESS:
        return None
    kept = _kept_query(query) if query else ""
    if kept is None:
        return None
    return (path, kept, chosen) if kept or chosen else path


def _look(cookie: bytes) -> str | None:
    """Return the look a reader chose; None for somebody signed in or with a message waiting."""
    chosen = ""
    for part in cookie.decode("latin1").split(";"):
        name, _equals, value = part.partition("=")
        name = name.strip()
        if name == look.COOKIE:
            value = value.strip()
            chosen = value if value in LOOKS else str(look.Look.read(value))
        elif name == settings.SESSION_COOKIE_NAME or name == "messages":
            return None
    return chosen


@lru_cache(maxsize=4096)
def _kept_query(query: bytes) -> str | None:
    """Return what names the page, in one order, without what other sites append; None when it is not kept."""
    try:
        pairs = parse_qsl(query.decode("ascii"), max_num_fields=50, errors="strict")
    except ValueError:
        return None
    given: dict[str, str] = {}
    for name, value in pairs:
        given.setdefault(name, value)
    if TYPED in given:
        return None
    return urlencode([(name, given[name]) for name in PARAMETERS if name in given])


def is_hall(path: str) -> bool:
    """Say whether an address is one of the hall's."""
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            return resolve(path).app_name == "hall"
        except Resolver404:
            return False
