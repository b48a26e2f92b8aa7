"""Reviewing: what waits for me, one text with all that helps to decide, the review afterwards, where texts wait."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Invalid, NotFound
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.review import AfterForm, LinkForm, RemarkForm, VerdictForm
from weiting.desk.gate import desk_page
from weiting.desk.links import qr_svg
from weiting.desk.shell import desk_context
from weiting.desk.views.common import after_act, apply
from weiting.posts import queries as posts
from weiting.publishing import actions as publishing
from weiting.review import access, actions, queries, reports, standing, subjects
from weiting.review.actions.links import HOURS as LINK_HOURS
from weiting.review.flow import RoundState, StepState
from weiting.review.models import Remark, Round, Step
from weiting.text.diff import Change
from weiting.ui.shell import Link
from weiting.units.access import may, may_anywhere

SEEN_BY = (access.SEE, access.DECIDE)


def _tabs(person: Person, current: str, waiting: int | None = None) -> list[Link]:
    tabs = [Link(_("Waiting for me"), "/desk/review/", current == "mine", count=waiting)]
    tabs.append(Link(_("Under way"), "/desk/review/under-way/", current == "under_way"))
    if may_anywhere(person, access.AFTER):
        tabs.append(Link(_("After release"), "/desk/review/after/", current == "after"))
    if may_anywhere(person, access.REPORT):
        tabs.append(Link(_("Where texts wait"), "/desk/review/report/", current == "report"))
    return tabs


def title_of(round_: Round) -> str:
    """Return the title of what a round is about, as it was submitted."""
    if round_.issue is not None:
        return round_.issue.title
    return round_.revision.title if round_.revision else ""


@require_safe
@desk_page(*SEEN_BY)
def waiting(request: HttpRequest) -> HttpResponse:
    """List the steps this person may decide now, in their own name or for somebody away, most urgent first."""
    person = cast(Person, request.user)
    steps = list(queries.waiting_for(person)[:200])
    now = clock.now()
    rows = [
        {
            "step": step,
            "round": step.round,
            "title": title_of(step.round),
            "late": bool(step.due_at and step.due_at < now),
        }
        for step in steps
    ]
    context = desk_context(
        request,
        current="review",
        counts={"review": len(steps)},
        heading=_("Review"),
        tabs=_tabs(person, "mine", len(steps)),
        rows=rows,
    )
    return render(request, "desk/review/waiting.html", context)


@require_safe
@desk_page(*SEEN_BY)
def under_way(request: HttpRequest) -> HttpResponse:
    """List the rounds that are open in this person's units, with the step each is at."""
    person = cast(Person, request.user)
    rows = [
        {
            "round": each,
            "title": title_of(each),
            "now": [s for s in each.steps.all() if s.state == StepState.OPEN],
        }
        for each in queries.rounds_under_way(person)[:200]
    ]
    context = desk_context(
        request,
        current="review",
        heading=_("Review"),
        tabs=_tabs(person, "under_way"),
        rows=rows,
        now=clock.now(),
    )
    return render(request, "desk/review/under_way.html", context)


@require_safe
@desk_page(access.AFTER)
def after_list(request: HttpRequest) -> HttpResponse:
    """List the emergency texts whose review afterwards waits."""
    person = cast(Person, request.user)
    rows = [{"round": each, "title": title_of(each)} for each in queries.after_reviews_due(person)[:200]]
    context = desk_context(
        request,
        current="review",
        heading=_("Review"),
        tabs=_tabs(person, "after"),
        rows=rows,
        now=clock.now(),
    )
    return render(request, "desk/review/after.html", context)


