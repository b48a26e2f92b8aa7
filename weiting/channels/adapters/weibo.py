"""Sina Weibo by its open platform: `statuses/share`, comments for corrections, push of the fans' service.

An ordinary app may not change or delete a text by the interface: a withdrawal is done by hand there.
Source: open.weibo.com/wiki/2/statuses/share, /2/comments/create, /2/statuses/user_timeline, /Messages_api_start.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha1
from json import JSONDecodeError, loads
from typing import Any

from weiting.channels.ports import (
    Action,
    Answer,
    Heard,
    Hook,
    InDoubt,
    Media,
    Receipt,
    Refused,
    Rendered,
    Settings,
    Verb,
    Words,
)
from weiting.channels.rules import rules
from weiting.channels.wire import Reply, Wire
from weiting.text.finding import Message, _, message
from weiting.text.lengths import channels, shortened

KIND = "weibo"
TOPIC = re.compile(r"#([^#\s]{1,60})#")
# One link of ten and the blanks around it, as the platform counts them.
BESIDE_LINK = replace(channels()[KIND], limit=(channels()[KIND].limit or 140) - 11)
SIXTY_TWO = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Weibo:
    """One account. Settings: `app_key`, `uid`, `ip` (the operator's, which the platform asks for); secrets:
    `token`, `app_secret` (for push)."""

    can = frozenset({Verb.SEND, Verb.LOOK_UP, Verb.CORRECT, Verb.HOOK})
    limits = rules(KIND)

    def __init__(self, settings: Settings, wire: Wire) -> None:
        self.settings, self.wire = settings, wire

    def render(self, words: Words) -> Rendered:
        """Words without #topics#, one link, one picture: more is not taken from an ordinary app."""
        said = words.correcting or words.said.strip() or _plain(words)
        notes: list[Message] = []
        bare = TOPIC.sub(r"\1", said).replace(words.url, "").strip()
        if bare != said.strip() and TOPIC.search(said):
            notes.append(message(_("Weibo does not take #topics# from here; the signs are left out.")))
        text = shortened(bare, BESIDE_LINK)
        if text != bare:
            notes.append(message(_("Shortened to what Weibo takes; the whole text stands behind the link.")))
        pictures = [each for each in words.media if self._takes(each)] if not words.correcting else []
        if len(words.media) > 1 and not words.correcting:
            notes.append(message(_("Weibo takes one picture from here; the others stand behind the link.")))
        # Without a blank behind it the platform reads what follows as part of the link.
        text = f"{text} {words.url} "
        return Rendered(text, {"status": text}, tuple(pictures[:1]), tuple(notes))

    def _takes(self, media: Media) -> bool:
        facts = self.limits.limits
        return media.mime in facts["picture_types"] and media.size < facts["picture_bytes"]

    def send(self, sent: Rendered, key: str) -> Receipt:
        """Share one text; `key` is not known to the platform, so a lost answer must be looked up."""
        data = {**sent.fields, "rip": self.settings.values.get("ip", "127.0.0.1")}
        picture = next(iter(sent.media), None)
        files = {"pic": (picture.name, picture.open(), picture.mime)} if picture else None
        return self._receipt(self._call("POST", "statuses/share", data, acts=True, files=files))

    def look_up(self, sent: Rendered, key: str, since: datetime) -> Receipt | None:
        """Look among the newest five texts of the account: more the platform does not show."""
        found = self._call("GET", "statuses/user_timeline", {"count": "5"}, acts=False)
        texts = [each for each in found.get("statuses", ()) if isinstance(each, dict)]
        for each in texts:
            if str(each.get("text", "")).split() == sent.text.split():
                return self._receipt(each)
        oldest = min((_moment(each.get("created_at")) or since for each in texts), default=since)
        if len(texts) >= 5 and oldest > since:
            raise InDoubt("more than five texts since")
        return None

    def follow(self, receipt: Receipt) -> Receipt | None:
        """Never asked: what Weibo takes is out at once."""
        return receipt

    def correct(self, receipt: Receipt, sent: Rendered, key: str) -> Receipt:
        """Comment on the text with what was wrong and what is right: it cannot be changed from here."""
        data = {"id": receipt.external_id, "comment": sent.text, "rip": self.settings.values.get("ip", "")}
        made = self._call("POST", "comments/create", data, acts=True)
        return Receipt(
            str(made.get("idstr") or made.get("id") or ""), receipt.url, _moment(made.get("created_at"))
        )

    def withdraw(self, receipt: Receipt, key: str) -> None:
        """Refuse: an ordinary app may not delete; a person does it on the platform."""
        raise Refused("not_granted", Action.BY_HAND, whole_account=False)

    def read_hook(self, hook: Hook) -> Answer:
        """Check the signature (SHA-1 of the sorted secret, timestamp and nonce), answer the first call, read events."""
        asked = [
            self.settings.secret("app_secret"),
            hook.query.get("timestamp", ""),
            hook.query.get("nonce", ""),
        ]
        wanted = sha1("".join(sorted(asked)).encode("utf-8", "replace")).hexdigest()  # noqa: S324 - the platform's own way
        if not hmac.compare_digest(
            wanted.encode(), hook.query.get("signature", "").encode("utf-8", "replace")
        ):
            return Answer(403)
        if hook.method == "GET":
            return Answer(body=hook.query.get("echostr", "").encode())
        try:
            said = loads(hook.body)
        except (JSONDecodeError, UnicodeDecodeError, RecursionError):
            return Answer(400)
        if not isinstance(said, dict):
            return Answer(400)
        # What tells a repeated call apart, as the platform says: who and when.
        key = f"{said.get('sender_id')}:{said.get('created_at')}"
        return Answer(heard=(Heard(str(said.get("type", "")), key, said),))

    def _call(
        self, method: str, path: str, data: Mapping[str, str], *, acts: bool, files: Any = None
    ) -> dict[str, Any]:
        given = {"access_token": self.settings.secret("token"), **data}
        reply = self.wire.call(
            method,
            f"{self.settings.base}/2/{path}.json",
            acts=acts,
            params=given if method == "GET" else None,
            data=given if method == "POST" else None,
            files=files,
        )
        return self._checked(reply)

    def _checked(self, reply: Reply) -> dict[str, Any]:
        said = reply.json()
        if not isinstance(said, dict):
            raise InDoubt("the answer is not what the platform answers")
        if code := str(said.get("error_code") or ""):
            raise self.limits.error(code, str(said.get("error", ""))[:200])
        if reply.status != 200:
            raise Refused(str(reply.status), Action.ASK_PLATFORM, whole_account=False)
        return said

    def _receipt(self, status: dict[str, Any]) -> Receipt:
        mid = str(status.get("mid") or status.get("idstr") or status.get("id") or "")
        if not mid.isdigit():
            raise InDoubt("the answer names no text")
        uid = (status.get("user") or {}).get("id") or self.settings.values.get("uid", "")
        return Receipt(mid, f"https://weibo.com/{uid}/{_in_62(mid)}", _moment(status.get("created_at")))


def _plain(words: Words) -> str:
    head = f"【{words.title.strip()}】" if words.title.strip() else ""
    return head + (words.summary.strip() or " ".join(words.body.split()))


def _in_62(mid: str) -> str:
    """Write a text's number as its address does: groups of seven digits from the right, each to the base of 62."""
    groups = [mid[max(0, at - 7) : at] for at in range(len(mid), 0, -7)][::-1]
    parts = []
    for group in groups:
        number, letters = int(group), ""
        while number:
            number, rest = divmod(number, 62)
            letters = SIXTY_TWO[rest] + letters
        parts.append(letters.rjust(4, "0"))
    return "".join(parts).lstrip("0")


def _moment(said: Any) -> datetime | None:
    try:
        return datetime.strptime(str(said), "%a %b %d %H:%M:%S %z %Y")
    except ValueError:
        return None
