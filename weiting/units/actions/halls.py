"""Arranges halls: their brand, their sections and which unit stands where."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.accounts.models import Person
from weiting.core.actions import action
from weiting.core.errors import Conflict, NotAllowed
from weiting.text.han import slug as slug_of
from weiting.units import access
from weiting.units.checks import apply_changes, check_fields, check_open, invalid
from weiting.units.models import Hall, Section, SectionUnit, Unit

BRAND = (
    "slug", "name", "slogan", "color", "host", "filing", "police_filing", "site_code", "phone", "email",
    "filing_prefix", "is_main",
)  # fmt: skip
LOOKS = ("slug", "name", "about", "color")


@action
def save_hall(unit: Unit, *, by: Person | None, **changes: Any) -> Hall:
    """Open a unit's hall or change its brand; raise Invalid, or Conflict when the address or main place is taken."""
    access.permit(by, access.ARRANGE_HALL, unit)
    check_open(unit)
    hall = Hall.objects.select_for_update().filter(unit=unit).first()
    is_new = hall is None
    hall = hall or Hall(unit=unit, slug=unit.slug, name=unit.short_name[:40])
    changed = apply_changes(hall, changes, BRAND)
    check_fields(hall, exclude=["unit"])
    _check_hall(hall)
    if is_new or changed:
        hall.save()
        audit.record(
            "units.hall.save", by=by, subject=hall, unit=unit, opened=is_new, changed=sorted(changed)
        )
        jobs.announce("units", f"unit:{unit.pk}")
    return hall


def _check_hall(hall: Hall) -> None:
    others = Hall.objects.exclude(pk=hall.pk)
    if others.filter(slug=hall.slug).exists():
        raise Conflict(
            _("Another hall already has the address name %(slug)s. Choose another.") % {"slug": hall.slug}
        )
    if hall.is_main and others.filter(is_main=True).exists():
        sentence = _("There is already a main hall. Take that mark from it first.")
        raise Conflict(sentence, code="main_hall_twice", field="is_main")


@action
def save_section(
    hall: Hall, *, by: Person | None, section: Section | None = None, name: str = "", **changes: Any
) -> Section:
    """Add a section to a hall, or change one; raise Invalid, or Conflict when its address name is taken."""
    access.permit(by, access.ARRANGE_HALL, hall.unit)
    _check_belongs(hall, [section] if section else [])
    if section is None:
        Hall.objects.select_for_update().get(pk=hall.pk)
        last = hall.sections.aggregate(last=Max("position"))["last"]
        section = Section(hall=hall, position=0 if last is None else last + 1)
    apply_changes(section, {**changes, **({"name": name.strip()} if name else {})}, LOOKS)
    section.slug = section.slug or slug_of(section.name) or f"section-{section.position + 1}"
    check_fields(section, exclude=["hall"])
    if hall.sections.filter(slug=section.slug).exclude(pk=section.pk).exists():
        sentence = _("Another section of this hall has the address name %(slug)s. Choose another.")
        raise Conflict(sentence % {"slug": section.slug}, code="slug_taken", field="slug")
    section.save()
    _written(hall, "units.section.save", by, section, name=section.name)
    return section


@action
def remove_section(section: Section, *, by: Person | None) -> None:
    """Take a section off the hall's page; its units stay in the hall."""
    access.permit(by, access.ARRANGE_HALL, section.hall.unit)
    name, hall = section.name, section.hall
    _written(hall, "units.section.remove", by, section, name=name)
    section.delete()


@action
def arrange_sections(hall: Hall, section_ids: Sequence[int], *, by: Person | None) -> None:
    """Put a hall's sections in the order given; sections not named come after. Raise NotAllowed for another hall's."""
    access.permit(by, access.ARRANGE_HALL, hall.unit)
    sections = {section.pk: section for section in hall.sections.select_for_update()}
    if set(section_ids) - set(sections):
        raise NotAllowed(_("One of these sections belongs to another hall. Load the page again."))
    order = [*dict.fromkeys(section_ids), *(pk for pk in sections if pk not in set(section_ids))]
    for position, pk in enumerate(order):
        sections[pk].position = position
    Section.objects.bulk_update(sections.values(), ["position"])
    _written(hall, "units.section.order", by, hall, order=order)


@action
def arrange_section(section: Section, unit_ids: Sequence[int], *, by: Person | None) -> list[Unit]:
    """Put exactly these units, in this order, into a section; raise Invalid for a closed or foreign unit."""
    hall = section.hall
    access.permit(by, access.ARRANGE_HALL, hall.unit)
    Section.objects.select_for_update().get(pk=section.pk)
    wanted = list(dict.fromkeys(unit_ids))
    found = Unit.objects.filter(
        pk__in=wanted, path__startswith=hall.unit.path, closed_on__isnull=True
    ).in_bulk()
    if set(wanted) - set(found):
        raise invalid(
            "units", _("Only open units of this hall can stand in its sections. Load the page again.")
        )
    SectionUnit.objects.filter(section=section).exclude(unit_id__in=wanted).delete()
    SectionUnit.objects.bulk_create(
        [SectionUnit(section=section, unit_id=pk, position=position) for position, pk in enumerate(wanted)],
        update_conflicts=True, unique_fields=["section", "unit"], update_fields=["position"],
    )  # fmt: skip
    _written(hall, "units.section.arrange", by, section, units=wanted)
    return [found[pk] for pk in wanted]


def _check_belongs(hall: Hall, sections: Sequence[Section]) -> None:
    if any(section.hall_id != hall.pk for section in sections):
        raise NotAllowed(_("One of these sections belongs to another hall. Load the page again."))


def _written(hall: Hall, verb: str, by: Person | None, subject: Hall | Section, **facts: Any) -> None:
    audit.record(verb, by=by, subject=subject, unit=hall.unit, **facts)
    jobs.announce("units", f"unit:{hall.unit_id}")
