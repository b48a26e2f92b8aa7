"""Leads official accounts through their life: applied for, filed, open, frozen, handed over, closed."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _, gettext_lazy

from weiting import audit, jobs, notices
from weiting.accounts import actions as people
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, NotAllowed
from weiting.core.flow import Move, perform
from weiting.units import access, keys
from weiting.units.checks import apply_changes, check_fields, check_open, invalid
from weiting.units.flow import AccountFlow, AccountState
from weiting.units.models import Account, AccountEvent, Hall, Membership, Platform, Unit

GONE = (AccountState.CLOSED, AccountState.REFUSED)
DESCRIBED = ("handle", "url", "purpose", "registered_on", "verified_on")
# Platforms that have closed down: an entry there is history and cannot be opened again.
SHUT = frozenset({Platform.TENCENT_WEIBO, Platform.PEOPLE_WEIBO})
# What the new keeper confirms before an account speaks again after a hand-over [features A15].
HANDOVER_STEPS = {
    "password": gettext_lazy("The password was changed"),
    "phone": gettext_lazy("The telephone number for recovery is ours"),
    "email": gettext_lazy("The e-mail address for recovery is ours"),
    "devices": gettext_lazy("All other devices were signed out"),
    "keys": gettext_lazy("Interface keys and linked applications were renewed"),
    "agents": gettext_lazy("Agents and outside firms no longer have access"),
}


@action
def apply_account(
    unit: Unit, platform: str, handle: str, *, by: Person | None, holder: Membership | None = None,
    exception_reason: str = "", keeper: Person | None = None, on: date | None = None, **fields: Any,
) -> Account:  # fmt: skip
    """Apply for an official account; raise Conflict for a second one without holder or reason, or Invalid."""
    access.permit(by, access.APPLY_ACCOUNT, unit)
    check_open(unit)
    if holder is not None and not access.reaches(holder, unit):
        raise invalid(
            "holder", _("This person holds no office at the unit, so the account cannot stand under it.")
        )
    account = Account(
        unit=unit, platform=platform, handle=handle.strip(), holder=holder, exception_reason=exception_reason.strip(),
        keeper=keeper or by, applied_on=on or clock.today(), applied_by=by,
    )  # fmt: skip
    apply_changes(account, fields, DESCRIBED)
    _set_keys(account)
    check_fields(account, exclude=["unit", "holder", "keeper", "applied_by"])
    _save(account)
    _tell_history(account, "apply", by, on=account.applied_on, note=account.exception_reason)
    return account


@action
def change_account(account: Account, *, by: Person | None, **changes: Any) -> Account:
    """Change an account's name, address or purpose; a new name of an open account stands in its history."""
    access.permit(by, access.KEEP_ACCOUNT, account.unit)
    account = Account.objects.select_for_update(of=("self",)).select_related("unit").get(pk=account.pk)
    was = account.handle
    changed = apply_changes(account, changes, DESCRIBED)
    if not changed:
        return account
    account.handle = account.handle.strip()
    _set_keys(account)
    check_fields(account, exclude=["unit", "holder", "keeper", "applied_by"])
    _save(account)
    note = _("was %(name)s") % {"name": was} if account.handle != was else ""
    _tell_history(account, "change", by, note=note, changed=sorted(changed))
    return account


def _set_keys(account: Account) -> None:
    account.handle_key = keys.handle_key(account.handle)
    account.url_key = keys.url_key(account.url) if account.url else ""
    if not account.handle_key:
        raise invalid("handle", _("Write the name exactly as the platform shows it."))


def _save(account: Account) -> None:
    """Save, or say which other account is in the way and what can be done about it."""
    _check_free(account)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:
        # Somebody was faster between the check and the save: look again, now theirs is there.
        _check_free(account)
        raise


