"""The forms in which names and addresses of accounts are compared. Pure; what is stored and what is typed meet here."""

import re
import unicodedata
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from weiting.text.fold import fold

# Format characters nobody sees: joiners, direction marks, variation selectors, soft hyphen, fillers.
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
                     "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef]")  # fmt: skip
_AT_AND_SPACE = re.compile(r"[@\s]")
_ADDRESS = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+|\[?[0-9a-f:.]+\]?|localhost")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)

# Parts of a query that say which account it is; everything else there only tracks the reader.
IDS = frozenset({"__biz", "id", "uid", "u", "user", "userid", "user_id", "mid", "sec_uid", "profile_id"})
_HOSTS = {
    "weibo.cn": "weibo.com",
    "e.weibo.com": "weibo.com",
    "iesdouyin.com": "douyin.com",
    "live.kuaishou.com": "kuaishou.com",
    "passport.weibo.cn": "weibo.com",
}
# The same account under another path: (host, pattern, canonical path).
_PATHS = (
    ("weibo.com", re.compile(r"^/(?:profile/|p/100\d{3})?(\d{6,})(?:/.*)?$"), r"/u/\1"),
    ("weibo.com", re.compile(r"^/u/(\d+)/.*$"), r"/u/\1"),
    ("douyin.com", re.compile(r"^/share/user/([^/]+)$"), r"/user/\1"),
    ("toutiao.com", re.compile(r"^/(?:c/user|profile|user)/(?:token/)?([^/]+)$"), r"/c/user/\1"),
    ("kuaishou.com", re.compile(r"^/(?:profile|u|fw/user)/([^/]+)$"), r"/profile/\1"),
)
# Addresses that only lead on to another one: which account is behind them cannot be read from them.
SHORTENERS = frozenset(
    ["t.cn", "v.douyin.com", "v.kuaishou.com", "dwz.cn", "url.cn", "w.url.cn", "sourl.cn", "suo.im", "bit.ly"]
)


def unseen(text: str) -> bool:
    """Say whether a text holds characters that nobody sees: a known trick of impostors."""
    return bool(_UNSEEN.search(text.strip("\ufeff\u200b \n\t")))


def storable(text: str) -> str:
    """Return a text without what a database cannot hold: NUL, halves of surrogate pairs."""
    return _UNSTORABLE.sub("", text)


def handle_key(text: str) -> str:
    """Return a name as look-ups compare it: NFKC, lower case, simplified, without @, spaces and unseen signs."""
    shown = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return _AT_AND_SPACE.sub("", fold(shown))[:80]


def is_address(text: str) -> bool:
    """Say whether a text is an address rather than a name."""
    found = text.strip()
    return bool(_SCHEME.match(found)) or bool(_ADDRESS.fullmatch(found))


def is_shortened(text: str) -> bool:
    """Say whether an address only leads on to another one."""
    return _parts(text)[0] in SHORTENERS


def url_key(text: str) -> str:
    """Return an address as look-ups compare it: no scheme, www., m., last slash or tracking, one spelling."""
    host, path, query = _parts(text)
    if not host:
        return ""
    host = re.sub(r"^(?:www|m|mobile|wap)\.", "", host)
    host = _HOSTS.get(host, host)
    path = "/" + "/".join(part for part in unquote(path).split("/") if part)
    for of_host, pattern, canonical in _PATHS:
        if host == of_host:
            path = pattern.sub(canonical, path)
    ids = sorted((name, value) for name, value in parse_qsl(query) if name.lower() in IDS)
    if host == "mp.weixin.qq.com" and any(name == "__biz" for name, _value in ids):
        # Every article and the profile page carry the account's number; the rest of the path is the article.
        path, ids = "", [pair for pair in ids if pair[0] == "__biz"]
    found = host + path.rstrip("/")
    return (f"{found}?{urlencode(ids)}" if ids else found)[:300]


def named_in(text: str) -> str:
    """Return the name that an address spells out (weibo.com/n/NAME, a fediverse profile), or ""."""
    host, path, _query = _parts(text)
    spelled = re.fullmatch(r"/n/([^/]+)/?", unquote(path))
    if spelled and host.endswith(("weibo.com", "weibo.cn")):
        return spelled[1]
    profile = re.fullmatch(r"/(?:@|users/)([^/@]+)/?", path)
    return f"@{profile[1]}@{host}" if profile else ""


def _parts(text: str) -> tuple[str, str, str]:
    """Split an address into host, path and query; ("", "", "") when it is none."""
    found = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).strip()
    if not _SCHEME.match(found):
        found = f"https://{found}"
    try:
        parts = urlsplit(found)
        host = (parts.hostname or "").rstrip(".").lower()
        port = parts.port
    except ValueError:
        return "", "", ""
    if not host or not _HOST.fullmatch(host):
        return "", "", ""
    shown = host if port in (None, 80, 443) else f"{host}:{port}"
    return shown, parts.path, parts.query
