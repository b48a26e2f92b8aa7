"""Plans: make one, move, hold, resume, call it off. A plan follows the text up to the moment it goes out.

Rows are locked in one order everywhere: the release, then the text, then its round.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid
from weiting.core.flow import perform
from weiting.posts.flow import CorrectionState, IssueState, PostState
from weiting.posts.models import Correction, Issue
from weiting.publishing import access, times
from weiting.publishing.actions.releasing import carry_out, release_tag
from weiting.publishing.flow import ReleaseFlow, ReleaseState
from weiting.publishing.models import Release, Wish
from weiting.review import queries as review
from weiting.review.models import Lane, Round
from weiting.review.subjects import Subject, lock, unit_of, version_of
from weiting.units.access import require

APPROVED = {PostState.APPROVED, CorrectionState.APPROVED, IssueState.APPROVED}
OPEN = [ReleaseState.PLANNED, ReleaseState.HELD]
ZONE = "Asia/Shanghai"


def keys_of(subject: Subject) -> dict[str, Any]:
    """Return the columns that tie a release to a text."""
    if isinstance(subject, Issue):
        return {"issue": subject}
    if isinstance(subject, Correction):
        return {"post": subject.post, "correction": subject}
    return {"post": subject, "correction": None}


def subject_of(release: Release) -> Subject:
    """Return what a release releases."""
    found = release.correction or release.issue or release.post
    if found is None:
        raise AssertionError("the table refuses a release without a subject")
    return found


def embargo_of(subject: Subject) -> datetime | None:
    """Return before when a text may not appear: an issue waits for the last of its articles."""
    if isinstance(subject, Correction):
        return None
    if isinstance(subject, Issue):
        times_ = subject.articles.filter(post__embargo_until__isnull=False).values_list(
            "post__embargo_until", flat=True
        )
        return max((at for at in times_ if at is not None), default=None)
    return subject.embargo_until


def lock_plan(release: Release) -> Release:
    """Hold a release's row until the transaction ends and return it fresh."""
    return (
        Release.objects.select_for_update(of=("self",))
        .select_related(
            "post__unit", "correction__post__unit", "issue__unit", "revision", "planned_by", "held_by"
        )
        .get(pk=release.pk)
    )


def lock_open_plan(subject: Subject) -> Release | None:
    """Hold the open plan of a text, if it has one."""
    found = Release.objects.filter(**keys_of(subject), state__in=OPEN).first()
    if found is None:
        return None
    found = lock_plan(found)
    return found if found.state in OPEN else None


@action
def plan_release(subject: Subject, *, by: Person, at: datetime | None = None, zone: str = ZONE) -> Release:
    """Plan when an approved post, correction or issue goes out; without `at` it goes after the undo window.

    Raises Invalid for a time that is past or under embargo, Conflict when the text is not approved as it
    stands or has a plan already.
    """
    require(by, access.PLAN, unit_of(subject))
    return lay_plan(subject, by=by, at=at, zone=zone)


def lay_plan(
    subject: Subject, *, by: Person | None, at: datetime | None, zone: str = ZONE, undo: int | None = None
) -> Release:
    """Make the plan after the caller has settled who may; `undo` overrides the window (0: it goes out here)."""
    subject = lock(subject)
    round_ = _require_approved(subject)
    window = times.undo_seconds() if undo is None else undo
    now = clock.now()
    due = now if at is None else times.instant(at, zone)
    times.zone_of(zone)
    times.require_future(due, not_before=embargo_of(subject), zone=zone, now=now)
    _require_articles_ready(subject)
    if at is None:
        due += timedelta(seconds=window)
    try:
        with transaction.atomic():
            release = Release.objects.create(
                **keys_of(subject),
                revision=version_of(subject),
                content_hash=round_.content_hash,
                due_at=due,
                zone=zone,
                planned_by=by,
                planned_at=now,
            )
    except IntegrityError as error:
        raise Conflict(
            _("This text has a planned release already. Move that one, or call it off first."),
            code="planned_twice",
        ) from error
    Wish.objects.filter(**_wish_keys(subject)).delete()
    audit.record(
        "publishing.release.plan",
        by=by,
        subject=subject,
        unit=unit_of(subject),
        release=release.public_id,
        due_at=times.show(due, zone),
        content_hash=release.content_hash,
    )
    if at is None and window <= 0:
        carry_out(release)
    else:
        schedule(release)
    return release


