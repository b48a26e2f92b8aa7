"""What is done in the fediverse: accounts are opened, texts go out, what comes in is taken or refused."""

from weiting.fediverse.actions.accounts import (
    actor_of,
    hall_actor,
    open_account,
    open_accounts,
    rotate_key,
)
from weiting.fediverse.actions.blocking import block, lift_block
from weiting.fediverse.actions.following import follow, unfollow
from weiting.fediverse.actions.reporting import settle_report
from weiting.fediverse.actions.speaking import (
    announce,
    correct_note,
    publish_note,
    reply,
    undo_announce,
    withdraw_note,
)
from weiting.fediverse.actions.tidying import tidy

__all__ = [
    "actor_of",
    "announce",
    "block",
    "correct_note",
    "follow",
    "hall_actor",
    "lift_block",
    "open_account",
    "open_accounts",
    "publish_note",
    "reply",
    "rotate_key",
    "settle_report",
    "tidy",
    "undo_announce",
    "unfollow",
    "withdraw_note",
]
