"""The sentences in which people are told what concerns relays and rooms."""

from django.utils.translation import gettext_lazy as _

from weiting import notices

notices.register(
    {
        "relay.asked": (_("%(unit)s is asked to pass “%(title)s” on by %(due_at)s: %(reason)s"), "megaphone"),
        "relay.soon": (_("%(unit)s has not answered yet: “%(title)s” is to be passed on by %(due_at)s."), "clock"),
        "relay.declined": (_("%(unit)s does not pass “%(title)s” on: %(reason)s"), "inbox"),
        "relay.called_off": (_("“%(title)s” need not be passed on any more: %(reason)s"), "inbox"),
        "relay.silent": (
            _("The time for “%(title)s” is over: %(passed)s of %(asked)s passed it on, %(silent)s kept silent."),
            "clock",
        ),
        "relay.again": (
            _("“%(title)s” was changed before %(unit)s had passed it on. Please look at it again."),
            "warning",
        ),
        "relay.stuck": (
            _("“%(title)s” was corrected, but what %(unit)s passed on could not follow: %(reason)s"),
            "warning",
        ),
        "relay.room": (_("%(unit)s is called to settle “%(title)s” together, until %(due_at)s."), "warning"),
        "relay.room_waits": (
            _("%(unit)s wrote in “%(title)s”: “%(text)s” Please read it and let it out to the public."),
            "check",
        ),
        "relay.room_late": (
            _("Words of %(unit)s in “%(title)s” have waited since %(since_at)s for a second person to let them out."),
            "clock",
        ),
        "relay.task": (_("%(unit)s is to do in “%(title)s” by %(until_at)s: %(what)s"), "list"),
    }
)  # fmt: skip
