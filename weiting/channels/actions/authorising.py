"""Keeps what an account's holder granted on the platform's own page: a new token, and until when it holds."""

from datetime import datetime

from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.accounts.models import Person
from weiting.channels import access, vault
from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection
from weiting.channels.opening import secrets_of
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid
from weiting.units.access import permit


@action
def authorise(
    connection: Connection, *, by: Person | None, token: str, expires_at: datetime | None, uid: str = ""
) -> Connection:
    """Seal a new token; raise Invalid when it is another account's, Conflict when the connection has ended.

    What the connection needed stays noted: publishing's `resume` takes it away and lets go on what waited.
    """
    permit(by, access.KEEP, connection.unit)
    held = Connection.objects.select_for_update(of=("self",), no_key=True).get(pk=connection.pk)
    if held.state == ConnectionState.ENDED:
        raise Conflict(_("This connection has ended. Plan a new one instead."), code="ended")
    known = str(held.values.get("uid") or "")
    if uid and known and uid != known:
        raise Invalid(
            _(
                "You were signed in there to another account (number %(other)s, not %(own)s). Sign out there, sign in"
                " to the right one, and begin once more."
            )
            % {"other": uid, "own": known},
            code="other_account",
        )
    now = clock.now()
    held.sealed_with, held.sealed = vault.seal({**secrets_of(held), "token": token}, held.public_id)
    stamp = {"at": now.isoformat(), "by": by.name if by else ""}
    held.secrets_set = {**held.secrets_set, "token": stamp}
    held.values = {**held.values, **({"uid": uid} if uid else {})}
    held.authorised_at, held.expires_at, held.last_ok_at = now, expires_at, now
    held.save()
    audit.record(
        "channels.connection.authorise",
        by=by,
        subject=held,
        unit=held.unit,
        connection=held.name,
        until=expires_at.isoformat() if expires_at else "",
    )
    jobs.announce("connections", f"unit:{held.unit_id}")
    for field in held._meta.concrete_fields:
        setattr(connection, field.attname, getattr(held, field.attname))
    return connection


def learn_end(connection: Connection, expires_at: datetime) -> None:
    """Keep until when the platform says that a token holds: of one that was pasted nobody else knows."""
    Connection.objects.filter(pk=connection.pk, sealed=bytes(connection.sealed)).update(expires_at=expires_at)
    connection.expires_at = expires_at
