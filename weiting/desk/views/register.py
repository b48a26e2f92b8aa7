"""The register of official voices from the inside: applications, filing, freezing, handing over, closing."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_safe

from weiting.accounts.models import Person
from weiting.audit import labels
from weiting.core.errors import NotFound
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import form_page
from weiting.desk.views.units import unit_for
from weiting.publishing import actions as publishing
from weiting.ui.shell import Link
from weiting.units import access, actions, queries
from weiting.units.flow import AccountState
from weiting.units.forms import AccountDetailsForm, AccountForm, HandOverForm, ReasonForm, TakeOverForm
from weiting.units.models import Account, Platform

S = AccountState
PAGE = 100


class EmptyForm(forms.Form):
    """Nothing is typed: the page only asks once, in words."""


class NumberForm(forms.Form):
    """The number an account gets in the registry."""

    number = forms.CharField(
        label=gettext_lazy("Registry number"), max_length=40, required=False,
        help_text=gettext_lazy("Leave empty to take the next one."),
    )  # fmt: skip


class NoteForm(forms.Form):
    """A remark for the history."""

    note = forms.CharField(label=gettext_lazy("Remark"), max_length=200, required=False)


@dataclass(frozen=True)
class Step:
    """One thing that may be done with an account: from which states, by whom, and what is typed for it."""

    label: Any
    verb: str
    states: tuple[str, ...]
    form: type[forms.Form]
    act: Callable[[Account, Person, dict[str, Any]], Any]
    variant: str = ""
    intro: Any = ""


STEPS: dict[str, Step] = {
    "file": Step(gettext_lazy("File in the registry"), access.FILE_ACCOUNT, (S.APPLIED,), NumberForm,
                 lambda a, by, t: actions.file_account(a, by=by, number=t["number"]), "primary",
                 gettext_lazy("It gets its number in the registry. It does not speak yet.")),
    "refuse": Step(gettext_lazy("Refuse"), access.FILE_ACCOUNT, (S.APPLIED,), ReasonForm,
                   lambda a, by, t: actions.refuse_account(a, t["reason"], by=by), "danger"),
    "open": Step(gettext_lazy("Open"), access.KEEP_ACCOUNT, (S.FILED,), EmptyForm,
                 lambda a, by, t: actions.open_account(a, by=by), "primary",
                 gettext_lazy("From today it is official and stands in the public register.")),
    "freeze": Step(gettext_lazy("Freeze"), access.FREEZE_ACCOUNT, (S.OPEN,), ReasonForm,
                   lambda a, by, t: publishing.silence_account(
                       a, t["reason"], by=by, act=lambda: actions.freeze_account(a, t["reason"], by=by)), "danger",
                   gettext_lazy("It stops speaking at once, and the register warns people not to rely on it.")),
    "thaw": Step(gettext_lazy("Let it speak again"), access.FILE_ACCOUNT, (S.FROZEN,), NoteForm,
                 lambda a, by, t: actions.thaw_account(a, by=by, note=t["note"]), "primary"),
    "hand-over": Step(gettext_lazy("Hand over"), access.KEEP_ACCOUNT, (S.OPEN, S.FROZEN), HandOverForm,
                      lambda a, by, t: publishing.silence_account(
                          a, t.get("reason", ""), by=by,
                          act=lambda: actions.hand_over_account(a, t["keeper"], by=by, reason=t.get("reason", ""))), "",
                      gettext_lazy("It is silent until the new keeper has renewed every credential.")),
    "take-over": Step(gettext_lazy("Take over"), access.SEE_TEAM, (S.HANDING_OVER,), TakeOverForm,
                      lambda a, by, t: actions.take_over_account(a, t["confirmed"], by=by), "primary",
                      gettext_lazy("Renew each of these, then tick it. Then the account may speak again.")),
    "close": Step(gettext_lazy("Close"), access.FILE_ACCOUNT, (S.FILED, S.OPEN, S.FROZEN, S.HANDING_OVER), ReasonForm,
                  lambda a, by, t: publishing.silence_account(
                      a, t["reason"], by=by, act=lambda: actions.close_account(a, t["reason"], by=by)), "danger",
                  gettext_lazy("Closing is final. It stays in the register as closed.")),
}  # fmt: skip


def _may(person: Person, account: Account, step: Step) -> bool:
    if account.state not in step.states or not access.may(person, step.verb, account.unit):
        return False
    return step.form is not TakeOverForm or account.keeper_id == person.pk


@require_safe
@desk_page(access.SEE_TEAM)
def accounts(request: HttpRequest) -> HttpResponse:
    """List the accounts of one's units by state."""
    person = cast(Person, request.user)
    state = request.GET.get("state", "")
    state = state if state in AccountState.values else ""
    words = request.GET.get("q", "").strip()[:60]
    every = queries.accounts_for(person, q=words)
    counted = dict(every.order_by().values_list("state").annotate(n=Count("pk")))
    kept = {"q": words} if words else {}
    tabs = [Link(_("All"), _here(kept), not state, count=sum(counted.values()))]
    tabs += [
        Link(
            str(each.label),
            _here({**kept, "state": each.value}),
            state == each.value,
            count=counted.get(each.value, 0),
        )
        for each in AccountState
        if counted.get(each.value) or state == each.value
    ]
    said = request.GET.get("page", "")
    page = max(1, int(said)) if said.isdecimal() and len(said) < 4 else 1
    found = list(queries.accounts_for(person, state, q=words)[(page - 1) * PAGE : page * PAGE + 1])
    kept |= {"state": state} if state else {}
    units = access.units_for(person, access.APPLY_ACCOUNT).filter(closed_on__isnull=True).order_by("path")
    context = desk_context(
        request,
        current="register",
        heading=_("Register"),
        tabs=tabs,
        state=state,
        q=words,
        rows=_rows(found[:PAGE]),
        before=_here({**kept, "page": str(page - 1)}) if page > 1 else "",
        more=_here({**kept, "page": str(page + 1)}) if len(found) > PAGE else "",
        may_apply=[
            Link(name, _address("desk:account_apply").format(key))
            for name, key in units.values_list("short_name", "public_id")[:300]
        ],
    )
    return render(request, "desk/register/accounts.html", context)


