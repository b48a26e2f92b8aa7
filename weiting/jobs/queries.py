"""What waits, what runs and what failed."""

from datetime import datetime, timedelta

from django.db.models import Min, Q
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from weiting.core import clock


def waiting_until(key: str) -> datetime | None:
    """When the job with this key will run; None when there is none, or it runs as soon as a worker is
    free.
    """
    return (
        ProcrastinateJob.objects.filter(queueing_lock=key, status="todo")
        .values_list("scheduled_at", flat=True)
        .first()
    )


def oldest_due() -> timedelta:
    """How long the longest-waiting job that could run has waited."""
    due = ProcrastinateJob.objects.filter(status="todo").filter(
        Q(scheduled_at__lte=clock.now()) | Q(scheduled_at__isnull=True)
    )
    since = [
        due.aggregate(at=Min("scheduled_at"))["at"],
        due.filter(scheduled_at__isnull=True, procrastinateevent__type="deferred").aggregate(
            at=Min("procrastinateevent__at")
        )["at"],
    ]
    found = [moment for moment in since if moment]
    return max(clock.now() - min(found), timedelta()) if found else timedelta()


def count_failed(*, since: datetime) -> int:
    """How many jobs have been given up since a moment."""
    return (
        ProcrastinateJob.objects.filter(
            status="failed", procrastinateevent__type="failed", procrastinateevent__at__gte=since
        )
        .distinct()
        .count()
    )


def count_workers() -> int:
    """How many workers have shown a sign of life in the last half minute."""
    return ProcrastinateWorker.objects.filter(last_heartbeat__gte=clock.now() - timedelta(seconds=30)).count()
