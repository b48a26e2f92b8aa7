"""Every verb of relay; each file holds one part of it."""

from weiting.relay.actions.answering import accept, decline
from weiting.relay.actions.calling import call_off, open_call
from weiting.relay.actions.claims import claim, look_at_claims
from weiting.relay.actions.following import follow, follow_stale
from weiting.relay.actions.keeping import retire_group, save_group, save_rules, signing_key
from weiting.relay.actions.letting_out import LONGEST, keep_inside, let_out, may_let_out, reword, tell_late
from weiting.relay.actions.reminding import remind_due
from weiting.relay.actions.rooms import add_task, close_room, drop_task, finish_task, open_room, say

__all__ = [
    "LONGEST",
    "accept",
    "add_task",
    "call_off",
    "claim",
    "close_room",
    "decline",
    "drop_task",
    "finish_task",
    "follow",
    "follow_stale",
    "look_at_claims",
    "keep_inside",
    "let_out",
    "may_let_out",
    "open_call",
    "open_room",
    "remind_due",
    "retire_group",
    "reword",
    "save_group",
    "save_rules",
    "say",
    "signing_key",
    "tell_late",
]
