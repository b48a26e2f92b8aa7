"""Opens, rests and closes connections together with what waits for them: one transaction, one word to the worker."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.channels import actions as channels
from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection
from weiting.channels.ports import Action
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict
from weiting.fediverse import actions as fediverse
from weiting.publishing.actions import delivering
from weiting.publishing.flow import DeliveryState as State
from weiting.publishing.models import Act, Delivery, Line
from weiting.units import actions as units
from weiting.units.flow import AccountState
from weiting.units.models import Account

# Kinds whose account is one of this hall: opened when the connection goes live.
OPENS: dict[str, Callable[[Connection], object]] = {"activitypub": fediverse.actor_of}


@dataclass(frozen=True)
class Closing:
    """What became of what waited: called off, handed to people to do there, or left to them to find out."""

    called_off: int = 0
    by_hand: int = 0
    unknown: int = 0


@action
def open_connection(connection: Connection, *, by: Person | None) -> int:
    """Put a connection live, or let it go on, and wake what waits for it; return how many.

    Raises as `go_live`, and Invalid where an account of this hall cannot be opened for it.
    """
    channels.go_live(connection, by=by)
    if (opens := OPENS.get(connection.kind)) is not None:
        opens(connection)
    return delivering.resume(connection, by=by)


@action
def rest_connection(connection: Connection, reason: str, *, by: Person | None) -> Connection:
    """Let a connection rest: a call under way ends, nothing more begins. Raises as `freeze`."""
    delivering.hold_lines([connection.pk])
    channels.freeze(connection, reason, by=by)
    # Whoever holds the line holds it on, writes how its call ended, and does not take the next.
    Line.objects.filter(pk=connection.pk).update(next_at=None)
    return connection


@action
def renew_connection(
    connection: Connection,
    *,
    by: Person | None,
    name: str = "",
    base: str = "",
    values: dict[str, str] | None = None,
    secrets_given: dict[str, str] | None = None,
    seen: str = "",
) -> int:
    """Set a connection's settings and secrets and let what rested for their sake go on; return how much waits.

    Raises as `save_connection`.
    """
    channels.save_connection(
        connection, by=by, name=name, base=base, values=values, secrets_given=secrets_given, seen=seen
    )
    connection.refresh_from_db()
    if connection.needs not in {Action.AUTHORISE, Action.SETTINGS}:
        return 0
    return delivering.resume(connection, by=by)


@action
def close_connection(
    connection: Connection,
    reason: str,
    *,
    by: Person | None,
    by_hand: bool = False,
    close_account: bool = False,
) -> Closing:
    """End a connection with all that waits for it; raise Conflict while a text is being sent, else as `end`.

    New texts are called off, or left to be put there `by_hand`; corrections and withdrawals are always left to a
    person, because what they mend stands there. With `close_account` the register's account is closed as well.
    """
    delivering.hold_lines([connection.pk])
    channels.end(connection, reason, by=by)
    own = Delivery.objects.filter(connection=connection)
    held = Line.objects.filter(pk=connection.pk, leased_until__gt=clock.now()).exclude(holder="")
    if held.exists() or own.filter(state=State.SENDING).exists():
        raise Conflict(
            _("A text is being sent there at this moment. Try again in a minute."), code="under_way"
        )
    now, why = clock.now(), connection.state_reason[:300]
    Line.objects.filter(pk=connection.pk).update(next_at=None, holder="", leased_until=None)
    queued = own.filter(state=State.QUEUED)
    left = queued if by_hand else queued.exclude(act=Act.SEND)
    handed = left.update(needs=Action.BY_HAND, code=delivering.CLOSED, why=why, not_before=None, told_at=None)
    over = queued.exclude(code=delivering.CLOSED).filter(act=Act.SEND)
    gone = over.update(state=State.CALLED_OFF, needs="", code=delivering.CLOSED, why=why, settled_at=now)
    unknown = own.filter(state=State.IN_DOUBT).update(
        needs=delivering.DECIDE, code=delivering.CLOSED, told_at=None
    )
    unknown += own.filter(state=State.ACCEPTED).update(
        state=State.GAVE_UP, needs=delivering.DECIDE, code="unsettled", settled_at=now, told_at=None
    )
    account = connection.account
    if (
        close_account
        and account is not None
        and account.state not in {AccountState.CLOSED, AccountState.REFUSED}
    ):
        units.close_account(account, reason, by=by)
    audit.record(
        "publishing.connection.close",
        by=by,
        subject=connection,
        unit=connection.unit,
        connection=connection.name,
        called_off=gone,
        by_hand=handed,
        unknown=unknown,
    )
    return Closing(gone, handed, unknown)


@action
def note_export(connection: Connection, *, by: Person, rows: int) -> None:
    """Record that somebody took with them what went to a connection."""
    audit.record(
        "publishing.connection.export",
        by=by,
        subject=connection,
        unit=connection.unit,
        connection=connection.name,
        rows=rows,
    )


@action
def silence_account(
    account: Account, reason: str, *, by: Person | None, act: Callable[[], Account]
) -> Account:
    """Do an act of the register after which an account may not speak, and let its connection rest with it.

    Raises what the act raises.
    """
    found = act()
    live = Connection.objects.filter(account=account, state=ConnectionState.LIVE).first()
    if live is not None:
        rest_connection(live, reason or _("Its account in the register is not open."), by=by)
    return found
