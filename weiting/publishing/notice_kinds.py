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
        "publishing.gone": (_("“%(title)s” no longer stands on %(connection)s: %(address)s"), "warning"),
        "publishing.changed": (
            _("“%(title)s” stands on %(connection)s with other words than were sent: %(address)s"),
            "warning",
        ),
        "publishing.delivery_stopped": (
            _("“%(title)s” stopped on its way to %(connection)s. See what to do."),
            "warning",
        ),
        "publishing.deliveries_stopped": (
            _("%(n)s texts stopped on their way to %(connection)s. See what to do."),
            "warning",
        ),
        "publishing.account_rests": (
            _("%(connection)s needs somebody before anything goes out there; %(n)s texts wait."),
            "warning",
        ),
        "publishing.withdrawn": (_("%(who)s withdrew “%(title)s”: %(reason)s"), "undo"),
    }
)