def _here(asked: dict[str, str]) -> str:
    return f"/desk/register/?{urlencode(asked)}" if asked else "/desk/register/"


@cache
def _address(name: str) -> str:
    """Return an address with a hole for the key: a list looks it up once, not for each of its rows."""
    return reverse(name, args=["KEY"]).replace("KEY", "{}")


def _rows(accounts: list[Account]) -> list[dict[str, Any]]:
    """Return the rows of the list, with the words of state and platform looked up once for all."""
    states = {value: str(label) for value, label in AccountState.choices}
    platforms = {value: str(label) for value, label in Platform.choices}
    address = _address("desk:account")
    return [
        {
            "account": each,
            "url": address.format(each.public_id),
            "state": states[each.state],
            "platform": platforms[each.platform],
        }
        for each in accounts
    ]


@require_safe
@desk_page(access.SEE_TEAM)
def account(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one account, its history and what may be done with it now."""
    person = cast(Person, request.user)
    found = queries.account_for(person, public_id)
    context = desk_context(
        request,
        current="register",
        heading=found.handle,
        account=found,
        history=[
            {
                "label": labels.sentence(f"units.account.{each.move.replace('-', '_')}"),
                "on": each.on,
                "note": each.note,
                "by_name": each.by_name,
            }
            for each in found.history.all()
        ],
        steps=[(name, step) for name, step in STEPS.items() if _may(person, found, step)],
        may_change=access.may(person, access.KEEP_ACCOUNT, found.unit)
        and found.state not in (S.CLOSED, S.REFUSED),
        crumbs=[Link(_("Register"), "/desk/register/"), Link(found.handle, "", True)],
    )
    return render(request, "desk/register/account.html", context)


@desk_page(access.APPLY_ACCOUNT)
def apply_for(request: HttpRequest, public_id: str) -> HttpResponse:
    """Apply for an account of a unit."""
    person = cast(Person, request.user)
    unit = unit_for(person, public_id, access.APPLY_ACCOUNT)
    return form_page(
        request,
        current="register",
        heading=_("Apply for an account"),
        sub=unit.short_name,
        form=AccountForm(request.POST or None, unit=unit),
        act=lambda typed: actions.apply_account(
            unit, typed.pop("platform"), typed.pop("handle"), by=person, **typed
        ),
        to="/desk/register/?state=applied",
        submit=_("Apply"),
        done=_("Applied. The registry decides next."),
    )


@desk_page(access.KEEP_ACCOUNT)
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change an account's name, address or purpose."""
    person = cast(Person, request.user)
    found = queries.account_for(person, public_id)
    if not access.may(person, access.KEEP_ACCOUNT, found.unit):
        raise NotFound(_("This page does not exist, or it is not for you."))
    return form_page(
        request,
        current="register",
        heading=_("Change %(handle)s") % {"handle": found.handle},
        form=AccountDetailsForm(request.POST or None, instance=Account.objects.get(pk=found.pk)),
        act=lambda typed: actions.change_account(found, by=person, **typed),
        to=f"/desk/register/{found.public_id}/",
        submit=_("Save"),
        done=_("Saved."),
    )


@desk_page(access.SEE_TEAM)
def step(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """Do one step in an account's life; the page asks once, in words."""
    person = cast(Person, request.user)
    found = queries.account_for(person, public_id)
    wanted = STEPS.get(name)
    if wanted is None or not _may(person, found, wanted):
        raise NotFound(_("This is not possible for this account now, or not for you."))
    options: dict[str, Any] = {"account": found} if wanted.form is HandOverForm else {}
    return form_page(
        request,
        current="register",
        heading=f"{wanted.label} · {found.handle}",
        sub=f"{found.unit.short_name} · {found.get_platform_display()}",
        form=wanted.form(request.POST if request.method == "POST" else None, **options),
        intro=wanted.intro,
        act=lambda typed: wanted.act(found, person, typed),
        to=f"/desk/register/{found.public_id}/",
        submit=wanted.label,
        variant=wanted.variant,
        done=_("Done. It stands in the history."),
    )
