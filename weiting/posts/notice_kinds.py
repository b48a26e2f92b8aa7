"""The sentences in which people are told what concerns posts."""

from django.utils.translation import gettext_lazy as _

from weiting import notices

notices.register(
    {
        "posts.assignment.asked": (
            _("%(unit)s is asked to post “%(title)s” by %(due_at)s."),
            "inbox",
        ),
        "posts.assignment.soon": (
            _("“%(title)s” from %(unit)s is due by %(due_at)s."),
            "clock",
        ),
        "posts.assignment.late": (
            _("“%(title)s” from %(unit)s was due by %(due_at)s."),
            "clock",
        ),
        "posts.assignment.declined": (
            _("%(unit)s cannot post “%(title)s”: %(reason)s"),
            "inbox",
        ),
        "posts.assignment.cancelled": (
            _("“%(title)s” has been called off; %(unit)s need not post it."),
            "inbox",
        ),
        "posts.follow_up.asked": (
            _("%(unit)s is to report “%(title)s” by %(due_at)s: it was promised in public."),
            "inbox",
        ),
        "posts.follow_up.proposed": (
            _("%(who)s wants to promise “%(title)s” (%(unit)s) by %(due_at)s. A second person must agree."),
            "inbox",
        ),
        "posts.follow_up.soon": (
            _("%(unit)s promised to report “%(title)s” by %(due_at)s."),
            "clock",
        ),
        "posts.follow_up.late": (
            _("%(unit)s promised to report “%(title)s” by %(due_at)s, and has not."),
            "clock",
        ),
    }
)
