"""The menu of a WeChat account: the platform's shape made ours and back, what it may measure, what to look at twice.

Source: developers.weixin.qq.com (Creating_Custom-Defined_Menu, Querying_Custom_Menus).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from json import dumps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from weiting.channels.ports import Action, Refused

# What the platform takes: buttons, those below one, and bytes of names, of words and of addresses.
BUTTONS, BELOW, NAME_BYTES, NAME_BELOW_BYTES, WORD_BYTES, URL_BYTES = 3, 5, 16, 60, 128, 1024
LINK, ANSWER, HOLDS, KEPT = "link", "answer", "below", "kept"
# Where official pages stand besides this hall; an account's own articles are on the last.
OFFICIAL = ("gov.cn", "mp.weixin.qq.com")


@dataclass(frozen=True)
class Button:
    """One button; `at` is the address it opens or the word it stands for.

    `raw` is one of a kind that is not edited here (a mini program, a scan): it goes back as it came.
    """

    name: str
    kind: str = LINK
    at: str = ""
    below: tuple["Button", ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)


def buttons_of(shown: Sequence[Mapping[str, Any]]) -> list[Button]:
    """Return buttons as the platform describes them as ours."""
    return [_button_of(each) for each in shown]


def _button_of(said: Mapping[str, Any]) -> Button:
    name, below = str(said.get("name") or ""), said.get("sub_button")
    if isinstance(below, dict):
        # One of its two ways of asking puts them one deeper.
        below = below.get("list")
    if isinstance(below, list) and below:
        return Button(name, HOLDS, below=tuple(_button_of(each) for each in below if isinstance(each, dict)))
    if said.get("type") == "view":
        return Button(name, LINK, str(said.get("url") or ""))
    if said.get("type") == "click":
        return Button(name, ANSWER, str(said.get("key") or ""))
    return Button(name, KEPT, str(said.get("type") or ""), raw=dict(said))


def said_of(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    """Return buttons as `talking.put_menu` takes them."""
    return [_said(each) for each in buttons]


def _said(button: Button) -> dict[str, Any]:
    if button.kind == HOLDS:
        return {"name": button.name, "below": [_said(each) for each in button.below]}
    if button.kind == KEPT:
        return {"name": button.name, "raw": dict(button.raw)}
    return {"name": button.name, "url" if button.kind == LINK else "word": button.at}


def mark_of(buttons: Sequence[Button]) -> str:
    """Return a digest of a menu: what a form was made from, so that nobody writes over another."""
    return sha256(dumps(said_of(buttons), ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


def every(buttons: Sequence[Button]) -> Iterator[Button]:
    """Yield the buttons that lead somewhere, in order."""
    for each in buttons:
        yield from every(each.below) if each.below else (each,)


def is_official(url: str) -> bool:
    """Say whether an address is this hall's, or encrypted and a government's or one of WeChat's own articles."""
    hall = settings.PUBLIC_URL.rstrip("/")
    if url == hall or url.startswith((f"{hall}/", f"{hall}?")):
        return True
    try:
        said = urlsplit(url)
        host = (said.hostname or "").casefold()
    except ValueError:
        return False
    own = urlsplit(hall).hostname or ""
    return said.scheme == "https" and any(
        host == each or host.endswith(f".{each}") for each in (own, *OFFICIAL) if each
    )


def menu(buttons: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the menu as the platform takes it, from names with an address, a word to be answered, or names below.

    `[{"name": "办事", "url": "https://…"}, {"name": "查询", "below": [{"name": "停水", "word": "停水"}]}]`. Raises
    Refused with the platform's own code and what is wrong.
    """
    if not 1 <= len(buttons) <= BUTTONS:
        raise _wrong("40016", f"1–{BUTTONS}")
    return {"button": [_button(each, NAME_BYTES) for each in buttons]}


def _button(said: Mapping[str, Any], most: int) -> dict[str, Any]:
    name = str(said.get("name") or "").strip()
    if not name or len(name.encode()) > most:
        raise _wrong("40018", name)
    below = said.get("below")
    if below and most == NAME_BYTES:
        if len(below) > BELOW:
            raise _wrong("40023", name)
        return {"name": name, "sub_button": [_button(each, NAME_BELOW_BYTES) for each in below]}
    if raw := said.get("raw"):
        return {**raw, "name": name}
    url, word = str(said.get("url") or ""), str(said.get("word") or "")
    if url.startswith(("https://", "http://")):
        if len(url.encode()) > URL_BYTES:
            raise _wrong("40020", name)
        return {"type": "view", "name": name, "url": url}
    if not word or len(word.encode()) > WORD_BYTES:
        raise _wrong("40019", name)
    return {"type": "click", "name": name, "key": word}


def _wrong(code: str, why: str) -> Refused:
    return Refused(code, Action.SETTINGS, why, whole_account=False)
