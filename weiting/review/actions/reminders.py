"""Reminders: at half the time, when it is up, and to the hall when it is well over; none goes out twice."""

from collections.abc import Iterable

from django.db import transaction

from weiting import audit, notices
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.review import paths, standing, subjects
from weiting.review.actions.rounds import call_deciders, lock_round, rise
from weiting.review.flow import RoundState, StepState
from weiting.review.models import Round, Step
from weiting.units import queries as units
from weiting.units.access import holders
from weiting.units.roles import Role

KINDS = ("review.step_half", "review.step_due", "review.step_overdue")
AT_ONCE = 200


def remind_due() -> int:
    """Send every reminder whose time has come, each in its own transaction; return how many steps were reminded."""
    sent = 0
    due = Step.objects.filter(state=StepState.OPEN, remind_at__lte=clock.now())
    for pk in list(due.order_by("remind_at").values_list("pk", flat=True)[:AT_ONCE]):
        sent += _remind(pk)
    for pk in list(
        Step.objects.filter(handed_to__isnull=False, state=StepState.OPEN).values_list("pk", flat=True)
    ):
        _look_after_handed(pk)
    overdue = Round.objects.filter(
        state=RoundState.APPROVED,
        after_due_at__lte=clock.now(),
        after_done_at__isnull=True,
        after_reminded=False,
    )
    for pk in list(overdue.values_list("pk", flat=True)[:AT_ONCE]):
        sent += _remind_after(pk)
    return sent


@action
def _look_after_handed(pk: int) -> None:
    """Call everybody who may decide a step whose named colleague has left, lost the role or was heard elsewhere."""
    step = Step.objects.select_related("round", "from_unit", "at_unit").get(pk=pk)
    if standing.has_named(step):
        return
    step.round = lock_round(step.round)
    step.refresh_from_db(fields=["state", "handed_to"])
    if step.state == StepState.OPEN and not standing.has_named(step):
        call_deciders([step])


@action
def _remind(pk: int) -> int:
    # SKIP LOCKED: a verdict being given, or another worker, has the step in hand; the next sweep sees the result.
    step = (
        Step.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("round__unit", "round__submitted_by", "from_unit", "at_unit")
        .filter(pk=pk, state=StepState.OPEN, remind_at__lte=clock.now())
        .first()
    )
    if step is None or step.opened_at is None:
        return 0
    # After a long outage only the last reminder that is due goes out, not three at once.
    sent = step.reminded
    lane, calendar = step.round.lane, units.calendar()
    following = paths.remind_at(lane, step.opened_at, step.minutes, sent + 1, calendar)
    while following is not None and following <= clock.now():
        sent += 1
        following = paths.remind_at(lane, step.opened_at, step.minutes, sent + 1, calendar)
    rise(step)
    _tell(step, KINDS[sent])
    step.reminded, step.remind_at = sent + 1, following
    step.save(update_fields=["reminded", "remind_at"])
    return 1


def _tell(step: Step, kind: str) -> None:
    round_ = step.round
    deciders = standing.deciders(step)
    people = set(deciders)
    if kind == KINDS[-1]:
        people |= _ids(hall_editors())
        audit.record(
            "review.step.overdue",
            subject=subjects.subject_of(round_),
            unit=round_.unit,
            round=round_.public_id,
            step=step.name,
        )
    facts = {
        "title": subjects.title_of(subjects.subject_of(round_)),
        "unit": round_.unit.short_name,
        "step": step.name,
        "due_at": step.due_at.isoformat() if step.due_at else "",
    }
    if not deciders:
        notices.tell(
            Person.objects.filter(
                pk__in=_ids(holders(step.from_unit, [Role.ADMINISTRATOR])) | _ids(hall_editors())
            ),
            "review.vacant",
            key=f"review.step:{step.pk}:vacant",
            url=subjects.page_of(round_),
            urgent=True,
            role=step.role,
            **facts,
        )
    notices.tell(
        Person.objects.filter(pk__in=people),
        kind,
        key=f"review.step:{step.pk}:{kind.rsplit('_', 1)[-1]}",
        url=subjects.page_of(round_),
        urgent=kind != KINDS[0],
        **facts,
    )


def hall_editors() -> Iterable[Person]:
    """List the editors of the main hall, who hear of what waits too long anywhere."""
    unit = standing.hall_unit()
    return holders(unit, [Role.HALL_EDITOR]) if unit else []


def _ids(people: Iterable[Person]) -> set[int]:
    return {person.pk for person in people}


@transaction.atomic
def _remind_after(pk: int) -> int:
    round_ = (
        Round.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("unit")
        .filter(pk=pk, after_done_at__isnull=True, after_reminded=False)
        .first()
    )
    if round_ is None or round_.after_due_at is None:
        return 0
    people = _ids(holders(round_.unit, [Role.FINAL_REVIEWER])) | _ids(hall_editors())
    notices.tell(
        Person.objects.filter(pk__in=people - standing.barred(round_)),
        "review.after_overdue",
        key=f"review.round:{round_.pk}:after_overdue",
        url=subjects.page_of(round_),
        urgent=True,
        title=subjects.title_of(subjects.subject_of(round_)),
        unit=round_.unit.short_name,
        due_at=round_.after_due_at.isoformat(),
    )
    round_.after_reminded = True
    round_.save(update_fields=["after_reminded"])
    audit.record(
        "review.after.overdue", subject=subjects.subject_of(round_), unit=round_.unit, round=round_.public_id
    )
    return 1
