"""What is done to an issue as a whole: taken back from review, opened again, withdrawn, restored."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.desk.views.common import recall
from weiting.posts import actions
from weiting.posts.models import Issue
from weiting.publishing import actions as publishing

AFTERWARDS = {"recall", "reopen", "withdraw", "restore"}


def afterwards(request: HttpRequest, found: Issue, person: Person, act: str) -> HttpResponse:
    """Do one of AFTERWARDS and lead back to the issue; raise Conflict or Invalid with a sentence."""
    if act == "restore":
        actions.restore_issue(found, by=person)
        messages.success(request, _("Taken back into work."))
    elif act == "recall":
        recall(found, person)
        messages.success(request, _("Taken back. You can write again."))
    elif act == "reopen":
        publishing.reopen(found, by=person)
        messages.success(
            request, _("Open again. Its approval is void; a planned release waits for the next one.")
        )
    else:
        publishing.withdraw_issue(found, request.POST.get("reason", ""), by=person)
        messages.success(request, _("Withdrawn. Its articles stay public."))
    return redirect("desk:issue", found.public_id)
