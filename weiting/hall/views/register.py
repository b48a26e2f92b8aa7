"""The public register of official voices: is this account real, and since when."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, pgettext

from weiting.channels import queries as channels
from weiting.hall import voices
from weiting.hall.frame import Frame, Head, show, typed
from weiting.hall.shown import hall_page, shows
from weiting.ui.shell import Link
from weiting.units import queries
from weiting.units.models import Platform
from weiting.units.queries import PUBLIC_STATES

MOST = 60


@hall_page
def register(request: HttpRequest) -> HttpResponse:
    """Answer “is this account real?” and list the register; an answer to a question is never kept."""
    q = typed(request, "q", 300)
    platform = typed(request, "platform")
    platform = platform if platform in Platform.values else ""
    number = _number(typed(request, "page"))
    listed = queries.register(platform=platform)
    rows = list(listed[(number - 1) * MOST : number * MOST + 1])
    here = reverse("hall:register")
    kept = f"platform={platform}&" if platform else ""
    counts = queries.register_counts()
    context = {
        "q": q,
        "verdict": queries.look_up(q) if q else None,
        "rows": rows[:MOST],
        "more": f"?{kept}page={number + 1}" if len(rows) > MOST else "",
        "first": f"?{kept}" if number > 1 else "",
        "counts": [(state.value, str(state.label), counts.get(state, 0)) for state in PUBLIC_STATES],
        "tabs": [
            Link(pgettext("hall", "All"), here, current=not platform),
            *(
                Link(str(each.label), f"{here}?platform={each.value}", current=each == platform)
                for each in (Platform.WEIBO, Platform.WECHAT, Platform.DOUYIN, Platform.WEBSITE)
            ),
        ],
    }
    if not q:
        # The chrome's own tag would be enough for the list, but not for a question somebody typed.
        shows(request, "units")
    head = Head(
        title=_("Is this account real?"),
        description=_("Every official account of every unit, those that were closed included."),
        is_kept_out=bool(q),
    )
    frame = Frame(request, current="register", crumbs=[Link(_("Official accounts"), here)])
    return show(frame, "hall/register.html", head, context)


def _number(given: str) -> int:
    return min(max(int(given), 1), 1000) if given.isascii() and given.isdigit() and len(given) < 5 else 1


@hall_page
def account(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one official account and its history."""
    found = queries.public_account(public_id)
    shows(request, f"unit:{found.unit_id}")
    here = reverse("hall:account", args=[public_id])
    crumbs = [Link(_("Official accounts"), reverse("hall:register")), Link(found.handle, here)]
    head = Head(title=found.handle)
    frame = Frame(request, current="register", crumbs=crumbs)
    context = {
        "account": found,
        "history": list(found.history.all()),
        "has_archive": channels.has_archive(found),
    }
    return show(frame, "hall/account.html", head, context)


@hall_page
def account_archive(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what stood on an account of a platform that has closed, newest first."""
    found = queries.public_account(public_id)
    shows(request, f"unit:{found.unit_id}")
    page = channels.public_archive(found, cursor=typed(request, "cursor", 80))
    there = reverse("hall:account", args=[public_id])
    here = reverse("hall:account_archive", args=[public_id])
    crumbs = [
        Link(_("Official accounts"), reverse("hall:register")),
        Link(found.handle, there),
        Link(_("What stood there"), here),
    ]
    head = Head(title=_("What stood on %(handle)s") % {"handle": found.handle})
    frame = Frame(request, current="register", crumbs=crumbs)
    return show(frame, "hall/account_archive.html", head, {"account": found, "page": page})


@hall_page
def spokespersons(request: HttpRequest) -> HttpResponse:
    """Show who may speak for which unit."""
    shows(request, "units")
    here = reverse("hall:spokespersons")
    label = _("Spokespersons")
    frame = Frame(
        request,
        current="register",
        crumbs=[Link(_("Official accounts"), reverse("hall:register")), Link(label, here)],
    )
    head = Head(title=label, description=_("Who may speak for which unit, by name."))
    return show(frame, "hall/spokespersons.html", head, {"rows": voices.listed_spokespersons()})
