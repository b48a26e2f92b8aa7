"""Every verb of subscriptions: what residents ask for, what is laid down for them, and the hub for feed readers."""

from weiting.subscriptions.actions.asking import (
    ask,
    change_rhythm,
    confirm,
    count_refusals,
    erase_refused,
    leave,
    stop,
    tidy_readers,
)
from weiting.subscriptions.actions.feeds import (
    ask_to_follow,
    deny,
    drop_request,
    end_leases,
    feed_changed,
    forget_followers,
    settle_request,
)
from weiting.subscriptions.actions.laying import put, send_daily

__all__ = [
    "ask",
    "ask_to_follow",
    "change_rhythm",
    "confirm",
    "count_refusals",
    "deny",
    "drop_request",
    "end_leases",
    "erase_refused",
    "feed_changed",
    "forget_followers",
    "leave",
    "put",
    "send_daily",
    "settle_request",
    "stop",
    "tidy_readers",
]
