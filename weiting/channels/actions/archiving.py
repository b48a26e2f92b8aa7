"""Brings in the archive of a closed account: a connection that ended before it began, its texts with their dates."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.accounts.models import Person
from weiting.channels import access
from weiting.channels.archive import Row
from weiting.channels.flow import ConnectionFlow
from weiting.channels.kinds import HISTORIC
from weiting.channels.models import Archived, Connection
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.flow import perform
from weiting.core.tables import RowError
from weiting.units.access import permit
from weiting.units.models import Account

PART = 500


@dataclass(frozen=True)
class Brought:
    """What came of an import: texts kept, texts that were there already, rows that could not be taken."""

    kept: int = 0
    known: int = 0
    rejected: int = 0


@action
def open_archive(account: Account, *, by: Person | None) -> Connection:
    """Return the archive of an account, made when there is none; raise NotAllowed."""
    permit(by, access.ARRANGE, account.unit)
    # Two who begin at once wait for each other here, and find one archive.
    Account.objects.select_for_update(of=("self",), no_key=True).get(pk=account.pk)
    known = Connection.objects.filter(account=account, kind=HISTORIC.key).select_related("unit").first()
    if known is not None:
        return known
    name = f"{account.handle}（{account.get_platform_display()}）"[:80]
    made = Connection.objects.create(
        unit=account.unit, account=account, kind=HISTORIC.key, name=name, created_by=by
    )
    why = _("Archive of an account on a closed platform")
    return perform(made, ConnectionFlow.end, ended_at=clock.now(), state_reason=why)


def bring_archive(
    account: Account,
    rows: Iterable[Row | RowError],
    *,
    by: Person | None,
    rejected: Callable[[RowError], None] = lambda _row: None,
) -> Brought:
    """Keep the texts of an export, each once however often it comes; return how many. Raises NotAllowed."""
    archive = open_archive(account, by=by)
    kept = known = wrong = 0
    found = iter(rows)
    while part := list(islice(found, PART)):
        sound = [each for each in part if isinstance(each, Row)]
        for each in part:
            if isinstance(each, RowError):
                wrong += 1
                rejected(each)
        new = _keep(archive, sound, by=by) if sound else 0
        kept, known = kept + new, known + len(sound) - new
    return Brought(kept, known, wrong)


@action
def _keep(archive: Connection, rows: list[Row], *, by: Person | None) -> int:
    before = Archived.objects.filter(connection=archive).count()
    made = [
        Archived(
            connection=archive,
            key=each.key,
            at=each.at,
            text=each.text,
            url=each.url,
            figures=dict(each.figures),
        )
        for each in rows
    ]
    Archived.objects.bulk_create(made, ignore_conflicts=True)
    new = Archived.objects.filter(connection=archive).count() - before
    if new:
        audit.record(
            "channels.connection.import",
            by=by,
            subject=archive,
            unit=archive.unit,
            connection=archive.name,
            texts=new,
        )
        jobs.announce("connections", f"unit:{archive.unit_id}")
    return new
