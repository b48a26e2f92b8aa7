"""How copies fare: of one item, and of the hosts that do not answer."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import BooleanField, Case, Count, Min, Value, When

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


@dataclass(frozen=True)
class Ends:
    """So many that are not there yet: in which state, whether their host rests, at how many hosts, asked when, and
    whether nobody wants them any more."""

    state: str
    rests: bool = False
    count: int = 0
    hosts: int = 0
    asked_next: datetime | None = None
    is_moot: bool = False


@dataclass(frozen=True)
class Standing:
    """How far a text has come to those it is for: what waits at hosts that do not answer is told apart (`resting`, at
    so many `hosts`, the first of which is `asked_next`); `moot` is what nobody wants any more."""

    of: int = 0
    sent: int = 0
    waiting: int = 0
    resting: int = 0
    hosts: int = 0
    asked_next: datetime | None = None
    refused: int = 0
    gave_up: int = 0
    in_doubt: int = 0
    moot: int = 0

    @classmethod
    def made(cls, of: int, unsent: Iterable[Ends]) -> "Standing":
        """Return how something stands of which so many are not there yet; the rest has arrived."""
        counts: dict[str, int] = {}
        hosts, asked_next = 0, None
        for each in unsent:
            counts[_part(each)] = counts.get(_part(each), 0) + each.count
            if _part(each) == "resting" and each.count:
                hosts += each.hosts
                asked_next = min(filter(None, (asked_next, each.asked_next)), default=None)
        return cls(of, max(of - sum(counts.values()), 0), hosts=hosts, asked_next=asked_next, **counts)

    @property
    def is_done(self) -> bool:
        """Say whether nothing waits any more."""
        return not self.waiting and not self.resting

    def __add__(self, other: "Standing") -> "Standing":
        """Return both together; hosts are counted for each."""
        names = ("of", "sent", "waiting", "resting", "hosts", "refused", "gave_up", "in_doubt", "moot")
        both = {name: getattr(self, name) + getattr(other, name) for name in names}
        soonest = min(filter(None, (self.asked_next, other.asked_next)), default=None)
        return replace(self, asked_next=soonest, **both)


def _part(found: Ends) -> str:
    if found.is_moot and found.state == CopyState.REFUSED:
        return "moot"
    if found.state in {CopyState.WAITING, CopyState.SENDING}:
        return "resting" if found.rests else "waiting"
    return found.state


def standing_of(keys: Collection[str], moot: Collection[str] = ()) -> dict[str, Standing]:
    """Return how items stand, by their key, in two queries; refusals with a code of `moot` are told apart."""
    if not keys:
        return {}
    items = {item.pk: item for item in Item.objects.filter(key__in=keys).only("key", "copies")}
    rests = Case(When(host__failures__gt=0, then=Value(True)), default=False, output_field=BooleanField())
    is_moot = Case(When(code__in=list(moot), then=Value(True)), default=False, output_field=BooleanField())
    rows = (
        Copy.objects.filter(item__in=items)
        .exclude(state=CopyState.SENT)
        .annotate(rests=rests, is_moot=is_moot)
        .values_list("item", "state", "rests", "is_moot")
        .annotate(count=Count("pk"), hosts=Count("host", distinct=True), asked_next=Min("host__rests_until"))
        .order_by()
    )
    unsent: dict[int, list[Ends]] = {pk: [] for pk in items}
    for pk, state, does_rest, moot_one, count, hosts, asked_next in rows:
        unsent[pk].append(Ends(state, does_rest, count, hosts, asked_next, moot_one))
    return {item.key: Standing.made(item.copies, unsent[pk]) for pk, item in items.items()}


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
