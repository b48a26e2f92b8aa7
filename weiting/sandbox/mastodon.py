"""A fake Mastodon server: texts, edits, files and what the server takes, as its client interface answers.

Shapes after docs.joinmastodon.org: methods/statuses, methods/media, methods/accounts, methods/instance,
entities/Status, api/rate-limits. An account's token is "token-" and its name.
"""

import json
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import escape
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from weiting.sandbox.state import Call, Channel, Reply, Said
from weiting.text.graphemes import graphemes

TEXT, LINK, PICTURES, ALT = 500, 23, 4, 1500
PICTURE_BYTES = 16_777_216
TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
URL = re.compile(r"https?://[^\s<]+")
HOUR = 3600.0
HOST = "https://mastodon.example"
ID = re.compile(r"/api/v1/(statuses|media|accounts)/(\w+)(/source|/history|/statuses)?")


def length(text: str) -> int:
    """Count as a server does: a link as 23 whatever it is, everything else by what readers see as one character."""
    return sum(1 for _each in graphemes(URL.sub("x" * LINK, text)))


def page_of(text: str) -> str:
    """Make of a text what a server shows: paragraphs, and links whose long parts are hidden but there."""

    def linked(found: re.Match[str]) -> str:
        scheme, rest = found[0].split("//", 1)
        return (
            f'<a href="{escape(found[0])}" target="_blank" rel="nofollow noopener" translate="no">'
            f'<span class="invisible">{scheme}//</span><span class="ellipsis">{escape(rest[:30])}</span>'
            f'<span class="invisible">{escape(rest[30:])}</span></a>'
        )

    parts = []
    for each in re.split(r"\n{2,}", text.strip()):
        pieces, at = [], 0
        for found in URL.finditer(each):
            pieces += [escape(each[at : found.start()], quote=False), linked(found)]
            at = found.end()
        pieces.append(escape(each[at:], quote=False))
        parts.append("<p>" + "".join(pieces).replace("\n", "<br />") + "</p>")
    return "".join(parts)


