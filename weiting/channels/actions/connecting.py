"""Leads connections through their life: planned, set up, live, at rest, ended; each act says who did it and why.

What waits for a connection is publishing's: `publishing.actions.connecting` composes these verbs with it.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from json import dumps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.accounts.models import Person
from weiting.channels import access, secrets, vault
from weiting.channels.flow import ConnectionFlow, ConnectionState
from weiting.channels.kinds import Field, Kind, kind_of, offered
from weiting.channels.models import Connection
from weiting.channels.opening import SANDBOX, first_base, secrets_of
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, DomainError, Invalid
from weiting.core.flow import perform
from weiting.units.access import permit, roles_at
from weiting.units.flow import AccountState
from weiting.units.models import Account, Unit

S = ConnectionState
OVER = {AccountState.CLOSED, AccountState.REFUSED}
TAG = "connections"


def version_of(connection: Connection) -> str:
    """Return a digest of a connection's settings: what a form was made from, so that nobody writes over another."""
    said = [connection.name, connection.base, connection.values, connection.secrets_set]
    digest = sha256(dumps(said, sort_keys=True).encode() + bytes(connection.sealed))
    return digest.hexdigest()[:16]


def missing(connection: Connection) -> list[Field]:
    """List the required settings and secrets a connection does not have yet."""
    kind = kind_of(connection.kind)
    has = {name for name, value in connection.values.items() if value} | set(connection.secrets_set)
    if connection.sealed and not connection.secrets_set:
        # Sealed by other ways than the desk: only opening them tells which.
        has |= set(secrets_of(connection))
    return [each for each in kind.fields if each.is_required and each.name not in has]


@action
def plan_connection(
    unit: Unit,
    kind: str,
    name: str,
    *,
    by: Person | None,
    account: Account | None = None,
    owner: Person | None = None,
) -> Connection:
    """Plan where a unit's texts go as well; raise Invalid for what does not fit, Conflict when it is there already."""
    permit(by, access.ARRANGE, unit)
    known = next((each for each in offered() if each.key == kind), None)
    if known is None:
        raise _invalid("kind", _("There is no such kind of channel here."))
    if unit.closed_on is not None:
        raise Conflict(_("The unit has been closed and no longer speaks."), code="closed")
    _check_account(known, unit, account)
    made = Connection(
        unit=unit,
        kind=kind,
        name=_name(name),
        account=account,
        base=first_base(kind, known.base),
        created_by=by,
        owner=owner or by,
    )
    if made.owner is not None:
        _check_owner(made, made.owner, is_chosen=owner is not None)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise _taken(error) from None
    _record("plan", made, by, kind=kind, account=account.handle if account else "")
    return made


@action
def save_connection(
    connection: Connection,
    *,
    by: Person | None,
    name: str = "",
    base: str = "",
    values: Mapping[str, str] | None = None,
    secrets_given: Mapping[str, str] | None = None,
    seen: str = "",
) -> Connection:
    """Set a connection's settings and seal what is given of its secrets; the others stay as they are.

    Raises Invalid for what cannot be right, Conflict when `seen` is not how the settings stand now, or it has ended.
    """
    permit(by, access.KEEP, connection.unit)
    held = Connection.objects.select_for_update(of=("self",), no_key=True).get(pk=connection.pk)
    if held.state == S.ENDED:
        raise Conflict(_("This connection has ended. Plan a new one instead."), code="ended")
    if seen and seen != version_of(held):
        raise Conflict(
            _(
                "Somebody else has changed these settings in the meantime. Look at them, then type yours again."
            ),
            code="stale",
        )
    kind = kind_of(held.kind)
    wrong: dict[str, list[Any]] = {}
    with _noted(wrong):
        held.name = _name(name) if name else held.name
    with _noted(wrong):
        held.base = _base(kind, base) if base.strip() else held.base
    held.values = dict(held.values) | _values(kind, values or {}, wrong)
    given = _secrets(kind, secrets_given or {}, held, wrong)
    if wrong:
        # All at once: whoever pasted five things wants to hear of all five.
        raise Invalid(str(next(iter(wrong.values()))[0]), code="wrong_settings", fields=wrong)
    if given:
        _seal(held, given, by)
    try:
        with transaction.atomic():
            held.save()
    except IntegrityError as error:
        raise _taken(error) from None
    # By name only: what was typed may be personal, and a secret never stands anywhere.
    _record("save", held, by, settings=sorted(values or {}), secrets=sorted(given))
    for field in held._meta.concrete_fields:
        setattr(connection, field.attname, getattr(held, field.attname))
    return connection


