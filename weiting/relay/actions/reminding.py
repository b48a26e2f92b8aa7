"""Reminds units that have not answered before the deadline, and tells whoever asked who kept silent after it."""

from datetime import timedelta

from weiting import notices
from weiting.core import clock
from weiting.core.actions import action
from weiting.relay.actions.calling import page_of, tell_answerers
from weiting.relay.flow import AskState, CallState
from weiting.relay.models import Call

AT_ONCE = 100
# The reminder comes a day before, or at half time where there is less.
AHEAD = timedelta(hours=24)


def remind_due() -> int:
    """Send the reminders and the sums whose time has come; return how many calls were looked at and had one."""
    rows = Call.objects.filter(state=CallState.OPEN, summed_at__isnull=True).order_by("due_at")
    return sum(_remind(pk, by=None) for pk in list(rows.values_list("pk", flat=True)[:AT_ONCE]))


@action
def _remind(pk: int, *, by: None) -> int:
    call = (
        Call.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("unit", "post__live", "opened_by")
        .filter(pk=pk, state=CallState.OPEN, summed_at__isnull=True)
        .first()
    )
    if call is None:
        return 0
    now = clock.now()
    silent = [
        ask.unit for ask in call.asks.filter(state=AskState.ASKED).select_related("unit").order_by("pk")
    ]
    if call.due_at <= now:
        return _sum_up(call, len(silent))
    if call.reminded_at is not None or now < call.due_at - min(AHEAD, (call.due_at - call.opened_at) / 2):
        return 0
    Call.objects.filter(pk=call.pk).update(reminded_at=now)
    tell_answerers(call, silent, "relay.soon")
    return 1


def _sum_up(call: Call, silent: int) -> int:
    Call.objects.filter(pk=call.pk).update(summed_at=clock.now())
    asked = call.asks.exclude(state=AskState.CALLED_OFF).count()
    if call.opened_by is not None:
        notices.tell(
            [call.opened_by],
            "relay.silent",
            key=f"relay.silent:{call.pk}",
            url=page_of(call),
            title=str(call.post),
            passed=call.asks.filter(state=AskState.ACCEPTED).count(),
            asked=asked,
            silent=silent,
        )
    return 1
