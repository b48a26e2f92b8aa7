"""What WeChat calls us with: checked, opened, named; the same call twice has the same key."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from weiting.channels.ports import Answer, Heard, Hook
from weiting.channels.wechat_crypto import answered, decrypted, is_signed, read_xml
from weiting.channels.wechat_talk import reply_to

XML = "text/xml; charset=utf-8"


def read(
    hook: Hook, token: str, aes_key: str, appid: str, answers: Mapping[str, str] | None = None
) -> Answer:
    """Return what to answer and what was heard; 403 for all that is not surely the platform's.

    An account with a key for messages takes no open ones: their signature says nothing of what stands in them. A
    message with a word of `answers`, or a button of the menu that stands for one, is answered at once, sealed as it
    came.
    """
    signed = [token, hook.query.get("timestamp", ""), hook.query.get("nonce", "")]
    try:
        if hook.method == "POST" and aes_key:
            sealed = str(read_xml(hook.body).get("Encrypt", ""))
            if not is_signed(hook.query.get("msg_signature", ""), *signed, sealed):
                return Answer(403)
            said = read_xml(decrypted(sealed, aes_key, appid))
        elif not is_signed(hook.query.get("signature", ""), *signed):
            return Answer(403)
        elif hook.method == "GET":
            return Answer(body=hook.query.get("echostr", "").encode(), signed_at=_signed_at(signed[1]))
        else:
            said = read_xml(hook.body)
    except ValueError:
        # Not theirs, or spoilt: a forger learns nothing from how it failed.
        return Answer(403)
    body, heard = b"success", _heard(said)
    reply = reply_to(said, answers or {}, signed[1])
    if reply:
        at, nonce = signed[1:]
        body = answered(reply, token, aes_key, appid, at=at, nonce=nonce) if aes_key else reply
    return Answer(
        body=body, mime=XML if reply else "text/plain", heard=(heard,), signed_at=_signed_at(signed[1])
    )


def _signed_at(said: str) -> datetime:
    """Return the moment a signature names; what names none is of long ago."""
    is_time = said.isascii() and said.isdigit() and len(said) <= 10
    return datetime.fromtimestamp(int(said) if is_time else 0, UTC)


def _heard(said: Mapping[str, Any]) -> Heard:
    """Name what a call-back means; its key is the message's number, or who and when, as the platform advises."""
    key = str(said.get("MsgId") or f"{said.get('FromUserName')}:{said.get('CreateTime')}")
    event, info = said.get("Event"), said.get("PublishEventInfo")
    if event == "PUBLISHJOBFINISH" and isinstance(info, dict):
        detail = info.get("article_detail")
        item = detail.get("item") if isinstance(detail, dict) else None
        first = item[0] if isinstance(item, list) else item
        facts = {name: info.get(name) for name in ("publish_id", "publish_status", "article_id")}
        url = first.get("article_url") if isinstance(first, dict) else ""
        # Several may end in the same second: who and when does not tell them apart.
        return Heard(
            "published",
            str(info.get("publish_id") or key),
            {**facts, "of": info.get("publish_id"), "url": url},
        )
    if event == "MASSSENDJOBFINISH":
        # Its own number stands under another name than a message's.
        number = str(said.get("MsgID") or key)
        facts = {name: said.get(name) for name in ("Status", "TotalCount", "SentCount", "ErrorCount")}
        return Heard("published", number, {**facts, "of": f"mass:{number}", "url": _first_url(said)})
    return Heard("event" if said.get("MsgType") == "event" else "message", key, said)


def _first_url(said: Mapping[str, Any]) -> str:
    """Return the address of the first article of a mass sending, as its end names it."""
    listed = said.get("ArticleUrlResult")
    rows = listed.get("ResultList") if isinstance(listed, dict) else None
    items = rows.get("item") if isinstance(rows, dict) else None
    first = items[0] if isinstance(items, list) and items else items
    return str(first.get("ArticleUrl") or "") if isinstance(first, dict) else ""
