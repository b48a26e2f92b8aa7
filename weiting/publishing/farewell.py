"""The last text for a channel that is to be closed: it tells readers where the unit speaks from now on."""

from django.conf import settings
from django.utils.translation import gettext as _

from weiting.channels.models import Connection
from weiting.core import clock
from weiting.units.flow import AccountState
from weiting.units.models import Account, Platform

MOST = 3


def farewell(connection: Connection) -> str:
    """Return a proposal for the last text: since when it is silent, and where its readers find the unit."""
    others = Account.objects.filter(unit=connection.unit, state=AccountState.OPEN, holder=None)
    others = others.exclude(pk=connection.account_id or 0).exclude(platform=Platform.HALL)
    names = "、".join(
        f"{each.get_platform_display()}“{each.handle}”" for each in others.order_by("platform")[:MOST]
    )
    today = clock.today()
    said = _(
        "From %(month)s-%(day)s on this account of %(unit)s is no longer updated. Read us at %(url)s; questions are"
        " answered there."
    ) % {
        "unit": connection.unit.short_name,
        "month": f"{today:%m}",
        "day": f"{today:%d}",
        "url": settings.PUBLIC_URL.rstrip("/") + "/",
    }
    if not names:
        return said
    return said + _("You also find us as %(names)s.") % {"names": names}
