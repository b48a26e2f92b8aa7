"""The page of a text that is not being written: where it stands, and the acts it offers."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Invalid
from weiting.desk import composing, drafts
from weiting.desk.forms.compose import ReleaseForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import plan, recall
from weiting.posts import access, actions, queries
from weiting.posts.flow import CorrectionState, PostState
from weiting.posts.models import Post
from weiting.publishing import (
    access as publishing_access,
    actions as publishing,
    board,
    queries as released,
)
from weiting.review import access as reviewing, queries as review
from weiting.units.access import may, may_anywhere

GONE_OUT = frozenset({PostState.PUBLISHED, PostState.EXPIRED, PostState.WITHDRAWN})


def under_way(request: HttpRequest, post: Post, release: ReleaseForm | None = None) -> HttpResponse:
    """Show a text that is under way, out or put aside; 422 with a release form that came back."""
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
            draft=drafts.draft_of(post, shown) if shown else None,
            rounds=rounds,
            path=_path_of(rounds[0]) if rounds and post.state != PostState.DISCARDED else (),
            correction=correction,
            release=release or ReleaseForm(),
            releases=released.releases_of(post)[:5],
            links=post.links.select_related("target__live", "target__working", "target__unit"),
            follow_ups=post.follow_ups.select_related("unit", "outcome__live"),
            places=drafts.places_of(shown) if shown else (),
            went=board.rows_of(post) if post.state in GONE_OUT else (),
            may_see_way=may(person, publishing_access.SEE, post.unit),
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
    recall(post, by)


def _reopen(post: Post, *, by: Person) -> None:
    publishing.reopen(post, by=by)


def _forget_wish(post: Post, *, by: Person) -> None:
    publishing.withdraw_wish(post, by=by)


def _plan(request: HttpRequest, post: Post, person: Person) -> HttpResponse:
    made = plan(request, post, person)
    if isinstance(made, ReleaseForm):
        return under_way(request, post, made)
    warning = released.repetition_warning(post, made.due_at)
    if warning:
        messages.warning(request, warning)
    return redirect("desk:release", made.public_id)
