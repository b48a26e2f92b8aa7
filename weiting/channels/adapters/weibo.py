"""Sina Weibo by its open platform: `statuses/share`, the commercial calls where they are granted, comments, push.

An ordinary app may not change or delete a text by the interface: a withdrawal is done by hand there.
Source: open.weibo.com/wiki/2/statuses/share, /2/comments/create, /2/statuses/user_timeline, /C/2/statuses/*/biz.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from weiting.channels.ports import (
    Action,
    Answer,
    Heard,
    Hook,
    InDoubt,
    Media,
    Probed,
    Receipt,
    Refused,
    Rendered,
    Settings,
    Standing,
    TryLater,
    Verb,
    Words,
)
from weiting.channels.rules import rules
from weiting.channels.weibo_api import Api, moment
from weiting.channels.weibo_hook import read, written
from weiting.channels.weibo_text import TOPIC, bare, rendered
from weiting.channels.wire import Wire

KIND = "weibo"
# The lists of what people wrote: the path, the field of its answer, what each is.
LISTS = (("comments/to_me", "comments", "comment"), ("statuses/mentions", "statuses", "mention"))
# So much of a list the platform gives at once, and so often it is turned over in one reading.
LISTED, PAGES = 50, 4
# The platform writes links anew, and its clock may be a little off ours.
SHORT_LINK, SKEW = "//t.cn/", timedelta(minutes=1)
NOT_THERE = frozenset({"20101", "20112"})


class Weibo:
    """One account. Settings: `app_key`, `uid`, `ip` (the operator's, which the platform asks for), `grants` (what the
    commercial interface grants: `long`, `pictures`, `delete`); secrets: `token`, `app_secret` (for push)."""

    can = frozenset(
        {Verb.SEND, Verb.LOOK_UP, Verb.CORRECT, Verb.HOOK, Verb.CHECK, Verb.POLL, Verb.PROBE}
    )  # fmt: skip
    limits = rules(KIND)

    def __init__(self, settings: Settings, wire: Wire) -> None:
        self.settings, self.api = settings, Api(settings, wire)
        given = settings.values.get("grants") or ""
        self.granted = frozenset(given if isinstance(given, list) else re.findall(r"\w+", str(given)))
        if "delete" in self.granted:
            self.can = self.can | {Verb.WITHDRAW}

    def render(self, words: Words) -> Rendered:
        """Words without #topics#, one link, one picture; more of each where the commercial interface is granted."""
        return rendered(words, self.granted)

    def send(self, sent: Rendered, key: str) -> Receipt:
        """Send one text; `key` is not known to the platform, so a lost answer must be looked up."""
        data = {**sent.fields, "rip": self.api.ip}
        if len(sent.media) > 1:
            data["pic_id"] = ",".join(self._uploaded(each) for each in sent.media)
            return self.api.receipt(self.api.call("POST", "statuses/upload_url_text/biz", data, acts=True))
        picture = next(iter(sent.media), None)
        files = {"pic": (picture.name, picture.open(), picture.mime)} if picture else None
        path = "statuses/share"
        if "is_longtext" in data or TOPIC.search(sent.text):
            path = "statuses/upload/biz" if picture else "statuses/update/biz"
        return self.api.receipt(self.api.call("POST", path, data, acts=True, files=files))

    def _uploaded(self, media: Media) -> str:
        # Nobody sees a picture that stands in no text: uploading it again does no harm.
        files = {"pic": (media.name, media.open(), media.mime)}
        found = str(self.api.call("POST", "statuses/upload_pic/biz", {}, files=files).get("pic_id") or "")
        if not found:
            raise TryLater(60.0, "the answer names no picture")
        return found

    def look_up(self, sent: Rendered, key: str, since: datetime) -> Receipt | None:
        """Look among the newest five texts of the account: more the platform does not show."""
        found = self.api.call("GET", "statuses/user_timeline", {"count": "5"})
        texts = [each for each in found.get("statuses", ()) if isinstance(each, dict)]
        for each in texts:
            if _is_ours(each, sent, since):
                return self.api.receipt(each)
        oldest = min((moment(each.get("created_at")) or since for each in texts), default=since)
        if len(texts) >= 5 and oldest > since:
            raise InDoubt("more than five texts since")
        return None

    def follow(self, receipt: Receipt) -> Receipt | None:
        """Never asked: what Weibo takes is out at once."""
        return receipt

    def correct(self, receipt: Receipt, sent: Rendered, key: str) -> Receipt:
        """Comment on the text with what was wrong and what is right: it cannot be changed from here."""
        data = {"id": receipt.external_id, "comment": sent.text, "rip": self.api.ip}
        made = self.api.call("POST", "comments/create", data, acts=True)
        number = str(made.get("idstr") or made.get("id") or "")
        return Receipt(number, receipt.url, moment(made.get("created_at")))

    def withdraw(self, receipt: Receipt, key: str) -> None:
        """Delete it where that is granted; else refuse: a person does it on the platform."""
        if "delete" not in self.granted or not receipt.external_id.isdigit():
            raise Refused("not_granted", Action.BY_HAND, whole_account=False)
        try:
            self.api.call("POST", "statuses/destroy/biz", {"id": receipt.external_id}, acts=True)
        except Refused as refused:
            if refused.code not in NOT_THERE:
                raise

    def standing(self, receipt: Receipt, sent: Rendered | None) -> Standing:
        """Look at the text by its number; links are left out of account, the platform writes its own."""
        try:
            found = self.api.call("GET", "statuses/show", {"id": receipt.external_id, "isGetLongText": "1"})
        except Refused as refused:
            if refused.code in NOT_THERE:
                return Standing.GONE
            raise
        if found.get("deleted") in {1, "1"}:
            return Standing.GONE
        whole = found.get("longText")
        text = str((whole.get("longTextContent") if isinstance(whole, dict) else "") or found.get("text", ""))
        is_cut = bool(found.get("truncated")) or (found.get("isLongText") and text == found.get("text"))
        if sent is None or is_cut or bare(text) == bare(sent.text):
            return Standing.THERE
        return Standing.CHANGED

    def poll(self, marks: Mapping[str, str]) -> tuple[tuple[Heard, ...], dict[str, str]]:
        """Read the comments under our texts and the texts that name us, since those read last: mostly two calls."""
        heard: list[Heard] = []
        reached, own = dict(marks), str(self.settings.values.get("uid") or "")
        for path, field, kind in LISTS:
            new = [written(kind, each) for each in self._listed(path, field, marks.get(kind, ""))]
            heard += [each for each in new if not own or each.facts["author_id"] != own]
            numbers = [int(each.key) for each in new if each.key.isdigit()]
            reached[kind] = str(max([*numbers, int(marks.get(kind) or 0)]))
        return tuple(heard), reached

    def _listed(self, path: str, field: str, since: str) -> list[dict[str, Any]]:
        """Read a list, newest first; of one never read before only the first page: what was before is not ours."""
        found: list[dict[str, Any]] = []
        for page in range(1, PAGES + 1 if since else 2):
            asked = {"count": str(LISTED), "page": str(page), **({"since_id": since} if since else {})}
            rows = self.api.call("GET", path, asked).get(field)
            found += [each for each in rows if isinstance(each, dict)] if isinstance(rows, list) else []
            if not isinstance(rows, list) or len(rows) < LISTED:
                break
        return found

    def probe(self) -> Probed:
        """Ask whose token it is."""
        found = self.api.checked(
            self.api.wire.call(
                "POST",
                f"{self.settings.base}/oauth2/get_token_info",
                acts=False,
                data={"access_token": self.settings.secret("token")},
            )
        )
        whose, own = str(found.get("uid") or ""), str(self.settings.values.get("uid") or "")
        if whose and own and whose != own:
            raise Refused("other_account", Action.SETTINGS, whose)
        left = str(found.get("expire_in", ""))
        return Probed(whose, ends_in=float(left) if left.isdecimal() and len(left) < 12 else None)

    def read_hook(self, hook: Hook) -> Answer:
        """Check the signature, answer the first call, read events."""
        return read(hook, self.settings.secret("app_secret"))


def _is_ours(each: Mapping[str, Any], sent: Rendered, since: datetime) -> bool:
    """Say whether a text the platform shows is what was sent: word for word, or with the platform's own short link."""
    text = str(each.get("text", ""))
    if text.split() == sent.text.split():
        return True
    at = moment(each.get("created_at"))
    is_short = SHORT_LINK in text or "http" not in text
    return is_short and bare(text) == bare(sent.text) and at is not None and at >= since - SKEW
