"""Every verb of review; each file holds one part of it."""

from weiting.review.actions.after import finish_after_review
from weiting.review.actions.handing import hand_step
from weiting.review.actions.links import link_for, make_link, use_link
from weiting.review.actions.passing import pass_on
from weiting.review.actions.policies import load_presets, retire_policy, save_policy
from weiting.review.actions.remarks import remark, settle_remark
from weiting.review.actions.reminders import remind_due
from weiting.review.actions.rounds import recall_round, reopen, void_changed
from weiting.review.actions.submitting import submit_correction, submit_issue, submit_post
from weiting.review.actions.verdicts import Outcome, give_verdict, judge, text_changed

__all__ = [
    "Outcome",
    "finish_after_review",
    "give_verdict",
    "hand_step",
    "judge",
    "link_for",
    "load_presets",
    "make_link",
    "pass_on",
    "recall_round",
    "remark",
    "remind_due",
    "reopen",
    "retire_policy",
    "save_policy",
    "settle_remark",
    "submit_correction",
    "submit_issue",
    "submit_post",
    "text_changed",
    "use_link",
    "void_changed",
]
