"""Assignments: the centre asks units to post something by a time; each accepts, declines, writes, finishes."""

from typing import cast

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Invalid, NotFound
from weiting.desk.forms.afterwards import ReasonForm
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.shelves import AssignmentForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.shelves import tabs_of
from weiting.posts import access, actions, queries
from weiting.posts.flow import PUBLIC, AssignmentState
from weiting.posts.models import Assignment, AssignmentTarget, Post
from weiting.units.access import may, may_anywhere, reach_q, units_for
from weiting.units.models import Unit


def _seen_by(person: Person) -> QuerySet[Assignment]:
    """Return the assignments of centres a person directs, and those asked of their units."""
    asked = AssignmentTarget.objects.filter(
        reach_q(person, access.TAKE_ASSIGNMENT, "unit"), assignment=OuterRef("pk")
    )
    return Assignment.objects.filter(reach_q(person, access.ASSIGN, "centre") | Q(Exists(asked)))


@require_safe
@desk_page(access.READ)
def assignments(request: HttpRequest) -> HttpResponse:
    """List what the centre asked, with how far it has come, and what is asked of my units."""
    person = cast(Person, request.user)
    given = (
        Assignment.objects.filter(reach_q(person, access.ASSIGN, "centre"))
        .select_related("centre", "column")
        .annotate(
            asked=Count("targets", filter=~Q(targets__state=AssignmentState.CANCELLED)),
            done=Count("targets", filter=Q(targets__state=AssignmentState.DONE)),
            declined=Count("targets", filter=Q(targets__state=AssignmentState.DECLINED)),
        )
        .order_by("-due_at")[:60]
    )
    return render(
        request,
        "desk/shelves/assignments.html",
        desk_context(
            request,
            current="shelves",
            tabs=tabs_of("assignments"),
            given=given,
            mine=queries.assignments_for(person).order_by("-assignment__due_at")[:60],
            now=clock.now(),
            may_assign=may_anywhere(person, access.ASSIGN),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.ASSIGN)
def new_assignment(request: HttpRequest) -> HttpResponse:
    """Ask units to post something by a time."""
    person = cast(Person, request.user)
    centres = list(units_for(person, access.ASSIGN).filter(closed_on__isnull=True).order_by("path")[:1])
    if not centres:
        raise NotFound(_("This page does not exist, or it is not for you."))
    centre = centres[0]
    units = Unit.objects.filter(path__startswith=centre.path, closed_on__isnull=True).exclude(pk=centre.pk)
    form = AssignmentForm(request.POST if request.method == "POST" else None, units=units.order_by("path"))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.start_assignment(
                centre,
                by=person,
                title=said["title"],
                brief=said["brief"],
                due_at=said["due_at"],
                units=list(said["units"]),
                column=said["column"],
                topic=said["topic"],
            )
        except Invalid as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Sent. The units have been told."))
            return redirect("desk:assignment", made.public_id)
    return render(
        request,
        "desk/shelves/form.html",
        desk_context(
            request,
            current="shelves",
            form=form,
            title=_("New assignment of %(unit)s") % {"unit": centre.short_name},
            back="/desk/write/assignments/",
            send=_("Send to the units"),
        ),
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.ASSIGN, access.TAKE_ASSIGNMENT)
def assignment(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one assignment; a unit answers it, the centre watches it or calls it off."""
    person = cast(Person, request.user)
    found = get_object_or_404(
        _seen_by(person).select_related("centre", "column", "topic"), public_id=public_id
    )
    directs = may(person, access.ASSIGN, found.centre)
    form = ReasonForm()
    if request.method == "POST":
        act = request.POST.get("do", "")
        if act in {"decline", "cancel"}:
            form = ReasonForm(request.POST)
        if not form.is_bound or form.is_valid():
            try:
                messages.success(request, _act(request, found, person, act, form))
            except Invalid as refusal:
                show_refusal(form, refusal) if form.is_bound else messages.error(
                    request, str(refusal.message)
                )
            if not form.errors:
                return redirect("desk:assignment", found.public_id)
    targets = list(found.targets.select_related("unit", "post__live").order_by("unit__path"))
    mine = [target for target in targets if may(person, access.TAKE_ASSIGNMENT, target.unit)]
    return render(
        request,
        "desk/shelves/assignment.html",
        desk_context(
            request,
            current="shelves",
            found=found,
            targets=targets if directs else mine,
            mine=[(target, _candidates(person, target)) for target in mine],
            directs=directs,
            form=form,
            done=sum(target.state == AssignmentState.DONE for target in targets),
            asked=sum(target.state != AssignmentState.CANCELLED for target in targets),
            is_running=any(
                target.state in {AssignmentState.OPEN, AssignmentState.ACCEPTED} for target in targets
            ),
            now=clock.now(),
        ),
        status=422 if form.is_bound else 200,
    )


def _candidates(person: Person, target: AssignmentTarget) -> QuerySet[Post]:
    """Return the unit's latest public texts: one of them does what was asked."""
    return queries.posts_of(person, states=list(PUBLIC), unit_id=target.unit_id)[:6]


def _act(request: HttpRequest, found: Assignment, person: Person, act: str, form: ReasonForm) -> str:
    if act == "cancel":
        actions.cancel_assignment(found, by=person, reason=form.cleaned_data["reason"])
        return _("Called off for every unit that had not done it yet.")
    pk = request.POST.get("target", "")
    target = (
        found.targets.select_related("unit", "assignment").filter(pk=int(pk) if pk.isdigit() else 0).first()
    )
    if target is None or not may(person, access.TAKE_ASSIGNMENT, target.unit):
        raise NotFound(_("This assignment is not your unit's."))
    if act == "accept":
        actions.accept_assignment(target, by=person)
        return _("Accepted.")
    if act == "decline":
        actions.decline_assignment(target, form.cleaned_data["reason"], by=person)
        return _("Declined. The centre reads your reason.")
    if act == "finish":
        post = queries.post_for(person, request.POST.get("post", ""))
        actions.finish_assignment(target, post, by=person)
        return _("Done.")
    raise Invalid(_("This page does not know that act. Reload it and try again."))