def _check_free(account: Account) -> None:
    others = Account.objects.exclude(pk=account.pk).exclude(state__in=GONE).filter(platform=account.platform)
    platform = Platform(account.platform).label if account.platform in Platform.values else account.platform
    namesake = others.filter(handle_key=account.handle_key).select_related("unit").first()
    if namesake:
        raise Conflict(
            _("%(platform)s: the name %(handle)s is already in the register, for %(unit)s. Choose a name of your own.")
            % {"platform": platform, "handle": namesake.handle, "unit": namesake.unit.short_name},
            code="handle_taken", existing=namesake.public_id, field="handle",
        )  # fmt: skip
    if account.holder_id or account.exception_reason:
        return
    second = others.filter(unit_id=account.unit_id, holder=None, exception_reason="").first()
    if second:
        raise Conflict(
            _(
                "%(unit)s already speaks on %(platform)s as %(handle)s, and a unit has one account on a platform. "
                "Publish there as a column of that account, or close it first. A third way: name the officer "
                "who holds the new one, or write why a second one is needed."
            )
            % {"unit": account.unit.short_name, "platform": platform, "handle": second.handle},
            code="second_account", existing=second.public_id, proposals=["merge", "close", "holder", "reason"],
        )  # fmt: skip


@action
def file_account(account: Account, *, by: Person | None, number: str = "", on: date | None = None) -> Account:
    """Enter an account into the registry and give it its number.

    Raises NotAllowed for one's own application, Conflict for a number given before.
    """
    access.permit(by, access.FILE_ACCOUNT, account.unit)
    if by is not None and account.applied_by_id == by.pk:
        raise NotAllowed(
            _("You applied for this account, so somebody else files it. Ask a colleague of the hall."),
            code="own_application",
        )
    day = on or clock.today()
    given = number.strip() or _next_number(account.unit, day.year)
    if Account.objects.filter(filing_number=given).exclude(pk=account.pk).exists():
        raise Conflict(
            _("The registry number %(number)s is taken.") % {"number": given},
            code="number_taken",
            field="number",
        )
    return _step(account, AccountFlow.file, by, on=day, note=given, filing_number=given)


def _next_number(unit: Unit, year: int) -> str:
    """Return the next number of the nearest hall's registry; its row is held, so no number is given twice."""
    halls = (
        Hall.objects.select_for_update(of=("self",))
        .filter(unit_id__in=unit.ancestor_ids)
        .order_by("-unit__depth")
    )
    hall = halls.first() or Hall.objects.select_for_update(of=("self",)).filter(is_main=True).first()
    prefix = f"{hall.filing_prefix if hall else '网备'}{year}-"
    given = Account.objects.filter(filing_number__startswith=prefix).values_list("filing_number", flat=True)
    tails = (number.removeprefix(prefix) for number in given)
    return f"{prefix}{max((int(tail) for tail in tails if tail.isdigit()), default=0) + 1:04d}"


@action
def refuse_account(account: Account, reason: str, *, by: Person | None) -> Account:
    """Turn an application down; raise Invalid without a reason."""
    access.permit(by, access.FILE_ACCOUNT, account.unit)
    return _step(account, AccountFlow.refuse, by, note=_reason(reason), state_reason=_reason(reason))


@action
def open_account(account: Account, *, by: Person | None, on: date | None = None) -> Account:
    """Open a filed account: from this day it is official. Raise Conflict on a platform that has closed down."""
    access.permit(by, access.KEEP_ACCOUNT, account.unit)
    if account.platform in SHUT and by is not None:
        sentence = _("%(platform)s: this platform no longer exists, so no account can be opened on it.")
        raise Conflict(sentence % {"platform": account.get_platform_display()}, code="platform_shut")
    day = on or clock.today()
    return _step(account, AccountFlow.open, by, on=day, opened_on=day)


@action
def freeze_account(account: Account, reason: str, *, by: Person | None, on: date | None = None) -> Account:
    """Stop an account from speaking at once; raise Invalid without a reason."""
    access.permit(by, access.FREEZE_ACCOUNT, account.unit)
    return _step(account, AccountFlow.freeze, by, on=on, note=_reason(reason), state_reason=_reason(reason))


