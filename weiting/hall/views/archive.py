"""The archive: every public post by year, month and day, at addresses that stay."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateformat import format as formatted
from django.utils.translation import gettext as _, pgettext

from weiting.core import clock
from weiting.core.errors import NotFound
from weiting.hall import queries
from weiting.hall.frame import Frame, Head, show
from weiting.hall.nearby import spoken_around
from weiting.hall.shown import hall_page, shows
from weiting.hall.views.common import TABS, chosen_tab, note_changes, tabs
from weiting.hall.views.units import spoken_on
from weiting.posts import queries as posts
from weiting.ui.shell import Link

EARLIEST = 1990


def _day(year: int, month: int = 1, day: int = 1) -> date:
    """Return a day of the archive; raise NotFound for one that does not exist or has not come."""
    try:
        found = date(year, month, day)
    except ValueError:
        found = date.max
    if not year >= EARLIEST or found > clock.today():
        raise NotFound(_("The archive has no such day. Choose one that was."))
    return found


def _next_month(first: date) -> date:
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


def _months(year: int) -> list[tuple[date, date]]:
    firsts = [date(year, month, 1) for month in range(1, 13)]
    return [(first, _next_month(first)) for first in firsts if first <= clock.today()]


def _crumbs(*days: tuple[str, str]) -> list[Link]:
    return [
        Link(pgettext("hall", "Archive"), reverse("hall:archive")),
        *(Link(label, url) for label, url in days),
    ]


def year_label(year: int) -> str:
    """Return a year as a heading."""
    return formatted(date(year, 1, 1), pgettext("year format", "Y"))


def month_label(first: date) -> str:
    """Return a month as a heading."""
    return formatted(first, pgettext("month format", "F Y"))


@hall_page
def archive(request: HttpRequest) -> HttpResponse:
    """Show the years."""
    shows(request, "posts")
    years = posts.years_with_posts()
    spans = queries.count_spans([span for year in years for span in _months(year)])
    by_year = {year: [span for span in spans if span.first.year == year] for year in years}
    context = {"years": [(year_label(year), year, by_year[year]) for year in years]}
    head = Head(
        title=pgettext("hall", "Archive"),
        description=_("Everything that was said in public, by year and month."),
    )
    return show(Frame(request, current="archive", crumbs=_crumbs()), "hall/archive.html", head, context)


@hall_page
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Show the months of a year."""
    _day(year)
    shows(request, "posts")
    context = {
        "years": [(year_label(year), year, queries.count_spans(_months(year)))],
        "other_years": [(year_label(each), each) for each in posts.years_with_posts() if each != year],
    }
    label = year_label(year)
    head = Head(title=_("Archive of %(year)s") % {"year": label})
    crumbs = _crumbs((label, reverse("hall:year", args=[year])))
    return show(Frame(request, current="archive", crumbs=crumbs), "hall/archive.html", head, context)


@hall_page
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """Show the days of a month and its posts, newest first."""
    first = _day(year, month)
    until = _next_month(first)
    shows(request, "posts")
    last = min(until, clock.today() + timedelta(days=1))
    days = [first + timedelta(days=n) for n in range((last - first).days)]
    page = posts.timeline(
        with_expired=True,
        since=clock.start_of(first),
        before=clock.start_of(until),
        cursor=request.GET.get("cursor", ""),
        size=40,
    )
    label = month_label(first)
    crumbs = _crumbs(
        (year_label(year), reverse("hall:year", args=[year])),
        (label, reverse("hall:month", args=[year, month])),
    )
    earlier, later = spoken_around(first, until)
    context = {
        "label": label,
        "blanks": range(first.weekday()),
        "days": queries.count_spans([(day, day + timedelta(days=1)) for day in days]),
        "page": page,
        "earlier": earlier,
        "later": later,
    }
    return show(
        Frame(request, current="archive", crumbs=crumbs), "hall/month.html", Head(title=label), context
    )


@hall_page
def day(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    """Show what was said on one day, and by whom."""
    on = _day(year, month, day)
    shows(request, "posts")
    tab = chosen_tab(request)
    page = posts.timeline(
        with_expired=True,
        since=clock.start_of(on),
        before=clock.end_of(on),
        cursor=request.GET.get("cursor", ""),
        size=25,
        **TABS[tab],
    )
    note_changes(request, list(page))
    here = reverse("hall:day", args=[year, month, day])
    label = formatted(on, pgettext("day format", "j F Y, l"))
    crumbs = _crumbs(
        (year_label(year), reverse("hall:year", args=[year])),
        (month_label(on), reverse("hall:month", args=[year, month])),
        (str(on.day), here),
    )
    earlier, later = spoken_around(on, on + timedelta(days=1))
    context = {
        "label": label,
        "page": page,
        "tabs": tabs(here, tab),
        "units": spoken_on(list(page)),
        "count": queries.the_day(on),
        "earlier": earlier,
        "later": later,
    }
    return show(Frame(request, current="archive", crumbs=crumbs), "hall/day.html", Head(title=label), context)
