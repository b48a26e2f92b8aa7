"""Mass sendings of WeChat: to all followers, counted by the platform, known by the key they were sent under.

The platform keeps that key for a day: the same sending again is refused and named (45065), so a lost answer is asked
for by sending again. Source: developers.weixin.qq.com, Batch_Sends (sendall, get, delete, preview).
"""

from contextlib import suppress
from datetime import datetime, timedelta

from weiting.channels.ports import Action, ChannelError, InDoubt, Receipt, Refused
from weiting.channels.wechat_api import Api
from weiting.core import clock

OF = "mass:"
IS_THERE = "45065"
# How long the platform surely knows a key.
KNOWN_FOR = timedelta(hours=20)
SENT, UNDER_WORK = "SEND_SUCCESS", "SENDING"


def is_mass(receipt: Receipt) -> bool:
    """Say whether a receipt is of a mass sending."""
    return receipt.external_id.startswith(OF)


def send(api: Api, draft: str, key: str) -> Receipt:
    """Send a draft to all followers; one that went out under this key before is found and not sent again."""
    said = api.call(
        "message/mass/sendall",
        {
            "filter": {"is_to_all": True},
            "mpnews": {"media_id": draft},
            "msgtype": "mpnews",
            "send_ignore_reprint": 0,
            "clientmsgid": key,
        },
        acts=True,
        known=frozenset({IS_THERE}),
    )
    if not said.get("msg_id"):
        raise InDoubt("the answer names no sending")
    if said.get("errcode"):
        # It went out with another draft: this one would lie in the box for nothing.
        with suppress(ChannelError):
            api.call("draft/delete", {"media_id": draft})
    return Receipt(f"{OF}{said['msg_id']}", is_final=False)


def may_repeat(since: datetime) -> bool:
    """Say whether the platform still knows the key of what was sent since then."""
    return clock.now() - since < KNOWN_FOR


def follow(api: Api, receipt: Receipt) -> Receipt | None:
    """Ask for the end of a sending; its address the platform tells with the event alone."""
    status = str(
        api.call("message/mass/get", {"msg_id": _number(receipt)}).get("msg_status", UNDER_WORK)
    ).upper()
    if status == UNDER_WORK:
        return None
    if status != SENT:
        raise api.limits.error(f"publish_{status}")
    return Receipt(receipt.external_id, receipt.url, clock.now())


def withdraw(api: Api, receipt: Receipt) -> None:
    """Have the article no longer open; what lies in a follower's list stays there. Refused where it is too late."""
    try:
        api.call("message/mass/delete", {"msg_id": _number(receipt), "article_idx": 1}, acts=True)
    except Refused as refused:
        if refused.whole_account:
            raise
        raise Refused(refused.code, Action.BY_HAND, refused.why, whole_account=False) from refused


def preview(api: Api, draft: str, name: str) -> None:
    """Show a draft to one follower before it goes to all; `name` is their WeChat name."""
    api.call("message/mass/preview", {"towxname": name, "mpnews": {"media_id": draft}, "msgtype": "mpnews"})


def _number(receipt: Receipt) -> str:
    return receipt.external_id.removeprefix(OF)
