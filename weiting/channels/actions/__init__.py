"""Every verb of channels; each file holds one part of it."""

from weiting.channels.actions.archiving import Brought, bring_archive, open_archive
from weiting.channels.actions.authorising import authorise
from weiting.channels.actions.connecting import (
    end,
    freeze,
    go_live,
    missing,
    name_owner,
    note_trial,
    plan_connection,
    save_connection,
    version_of,
)
from weiting.channels.actions.rotating import Rotated, rotate_keys
from weiting.channels.actions.wechat import drop_answer, save_answer, show_menu

__all__ = [
    "Brought",
    "Rotated",
    "bring_archive",
    "authorise",
    "drop_answer",
    "end",
    "freeze",
    "go_live",
    "missing",
    "name_owner",
    "note_trial",
    "open_archive",
    "plan_connection",
    "rotate_keys",
    "save_answer",
    "save_connection",
    "show_menu",
    "version_of",
]
