"""Every write to posts. Each verb: permit, check, move, record, lay down work, in one transaction."""

from weiting.posts.actions.assigning import (
    accept_assignment,
    cancel_assignment,
    decline_assignment,
    finish_assignment,
    start_assignment,
)
from weiting.posts.actions.correcting import drop_correction, start_correction
from weiting.posts.actions.deciding import decide_finding
from weiting.posts.actions.following import (
    confirm_follow_up,
    drop_follow_up,
    excuse_follow_up,
    keep_follow_up,
    link_posts,
    promise_follow_up,
    unlink_posts,
)
from weiting.posts.actions.issues import discard_issue, restore_issue, save_issue, seal_issue, start_issue
from weiting.posts.actions.joining import name_signers
from weiting.posts.actions.media import attach, describe, detach, reorder
from weiting.posts.actions.opening import became_hidden, became_out_of_date, became_public
from weiting.posts.actions.presence import leave_pen, open_text, others_here, still_here, take_pen
from weiting.posts.actions.reminding import remind_due
from weiting.posts.actions.reprinting import correct_as_source
from weiting.posts.actions.shelves import (
    close_column,
    file_under,
    retire_template,
    save_column,
    save_template,
    save_topic,
)
from weiting.posts.actions.versions import copy_post, keep_revision, restore_revision, seal_working
from weiting.posts.actions.words import save_word
from weiting.posts.actions.writing import (
    arrange_post,
    discard_post,
    restore_post,
    save_working,
    start_post,
)

__all__ = [
    "confirm_follow_up",
    "correct_as_source",
    "drop_follow_up",
    "accept_assignment",
    "arrange_post",
    "attach",
    "became_hidden",
    "became_out_of_date",
    "became_public",
    "cancel_assignment",
    "close_column",
    "copy_post",
    "decide_finding",
    "decline_assignment",
    "describe",
    "detach",
    "discard_issue",
    "discard_post",
    "drop_correction",
    "excuse_follow_up",
    "file_under",
    "finish_assignment",
    "keep_follow_up",
    "keep_revision",
    "leave_pen",
    "link_posts",
    "name_signers",
    "promise_follow_up",
    "remind_due",
    "reorder",
    "restore_issue",
    "restore_post",
    "restore_revision",
    "retire_template",
    "save_column",
    "save_issue",
    "save_template",
    "save_topic",
    "save_word",
    "save_working",
    "seal_issue",
    "seal_working",
    "start_assignment",
    "start_correction",
    "start_issue",
    "start_post",
    "open_text",
    "others_here",
    "still_here",
    "take_pen",
    "unlink_posts",
]
