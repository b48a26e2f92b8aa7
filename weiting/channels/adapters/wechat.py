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

from weiting.channels.ports import (
    Action,
    Answer,
    Hook,
    InDoubt,
    Receipt,
    Refused,
    Rendered,
    Settings,
    TryLater,
    Verb,
    Words,
)
from weiting.channels.rules import rules
from weiting.channels.wechat_api import AGAIN, Api, article, moment
from weiting.channels.wechat_article import rendered
from weiting.channels.wechat_hook import read
from weiting.channels.wire import Wire
from weiting.core import clock

KIND = "wechat"
# Uploads that take longer are gone on with in another call: a worker must not hold its line without end.
LONGEST = 45.0
# How long a lost submission may be under way: with its draft still there, and without a trace of either.
UNDER_WAY, WITHOUT_TRACE = timedelta(minutes=10), timedelta(hours=1)
SKEW = timedelta(minutes=5)
PUBLISHED, UNDER_WORK = "0", "1"
NO_MEDIA, NO_ARTICLE = "40007", "53600"


class WeChat:
    """One account. Settings: `appid`, `author`; `kind` and `ip` are for people: which account it is, and the address
    its white list must hold. Secrets: `secret`; `token` and `aes_key` for call-backs."""

    can = frozenset({Verb.SEND, Verb.LOOK_UP, Verb.FOLLOW, Verb.CORRECT, Verb.WITHDRAW, Verb.HOOK})
    limits = rules(KIND)

    def __init__(self, settings: Settings, wire: Wire) -> None:
        self.settings, self.api = settings, Api(settings, wire)

    def render(self, words: Words) -> Rendered:
        """An article with its pictures below the text; the first is the cover."""
        return rendered(words, self.settings.values.get("author", ""))

    def send(self, sent: Rendered, key: str) -> Receipt:
        """Make the draft unless it is there, and submit it; what becomes of it is asked by `follow`."""
        began = time.monotonic()
        drafts = (each for each in self.api.listed("draft") if _is_same(each, sent, exactly=True))
        draft = str(next(drafts, {}).get("media_id") or "") or self._draft(sent)
        if time.monotonic() - began > LONGEST:
            raise TryLater(1.0, "the uploads took long")
        said = self.api.call("freepublish/submit", {"media_id": draft}, acts=True)
        if not said.get("publish_id"):
            raise InDoubt("the answer names no publication")
        return Receipt(str(said["publish_id"]), is_final=False)

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
        """Look among what is published, then in the box of drafts, for a submission whose answer was lost."""
        for each in self.api.listed("freepublish", since - SKEW):
            if _is_same(each, sent) and moment(each) >= since - SKEW:
                return Receipt(str(each.get("article_id")), str(article(each).get("url") or ""), moment(each))
        is_draft = any(_is_same(each, sent) for each in self.api.listed("draft"))
        if clock.now() - since < (UNDER_WAY if is_draft else WITHOUT_TRACE):
            raise InDoubt("not published; it may be under way")
        return None

    def follow(self, receipt: Receipt) -> Receipt | None:
        """Ask for the end of a publication; its receipt names the article, as a withdrawal wants it."""
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
        try:
            found = receipt if receipt.is_final else self.follow(receipt)
            if found is None:
                raise TryLater(AGAIN, "still being published")
            self.api.call("freepublish/delete", {"article_id": found.external_id, "index": 0})
        except Refused as refused:
            if refused.code != NO_ARTICLE and not refused.code.startswith("publish_"):
                raise

    def read_hook(self, hook: Hook) -> Answer:
        """Check the signature, open what is encrypted, answer at once."""
        secrets = self.settings.secrets
        return read(hook, self.settings.secret("token"), secrets.get("aes_key", ""), self.api.appid)


def _is_same(listed: Mapping[str, Any], sent: Rendered, *, exactly: bool = False) -> bool:
    """Say whether something listed is this text; `exactly` also this version of it."""
    found, link = article(listed), str(sent.fields["content_source_url"])
    theirs = str(found.get("content_source_url") or "")
    if str(found.get("title", "")).split() != str(sent.fields["title"]).split():
        return False
    return theirs == link if exactly else theirs.partition("#")[0] == link.partition("#")[0]


def _address(said: Mapping[str, Any]) -> str:
    detail = said.get("article_detail")
    items = detail.get("item") if isinstance(detail, dict) else None
    first = items[0] if isinstance(items, list) and items else None
    return str(first.get("article_url") or "") if isinstance(first, dict) else ""
