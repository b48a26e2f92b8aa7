"""What is done to an issue as a whole: taken back from review, opened again, planned, withdrawn, restored."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.core.errors import Conflict, Invalid
from weiting.desk.forms.compose import ReleaseForm
from weiting.posts import actions
from weiting.posts.models import Issue
from weiting.publishing import actions as publishing
from weiting.review import queries as review

AFTERWARDS = {"recall", "reopen", "plan", "withdraw", "restore"}


def afterwards(request: HttpRequest, found: Issue, person: Person, act: str) -> HttpResponse:
    """Do one of AFTERWARDS and lead back to the issue; raise Conflict or Invalid with a sentence."""
    if act == "restore":
        actions.restore_issue(found, by=person)
        messages.success(request, _("Taken back into work."))
    elif act == "recall":
        round_ = review.open_round(found)
        if round_ is None:
            raise Conflict(
                _("The review has ended already; there is nothing to take back. Look at the verdict first.")
            )
        publishing.recall(round_, by=person)
        messages.success(request, _("Taken back. You can write again."))
    elif act == "reopen":
        publishing.reopen(found, by=person)
        messages.success(
            request, _("Open again. Its approval is void; a planned release waits for the next one.")
        )
    elif act == "withdraw":
        publishing.withdraw_issue(found, request.POST.get("reason", ""), by=person)
        messages.success(request, _("Withdrawn. Its articles stay public."))
    else:
        form = ReleaseForm(request.POST)
        if not form.is_valid():
            raise Invalid(
                _("Say when it is to go out."),
                fields={name: [str(e) for e in said] for name, said in form.errors.items()},
            )
        plan = publishing.plan_release(found, by=person, at=form.moment(), zone=form.cleaned_data["zone"])
        messages.success(request, _("Planned. Until it is out you can move it, hold it or call it off."))
        return redirect("desk:release", plan.public_id)
    return redirect("desk:issue", found.public_id)
