"""Talking with people on WeChat: an answer at once to a word they wrote, a message within two days, the menu.

Source: developers.weixin.qq.com (Passive_user_reply_message, Service_Center_messages, Creating_Custom-Defined_Menu).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from weiting.channels.ports import Action, Refused
from weiting.channels.wechat_api import Api
from weiting.core import clock

# Somebody may be written to so long after they wrote, and no longer.
WINDOW = timedelta(hours=48)
# What the platform takes: letters of a passive answer and of a message, buttons, and bytes of their names.
MOST_ANSWER, MOST_TEXT = 600, 600
BUTTONS, BELOW, NAME_BYTES, NAME_BELOW_BYTES = 3, 5, 16, 60


def answers_of(given: Any) -> dict[str, str]:
    """Return the answers to words as they stand in the settings: a mapping, or “word = answer ;; word = answer”."""
    if isinstance(given, Mapping):
        return {str(word): str(answer) for word, answer in given.items()}
    pairs = (re.split(r"[=＝]", each, maxsplit=1) for each in re.split(r"[;；]{2}", str(given or "")))
    found = ((pair[0].strip(), pair[1].strip()) for pair in pairs if len(pair) == 2)
    return {word: answer for word, answer in found if word and answer}


def reply_to(said: Mapping[str, Any], answers: Mapping[str, str], at: str) -> bytes:
    """Return the passive answer to a message or to a button of the menu as XML, or b"" when no word fits.

    The longest word that stands in it wins.
    """
    pressed = said.get("EventKey") if said.get("Event") == "CLICK" else ""
    text = str(said.get("Content") or said.get("Recognition") or pressed or "").strip().casefold()
    fitting = [word for word in answers if word.strip() and word.strip().casefold() in text]
    to, of = str(said.get("FromUserName") or ""), str(said.get("ToUserName") or "")
    if not text or not fitting or not to or not of:
        return b""
    answer = str(answers[max(fitting, key=len)])[:MOST_ANSWER]
    parts = {"ToUserName": to, "FromUserName": of, "MsgType": "text", "Content": answer}
    inner = "".join(f"<{name}><![CDATA[{_cdata(value)}]]></{name}>" for name, value in parts.items())
    return f"<xml>{inner}<CreateTime>{int(at) if at.isdigit() else 0}</CreateTime></xml>".encode()


def _cdata(text: str) -> str:
    return text.replace("]]>", "]]]]><![CDATA[>")


def send_to(api: Api, to: str, text: str, since: datetime) -> None:
    """Write to somebody who wrote to us at `since`; raises Refused after two days, and what the platform says."""
    if clock.now() - since >= WINDOW:
        raise Refused("45015", Action.NOTHING, "48 h", whole_account=False)
    api.call(
        "message/custom/send",
        {"touser": to, "msgtype": "text", "text": {"content": text[:MOST_TEXT]}},
        acts=True,
    )


def menu(buttons: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the menu as the platform takes it, from names with an address, a word to be answered, or names below.

    `[{"name": "办事", "url": "https://…"}, {"name": "查询", "below": [{"name": "停水", "word": "停水"}]}]`. Raises
    Refused with the platform's own code and what is wrong.
    """
    if not 1 <= len(buttons) <= BUTTONS:
        raise Refused("40016", Action.SETTINGS, f"1–{BUTTONS}", whole_account=False)
    return {"button": [_button(each, NAME_BYTES) for each in buttons]}


def _button(said: Mapping[str, Any], most: int) -> dict[str, Any]:
    name = str(said.get("name") or "").strip()
    if not name or len(name.encode()) > most:
        raise Refused("40018", Action.SETTINGS, name, whole_account=False)
    below = said.get("below")
    if below and most == NAME_BYTES:
        if len(below) > BELOW:
            raise Refused("40023", Action.SETTINGS, name, whole_account=False)
        return {"name": name, "sub_button": [_button(each, NAME_BELOW_BYTES) for each in below]}
    url, word = str(said.get("url") or ""), str(said.get("word") or "")
    if url.startswith(("https://", "http://")):
        return {"type": "view", "name": name, "url": url[:1024]}
    if word:
        return {"type": "click", "name": name, "key": word[:128]}
    raise Refused("40019", Action.SETTINGS, name, whole_account=False)


def put_menu(api: Api, buttons: Sequence[Mapping[str, Any]]) -> None:
    """Have the account show a menu; the same one again does no harm."""
    api.call("menu/create", menu(buttons))


def read_menu(api: Api) -> list[dict[str, Any]]:
    """Return the buttons the account shows now, as the platform describes them; empty where it has none."""
    try:
        found = api.ask("menu/get")
    except Refused as refused:
        if refused.code == "46003":
            return []
        raise
    shown = found.get("menu")
    buttons = shown.get("button") if isinstance(shown, dict) else None
    return [each for each in buttons if isinstance(each, dict)] if isinstance(buttons, list) else []
