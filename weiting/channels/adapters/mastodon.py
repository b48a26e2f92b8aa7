"""An account on somebody else's Mastodon server, by its client interface.

A server keeps the key of a sending for an hour; a lost answer is asked about in the list of the account's texts all the
same, which holds for any time. A text is corrected in place: the server shows its readers that and how it was edited.
Source: docs.joinmastodon.org, methods/statuses, methods/media, methods/accounts, methods/instance, api/rate-limits.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from html import unescape
from typing import Any

from weiting.channels.kept import Kept
from weiting.channels.ports import (
    Answer,
    Hook,
    InDoubt,
    Media,
    Probed,
    Receipt,
    Rendered,
    Settings,
    Standing,
    TryLater,
    Verb,
    Words,
)
from weiting.channels.rules import rules
from weiting.channels.wire import Reply, Wire
from weiting.text.finding import Message, _, message
from weiting.text.lengths import channels, shortened

KIND = "mastodon"
# What was uploaded for a sending is used when it is tried again: a server keeps an unused file for a while.
KEPT = Kept()
HOUR = 3600.0
TAG, BLANK = re.compile(r"<[^>]*>"), re.compile(r"\s+")
MENTION = re.compile(r"(?<![\w/])(@\w+)@[\w.\-]+")
PAGE, PAGES = 40, 5
SKEW = timedelta(minutes=5)
LOOK_EVERY, LOOKS = 0.5, 16
# Uploads that take longer are gone on with in another call: a worker must not hold its line without end.
LONGEST = 45.0


class Mastodon:
    """One account. Settings: `base`, and the limits the server named when it was tried; secret: `token`."""

    can = frozenset({Verb.SEND, Verb.LOOK_UP, Verb.CORRECT, Verb.WITHDRAW, Verb.CHECK, Verb.PROBE})
    limits = rules(KIND)

    def __init__(self, settings: Settings, wire: Wire) -> None:
        self.settings, self.wire = settings, wire

    def render(self, words: Words) -> Rendered:
        """The heading, the text as far as the server takes it, the link, and pictures with their descriptions."""
        notes: list[Message] = []
        said = words.said.strip() or _whole(words)
        if words.correcting:
            said = f"{words.correcting}\n\n{said}"
        # Beside the link, which counts the same whatever its length, and the empty line before it.
        room = self._limit("text") - self._limit("link") - 2
        bare = said.replace(words.url, "").strip()
        text = shortened(bare, replace(channels()[KIND], limit=room))
        if text != bare:
            notes.append(
                message(_("Shortened to what the server takes; the whole text stands behind the link."))
            )
        media = [each for each in words.media if self._takes(each)]
        most = self._limit("pictures")
        if len(media) > most or len(media) < len(words.media):
            notes.append(message(_("Some files are not taken there; they stand behind the link.")))
        text = f"{text}\n\n{words.url}"
        return Rendered(
            text,
            {"status": text, "visibility": "public", "language": "zh"},
            tuple(media[:most]),
            tuple(notes),
        )

    def _limit(self, name: str) -> int:
        said = str(self.settings.values.get(f"most_{name}", ""))
        # What cannot be a number of theirs is not taken for one.
        is_said = said.isascii() and said.isdigit() and len(said) < 12 and said.strip("0") != ""
        return int(said) if is_said else int(self.limits.limits[name])

    def _takes(self, media: Media) -> bool:
        return media.mime in self.limits.limits["picture_types"] and media.size <= self._limit(
            "picture_bytes"
        )

    def send(self, sent: Rendered, key: str) -> Receipt:
        """Post it under its key; the files are uploaded first, which nobody sees."""
        began, files = time.monotonic(), []
        for each in sent.media:
            if time.monotonic() - began > LONGEST:
                raise TryLater(1.0, "the uploads took long")
            files.append(self._uploaded(each, key))
        body = {**sent.fields, "media_ids": files}
        return _receipt(self._call("POST", "v1/statuses", body, acts=True, key=key))

    def look_up(self, sent: Rendered, key: str, since: datetime) -> Receipt | None:
        """Look through what the account posted since."""
        me, page = str(self._me().get("id", "")), {"limit": str(PAGE), "exclude_reblogs": "true"}
        for _n in range(PAGES):
            found = self._listed(f"v1/accounts/{me}/statuses", page)
            for each in found:
                if _same(each, sent):
                    return _receipt(each)
            oldest = min((_moment(each.get("created_at")) or since for each in found), default=since)
            if len(found) < PAGE or oldest < since - SKEW:
                return None
            page = {**page, "max_id": str(found[-1].get("id", ""))}
        raise InDoubt("more texts since than are looked through")

    def follow(self, receipt: Receipt) -> Receipt | None:
        """Never asked: what a server takes is out at once."""
        return receipt

    def correct(self, receipt: Receipt, sent: Rendered, key: str) -> Receipt:
        """Edit the text in place, with its pictures; editing twice is editing once, so a lost answer does no harm."""
        path = f"v1/statuses/{receipt.external_id}"
        there = self._call("GET", path)
        files = [
            str(each.get("id")) for each in there.get("media_attachments") or () if isinstance(each, dict)
        ]
        made = self._call("PUT", path, {**_edited(sent), "media_ids": files})
        return replace(_receipt(made), at=_moment(made.get("edited_at")) or _moment(made.get("created_at")))

    def withdraw(self, receipt: Receipt, key: str) -> None:
        """Delete it; one that is not there any more counts as deleted."""
        reply = self._reply("DELETE", f"v1/statuses/{receipt.external_id}", None)
        if reply.status not in {404, 410}:
            self._checked(reply)

    def standing(self, receipt: Receipt, sent: Rendered | None) -> Standing:
        """Say whether it is still there and still says what was sent."""
        reply = self._reply("GET", f"v1/statuses/{receipt.external_id}", None)
        if reply.status in {404, 410}:
            return Standing.GONE
        found = self._checked(reply)
        return Standing.THERE if sent is None or _same(found, sent) else Standing.CHANGED

    def probe(self) -> Probed:
        """Ask who we are there, and what the server takes."""
        me = self._me()
        said = self._call("GET", "v2/instance").get("configuration") or {}
        texts, files = said.get("statuses") or {}, said.get("media_attachments") or {}
        named = {
            "most_text": texts.get("max_characters"),
            "most_link": texts.get("characters_reserved_per_url"),
            "most_pictures": texts.get("max_media_attachments"),
            "most_picture_bytes": files.get("image_size_limit"),
        }
        values = {name: str(each) for name, each in named.items() if isinstance(each, int) and each > 0}
        return Probed(
            f"@{me.get('acct') or me.get('username')}", values | {"account_url": str(me.get("url") or "")}
        )

    def read_hook(self, hook: Hook) -> Answer:
        """Nothing is heard from there."""
        return Answer(404)

    def _me(self) -> dict[str, Any]:
        return self._call("GET", "v1/accounts/verify_credentials")

    def _uploaded(self, media: Media, key: str) -> str:
        whose = sha256(self.settings.secret("token").encode()).hexdigest()
        name = (self.settings.base, whose, key, media.url)
        known = KEPT.get(*name)
        if not known:
            file = {"file": (media.name, media.open(), media.mime)}
            reply = self._reply(
                "POST", "v2/media", {"description": media.alt[: self._limit("alt")]}, files=file
            )
            known = KEPT.keep(str(self._checked(reply).get("id") or ""), HOUR, *name)
            if reply.status == 200:
                return known
        for _n in range(LOOKS):
            # 206 while the server works on it; a text with such a file would be refused.
            reply = self._reply("GET", f"v1/media/{known}", None)
            if reply.status == 404:
                KEPT.forget(*name)
                raise TryLater(1.0, "the file is gone there")
            self._checked(reply)
            if reply.status == 200:
                return known
            time.sleep(LOOK_EVERY)
        raise TryLater(30.0, "the server still works on a file")

    def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        acts: bool = False,
        key: str = "",
    ) -> dict[str, Any]:
        return self._checked(self._reply(method, path, body, acts=acts, key=key))

    def _listed(self, path: str, asked: Mapping[str, str]) -> list[dict[str, Any]]:
        reply = self._reply("GET", path, asked)
        if reply.status != 200:
            self._checked(reply)
        found = reply.json()
        if not isinstance(found, list):
            raise InDoubt("the answer is no list")
        return [each for each in found if isinstance(each, dict)]

    def _reply(
        self, method: str, path: str, body: Mapping[str, Any] | None, *,
        acts: bool = False, key: str = "", files: Any = None,
    ) -> Reply:  # fmt: skip
        headers = {"Authorization": f"Bearer {self.settings.secret('token')}", "Accept": "application/json"}
        is_json = method != "GET" and files is None and body is not None
        return self.wire.call(
            method,
            f"{self.settings.base.rstrip('/')}/api/{path}",
            acts=acts,
            params=body if method == "GET" else None,
            data=body if files is not None else None,
            json=body if is_json else None,
            files=files,
            headers=headers | ({"Idempotency-Key": key} if key else {}),
        )

    def _checked(self, reply: Reply) -> dict[str, Any]:
        said = reply.json()
        found = said if isinstance(said, dict) else {}
        if not 200 <= reply.status < 300:
            raise self.limits.error(str(reply.status), str(found.get("error", ""))[:200])
        return found


def _whole(words: Words) -> str:
    parts = [words.title.strip(), words.body.strip() or words.summary.strip()]
    return "\n\n".join(each for each in parts if each)


def _edited(sent: Rendered) -> dict[str, Any]:
    """What an edit may say: whom it is for cannot be changed."""
    return {name: each for name, each in sent.fields.items() if name != "visibility"}


def _bare(text: str) -> str:
    """What is the same before and after the server has made a page of it: no blanks, no servers of mentions."""
    return BLANK.sub("", MENTION.sub(r"\1", text))


def _same(status: Mapping[str, Any], sent: Rendered) -> bool:
    return _bare(unescape(TAG.sub("", str(status.get("content") or "")))) == _bare(sent.text)


def _receipt(status: Mapping[str, Any]) -> Receipt:
    found = str(status.get("id") or "")
    if not found:
        raise InDoubt("the answer names no text")
    url = str(status.get("url") or status.get("uri") or "")
    return Receipt(found, url if url.startswith("http") else "", _moment(status.get("created_at")))


def _moment(said: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return found if found.tzinfo else None
