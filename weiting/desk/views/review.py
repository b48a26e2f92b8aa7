"""One text under review: its words as people will read them, and all that helps to decide."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.desk.findings import Shown, sheet_of, sheet_of_issue
from weiting.desk.forms.review import AfterForm, HandForm, LinkForm, RemarkForm, VerdictForm
from weiting.desk.gate import desk_page
from weiting.desk.marking import marked_line, marked_prose
from weiting.desk.shell import desk_context
from weiting.posts import queries as posts
from weiting.posts.models import RevisionMedia
from weiting.publishing import previews
from weiting.publishing.previews import Preview
from weiting.review import access, queries, standing
from weiting.review.flow import RoundState, StepState
from weiting.review.models import Round, Step
from weiting.text.diff import Change
from weiting.units.access import may


def title_of(round_: Round) -> str:
    """Return the title of what a round is about, as it was submitted."""
    if round_.issue is not None:
        return round_.issue.title
    return round_.revision.title if round_.revision else ""


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


def checked_text(round_: Round, media: Sequence[RevisionMedia]) -> dict[str, Any]:
    """Return what the checks find in the text under review, and the text with its marks.

    A round that is over shows what was decided about personal data, and marks nothing any more.
    """
    written = clock.local(round_.submitted_at).date()
    if round_.revision is None:
        sheet = sheet_of_issue(round_.issue, written=written) if round_.issue else None
    else:
        post = round_.post or round_.revision.post
        sheet = sheet_of(post, round_.revision, written=written, media=media)
    if sheet is None:
        return {}
    found = sheet.by_place()
    if round_.state != RoundState.OPEN:
        return {"sheet": sheet, "found": [each for each in found if each.decision]}
    return {"sheet": sheet, "found": found, "marked": _marked(round_, found)}


def _marked(round_: Round, found: Sequence[Shown]) -> dict[str, Any]:
    revision = round_.revision
    if revision is None:
        return {}

    def of(field: str) -> list[Shown]:
        return [at for each in found for at in each.in_field(field)]

    variants = {name: marked_line(words, of(name)) for name, words in revision.variants.items() if words}
    return {
        "summary": marked_line(revision.summary, of("summary")) if revision.summary else "",
        "body": marked_prose(revision.body, of("body")),
        "variants": variants,
    }


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


def verdict_form(request: HttpRequest, round_: Round, step: Step, *, bound: bool = False) -> VerdictForm:
    """Return the form of a verdict, bound to the content that was looked at."""
    initial = {"content_hash": round_.content_hash, "step": step.pk}
    return VerdictForm(request.POST if bound else None, step=step, initial=initial, auto_id="v_%s")


def _people(pks: Iterable[int]) -> dict[int, Person]:
    """Read people by name, in the order of their names."""
    wanted = set(pks)
    return {each.pk: each for each in Person.objects.filter(pk__in=wanted).order_by("name")} if wanted else {}


def _named(person: Person, round_: Round) -> dict[int, Person]:
    """Read at once everybody whom this person's forms may name: who decides, and in whose place."""
    found = standing.asked(round_)
    if not may(person, access.LINK, round_.unit):
        found = [each for each in found if person.pk in each.able]
    return _people(pk for each in found for at, places in each.able.items() for pk in (at, *places))


def link_choices(
    person: Person, round_: Round, named: Mapping[int, Person] | None = None
) -> list[tuple[str, str]]:
    """List who could decide an open step by telephone."""
    people = _named(person, round_) if named is None else named
    may_others = may(person, access.LINK, round_.unit)
    return [
        (f"{each.step.pk}:{pk}", f"{able.name} · {each.step.name}")
        for each in standing.asked(round_)
        for pk, able in people.items()
        if pk in each.deciders and able.is_active and (may_others or pk == person.pk)
    ]


def open_step(round_: Round, wanted: str) -> Step | None:
    """Return the open step of a round with this number."""
    found = (each for each in round_.steps.all() if each.state == StepState.OPEN and str(each.pk) == wanted)
    step = next(found, None)
    if step is not None:
        step.round = round_
    return step


