"""What channels tell people, in words."""

from django.utils.translation import gettext_lazy as _

from weiting import notices

notices.register(
    {
        "channels.expiring": (
            _(
                "The authorisation of “%(connection)s” (%(unit)s) ends at %(until_at)s. Authorise it anew before."
            ),
            "clock",
        ),
        "channels.expired": (
            _(
                "The authorisation of “%(connection)s” (%(unit)s) has ended. Authorise it anew so that texts go out."
            ),
            "warning",
        ),
    }
)
