"""The first page of the desk: what waits for this person, by the clock, each with its next act."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import NotFound
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.today import day_of, watch_of
from weiting.desk.views.common import form_page
from weiting.notices import queries as notices
from weiting.units import access, actions
from weiting.units.forms import HandOverShiftForm
from weiting.units.models import Shift

# Unread notices beside the list.
SHOWN = 4


@require_safe
@desk_page()
def today(request: HttpRequest) -> HttpResponse:
    """Show what is overdue, what is for today and what comes next."""
    person = cast(Person, request.user)
    day = day_of(person)
    latest, day.counts["notices"] = notices.latest_of_all(person, SHOWN)
    context = desk_context(
        request,
        current="today",
        counts=day.counts,
        day=day,
        parts=[
            ("late", _("Overdue"), day.late),
            ("today", _("Today"), day.today),
            ("later", _("Coming up"), day.later),
        ],
        watch=watch_of(person),
        latest=latest,
        roles=access.memberships_of(person),
        heading=_("Today"),
        today_on=clock.today(),
    )
    return render(request, "desk/today/today.html", context)


@desk_page()
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the note for whoever is on duty next."""
    person = cast(Person, request.user)
    shift = Shift.objects.select_related("unit", "person").filter(pk=pk).first()
    if shift is None or (
        shift.person_id != person.pk and not access.may(person, access.PLAN_DUTY, shift.unit)
    ):
        raise NotFound(_("This page does not exist, or it is not for you."))
    return form_page(
        request,
        current="today",
        heading=_("Hand the shift over"),
        sub=f"{shift.unit.short_name} · {shift.person.name}",
        form=HandOverShiftForm(request.POST or None, initial={"note": shift.note}),
        act=lambda typed: actions.hand_over_shift(shift, typed["note"], by=person),
        to="/desk/",
        submit=_("Hand over"),
        done=_("The note is there for the next shift."),
    )
