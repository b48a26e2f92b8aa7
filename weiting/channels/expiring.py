"""Tells people ahead that an authorisation ends: two weeks, one week, three days, a day before, and when it has."""

from datetime import timedelta

from weiting import notices
from weiting.channels import access
from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.units.access import RULES, holders

# Days before the end at which people are told; 0: it has ended.
DAYS_BEFORE = (14, 7, 3, 1, 0)


def tell_ahead() -> int:
    """Tell who keeps a connection that its authorisation ends soon; return of how many connections.

    Each of the days is told once, however often this runs; one that was missed is left out for the next.
    """
    now = clock.now()
    ending = Connection.objects.filter(
        state__in=[ConnectionState.LIVE, ConnectionState.FROZEN],
        expires_at__lte=now + timedelta(days=max(DAYS_BEFORE)),
    ).select_related("unit", "owner")
    told = 0
    for each in ending:
        if each.expires_at is None:
            continue
        left = each.expires_at - now
        days = min(day for day in DAYS_BEFORE if left <= timedelta(days=day) or day == max(DAYS_BEFORE))
        people = [*holders(each.unit, RULES[access.KEEP]), *([each.owner] if each.owner else [])]
        notices.tell(
            people,
            "channels.expired" if days == 0 else "channels.expiring",
            key=f"channels.expiry:{each.pk}:{each.expires_at:%Y%m%d%H%M}:{days}",
            url=f"/desk/channels/{each.public_id}/",
            urgent=days <= 1,
            connection=each.name,
            unit=each.unit.short_name,
            until_at=each.expires_at,
        )
        told += 1
    return told
