"""Tells a unit's people that deliveries need them: each delivery once, those of one account together.

Done beside the sending, from the rows, so that a worker that calls writes no notices.
"""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from weiting import notices
from weiting.accounts.models import Person
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.core.actions import action
from weiting.publishing import board
from weiting.publishing.flow import DeliveryState as State
from weiting.publishing.models import STOPPED, Delivery
from weiting.publishing.rows import Row
from weiting.units.access import holders
from weiting.units.roles import Role

TOLD = (Role.EDITOR, Role.SPOKESPERSON)
AT_ONCE = 500
# Who hears of it where nobody holds those roles any more: a closed unit's texts are still on their way.
INSTEAD = (Role.HALL_EDITOR, Role.ADMINISTRATOR)
# An account that rests is told of while it is news, and once a day when something new begins to wait for it; the board
# goes on saying it.
NEWS = timedelta(hours=1)


@action
def tell_stopped() -> int:
    """Tell the people of each unit what stopped since they were told last; return how many. Safe to repeat."""
    rows = list(
        board.full(Delivery.objects.filter(STOPPED, told_at__isnull=True))
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .order_by("pk")[:AT_ONCE]
    )
    rows.sort(key=lambda row: row.connection_id)
    for _pk, group in groupby(rows, key=lambda row: row.connection_id):
        _tell(list(group))
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=clock.now())
    _tell_of_resting()
    return len(rows)


def _tell(rows: Sequence[Delivery]) -> None:
    first, line = rows[0], rows[0].connection
    people = _people(line)
    stamp = f"{clock.now():%Y%m%d%H%M%S}"
    if len(rows) == 1:
        row = Row(first)
        notices.tell(
            people,
            "publishing.delivery_stopped",
            key=f"publishing.delivery:{first.pk}:{stamp}",
            url=f"/desk/deliveries/{first.public_id}/",
            urgent=row.asks,
            title=row.title,
            connection=line.name,
        )
        return
    notices.tell(
        people,
        "publishing.deliveries_stopped",
        key=f"publishing.deliveries:{line.pk}:{stamp}",
        url=f"/desk/deliveries/?channel={line.public_id}&part=needs",
        connection=line.name,
        n=len(rows),
    )


def _people(line: Connection) -> Sequence[Person]:
    """List who is told about a connection."""
    found = list(holders(line.unit, TOLD)) or list(holders(line.unit, INSTEAD))
    return found or ([line.owner] if line.owner is not None else [])


def _tell_of_resting() -> None:
    """Tell of accounts for which something waits while they need somebody."""
    now = clock.now()
    waiting = Delivery.objects.filter(state__in=[State.QUEUED, State.IN_DOUBT, State.ACCEPTED], needs="")
    lines = (
        Connection.objects.filter(needs_since__isnull=False).exclude(needs="").select_related("unit", "owner")
    )
    for line in lines:
        since = line.needs_since or now
        own, days = waiting.filter(connection=line), (now - since).days
        is_news = since >= now - NEWS or own.filter(queued_at__gte=now - NEWS).exists()
        n = own[: board.COUNTED_TO].count() if is_news else 0
        if n:
            notices.tell(
                _people(line),
                "publishing.account_rests",
                key=f"publishing.account:{line.pk}:{since:%Y%m%d%H%M%S}" + (f":{days}" if days else ""),
                url=f"/desk/channels/{line.public_id}/",
                urgent=True,
                connection=line.name,
                n=n,
            )