@action
def note_trial(
    connection: Connection,
    *,
    by: Person | None,
    code: str = "ok",
    needs: str = "",
    why: str = "",
    named: Mapping[str, str] | None = None,
    expires_at: datetime | None = None,
) -> Connection:
    """Keep how a test of a connection ended, the limits the channel named and when its word ends; raise NotAllowed."""
    permit(by, access.KEEP, connection.unit)
    now = clock.now()
    held = Connection.objects.select_for_update(of=("self",), no_key=True).get(pk=connection.pk)
    held.tested_at, held.tested_code, held.tested_need, held.tested_why = (
        now,
        code[:40],
        needs[:20],
        why[:300],
    )
    held.values = {**held.values, **(named or {})}
    if code == "ok":
        held.last_ok_at = now
    held.expires_at = expires_at or held.expires_at
    names = ("tested_at", "tested_code", "tested_need", "tested_why", "values", "last_ok_at", "expires_at")
    held.save(update_fields=names)
    _record("try", held, by, code=code)
    for name in names:
        setattr(connection, name, getattr(held, name))
    return connection


@action
def go_live(connection: Connection, *, by: Person | None) -> Connection:
    """Let texts go to a connection from now on; raise Invalid while something is missing, Conflict if it cannot."""
    permit(by, access.KEEP, connection.unit)
    lacking = missing(connection)
    if lacking:
        names = "、".join(str(each.label) for each in lacking)
        raise Invalid(_("Put in first: %(names)s.") % {"names": names}, code="incomplete")
    if kind_of(connection.kind).asks_base and not connection.base:
        raise Invalid(
            _("Put in first: %(names)s.") % {"names": _("address of the interface")}, code="incomplete"
        )
    _check_speaks(connection)
    step = "thaw" if connection.state == S.FROZEN else "go_live"
    perform(connection, ConnectionFlow.go_live, state_reason="")
    _record(step, connection, by)
    return connection


@action
def freeze(connection: Connection, reason: str, *, by: Person | None) -> Connection:
    """Let a connection rest; what is due waits. Raise Invalid without a reason, Conflict when it is not live."""
    permit(by, access.FREEZE, connection.unit)
    reason = _reason(reason)
    perform(connection, ConnectionFlow.freeze, state_reason=reason)
    _record("freeze", connection, by, reason=reason)
    return connection


@action
def end(connection: Connection, reason: str, *, by: Person | None) -> Connection:
    """End a connection for good: nothing goes there any more, and its credentials are forgotten. Raise Invalid
    without a reason, Conflict when it has ended."""
    permit(by, access.ARRANGE, connection.unit)
    reason = _reason(reason)
    perform(
        connection,
        ConnectionFlow.end,
        state_reason=reason,
        ended_at=clock.now(),
        sealed=b"",
        sealed_with="",
        secrets_set={},
        expires_at=None,
        needs="",
        needs_code="",
        needs_since=None,
    )
    _record("end", connection, by, reason=reason)
    return connection


@action
def name_owner(connection: Connection, owner: Person, *, by: Person | None) -> Connection:
    """Say who answers for a connection; raise Invalid for somebody without a role at its unit."""
    permit(by, access.ARRANGE, connection.unit)
    _check_owner(connection, owner)
    Connection.objects.filter(pk=connection.pk).update(owner=owner)
    connection.owner = owner
    _record("owner", connection, by, owner=owner.public_id)
    return connection


def _record(verb: str, connection: Connection, by: Person | None, **facts: Any) -> None:
    audit.record(
        f"channels.connection.{verb}",
        by=by,
        subject=connection,
        unit=connection.unit,
        connection=connection.name,
        **facts,
    )
    jobs.announce(TAG, f"unit:{connection.unit_id}")


def _seal(held: Connection, given: Mapping[str, str], by: Person | None) -> None:
    try:
        kept = dict(secrets_of(held))
    except DomainError:
        # The key is lost: what was sealed with it is too, and is to be put in anew.
        kept, held.secrets_set = {}, {}
    held.sealed_with, held.sealed = vault.seal({**kept, **given}, held.public_id)
    stamp = {"at": clock.now().isoformat(), "by": by.name if by else ""}
    held.secrets_set = {**held.secrets_set, **dict.fromkeys(given, stamp)}
    if "token" in given:
        held.authorised_at, held.expires_at = clock.now(), None


