"""The verbs of review in words, for readers of the audit."""

from django.utils.translation import gettext_lazy as _

from weiting import audit

audit.labels.register(
    {
        "review.round.submit": _("Submitted for review"),
        "review.round.recall": _("Took the text back out of review"),
        "review.round.pass_on": _("Approved by rule: an approved text passed on"),
        "review.round.reopen": _("Opened an approved text for writing again"),
        "review.round.void": _("Review void: the text was not the one submitted"),
        "review.step.approve": _("Approved a review step"),
        "review.step.send_back": _("Sent the text back"),
        "review.step.hand": _("Handed a review step to a colleague"),
        "review.step.unhand": _("A handed review step is everybody's again"),
        "review.step.overdue": _("A review step is overdue"),
        "review.remark.write": _("Commented at a passage"),
        "review.remark.settle": _("Settled a comment"),
        "review.link.make": _("Sent a one-time link to a reviewer"),
        "review.policy.save": _("Saved a review rule"),
        "review.policy.retire": _("Retired a review rule"),
        "review.after.finish": _("Finished the review after release"),
        "review.after.overdue": _("The review after release is overdue"),
    }
)
