"""Correcting a public text: say what was wrong, write the corrected version, submit it, plan it."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Conflict, DomainError, Invalid, NotFound
from weiting.desk import composing
from weiting.desk.findings import Sheet, sheet_of
from weiting.desk.forms.afterwards import CorrectedWordsForm, CorrectionForm
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.compose import ReleaseForm, SubmitForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views import mending
from weiting.desk.views.collisions import Side, flat, show_both, wishes
from weiting.desk.views.common import plan, recall
from weiting.desk.views.saving import keep_theirs, saves_of
from weiting.desk.views.versions import compare
from weiting.posts import access, actions, queries
from weiting.posts.flow import CorrectionState, PostState
from weiting.posts.models import Correction, Post, Revision
from weiting.publishing import access as publishing_access, actions as publishing, queries as released
from weiting.review import queries as review
from weiting.units.access import may

WRITABLE = (CorrectionState.DRAFT, CorrectionState.RETURNED)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.CORRECT)
def correct(request: HttpRequest, public_id: str) -> HttpResponse:
    """Correct a public text: say what was wrong, write the corrected version, submit it; the text stays public."""
    person = cast(Person, request.user)
    post = queries.post_for(person, public_id)
    if not may(person, access.CORRECT, post.unit) or post.live is None:
        raise NotFound(_("This text cannot be corrected, or it is not yours to correct."))
    correction = _open_correction(post)
    if correction is None:
        return _without_one(request, post, person)
    if "wrong" in request.POST:
        return _already_started(request, post, correction)
    acts = {"drop": _drop, "recall": _recall, "plan": _plan}
    act = acts.get(request.POST.get("do", ""))
    return (act or _write)(request, post, correction, person)


def _without_one(request: HttpRequest, post: Post, person: Person) -> HttpResponse:
    """Begin a correction; what was meant for one that has ended is shown, so that it can be copied."""
    if "body" in request.POST:
        return _over_meanwhile(request, post)
    if request.POST.get("do"):
        raise _ended()
    return _start(request, post, person)


def _drop(request: HttpRequest, post: Post, correction: Correction, person: Person) -> HttpResponse:
    actions.drop_correction(correction, by=person)
    messages.success(request, _("Dropped. The text stays as it is."))
    return redirect("desk:compose", post.public_id)


def _recall(request: HttpRequest, post: Post, correction: Correction, person: Person) -> HttpResponse:
    recall(correction, person)
    messages.success(request, _("Taken back. You can write again."))
    return redirect("desk:correct", post.public_id)


def _open_correction(post: Post) -> Correction | None:
    return (
        post.corrections.exclude(state__in=[CorrectionState.PUBLISHED, CorrectionState.DROPPED])
        .select_related("before", "after__saved_by", "by", "post__unit")
        .first()
    )


def _start(request: HttpRequest, post: Post, person: Person) -> HttpResponse:
    if post.state != PostState.PUBLISHED:
        return _not_public(request, post)
    passage = request.GET.get("wrong", "").strip()[:300]
    form = CorrectionForm(
        request.POST if request.method == "POST" else None, initial={"wrong": passage, "right": passage}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.start_correction(post, by=person, **form.cleaned_data)
        except Invalid as refusal:
            show_refusal(form, refusal)
        except Conflict:
            # Somebody was a moment earlier.
            if (theirs := _open_correction(post)) is None:
                raise
            return _already_started(request, post, theirs)
        else:
            return redirect("desk:correct", post.public_id)
    return render(
        request,
        "desk/write/correct_start.html",
        desk_context(request, current="write", post=post, form=form),
        status=422 if form.is_bound else 200,
    )


def _not_public(request: HttpRequest, post: Post) -> HttpResponse:
    """Lead to a text that is not public any more; what was typed for its correction is shown first."""
    refusal = Conflict(
        _("This text is no longer public, so there is nothing to correct in public."), code="not_public"
    )
    if request.method != "POST":
        messages.error(request, str(refusal.message))
        return redirect(composing.page_of(post))
    labels = {name: str(field.label) for name, field in CorrectionForm.base_fields.items()}
    sides = [Side(label, flat(request.POST.get(name)).strip(), "", rows=2) for name, label in labels.items()]
    return show_both(request, refusal, sides, sub=str(post), back=composing.page_of(post))


def _ended() -> Conflict:
    return Conflict(
        _("This correction has ended meanwhile: it is public, or it was dropped."), code="not_writable"
    )


def _over_meanwhile(request: HttpRequest, post: Post) -> HttpResponse:
    """The correction ended while somebody was typing: show what they typed beside what is public."""
    return show_both(
        request,
        _ended(),
        _sides(request, post.live),
        sub=str(post),
        back=composing.page_of(post),
        at=post.live.saved_at if post.live else None,
    )


def _already_started(request: HttpRequest, post: Post, correction: Correction) -> HttpResponse:
    """Somebody else began a correction first: show both beginnings; mine can be written into theirs."""
    who = correction.by.name if correction.by else _("somebody")
    labels = {name: str(field.label) for name, field in CorrectionForm.base_fields.items()}
    return show_both(
        request,
        Conflict(_("%(who)s has begun a correction of this text meanwhile.") % {"who": who}),
        [
            Side(label, flat(request.POST.get(name)).strip(), getattr(correction, name), rows=2)
            for name, label in labels.items()
        ],
        sub=str(post),
        back=reverse("desk:correct", args=[post.public_id]),
        who=who,
        at=correction.created_at,
    )


def _sides(request: HttpRequest, theirs: Revision | None) -> list[Side]:
    return [
        Side(
            str(CorrectedWordsForm.base_fields[name].label),
            flat(request.POST.get(name)),
            getattr(theirs, name, ""),
            name,
            rows,
        )
        for name, rows in (("title", 0), ("body", 12), ("summary", 2))
    ]


def _collision(
    request: HttpRequest, post: Post, correction: Correction, error: Conflict, *, may_keep: bool = True
) -> HttpResponse:
    """Show both versions; mine can be saved over theirs, which is kept as a version."""
    correction.refresh_from_db()
    theirs = correction.after
    here = reverse("desk:correct", args=[post.public_id])
    return show_both(
        request,
        error,
        _sides(request, theirs),
        sub=str(post),
        back=here,
        keep_to=here if may_keep else "",
        saves=saves_of(theirs),
        number=theirs.number,
        who=theirs.saved_by.name if theirs.saved_by else "",
        at=theirs.saved_at,
    )


def _write(request: HttpRequest, post: Post, correction: Correction, person: Person) -> HttpResponse:
    if request.method != "POST":
        return _page(request, post, correction, person)
    if correction.state not in WRITABLE:
        error = Conflict(
            _("This correction is in review or approved. Take it back first."), code="not_writable"
        )
        return _collision(request, post, correction, error, may_keep=False)
    words, act = CorrectedWordsForm(request.POST), request.POST.get("do", "")
    try:
        fine = words.is_valid() and _save(request, post, person, words, over=act == "over")
    except Conflict as error:
        if error.code not in {"stale", "pen_taken"}:
            raise
        return _collision(request, post, correction, error)
    correction.refresh_from_db()
    if fine and act.startswith(mending.VERBS):
        return _mended(request, post, correction, person, act)
    if act == "submit":
        submit = SubmitForm(request.POST)
        fine = fine and submit.is_valid() and _submit(request, correction, person, submit, words)
    else:
        submit = SubmitForm(initial=request.POST.dict())
    if not fine:
        return _page(request, post, correction, person, words=words, submit=submit, status=422)
    return _onward(request, post, correction, person, act)


def _mended(
    request: HttpRequest, post: Post, correction: Correction, person: Person, act: str
) -> HttpResponse:
    """Do what a button beside a finding asked for; a refusal stands on the page, what was typed is saved."""
    post = queries.post_for(person, post.public_id)
    try:
        refusal = mending.on_page(request, post, correction.after, person, act)
    finally:
        # As after saving: this page does not tell that it is still open.
        actions.leave_pen(post, by=person)
    correction = Correction.objects.select_related("before", "after__saved_by", "by", "post__unit").get(
        pk=correction.pk
    )
    submit = SubmitForm(initial=request.POST.dict())
    return _page(
        request,
        post,
        correction,
        person,
        submit=submit,
        refusal=refusal,
        status=refusal.status if refusal else 200,
    )


def _onward(
    request: HttpRequest, post: Post, correction: Correction, person: Person, act: str
) -> HttpResponse:
    if act != "submit":
        messages.success(request, _("Saved."))
    if act == "over" and wishes(request):
        # The page comes back at once, so that the wish typed for the submission is not typed twice.
        return _page(request, post, correction, person, submit=SubmitForm(initial=request.POST.dict()))
    return redirect("desk:correct", post.public_id)


def _page(
    request: HttpRequest,
    post: Post,
    correction: Correction,
    person: Person,
    *,
    words: CorrectedWordsForm | None = None,
    submit: SubmitForm | None = None,
    release: ReleaseForm | None = None,
    refusal: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    after = correction.after
    is_open = correction.state in WRITABLE
    sheet = sheet_of(post, after, written=clock.today()) if is_open else Sheet()
    sheet.recall(mending.reasons_in(request.POST.dict()), request.POST.get("do", ""), refusal)
    initial = {name: getattr(after, name) for name in ("title", "summary", "body")}
    return render(
        request,
        "desk/write/correct.html",
        desk_context(
            request,
            current="write",
            post=post,
            correction=correction,
            words=words or CorrectedWordsForm(initial=initial),
            submit=submit or SubmitForm(),
            release=release or ReleaseForm(initial={"release": "now"}),
            is_open=is_open,
            sheet=sheet,
            may_write=is_open,
            saves=saves_of(after),
            number=after.number,
            changes=compare(correction.before, after),
            path=composing.path_steps(post, person, "correction"),
            rounds=list(review.rounds_of(correction)[:3]),
            plan=released.plan_of(correction),
            may_plan=may(person, publishing_access.PLAN, post.unit),
        ),
        status=status,
    )


def _save(request: HttpRequest, post: Post, person: Person, words: CorrectedWordsForm, *, over: bool) -> bool:
    """Save what was typed; with `over`, what the other one saved is kept as a version first."""
    said = request.POST.get("saves", "")
    saves = int(said) if said.isdigit() and len(said) < 10 else -1
    try:
        if over:
            saves = keep_theirs(post, person)
        actions.save_working(post, by=person, saves=saves, **words.cleaned_data)
    except Invalid as refusal:
        show_refusal(words, refusal)
        return False
    finally:
        if over:
            # This page does not tell that it is still open: a pen held on would only be in the way.
            actions.leave_pen(post, by=person)
    return True


def _submit(
    request: HttpRequest,
    correction: Correction,
    person: Person,
    submit: SubmitForm,
    words: CorrectedWordsForm,
) -> bool:
    try:
        publishing.send_for_review(correction, by=person, **submit.wish())
    except Invalid as refusal:
        show_refusal(submit, refusal, words)
        return False
    messages.success(
        request, _("Submitted. The text stays public as it is until the correction is approved.")
    )
    return True


def _plan(request: HttpRequest, post: Post, correction: Correction, person: Person) -> HttpResponse:
    made = plan(request, correction, person)
    if isinstance(made, ReleaseForm):
        return _page(request, post, correction, person, release=made, status=422)
    return redirect("desk:release", made.public_id)
