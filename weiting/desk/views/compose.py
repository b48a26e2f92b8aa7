"""The composer: write, save by itself, preview, arrange, submit; and what the page of a text under way offers."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid
from weiting.desk import composing
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.compose import ArrangeForm, ReleaseForm, SubmitForm, WordsForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.media import limits
from weiting.posts import access, actions, queries
from weiting.posts.flow import CorrectionState, PostState
from weiting.posts.models import Post, Revision
from weiting.publishing import access as publishing_access, actions as publishing, queries as released
from weiting.review import access as reviewing, queries as review
from weiting.text.diff import diff
from weiting.units.access import may, may_anywhere

# Where a button leads after the words have been saved.
PLACES = {
    "media": "desk:media",
    "pairs": "desk:pairs",
    "promises": "desk:promises",
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
            raise Conflict(
                _("This text cannot be written in now: it is in review, approved or out. Look at its page."),
                code="not_writable",
            )
        return _under_way(request, post)
    if request.method == "POST":
        return _posted(request, post)
    return _page(request, post, may_write=_take_pen_if_free(post, person))


def _take_pen_if_free(post: Post, person: Person) -> bool:
    try:
        actions.take_pen(post, by=person)
    except Conflict:
        actions.still_here(post, by=person)
        return False
    return True


def _working(post: Post) -> Revision:
    if post.working is None:
        raise Conflict(_("This text has no version to write in."), code="not_writable")
    return post.working


def saves_of(working: Revision) -> int:
    """Return what the next save must name: a sealed version is copied first, and the count goes on from the newest."""
    if working.sealed_at is None:
        return working.saves
    newest = (
        Revision.objects.filter(post_id=working.post_id).order_by("-number").values_list("saves", flat=True)
    )
    return max(newest.first() or 0, working.saves)


def _page(
    request: HttpRequest,
    post: Post,
    *,
    may_write: bool = True,
    words: WordsForm | None = None,
    arrange: ArrangeForm | None = None,
    submit: SubmitForm | None = None,
    status: int = 200,
) -> HttpResponse:
    person = cast(Person, request.user)
    working = _working(post)
    draft = (
        composing.draft_typed(post, words, arrange)
        if words is not None and arrange is not None
        else composing.draft_of(post, working)
    )
    rounds = list(review.rounds_of(post)[:3])
    refused = (
        next((r for r in rounds if r.state == "returned"), None) if post.state == PostState.RETURNED else None
    )
    forms = [
        words or WordsForm(initial=WordsForm.initial_of(working)),
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
            findings=composing.findings(draft),
            path=composing.path_steps(post, person),
            may_write=may_write,
            others=actions.still_here(post, by=person),
            refused=refused,
            remarks=review.passages(refused, post) if refused else (),
            plan=released.plan_of(post),
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
    words, arrange, submit = WordsForm(request.POST), ArrangeForm(request.POST), SubmitForm(request.POST)
    act = request.POST.get("do", "save")
    fine = words.is_valid() & arrange.is_valid()
    try:
        save(request, post, person, words, over=act == "over")
        fine = _save_arrangement(post, person, arrange) and fine
        fine = _save_descriptions(request, post, person, words) and fine
        _move_media(post, person, act)
    except Conflict as error:
        if error.code not in {"stale", "pen_taken"}:
            raise
        return _collision(request, post, words, error)
    except Invalid as refusal:
        show_refusal(words, refusal, arrange, submit)
        fine = False
    post = queries.post_for(person, post.public_id)
    if fine and act == "submit":
        fine = _submit(request, post, person, words, arrange, submit)
    if not fine:
        post = queries.post_for(person, post.public_id)
        if act != "submit":
            submit = SubmitForm(initial=request.POST.dict())
        return _page(request, post, words=words, arrange=arrange, submit=submit, status=422)
    return _onward(request, post, person, act)


def _onward(request: HttpRequest, post: Post, person: Person, act: str) -> HttpResponse:
    """Do what a button asked for once everything is saved, and lead on."""
    if act == "keep":
        kept = actions.keep_revision(post, by=person, note=request.POST.get("version_note", ""))
        messages.success(request, _("Version %(n)s is kept.") % {"n": kept.number})
    elif act.startswith("go:") and act[3:] in PLACES:
        return redirect(PLACES[act[3:]], post.public_id)
    elif act in {"save", "over"}:
        messages.success(request, _("Saved."))
    anchor = "#media" if act.startswith("media-") else ""
    return redirect(composing.page_of(post) + anchor)


def save(
    request: HttpRequest,
    post: Post,
    person: Person,
    words: WordsForm,
    *,
    over: bool = False,
    automatic: bool = False,
) -> Revision:
    """Save what was typed; with `over`, keep the other's version first, so that nothing is lost.

    Raises Conflict as posts.actions.save_working does, also when the page was made from an older version.
    """
    words.is_valid()
    actions.take_pen(post, by=person, force=over)
    said = request.POST.get("saves", "")
    saves = int(said) if said.isdigit() and len(said) < 10 else -1
    if over:
        actions.keep_revision(
            post, by=person, note=_("as it was before %(who)s saved over it") % {"who": person.name}
        )
        post.refresh_from_db()
        saves = saves_of(_working(post))
    return actions.save_working(post, by=person, saves=saves, is_automatic=automatic, **words.words())


def _save_arrangement(post: Post, person: Person, arrange: ArrangeForm) -> bool:
    """Set what was arranged where it differs; a refusal stands at its field and the words stay saved."""
    said = arrange.arranged()
    had = ArrangeForm.initial_of(post)
    had["topics"] = set(had["topics"])
    changed = {
        name: value
        for name, value in said.items()
        if ({t.pk for t in value} if name == "topics" else value) != had[name]
    }
    if not changed:
        return True
    try:
        actions.arrange_post(post, by=person, **changed)
    except Invalid as refusal:
        show_refusal(arrange, refusal)
        return False
    return True


def _save_descriptions(request: HttpRequest, post: Post, person: Person, words: WordsForm) -> bool:
    """Save how the pictures are described; an empty description is said above the form."""
    post = queries.post_for(person, post.public_id)
    for place in composing.places_of(_working(post)):
        # Asked by its asset: saving may have made a new version with places of its own.
        key = place.asset.public_id
        alt = request.POST.get(f"alt-{key}")
        caption = request.POST.get(f"caption-{key}", "")
        if alt is None or (alt.strip() == place.alt and caption.strip() == place.caption):
            continue
        try:
            actions.describe(post, place.pk, by=person, alt=alt, caption=caption)
        except Invalid as refusal:
            words.add_error(None, str(refusal.message))
            return False
    return True


def _move_media(post: Post, person: Person, act: str) -> None:
    """Put a picture one place up or down, or take it out."""
    verb, _dash, key = act.removeprefix("media-").partition(":")
    if not act.startswith("media-") or verb not in {"up", "down", "out"}:
        return
    post = queries.post_for(person, post.public_id)
    places = composing.places_of(_working(post))
    at = next((n for n, place in enumerate(places) if place.asset.public_id == key), None)
    if at is None:
        return
    if verb == "out":
        actions.detach(post, places[at].pk, by=person)
        return
    to = at + (-1 if verb == "up" else 1)
    if 0 <= to < len(places):
        places[at], places[to] = places[to], places[at]
        actions.reorder(post, [place.pk for place in places], by=person)


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


def _collision(request: HttpRequest, post: Post, words: WordsForm, error: Conflict) -> HttpResponse:
    """Show both texts and how they differ; what was typed stays in the form, ready to be saved over."""
    person = cast(Person, request.user)
    post = queries.post_for(person, post.public_id)
    theirs = _working(post)
    mine = words.words() if words.is_valid() or words.cleaned_data else {}
    changes = {
        str(words.fields[name].label): diff(
            getattr(theirs, name), (mine.get(name) or "").replace("\r\n", "\n")
        )
        for name in ("title", "summary", "body")
        if getattr(theirs, name) != (mine.get(name) or "").replace("\r\n", "\n")
    }
    # Everything that was typed goes along, whatever is chosen.
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in {"csrfmiddlewaretoken", "do", "saves", "number"}
    ]
    return render(
        request,
        "desk/write/collision.html",
        desk_context(
            request,
            current="write",
            post=post,
            theirs=theirs,
            changes=changes,
            typed=typed,
            mine=mine,
            error=error,
            saves=saves_of(theirs),
            number=theirs.number,
            others=actions.still_here(post, by=person),
        ),
        status=409,
    )


@require_POST
@desk_page(access.WRITE)
def autosave(request: HttpRequest, public_id: str) -> JsonResponse:
    """Save what stands in the page and answer in JSON; a conflict comes back as problem+json with its code."""
    person = cast(Person, request.user)
    post = queries.post_for(person, public_id)
    words, arrange = WordsForm(request.POST), ArrangeForm(request.POST)
    words.is_valid()
    working = save(request, post, person, words, automatic=True)
    notes: list[str] = []
    arrange.is_valid()
    if not _save_arrangement(post, person, arrange):
        notes = [str(sentence) for sentences in arrange.errors.values() for sentence in sentences]
    return JsonResponse(
        {
            "saves": saves_of(working),
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
    draft = composing.draft_typed(post, WordsForm(request.POST), ArrangeForm(request.POST))
    lane = request.POST.get("lane") or "normal"
    return render(
        request,
        "desk/write/_live.html",
        {
            "draft": draft,
            "post": post,
            "findings": composing.findings(draft),
            "path": composing.path_steps(
                post, person, lane if lane in {"normal", "reply", "emergency"} else "normal"
            ),
            "is_live": True,
        },
    )


# --- the page of a text that is not being written -----------------------------------------------------------


def _under_way(request: HttpRequest, post: Post, release: ReleaseForm | None = None) -> HttpResponse:
    person = cast(Person, request.user)
    shown = post.live if post.state == PostState.PUBLISHED and post.live else post.working or post.live
    correction = post.corrections.exclude(
        state__in=[CorrectionState.PUBLISHED, CorrectionState.DROPPED]
    ).first()
    rounds = list(review.rounds_of(post)[:5])
    return render(
        request,
        "desk/write/text.html",
        desk_context(
            request,
            current="write",
            post=post,
            shown=shown,
            draft=composing.draft_of(post, shown) if shown else None,
            rounds=rounds,
            path=_path_of(rounds[0]) if rounds and post.state != PostState.DISCARDED else (),
            correction=correction,
            release=release or ReleaseForm(),
            releases=released.releases_of(post)[:5],
            links=post.links.select_related("target__live", "target__working", "target__unit"),
            follow_ups=post.follow_ups.select_related("unit", "outcome__live"),
            places=composing.places_of(shown) if shown else (),
            **composing.plan_or_wish(post),
            may_recall=may(person, reviewing.SUBMIT, post.unit),
            may_plan=may(person, publishing_access.PLAN, post.unit),
            may_write=may(person, access.WRITE, post.unit),
            may_correct=may(person, access.CORRECT, post.unit),
            may_withdraw=may(person, publishing_access.WITHDRAW, post.unit),
            may_promise=may(person, access.FOLLOW_UP, post.unit),
            may_file=may_anywhere(person, access.TOPICS),
            topics=[place.topic for place in post.topic_places.select_related("topic")],
        ),
        status=422 if release is not None else 200,
    )


def _path_of(round_: Any) -> list[dict[str, str]]:
    """Return a round's steps for the drawing: what is done, where it stands, what comes."""
    now = clock.now()
    found = []
    for step in round_.steps.all():
        is_late = step.state == "open" and step.due_at is not None and step.due_at < now
        state = {"passed": "done", "approved": "done", "open": "late" if is_late else "now"}.get(
            step.state, ""
        )
        said = [each.person.name for each in step.verdicts.all()]
        found.append({"label": step.name, "state": state, "note": "、".join(said)})
    return found


