"""Halls as their editors arrange them: the brand, the sections, which units stand where; and batches of newcomers."""

from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from weiting.accounts.models import Person
from weiting.core.errors import NotFound
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import form_page
from weiting.desk.views.units import tabs_of, unit_for
from weiting.ui.shell import Link
from weiting.units import access, actions, queries
from weiting.units.forms import ArrangeForm, BatchForm, HallForm, SectionForm
from weiting.units.models import Batch, BatchUnit, Hall, Section, Unit


def _hall(person: Person, slug: str) -> Hall:
    found = queries.halls().filter(slug=slug).first()
    if found is None or not access.may(person, access.ARRANGE_HALL, found.unit):
        raise NotFound(_("This page does not exist, or it is not for you."))
    return found


def _section(person: Person, pk: int) -> Section:
    found = Section.objects.select_related("hall__unit").filter(pk=pk).first()
    if found is None or not access.may(person, access.ARRANGE_HALL, found.hall.unit):
        raise NotFound(_("This page does not exist, or it is not for you."))
    return found


def _at(hall: Hall) -> str:
    return f"/desk/units/halls/{hall.slug}/"


@require_safe
@desk_page(access.ARRANGE_HALL)
def halls(request: HttpRequest) -> HttpResponse:
    """List the halls one may arrange; with one hall only, lead there."""
    person = cast(Person, request.user)
    mine = [hall for hall in queries.halls() if access.may(person, access.ARRANGE_HALL, hall.unit)]
    if len(mine) == 1:
        return redirect(_at(mine[0]))
    context = desk_context(
        request, current="units", heading=_("Halls"), tabs=tabs_of(person, "halls"), halls=mine
    )
    return render(request, "desk/units/halls.html", context)


