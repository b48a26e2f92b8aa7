"""The composer: write, save by itself, preview, arrange, submit."""

from collections.abc import Sequence
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from weiting.accounts.models import Person
from weiting.channels.words import name_of
from weiting.core import clock
from weiting.core.errors import Conflict, DomainError, Invalid
from weiting.desk import composing, drafts
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.compose import ArrangeForm, SubmitForm, WordsForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views import mending
from weiting.desk.views.collisions import Side, flat, show_both, wishes
from weiting.desk.views.destinations import save_choice, typed_choices, was, words_form
from weiting.desk.views.saving import (
    move_media,
    save,
    save_arrangement,
    save_descriptions,
    saves_of,
    working_of,
)
from weiting.desk.views.text import under_way
from weiting.media import limits
from weiting.posts import access, actions, queries
from weiting.posts.flow import PostState
from weiting.posts.models import Post, Presence
from weiting.publishing import (
    access as publishing_access,
    actions as publishing,
    destinations,
    previews,
    queries as released,
)
from weiting.review import queries as review
from weiting.units.access import may

# What of the words two people may have written differently, and how many lines each is given.
SIDES = {
    "title": 0,
    "body": 12,
    "summary": 2,
    "fact_source": 0,
    "fact_number": 0,
    "fact_contact": 0,
}
# Where a button leads after the words have been saved.
PLACES = {
    "media": "desk:media",
    "pairs": "desk:pairs",
    "promises": "desk:promises",
    "signers": "desk:signers",
    "versions": "desk:versions",
}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.READ)
def compose(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the composer of a draft, or the page of a text that is under way, out or put aside."""
    person = cast(Person, request.user)
    post = queries.post_for(person, public_id)
    if not composing.writes(person, post):
        if request.method == "POST":
            refusal = Conflict(
                _("This text cannot be written in now: it is in review, approved or out. Look at its page."),
                code="not_writable",
            )
            if "body" not in request.POST or not may(person, access.WRITE, post.unit):
                raise refusal
            return _collision(request, post, refusal, may_keep=False)
        return under_way(request, post)
    if request.method == "POST":
        return _posted(request, post)
    may_write, others = actions.open_text(post, by=person)
    return _page(request, post, may_write=may_write, others=others)


def _page(
    request: HttpRequest,
    post: Post,
    *,
    may_write: bool = True,
    others: Sequence[Presence] | None = None,
    words: WordsForm | None = None,
    arrange: ArrangeForm | None = None,
    submit: SubmitForm | None = None,
    refusal: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    person = cast(Person, request.user)
    working = working_of(post)
    plan = released.plan_of(post)
    saved = destinations.choices_for(post, post.unit)
    channels = typed_choices(request, saved)
    draft = (
        drafts.draft_typed(post, words, arrange, submit, plan=plan, channels=channels)
        if words is not None and arrange is not None
        else drafts.draft_of(post, working, plan=plan, channels=channels)
    )
    draft.sheet.recall(mending.reasons_in(request.POST.dict()), request.POST.get("do", ""), refusal)
    draft.sheet.advice = composing.advice(draft)
    refused = review.refusal_of(post) if post.state == PostState.RETURNED else None
    forms = [
        words or words_form(post, saved),
        arrange or ArrangeForm(initial=ArrangeForm.initial_of(post)),
        submit or SubmitForm(),
    ]
    return render(
        request,
        "desk/write/compose.html",
        desk_context(
            request,
            current="write",
            post=post,
            working=working,
            saves=saves_of(working),
            number=working.number,
            words=forms[0],
            arrange=forms[1],
            submit=forms[2],
            draft=draft,
            channels=channels,
            to_was=was(saved),
            sheet=draft.sheet,
            path=composing.path_steps(post, person),
            may_write=may_write,
            others=actions.still_here(post, by=person) if others is None else others,
            refused=refused,
            remarks=review.passages(refused, post) if refused else (),
            plan=plan,
            phrases=queries.templates_for(post.unit, phrases=True)[:40],
            links=post.links.select_related("target__live", "target__working", "target__unit"),
            follow_ups=post.follow_ups.select_related("unit"),
            may_promise=may(person, access.FOLLOW_UP, post.unit),
            may_plan=may(person, publishing_access.PLAN, post.unit),
            media_sentences=limits.sentences(("picture", "video", "audio")),
            problems=[form for form in forms if form.is_bound and form.errors],
        ),
        status=status,
    )


def _posted(request: HttpRequest, post: Post) -> HttpResponse:
    person = cast(Person, request.user)
    channels = destinations.choices_for(post, post.unit)
    words = words_form(post, channels, request.POST)
    arrange, submit = ArrangeForm(request.POST), SubmitForm(request.POST)
    act = request.POST.get("do", "save")
    fine = words.is_valid() & arrange.is_valid()
    try:
        save(request, post, person, words, over=act == "over")
        fine = save_arrangement(post, person, arrange) and fine
        save_choice(request, post, person, channels)
        fine = save_descriptions(request, post, person, words) and fine
        move_media(post, person, act)
    except Conflict as error:
        if error.code not in {"stale", "pen_taken"}:
            raise
        return _collision(request, post, error)
    except Invalid as refusal:
        show_refusal(words, refusal, arrange, submit)
        fine = False
    post = queries.post_for(person, post.public_id)
    if fine and act.startswith(mending.VERBS):
        return _mended(request, post, person, act)
    if fine and act == "submit":
        fine = _submit(request, post, person, words, arrange, submit)
    if not fine:
        post = queries.post_for(person, post.public_id)
        if act != "submit":
            submit = SubmitForm(initial=request.POST.dict())
        return _page(request, post, words=words, arrange=arrange, submit=submit, status=422)
    return _onward(request, post, person, act)


def _mended(request: HttpRequest, post: Post, person: Person, act: str) -> HttpResponse:
    """Do what a button beside a finding asked for; a refusal stands on the page, what was typed is saved."""
    refusal = mending.on_page(request, post, post.working, person, act)
    post = queries.post_for(person, post.public_id)
    if refusal is not None or wishes(request):
        submit = SubmitForm(initial=request.POST.dict())
        return _page(request, post, submit=submit, refusal=refusal, status=refusal.status if refusal else 200)
    return redirect(composing.page_of(post) + "#findings")


def _onward(request: HttpRequest, post: Post, person: Person, act: str) -> HttpResponse:
    """Do what a button asked for once everything is saved, and lead on."""
    if act == "keep":
        kept = actions.keep_revision(post, by=person, note=request.POST.get("version_note", ""))
        messages.success(request, _("Version %(n)s is kept.") % {"n": kept.number})
    elif act.startswith("go:") and act[3:] in PLACES:
        return redirect(PLACES[act[3:]], post.public_id)
    elif act in {"save", "over"}:
        messages.success(request, _("Saved."))
        if act == "over" and wishes(request):
            return _page(request, post, submit=SubmitForm(initial=request.POST.dict()))
    anchor = "#media" if act.startswith("media-") else ""
    return redirect(composing.page_of(post) + anchor)


def _submit(
    request: HttpRequest,
    post: Post,
    person: Person,
    words: WordsForm,
    arrange: ArrangeForm,
    submit: SubmitForm,
) -> bool:
    """Submit the text; when it is refused the forms say why."""
    if not submit.is_valid():
        return False
    lane = submit.cleaned_data["lane"] or "normal"
    try:
        publishing.send_for_review(post, by=person, lane=lane, **submit.wish())
    except Invalid as refusal:
        show_refusal(submit, refusal, words, arrange)
        return False
    actions.leave_pen(post, by=person)
    messages.success(
        request, _("Submitted. The first reviewers have been told; you will hear from them here.")
    )
    return True


def _collision(request: HttpRequest, post: Post, error: Conflict, *, may_keep: bool = True) -> HttpResponse:
    """Show both texts and how they differ; mine can be saved over theirs, or copied once it is in review."""
    person = cast(Person, request.user)
    post = queries.post_for(person, post.public_id)
    theirs = working_of(post) if may_keep else post.working or post.live
    had = WordsForm.initial_of(theirs) if theirs else {}
    sides = []
    wordings = [kind for kind in (theirs.variants if theirs else {}) if kind in request.POST]
    wordings += [kind for kind in request.POST if kind not in wordings and previews.takes_own_words(kind)]
    for name, rows in [*SIDES.items(), *((kind, 3) for kind in wordings)]:
        mine, other = flat(request.POST.get(name)), str(had.get(name) or "")
        if name in {"title", "body", "summary"} or mine != other:
            known = WordsForm.base_fields.get(name)
            sides.append(Side(str(known.label if known else name_of(name)), mine, other, name, rows))
    here = composing.page_of(post)
    return show_both(
        request,
        error,
        sides,
        sub=f"{post.unit.short_name} · {post}",
        back=here,
        keep_to=here if may_keep else "",
        saves=saves_of(theirs) if theirs else 0,
        number=theirs.number if theirs else 0,
        who=theirs.saved_by.name if theirs and theirs.saved_by else "",
        at=theirs.saved_at if theirs else None,
    )


@require_POST
@desk_page(access.WRITE)
def autosave(request: HttpRequest, public_id: str) -> JsonResponse:
    """Save what stands in the page and answer in JSON; a conflict comes back as problem+json with its code."""
    person = cast(Person, request.user)
    post = queries.post_for(person, public_id)
    channels = destinations.choices_for(post, post.unit)
    words, arrange = words_form(post, channels, request.POST), ArrangeForm(request.POST)
    words.is_valid()
    working = save(request, post, person, words, automatic=True)
    notes: list[str] = []
    arrange.is_valid()
    if not save_arrangement(post, person, arrange):
        notes = [str(sentence) for sentences in arrange.errors.values() for sentence in sentences]
    channels = save_choice(request, post, person, channels)
    return JsonResponse(
        {
            "saves": saves_of(working),
            "to_was": was(channels),
            "number": working.number,
            "at": clock.local(working.saved_at).isoformat(),
            "notes": notes,
            "others": [each.person.name for each in actions.still_here(post, by=person)],
        }
    )


@require_POST
@desk_page(access.READ)
def here(request: HttpRequest, public_id: str) -> HttpResponse:
    """Note that the page is still open and show who else has it open."""
    person = cast(Person, request.user)
    post = queries.post_for(person, public_id)
    others = actions.still_here(post, by=person)
    return render(request, "desk/write/_here.html", {"others": others, "post": post})


@require_POST
@desk_page(access.WRITE)
def pen(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take the pen, from somebody else if need be, or put it down."""
    person = cast(Person, request.user)
    post = queries.post_for(person, public_id)
    if request.POST.get("do") == "leave":
        actions.leave_pen(post, by=person)
        return HttpResponse(status=204)
    actions.take_pen(post, by=person, force=True)
    messages.success(request, _("You have the pen now. The other one sees it at their next save."))
    return redirect("desk:compose", post.public_id)


@require_POST
@desk_page(access.WRITE)
def preview(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what has been typed as each channel would show it, without saving."""
    person = cast(Person, request.user)
    post = queries.post_for(person, public_id)
    channels = destinations.choices_for(post, post.unit)
    draft = drafts.draft_typed(
        post,
        words_form(post, channels, request.POST),
        ArrangeForm(request.POST),
        SubmitForm(request.POST),
        plan=released.plan_of(post),
        channels=typed_choices(request, channels),
    )
    draft.sheet.recall(mending.reasons_in(request.POST.dict()))
    draft.sheet.advice = composing.advice(draft)
    lane = request.POST.get("lane") or "normal"
    return render(
        request,
        "desk/write/_live.html",
        {
            "draft": draft,
            "post": post,
            "sheet": draft.sheet,
            # Whoever reads along while another writes is offered nothing to press.
            "may_write": "may_write" in request.POST,
            "path": composing.path_steps(
                post, person, lane if lane in {"normal", "reply", "emergency"} else "normal"
            ),
            "is_live": True,
        },
    )
