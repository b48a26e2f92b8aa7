"""Where review and release meet: submit with a wish, decide, recall, open again, put aside. The desk calls these.

Review knows nothing of plans; so the verbs that touch both live here, each in one transaction.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from weiting import audit, notices
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, DomainError, Invalid
from weiting.posts import actions as posts
from weiting.posts.flow import CorrectionState, IssueState, PostState
from weiting.posts.models import Correction, Issue, Post
from weiting.publishing import access, times
from weiting.publishing.actions.planning import (
    APPROVED,
    OPEN,
    ZONE,
    embargo_of,
    end_plan,
    follow_approval,
    hold_for_edit,
    lay_plan,
    lock_open_plan,
)
from weiting.publishing.actions.releasing import desk_page
from weiting.publishing.flow import ReleaseState
from weiting.publishing.models import Release, Wish
from weiting.review import actions as review, queries as reviewed
from weiting.review.flow import RoundState
from weiting.review.models import Lane, Round, Step
from weiting.review.subjects import Subject, lock, subject_of, title_of, unit_of
from weiting.units.access import require

# What the editor chooses while submitting.
WHEN_APPROVED = "approved"
AT_A_TIME = "at"
LATER = "later"
CHOICES = (WHEN_APPROVED, AT_A_TIME, LATER)
AT_ONCE = 200


@action
def send_for_review(
    subject: Subject,
    *,
    by: Person,
    release: str = LATER,
    at: datetime | None = None,
    zone: str = ZONE,
    note: str = "",
    no_secrets: bool = False,
    lane: str = Lane.NORMAL,
    channel: str = "",
) -> Round:
    """Submit a text and keep when it is to go out: "approved", "at" a time, or "later" (decided by hand).

    Raises what review's submit raises, and Invalid for a time that is past or under embargo.
    """
    if release not in CHOICES or (release == AT_A_TIME and at is None):
        sentence = _("Choose when the text goes out: as soon as approved, at a time, or later.")
        raise Invalid(sentence, fields={"release": [sentence]})
    if lane == Lane.EMERGENCY:
        release, at = WHEN_APPROVED, None
        # Two officers are about to say "now": an embargo forgotten here would stop the text after their verdict.
        now = clock.now()
        times.require_future(now, not_before=embargo_of(subject), zone=zone, now=now)
    if release != LATER and lane != Lane.EMERGENCY:
        require(by, access.PLAN, unit_of(subject))
    if release == AT_A_TIME and at is not None:
        at = times.instant(at, zone)
        times.require_future(at, not_before=embargo_of(subject), zone=zone)
    lock_open_plan(subject)
    if isinstance(subject, Correction):
        round_ = review.submit_correction(subject, by=by, note=note, no_secrets=no_secrets)
    elif isinstance(subject, Issue):
        round_ = review.submit_issue(subject, by=by, note=note, no_secrets=no_secrets, channel=channel)
    else:
        round_ = review.submit_post(
            subject, by=by, note=note, no_secrets=no_secrets, lane=lane, channel=channel
        )
    wish = _wish_of(subject)
    wish.delete()
    if release != LATER:
        Wish.objects.create(**_keys(subject), at=at if release == AT_A_TIME else None, zone=zone, by=by)
        audit.record(
            "publishing.wish.set",
            by=by,
            subject=subject,
            unit=unit_of(subject),
            at=times.show(at, zone) if release == AT_A_TIME and at is not None else "",
        )
    return round_


def _keys(subject: Subject) -> dict[str, Post | Issue]:
    if isinstance(subject, Issue):
        return {"issue": subject}
    return {"post": subject.post if isinstance(subject, Correction) else subject}


def _wish_of(subject: Subject) -> QuerySet[Wish]:
    return Wish.objects.filter(**_keys(subject))


def decide(
    step: Step,
    *,
    by: Person | None = None,
    approves: bool,
    content_hash: str,
    reason: str = "",
    reason_kind: str = "",
    checked: Collection[str] = (),
    no_secrets: bool = False,
    for_person: Person | None = None,
    token: str = "",
) -> review.Outcome:
    """Give a verdict and do what follows at once: the plan goes on, the wish is fulfilled, the emergency goes out.

    With `token` the decider is the one the link was made for, and the link is used up. Raises as
    review.give_verdict does.
    """
    outcome = _decide(
        step,
        by=by,
        approves=approves,
        content_hash=content_hash,
        reason=reason,
        reason_kind=reason_kind,
        checked=checked,
        no_secrets=no_secrets,
        for_person=for_person,
        token=token,
    )
    # Raised outside the transaction: that the round is void must stand.
    if outcome.verdict is None:
        raise review.text_changed()
    return outcome


@action
def _decide(
    step: Step,
    *,
    by: Person | None,
    approves: bool,
    content_hash: str,
    reason: str,
    reason_kind: str,
    checked: Collection[str],
    no_secrets: bool,
    for_person: Person | None,
    token: str,
) -> review.Outcome:
    plan = lock_open_plan(subject_of(step.round))
    if token:
        link = review.use_link(token)
        if link.step_id != step.pk:
            raise Conflict(_("This link is for another step."), code="stale")
        by = link.person
    if by is None:
        raise AssertionError("somebody decides: a person, or the one a link was made for")
    outcome = review.judge(
        step,
        by=by,
        approves=approves,
        content_hash=content_hash,
        reason=reason,
        reason_kind=reason_kind,
        checked=checked,
        no_secrets=no_secrets,
        for_person=for_person,
        by_link=bool(token),
    )
    if outcome.verdict is not None and outcome.is_approved:
        _after_approval(outcome.round, plan)
    return outcome


def _after_approval(round_: Round, plan: Release | None) -> None:
    subject = subject_of(round_)
    wish = _wish_of(subject).select_related("by").first()
    if round_.lane == Lane.EMERGENCY:
        # Two officers have said now: no plan, no window, no embargo is meant to delay it.
        if plan is not None:
            end_plan(plan, _("Replaced by the emergency release."), by=None)
        _wish_of(subject).delete()
        _plan_or_ask(subject, by=round_.submitted_by, at=None, zone=ZONE, undo=0)
        return
    if plan is not None:
        went_on = follow_approval(plan, subject, round_)
        if wish is None:
            if not went_on and plan.state == ReleaseState.HELD:
                _ask(subject, plan.planned_by or round_.submitted_by, plan.state_reason)
            return
        # The newer choice replaces the older plan, unless a person holds that one.
        if plan.held_by_id is not None:
            _ask(subject, wish.by, plan.state_reason)
            return
        end_plan(plan, _("Replaced by the choice made while submitting again."), by=wish.by)
    if wish is not None:
        wish.delete()
        _plan_or_ask(subject, by=wish.by, at=wish.at, zone=wish.zone)


def _plan_or_ask(
    subject: Subject, *, by: Person, at: datetime | None, zone: str, undo: int | None = None
) -> None:
    """Plan as wished; where that cannot be any more (its time is past), ask the person: the verdict stands."""
    try:
        lay_plan(subject, by=by, at=at, zone=zone, undo=undo)
    except DomainError as error:
        _ask(subject, by, str(error.message))


def _ask(subject: Subject, person: Person, reason: str) -> None:
    round_ = reviewed.approved_round(subject)
    notices.tell(
        [person],
        "publishing.choose_time",
        key=f"publishing.choose_time:{round_.pk if round_ else 0}",
        url=desk_page(subject),
        title=title_of(subject),
        reason=reason,
    )


@action
def recall(round_: Round, *, by: Person | None) -> Round:
    """Take a text back out of review and forget when it was to go out; raises as review.recall_round does."""
    subject = subject_of(round_)
    plan = lock_open_plan(subject)
    done = review.recall_round(round_, by=by)
    _wish_of(subject).delete()
    if plan is not None and not plan.waits_for_approval:
        hold_for_edit(plan, by=by)
    return done


@action
def reopen(subject: Subject, *, by: Person | None) -> Subject:
    """Open an approved text for writing; its plan is held and goes on when it is approved again in time.

    Raises Conflict when it has gone out meanwhile.
    """
    plan = lock_open_plan(subject)
    opened = review.reopen(subject, by=by)
    if plan is not None:
        hold_for_edit(plan, by=by)
    return opened


@action
def discard(subject: Post | Issue, *, by: Person | None) -> Post | Issue:
    """Put a draft or an issue aside and call off the plan it still has; raises as posts.discard_post does.

    Without a person: a text that follows another one, which has changed.
    """
    plan = lock_open_plan(subject)
    if isinstance(subject, Issue):
        if by is None:
            raise AssertionError("an issue is put aside by somebody")
        posts.discard_issue(subject, by=by)
    else:
        posts.discard_post(subject, by=by)
    _wish_of(subject).delete()
    if plan is not None:
        end_plan(plan, _("The text was put aside."), by=by)
    subject.refresh_from_db()
    return subject


@action
def withdraw_wish(subject: Subject, *, by: Person) -> None:
    """Forget when a text was to go out once approved; the editor then decides by hand."""
    require(by, access.PLAN, unit_of(subject))
    if _wish_of(subject).delete()[0]:
        audit.record("publishing.wish.set", by=by, subject=subject, unit=unit_of(subject), at="later")


def fulfil_wishes() -> int:
    """Do for every text approved by another way than `decide` what decide would have done; return for how many.

    Finds texts that still have a wish, a plan held until their approval, or an emergency approval without a
    release. The sweep calls it, so that nothing approved is forgotten.
    """
    return sum(_follow(subject) for subject in _forgotten())


def _forgotten() -> list[Subject]:
    wishes = Wish.objects.filter(
        Q(post__state=PostState.APPROVED)
        | Q(issue__state=IssueState.APPROVED)
        | Q(post__corrections__state=CorrectionState.APPROVED)
    ).select_related("post__unit", "issue__unit")
    plans = Release.objects.filter(
        Q(post__state=PostState.APPROVED, correction__isnull=True)
        | Q(issue__state=IssueState.APPROVED)
        | Q(correction__state=CorrectionState.APPROVED),
        state=ReleaseState.HELD,
        waits_for_approval=True,
    ).select_related("post__unit", "issue__unit", "correction__post__unit")
    urgent = Round.objects.filter(
        lane=Lane.EMERGENCY,
        state=RoundState.APPROVED,
        after_due_at__isnull=False,
        after_done_at__isnull=True,
        post__state=PostState.APPROVED,
    ).exclude(post__in=Release.objects.filter(state__in=OPEN, post__isnull=False).values("post"))
    found: list[Subject | None] = [wish.issue or wish.post for wish in wishes.distinct()[:AT_ONCE]]
    found += [plan.correction or plan.issue or plan.post for plan in plans[:AT_ONCE]]
    found += [round_.post for round_ in urgent.select_related("post__unit")[:AT_ONCE]]
    return [subject for subject in dict.fromkeys(found) if subject is not None]


@action
def _follow(subject: Subject) -> int:
    if isinstance(subject, Post):
        correction = subject.corrections.filter(state=CorrectionState.APPROVED).first()
        subject = correction or subject
    plan = lock_open_plan(subject)
    subject = lock(subject)
    round_ = reviewed.approved_round(subject) if subject.state in APPROVED else None
    if round_ is None or (plan is not None and not plan.waits_for_approval):
        return 0
    _after_approval(round_, plan)
    return 1
