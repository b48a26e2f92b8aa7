"""The working calendar: which days are free or worked here, by which notice; due times are counted on it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Invalid
from weiting.desk.forms.workdays import DaysForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import after_act, apply, status_of
from weiting.review import access as reviewing
from weiting.ui.shell import Link
from weiting.units import access, actions, queries
from weiting.units.queries import NamedDay

# Years that can be looked at around this one: the last two to check a due time, the next two to prepare.
BACK, AHEAD = 2, 2


@dataclass(frozen=True)
class Run:
    """Days after one another that are alike: of one name and notice, all worked or all free."""

    days: tuple[NamedDay, ...]
    is_own: bool

    @property
    def first(self) -> NamedDay:
        """Return the first of them."""
        return self.days[0]

    @property
    def last(self) -> NamedDay:
        """Return the last of them."""
        return self.days[-1]


def runs_of(days: list[NamedDay], own: frozenset[date]) -> list[Run]:
    """Group days in order into runs."""
    runs: list[Run] = []
    for each in days:
        is_own = each.day in own
        last = runs[-1] if runs else None
        if last is not None and last.is_own == is_own and _follows(last.last, each):
            runs[-1] = Run((*last.days, each), is_own)
        else:
            runs.append(Run((each,), is_own))
    return runs


def _follows(one: NamedDay, other: NamedDay) -> bool:
    alike = (one.is_worked, one.name, one.source) == (other.is_worked, other.name, other.source)
    return alike and other.day - one.day == timedelta(days=1)


def _year(request: HttpRequest) -> int:
    this = clock.today().year
    said = request.GET.get("year", "")
    year = int(said) if said.isascii() and said.isdigit() and len(said) == 4 else this
    return min(max(year, this - BACK), this + AHEAD)


def _here(year: int) -> str:
    return f"{reverse('desk:workdays')}?year={year}"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.KEEP_CALENDAR, reviewing.SEE, reviewing.POLICIES)
def workdays(request: HttpRequest) -> HttpResponse:
    """Show a year's days that are not as their weekday says, and let the city's administrator write more."""
    person = cast(Person, request.user)
    year = _year(request)
    form = DaysForm(request.POST if request.method == "POST" else None)

    def act(said: dict[str, object]) -> None:
        days = [
            NamedDay(day, said["kind"] == "work", str(said["name"]), str(said["source"]))
            for day in form.days()
        ]
        actions.save_days(days, by=person)

    if apply(request, form, act):
        days = form.days()
        done = ngettext(
            "%(n)s day is written. Due times given from now on follow it.",
            "%(n)s days are written. Due times given from now on follow them.",
            len(days),
        )
        messages.success(request, done % {"n": len(days)})
        return HttpResponseRedirect(_here(days[0].year))
    this = clock.today().year
    context = desk_context(
        request,
        current="policies",
        heading=_("Working days"),
        year=year,
        years=[
            Link(str(each), _here(each), current=each == year)
            for each in range(this - BACK, this + AHEAD + 1)
        ],
        runs=runs_of(queries.named_days(year), queries.own_days(year)),
        is_provisional=queries.is_provisional(year),
        form=form,
        may_keep=queries.keeps_calendar(person),
    )
    return render(request, "desk/policies/workdays.html", context, status=status_of(form))


@require_POST
@desk_page(access.KEEP_CALENDAR)
def take_back(request: HttpRequest) -> HttpResponse:
    """Take back what this city wrote of some days: they are again as they come with the product."""
    days = []
    for said in request.POST.getlist("day")[:366]:
        try:
            days.append(date.fromisoformat(said))
        except ValueError:
            sentence = _("“%(said)s” is not a day. Open the page again and choose from its list.")
            raise Invalid(sentence % {"said": said[:20]}, code="not_a_day") from None
    taken = actions.forget_days(days, by=cast(Person, request.user))
    done = ngettext(
        "Taken back: %(n)s day is as it came with the product.",
        "Taken back: %(n)s days are as they came with the product.",
        taken,
    ) % {"n": taken}
    return after_act(request, _here(days[0].year if days else clock.today().year), done)
