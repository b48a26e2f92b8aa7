"""The tree of units: looking, opening, changing, moving, closing; what a unit answers for; tables of many units."""

from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Invalid, NotFound
from weiting.desk.forms.base import show_refusal
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import form_page, status_of
from weiting.ui.shell import Link
from weiting.units import access, actions, imports, queries
from weiting.units.forms import (
    CloseUnitForm,
    DescribeForm,
    ImportForm,
    KindFilter,
    MoveForm,
    RemitsForm,
    UnitForm,
)
from weiting.units.models import Account, Hall, Kind, Unit

ROSTER = timedelta(days=14)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def tabs_of(person: Person, current: str) -> list[Link]:
    """Return the tabs of everything about units that this person may open."""
    tabs = [Link(_("Tree"), "/desk/units/", current == "tree")]
    if access.may_anywhere(person, access.TICK_BATCH):
        tabs.append(Link(_("Batches"), "/desk/units/batches/", current == "batches"))
    if access.may_anywhere(person, access.ARRANGE_HALL):
        tabs.append(Link(_("Halls"), "/desk/units/halls/", current == "halls"))
    if access.may_anywhere(person, access.SHAPE_TREE):
        tabs.append(Link(_("Import"), "/desk/units/import/", current == "import"))
    return tabs


def unit_for(person: Person, public_id: str, verb: str = access.SEE_TEAM) -> Unit:
    """Return a unit at which the person may do the verb; raise NotFound otherwise."""
    found = Unit.objects.select_related("parent", "successor").filter(public_id=public_id).first()
    if found is None or not access.may(person, verb, found):
        raise NotFound(_("This page does not exist, or it is not for you."))
    return found


@require_safe
@desk_page(access.SEE_TEAM)
def tree(request: HttpRequest) -> HttpResponse:
    """Show one level of the tree with counts of everything below, or the units whose names hold what was typed."""
    person = cast(Person, request.user)
    form = KindFilter(request.GET)
    typed = form.cleaned_data if form.is_valid() else {}
    here = Unit.objects.filter(public_id=request.GET.get("in", "")).first()
    found: list[Unit] | None = None
    nodes: list[queries.Node] = []
    if typed.get("q") or typed.get("kind"):
        units = queries.find_units(typed.get("q", ""), here)
        if typed.get("kind"):
            units = units.filter(kind=typed["kind"])
        found = list(units[:200])
    else:
        tops = queries.tree(here)
        nodes = tops[0].children if len(tops) == 1 else tops
        here = here or (tops[0].unit if len(tops) == 1 else None)
    reach = set(access.units_for(person, access.SEE_TEAM).values_list("pk", flat=True))
    counts = queries.counts_by_kind(here)
    context = desk_context(
        request,
        current="units",
        heading=_("Units"),
        tabs=tabs_of(person, "tree"),
        form=form,
        here=here,
        crumbs=[Link(unit.short_name, f"?in={unit.public_id}") for unit in queries.ancestors(here)]
        if here
        else [],
        nodes=nodes,
        found=found,
        reach=reach,
        counts_shown=[(str(Kind(kind).label), number) for kind, number in counts.items()],
        may_open=here is not None and access.may(person, access.SHAPE_TREE, here),
        today=clock.today(),
    )
    return render(request, "desk/units/tree.html", context)


@require_safe
@desk_page(access.SEE_TEAM)
def unit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show everything about one unit: what it says of itself, its team, duty, accounts, and its next steps."""
    person = cast(Person, request.user)
    found = unit_for(person, public_id)
    now = clock.now()
    members = list(queries.members(found))
    verbs = {
        "shape": access.SHAPE_TREE, "describe": access.DESCRIBE, "appoint": access.APPOINT, "duty": access.PLAN_DUTY,
        "apply": access.APPLY_ACCOUNT, "hall": access.ARRANGE_HALL,
    }  # fmt: skip
    context = desk_context(
        request,
        current="units",
        heading=found.name,
        unit=found,
        crumbs=[
            Link(_("Units"), "/desk/units/"),
            *(
                Link(each.short_name, f"/desk/units/?in={each.public_id}")
                for each in queries.ancestors(found)
            ),
            Link(found.short_name, "", True),
        ],
        may={name: access.may(person, verb, found) for name, verb in verbs.items()},
        remits=list(queries.remits(found)),
        members=members,
        substitutes={each.person_id: each.substitute for each in queries.substitutions_at()},
        on_duty=queries.who_is_on_duty(found),
        roster=list(queries.roster(found, now, now + ROSTER)),
        handed=queries.last_hand_over(found),
        accounts=list(Account.objects.filter(unit=found).order_by("state", "platform")),
        maturity=queries.maturity(found),
        silent=queries.days_silent(found),
        counts_shown=[
            (str(Kind(kind).label), number) for kind, number in queries.counts_by_kind(found).items()
        ],
        hall=Hall.objects.filter(unit=found).first(),
        now=now,
    )
    return render(request, "desk/units/unit.html", context)


def _at(unit_: Unit) -> str:
    return f"/desk/units/{unit_.public_id}/"


@desk_page(access.SHAPE_TREE)
def open_unit(request: HttpRequest) -> HttpResponse:
    """Open a unit under another one."""
    person = cast(Person, request.user)
    parent = unit_for(person, request.GET.get("in", ""), access.SHAPE_TREE)
    form = UnitForm(request.POST or None, initial={"joined_on": clock.today(), "kind": Kind.BUREAU})
    return form_page(
        request,
        current="units",
        heading=_("Open a unit"),
        sub=_("under %(unit)s") % {"unit": parent.short_name},
        form=form,
        act=lambda typed: actions.open_unit(parent, by=person, **typed),
        to=f"/desk/units/?in={parent.public_id}",
        submit=_("Open"),
        done=_("The unit is open. Next: its team and its accounts."),
    )


@desk_page(access.DESCRIBE, access.SHAPE_TREE)
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change what is said of a unit; its name, kind and address are for administrators."""
    person = cast(Person, request.user)
    found = unit_for(person, public_id)
    full = access.may(person, access.SHAPE_TREE, found)
    if not full and not access.may(person, access.DESCRIBE, found):
        raise NotFound(_("This page does not exist, or it is not for you."))
    # The form writes into its own copy: the action compares what was typed with the unit as it is.
    copy = Unit.objects.get(pk=found.pk)
    form = (UnitForm if full else DescribeForm)(request.POST or None, instance=copy)
    return form_page(
        request,
        current="units",
        heading=_("Change %(unit)s") % {"unit": found.short_name},
        form=form,
        act=lambda typed: actions.change_unit(found, by=person, **typed),
        to=_at(found),
        submit=_("Save"),
        done=_("Saved."),
    )


