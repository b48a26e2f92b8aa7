"""The hall's first page, and that of each sub-hall."""

from datetime import date

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from weiting.core import clock
from weiting.hall import queries
from weiting.hall.frame import Frame, Head, exported_at, show
from weiting.hall.relayed import mark_relays
from weiting.hall.shown import changes_at, hall_page, shows
from weiting.hall.views.common import TABS, chosen_tab, note_changes, once_each, tabs
from weiting.media.models import Kind
from weiting.posts import queries as posts
from weiting.posts.models import Post, RevisionMedia
from weiting.publishing import queries as publishing
from weiting.ui import when as moments
from weiting.units import queries as units
from weiting.units.models import Hall


@hall_page
def home(request: HttpRequest) -> HttpResponse:
    """Show the first page: today, the lead, the timeline, promises and corrections, the units."""
    frame = Frame(request, current="home")
    if frame.hall is None:
        return show(frame, "hall/empty_hall.html", Head(title="", is_kept_out=True))
    return _front(request, frame, frame.hall)


@hall_page
def sub_hall(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the first page of a district's or township's own hall."""
    frame = Frame(request, current="home", slug=slug)
    if frame.hall is None or frame.hall.is_main:
        return HttpResponsePermanentRedirect(reverse("hall:home"))
    return _front(request, frame, frame.hall)


def _front(request: HttpRequest, frame: Frame, hall: Hall) -> HttpResponse:
    shows(request, "posts", "columns", "topics", "issues", "lead", "connections", f"hall:{hall.pk}")
    tab, cursor = chosen_tab(request), request.GET.get("cursor", "")
    scope = None if hall.is_main else units.subtree_ids(hall.unit)
    page = posts.timeline(unit_ids=scope, narrow=once_each(scope), cursor=cursor, **TABS[tab])
    note_changes(request, list(page))
    mark_relays(list(page))
    is_front = not tab and page.is_first
    lead = _lead(request, hall, list(page)) if is_front else None
    day = _last_day(list(page)) if is_front else clock.today()
    promises = queries.next_promises(4)
    changes_at(request, *(promise.due_at for promise in promises))
    context = {
        "hall": hall,
        "page": page,
        "posts": [post for post in page if lead is None or post.pk != lead.pk],
        "lead": lead,
        "lead_picture": _picture(lead),
        "tabs": tabs(frame.home_url(), tab),
        "is_front": is_front,
        "day": queries.the_day(day) if hall.is_main and is_front else None,
        "when": day.isoformat() if exported_at(request) else moments.phrase(day).lower(),
        "corrections": posts.recent_corrections(size=3),
        "promises": promises,
        "columns": queries.columns(14),
        "topics": queries.topics(12),
        "issue": queries.newest_issue(),
        "sections": queries.sections_with_units(hall),
        "mail_of": f"hall={hall.slug}" if hall.mails else "",  # type: ignore[attr-defined]
    }
    head = Head(
        title="" if hall.is_main else hall.name,
        description=hall.slogan or _("What the units here say, promise and correct."),
        feed_base=frame.home_url(),
        feed_query=f"k={tab}" if tab else "",
    )
    return show(frame, "hall/home.html", head, context)


def _last_day(newest: list[Post]) -> date:
    """Return today, or early in the morning, before anybody has spoken, the last day on which somebody did."""
    spoken = [post.published_at for post in newest if post.published_at]
    return clock.local(max(spoken)).date() if spoken else clock.today()


def _lead(request: HttpRequest, hall: Hall, newest: list[Post]) -> Post | None:
    """Return what the hall editor put at the head, or the newest post with a picture."""
    slots = list(publishing.lead_of(hall)[:1])
    if slots:
        changes_at(request, slots[0].until_at)
        known = next((post for post in newest if post.pk == slots[0].post_id), None)
        if known is not None:
            return known
        post = slots[0].post
        prefetch_related_objects([slots[0].post], "live__media__asset")
        post._prefetched_objects_cache = {"follow_ups": []}  # type: ignore[attr-defined]
        post.public_corrections = []  # type: ignore[attr-defined]
        return post
    return next((post for post in newest if _picture(post)), newest[0] if newest else None)


def _picture(post: Post | None) -> RevisionMedia | None:
    if post is None or post.live is None:
        return None
    return next((m for m in post.live.media.all() if m.asset.kind == Kind.PICTURE), None)
