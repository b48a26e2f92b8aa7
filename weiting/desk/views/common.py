"""What the views of the desk share: a page that is one form, and an act behind one button."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from weiting.core.errors import Conflict, Invalid
from weiting.desk.forms.base import show_refusal
from weiting.desk.shell import desk_context

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


def after_act(request: HttpRequest, to: str, done: str = "") -> HttpResponse:
    """Lead to `next` of the form where it names a page of ours, else to `to`, and say what was done."""
    if done:
        messages.success(request, done)
    asked = request.POST.get("next", "")
    return redirect(asked if url_has_allowed_host_and_scheme(asked, {request.get_host()}) else to)
