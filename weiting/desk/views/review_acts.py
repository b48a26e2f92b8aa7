"""What is done to a text under review: verdicts, comments, taking it back, the review afterwards, telephone links."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weiting.accounts.models import Person
from weiting.core.errors import Invalid, NotFound
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.review import AfterForm, HandForm, LinkForm, RemarkForm
from weiting.desk.gate import desk_page
from weiting.desk.links import qr_svg
from weiting.desk.shell import desk_context
from weiting.desk.views.common import after_act, apply
from weiting.desk.views.review import hand_choices, link_choices, open_step, show_round, verdict_form
from weiting.publishing import actions as publishing
from weiting.review import access, actions, queries
from weiting.review.actions.links import HOURS as LINK_HOURS
from weiting.review.flow import RoundState
from weiting.review.models import Remark, Round, Step


@require_POST
@desk_page()
def verdict(request: HttpRequest, public_id: str) -> HttpResponse:
    """Approve, or send back with a reason, exactly the version that was looked at."""
    person = cast(Person, request.user)
    round_ = queries.round_for(person, public_id)
    wanted = request.POST.get("step", "")
    step = Step.objects.filter(round=round_, pk=int(wanted)).first() if wanted.isdecimal() else None
    if step is None:
        raise NotFound(_("This page does not exist, or it is not for you."))
    step.round = round_
    form = verdict_form(request, round_, step, bound=True)
    approves = request.POST.get("verdict") == "approve"
    if form.is_valid():
        typed = form.cleaned_data
        try:
            publishing.decide(
                step,
                by=person,
                approves=approves,
                content_hash=typed["content_hash"],
                reason="" if approves else typed["reason"],
                reason_kind="" if approves else typed["reason_kind"],
                checked=typed.get("checked", ()),
                no_secrets=typed.get("no_secrets", False),
            )
        except Invalid as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _said(round_, approves))
            return redirect(_next_after(person))
    return show_round(request, round_, status=422, forms={"verdict": form})


def _said(round_: Round, approves: bool) -> str:
    if not approves:
        return _("Sent back. The author has your reason.")
    state = Round.objects.values_list("state", flat=True).get(pk=round_.pk)
    if state == RoundState.APPROVED:
        return _("Approved. That was the last step.")
    return _("Approved. The next step has been told.")


def _next_after(person: Person) -> str:
    """Return the next text that waits, or the list when none does."""
    following = queries.waiting_for(person).first()
    return f"/desk/review/{following.round.public_id}/" if following else "/desk/review/"


@require_POST
@desk_page()
def remark(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write a comment at a passage, found by its words, or on the whole text."""
    person = cast(Person, request.user)
    round_ = queries.round_for(person, public_id)
    form = RemarkForm(request.POST, auto_id="r_%s")

    def write(typed: dict[str, Any]) -> None:
        actions.remark(
            round_,
            by=person,
            text=typed["text"],
            **_passage(round_, typed["quote"].strip(), request.POST.get("place", "")),
        )

    if apply(request, form, write, _("Your comment is there.")):
        return redirect(f"/desk/review/{public_id}/#remarks")
    return show_round(request, round_, status=422, forms={"remark": form})


def _passage(round_: Round, quote: str, place: str = "") -> dict[str, Any]:
    """Find the field and the place of a quote, first where the page said it stands ("body:75").

    Raises Invalid when the words stand nowhere in this version.
    """
    if not quote:
        return {}
    field, _colon, start = place.partition(":")
    if field in {"title", "summary", "body"} and start.isdecimal() and len(start) < 6:
        words = getattr(round_.revision, field, "") if round_.revision else ""
        if words.startswith(quote, int(start)):
            return {"field": field, "start": int(start), "end": int(start) + len(quote), "quote": quote}
    for name in ("body", "title", "summary"):
        words = getattr(round_.revision, name, "") if round_.revision else ""
        at = words.find(quote)
        if at >= 0:
            return {"field": name, "start": at, "end": at + len(quote), "quote": quote}
    sentence = _("These words do not stand in this version. Copy them exactly, without line breaks.")
    raise Invalid(sentence, fields={"quote": [sentence]})


@require_POST
@desk_page()
def settle(request: HttpRequest, public_id: str, pk: int) -> HttpResponse:
    """Note that a comment has been dealt with."""
    person = cast(Person, request.user)
    round_ = queries.round_for(person, public_id)
    found = Remark.objects.filter(round=round_, pk=pk).select_related("round__unit").first()
    if found is None:
        raise NotFound(_("There is no such comment."))
    actions.settle_remark(found, by=person)
    return redirect(f"/desk/review/{public_id}/#remarks")


@require_POST
@desk_page()
def recall(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a text back out of review; its authors may."""
    person = cast(Person, request.user)
    publishing.recall(queries.round_for(person, public_id), by=person)
    return after_act(request, f"/desk/review/{public_id}/", _("Taken back. You can write on."))


@require_POST
@desk_page()
def hand(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hand a step to a named colleague who holds its role, or take over one that was handed to somebody else."""
    person = cast(Person, request.user)
    round_ = queries.round_for(person, public_id)
    step = open_step(round_, request.POST.get("step", ""))
    if step is None:
        raise NotFound(_("This page does not exist, or it is not for you."))
    if request.POST.get("to") == str(person.pk):
        actions.hand_step(step, person, by=person)
        return after_act(request, f"/desk/review/{public_id}/", _("The step is yours now."))
    form = HandForm(request.POST, choices=hand_choices(person, round_, step), auto_id="h_%s")

    def give(typed: dict[str, Any]) -> None:
        colleague = Person.objects.get(pk=int(typed["to"]))
        actions.hand_step(step, colleague, by=person, reason=typed["reason"])

    if apply(request, form, give, _("Handed on. Your colleague has been told.")):
        return redirect("/desk/review/")
    return show_round(request, round_, status=422, forms={"hand": form})


@require_POST
@desk_page(access.AFTER)
def after(request: HttpRequest, public_id: str) -> HttpResponse:
    """Finish the review after an emergency text went out."""
    person = cast(Person, request.user)
    round_ = queries.round_for(person, public_id)
    form = AfterForm(request.POST, auto_id="a_%s")

    def finish(typed: dict[str, Any]) -> None:
        actions.finish_after_review(round_, by=person, **typed)

    if apply(request, form, finish, _("Reviewed afterwards. Thank you.")):
        return redirect("/desk/review/after/")
    return show_round(request, round_, status=422, forms={"after": form})


@require_POST
@desk_page()
def make_link(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make a one-time link for a reviewer's telephone and show it, this once, as a code to scan."""
    person = cast(Person, request.user)
    round_ = queries.round_for(person, public_id)
    choices = link_choices(person, round_)
    form = LinkForm(request.POST, choices=choices, auto_id="l_%s")
    if not form.is_valid():
        return show_round(request, round_, status=422, forms={"link": form})
    step_pk, _colon, person_pk = form.cleaned_data["to"].partition(":")
    to = Person.objects.get(pk=int(person_pk))
    token = actions.make_link(Step.objects.get(pk=int(step_pk), round=round_), to, by=person)
    url = request.build_absolute_uri(f"/desk/link/{token}/")
    context = desk_context(
        request,
        current="review",
        heading=_("A link for %(name)s's telephone") % {"name": to.name},
        round=round_,
        to=to,
        url=url,
        code=qr_svg(url),
        hours=LINK_HOURS,
    )
    return render(request, "desk/review/link_made.html", context)
