"""Pages that say how to reach somebody, how the hall works, and what the chain's head was on each day."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from weiting.audit import queries as audit
from weiting.core import clock
from weiting.fediverse import queries as fediverse
from weiting.hall.frame import Frame, Head, show, typed
from weiting.hall.shown import hall_page, shows
from weiting.ui.shell import Link
from weiting.units import queries as units

MOST_WORDS = 200


def _frame(request: HttpRequest, label: str, name: str) -> Frame:
    return Frame(request, crumbs=[Link(label, reverse(f"hall:{name}"))])


@hall_page
def speak(request: HttpRequest) -> HttpResponse:
    """Find the unit that answers for a matter, told in a resident's own words."""
    q = typed(request, "q", MOST_WORDS)
    frame = _frame(request, _("I have something to say"), "speak")
    context = {
        "q": q,
        "matches": units.find_units_for(q, most=5) if q else [],
        "examples": _examples(),
        "hall": frame.hall,
    }
    head = Head(
        title=_("I have something to say"),
        description=_("Say in your own words what it is about, and find who answers for it."),
        is_kept_out=bool(q),
    )
    return show(frame, "hall/speak.html", head, context)


def _examples() -> list[str]:
    return [
        _("water cut"),
        _("street light broken"),
        _("noise at night"),
        _("social card"),
        _("school place"),
    ]


@hall_page
def about(request: HttpRequest) -> HttpResponse:
    """Say who runs the hall and by which rules it speaks."""
    frame = _frame(request, _("About this hall"), "about")
    kinds = units.counts_by_kind()
    servers, accounts = fediverse.shut_out()
    context = {"hall": frame.hall, "kinds": kinds, "shut_out": servers, "shut_out_accounts": accounts}
    return show(frame, "hall/about.html", Head(title=_("About this hall")), context)


@hall_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say what works for whom, what does not yet, and whom to tell."""
    frame = _frame(request, _("Accessibility"), "accessibility")
    return show(frame, "hall/accessibility.html", Head(title=_("Accessibility")), {"hall": frame.hall})


@hall_page
def fault(request: HttpRequest) -> HttpResponse:
    """Say whom to tell about a fault of this site."""
    frame = _frame(request, _("Report a fault of this site"), "fault")
    head = Head(title=_("Report a fault of this site"))
    return show(frame, "hall/fault.html", head, {"hall": frame.hall})


@hall_page
def heads(request: HttpRequest) -> HttpResponse:
    """Show the head of the audit's chain of each day, as it was announced."""
    shows(request, "posts")
    years = audit.years_with_heads()
    given = typed(request, "year", 4)
    wanted = next((year for year in years if str(year) == given), None)
    shown = wanted or (years[0] if years else clock.today().year)
    here = reverse("hall:heads")
    context = {
        "heads": audit.heads(shown),
        "years": [Link(str(year), f"{here}?year={year}", current=year == shown) for year in years],
        "newest": audit.latest_head(),
    }
    frame = _frame(request, _("Heads of the chain"), "heads")
    return show(frame, "hall/heads.html", Head(title=_("Heads of the chain")), context)
