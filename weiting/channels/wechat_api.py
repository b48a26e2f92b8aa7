"""Calls to WeChat's interface: the token and its renewal, codes made errors, uploads kept, lists page by page."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from json import dumps
from typing import Any

from weiting.channels.kept import Kept
from weiting.channels.ports import Action, ChannelError, InDoubt, Media, Refused, Settings, TryLater
from weiting.channels.rules import rules
from weiting.channels.wechat_article import plain_cover
from weiting.channels.wire import Reply, Wire

KEPT = Kept()
# What the platform answers to a token that has run out or was replaced by another program's.
STALE = frozenset({"40001", "40014", "42001"})
# A token is fetched anew this long before its end; what was uploaded stays where it is.
BEFORE_END, A_WEEK = 300.0, 7 * 86400.0
AGAIN = 60.0
PAGE, PAGES = 20, 5
COVERS = "material/add_material"


class Api:
    """One account's interface. A call that does not `acts` may be made again without harm."""

    limits = rules("wechat")

    def __init__(self, settings: Settings, wire: Wire) -> None:
        self.settings, self.wire = settings, wire
        self.appid = settings.values.get("appid", "")

    def call(
        self, path: str, said: Mapping[str, Any], *, acts: bool = False, known: frozenset[str] = frozenset()
    ) -> dict[str, Any]:
        """Call one path with JSON and return what it answers; a token that ran out is renewed once.

        An answer with a code of `known` is returned too, not raised.
        """
        # Characters as they are: the platform does not read \\uXXXX.
        body = dumps(said, ensure_ascii=False).encode("utf-8", "replace")
        given = {"content": body, "headers": {"Content-Type": "application/json"}}
        return self._call(path, acts, {}, given, known=known)

    def ask(self, path: str) -> dict[str, Any]:
        """Ask one path that takes no JSON and return what it answers."""
        return self._call(path, False, {}, {}, method="GET")

    def picture(self, media: Media) -> str:
        """Upload a picture for a text once; return its address."""
        return self._upload("media/uploadimg", "url", media.url, media, {})

    def cover(self, media: Media | None, *, anew: bool = False) -> str:
        """Upload a cover once, or a plain one; return its id. `anew` forgets the one uploaded before."""
        name = media.url if media else "plain"
        if anew:
            KEPT.forget(self.settings.base, self.appid, COVERS, name)
        return self._upload(COVERS, "media_id", name, media, {"type": "image"})

    def listed(self, what: str, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        """Go through drafts ("draft") or publications ("freepublish"), newest first.

        Raises InDoubt when `since` is not reached: what is not found may yet be there.
        """
        for n in range(PAGES):
            found = self.call(f"{what}/batchget", {"offset": n * PAGE, "count": PAGE, "no_content": 1}).get(
                "item"
            )
            items = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
            yield from items
            if len(items) < PAGE or (since and moment(items[-1]) < since):
                return
        if since:
            raise InDoubt("more texts since than can be looked through")

    def _upload(
        self, path: str, wanted: str, name: str, media: Media | None, params: Mapping[str, str]
    ) -> str:
        kept = (self.settings.base, self.appid, path, name)
        if found := KEPT.get(*kept):
            return found
        file = (
            (media.name or "picture", media.open(), media.mime)
            if media
            else ("cover.png", plain_cover(), "image/png")
        )
        made = str(self._call(path, False, params, {"files": {"media": file}}).get(wanted) or "")
        if not made:
            raise TryLater(AGAIN, "the answer names no picture")
        return KEPT.keep(made, A_WEEK, *kept)

    def _call(
        self,
        path: str,
        acts: bool,
        params: Mapping[str, str],
        given: Mapping[str, Any],
        *,
        method: str = "POST",
        known: frozenset[str] = frozenset(),
        is_second: bool = False,
    ) -> dict[str, Any]:
        reply = self.wire.call(
            method, f"{self.settings.base}/cgi-bin/{path}", acts=acts,
            params={"access_token": self._token(), **params}, **given,
        )  # fmt: skip
        code = _code(reply)
        if code in STALE and not is_second:
            KEPT.forget(*self._token_name())
            return self._call(path, acts, params, given, method=method, known=known, is_second=True)
        return self._checked(reply, "" if code in known else code, acts)

    def _checked(self, reply: Reply, code: str, acts: bool) -> dict[str, Any]:
        said, error = reply.json(), None
        if code:
            error = self.limits.error(code, self._clean(str(said.get("errmsg", ""))))
        elif not isinstance(said, dict) or not said:
            error = InDoubt(f"{reply.status}: not what the platform answers")
        elif reply.status != 200:
            error = Refused(str(reply.status), Action.ASK_PLATFORM, whole_account=False)
        if error is None:
            return dict(said)
        raise _harmless(error) if not acts else error

    def _clean(self, said: str) -> str:
        """The platform's words without a secret in them, should it say one back."""
        for each in (*self.settings.secrets.values(), KEPT.get(*self._token_name())):
            said = said.replace(each, "…") if each else said
        return said[:200]

    def _token(self) -> str:
        """Return the account's token; the platform gives the same one to all who ask until shortly before its end."""
        if not self.appid:
            raise Refused("no_appid", Action.SETTINGS)
        name = self._token_name()
        if found := KEPT.get(*name):
            return found
        asked = {
            "grant_type": "client_credential",
            "appid": self.appid,
            "secret": self.settings.secret("secret"),
            "force_refresh": False,
        }
        reply = self.wire.call("POST", f"{self.settings.base}/cgi-bin/stable_token", acts=False, json=asked)
        said = self._checked(reply, _code(reply), acts=False)
        token, lasts = str(said.get("access_token") or ""), said.get("expires_in")
        if not token:
            raise TryLater(AGAIN, "the answer names no token", whole_account=True)
        return KEPT.keep(token, (lasts if isinstance(lasts, int) else 0) - BEFORE_END, *name)

    def _token_name(self) -> tuple[str, ...]:
        secret = sha256(self.settings.secret("secret").encode()).hexdigest()
        return (self.settings.base, self.appid, "token", secret)


def article(listed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first article of something listed, or an empty one."""
    content = listed.get("content")
    found = content.get("news_item") if isinstance(content, dict) else None
    first = found[0] if isinstance(found, list) and found else {}
    return first if isinstance(first, dict) else {}


def moment(listed: Mapping[str, Any]) -> datetime:
    """Return when something listed was last changed there."""
    at = listed.get("update_time")
    return datetime.fromtimestamp(at if isinstance(at, int) and 0 <= at < 2**33 else 0, UTC)


def _code(reply: Reply) -> str:
    said = reply.json()
    return str(said.get("errcode") or "") if isinstance(said, dict) else ""


def _harmless(error: ChannelError) -> ChannelError:
    return TryLater(AGAIN, str(error)) if isinstance(error, InDoubt) else error