def hand_choices(
    person: Person, round_: Round, step: Step, named: Mapping[int, Person] | None = None
) -> list[tuple[str, str]]:
    """List the colleagues to whom a person may hand a step: those who hold its role, in their own name."""
    able = next((each.able for each in standing.asked(round_) if each.step.pk == step.pk), {})
    if step.quorum > 1 or person.pk not in able:
        return []
    people = _named(person, round_) if named is None else named
    return [
        (str(pk), each.name)
        for pk, each in people.items()
        if pk in able.get(pk, ()) and pk not in (person.pk, step.handed_to_id) and each.is_active
    ]


def _to_take(person: Person, round_: Round) -> Step | None:
    """Return the step that was handed to somebody else and that this person may take over."""
    for each in standing.asked(round_):
        is_others = each.step.handed_to_id not in (None, person.pk)
        if is_others and person.pk in each.able.get(person.pk, ()):
            return each.step
    return None


def _sent_to(round_: Round, media: Sequence[RevisionMedia]) -> list[Preview]:
    """Return what each channel will be sent once this is approved."""
    if round_.revision is None:
        return []
    return previews.of_version(
        round_.post or round_.revision.post,
        round_.revision,
        media,
        content_hash=round_.content_hash,
        correction=round_.correction,
    )


def show_round(
    request: HttpRequest,
    round_: Round,
    *,
    status: int = 200,
    forms: dict[str, Any] | None = None,
    **more: Any,
) -> HttpResponse:
    """Show a round with the forms of this person; `forms` are those that came back with their errors."""
    person = cast(Person, request.user)
    given = forms or {}
    mine = [each.step for each in standing.asked(round_) if person.pk in each.deciders]
    wanted = request.GET.get("step", "")
    step = next((each for each in mine if str(each.pk) == wanted), mine[0] if mine else None)
    earlier = queries.rounds_before(round_)
    since, differences = _differences(round_, earlier)
    needs_after = round_.after_due_at is not None and round_.after_done_at is None
    may_after = (
        needs_after and may(person, access.AFTER, round_.unit) and person.pk not in standing.barred(round_)
    )
    media = list(round_.revision.media.select_related("asset")) if round_.revision else []
    named = _named(person, round_)
    places = {pk for each in standing.asked(round_) if each.step == step for pk in each.deciders[person.pk]}
    choices = link_choices(person, round_, named)
    colleagues = hand_choices(person, round_, step, named) if step else []
    is_open = round_.state == RoundState.OPEN
    context = desk_context(
        request,
        current="review",
        heading=title_of(round_),
        round=round_,
        post=round_.post,
        revision=round_.revision,
        media=media,
        articles=list(round_.issue.articles.select_related("post__unit", "topic")) if round_.issue else [],
        path=path_of(round_),
        steps=[(each, list(each.verdicts.all())) for each in round_.steps.all()],
        mine=mine,
        step=step,
        in_place_of=[each for pk, each in named.items() if pk in places and pk != person.pk],
        verdict_form=given.get("verdict") or (verdict_form(request, round_, step) if step else None),
        remark_form=given.get("remark") or RemarkForm(auto_id="r_%s"),
        after_form=(given.get("after") or AfterForm(auto_id="a_%s")) if may_after else None,
        hand_form=given.get("hand") or (HandForm(choices=colleagues, auto_id="h_%s") if colleagues else None),
        to_take=_to_take(person, round_) if is_open and step is None else None,
        link_form=(given.get("link") or LinkForm(choices=choices, auto_id="l_%s")) if choices else None,
        remarks=queries.passages(round_),
        is_open=is_open,
        is_author=person.pk in round_.authors,
        earlier=earlier,
        since=since,
        differences=differences,
        precedents=queries.precedents_for(round_.post, person) if round_.post and step else [],
        now=clock.now(),
        sent_to=_sent_to(round_, media) if is_open else [],
        **checked_text(round_, media),
        **more,
    )
    return render(request, "desk/review/round.html", context, status=status)


@require_safe
@desk_page()
def round_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one text under review: its words as people will read them, and all that helps to decide.

    Open to whoever may see the round: reviewers of the unit, people asked from elsewhere, its authors.
    """
    return show_round(request, queries.round_for(cast(Person, request.user), public_id))
