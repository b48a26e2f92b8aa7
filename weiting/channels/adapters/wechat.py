"""A WeChat official account: a draft with uploaded pictures, published by `freepublish`, its end asked for later.

Only `freepublish/submit` can double anything: all before it may be done again, and a draft that is there is used.
A published article cannot be changed: a correction is a new article that says what was wrong; the first one stays until
it is withdrawn. Sources: developers.weixin.qq.com, api_draft_add, api_freepublish_submit, api_getstableaccesstoken.
"""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from html import escape
from typing import Any

from weiting.channels import wechat_mass as mass
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
    Standing,
    TryLater,
    Verb,
    Words,
)
from weiting.channels.rules import rules
from weiting.channels.wechat_api import AGAIN, Api, article, moment
from weiting.channels.wechat_article import plain, rendered
from weiting.channels.wechat_hook import read
from weiting.channels.wechat_talk import answers_of
from weiting.channels.wire import Wire
from weiting.core import clock

KIND = "wechat"
# Uploads that take longer are gone on with in another call: a worker must not hold its line without end.
LONGEST = 45.0
SKEW = timedelta(minutes=5)
PUBLISHED, UNDER_WORK = "0", "1"
NO_MEDIA, NO_ARTICLE = "40007", "53600"


class WeChat:
    """One account. Settings: `appid`, `author`, `kind` (which counts its mass sendings), `way` (`mass`: to all
    followers), `answers` (words and what is answered to them); `ip` is for people. Secrets: `secret`; `token` and
    `aes_key` for call-backs."""

    can = frozenset(
        {Verb.SEND, Verb.LOOK_UP, Verb.FOLLOW, Verb.CORRECT, Verb.WITHDRAW, Verb.HOOK, Verb.CHECK, Verb.PROBE}
    )
    limits = rules(KIND)

    def __init__(self, settings: Settings, wire: Wire) -> None:
        self.settings, self.api = settings, Api(settings, wire)

    def render(self, words: Words) -> Rendered:
        """An article with its pictures below the text; the first is the cover."""
        return rendered(words, self.settings.values.get("author", ""))

    def send(self, sent: Rendered, key: str) -> Receipt:
        """Make the draft unless it is there, and submit it; what becomes of it is asked by `follow`."""
        draft = self._drafted(sent)
        if self.settings.values.get("way") == "mass":
            return mass.send(self.api, draft, key)
        said = self.api.call("freepublish/submit", {"media_id": draft}, acts=True)
        if not said.get("publish_id"):
            raise InDoubt("the answer names no publication")
        return Receipt(str(said["publish_id"]), is_final=False)

    def show(self, sent: Rendered, name: str) -> None:
        """Show a text to one follower before it goes to all, by their WeChat name."""
        mass.preview(self.api, self._drafted(sent), name)

    def _drafted(self, sent: Rendered) -> str:
        began = time.monotonic()
        drafts = (each for each in self.api.listed("draft") if _is_same(each, sent, exactly=True))
        draft = str(next(drafts, {}).get("media_id") or "") or self._draft(sent)
        if time.monotonic() - began > LONGEST:
            raise TryLater(1.0, "the uploads took long")
        return draft

    def _draft(self, sent: Rendered) -> str:
        made = {**sent.fields, "article_type": "news", "need_open_comment": 0, "only_fans_can_comment": 0}
        for each in sent.media:
            made["content"] = made["content"].replace(escape(each.url), escape(self.api.picture(each)))
        try:
            return self._added(made, self.api.cover(next(iter(sent.media), None)))
        except Refused as refused:
            if refused.code != NO_MEDIA:
                raise
        # A cover uploaded earlier may have been deleted there: once more with a new one.
        return self._added(made, self.api.cover(next(iter(sent.media), None), anew=True))

    def _added(self, made: Mapping[str, Any], cover: str) -> str:
        # Nobody sees a draft: one whose answer is lost is found in the box next time.
        said = self.api.call("draft/add", {"articles": [{**made, "thumb_media_id": cover}]})
        if not said.get("media_id"):
            raise TryLater(AGAIN, "the answer names no draft")
        return str(said["media_id"])

    def look_up(self, sent: Rendered, key: str, since: datetime) -> Receipt | None:
        """Look in the box of drafts, then among what is published, for a submission whose answer was lost.

        In this order: what leaves the box between the two looks is seen by the second. A mass sending is asked for by
        its key, while the platform knows it.
        """
        if self.settings.values.get("way") == "mass":
            if not mass.may_repeat(since):
                raise InDoubt("the platform has forgotten the key by now")
            return self.send(sent, key)
        is_draft = any(_is_same(each, sent) for each in self.api.listed("draft"))
        for each in self.api.listed("freepublish", since - SKEW):
            if _is_same(each, sent) and moment(each) >= since - SKEW:
                return Receipt(str(each.get("article_id")), str(article(each).get("url") or ""), moment(each))
        lost = self.limits.limits["lost"]
        lasts = float(lost["with_draft" if is_draft else "without_trace"])
        raise InDoubt("not published; it may be under way", lasts=lasts)

    def follow(self, receipt: Receipt) -> Receipt | None:
        """Ask for the end of a publication; its receipt names the article, as a withdrawal wants it."""
        if mass.is_mass(receipt):
            return mass.follow(self.api, receipt)
        said = self.api.call("freepublish/get", {"publish_id": receipt.external_id})
        status, found = str(said.get("publish_status", UNDER_WORK)), str(said.get("article_id") or "")
        if status == UNDER_WORK or (status == PUBLISHED and not found):
            return None
        if status != PUBLISHED:
            raise self.limits.error(f"publish_{status}")
        return Receipt(found, _address(said), clock.now())

    def correct(self, receipt: Receipt, sent: Rendered, key: str) -> Receipt:
        """Publish a new article that names the first and says what was wrong in it."""
        return self.send(sent, key)

    def withdraw(self, receipt: Receipt, key: str) -> None:
        """Delete the article; one still being published is waited for, one that is gone is gone."""
        if receipt.external_id.startswith("http"):
            raise Refused("sent_by_hand", Action.BY_HAND)
        if mass.is_mass(receipt):
            return mass.withdraw(self.api, receipt)
        try:
            found = receipt if receipt.is_final else self.follow(receipt)
            if found is None:
                raise TryLater(AGAIN, "still being published")
            self.api.call("freepublish/delete", {"article_id": found.external_id, "index": 0})
        except Refused as refused:
            if refused.code != NO_ARTICLE and not refused.code.startswith("publish_"):
                raise

    def standing(self, receipt: Receipt, sent: Rendered | None) -> Standing:
        """Look at the article; the addresses of its pictures are the platform's own and left out of account."""
        if mass.is_mass(receipt):
            raise InDoubt("a mass sending is not shown by the interface")
        try:
            said = self.api.call("freepublish/getarticle", {"article_id": receipt.external_id})
        except Refused as refused:
            if refused.code == NO_ARTICLE:
                return Standing.GONE
            raise
        found = article({"content": said})
        if found.get("is_deleted"):
            return Standing.GONE
        if sent is None or (_title(found) == _title(sent.fields) and plain(found) == plain(sent.fields)):
            return Standing.THERE
        return Standing.CHANGED

    def probe(self) -> Probed:
        """Ask how many drafts there are: it needs the secret, the white list and the right to publish."""
        self.api.ask("draft/count")
        return Probed(self.api.appid)

    def read_hook(self, hook: Hook) -> Answer:
        """Check the signature, open what is encrypted, answer at once."""
        secrets, answers = self.settings.secrets, answers_of(self.settings.values.get("answers"))
        return read(hook, self.settings.secret("token"), secrets.get("aes_key", ""), self.api.appid, answers)


def _title(of: Mapping[str, Any]) -> list[str]:
    return str(of.get("title", "")).split()


def _is_same(listed: Mapping[str, Any], sent: Rendered, *, exactly: bool = False) -> bool:
    """Say whether something listed is this text; `exactly` also this version of it."""
    found, link = article(listed), str(sent.fields["content_source_url"])
    theirs = str(found.get("content_source_url") or "")
    if _title(found) != _title(sent.fields):
        return False
    return theirs == link if exactly else theirs.partition("#")[0] == link.partition("#")[0]


def _address(said: Mapping[str, Any]) -> str:
    detail = said.get("article_detail")
    items = detail.get("item") if isinstance(detail, dict) else None
    first = items[0] if isinstance(items, list) and items else None
    return str(first.get("article_url") or "") if isinstance(first, dict) else ""
