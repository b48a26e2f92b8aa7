"""Handing one step of one text to a named colleague who holds its role, or taking it over oneself."""

from django.utils.translation import gettext as _

from weiting import audit, notices
from weiting.accounts.models import Person
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.review import standing, subjects
from weiting.review.actions.rounds import lock_round
from weiting.review.flow import RoundState, StepState
from weiting.review.models import Lane, Step


@action
def hand_step(step: Step, to: Person, *, by: Person, reason: str = "") -> Step:
    """Make one open step the business of a colleague who holds its role; the due time stays, and they are told.

    Raises NotAllowed unless `by` could decide the step by their role, Invalid when the colleague could not or the
    step needs several people, Conflict when it no longer waits or is theirs already.
    """
    round_ = lock_round(step.round)
    step = Step.objects.select_related("from_unit", "at_unit", "handed_to").get(pk=step.pk)
    step.round = round_
    able = standing.able(step)
    if by.pk not in able:
        raise NotAllowed(_("Only who may decide this step hands it on."), code="not_yours")
    if round_.state != RoundState.OPEN or step.state != StepState.OPEN:
        raise Conflict(_("This step no longer waits for a verdict."), code="too_late")
    if step.quorum > 1:
        raise Invalid(_("This step needs several people, so it is not handed to one of them."), code="quorum")
    # In their own name: a substitute already acts for somebody.
    if to.pk not in able.get(to.pk, set()):
        sentence = _("%(name)s cannot decide this step. Choose a colleague who holds its role.")
        said = sentence % {"name": to.name}
        raise Invalid(said, code="cannot_decide", fields={"to": [said]})
    if step.handed_to_id == to.pk:
        raise Conflict(_("%(name)s has this step already.") % {"name": to.name}, code="handed_twice")
    step.handed_to = to
    step.save(update_fields=["handed_to"])
    title = subjects.title_of(subjects.subject_of(round_))
    if to.pk != by.pk:
        notices.tell(
            [to], "review.step_handed", key=f"review.step:{step.pk}:handed:{to.pk}:{by.pk}",
            url=subjects.page_of(round_), urgent=round_.lane == Lane.EMERGENCY, who=by.name, title=title,
            unit=round_.unit.short_name, step=step.name, reason=reason.strip()[:200],
            due_at=step.due_at.isoformat() if step.due_at else "",
        )  # fmt: skip
    audit.record(
        "review.step.hand", by=by, subject=subjects.subject_of(round_), unit=round_.unit, as_role=step.role,
        round=round_.public_id, step=step.name, to=to.pk, reason=reason.strip()[:200],
    )  # fmt: skip
    return step
