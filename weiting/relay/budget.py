"""How many relays a unit is asked to bear in a week, and when one is free again [J04]."""

from datetime import datetime, timedelta

from weiting.core import clock
from weiting.relay.flow import AskState
from weiting.relay.models import Ask, Rules
from weiting.units.models import Hall, Unit

WEEK = timedelta(days=7)


def rules_of(unit: Unit) -> Rules:
    """Return what the hall a unit stands in has settled; the built-in rules where it has settled nothing."""
    halls = Hall.objects.filter(unit_id__in=unit.ancestor_ids).select_related("unit")
    hall = max(halls, key=lambda each: each.unit.depth, default=None)
    found = Rules.objects.filter(hall=hall).first() if hall else None
    return found or (Rules(hall=hall) if hall else Rules())


def spent(unit: Unit, now: datetime | None = None) -> list[datetime]:
    """List when a unit passed texts on in the last seven days, oldest first; emergencies are not counted."""
    since = (now or clock.now()) - WEEK
    rows = Ask.objects.filter(
        unit=unit, state=AskState.ACCEPTED, answered_at__gt=since, call__exempt_by__isnull=True
    )
    return [at for at in rows.order_by("answered_at").values_list("answered_at", flat=True) if at]


def free_at(spent: list[datetime], per_week: int) -> datetime | None:
    """Return when the next relay is free again; None when one is free now."""
    return None if len(spent) < per_week else spent[len(spent) - per_week] + WEEK
