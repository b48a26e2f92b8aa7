"""What others sent, made harmless: JSON that is neither huge nor deep, HTML without anything that acts."""

import json
import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import nh3

MOST_BYTES = 256 * 2**10
MOST_DEEP = 20
MOST_TEXT = 20_000
TAGS = {
    "p",
    "br",
    "a",
    "span",
    "strong",
    "b",
    "em",
    "i",
    "u",
    "del",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
}
# A text that does not end reaches to the end: otherwise each quote in it would be looked at from anew.
BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)


class Unreadable(Exception):
    """It is not what it should be; `status` is answered."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def loaded(body: bytes) -> dict[str, Any]:
    """Return a JSON object; raise Unreadable for what is none, too large or too deep."""
    if len(body) > MOST_BYTES:
        raise Unreadable(413, "large")
    deep = 0
    for each in BRACKETS.finditer(body):
        sign = each[0][:1]
        deep += (sign in b"[{") - (sign in b"]}")
        if deep > MOST_DEEP:
            raise Unreadable(400, "deep")
    try:
        found = json.loads(body)
        # Half of a pair of surrogates is no letter: nothing can keep it.
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Unreadable(400, "no_json") from None
    if not isinstance(found, dict):
        raise Unreadable(400, "no_json")
    return found


def uri_of(value: Any) -> str:
    """Return the address of something given as an address or as an object with one; "" when it is neither."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("id", "")
    return value if isinstance(value, str) and len(value) <= 500 and "\x00" not in value else ""


def uris(value: Any, most: int = 200) -> list[str]:
    """Return the addresses of a list, or of one thing that stands for a list."""
    rows = value if isinstance(value, list) else [value]
    return [found for each in rows[:most] if (found := uri_of(each))]


def kind_of(value: dict[str, Any]) -> str:
    """Return the type of an object; of several the first."""
    found = value.get("type", "")
    found = found[0] if isinstance(found, list) and found else found
    return found if isinstance(found, str) else ""


def clean(html: Any) -> str:
    """Return HTML with words, links and lists only."""
    text = html[:MOST_TEXT].replace("\x00", "") if isinstance(html, str) else ""
    return nh3.clean(
        text, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel="noopener nofollow ugc"
    ).strip()  # fmt: skip


def plain(html: str) -> str:
    """Return the words of cleaned HTML."""
    broken = re.sub(r"<br\s*/?>|</(?:p|li|blockquote|pre)>", "\n", html)
    return unescape(nh3.clean(broken, tags=set())).strip()


def moment(value: Any) -> datetime | None:
    """Return a time as written in JSON, None when it is none."""
    try:
        found = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        return None
    if not 1990 <= found.year <= 2200:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
