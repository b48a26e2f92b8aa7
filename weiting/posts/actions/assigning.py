"""Assignments from the centre: which units post what by when, and what each answered."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from weiting import audit, notices
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid
from weiting.core.flow import perform
from weiting.posts import access, content
from weiting.posts.flow import AssignmentFlow, PostState
from weiting.posts.models import Assignment, AssignmentTarget, Column, Post, Topic
from weiting.units.access import RULES, holders, require
from weiting.units.models import Unit

TITLE_MOST = 100
BRIEF_MOST = 2_000


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
    """Ask the centre's own unit or units below it to post something by a time, and tell their editors.

    Raises Invalid for a past time, a closed column, no unit, or a unit that is closed or not below the centre.
    """
    require(by, access.ASSIGN, centre)
    title, brief = content.clean(title, is_line=True), content.clean(brief).strip()
    asked = list({unit.pk: unit for unit in units}.values())
    problems = _unfit_words(title, brief)
    if due_at <= clock.now():
        problems["due_at"] = [_("This time is past. By when should it be out?")]
    if sentence := unfit_units(asked, centre):
        problems["units"] = [sentence]
    if column is not None and column.closed_on:
        problems["column"] = [_("This column has been closed. Choose another.")]
    if problems:
        raise Invalid(_("The assignment is not complete yet."), fields=problems)
    assignment = Assignment.objects.create(
        centre=centre,
        title=title,
        brief=brief,
        due_at=due_at,
        column=column,
        topic=topic,
        created_by=by,
    )
    AssignmentTarget.objects.bulk_create(AssignmentTarget(assignment=assignment, unit=unit) for unit in asked)
    for unit in asked:
        tell_takers(assignment, unit, "posts.assignment.asked")
    audit.record(
        "posts.assignment.start",
        by=by,
        subject=assignment,
        unit=centre,
        due_at=due_at,
        units=[unit.slug for unit in asked],
    )
    return assignment


def _unfit_words(title: str, brief: str) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    if not title:
        problems["title"] = [_("Say in a line what is to be posted.")]
    elif len(title) > TITLE_MOST:
        problems["title"] = [_("At most %(n)s characters.") % {"n": TITLE_MOST}]
    if len(brief) > BRIEF_MOST:
        problems["brief"] = [_("At most %(n)s characters.") % {"n": BRIEF_MOST}]
    return problems


def unfit_units(units: Sequence[Unit], centre: Unit) -> str:
    """Say why these units cannot be asked by a centre, or nothing."""
    if not units:
        return _("Choose at least one unit.")
    for unit in units:
        if unit.is_closed:
            return _("%(unit)s has been closed. Ask its successor.") % {"unit": unit.short_name}
        if not unit.path.startswith(centre.path):
            return _("%(unit)s is not below %(centre)s. Ask the centre it belongs to.") % {
                "unit": unit.short_name,
                "centre": centre.short_name,
            }
    return ""


def tell_takers(assignment: Assignment, unit: Unit, kind: str) -> None:
    """Tell those who may take an assignment on for a unit; each hears of it once per kind."""
    notices.tell(
        holders(unit, RULES[access.TAKE_ASSIGNMENT]),
        kind,
        key=f"{kind}:{assignment.pk}:{unit.pk}",
        url=_page(assignment),
        title=assignment.title,
        unit=unit.short_name,
        due_at=assignment.due_at,
    )


def _page(assignment: Assignment) -> str:
    return f"/desk/write/assignments/{assignment.public_id}/"


@action
def accept_assignment(target: AssignmentTarget, *, by: Person) -> AssignmentTarget:
    """Take an assignment on for one's unit; raise Conflict when it has been answered or called off."""
    require(by, access.TAKE_ASSIGNMENT, target.unit)
    perform(target, AssignmentFlow.accept, changed_at=clock.now())
    audit.record("posts.assignment.accept", by=by, subject=target.assignment, unit=target.unit)
    return target


@action
def decline_assignment(target: AssignmentTarget, reason: str, *, by: Person) -> AssignmentTarget:
    """Decline an assignment with a reason, and tell whoever asked; raise Invalid without one."""
    require(by, access.TAKE_ASSIGNMENT, target.unit)
    reason = content.clean(reason, is_line=True)
    if not reason or len(reason) > 200:
        sentence = _("Say in 1 to 200 characters why your unit cannot, so that the centre can ask another.")
        raise Invalid(sentence, fields={"reason": [sentence]})
    perform(target, AssignmentFlow.decline, changed_at=clock.now(), note=reason)
    asker = target.assignment.created_by
    if asker is not None:
        notices.tell(
            [asker],
            "posts.assignment.declined",
            key=f"posts.assignment.declined:{target.pk}",
            url=_page(target.assignment),
            title=target.assignment.title,
            unit=target.unit.short_name,
            reason=reason,
        )
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
    """Name the public post that does what was asked; raise Invalid for one that is not public or not the unit's."""
    require(by, access.TAKE_ASSIGNMENT, target.unit)
    post.refresh_from_db(fields=["state"])
    if post.unit_id != target.unit_id or post.state not in {PostState.PUBLISHED, PostState.EXPIRED}:
        raise Invalid(_("Name a published text of this unit: that is what counts as done."))
    _finish(target, post, by)
    return target


def finish_by(post: Post) -> None:
    """Finish the assignments a text was started for: it has just become public."""
    # Held: a unit that answers by hand at this moment must not stop the release.
    targets = AssignmentTarget.objects.select_for_update(of=("self",), no_key=True)
    waiting = targets.filter(post=post, state__in=AssignmentFlow.finish.sources).order_by("pk")
    for target in waiting.select_related("unit", "assignment"):
        _finish(target, post, None)


def _finish(target: AssignmentTarget, post: Post, by: Person | None) -> None:
    perform(target, AssignmentFlow.finish, changed_at=clock.now(), post=post)
    audit.record(
        "posts.assignment.finish",
        by=by,
        subject=target.assignment,
        unit=target.unit,
        post=post.public_id,
        was_late=clock.now() > target.assignment.due_at,
    )


@action
def cancel_assignment(assignment: Assignment, *, by: Person, reason: str = "") -> None:
    """Call an assignment off for every unit that has not done it yet, and tell them.

    Raises Conflict when none is left that could be called off.
    """
    require(by, access.ASSIGN, assignment.centre)
    reason = content.clean(reason, is_line=True)[:200]
    # Held, so that a unit that finishes at this moment is either before or after, never an error for the centre.
    targets = assignment.targets.select_for_update(of=("self",), no_key=True).select_related("unit")
    waiting = list(targets.filter(state__in=AssignmentFlow.cancel.sources).order_by("pk"))
    if not waiting:
        raise Conflict(_("Every unit has answered already: there is nothing left to call off."))
    for target in waiting:
        perform(target, AssignmentFlow.cancel, changed_at=clock.now(), note=reason)
        tell_takers(assignment, target.unit, "posts.assignment.cancelled")
    audit.record(
        "posts.assignment.cancel",
        by=by,
        subject=assignment,
        unit=assignment.centre,
        reason=reason,
        units=[target.unit.slug for target in waiting],
    )