def _wish_keys(subject: Subject) -> dict[str, Any]:
    if isinstance(subject, Issue):
        return {"issue": subject}
    return {"post": subject.post if isinstance(subject, Correction) else subject}


def _require_approved(subject: Subject) -> Round:
    round_ = review.approved_round(subject) if subject.state in APPROVED else None
    if round_ is None:
        raise Conflict(
            _("Only an approved text can be released. Submit it for review first."), code="not_approved"
        )
    return round_


def _require_articles_ready(subject: Subject) -> None:
    """Raise Invalid, naming them, when articles of an issue are neither public nor approved."""
    if not isinstance(subject, Issue):
        return
    missing = [
        article.title
        for article in subject.articles.select_related("post")
        if article.post.state not in {PostState.APPROVED, PostState.PUBLISHED}
    ]
    if missing:
        raise Invalid(
            _("These articles are not approved yet, so the issue cannot go out: %(titles)s.")
            % {"titles": "；".join(missing)},
            code="articles_missing",
        )


def schedule(release: Release) -> None:
    """Lay down the job that wakes the worker at the moment a plan is due; the sweep finds it if the job is lost."""
    jobs.defer(
        "publishing.release", at=release.due_at, key=f"publishing.release:{release.pk}", release_id=release.pk
    )
    jobs.announce(release_tag(release))


@action
def move_release(release: Release, *, by: Person, at: datetime, zone: str = "") -> Release:
    """Move a plan to another time; a held one stays held.

    Raises Invalid for a time that is past or under embargo, Conflict when it is out or called off.
    """
    release = _open_plan(release, by, access.PLAN)
    subject = subject_of(release)
    zone = zone or release.zone
    due = times.instant(at, zone)
    times.require_future(due, not_before=embargo_of(subject), zone=zone)
    was = release.due_at
    Release.objects.filter(pk=release.pk, state__in=OPEN).update(due_at=due, zone=zone)
    release.due_at, release.zone = due, zone
    _record("move", release, by, was=times.show(was, zone), due_at=times.show(due, zone))
    if release.state == ReleaseState.PLANNED:
        schedule(release)
    else:
        jobs.announce(release_tag(release))
    return release


@action
def hold_release(release: Release, reason: str, *, by: Person) -> Release:
    """Stop a plan until somebody resumes it; raise Invalid without a reason, Conflict when it is out."""
    reason = _require_reason(reason)
    release = _open_plan(release, by, access.HOLD)
    if release.state == ReleaseState.PLANNED:
        perform(release, ReleaseFlow.hold, state_reason=reason, held_by=by)
    elif release.held_by_id is not None:
        raise Conflict(_("This release is held already."), code="illegal_move")
    else:
        # Held while its text is being edited: the person's hold is added, so that approval does not free it.
        Release.objects.filter(pk=release.pk).update(state_reason=reason, held_by=by)
        release.state_reason, release.held_by = reason, by
    _record("hold", release, by, reason=reason)
    jobs.announce(release_tag(release))
    return release


@action
def resume_release(release: Release, *, by: Person, at: datetime | None = None, zone: str = "") -> Release:
    """Let a held plan go on at its time, or at a new one; raise Invalid when its time is past.

    Raises Conflict while the text waits for its approval.
    """
    release = _open_plan(release, by, access.PLAN)
    if release.state != ReleaseState.HELD:
        raise Conflict(_("This release is not held."), code="illegal_move")
    subject = lock(subject_of(release))
    round_ = _require_approved(subject)
    zone = zone or release.zone
    due = times.instant(at, zone) if at is not None else release.due_at
    times.require_future(due, not_before=embargo_of(subject), zone=zone)
    _set_going(release, subject, round_, due, zone)
    _record("resume", release, by, due_at=times.show(due, zone))
    schedule(release)
    return release