@require_POST
@desk_page(access.READ)
def act(request: HttpRequest, public_id: str) -> HttpResponse:
    """Do one of the acts a text's page offers: take back, open again, plan, put aside, restore."""
    person = cast(Person, request.user)
    post = queries.post_for(person, public_id)
    verb = request.POST.get("do", "")
    if verb == "plan":
        return _plan(request, post, person)
    acts = {
        "recall": (_recall, _("Taken back. You can write again.")),
        "reopen": (_reopen, _("Open again. Its approval is void; a planned release waits for the next one.")),
        "discard": (publishing.discard, _("Put aside. It is kept; you find it under “Put aside”.")),
        "restore": (actions.restore_post, _("Taken back into work.")),
        "forget-wish": (_forget_wish, _("You decide by hand when it goes out.")),
    }
    if verb not in acts:
        raise Invalid(_("This page does not know that act. Reload it and try again."))
    done, sentence = acts[verb]
    done(post, by=person)
    messages.success(request, sentence)
    if verb == "discard":
        return redirect("desk:write")
    return redirect("desk:compose", post.public_id)


def _recall(post: Post, *, by: Person) -> None:
    round_ = review.open_round(post)
    if round_ is None:
        raise Conflict(
            _("The review has ended already; there is nothing to take back. Look at the verdict first.")
        )
    publishing.recall(round_, by=by)


def _reopen(post: Post, *, by: Person) -> None:
    publishing.reopen(post, by=by)


def _forget_wish(post: Post, *, by: Person) -> None:
    publishing.withdraw_wish(post, by=by)


def _plan(request: HttpRequest, post: Post, person: Person) -> HttpResponse:
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return _under_way(request, post, form)
    try:
        release = publishing.plan_release(post, by=person, at=form.moment(), zone=form.cleaned_data["zone"])
    except Invalid as refusal:
        show_refusal(form, refusal)
        return _under_way(request, post, form)
    warning = released.repetition_warning(post, release.due_at)
    if warning:
        messages.warning(request, warning)
    messages.success(request, _("Planned. Until it is out you can move it, hold it or call it off."))
    return redirect("desk:release", release.public_id)
