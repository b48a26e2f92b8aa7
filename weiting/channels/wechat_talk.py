"""Talking with people on WeChat: an answer at once to a word they wrote, a message within two days, the menu.

Source: developers.weixin.qq.com (Passive_user_reply_message, Service_Center_messages, Custom_Menus). What a menu
looks like is `wechat_menu`'s.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from weiting.channels.ports import Action, Refused
from weiting.channels.wechat_api import Api
from weiting.channels.wechat_menu import menu
from weiting.core import clock

# Somebody may be written to so long after they wrote, and no longer.
WINDOW = timedelta(hours=48)
# What the platform takes: letters of a passive answer and of a message.
MOST_ANSWER, MOST_TEXT = 600, 600
NO_MENU = "46003"


def answers_of(given: Any) -> dict[str, str]:
    """Return the answers to words as they stand in the settings, in their order.

    Pairs as the page of answers keeps them; a mapping or “word = answer ;; word = answer” as they were kept before.
    """
    if isinstance(given, Mapping):
        return {str(word): str(answer) for word, answer in given.items()}
    if isinstance(given, list):
        return {str(each[0]): str(each[1]) for each in given if isinstance(each, list) and len(each) == 2}
    pairs = (re.split(r"[=＝]", each, maxsplit=1) for each in re.split(r"[;；]{2}", str(given or "")))
    found = ((pair[0].strip(), pair[1].strip()) for pair in pairs if len(pair) == 2)
    return {word: answer for word, answer in found if word and answer}


def answer_to(text: str, answers: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the word of a text that is answered and its answer; the longest that stands in it wins. None: no word."""
    said = text.strip().casefold()
    fitting = [word for word in answers if word.strip() and word.strip().casefold() in said]
    word = max(fitting, key=len, default="")
    return (word, answers[word][:MOST_ANSWER]) if word else None


def reply_to(said: Mapping[str, Any], answers: Mapping[str, str], at: str) -> bytes:
    """Return the passive answer to a message or to a button of the menu as XML, or b"" when no word fits.

    The longest word that stands in it wins.
    """
    pressed = said.get("EventKey") if said.get("Event") == "CLICK" else ""
    text = str(said.get("Content") or said.get("Recognition") or pressed or "")
    found = answer_to(text, answers)
    to, of = str(said.get("FromUserName") or ""), str(said.get("ToUserName") or "")
    if found is None or not to or not of:
        return b""
    answer = found[1]
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


def put_menu(api: Api, buttons: Sequence[Mapping[str, Any]]) -> None:
    """Have the account show a menu; the same one again does no harm."""
    api.call("menu/create", menu(buttons))


def drop_menu(api: Api) -> None:
    """Have the account show no menu; where it has none nothing is wrong."""
    try:
        api.ask("menu/delete")
    except Refused as refused:
        if refused.code != NO_MENU:
            raise


def read_menu(api: Api) -> list[dict[str, Any]]:
    """Return the buttons the account shows now, as the platform describes them; empty where it has none.

    A menu made on the platform's own pages is told by another call than one made by the interface.
    """
    try:
        shown = api.ask("menu/get").get("menu")
    except Refused as refused:
        if refused.code != NO_MENU:
            raise
        found = api.ask("get_current_selfmenu_info")
        shown = found.get("selfmenu_info") if found.get("is_menu_open") else None
    buttons = shown.get("button") if isinstance(shown, dict) else None
    return [each for each in buttons if isinstance(each, dict)] if isinstance(buttons, list) else []
