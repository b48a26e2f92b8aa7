"""Who may speak in the name of which unit."""

from weiting.units import access
from weiting.units.models import Membership
from weiting.units.roles import Role


def listed_spokespersons(size: int = 500) -> list[Membership]:
    """List everybody who may speak for a unit and agreed to stand in the register, by unit, leaders first."""
    rows = access.current(Membership.objects.filter(role=Role.SPOKESPERSON, is_listed=True))
    rows = rows.filter(unit__closed_on__isnull=True).select_related("person", "unit")
    return list(rows.order_by("unit__path", "-is_lead", "pk")[:size])
