"""Every verb of publishing; each file holds one part of it."""

from weiting.publishing.actions.by_hand import put_by_hand
from weiting.publishing.actions.choosing import choose_channels
from weiting.publishing.actions.connecting import (
    Closing,
    close_connection,
    note_export,
    open_connection,
    renew_connection,
    rest_connection,
    silence_account,
)
from weiting.publishing.actions.deciding import (
    decide,
    discard,
    fulfil_wishes,
    recall,
    reopen,
    send_for_review,
    withdraw_wish,
)
from weiting.publishing.actions.delivering import resume
from weiting.publishing.actions.leading import arrange_lead, put_in_lead, take_from_lead
from weiting.publishing.actions.planning import (
    call_off_release,
    hold_release,
    move_release,
    plan_release,
    resume_release,
)
from weiting.publishing.actions.releasing import release_due, release_one
from weiting.publishing.actions.retiring import retire_media, texts_showing
from weiting.publishing.actions.standstill import confirm_by_hand, leave, send_again, withdraw_there
from weiting.publishing.actions.telling import tell_stopped
from weiting.publishing.actions.withdrawing import expire_due, withdraw_issue, withdraw_post

__all__ = [
    "Closing",
    "arrange_lead",
    "call_off_release",
    "choose_channels",
    "close_connection",
    "confirm_by_hand",
    "decide",
    "discard",
    "expire_due",
    "fulfil_wishes",
    "hold_release",
    "leave",
    "move_release",
    "note_export",
    "open_connection",
    "plan_release",
    "put_by_hand",
    "put_in_lead",
    "recall",
    "release_due",
    "release_one",
    "renew_connection",
    "reopen",
    "rest_connection",
    "resume",
    "resume_release",
    "retire_media",
    "send_again",
    "send_for_review",
    "silence_account",
    "take_from_lead",
    "tell_stopped",
    "texts_showing",
    "withdraw_issue",
    "withdraw_post",
    "withdraw_there",
    "withdraw_wish",
]