@action
def thaw_account(account: Account, *, by: Person | None, note: str = "") -> Account:
    """Let a frozen account speak again."""
    access.permit(by, access.FILE_ACCOUNT, account.unit)
    return _step(account, AccountFlow.thaw, by, note=note, state_reason="")


@action
def hand_over_account(
    account: Account, keeper: Person, *, by: Person | None, reason: str = "", on: date | None = None
) -> Account:
    """Give an account to a new keeper: silent until every credential is renewed; the old keeper signs in anew."""
    access.permit(by, access.KEEP_ACCOUNT, account.unit)
    account.refresh_from_db()
    old = account.keeper
    if old is not None and old.pk == keeper.pk:
        raise invalid("keeper", _("%(name)s keeps this account already.") % {"name": keeper.name})
    if not keeper.is_active or not access.roles_at(keeper, account.unit):
        sentence = _("%(name)s holds no role at %(unit)s. Give a role first, then hand over.")
        raise invalid("keeper", sentence % {"name": keeper.name, "unit": account.unit.short_name})
    _step(
        account, AccountFlow.hand_over, by, on=on, note=reason, where={"keeper": old},
        keeper=keeper, must_rotate=True, state_reason=reason.strip()[:200],
    )  # fmt: skip
    notices.tell(
        [keeper], "units.account.to_keep", key=f"units.account:{account.pk}:keeper:{keeper.pk}:{clock.today()}",
        url=f"/desk/register/{account.public_id}/", urgent=True, account=account.handle, unit=account.unit.short_name,
    )  # fmt: skip
    if old is not None:
        people.renew_credentials(old, by=by, reason="hand_over")
    return account


@action
def take_over_account(
    account: Account, confirmed: Collection[str], *, by: Person | None, on: date | None = None
) -> Account:
    """Take an account over: the new keeper confirms every step, then it may speak. Raise Invalid or NotAllowed."""
    account.refresh_from_db()
    if by is not None and account.keeper_id != by.pk:
        raise NotAllowed(_("Only the new keeper may confirm this. Ask them to sign in and do it."))
    missing = [str(sentence) for step, sentence in HANDOVER_STEPS.items() if step not in confirmed]
    if missing:
        sentence = _("Not yet done: %(steps)s. The account stays silent until all of it is.")
        raise invalid("confirmed", sentence % {"steps": "; ".join(missing)}, code="credentials_not_renewed")
    return _step(account, AccountFlow.take_over, by, on=on, must_rotate=False, state_reason="")


@action
def close_account(account: Account, reason: str, *, by: Person | None, on: date | None = None) -> Account:
    """Close an account for good; it stays in the register as closed. Raise Invalid without a reason."""
    access.permit(by, access.FILE_ACCOUNT, account.unit)
    day = on or clock.today()
    return _step(
        account,
        AccountFlow.close,
        by,
        on=day,
        note=_reason(reason),
        closed_on=day,
        state_reason=_reason(reason),
    )


def _reason(text: str) -> str:
    reason = text.strip()[:200]
    if not reason:
        raise invalid(
            "reason", _("Write the reason: it stands in the public register."), code="reason_missing"
        )
    return reason


def _step(
    account: Account, move: Move, by: Person | None, *, on: date | None = None, note: str = "",
    where: dict[str, Any] | None = None, **fields: Any,
) -> Account:  # fmt: skip
    perform(account, move, where=where, **fields)
    _tell_history(account, move.name, by, on=on, note=note)
    return account


def _tell_history(
    account: Account, move: str, by: Person | None, *, on: date | None = None, note: str = "", **facts: Any
) -> None:
    AccountEvent.objects.create(
        account=account,
        on=on or clock.today(),
        move=move,
        note=note.strip()[:300],
        by_name=by.name if by else "",
    )
    audit.record(
        f"units.account.{move}",
        by=by,
        subject=account,
        unit=account.unit,
        platform=account.platform,
        note=note,
        **facts,
    )
    jobs.announce("units", f"unit:{account.unit_id}")
