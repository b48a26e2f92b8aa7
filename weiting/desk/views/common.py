"""What the views of the desk share: a page that is one form, an act behind one button, taking back, planning."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.core.errors import Conflict, Invalid
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.compose import ReleaseForm
from weiting.desk.shell import desk_context
from weiting.publishing import actions as publishing
from weiting.publishing.models import Release
from weiting.review import queries as review
from weiting.review.subjects import Subject

Act = Callable[[dict[str, Any]], Any]


def apply(request: HttpRequest, form: forms.BaseForm, act: Act, done: str = "") -> bool:
    """Do the act with what was typed if it is a valid POST; refusals land in the form. Returns whether it was done."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except Invalid as refusal:
        show_refusal(form, refusal)
        return False
    except Conflict as refusal:
        form.add_error(None, str(refusal.message))
        return False
    if done:
        messages.success(request, done)
    return True


def status_of(form: forms.BaseForm) -> int:
    """Return 422 for a form that came back with its errors, so that programs notice too."""
    return 422 if form.is_bound and form.errors else 200


def form_page(
    request: HttpRequest,
    *,
    current: str,
    heading: str,
    form: forms.BaseForm,
    act: Act,
    to: str,
    submit: str,
    done: str = "",
    **more: Any,
) -> HttpResponse:
    """Show one form as a page, or do its act and lead on; more: sub, intro, back, variant, upload."""
    if apply(request, form, act, done):
        return HttpResponseRedirect(to)
    context = desk_context(
        request,
        current=current,
        **{"heading": heading, "form": form, "submit": submit, "back": more.pop("back", to), **more},
    )
    return render(request, "desk/form.html", context, status=status_of(form))


def recall(subject: Subject, person: Person) -> None:
    """Take a text, a correction or an issue back out of its review; raise Conflict when that has ended."""
    round_ = review.open_round(subject)
    if round_ is None:
        raise Conflict(
            _("The review has ended already; there is nothing to take back. Look at the verdict first.")
        )
    publishing.recall(round_, by=person)


def plan(request: HttpRequest, subject: Subject, person: Person) -> Release | ReleaseForm:
    """Plan when something approved goes out, and say so; or return the form with what is wrong in it."""
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return form
    try:
        release = publishing.plan_release(
            subject, by=person, at=form.moment(), zone=form.cleaned_data["zone"]
        )
    except Invalid as refusal:
        show_refusal(form, refusal)
        return form
    messages.success(request, _("Planned. Until it is out you can move it, hold it or call it off."))
    return release


def after_act(request: HttpRequest, to: str, done: str = "") -> HttpResponse:
    """Lead to `next` of the form where it names a page of ours, else to `to`, and say what was done."""
    if done:
        messages.success(request, done)
    asked = request.POST.get("next", "")
    return redirect(asked if url_has_allowed_host_and_scheme(asked, {request.get_host()}) else to)