@desk_page(access.SHAPE_TREE)
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hang a unit under another one."""
    person = cast(Person, request.user)
    found = unit_for(person, public_id, access.SHAPE_TREE)
    below = queries.counts_by_kind(found)
    total = sum(below.values())
    return form_page(
        request,
        current="units",
        heading=_("Move %(unit)s") % {"unit": found.short_name},
        form=MoveForm(request.POST or None, unit=found, units=access.units_for(person, access.SHAPE_TREE)),
        intro=_(
            "%(n)s units below it move along. Reviews under way keep their steps; reach that was held above "
            "the old place ends here."
        )
        % {"n": total},
        act=lambda typed: actions.move_unit(found, typed["parent"], by=person),
        to=_at(found),
        submit=_("Move the unit"),
        done=_("Moved."),
    )


@desk_page(access.SHAPE_TREE)
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    """Close a unit; says beforehand what that ends."""
    person = cast(Person, request.user)
    found = unit_for(person, public_id, access.SHAPE_TREE)
    people = queries.members(found).count()
    voices = Account.objects.filter(unit=found).exclude(state__in=["closed", "refused"]).count()
    return form_page(
        request,
        current="units",
        heading=_("Close %(unit)s") % {"unit": found.short_name},
        form=CloseUnitForm(request.POST or None, unit=found),
        warning=_(
            "%(people)s roles end today, %(accounts)s accounts will wait to be closed. What it has published "
            "stays where it is. A closed unit is not opened again."
        )
        % {"people": people, "accounts": voices},
        act=lambda typed: actions.close_unit(found, typed["reason"], typed["successor"], by=person),
        to=_at(found.parent) if found.parent else "/desk/units/",
        back=_at(found),
        submit=_("Close this unit"),
        variant="danger",
        done=_("Closed."),
    )


@desk_page(access.DESCRIBE)
def remits(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write down what a unit answers for, one matter a line."""
    person = cast(Person, request.user)
    found = unit_for(person, public_id, access.DESCRIBE)
    form = RemitsForm(request.POST or None, initial={"lines": RemitsForm.text_of(found)})
    return form_page(
        request,
        current="units",
        heading=_("What %(unit)s answers for") % {"unit": found.short_name},
        form=form,
        act=lambda _typed: actions.save_remits(found, form.rows(), by=person),
        to=_at(found),
        submit=_("Save"),
        done=_("Saved. Questions find their way here by these words."),
    )


@desk_page(access.SHAPE_TREE)
def import_tables(request: HttpRequest) -> HttpResponse:
    """Read a table of units or people, at first only to show what would happen; every fault by row and column."""
    person = cast(Person, request.user)
    what = "people" if request.GET.get("what") == "people" else "units"
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ImportForm(*data)
    outcome = None
    if data[0] is not None and form.is_valid():
        table, dry_run = form.cleaned_data["table"], form.cleaned_data["dry_run"]
        read: Any = imports.import_people if what == "people" else imports.import_units
        try:
            outcome = read(table, name=table.name, by=person, dry_run=dry_run)
        except Invalid as refusal:
            show_refusal(form, refusal)
        else:
            if not dry_run and not outcome.has_failed and not outcome.passwords:
                messages.success(request, _("Imported."))
                return redirect("/desk/units/")
    context = desk_context(
        request,
        current="units",
        heading=_("Import"),
        tabs=tabs_of(person, "import"),
        kinds=[
            Link(_("Units"), "/desk/units/import/", what == "units"),
            Link(_("People"), "/desk/units/import/?what=people", what == "people"),
        ],
        what=what,
        form=form,
        outcome=outcome,
    )
    failed = outcome is not None and outcome.has_failed
    return render(request, "desk/units/import.html", context, status=422 if failed else status_of(form))


@require_safe
@desk_page(access.SHAPE_TREE)
def template(request: HttpRequest, what: str, form: str) -> HttpResponse:
    """Send an empty table to fill in, for a spreadsheet or as text that one opens too."""
    if form not in imports.TEMPLATES:
        raise NotFound(_("This page does not exist, or it is not for you."))
    made = imports.people_template(form) if what == "people" else imports.units_template(form)
    response = HttpResponse(made, content_type=XLSX if form == "xlsx" else "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{what}.{form}"'
    return response
