"""Opens our accounts in the fediverse and gives them new keys."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.channels import vault
from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid
from weiting.fanout.actions import spread
from weiting.fediverse import access, addresses, documents, keys
from weiting.fediverse.actions.sending import KIND, order_of, payload, to_followers
from weiting.fediverse.models import Actor
from weiting.units.access import permit


def handle_of(connection: Connection) -> str:
    """Return the handle a connection asks for: as set, or the unit's name in addresses."""
    return str(connection.values.get("handle") or connection.unit.slug).strip().lower().removeprefix("@")


@action
def open_account(connection: Connection, *, by: Person | None) -> Actor:
    """Open the account of a connection under its handle; raise Invalid for a handle that cannot be, or is taken."""
    permit(by, access.KEEP, connection.unit)
    handle = handle_of(connection)
    if not addresses.HANDLE.fullmatch(handle) or handle == addresses.HALL:
        raise _invalid(
            _(
                "The handle “%(handle)s” cannot be used: take 1 to 60 small letters a–z, digits, dots, hyphens or"
                " underscores, with a letter or digit at both ends."
            )
            % {"handle": handle}
        )
    if Actor.objects.filter(handle=handle).exists():
        raise _invalid(_taken(handle))
    made = _make(handle, connection)
    audit.record("fediverse.actor.open", by=by, subject=connection, unit=connection.unit, handle=handle)
    return made


def _taken(handle: str) -> str:
    return _("The handle “%(handle)s” is taken in this hall. Choose another one in the settings.") % {
        "handle": handle
    }


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, code="handle", fields={"handle": [sentence]})


def _make(handle: str, connection: Connection | None) -> Actor:
    public, private = keys.make()
    name, sealed = vault.seal({"key": private}, keys.seal_name(handle, 1))
    made = Actor(handle=handle, connection=connection, public_key=public, sealed_with=name, sealed=sealed)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        # Another process was faster: for this connection, or with this handle for another one.
        found = Actor.objects.filter(connection=connection).select_related("connection__unit").first()
        if found is None:
            raise _invalid(_taken(handle)) from None
        return found
    return made


def actor_of(connection: Connection) -> Actor:
    """Return the account of a connection, opened now if it was not yet; raise Invalid as `open_account` does."""
    found = Actor.objects.filter(connection=connection).select_related("connection__unit").first()
    return found or open_account(connection, by=None)


def hall_actor() -> Actor:
    """Return the account that signs what the hall itself asks others for, made on first use."""
    found = Actor.objects.filter(connection__isnull=True).first()
    return found or _make(addresses.HALL, None)


def open_accounts() -> int:
    """Open the accounts of live connections that have none yet; return how many. One whose handle is taken waits."""
    known = Actor.objects.filter(connection__isnull=False).values("connection")
    waiting = Connection.objects.filter(kind=KIND, state=ConnectionState.LIVE).exclude(pk__in=known)
    made = 0
    for connection in waiting.select_related("unit"):
        try:
            open_account(connection, by=None)
            made += 1
        except Invalid:
            continue
    return made


@action
def rotate_key(connection: Connection, *, by: Person | None) -> Actor:
    """Give an account a new key and tell its followers; raise Conflict when it has not been opened.

    Others read the new key when the old one no longer fits; what is under way is signed anew when it is tried again.
    """
    permit(by, access.KEEP, connection.unit)
    actor = (
        Actor.objects.select_for_update(of=("self",), no_key=True)
        .select_related("connection__unit")
        .filter(connection=connection)
        .first()
    )
    if actor is None:
        raise Conflict(_("This account has not been opened yet: there is no key to renew."), code="no_actor")
    public, private = keys.make()
    actor.key_number += 1
    actor.public_key, actor.rotated_at = public, clock.now()
    actor.sealed_with, actor.sealed = vault.seal(
        {"key": private}, keys.seal_name(actor.handle, actor.key_number)
    )
    actor.save()
    key = f"key-{actor.key_number}"
    said = documents.update_actor(actor, key)
    spread(KIND, f"{actor.pk}:{key}", payload(actor, said), to_followers(actor), order=order_of(actor))
    audit.record(
        "fediverse.actor.rotate", by=by, subject=connection, unit=connection.unit, number=actor.key_number
    )
    return actor