@require_safe
@desk_page(access.ARRANGE_HALL)
def hall(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a hall's sections in order, with the units in each."""
    person = cast(Person, request.user)
    found = _hall(person, slug)
    context = desk_context(
        request,
        current="units",
        heading=found.name,
        tabs=tabs_of(person, "halls"),
        hall=found,
        sections=list(queries.sections_of(found)),
    )
    return render(request, "desk/units/hall.html", context)


@desk_page(access.ARRANGE_HALL)
def brand(request: HttpRequest, public_id: str) -> HttpResponse:
    """Open a unit's hall or change its brand and footer."""
    person = cast(Person, request.user)
    unit = unit_for(person, public_id, access.ARRANGE_HALL)
    copy = Hall.objects.filter(unit=unit).first()
    return form_page(
        request,
        current="units",
        heading=_("The hall of %(unit)s") % {"unit": unit.short_name},
        form=HallForm(request.POST or None, instance=copy),
        act=lambda typed: actions.save_hall(unit, by=person, **typed),
        to="/desk/units/halls/",
        submit=_("Save"),
        done=_("Saved. The hall shows it at once."),
    )


@desk_page(access.ARRANGE_HALL)
def add_section(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a section to a hall's page."""
    person = cast(Person, request.user)
    found = _hall(person, slug)
    return form_page(
        request,
        current="units",
        heading=_("A new section"),
        sub=found.name,
        form=SectionForm(request.POST or None),
        act=lambda typed: actions.save_section(found, by=person, **typed),
        to=_at(found),
        submit=_("Add"),
        done=_("Added. Now choose its units."),
    )


@desk_page(access.ARRANGE_HALL)
def section(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a section's name, colour and sentence."""
    person = cast(Person, request.user)
    found = _section(person, pk)
    copy = Section.objects.get(pk=pk)
    return form_page(
        request,
        current="units",
        heading=found.name,
        sub=found.hall.name,
        form=SectionForm(request.POST or None, instance=copy),
        act=lambda typed: actions.save_section(found.hall, by=person, section=found, **typed),
        to=_at(found.hall),
        submit=_("Save"),
        done=_("Saved."),
    )


@desk_page(access.ARRANGE_HALL)
def arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the units of a section."""
    person = cast(Person, request.user)
    found = _section(person, pk)
    standing = list(queries.units_in(found).values_list("pk", flat=True))
    form = ArrangeForm(
        request.POST if request.method == "POST" else None, hall=found.hall, initial={"units": standing}
    )

    def place(_typed: object) -> None:
        chosen = form.ids()
        # Units that stood there keep their order; newcomers come after them.
        kept = [pk for pk in standing if pk in chosen]
        actions.arrange_section(found, [*kept, *(pk for pk in chosen if pk not in kept)], by=person)

    return form_page(
        request,
        current="units",
        heading=_("Units in “%(section)s”") % {"section": found.name},
        sub=found.hall.name,
        form=form,
        act=place,
        to=_at(found.hall),
        submit=_("Save"),
        done=_("Arranged."),
    )


@require_POST
@desk_page(access.ARRANGE_HALL)
def shift_section(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a section, or a unit inside it, one place up or down; or take the section away."""
    person = cast(Person, request.user)
    found = _section(person, pk)
    step = -1 if request.POST.get("to") == "up" else 1
    unit = request.POST.get("unit", "")
    if request.POST.get("to") == "remove":
        actions.remove_section(found, by=person)
    elif unit.isdecimal():
        ids = list(queries.units_in(found).values_list("pk", flat=True))
        actions.arrange_section(found, _moved(ids, int(unit), step), by=person)
    else:
        ids = list(found.hall.sections.values_list("pk", flat=True))
        actions.arrange_sections(found.hall, _moved(ids, found.pk, step), by=person)
    return redirect(_at(found.hall))


def _moved(ids: list[int], pk: int, step: int) -> list[int]:
    """Return the ids with one of them a place further; at the end it stays."""
    if pk not in ids:
        return ids
    at = ids.index(pk)
    to = min(max(at + step, 0), len(ids) - 1)
    ids.insert(to, ids.pop(at))
    return ids


@require_safe
@desk_page(access.TICK_BATCH)
def batches(request: HttpRequest) -> HttpResponse:
    """List the batches in which one's units come in, with how far each has come."""
    person = cast(Person, request.user)
    reach = access.units_for(person, access.TICK_BATCH)
    mine = queries.batches().filter(places__unit__in=reach).distinct()
    context = desk_context(
        request,
        current="units",
        heading=_("Batches"),
        tabs=tabs_of(person, "batches"),
        rows=[queries.batch_progress(batch) for batch in mine[:50]],
        may_start=access.may_anywhere(person, access.RUN_BATCH),
    )
    return render(request, "desk/units/batches.html", context)


@desk_page(access.RUN_BATCH)
def start_batch(request: HttpRequest) -> HttpResponse:
    """Start bringing units in by a deadline."""
    person = cast(Person, request.user)
    units = access.units_for(person, access.RUN_BATCH).filter(closed_on__isnull=True).order_by("path")
    return form_page(
        request,
        current="units",
        heading=_("A new batch"),
        form=BatchForm(request.POST or None, units=units),
        act=lambda typed: actions.start_batch(
            typed["name"],
            typed["deadline_on"],
            typed["units"],
            typed["checklist"],
            basis=typed["basis"],
            by=person,
        ),
        to="/desk/units/batches/",
        submit=_("Start"),
        done=_("Started. Each unit finds its steps on its first page."),
    )


def _reach(person: Person) -> QuerySet[Unit]:
    return access.units_for(person, access.TICK_BATCH)


@require_safe
@desk_page(access.TICK_BATCH)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a batch's steps and how far each of one's units has come."""
    person = cast(Person, request.user)
    found = Batch.objects.filter(pk=pk, places__unit__in=_reach(person)).first()
    if found is None:
        raise NotFound(_("This page does not exist, or it is not for you."))
    progress = queries.batch_progress(found)
    reach = set(_reach(person).values_list("pk", flat=True))
    rows = [
        {
            "place": place,
            "steps": [(n, name, place.done.get(str(n))) for n, name in enumerate(found.checklist)],
        }
        for place in progress.places
        if place.unit_id in reach
    ]
    context = desk_context(
        request,
        current="units",
        heading=found.name,
        progress=progress,
        rows=rows,
        crumbs=[
            Link(_("Units"), "/desk/units/"),
            Link(_("Batches"), "/desk/units/batches/"),
            Link(found.name, "", True),
        ],
    )
    return render(request, "desk/units/batch.html", context)


@require_POST
@desk_page(access.TICK_BATCH)
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one step of a unit done, or not done after all."""
    person = cast(Person, request.user)
    place = BatchUnit.objects.select_related("unit", "batch").filter(pk=pk).first()
    if place is None or not access.may(person, access.TICK_BATCH, place.unit):
        raise NotFound(_("This page does not exist, or it is not for you."))
    step = request.POST.get("step", "")
    if step.isdecimal():
        actions.tick_step(place, int(step), by=person, done=request.POST.get("done") == "1")
    return redirect(f"/desk/units/batches/{place.batch_id}/#unit-{place.unit_id}")