@require_safe
@desk_page(access.REPORT)
def report(request: HttpRequest) -> HttpResponse:
    """Show where texts wait now, how fast steps went in thirty days, and the load of each day."""
    person = cast(Person, request.user)
    today = clock.today()
    waits = reports.where_texts_wait(person)
    speeds = reports.speed(today - timedelta(days=29), today, person)
    loads = reports.load_by_day(today - timedelta(days=13), today, person)
    longest = max((each.oldest_minutes for each in waits), default=1) or 1
    slowest = max((each.median_minutes for each in speeds), default=1) or 1
    most = max((max(each.opened, each.decided) for each in loads), default=1) or 1
    context = desk_context(
        request,
        current="review",
        heading=_("Review"),
        tabs=_tabs(person, "report"),
        waits=[(each, round(100 * each.oldest_minutes / longest)) for each in waits],
        speeds=[
            (
                each,
                round(100 * each.median_minutes / slowest),
                round(100 * each.share_in_time),
                round(each.median_minutes),
            )
            for each in speeds
        ],
        loads=[_bars(each, n, most) for n, each in enumerate(loads)],
        width=24 * len(loads) + 12,
    )
    return render(request, "desk/review/report.html", context)


def _bars(load: reports.DayLoad, number: int, most: int) -> dict[str, Any]:
    """Return where one day's two bars stand in the picture; their feet are on one line."""
    opened, decided, left = round(70 * load.opened / most), round(70 * load.decided / most), 12 + number * 24
    return {
        "load": load, "x": left, "decided_x": left + 10, "opened": opened, "decided": decided,
        "opened_y": 72 - opened, "decided_y": 72 - decided,
    }  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """What changed in one field since a version somebody has reviewed."""

    label: str
    parts: list[Change]


def _label(name: str) -> str:
    return {"title": _("Title"), "summary": _("Summary"), "body": _("Text")}[name]


def _differences(round_: Round, earlier: list[Round]) -> tuple[str, list[Difference]]:
    """Return since what the text changed, in words, and how; a correction is compared with what is public."""
    if round_.revision is None:
        return "", []
    if round_.correction is not None:
        old, since = round_.correction.before, _("since the public version")
    else:
        before = next(
            (each for each in earlier if each.revision and each.submitted_at < round_.submitted_at), None
        )
        if before is None or before.revision is None:
            return "", []
        old, since = before.revision, _("since the version submitted before")
    found = posts.revision_diff(old, round_.revision)
    return since, [Difference(_label(name), parts) for name, parts in found.items()]


_STEP_STATES = {
    StepState.APPROVED: "done",
    StepState.OPEN: "now",
    StepState.RETURNED: "late",
    StepState.WAITING: "",
    StepState.SKIPPED: "",
}


def path_of(round_: Round) -> list[dict[str, Any]]:
    """Return a round's steps as the shell draws a path, each with who decided."""
    now = clock.now()
    drawn = []
    for step in round_.steps.all():
        is_late = step.state == StepState.OPEN and step.due_at is not None and step.due_at < now
        names = "、".join(verdict.person.name for verdict in step.verdicts.all())
        count = f" {len(step.verdicts.all())}/{step.quorum}" if step.quorum > 1 else ""
        state = "late" if is_late else _STEP_STATES[StepState(step.state)]
        drawn.append({"label": f"{step.name}{count}", "state": state, "note": names})
    return drawn


def _mine(person: Person, round_: Round) -> list[Step]:
    if round_.state != RoundState.OPEN:
        return []
    open_steps = [step for step in round_.steps.all() if step.state == StepState.OPEN]
    for step in open_steps:
        step.round = round_
    return [step for step in open_steps if queries.may_decide(person, step)]


def _verdict_form(request: HttpRequest, round_: Round, step: Step, *, bound: bool = False) -> VerdictForm:
    initial = {"content_hash": round_.content_hash, "step": step.pk}
    return VerdictForm(request.POST if bound else None, step=step, initial=initial, auto_id="v_%s")


