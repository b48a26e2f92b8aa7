"""What Weibo pushes to us (the fans' service): checked, named; and what people wrote as its lists tell it.

The signature is over the secret, the time and the nonce, not over the words: what is pushed is news, never proof.
Source: open.weibo.com/wiki (Messages_api_start, Receive_Event_Push).
"""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha1
from json import loads
from typing import Any

from weiting.channels.ports import Answer, Heard, Hook

KINDS = {
    "text": "message",
    "position": "message",
    "voice": "message",
    "image": "message",
    "mention": "mention",
}


def read(hook: Hook, secret: str) -> Answer:
    """Return what to answer and what was heard; 403 for what the platform has not signed."""
    at, nonce = hook.query.get("timestamp", ""), hook.query.get("nonce", "")
    wanted = sha1("".join(sorted([secret, at, nonce])).encode("utf-8", "replace")).hexdigest()  # noqa: S324 - the platform's own way
    given = hook.query.get("signature", "").encode("utf-8", "replace")
    if not hmac.compare_digest(wanted.encode(), given):
        return Answer(403)
    signed_at = _signed_at(at)
    if hook.method == "GET":
        return Answer(body=hook.query.get("echostr", "").encode(), signed_at=signed_at)
    try:
        said = loads(hook.body)
    except (ValueError, RecursionError):
        return Answer(400)
    if not isinstance(said, dict):
        return Answer(400)
    # What tells a repeated call apart, as the platform says: who and when.
    key = f"{said.get('sender_id')}:{said.get('created_at')}"
    kind = KINDS.get(str(said.get("type", "")), "event")
    data = said.get("data")
    if kind == "mention" and isinstance(data, dict) and str(data.get("key", "")).isdigit():
        # The number of the text that names us: the lists tell of the same one.
        key = str(data["key"])
    # An empty answer tells the platform that it need not call again.
    return Answer(heard=(Heard(kind, key, said),), signed_at=signed_at)


def _signed_at(said: str) -> datetime | None:
    # In thousandths of a second; what is signed but no time counts as of long ago.
    digits = said if said.isascii() and said.isdigit() and len(said) <= 14 else "0"
    return datetime.fromtimestamp(int(digits) / (1000 if len(digits) > 11 else 1), UTC)


def written(kind: str, each: Mapping[str, Any]) -> Heard:
    """Return a comment or a mention of the platform's lists as something heard: the words, of whom, and under what."""
    user, status = each.get("user"), each.get("status")
    number = str(each.get("idstr") or each.get("id") or "")
    facts = {
        "id": number,
        "text": str(each.get("text", "")),
        "created_at": str(each.get("created_at", "")),
        "author_id": str(user.get("idstr") or user.get("id") or "") if isinstance(user, dict) else "",
        "author": str(user.get("screen_name") or "") if isinstance(user, dict) else "",
        "under": str(status.get("mid") or status.get("idstr") or status.get("id") or "")
        if isinstance(status, dict)
        else "",
    }
    return Heard(kind, number, facts)
