"""How copies fare: of one item, and of the hosts that do not answer."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from weiting.fanout.flow import CopyState
from weiting.fanout.models import Copy, Host, Item


@dataclass(frozen=True)
class Progress:
    """How far an item has come: of so many copies, how many arrived, wait, and did not arrive."""

    of: int = 0
    sent: int = 0
    waiting: int = 0
    refused: int = 0
    gave_up: int = 0
    in_doubt: int = 0

    @property
    def is_done(self) -> bool:
        """Say whether nothing waits any more."""
        return not self.waiting


@dataclass(frozen=True)
class HostFailure:
    """Copies of one item that a host has not got, and why."""

    host: str
    state: str
    why: str
    count: int


def progress(key: str) -> Progress:
    """Return how far the item of a key has come; all zeros when there is none."""
    return progress_of([key]).get(key, Progress())


def progress_of(keys: list[str]) -> dict[str, Progress]:
    """Return how far items have come, by their key, in two queries; counts only what has not arrived."""
    items = {item.pk: item for item in Item.objects.filter(key__in=keys).only("key", "copies")}
    rows = (
        Copy.objects.filter(item__in=items)
        .exclude(state=CopyState.SENT)
        .values_list("item", "state")
        .annotate(count=Count("pk"))
    )
    unsent: dict[int, dict[str, int]] = {pk: {} for pk in items}
    for pk, state, count in rows:
        unsent[pk][state] = count
    return {item.key: _progress(item.copies, unsent[pk]) for pk, item in items.items()}


def _progress(of: int, unsent: dict[str, int]) -> Progress:
    return Progress(
        of,
        of - sum(unsent.values()),
        unsent.get(CopyState.WAITING, 0) + unsent.get(CopyState.SENDING, 0),
        unsent.get(CopyState.REFUSED, 0),
        unsent.get(CopyState.GAVE_UP, 0),
        unsent.get(CopyState.IN_DOUBT, 0),
    )


def failures_by_host(key: str, most: int = 50) -> list[HostFailure]:
    """List the hosts at which copies of an item wait, were refused or given up, the most copies first."""
    rows = (
        Copy.objects.filter(item__key=key)
        .exclude(state=CopyState.SENT)
        .exclude(state=CopyState.WAITING, host__failures=0, code="")
        .values_list("host__name", "state", "why")
        .annotate(count=Count("pk"))
        .order_by("-count", "host__name")[:most]
    )
    return [HostFailure(*row) for row in rows]


@dataclass(frozen=True)
class Peer:
    """A host that does not answer: since when, how often it was asked, when next, and what it said last."""

    name: str
    failing_since: datetime | None
    failures: int
    asked_next: datetime | None
    why: str
    last_ok_at: datetime | None


def failing_hosts(kind: str, most: int = 100) -> list[Peer]:
    """List the hosts of a kind that do not answer, those that have failed longest first."""
    rows = Host.objects.filter(kind=kind, failures__gt=0).order_by("failing_since")[:most]
    return [
        Peer(row.name, row.failing_since, row.failures, row.rests_until, row.why, row.last_ok_at)
        for row in rows
    ]


def count_waiting(kind: str = "") -> int:
    """Count the copies that wait, of one kind or of all."""
    found = Copy.objects.filter(state__in=[CopyState.WAITING, CopyState.SENDING])
    return found.filter(host__kind=kind).count() if kind else found.count()


def targets_of(keys: list[str]) -> list[str]:
    """List the addresses to which the items of these keys went or are to go, as far as their copies are kept."""
    return list(Copy.objects.filter(item__key__in=keys).values_list("target", flat=True)) if keys else []