def _link_choices(person: Person, round_: Round) -> list[tuple[str, str]]:
    """List who could decide an open step by telephone."""
    found = []
    for step in round_.steps.all():
        if step.state != StepState.OPEN:
            continue
        step.round = round_
        able = Person.objects.filter(pk__in=standing.deciders(step), is_active=True).order_by("name")
        if not may(person, access.LINK, round_.unit):
            able = able.filter(pk=person.pk)
        found += [(f"{step.pk}:{each.pk}", f"{each.name} · {step.name}") for each in able]
    return found


def _round_page(
    request: HttpRequest,
    round_: Round,
    *,
    status: int = 200,
    forms: dict[str, Any] | None = None,
    **more: Any,
) -> HttpResponse:
    person = cast(Person, request.user)
    given = forms or {}
    subject = subjects.subject_of(round_)
    mine = _mine(person, round_)
    asked = request.GET.get("step", "")
    step = next((each for each in mine if str(each.pk) == asked), mine[0] if mine else None)
    earlier = [each for each in queries.rounds_of(round_.post or subject) if each.pk != round_.pk]
    since, differences = _differences(round_, earlier)
    needs_after = round_.after_due_at is not None and round_.after_done_at is None
    may_after = (
        needs_after and may(person, access.AFTER, round_.unit) and person.pk not in standing.barred(round_)
    )
    in_place_of = standing.places_of(person, step) - {person.pk} if step else set()
    choices = _link_choices(person, round_)
    context = desk_context(
        request,
        current="review",
        heading=title_of(round_),
        round=round_,
        post=round_.post,
        revision=round_.revision,
        media=list(round_.revision.media.select_related("asset")) if round_.revision else [],
        articles=list(round_.issue.articles.select_related("post__unit", "topic")) if round_.issue else [],
        path=path_of(round_),
        steps=[(each, list(each.verdicts.all())) for each in round_.steps.all()],
        mine=mine,
        step=step,
        in_place_of=list(Person.objects.filter(pk__in=in_place_of)) if in_place_of else [],
        verdict_form=given.get("verdict") or (_verdict_form(request, round_, step) if step else None),
        remark_form=given.get("remark") or RemarkForm(auto_id="r_%s"),
        after_form=(given.get("after") or AfterForm(auto_id="a_%s")) if may_after else None,
        link_form=LinkForm(choices=choices, auto_id="l_%s") if choices else None,
        remarks=queries.passages(round_),
        is_open=round_.state == RoundState.OPEN,
        is_author=person.pk in round_.authors,
        earlier=earlier,
        since=since,
        differences=differences,
        precedents=queries.precedents_for(round_.post, person) if round_.post and step else [],
        now=clock.now(),
        **more,
    )
    return render(request, "desk/review/round.html", context, status=status)


@require_safe
@desk_page()
def round_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one text under review: its words as people will read them, and all that helps to decide.

    Open to whoever may see the round: reviewers of the unit, people asked from elsewhere, its authors.
    """
    return _round_page(request, queries.round_for(cast(Person, request.user), public_id))


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
    form = _verdict_form(request, round_, step, bound=True)
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
    return _round_page(request, round_, status=422, forms={"verdict": form})


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
        actions.remark(round_, by=person, text=typed["text"], **_passage(round_, typed["quote"].strip()))

    if apply(request, form, write, _("Your comment is there.")):
        return redirect(f"/desk/review/{public_id}/#remarks")
    return _round_page(request, round_, status=422, forms={"remark": form})


def _passage(round_: Round, quote: str) -> dict[str, Any]:
    """Find the field and the place of a quote; raise Invalid when the words stand nowhere in this version."""
    if not quote:
        return {}
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
    return _round_page(request, round_, status=422, forms={"after": form})


@require_POST
@desk_page()
def make_link(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make a one-time link for a reviewer's telephone and show it, this once, as a code to scan."""
    person = cast(Person, request.user)
    round_ = queries.round_for(person, public_id)
    choices = _link_choices(person, round_)
    form = LinkForm(request.POST, choices=choices)
    if not form.is_valid():
        return _round_page(request, round_, status=422)
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
