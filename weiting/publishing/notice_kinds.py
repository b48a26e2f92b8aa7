"""What publishing tells people, in words."""

from django.utils.translation import gettext_lazy as _

from weiting import notices

notices.register(
    {
        "publishing.stopped": (_("“%(title)s” did not go out: %(reason)s"), "warning"),
        "publishing.choose_time": (
            _("“%(title)s” is approved but has no time to go out: %(reason)s"),
            "clock",
        ),
        "publishing.withdrawn": (_("%(who)s withdrew “%(title)s”: %(reason)s"), "undo"),
    }
)
