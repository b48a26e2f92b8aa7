"""Every read of connections: those a person may see, what a new one may be made of, who may answer for one."""

from datetime import datetime

from django.db.models import Case, F, Q, QuerySet, When
from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.channels import access
from weiting.channels.flow import ConnectionState
from weiting.channels.kinds import HISTORIC, Kind
from weiting.channels.models import Archived, Connection
from weiting.core import clock
from weiting.core.errors import NotFound
from weiting.core.paging import Page, keyset
from weiting.units.access import holders, reach_q, units_for
from weiting.units.flow import AccountState
from weiting.units.models import Account, Unit
from weiting.units.roles import Role

OVER = (AccountState.CLOSED, AccountState.REFUSED)


def connections_for(person: Person, *, ended: bool = False, q: str = "") -> QuerySet[Connection]:
    """List the connections of the units whose channels a person may see; ended ones only when asked for."""
    found = Connection.objects.filter(reach_q(person, access.SEE, "unit"))
    found = found.filter(state=ConnectionState.ENDED) if ended else found.exclude(state=ConnectionState.ENDED)
    if words := q.replace("\x00", "").strip():
        found = found.filter(
            Q(name__icontains=words)
            | Q(unit__short_name__icontains=words)
            | Q(account__handle__icontains=words)
        )
    # What needs somebody comes first, then what ends soonest.
    return found.select_related("unit", "account", "owner").order_by(
        Case(When(needs="", then=1), default=0),
        F("expires_at").asc(nulls_last=True),
        "unit__path",
        "name",
        "pk",
    )


def connection_for(person: Person, public_id: str) -> Connection:
    """Return a connection of a unit whose channels a person may see; raise NotFound."""
    rows = Connection.objects.filter(reach_q(person, access.SEE, "unit"), public_id=public_id)
    found = rows.select_related("unit", "account", "owner", "created_by").first()
    if found is None:
        raise NotFound(_("There is no such connection, or it is not for you."))
    return found


def units_to_connect(person: Person) -> QuerySet[Unit]:
    """List the units for which a person may plan connections."""
    return units_for(person, access.ARRANGE).filter(closed_on__isnull=True).order_by("path")


def accounts_to_connect(unit: Unit, kind: Kind) -> QuerySet[Account]:
    """List the accounts of a unit in the register that a connection of this kind may still be made for."""
    taken = Connection.objects.exclude(state=ConnectionState.ENDED).filter(account__isnull=False)
    return (
        Account.objects.filter(unit=unit, platform__in=kind.platforms)
        .exclude(state__in=OVER)
        .exclude(pk__in=taken.values("account"))
        .order_by("handle")
    )


def people_to_answer(unit: Unit) -> QuerySet[Person]:
    """List who may answer for a connection of a unit: everybody who holds a role there."""
    return holders(unit, [each.value for each in Role])


def archive_of(connection: Connection, q: str = "") -> QuerySet[Archived]:
    """Return the texts of an archive; `q` is part of their words."""
    found = Archived.objects.filter(connection=connection)
    words = q.replace("\x00", "").strip()
    return found.filter(text__icontains=words) if words else found


def has_archive(account: Account) -> bool:
    """Say whether texts of an account on a closed platform are kept."""
    return Archived.objects.filter(connection__account=account, connection__kind=HISTORIC.key).exists()


def public_archive(account: Account, *, cursor: str = "") -> Page[Archived]:
    """Return what stood on an account of a closed platform, newest first; raise NotFound when nothing is kept."""
    rows = Archived.objects.filter(connection__account=account, connection__kind=HISTORIC.key)
    page = keyset(rows, by="at", cursor=cursor, size=30)
    if not page.rows and not cursor:
        raise NotFound(_("Nothing of this account is kept here."))
    return page


def days_left(at: datetime) -> int:
    """Return how many days are left on the clock of Shanghai; 0 is today, negative is over."""
    return (clock.local(at).date() - clock.today()).days
