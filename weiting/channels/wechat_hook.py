"""What WeChat calls us with: checked, opened, named; the same call twice has the same key."""

from collections.abc import Mapping
from typing import Any

from weiting.channels.ports import Answer, Heard, Hook
from weiting.channels.wechat_crypto import decrypted, is_signed, read_xml


def read(hook: Hook, token: str, aes_key: str, appid: str) -> Answer:
    """Return what to answer and what was heard; 403 for all that is not surely the platform's.

    An account with a key for messages takes no open ones: their signature says nothing of what stands in them.
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
            return Answer(body=hook.query.get("echostr", "").encode())
        else:
            said = read_xml(hook.body)
    except ValueError:
        # Not theirs, or spoilt: a forger learns nothing from how it failed.
        return Answer(403)
    return Answer(body=b"success", heard=(_heard(said),))


def _heard(said: Mapping[str, Any]) -> Heard:
    """Name what a call-back means; its key is the message's number, or who and when, as the platform advises."""
    key = str(said.get("MsgId") or f"{said.get('FromUserName')}:{said.get('CreateTime')}")
    event, info = said.get("Event"), said.get("PublishEventInfo")
    if event == "PUBLISHJOBFINISH" and isinstance(info, dict):
        detail = info.get("article_detail")
        item = detail.get("item") if isinstance(detail, dict) else None
        first = item[0] if isinstance(item, list) else item
        facts = {name: info.get(name) for name in ("publish_id", "publish_status", "article_id")}
        return Heard(
            "published", key, {**facts, "url": first.get("article_url") if isinstance(first, dict) else ""}
        )
    if event == "MASSSENDJOBFINISH":
        # Its own number stands under another name than a message's.
        return Heard("published", str(said.get("MsgID") or key), said)
    return Heard("event" if said.get("MsgType") == "event" else "message", key, said)
