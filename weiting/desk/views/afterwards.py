"""What belongs to a text besides its words: pairs and promises; and once it is out: withdraw it, file it."""

from typing import Any, cast

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from weiting.accounts.models import Person
from weiting.core.errors import Invalid, NotFound
from weiting.desk.forms.afterwards import (
    FileForm,
    PromiseForm,
    ReasonForm,
)
from weiting.desk.forms.base import show_refusal
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import status_of
from weiting.posts import access, actions, queries
from weiting.posts.flow import PUBLIC, FollowUpState, PostState
from weiting.posts.models import FollowUp, LinkKind, Post, PostLink
from weiting.publishing import access as publishing_access, actions as publishing
from weiting.units.access import may, may_anywhere, reach_q
from weiting.units.models import Unit


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.WRITE)
def pairs(request: HttpRequest, public_id: str) -> HttpResponse:
    """Find the text this one explains, answers, pictures or continues, and pair them; undo a pair."""
    person = cast(Person, request.user)
    post = queries.post_for(person, public_id)
    if request.method == "POST":
        if wanted := request.POST.get("undo", ""):
            link = get_object_or_404(PostLink, pk=int(wanted) if wanted.isdigit() else 0, post=post)
            actions.unlink_posts(link, by=person)
            messages.success(request, _("The pair is undone."))
        else:
            actions.link_posts(post, _target(request, person), request.POST.get("kind", ""), by=person)
            messages.success(request, _("Paired. Both pages show it once they are public."))
        return redirect("desk:pairs", post.public_id)
    q = request.GET.get("q", "").strip().replace("\x00", "")[:60]
    return render(
        request,
        "desk/write/pairs.html",
        desk_context(
            request,
            current="write",
            post=post,
            q=q,
            found=_candidates(person, post, q),
            links=post.links.select_related("target__live", "target__working", "target__unit"),
            linked_from=post.linked_from.select_related("post__live", "post__working", "post__unit"),
            kinds=LinkKind.choices,
        ),
    )


def _candidates(person: Person, post: Post, q: str) -> list[Post]:
    """Find by title or number: everybody's public texts, and one's own units' others."""
    if not q:
        return list(queries.posts_of(person, unit_id=post.unit_id).exclude(pk=post.pk)[:8])
    titled = Q(live__title__icontains=q) | Q(working__title__icontains=q) | Q(public_id=q)
    mine = reach_q(person, access.READ, "unit")
    rows = Post.objects.filter(titled).filter(Q(state__in=PUBLIC) | mine).exclude(pk=post.pk)
    return list(rows.select_related("unit", "live", "working").order_by("-changed_at")[:20])


def _target(request: HttpRequest, person: Person) -> Post:
    rows = Post.objects.filter(Q(state__in=PUBLIC) | reach_q(person, access.READ, "unit"))
    found = (
        rows.select_related("unit", "live", "working")
        .filter(public_id=request.POST.get("target", ""))
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such text to pair with."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.FOLLOW_UP)
def promises(request: HttpRequest, public_id: str) -> HttpResponse:
    """Promise a report on a text, and see what has been promised."""
    person = cast(Person, request.user)
    post = queries.post_for(person, public_id)
    units = Unit.objects.filter(closed_on__isnull=True, pk__in=_near(post.unit))
    form = PromiseForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.promise_follow_up(
                post, by=person, promise=said["promise"], due_at=said["due_at"], unit=said["unit"]
            )
        except Invalid as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request,
                _("Promised. Whoever reports is reminded before the day.")
                if made.state == FollowUpState.OPEN
                else _("A second person has to agree before it stands in public; they have been told."),
            )
            return redirect("desk:compose", post.public_id)
    return render(
        request,
        "desk/write/promises.html",
        desk_context(
            request,
            current="write",
            post=post,
            form=form,
            follow_ups=post.follow_ups.select_related("unit", "outcome"),
        ),
        status=422 if form.is_bound else 200,
    )


def _near(unit: Unit) -> list[int]:
    """List the units a promise may be handed to: those above and below."""
    return [
        *unit.ancestor_ids,
        *Unit.objects.filter(path__startswith=unit.path).values_list("pk", flat=True)[:200],
    ]


