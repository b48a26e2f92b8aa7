"""Settles what other servers report about our accounts and texts: somebody of the hall has read it."""

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.fediverse.actions.blocking import permit_for_hall
from weiting.fediverse.models import Heard


@action
def settle_report(report: Heard, *, by: Person | None) -> None:
    """Put a report aside as read; a second time changes nothing."""
    permit_for_hall(by)
    open_ones = Heard.objects.filter(pk=report.pk, kind=Heard.Kind.REPORT, handled_at__isnull=True)
    if open_ones.update(handled_at=clock.now()):
        connection = report.actor.connection if report.actor is not None else None
        unit = connection.unit if connection is not None else None
        audit.record("fediverse.report.settle", by=by, subject=connection, unit=unit)
