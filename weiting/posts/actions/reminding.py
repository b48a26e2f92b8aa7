"""Reminding: who owes a report or a text is told a day before, and once more when it is late."""

from datetime import timedelta

from weiting.core import clock
from weiting.core.actions import action
from weiting.posts.actions.assigning import tell_takers
from weiting.posts.actions.following import tell_reporters
from weiting.posts.flow import AssignmentFlow, FollowUpState, PostState
from weiting.posts.models import AssignmentTarget, FollowUp

AHEAD = timedelta(days=1)
# A worker that stood still catches up; what has been late for longer was told then, or is on everybody's desk.
BACK = timedelta(days=3)


@action
def remind_due() -> None:
    """Tell whoever owes a report or an assigned text that it is due within a day, or late; each of them once."""
    now = clock.now()
    promises = FollowUp.objects.filter(
        state=FollowUpState.OPEN,
        due_at__gt=now - BACK,
        due_at__lte=now + AHEAD,
        post__state__in=[PostState.PUBLISHED, PostState.EXPIRED],
    )
    for promise in promises.select_related("unit"):
        tell_reporters(promise, "posts.follow_up.late" if promise.due_at < now else "posts.follow_up.soon")
    targets = AssignmentTarget.objects.filter(
        state__in=AssignmentFlow.finish.sources,
        assignment__due_at__gt=now - BACK,
        assignment__due_at__lte=now + AHEAD,
    )
    for target in targets.select_related("unit", "assignment"):
        late = target.assignment.due_at < now
        kind = "posts.assignment.late" if late else "posts.assignment.soon"
        tell_takers(target.assignment, target.unit, kind)
