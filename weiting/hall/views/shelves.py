"""Pages of columns with their health, topics and numbered issues."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, pgettext

from weiting.hall import queries
from weiting.hall.frame import Frame, Head, absolute, show
from weiting.hall.shown import hall_page, shows
from weiting.hall.views.common import note_changes
from weiting.posts import queries as posts
from weiting.posts.queries.shelves import health_of
from weiting.subscriptions import queries as subscriptions
from weiting.ui.shell import Link


@hall_page
def columns(request: HttpRequest) -> HttpResponse:
    """Show every column with its rhythm and whether it keeps it."""
    shows(request, "columns", "posts")
    health = sorted(posts.column_health(), key=lambda each: (each.column.position, each.column.pk))
    here = reverse("hall:columns")
    context = {
        "health": health,
        "late": sum(each.is_late for each in health),
        "running": sum(not each.is_late for each in health),
    }
    head = Head(
        title=pgettext("hall", "Columns"),
        description=_("Standing columns, who keeps them, and when the next one is due."),
    )
    return show(
        Frame(request, current="columns", crumbs=[Link(pgettext("hall", "Columns"), here)]),
        "hall/columns.html",
        head,
        context,
    )


@hall_page
def column(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one column and what appeared in it."""
    found = queries.column_by_slug(slug)
    shows(request, f"column:{found.pk}", "connections")
    page = posts.timeline(with_expired=True, column=found, cursor=request.GET.get("cursor", ""))
    note_changes(request, list(page))
    here = reverse("hall:column", args=[slug])
    frame = Frame(
        request,
        current="columns",
        crumbs=[Link(pgettext("hall", "Columns"), reverse("hall:columns")), Link(str(found), here)],
    )
    context = {
        "column": found,
        "health": health_of(found) if not found.closed_on else None,
        "page": page,
        "mail_of": f"column={found.slug}" if subscriptions.can_ask_for(found) else "",
    }
    head = Head(title=str(found), description=found.about, feed_base=here)
    return show(frame, "hall/column.html", head, context)


@hall_page
def topics(request: HttpRequest) -> HttpResponse:
    """Show every topic, the one last spoken of first."""
    shows(request, "topics", "posts")
    found = queries.topics()
    here = reverse("hall:topics")
    context = {
        "standing": [topic for topic in found if topic.is_standing],
        "free": [topic for topic in found if not topic.is_standing],
    }
    head = Head(title=pgettext("hall", "Topics"), description=_("One matter across units and columns."))
    return show(
        Frame(request, current="topics", crumbs=[Link(pgettext("hall", "Topics"), here)]),
        "hall/topics.html",
        head,
        context,
    )


@hall_page
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one topic and everything filed under it."""
    found = queries.topic_by_slug(slug)
    shows(request, f"topic:{found.pk}")
    page = posts.timeline(with_expired=True, topic=found, cursor=request.GET.get("cursor", ""))
    note_changes(request, list(page))
    here = reverse("hall:topic", args=[slug])
    frame = Frame(
        request,
        current="topics",
        crumbs=[Link(pgettext("hall", "Topics"), reverse("hall:topics")), Link(str(found), here)],
    )
    head = Head(title=str(found), description=found.about, feed_base=here)
    return show(frame, "hall/topic.html", head, {"topic": found, "page": page})


@hall_page
def issues(request: HttpRequest) -> HttpResponse:
    """Show the numbered issues, newest first."""
    shows(request, "issues")
    page = posts.public_issues(cursor=request.GET.get("cursor", ""), size=24)
    here = reverse("hall:issues")
    head = Head(
        title=pgettext("hall", "Issues"), description=_("Numbered issues, as they went out."), feed_base=here
    )
    frame = Frame(request, current="issues", crumbs=[Link(pgettext("hall", "Issues"), here)])
    return show(frame, "hall/issues.html", head, {"page": page})


@hall_page
def issue(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one issue with its articles; a withdrawn one says why."""
    found = posts.public_issue(public_id)
    shows(request, f"issue:{found.pk}", "posts")
    articles = [a for a in posts.issue_articles(found) if a.post.state in {"published", "expired"}]
    here = reverse("hall:issue", args=[public_id])
    label = _("No. %(number)s") % {"number": found.number}
    frame = Frame(
        request,
        current="issues",
        crumbs=[Link(pgettext("hall", "Issues"), reverse("hall:issues")), Link(label, here)],
    )
    head = Head(
        title=f"{label} {found.title}",
        description="；".join(a.title for a in articles),
        kind="article",
        image=absolute(found.cover.url()) if found.cover else "",
        is_kept_out=found.state == "withdrawn",
    )
    return show(frame, "hall/issue.html", head, {"issue": found, "articles": articles})
