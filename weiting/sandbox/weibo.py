"""A fake Sina Weibo: statuses/share, user_timeline and comments as the open platform answers them.

Shapes and codes after open.weibo.com/wiki: 2/statuses/share, 2/statuses/user_timeline, Error_code.
"""

import re
from datetime import UTC, datetime
from math import ceil
from typing import Any

from weiting.sandbox.state import Call, Channel, Said

SAFE = re.compile(r"https?://\S+")
TOPIC = re.compile(r"#[^#\s]+#")
# The platform shows an app only so many of an account's own texts.
SHOWN = 5
Reply = tuple[int, dict[str, Any]]


def _wrong(code: int, words: str, path: str) -> Reply:
    return 403 if code < 21300 else 401, {"request": path, "error_code": code, "error": words}


def _uid(token: str) -> str:
    return token.removeprefix("token-") if token.startswith("token-") else ""


def _shown(each: Said) -> dict[str, Any]:
    at = datetime.fromtimestamp(each.at, UTC)
    return {
        "created_at": at.strftime("%a %b %d %H:%M:%S %z %Y"),
        "id": each.id,
        "idstr": str(each.id),
        "mid": str(each.id),
        "text": each.text.strip(),
        "user": {"id": each.account, "verified_type": 1},
        "reposts_count": 0,
        "comments_count": 0,
        "attitudes_count": 0,
    }


def length(text: str) -> int:
    """Count as the platform does: half a character for a byte, a link as ten."""
    bare, links = SAFE.subn("", text)
    return ceil(sum(0.5 if ord(sign) < 128 else 1 for sign in bare) + 10 * links)


def answer(
    channel: Channel, method: str, path: str, given: dict[str, str], pictures: int, now: float
) -> Reply:
    """Answer one call of the open platform."""
    uid = _uid(given.get("access_token", ""))
    if not uid:
        return _wrong(21332, "invalid_access_token", path)
    if uid in channel.expired:
        return _wrong(21327, "expired_token", path)
    if path == "/2/statuses/user_timeline.json" and method == "GET":
        return 200, {"statuses": [_shown(each) for each in channel.of(uid) if each.of is None][:SHOWN]}
    if path == "/2/statuses/share.json" and method == "POST":
        return _share(channel, uid, path, given, pictures, now)
    if path == "/2/comments/create.json" and method == "POST":
        return _comment(channel, uid, path, given, now)
    return _wrong(10020, "Request api not found", path)


def _share(channel: Channel, uid: str, path: str, given: dict[str, str], pictures: int, now: float) -> Reply:
    text = given.get("status", "")
    if not text.strip():
        return _wrong(20008, "Content is null", path)
    if length(text.strip()) > 140:
        return _wrong(20012, "Text too long, please input text less than 140 characters", path)
    if TOPIC.search(text) or not SAFE.search(text):
        return _wrong(10017, "param status's value is illegal", path)
    newest = channel.of(uid)[:1]
    if newest and newest[0].text.split() == text.split():
        return _wrong(20019, "Repeat content", path)
    return 200, _shown(channel.say(uid, text, now, pictures=pictures))


def _comment(channel: Channel, uid: str, path: str, given: dict[str, str], now: float) -> Reply:
    on = next((each for each in channel.said if str(each.id) == given.get("id")), None)
    if on is None:
        return _wrong(20101, "Target weibo does not exist", path)
    made = channel.say(uid, given.get("comment", ""), now, of=on.id, event="commented")
    return 200, _shown(made)


class Weibo(Channel):
    """The accounts of the open platform; their tokens are "token-" and the number of the account."""

    def answer(self, call: Call) -> Reply:
        """Answer one call of the open platform."""
        given, pictures = call.form()
        return answer(self, call.method, call.path, given, pictures, call.now)
