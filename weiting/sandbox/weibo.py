"""A fake Sina Weibo: authorising, texts, comments, lists and pushes as the open platform answers and makes them.

Shapes and codes after open.weibo.com/wiki: Oauth2/*, 2/statuses/*, C/2/statuses/*/biz, 2/comments/*, Error_code.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from itertools import count
from math import ceil
from typing import Any
from urllib.parse import urlencode, urlsplit

from weiting.sandbox import backs as calling
from weiting.sandbox.platform import Platform
from weiting.sandbox.state import Call, Reply, Said

SAFE = re.compile(r"https?://\S+")
TOPIC = re.compile(r"#[^#\s]+#")
# The platform shows an app only so many of an account's own texts, and so much of a list.
SHOWN, LISTED = 5, 50
SHORT, LONG = 140, 2000
A_MONTH = 30 * 86400
HOUR, DAY = 3600, 86400
STYLE = (
    "body{font:16px/1.7 system-ui,sans-serif;margin:0;background:#f6f6f4;color:#222}"
    "main{max-width:24rem;margin:10vh auto;padding:2rem;background:#fff;border-top:4px solid #e6162d}"
    "h1{font-size:1.3rem;margin-top:0}input{font:inherit;width:100%;padding:.5rem;box-sizing:border-box}"
    "button{font:inherit;padding:.5rem 1.5rem}button[value=yes]{background:#e6162d;color:#fff;border:0}"
)


@dataclass
class Weibo(Platform):
    """The accounts of the open platform; "token-" and the number of an account is a token for it from the beginning."""

    backs: calling.Backs = field(default_factory=lambda: calling.Backs(calling.weibo))
    # By token: whose it is, and until when. By code: who authorised, and to which address it goes back.
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    codes_given: dict[str, tuple[str, str]] = field(default_factory=dict)
    lasts: float = A_MONTH
    # Tokens given out here that were made to end before their time.
    ended: set[str] = field(default_factory=set)
    # What people wrote under texts and about accounts: by account.
    comments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    mentions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    # At most so many shares an hour and calls a day; none: as many as one likes.
    limits: dict[str, int] = field(default_factory=dict)
    spent: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    pictures: set[str] = field(default_factory=set)
    _numbers: Any = field(default_factory=lambda: count(1))

    def answer(self, call: Call) -> Reply:
        """Answer one call of the open platform, or show its page."""
        self.tick(call.now)
        if call.path == "/oauth2/authorize":
            return _authorise(self, call)
        given, pictures = call.form()
        if call.path.startswith("/oauth2/"):
            return _token(self, call.path, given, call.now)
        return answer(self, call.method, call.path, given, pictures, call.now)

    def switch(self, name: str, said: dict[str, Any], now: float) -> None:
        """Besides what every platform does: people write (`comment`, `mention`, `message`), a text is deleted or
        changed (`remove`, `edit`), tokens last so long (`lasts`), calls are counted (`limits`)."""
        super().switch(name, said, now)
        if name in {"comment", "mention"}:
            self.written(name, said, now)
        elif name == "message":
            self.backs.tell(str(said["account"]), "message", _pushed(said, now), now)
        elif name == "remove":
            self.gone.add(int(said["id"]))
        elif name == "edit":
            for each in self.said:
                each.text = str(said["text"]) if each.id == int(said["id"]) else each.text
        elif name == "lasts":
            self.lasts = float(said["seconds"])
        elif name == "limits":
            self.limits = {str(key): int(value) for key, value in said.get("limits", {}).items()}

    def written(self, kind: str, said: dict[str, Any], now: float) -> None:
        """Let somebody write a comment under a text, or a text that names an account."""
        account = str(said["account"])
        made = {
            "id": next(self._ids),
            "created_at": _moment(now),
            "text": str(said.get("text", "")),
            "user": {"id": int(said.get("from", 2000000001)), "screen_name": str(said.get("name", "路人甲"))},
        }
        made["idstr"] = str(made["id"])
        if kind == "comment":
            under = next((each for each in self.said if str(each.id) == str(said.get("under"))), None)
            made["status"] = _shown(under) if under else {}
            self.comments.setdefault(account, []).append(made)
        else:
            self.mentions.setdefault(account, []).append(made)
            pushed = _pushed({**said, "text": made["text"]}, now)
            data = {"subtype": "status", "key": made["idstr"]}
            self.backs.tell(account, kind, {**pushed, "type": "mention", "data": data}, now)

    def forget(self) -> None:
        """Forget everything but tokens and addresses."""
        super().forget()
        for each in (self.comments, self.mentions, self.gone, self.spent, self.limits):
            each.clear()

    def expire(self, accounts: set[str]) -> None:
        """Have the tokens these accounts hold now be over; one that is fetched afterwards is good."""
        super().expire(accounts)
        self.ended = {token for token, (account, _until) in self.tokens.items() if account in accounts}

    def account_of(self, token: str, now: float) -> tuple[str, bool]:
        """Return whose a token is, "" when nobody's, and whether it still holds."""
        if token in self.tokens:
            account, until = self.tokens[token]
            return account, now < until and token not in self.ended and not self.is_expired
        account = token.removeprefix("token-") if token.startswith("token-") else ""
        return account, account not in self.expired and not self.is_expired

    def spend(self, account: str, path: str, now: float) -> int:
        """Count a call; return the code of a quota that is used up, or 0."""
        if self.is_used_up:
            return 10023
        spans = [("calls", 10023, DAY)] + ([("posts", 10024, HOUR)] if path.endswith("share.json") else [])
        for name, code, span in spans:
            key = (account, name, int(now // span))
            self.spent[key] += 1
            if name in self.limits and self.spent[key] > self.limits[name]:
                return code
        return 0


def _wrong(code: int, words: str, path: str) -> Reply:
    return 403 if code < 21300 else 401, {"request": path, "error_code": code, "error": words}


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%a %b %d %H:%M:%S %z %Y")


def _shown(each: Said) -> dict[str, Any]:
    return {
        "created_at": _moment(each.at),
        "id": each.id,
        "idstr": str(each.id),
        "mid": str(each.id),
        "text": each.text.strip(),
        "user": {"id": each.account, "verified_type": 1},
        "reposts_count": 0,
        "comments_count": 0,
        "attitudes_count": 0,
    }


def length(text: str) -> int:
    """Count as the platform does: half a character for a byte, a link as ten."""
    bare, links = SAFE.subn("", text)
    return ceil(sum(0.5 if ord(sign) < 128 else 1 for sign in bare) + 10 * links)


# --- authorising --------------------------------------------------------------------------------------------


def _authorise(channel: Weibo, call: Call) -> Reply:
    """Show the page on which an account is authorised; whoever chose goes back with a code, or with a refusal."""
    asked = call.asked
    back, state = asked.get("redirect_uri", ""), asked.get("state", "")
    if not asked.get("client_id") or urlsplit(back).scheme not in {"http", "https"}:
        return _wrong(21322, "redirect_uri_mismatch", call.path)
    account = asked.get("account", "").strip()
    if asked.get("choice") == "no":
        said = {
            "error": "access_denied",
            "error_code": "21330",
            "error_description": "user denied",
            "state": state,
        }
        return 302, b"", {"location": f"{back}?{urlencode(said)}"}
    if account:
        code = f"code{next(channel._numbers):06}"
        channel.codes_given[code] = (account, back)
        return 302, b"", {"location": f"{back}?{urlencode({'code': code, 'state': state})}"}
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in asked.items()
    )
    known = (
        {each.account for each in channel.said}
        | channel.expired
        | {of for of, _until in channel.tokens.values()}
    )
    options = "".join(f'<option value="{escape(each)}">' for each in sorted(known))
    page = (
        '<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>微博授权</title><style>{STYLE}</style><main><h1>授权给政务发布厅</h1>"
        "<p>沙箱里的微博。写上要授权的账号编号，和连接设置里的一样。</p>"
        f'<form>{hidden}<p><label>账号编号<br><input name="account" list="known" autofocus></label></p>'
        f'<datalist id="known">{options}</datalist>'
        '<p><button name="choice" value="yes">授权</button> '
        '<button name="choice" value="no">取消</button></p></form></main></html>'
    )
    return 200, page.encode()


def _token(channel: Weibo, path: str, given: dict[str, str], now: float) -> Reply:
    if path == "/oauth2/get_token_info":
        token = given.get("access_token", "")
        account, holds = channel.account_of(token, now)
        if not account or not holds:
            return _wrong(
                21327 if account else 21332, "expired_token" if account else "invalid_access_token", path
            )
        left = int(channel.tokens[token][1] - now) if token in channel.tokens else A_MONTH
        return 200, {
            "uid": account,
            "appkey": "1234",
            "scope": None,
            "create_at": int(now),
            "expire_in": str(left),
        }
    if path != "/oauth2/access_token" or given.get("grant_type") != "authorization_code":
        return _wrong(21328, "unsupported_grant_type", path)
    account, back = channel.codes_given.pop(given.get("code", ""), ("", ""))
    if not account or back != given.get("redirect_uri"):
        return _wrong(21325, "invalid_grant", path)
    token = f"2.00{next(channel._numbers):06}{account}"
    channel.tokens[token] = (account, now + channel.lasts)
    channel.expired.discard(account)
    lasts = int(channel.lasts)
    return 200, {
        "access_token": token,
        "expires_in": lasts,
        "remind_in": str(lasts),
        "uid": account,
        "isRealName": "true",
    }


# --- texts --------------------------------------------------------------------------------------------------


def answer(channel: Weibo, method: str, path: str, given: dict[str, str], pictures: int, now: float) -> Reply:
    """Answer one call of the open platform."""
    uid, holds = channel.account_of(given.get("access_token", ""), now)
    if not uid:
        return _wrong(21332, "invalid_access_token", path)
    if not holds:
        return _wrong(21327, "expired_token", path)
    if (code := channel.spend(uid, path, now)) != 0:
        return _wrong(code, "User requests out of rate limit!", path)
    known = KNOWN.get((method, path.removeprefix("/2/").removesuffix(".json")))
    return (
        known(channel, uid, path, given, pictures, now)
        if known
        else _wrong(10020, "Request api not found", path)
    )


def _timeline(channel: Weibo, uid: str, path: str, given: dict[str, str], pictures: int, now: float) -> Reply:
    own = [each for each in channel.of(uid) if each.of is None and each.id not in channel.gone]
    return 200, {"statuses": [_shown(each) for each in own][:SHOWN]}


def _show(channel: Weibo, uid: str, path: str, given: dict[str, str], pictures: int, now: float) -> Reply:
    found = next((each for each in channel.said if str(each.id) == given.get("id")), None)
    if found is None or found.id in channel.gone or found.event == "withdrawn":
        return _wrong(20101, "target weibo does not exist!", path)
    return 200, _shown(found)


def _share(channel: Weibo, uid: str, path: str, given: dict[str, str], pictures: int, now: float) -> Reply:
    text = given.get("status", "")
    if TOPIC.search(text) or not SAFE.search(text):
        return _wrong(10017, "param status's value is illegal", path)
    return _said(channel, uid, path, given, pictures, now)


def _said(channel: Weibo, uid: str, path: str, given: dict[str, str], pictures: int, now: float) -> Reply:
    text = given.get("status", "")
    if not text.strip():
        return _wrong(20008, "Content is null", path)
    if length(text.strip()) > (LONG if given.get("is_longtext") == "1" else SHORT):
        return _wrong(20012, "Text too long, please input text less than 140 characters", path)
    newest = channel.of(uid)[:1]
    if newest and newest[0].text.split() == text.split():
        return _wrong(20019, "Repeat content", path)
    named = [each for each in given.get("pic_id", "").split(",") if each]
    if len(named) > 9 or not set(named) <= channel.pictures:
        return _wrong(20014, "pic_id illegal", path)
    return 200, _shown(channel.say(uid, text, now, pictures=pictures or len(named)))


def _picture(channel: Weibo, uid: str, path: str, given: dict[str, str], pictures: int, now: float) -> Reply:
    if not pictures:
        return _wrong(20007, "multipart has no image", path)
    made = f"946308c5jw1sandbox{next(channel._numbers)}"
    channel.pictures.add(made)
    return 200, {"pic_id": made, "thumbnail_pic": f"http://ww3.sinaimg.cn/thumbnail/{made}.jpg"}


def _destroy(channel: Weibo, uid: str, path: str, given: dict[str, str], pictures: int, now: float) -> Reply:
    found = next((each for each in channel.of(uid) if str(each.id) == given.get("id")), None)
    if found is None or found.event == "withdrawn":
        return _wrong(20101, "target weibo does not exist!", path)
    found.event = "withdrawn"
    return 200, _shown(found)


def _comment(channel: Weibo, uid: str, path: str, given: dict[str, str], pictures: int, now: float) -> Reply:
    on = next((each for each in channel.said if str(each.id) == given.get("id")), None)
    if on is None or on.id in channel.gone:
        return _wrong(20101, "Target weibo does not exist", path)
    made = channel.say(uid, given.get("comment", ""), now, of=on.id, event="commented")
    return 200, _shown(made)


def _listed(rows: list[dict[str, Any]], field: str, given: dict[str, str]) -> Reply:
    since = int(given.get("since_id") or 0)
    most = min(int(given.get("count") or LISTED), LISTED)
    # Newest first, as the platform gives them.
    start = (max(int(given.get("page") or 1), 1) - 1) * most
    found = [each for each in rows[::-1] if each["id"] > since][start : start + most]
    return 200, {field: found, "total_number": len(found), "next_cursor": 0, "previous_cursor": 0}


def _comments(channel: Weibo, uid: str, path: str, given: dict[str, str], pictures: int, now: float) -> Reply:
    return _listed(channel.comments.get(uid, []), "comments", given)


def _mentions(channel: Weibo, uid: str, path: str, given: dict[str, str], pictures: int, now: float) -> Reply:
    return _listed(channel.mentions.get(uid, []), "statuses", given)


def _pushed(said: dict[str, Any], now: float) -> dict[str, Any]:
    return {
        "type": "text",
        "receiver_id": said["account"],
        "sender_id": int(said.get("from", 2000000001)),
        "created_at": str(said.get("at") or _moment(now)),
        "text": str(said.get("text", "")),
        "data": {},
    }


KNOWN: dict[tuple[str, str], Callable[..., Reply]] = {
    ("GET", "statuses/user_timeline"): _timeline,
    ("GET", "statuses/show"): _show,
    ("GET", "statuses/mentions"): _mentions,
    ("GET", "comments/to_me"): _comments,
    ("POST", "statuses/share"): _share,
    ("POST", "statuses/update/biz"): _said,
    ("POST", "statuses/upload/biz"): _said,
    ("POST", "statuses/upload_url_text/biz"): _said,
    ("POST", "statuses/upload_pic/biz"): _picture,
    ("POST", "statuses/destroy/biz"): _destroy,
    ("POST", "comments/create"): _comment,
}
