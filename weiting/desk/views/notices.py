"""What this person has been told: unread first, marked read one by one or all at once."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from weiting.accounts.models import Person
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import after_act
from weiting.notices import actions, queries
from weiting.ui.shell import Link


@require_safe
@desk_page()
def notices(request: HttpRequest) -> HttpResponse:
    """List this person's notices: those not read yet, or all."""
    person = cast(Person, request.user)
    is_all = request.GET.get("show") == "all"
    page = queries.page_for(person, cursor=request.GET.get("cursor", ""), unread=not is_all)
    context = desk_context(request, current="notices", heading=_("Notices"), page=page, is_all=is_all)
    context["tabs"] = [
        Link(_("New"), "/desk/notices/", not is_all, count=context["unread"] or None),
        Link(_("All"), "/desk/notices/?show=all", is_all),
    ]
    return render(request, "desk/notices/notices.html", context)


@require_POST
@desk_page()
def read(request: HttpRequest) -> HttpResponse:
    """Mark one notice read, or all up to the newest one shown."""
    person = cast(Person, request.user)
    wanted = request.POST.get("id", "")
    if wanted.isdecimal():
        actions.mark_read(person, [int(wanted)])
    else:
        until = request.POST.get("until", "")
        actions.mark_all_read(person, until=int(until) if until.isdecimal() else None)
    return after_act(request, "/desk/notices/")