def _at(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _wrong(status: int, words: str) -> Reply:
    return status, {"error": words}


@dataclass
class File:
    """One uploaded file; `ready_at` is when the server has worked on it."""

    account: str
    description: str
    ready_at: float
    used: bool = False


@dataclass
class Mastodon(Channel):
    """The accounts of one server."""

    coded: ClassVar[tuple[int, str, str]] = (0, "code", "error")
    files: dict[str, File] = field(default_factory=dict)
    pictures: dict[int, list[str]] = field(default_factory=dict)
    edited: dict[int, list[tuple[float, str]]] = field(default_factory=dict)
    keys: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)
    # How long the server works on a file, and when a used-up limit ends ("": none is used up).
    file_seconds: float = 0.0
    limited_until: str = ""

    def forget(self) -> None:
        """Forget texts and files; no limit is used up."""
        super().forget()
        for each in (self.files, self.pictures, self.edited, self.keys):
            each.clear()
        self.file_seconds, self.limited_until = 0.0, ""

    def switch(self, name: str, said: dict[str, Any], now: float) -> None:
        """Use up the limit for some seconds ("limit"), or let files take time ("files")."""
        if name == "limit":
            self.limited_until = _at(now + float(said["seconds"])) if said.get("seconds") else ""
        elif name == "files":
            self.file_seconds = float(said.get("seconds", 0))

    def answer(self, call: Call) -> Reply:
        """Answer one call as a server does, with the headers that say how many are left."""
        if self.limited_until:
            left = {
                "X-RateLimit-Limit": "300",
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset": self.limited_until,
            }
            return 429, {"error": "Too many requests"}, left
        found = self._answered(call)
        left = {
            "X-RateLimit-Limit": "300",
            "X-RateLimit-Remaining": "299",
            "X-RateLimit-Reset": _at(call.now + 300),
        }
        return found[0], found[1], left

    def _answered(self, call: Call) -> Reply:
        call = replace(call, path=call.path.rstrip("/"))
        if call.path in {"/api/v1/instance", "/api/v2/instance"}:
            return 200, _instance()
        account = call.headers.get("authorization", "").removeprefix("Bearer ").removeprefix("token-")
        if not account or account in self.expired or account == call.headers.get("authorization"):
            return _wrong(401, "The access token is invalid")
        match call.method, call.path:
            case "GET", "/api/v1/accounts/verify_credentials":
                return 200, self._account(account)
            case "POST", "/api/v1/statuses":
                return self._post(call, account)
            case "POST", "/api/v1/media" | "/api/v2/media":
                return self._upload(call, account)
        one = ID.fullmatch(call.path)
        return (
            self._one(one[1], one[2], one[3] or "", account, call) if one else _wrong(404, "Record not found")
        )

    def _one(self, what: str, name: str, part: str, account: str, call: Call) -> Reply:
        if what == "media":
            return self._file(name, account, call.now)
        if what == "accounts":
            return self._of_account(name, part, call)
        return self._status(name, part, account, call)

    def _post(self, call: Call, account: str) -> Reply:
        key = (account, call.headers.get("idempotency-key", ""))
        known = self.keys.get(key) if key[1] else None
        if known and call.now - known[0] < HOUR:
            return 200, self._shown(next(each for each in self.said if each.id == known[1]))
        given = _given(call)
        if (wrong := self._refused(given, account, call.now)) is not None:
            return wrong
        files = given["media_ids"]
        made = self.say(account, str(given.get("status", "")), call.now, key=key[1], pictures=len(files))
        self._use(made.id, files)
        if key[1]:
            self.keys[key] = (call.now, made.id)
        return 200, self._shown(made)

    def _refused(self, given: dict[str, Any], account: str, now: float) -> Reply | None:
        text, files = str(given.get("status") or ""), given["media_ids"]
        if not text.strip() and not files:
            return _wrong(422, "Validation failed: Text can't be blank")
        if length(text) > TEXT:
            return _wrong(422, f"Validation failed: Text character limit of {TEXT} exceeded")
        if len(files) > PICTURES:
            return _wrong(422, "Cannot attach more than 4 files")
        known = [self.files.get(each) for each in files]
        if any(each is None or each.account != account for each in known):
            return _wrong(422, "Validation failed: Media attachments are invalid")
        if any(each is not None and each.ready_at > now for each in known):
            return _wrong(
                422, "Cannot attach files that have not finished processing. Try again in a moment!"
            )
        return None

    def _use(self, status: int, files: list[str]) -> None:
        self.pictures[status] = files
        for each in files:
            self.files[each].used = True

    def _status(self, name: str, part: str, account: str, call: Call) -> Reply:
        found = next((each for each in self.said if str(each.id) == name and each.event != "withdrawn"), None)
        if found is None or (call.method != "GET" and found.account != account):
            return _wrong(404, "Record not found")
        if part == "/source":
            return 200, {"id": name, "text": found.text, "spoiler_text": ""}
        if part == "/history":
            said = [*self.edited.get(found.id, []), (found.at, found.text)]
            return 200, [{"content": page_of(text), "created_at": _at(at)} for at, text in said]
        if call.method == "PUT":
            return self._edit(found, call, account)
        shown = self._shown(found)
        if call.method == "DELETE":
            found.event = "withdrawn"
            return 200, shown | {"text": found.text}
        return 200, shown

    def _edit(self, found: Said, call: Call, account: str) -> Reply:
        given = _given(call)
        if (wrong := self._refused(given, account, call.now)) is not None:
            return wrong
        text = str(given.get("status") or "")
        if text != found.text:
            self.edited.setdefault(found.id, []).append((call.now, found.text))
        # What is not named any more is taken away.
        self._use(found.id, given["media_ids"])
        found.text, found.event = text, "corrected"
        return 200, self._shown(found)

    def _upload(self, call: Call, account: str) -> Reply:
        given, files = call.form()
        if not files:
            return _wrong(422, "Validation failed: File can't be blank")
        name = str(next(self._ids))
        self.files[name] = File(account, given.get("description", ""), call.now + self.file_seconds)
        return (202 if self.file_seconds else 200), self._attachment(name, call.now)

    def _file(self, name: str, account: str, now: float) -> Reply:
        found = self.files.get(name)
        if found is None or found.account != account:
            return _wrong(404, "Record not found")
        return (206 if found.ready_at > now else 200), self._attachment(name, now)

    def _attachment(self, name: str, now: float) -> dict[str, Any]:
        found = self.files[name]
        url = f"{HOST}/media/{name}.jpg" if found.ready_at <= now else None
        return {
            "id": name, "type": "image", "url": url, "preview_url": url, "remote_url": None, "meta": {},
            "description": found.description or None, "blurhash": None,
        }  # fmt: skip

    def _of_account(self, name: str, part: str, call: Call) -> Reply:
        if part != "/statuses":
            return 200, self._account(name)
        asked = call.asked
        most = int(asked.get("max_id") or 10**18)
        rows = [each for each in self.of(name) if each.id < most and each.event != "withdrawn"]
        return 200, [self._shown(each) for each in rows[: min(int(asked.get("limit") or 20), 40)]]

    def _account(self, name: str) -> dict[str, Any]:
        return {
            "id": name, "username": name, "acct": name, "display_name": name, "locked": False, "bot": False,
            "created_at": "2020-01-01T00:00:00.000Z", "note": "", "url": f"{HOST}/@{name}",
            "avatar": f"{HOST}/a.png", "avatar_static": f"{HOST}/a.png",
            "header": f"{HOST}/h.png", "header_static": f"{HOST}/h.png",
            "followers_count": 0, "following_count": 0, "statuses_count": len(self.of(name)),
            "emojis": [], "fields": [],
        }  # fmt: skip

    def _shown(self, each: Said) -> dict[str, Any]:
        edits = self.edited.get(each.id, [])
        return {
            "id": str(each.id), "created_at": _at(each.at), "edited_at": _at(edits[-1][0]) if edits else None,
            "in_reply_to_id": None, "in_reply_to_account_id": None, "sensitive": False, "spoiler_text": "",
            "visibility": "public", "language": "zh", "uri": f"{HOST}/users/{each.account}/statuses/{each.id}",
            "url": f"{HOST}/@{each.account}/{each.id}", "content": page_of(each.text), "reblog": None,
            "account": self._account(each.account), "mentions": [], "tags": [], "emojis": [],
            "card": None, "poll": None,
            "media_attachments": [self._attachment(name, 10.0**12) for name in self.pictures.get(each.id, [])],
            "replies_count": 0, "reblogs_count": 0, "favourites_count": 0,
        }  # fmt: skip


def _given(call: Call) -> dict[str, Any]:
    """Read what was sent as JSON or as a form; files are named once or many times."""
    if call.headers.get("content-type", "").startswith("application/json"):
        found = json.loads(call.body or b"{}")
    else:
        pairs = parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True)
        found = dict(pairs)
        found["media_ids"] = [value for name, value in pairs if name.startswith("media_ids")]
    return found | {"media_ids": [str(each) for each in found.get("media_ids") or ()]}


def _instance() -> dict[str, Any]:
    return {
        "domain": "mastodon.example", "uri": "mastodon.example", "title": "Sandbox", "version": "4.3.0",
        "api_versions": {"mastodon": 2}, "languages": ["zh"], "rules": [],
        "configuration": {
            "urls": {}, "accounts": {"max_featured_tags": 10},
            "statuses": {
                "max_characters": TEXT, "max_media_attachments": PICTURES, "characters_reserved_per_url": LINK,
            },
            "media_attachments": {
                "description_limit": ALT, "supported_mime_types": list(TYPES), "image_size_limit": PICTURE_BYTES,
            },
        },
    }  # fmt: skip