def _set_going(release: Release, subject: Subject, round_: Round, due: datetime, zone: str) -> None:
    perform(
        release,
        ReleaseFlow.resume,
        due_at=due,
        zone=zone,
        state_reason="",
        held_by=None,
        waits_for_approval=False,
        revision=version_of(subject),
        content_hash=round_.content_hash,
    )


@action
def call_off_release(release: Release, reason: str, *, by: Person) -> Release:
    """Call a plan off for good; the text stays approved. Raises Invalid without a reason, Conflict when it is out."""
    reason = _require_reason(reason)
    release = _open_plan(release, by, access.HOLD)
    end_plan(release, reason, by=by)
    return release


def end_plan(release: Release, reason: str, *, by: Person | None) -> None:
    """Call a locked plan off."""
    perform(release, ReleaseFlow.call_off, state_reason=reason, waits_for_approval=False)
    _record("call_off", release, by, reason=reason)
    jobs.cancel(f"publishing.release:{release.pk}")
    jobs.announce(release_tag(release))


def hold_for_edit(release: Release, *, by: Person | None) -> None:
    """Hold a locked plan because its text was opened again; approval will free it."""
    reason = _("The text was opened again and waits for approval.")
    if release.state == ReleaseState.PLANNED:
        perform(release, ReleaseFlow.hold, state_reason=reason, waits_for_approval=True)
    else:
        Release.objects.filter(pk=release.pk).update(waits_for_approval=True)
        release.waits_for_approval = True
    _record("hold", release, by, reason=reason)
    jobs.announce(release_tag(release))


def follow_approval(release: Release, subject: Subject, round_: Round) -> bool:
    """Bind a locked plan to the newly approved version; say whether it goes on by itself.

    A plan whose time has passed meanwhile, or that a person holds, stays held.
    """
    if not release.waits_for_approval:
        return False
    embargo = embargo_of(subject)
    is_late = release.due_at < clock.now() or (embargo is not None and release.due_at < embargo)
    if release.held_by_id is None and not is_late:
        _set_going(release, subject, round_, release.due_at, release.zone)
        _record("resume", release, None, due_at=times.show(release.due_at, release.zone))
        schedule(release)
        return True
    reason = release.state_reason
    if is_late and release.held_by_id is None:
        reason = _("Approved again, but its time has passed. Choose a new time.")
    Release.objects.filter(pk=release.pk).update(
        revision=version_of(subject),
        content_hash=round_.content_hash,
        waits_for_approval=False,
        state_reason=reason,
    )
    release.refresh_from_db()
    return False


def _require_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > 200:
        sentence = _("Give the reason in 1 to 200 characters; colleagues see it beside the plan.")
        raise Invalid(sentence, code="reason_missing", fields={"reason": [sentence]})
    return reason


def _open_plan(release: Release, by: Person, verb: str) -> Release:
    """Permit, lock and check: a plan that is out or called off cannot be changed any more."""
    require(by, verb, unit_of(subject_of(release)))
    release = lock_plan(release)
    if release.state == ReleaseState.RELEASED:
        raise Conflict(
            _("It is out already. Correct or withdraw the published text instead."), code="too_late"
        )
    if release.state == ReleaseState.CALLED_OFF:
        raise Conflict(_("This plan has been called off. Plan a new release."), code="too_late")
    return release


def _record(verb: str, release: Release, by: Person | None, **facts: Any) -> None:
    subject = subject_of(release)
    audit.record(
        f"publishing.release.{verb}",
        by=by,
        subject=subject,
        unit=unit_of(subject),
        release=release.public_id,
        **facts,
    )


def is_emergency(round_: Round) -> bool:
    """Say whether a round took the emergency lane."""
    return round_.lane == Lane.EMERGENCY
