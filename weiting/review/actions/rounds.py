"""The life of a round: call the next turn, recall it, open an approved text again, void what is not what was read."""

from django.utils.translation import gettext as _

from weiting import audit, notices
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict
from weiting.core.flow import perform
from weiting.review import access, paths, queries, standing, subjects
from weiting.review.flow import RoundFlow, RoundState, StepFlow, StepState
from weiting.review.models import Lane, Round, Step
from weiting.review.subjects import Subject
from weiting.units import queries as units
from weiting.units.access import permit


def open_turn(round_: Round) -> list[Step]:
    """Open every step of the next turn and call those who may decide; an empty list means no turn is left."""
    waiting = list(round_.steps.filter(state=StepState.WAITING).select_related("from_unit", "at_unit"))
    if not waiting:
        return []
    turn = min(step.turn for step in waiting)
    opened = [step for step in waiting if step.turn == turn]
    now, calendar = clock.now(), units.calendar()
    for step in opened:
        step.round = round_
        perform(
            step,
            StepFlow.open,
            opened_at=now,
            due_at=paths.due_at(round_.lane, now, step.minutes, calendar),
            remind_at=paths.remind_at(round_.lane, now, step.minutes, 0, calendar),
        )
    call_deciders(opened)
    return opened


def call_deciders(steps: list[Step]) -> None:
    """Raise steps whose role has become vacant, then tell whoever may decide them; nobody is told twice."""
    for step in steps:
        rise(step)
        round_ = step.round
        people = Person.objects.filter(pk__in=standing.deciders(step))
        notices.tell(
            people,
            "review.step_open",
            key=f"review.step:{step.pk}:open",
            url=subjects.page_of(round_),
            urgent=round_.lane == Lane.EMERGENCY,
            title=subjects.title_of(subjects.subject_of(round_)),
            unit=round_.unit.short_name,
            step=step.name,
            due_at=step.due_at.isoformat() if step.due_at else "",
        )


def rise(step: Step) -> bool:
    """Let a step ask one unit higher until enough people hold its role; say whether it rose."""
    barred = standing.barred(step.round)
    release_hand(step)
    needed = step.quorum - step.verdicts.filter(approves=True).count()
    line = standing.climb(step.from_unit)
    reached = len(standing.line_of(step))
    start = reached
    while reached < len(line) and len(standing.holders_between(step.role, line[:reached]) - barred) < needed:
        reached += 1
    if reached == start:
        return False
    # A step nobody higher can take either stays where it was; the sweep tells the administrators.
    if len(standing.holders_between(step.role, line[:reached]) - barred) == 0:
        return False
    step.at_unit = line[reached - 1]
    step.save(update_fields=["at_unit"])
    return True


def release_hand(step: Step) -> bool:
    """Give a step back to all who hold its role when whom it was handed to cannot decide it; say whether it was."""
    if step.handed_to_id is None or standing.has_named(step):
        return False
    was, step.handed_to_id = step.handed_to_id, None
    step.save(update_fields=["handed_to"])
    round_ = step.round
    audit.record(
        "review.step.unhand", subject=subjects.subject_of(round_), unit=round_.unit, round=round_.public_id,
        step=step.name, was=was,
    )  # fmt: skip
    return True


def close_others(round_: Round) -> None:
    """Close every step that no longer needs a verdict."""
    for step in round_.steps.filter(state__in=[StepState.WAITING, StepState.OPEN]):
        perform(step, StepFlow.skip, closed_at=clock.now(), remind_at=None)


def lock_round(round_: Round) -> Round:
    """Hold the subject's row and then the round's until the transaction ends, and return the round fresh."""
    subjects.lock(subjects.subject_of(round_))
    return (
        Round.objects.select_for_update(of=("self",))
        .select_related(
            "post__unit",
            "post__working",
            "revision",
            "correction__post__unit",
            "correction__after",
            "correction__before",
            "issue__unit",
            "issue__cover",
            "unit",
            "submitted_by",
        )
        .get(pk=round_.pk)
    )


@action
def recall_round(round_: Round, *, by: Person | None) -> Round:
    """Take a text back out of review into the drafts; raise Conflict when the reviewers were faster."""
    permit(by, access.SUBMIT, round_.unit)
    round_ = lock_round(round_)
    if round_.state != RoundState.OPEN:
        raise Conflict(
            _("The review has ended already; there is nothing to take back. Look at the verdict first."),
            code="round_closed",
        )
    perform(round_, RoundFlow.recall, closed_at=clock.now())
    close_others(round_)
    subject = subjects.subject_of(round_)
    subjects.carry(subject, "recall")
    audit.record("review.round.recall", by=by, subject=subject, unit=round_.unit, round=round_.public_id)
    return round_


@action
def reopen(subject: Subject, *, by: Person | None) -> Subject:
    """Open an approved text for writing again: its approval is void. Raises Conflict when it is out already.

    Where a release is planned, publishing.actions.reopen wraps this and holds the plan.
    """
    permit(by, access.SUBMIT, subjects.unit_of(subject))
    subject = subjects.lock(subject)
    round_ = queries.approved_round(subject)
    subjects.carry(subject, "reopen")
    if round_ is not None:
        perform(round_, RoundFlow.void, closed_at=clock.now())
    audit.record(
        "review.round.reopen",
        by=by,
        subject=subject,
        unit=subjects.unit_of(subject),
        round=round_.public_id if round_ else "",
    )
    return subject


@action
def void_changed(round_: Round, *, found: str) -> Round:
    """End a round because the text is not the one that was submitted; it goes back to the drafts."""
    round_ = lock_round(round_)
    was = round_.state
    perform(round_, RoundFlow.void, closed_at=clock.now())
    close_others(round_)
    subject = subjects.subject_of(round_)
    subjects.carry(subject, "recall" if was == RoundState.OPEN else "reopen")
    notices.tell(
        [round_.submitted_by],
        "review.void",
        key=f"review.round:{round_.pk}:void",
        url=subjects.page_of(round_),
        title=subjects.title_of(subject),
        unit=round_.unit.short_name,
    )
    audit.record(
        "review.round.void",
        subject=subject,
        unit=round_.unit,
        round=round_.public_id,
        approved=round_.content_hash,
        found=found,
    )
    return round_