def _promise_for(person: Person, pk: int) -> FollowUp:
    """Return a promise this person owes, made or may confirm; raise NotFound otherwise."""
    rows = FollowUp.objects.filter(
        reach_q(person, access.FOLLOW_UP, "unit")
        | reach_q(person, access.FOLLOW_UP, "post__unit")
        | reach_q(person, access.CONFIRM, "post__unit"),
        pk=pk,
    )
    found = rows.select_related("unit", "post__live", "post__working", "post__unit").first()
    if found is None:
        raise NotFound(_("This promise does not exist, or it is not for you."))
    return found


def _what_may(person: Person, found: FollowUp) -> dict[str, Any]:
    """Say what a person may do with a promise as it stands."""
    owes = any(may(person, access.FOLLOW_UP, unit) for unit in (found.unit, found.post.unit))
    reads = may(person, access.CONFIRM, found.post.unit)
    is_own = found.made_by_id == person.pk
    return {
        "is_open": found.state == FollowUpState.OPEN and owes,
        "is_proposed": found.state == FollowUpState.PROPOSED,
        "may_confirm": reads and not is_own,
        "may_drop": reads or is_own,
    }


def _settle(request: HttpRequest, found: FollowUp) -> HttpResponse:
    """Let a promise added later stand in public, or do not take it up."""
    person = cast(Person, request.user)
    confirms = request.POST["do"] == "confirm"
    (actions.confirm_follow_up if confirms else actions.drop_follow_up)(found, by=person)
    messages.success(request, _("It stands in public now.") if confirms else _("Nobody will see it."))
    return redirect("desk:promise", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.FOLLOW_UP, access.CONFIRM)
def promise(request: HttpRequest, pk: int) -> HttpResponse:
    """End a promise: with the public text that keeps it, or with a reason the public reads; or confirm a later one."""
    person = cast(Person, request.user)
    found = _promise_for(person, pk)
    form = ReasonForm()
    if request.method == "POST":
        if request.POST.get("do") in {"confirm", "drop"}:
            return _settle(request, found)
        if request.POST.get("do") == "keep":
            outcome = Post.objects.filter(public_id=request.POST.get("outcome", ""), state__in=PUBLIC).first()
            if outcome is None:
                raise NotFound(_("There is no such public text."))
            actions.keep_follow_up(found, outcome, by=person)
            messages.success(request, _("Kept. Both pages show it."))
            return redirect("desk:compose", found.post.public_id)
        form = ReasonForm(request.POST)
        if form.is_valid():
            try:
                actions.excuse_follow_up(found, form.cleaned_data["reason"], by=person)
            except Invalid as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, _("Closed. The reason stands with the promise."))
                return redirect("desk:compose", found.post.public_id)
    q = request.GET.get("q", "").strip().replace("\x00", "")[:60]
    public = queries.posts_of(person, states=[PostState.PUBLISHED], unit_id=None if q else found.unit_id, q=q)
    return render(
        request,
        "desk/write/promise.html",
        desk_context(
            request, current="write", found=found, form=form, q=q, candidates=public.exclude(pk=found.post_id)[:12],
            **_what_may(person, found),
        ),
        status=422 if form.is_bound else 200,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(publishing_access.WITHDRAW)
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask once, in words, then take a public text out of every list; its address stays and says why."""
    person = cast(Person, request.user)
    post = queries.post_for(person, public_id)
    if not may(person, publishing_access.WITHDRAW, post.unit):
        raise NotFound(_("This page does not exist, or it is not for you."))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            publishing.withdraw_post(post, form.cleaned_data["reason"], by=person)
        except Invalid as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Withdrawn. Its address stays and shows your reason."))
            return redirect("desk:compose", post.public_id)
    return render(
        request,
        "desk/write/withdraw.html",
        desk_context(request, current="write", post=post, form=form),
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.TOPICS)
def file(request: HttpRequest, public_id: str) -> HttpResponse:
    """File a public text under topics: its words stay as approved."""
    person = cast(Person, request.user)
    post = queries.post_for(person, public_id)
    if not may_anywhere(person, access.TOPICS):
        raise NotFound(_("This page does not exist, or it is not for you."))
    form = FileForm(
        request.POST if request.method == "POST" else None,
        initial={"topics": list(post.topic_places.values_list("topic_id", flat=True))},
    )
    if request.method == "POST" and form.is_valid():
        actions.file_under(post, list(form.cleaned_data["topics"]), by=person)
        messages.success(request, _("Filed."))
        return redirect("desk:compose", post.public_id)
    return render(
        request,
        "desk/write/file.html",
        desk_context(request, current="write", post=post, form=form),
        status=status_of(form),
    )
