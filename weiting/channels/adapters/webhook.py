"""A signed call to a system of somebody's own: each text, correction and withdrawal as one JSON event.

The receiver knows a repeated call by its key, so a call may be made again. How to check the signature stands in
docs/reference/channels/webhook.md.
"""

import hmac
from datetime import datetime
from hashlib import sha256
from json import dumps
from typing import Any

from weiting.channels.ports import (
    Action,
    Answer,
    Hook,
    InDoubt,
    Probed,
    Receipt,
    Refused,
    Rendered,
    Settings,
    TryLater,
    Verb,
    Words,
)
from weiting.channels.wire import Wire
from weiting.core import clock

KIND = "webhook"
GONE = 410


class Webhook:
    """One receiver. Settings: `base` is the address; secrets: `secret`, shared with the receiver."""

    can = frozenset({Verb.SEND, Verb.REPEAT, Verb.CORRECT, Verb.WITHDRAW, Verb.PROBE})

    def __init__(self, settings: Settings, wire: Wire) -> None:
        self.settings, self.wire = settings, wire

    def render(self, words: Words) -> Rendered:
        """Everything there is: the receiver chooses."""
        fields: dict[str, Any] = {
            "title": words.title,
            "summary": words.summary,
            "text": words.body,
            "html": words.html,
            "url": words.url,
            "topics": list(words.topics),
            "content_hash": words.content_hash,
            "published_at": words.published_at.isoformat() if words.published_at else None,
            "media": [{"url": m.url, "type": m.mime, "alt": m.alt, "bytes": m.size} for m in words.media],
        }
        if words.correcting:
            fields["correction"] = words.correcting
        return Rendered(f"{words.title}\n\n{words.body}".strip(), fields)

    def send(self, sent: Rendered, key: str) -> Receipt:
        """Call with event `published`."""
        return self._call("published", key, dict(sent.fields))

    def look_up(self, sent: Rendered, key: str, since: datetime) -> Receipt | None:
        """Never asked: the same key may be sent again."""
        raise InDoubt("a webhook cannot be asked")

    def follow(self, receipt: Receipt) -> Receipt | None:
        """Never asked: what a receiver takes it has."""
        return receipt

    def correct(self, receipt: Receipt, sent: Rendered, key: str) -> Receipt:
        """Call with event `corrected`, naming the receipt of the first call."""
        return self._call("corrected", key, {**sent.fields, "of": receipt.external_id})

    def withdraw(self, receipt: Receipt, key: str) -> None:
        """Call with event `withdrawn`, naming the receipt of the first call."""
        self._call("withdrawn", key, {"of": receipt.external_id, "url": receipt.url})

    def probe(self) -> Probed:
        """Call with event `ping`, which a receiver answers and forgets."""
        self._call("ping", f"ping-{int(clock.now().timestamp())}", {})
        return Probed("")

    def read_hook(self, hook: Hook) -> Answer:
        """Nothing is heard from a webhook."""
        return Answer(404)

    def _call(self, event: str, key: str, said: dict[str, Any]) -> Receipt:
        at = int(clock.now().timestamp())
        body = dumps({"event": event, "key": key, "at": at, **said}, ensure_ascii=False, default=str).encode()
        signature = sign(self.settings.secret("secret"), at, body)
        reply = self.wire.call(
            "POST",
            self.settings.base,
            acts=True,
            content=body,
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "Weiting-Key": key,
                "Weiting-Signature": f"t={at},sha256={signature}",
            },
        )
        if reply.status == GONE:
            raise Refused("410", Action.SETTINGS)
        if reply.status in {408, 425}:
            raise TryLater(60, str(reply.status))
        if not 200 <= reply.status < 300:
            raise Refused(str(reply.status), Action.SETTINGS, reply.text()[:200])
        found = reply.json()
        given = found if isinstance(found, dict) else {}
        url = str(given.get("url") or "")
        # What it names is shown as a link: nothing but an address of the web becomes one.
        is_address = url.startswith(("https://", "http://"))
        return Receipt(str(given.get("id") or key)[:200], url[:500] if is_address else "", clock.now())


def sign(secret: str, at: int, body: bytes) -> str:
    """Return the signature of a call: HMAC-SHA-256 over the time, a dot and the body, in hexadecimal."""
    return hmac.new(secret.encode(), b"%d." % at + body, sha256).hexdigest()
