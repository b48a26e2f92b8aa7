"""The sentences in which people are told what concerns posts."""

from django.utils.translation import gettext_lazy as _

from weiting import notices

notices.register(
    {
        "posts.assignment.asked": (
            _("%(unit)s is asked to post “%(title)s” by %(due_at)s."),
            "inbox",
        ),
    }
)
