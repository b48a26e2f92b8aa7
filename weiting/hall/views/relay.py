"""The public page of a relay call: who passed the text on, who did not, and how anybody can check it."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, pgettext

from weiting.core import clock
from weiting.hall.frame import Frame, Head, absolute, show
from weiting.hall.shown import changes_at, hall_page, shows
from weiting.relay import queries
from weiting.relay.coverage import Answer, cover
from weiting.relay.flow import TaskState
from weiting.relay.spoken import Spoken
from weiting.ui.shell import Link


@hall_page
def relay(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show how far a text was passed on."""
    found = queries.public_call(public_id)
    shows(request, "posts", f"relay:{found.pk}", f"post:{found.post_id}")
    changes_at(request, found.due_at)
    seen = cover(found)
    here = reverse("hall:relay", args=[public_id])
    frame = Frame(
        request,
        crumbs=[
            Link(pgettext("hall", "This text"), reverse("hall:post", args=[found.post.public_id])),
            Link(_("Who passed it on"), here),
        ],
    )
    parts = [
        (_("Passed on"), seen.of(Answer.PASSED_ON, Answer.OUTDATED, Answer.WAITING)),
        (_("Said so, but not seen"), seen.of(Answer.CLAIMED)),
        (_("Taken back"), seen.of(Answer.WITHDRAWN)),
        (_("Declined, and why"), seen.of(Answer.DECLINED)),
        (_("Kept silent"), seen.of(Answer.SILENT)),
        (_("Not answered yet"), seen.of(Answer.OPEN)),
    ]
    context = {
        "call": found,
        "seen": seen,
        "parts": [(label, rows) for label, rows in parts if rows],
        "document": absolute(reverse("relay:coverage", args=[public_id])),
        "keys": absolute(reverse("relay:keys")),
    }
    head = Head(
        title=_("Who passed on “%(title)s”") % {"title": str(found.post)},
        description=found.reason,
    )
    return show(frame, "hall/relay.html", head, context)


@hall_page
def room(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a matter that units settle together: its clock, who does what, and those words that two people have read."""
    found = queries.public_room(public_id)
    shows(request, f"room:{found.pk}")
    if found.closed_at is None:
        # The words of the clock are right to the minute.
        changes_at(request, clock.now() + timedelta(minutes=1))
    here = reverse("hall:room", args=[public_id])
    tasks = [task for task in found.tasks.select_related("unit") if task.state != TaskState.DROPPED]
    updates = list(found.updates.select_related("unit").order_by("at", "pk"))
    said = Spoken(found, tasks, updates)
    title = found.title if said.opening_is_out else _("A matter that units settle together")
    result = found.result if said.result_is_out else ""
    context = {
        "room": found,
        "title": title,
        "said": said,
        "tasks": said.out_of(tasks),
        "left": queries.left_of(found),
    }
    head = Head(title=title, description=result or (found.about if said.opening_is_out else ""))
    return show(Frame(request, crumbs=[Link(title, here)]), "hall/room.html", head, context)
