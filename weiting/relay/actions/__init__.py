"""Every verb of relay; each file holds one part of it."""

from weiting.relay.actions.answering import accept, decline
from weiting.relay.actions.calling import call_off, open_call
from weiting.relay.actions.claims import claim, look_at_claims
from weiting.relay.actions.following import follow, follow_stale
from weiting.relay.actions.keeping import retire_group, save_group, save_rules, signing_key
from weiting.relay.actions.reminding import remind_due

__all__ = [
    "accept",
    "call_off",
    "claim",
    "decline",
    "follow",
    "follow_stale",
    "look_at_claims",
    "open_call",
    "remind_due",
    "retire_group",
    "save_group",
    "save_rules",
    "signing_key",
]
