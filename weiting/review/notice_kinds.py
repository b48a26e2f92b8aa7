"""What review tells people, in words."""

from django.utils.translation import gettext_lazy as _

from weiting import notices

notices.register(
    {
        "review.step_open": (
            _("“%(title)s” (%(unit)s) waits for your verdict: %(step)s, by %(due_at)s."),
            "inbox",
        ),
        "review.step_handed": (
            _("%(who)s handed “%(title)s” (%(unit)s) to you: %(step)s, by %(due_at)s. %(reason)s"),
            "inbox",
        ),
        "review.step_half": (
            _("Half the time is up for “%(title)s” (%(unit)s): %(step)s, by %(due_at)s."),
            "clock",
        ),
        "review.step_due": (_("The time is up for “%(title)s” (%(unit)s): %(step)s."), "clock"),
        "review.step_overdue": (
            _("“%(title)s” (%(unit)s) waits too long at %(step)s: it was due %(due_at)s."),
            "warning",
        ),
        "review.vacant": (
            _("Nobody can take the step %(step)s of “%(title)s” (%(unit)s). Appoint somebody."),
            "warning",
        ),
        "review.approved": (_("“%(title)s” has been approved."), "check"),
        "review.returned": (_("%(who)s sent “%(title)s” back at %(step)s: %(reason)s"), "undo"),
        "review.void": (
            _("The review of “%(title)s” is void because the text had changed. Submit it again."),
            "warning",
        ),
        "review.after_overdue": (
            _("“%(title)s” (%(unit)s) went out as an emergency and should have been reviewed by %(due_at)s."),
            "warning",
        ),
        "review.must_correct": (_("“%(title)s” must be corrected: %(reason)s"), "warning"),
    }
)
