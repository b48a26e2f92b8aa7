"""The table of review rules: which texts take which path, edited as rows, tried out before they are needed."""

from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from weiting.accounts.models import Person
from weiting.core.errors import Conflict, Invalid, NotAllowed, NotFound
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.review import CaseForm, PolicyForm, StepRows
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import after_act
from weiting.review import access, actions, queries
from weiting.review.models import Policy
from weiting.units import queries as units
from weiting.units.access import may, may_anywhere, units_for
from weiting.units.models import Unit


def _may_change(person: Person, policy: Policy | None) -> bool:
    if policy is not None and policy.unit is not None:
        return may(person, access.POLICIES, policy.unit)
    hall = units.main_hall()
    return hall is not None and may(person, access.POLICIES, hall.unit)


@require_safe
@desk_page(access.SEE, access.POLICIES)
def policies(request: HttpRequest) -> HttpResponse:
    """Show the rules in force and, if asked, which path a text would take."""
    person = cast(Person, request.user)
    everywhere: QuerySet[Unit] = (
        units_for(person, access.SEE) | units_for(person, access.POLICIES)
    ).order_by("path")
    asked = "unit" in request.GET
    form = CaseForm(request.GET if asked else None, units=everywhere)
    path = queries.policy_for(**form.cleaned_data) if asked and form.is_valid() else None
    rows = []
    for policy in queries.policies_for(person):
        path_shown = [{"label": _named(step), "state": ""} for step in policy.steps.all()]
        rows.append({"policy": policy, "path": path_shown, "may": _may_change(person, policy)})
    context = desk_context(
        request,
        current="policies",
        heading=_("Review rules"),
        rows=rows,
        form=form,
        path=path,
        shown=[{"label": _named(step), "state": ""} for step in path.steps] if path else [],
        may_add=may_anywhere(person, access.POLICIES),
        may_load=_may_change(person, None),
    )
    return render(request, "desk/policies/policies.html", context)


def _named(step: Any) -> str:
    return f"{step.turn}. {step.name}" + (f" ×{step.quorum}" if step.quorum > 1 else "")


def _rule(request: HttpRequest, policy: Policy | None) -> HttpResponse:
    person = cast(Person, request.user)
    rows = [
        {
            "turn": step.turn, "name": step.name, "role": step.role, "place": step.place, "quorum": step.quorum,
            "minutes": step.minutes, "checklist": "\n".join(step.checklist), "asks_secrecy": step.asks_secrecy,
        }
        for step in policy.steps.all()
    ] if policy else []  # fmt: skip
    mine = units_for(person, access.POLICIES).order_by("path")
    data = request.POST if request.method == "POST" else None
    # The action reads and writes its own object: the form's is only for showing.
    shown = Policy.objects.get(pk=policy.pk) if policy else None
    form = PolicyForm(data, instance=shown, units=mine)
    steps = StepRows(data, initial=rows, prefix="steps")
    if data is not None and form.is_valid() and steps.is_valid():
        typed = form.cleaned_data
        wanted = [
            row.cleaned_data
            | {"checklist": row.cleaned_data["checklist"].splitlines(), "turn": row.cleaned_data["turn"] or 1}
            for row in steps
            if row.cleaned_data.get("name")
        ]
        try:
            actions.save_policy(policy, by=person, steps=wanted, **typed)
        except Invalid as refusal:
            show_refusal(form, refusal)
        except (Conflict, NotAllowed) as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Saved. Texts submitted from now on follow it."))
            return redirect("/desk/policies/")
    context = desk_context(
        request,
        current="policies",
        heading=policy.name if policy else _("A new rule"),
        policy=policy,
        form=form,
        steps=steps,
    )
    return render(request, "desk/policies/rule.html", context, status=422 if data is not None else 200)


@desk_page(access.POLICIES)
def new(request: HttpRequest) -> HttpResponse:
    """Write a new rule."""
    return _rule(request, None)


def _policy(person: Person, pk: int) -> Policy:
    found = queries.policies().filter(pk=pk).first()
    if found is None or not _may_change(person, found):
        raise NotFound(_("This page does not exist, or it is not for you."))
    return found


@desk_page(access.POLICIES)
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a rule; rounds under way keep the steps they began with."""
    return _rule(request, _policy(cast(Person, request.user), pk))


@require_POST
@desk_page(access.POLICIES)
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rule out of force."""
    person = cast(Person, request.user)
    actions.retire_policy(_policy(person, pk), by=person)
    return after_act(request, "/desk/policies/", _("Retired. Texts now follow the next rule that fits."))


@require_POST
@desk_page(access.POLICIES)
def presets(request: HttpRequest) -> HttpResponse:
    """Add the presets for cases that have no rule."""
    made = actions.load_presets(by=cast(Person, request.user))
    said = _("%(n)s rules were added.") % {"n": len(made)} if made else _("All presets are there already.")
    return after_act(request, "/desk/policies/", said)
