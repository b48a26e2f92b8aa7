"""Calls to Sina Weibo's open platform: codes made errors, moments and addresses of texts read as it writes them.

Commercial calls (`…/biz`) go to a host of their own. Source: open.weibo.com/wiki (2/statuses/*, C/2/statuses/*/biz).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from weiting.channels.ports import Action, InDoubt, Receipt, Refused, Settings
from weiting.channels.rules import rules
from weiting.channels.wire import Reply, Wire

SIXTY_TWO = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
OPEN, COMMERCIAL = "//api.weibo.com", "//c.api.weibo.com"


class Api:
    """One account's interface. A call that does not `acts` may be made again without harm."""

    limits = rules("weibo")

    def __init__(self, settings: Settings, wire: Wire) -> None:
        self.settings, self.wire = settings, wire

    @property
    def ip(self) -> str:
        """Return the address of the operator, which the platform wants with whatever is written."""
        return str(self.settings.values.get("ip") or "127.0.0.1")

    def call(
        self, method: str, path: str, data: Mapping[str, str], *, acts: bool = False, files: Any = None
    ) -> dict[str, Any]:
        """Call one path of the platform; raises what its code means, and InDoubt for what is no answer of its."""
        given = {"access_token": self.settings.secret("token"), **data}
        base = self.settings.base
        if path.endswith("/biz"):
            base = base.replace(OPEN, COMMERCIAL)
        reply = self.wire.call(
            method,
            f"{base}/2/{path}.json",
            acts=acts,
            params=given if method == "GET" else None,
            data=given if method == "POST" else None,
            files=files,
        )
        return self.checked(reply)

    def checked(self, reply: Reply) -> dict[str, Any]:
        """Return what an answer says; raises what its code means."""
        said = reply.json()
        if not isinstance(said, dict):
            raise InDoubt("the answer is not what the platform answers")
        if code := str(said.get("error_code") or ""):
            raise self.limits.error(code, str(said.get("error", ""))[:200])
        if reply.status != 200:
            raise Refused(str(reply.status), Action.ASK_PLATFORM, whole_account=False)
        return said

    def receipt(self, status: Mapping[str, Any]) -> Receipt:
        """Return the receipt of a text as the platform describes it; raises InDoubt when it names none."""
        mid = str(status.get("mid") or status.get("idstr") or status.get("id") or "")
        if not mid.isdigit():
            raise InDoubt("the answer names no text")
        user = status.get("user")
        uid = (user.get("id") if isinstance(user, dict) else "") or self.settings.values.get("uid", "")
        return Receipt(mid, f"https://weibo.com/{uid}/{in_62(mid)}", moment(status.get("created_at")))


def in_62(mid: str) -> str:
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


def moment(said: Any) -> datetime | None:
    """Return a moment as the platform writes it, or None."""
    try:
        return datetime.strptime(str(said), "%a %b %d %H:%M:%S %z %Y")
    except ValueError:
        return None
