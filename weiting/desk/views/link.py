"""The page behind a one-time link: one reviewer decides one step of one version on a telephone, without signing in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from weiting import audit
from weiting.core.errors import Conflict, Invalid, NotFound
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.review import VerdictForm
from weiting.desk.gate import signed_link_page
from weiting.desk.views.review import checked_text
from weiting.publishing import actions as publishing
from weiting.review import actions
from weiting.review.models import Link


def _decide(found: Link, token: str, approves: bool, typed: dict[str, Any]) -> None:
    """Use the link up, give the verdict and do what follows; a refused verdict leaves the link unused."""
    publishing.decide(
        found.step,
        token=token,
        approves=approves,
        content_hash=found.content_hash,
        reason="" if approves else typed["reason"],
        reason_kind="" if approves else typed["reason_kind"],
        checked=typed.get("checked", ()),
        no_secrets=typed.get("no_secrets", False),
    )


@signed_link_page
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Show exactly the version the link was made for, and take one verdict on it."""
    try:
        found = actions.link_for(token)
    except (Conflict, NotFound) as refusal:
        return _gone(request, refusal)
    with translation.override(found.person.language):
        return _page(request, token, found)


def _gone(request: HttpRequest, refusal: Conflict | NotFound) -> HttpResponse:
    context = {"heading": _("This link no longer works"), "sentence": refusal.message}
    return render(request, "desk/review/link_done.html", context, status=refusal.status)


def _page(request: HttpRequest, token: str, found: Link) -> HttpResponse:
    round_ = found.step.round
    initial = {"content_hash": found.content_hash, "step": found.step.pk}
    form = VerdictForm(request.POST or None, step=found.step, initial=initial)
    if request.method == "POST" and form.is_valid():
        approves = request.POST.get("verdict") == "approve"
        try:
            with audit.origin("link"):
                _decide(found, token, approves, form.cleaned_data)
        except Invalid as refusal:
            show_refusal(form, refusal)
        except Conflict as refusal:
            return _gone(request, refusal)
        else:
            heading = _("Approved. Thank you.") if approves else _("Sent back. The author has your reason.")
            context = {
                "heading": heading,
                "sentence": _("You can close this page. The link is used up."),
                "ok": True,
            }
            return render(request, "desk/review/link_done.html", context)
    media = list(round_.revision.media.select_related("asset")) if round_.revision else []
    context = {
        "link": found,
        "round": round_,
        "step": found.step,
        "revision": round_.revision,
        "media": media,
        "articles": list(round_.issue.articles.select_related("post__unit")) if round_.issue else [],
        "title": round_.revision.title if round_.revision else round_.issue.title if round_.issue else "",
        "form": form,
        **checked_text(round_, media),
    }
    return render(request, "desk/review/link.html", context, status=422 if form.errors else 200)
