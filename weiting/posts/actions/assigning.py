"""Assignments from the centre: which units post what by when, and what each answered."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Invalid
from weiting.core.flow import perform
from weiting.notices.actions import tell
from weiting.posts import access
from weiting.posts.flow import PUBLIC, AssignmentFlow
from weiting.posts.models import Assignment, AssignmentTarget, Column, Post, Topic
from weiting.units.access import RULES, holders, require
from weiting.units.models import Unit


@action
def start_assignment(
    centre: Unit,
    *,
    by: Person,
    title: str,
    due_at: datetime,
    units: Sequence[Unit],
    brief: str = "",
    column: Column | None = None,
    topic: Topic | None = None,
) -> Assignment:
    """Ask units below the centre to post something by a time; raise Invalid for a past time or no unit."""
    require(by, access.ASSIGN, centre)
    problems: dict[str, list[str]] = {}
    if not title.strip():
        problems["title"] = [_("Say in a line what is to be posted.")]
    if due_at <= clock.now():
        problems["due_at"] = [_("This time is past. By when should it be out?")]
    open_units = [unit for unit in units if not unit.is_closed]
    if not open_units:
        problems["units"] = [_("Choose at least one unit.")]
    if problems:
        raise Invalid(_("The assignment is not complete yet."), fields=problems)
    assignment = Assignment.objects.create(
        centre=centre,
        title=title.strip()[:100],
        brief=brief.strip(),
        due_at=due_at,
        column=column,
        topic=topic,
        created_by=by,
    )
    AssignmentTarget.objects.bulk_create(
        AssignmentTarget(assignment=assignment, unit=unit) for unit in open_units
    )
    for unit in open_units:
        tell(
            holders(unit, RULES[access.TAKE_ASSIGNMENT]),
            "posts.assignment.asked",
            key=f"assignment:{assignment.pk}:{unit.pk}",
            url=f"/desk/write/assignments/{assignment.public_id}/",
            title=assignment.title,
            unit=unit.short_name,
            due_at=due_at.isoformat(),
        )
    audit.record(
        "posts.assignment.start",
        by=by,
        subject=assignment,
        unit=centre,
        due_at=due_at,
        units=[unit.slug for unit in open_units],
    )
    return assignment


@action
def accept_assignment(target: AssignmentTarget, *, by: Person) -> AssignmentTarget:
    """Take an assignment on for one's unit."""
    require(by, access.TAKE_ASSIGNMENT, target.unit)
    perform(target, AssignmentFlow.accept, changed_at=clock.now())
    audit.record("posts.assignment.accept", by=by, subject=target.assignment, unit=target.unit)
    return target


@action
def decline_assignment(target: AssignmentTarget, reason: str, *, by: Person) -> AssignmentTarget:
    """Decline an assignment with a reason that the centre reads."""
    require(by, access.TAKE_ASSIGNMENT, target.unit)
    reason = reason.strip()[:200]
    if not reason:
        sentence = _("Say why your unit cannot do this, so that the centre can ask another.")
        raise Invalid(sentence, fields={"reason": [sentence]})
    perform(target, AssignmentFlow.decline, changed_at=clock.now(), note=reason)
    audit.record(
        "posts.assignment.decline",
        by=by,
        subject=target.assignment,
        unit=target.unit,
        reason=reason,
    )
    return target


@action
def finish_assignment(target: AssignmentTarget, post: Post, *, by: Person) -> AssignmentTarget:
    """Name the public post that does what was asked."""
    require(by, access.TAKE_ASSIGNMENT, target.unit)
    if post.unit_id != target.unit_id or post.state not in PUBLIC:
        raise Invalid(_("Name a published text of this unit: that is what counts as done."))
    perform(target, AssignmentFlow.finish, changed_at=clock.now(), post=post)
    audit.record(
        "posts.assignment.finish",
        by=by,
        subject=target.assignment,
        unit=target.unit,
        post=post.public_id,
        was_late=clock.now() > target.assignment.due_at,
    )
    return target


@action
def cancel_assignment(assignment: Assignment, *, by: Person, reason: str = "") -> None:
    """Call an assignment off for every unit that has not done it yet."""
    require(by, access.ASSIGN, assignment.centre)
    waiting = assignment.targets.filter(state__in=AssignmentFlow.cancel.sources)
    for target in waiting:
        perform(target, AssignmentFlow.cancel, changed_at=clock.now(), note=reason[:200])
    audit.record(
        "posts.assignment.cancel",
        by=by,
        subject=assignment,
        unit=assignment.centre,
        reason=reason[:200],
    )