@contextmanager
def _noted(wrong: dict[str, list[Any]]) -> Iterator[None]:
    """Put down what is refused beside what was refused before it, and go on."""
    try:
        yield
    except Invalid as refusal:
        wrong.update({name: list(said) for name, said in refusal.fields.items()})


def _secrets(
    kind: Kind, given: Mapping[str, str], held: Connection, wrong: dict[str, list[Any]]
) -> dict[str, str]:
    found = {}
    for field in kind.secrets:
        value = ""
        with _noted(wrong):
            value = secrets.checked(field, given.get(field.name, ""))
        if not value and field.is_made and field.name not in held.secrets_set:
            value = secrets.made()
        if value:
            found[field.name] = value
    return found


def _values(kind: Kind, given: Mapping[str, str], wrong: dict[str, list[Any]]) -> dict[str, str]:
    found = {}
    for field in kind.plain:
        if field.name not in given:
            continue
        value = " ".join(str(given[field.name]).split())
        if value and (len(value) > field.most or (field.shape and not re.fullmatch(field.shape, value))):
            wrong[field.name] = [
                _("“%(typed)s” cannot be the %(name)s: look whether it is whole and in the right box.")
                % {"typed": value[:30], "name": str(field.label)}
            ]
        if value and field.choices and value not in dict(field.choices):
            wrong[field.name] = [_("Choose one of the list.")]
        found[field.name] = value
    return found


def _base(kind: Kind, base: str) -> str:
    if not kind.asks_base:
        return ""
    if base.strip().startswith(SANDBOX):
        return base.strip().rstrip("/")
    said = urlsplit(base.strip())
    schemes = {"https", "http"} if settings.CHANNELS_PRIVATE else {"https"}
    if said.scheme not in schemes or not said.hostname or len(base) > 300:
        raise _invalid("base", _("Write the whole address, beginning with https://."))
    if said.username or said.password:
        raise _invalid(
            "base", _("Leave name and password out of the address: secrets have fields of their own.")
        )
    return base.strip().rstrip("/")


def _check_account(kind: Kind, unit: Unit, account: Account | None) -> None:
    """Only an account that stands in the register, under this unit, on this platform may be connected."""
    if not kind.platforms:
        if account is not None:
            raise _invalid("account", _("This kind of channel is no account on a platform."))
        return
    if account is None or account.unit_id != unit.pk or account.platform not in kind.platforms:
        raise _invalid(
            "account", _("Choose an account of this unit in the register. Apply for it there first.")
        )
    if account.state in OVER:
        raise _invalid(
            "account", _("This account is closed. Choose another, or apply for one in the register.")
        )


def _check_speaks(connection: Connection) -> None:
    if connection.account_id is None:
        return
    account = Account.objects.get(pk=connection.account_id)
    if account.state != AccountState.OPEN:
        raise Conflict(
            _("The account is not open in the register (%(state)s). It speaks only once it is.")
            % {"state": account.get_state_display()},
            code="account_not_open",
        )
    if account.must_rotate:
        raise Conflict(
            _("The account was handed over: its new keeper renews every credential first, in the register."),
            code="must_rotate",
        )


def _check_owner(connection: Connection, owner: Person, *, is_chosen: bool = True) -> None:
    if owner.is_active and roles_at(owner, connection.unit):
        return
    if is_chosen:
        raise _invalid("owner", _("Choose somebody who holds a role at the unit."))
    connection.owner = None


def _name(name: str) -> str:
    found = " ".join(name.split())
    if not 0 < len(found) <= 80:
        raise _invalid("name", _("Give it a name of 1 to 80 characters."))
    return found


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not 0 < len(reason) <= 200:
        raise _invalid("reason", _("Give the reason in 1 to 200 characters; colleagues see it."))
    return reason


def _invalid(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})


def _taken(error: IntegrityError) -> DomainError:
    if "account_once" in str(error):
        sentence = _("This account is connected already. Open that connection, or end it first.")
        return Conflict(sentence, code="taken", fields={"account": [sentence]})
    return _invalid(
        "name", _("The unit has a connection of this kind and name already. Choose another name.")
    )
