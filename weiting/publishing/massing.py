"""The plan of a WeChat account's mass sendings: what went out in a month, what is to go out, what will not fit."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from weiting.channels import quotas
from weiting.channels.models import Connection
from weiting.channels.wechat_mass import OF
from weiting.core import clock
from weiting.posts.prose import plain
from weiting.publishing.destinations import TAKES
from weiting.publishing.flow import DeliveryState, ReleaseState
from weiting.publishing.models import Act, Delivery, Destination, Release
from weiting.publishing.sent import title_of, with_texts

# Acts that send to all followers: a correction goes out as an article of its own.
SENDS = (Act.SEND, Act.CORRECT)
UNDER_WAY = (DeliveryState.SENDING, DeliveryState.IN_DOUBT, DeliveryState.ACCEPTED)
MOST, SHOWN = 500, 90


class Stage(StrEnum):
    """How far a mass sending is."""

    SENT = "sent"
    UNDER_WAY = "under_way"
    WAITS = "waits"
    PLANNED = "planned"
    HELD = "held"


# What counts against what is left: a held plan does not go out until somebody resumes it.
WANTED = (Stage.WAITS, Stage.PLANNED)


@dataclass
class Entry:
    """One mass sending of a month; `fits` is false for what WeChat will not take then."""

    at: datetime
    stage: Stage
    title: str
    text: str = ""
    act: str = Act.SEND
    url: str = ""
    delivery: Delivery | None = None
    release: Release | None = None
    fits: bool = True

    @property
    def day(self) -> date:
        """Return its day in Asia/Shanghai."""
        return clock.local(self.at).date()


@dataclass
class Day:
    """One day of the plan."""

    on: date
    entries: list[Entry] = field(default_factory=list)
    is_free: bool = False
    is_past: bool = False
    # WeChat itself said that nothing is left.
    is_told: bool = False


@dataclass
class Plan:
    """A month of mass sendings; `most` in a `period` ("day", "month"), `left` days or sendings."""

    month: date
    is_mass: bool
    most: int
    period: str
    days: list[Day]
    left: int = 0
    next_free: date | None = None

    @property
    def entries(self) -> list[Entry]:
        """Return everything of the month, by time."""
        return [entry for day in self.days for entry in day.entries]

    def of(self, *stages: Stage) -> list[Entry]:
        """Return what is so far."""
        return [each for each in self.entries if each.stage in stages]

    @property
    def sent(self) -> list[Entry]:
        """Return what went out or is under way, newest first."""
        return self.of(Stage.SENT, Stage.UNDER_WAY)[::-1]

    @property
    def planned(self) -> list[Entry]:
        """Return what is to go out."""
        return self.of(*WANTED)

    @property
    def over(self) -> list[Entry]:
        """Return what WeChat will not take when it is to go out."""
        return [each for each in self.entries if not each.fits]


def plan_of(connection: Connection, month: date) -> Plan:
    """Return the plan of a month of a connection."""
    first = month.replace(day=1)
    start, end = quotas.window("month", clock.start_of(first))
    is_mass = connection.values.get("way") == "mass" and connection.state in TAKES
    found = _sent(connection, start, end)
    if is_mass:
        found += [*_under_way(connection, start, end), *_waiting(connection, start, end)]
        found += _planned(connection, start, end)
    found.sort(key=lambda each: (each.at, each.title))
    wanted = Counter(each.day for each in found if each.stage in WANTED)
    quota, known = quotas.mass_quota(connection), quotas.mass_plan(connection, first, wanted)
    days = {each.on: Day(each.on, [], each.is_free, each.is_past, each.is_told) for each in known}
    for each in found:
        # What should have gone out in a month that is over goes out in this one.
        if each.day in days:
            days[each.day].entries.append(each)
    for each_day in known:
        # The later ones of a day are those for which there is no room.
        asked = [each for each in days[each_day.on].entries if each.stage in WANTED]
        for entry in asked[len(asked) - each_day.over :] if each_day.over else ():
            entry.fits = False
    free = [each.on for each in known if each.is_free]
    most, period = (quota.most, quota.period) if quota else (0, "")
    left = len(free) if period == "day" else _left(connection, first, most, wanted) if free else 0
    return Plan(first, is_mass, most, period, list(days.values()), left, min(free, default=None))


def _left(connection: Connection, month: date, most: int, wanted: Counter[date]) -> int:
    return max(most - quotas.mass_spent(connection, month) - wanted.total(), 0)


def _own(connection: Connection) -> QuerySet[Delivery]:
    return with_texts(Delivery.objects.filter(connection=connection, act__in=SENDS))


def _entry(delivery: Delivery, at: datetime, stage: Stage, url: str = "") -> Entry:
    return Entry(at, stage, title_of(delivery), _text(delivery.release), delivery.act, url, delivery)


def _text(release: Release) -> str:
    revision = release.revision
    if revision is None:
        return ""
    said = " ".join(plain(revision.summary or revision.body).split())
    return said if len(said) <= SHOWN else f"{said[: SHOWN - 1]}…"


def _sent(connection: Connection, start: datetime, end: datetime) -> list[Entry]:
    """What arrived as a mass sending, whatever the way of the connection is now."""
    rows = _own(connection).filter(
        receipt__external_id__startswith=OF, receipt__at__gte=start, receipt__at__lt=end
    )
    shown = rows.exclude(state__in=UNDER_WAY).select_related("receipt").order_by("receipt__at")[:MOST]
    return [_entry(each, each.receipt.at, Stage.SENT, each.receipt.url) for each in shown]


def _under_way(connection: Connection, start: datetime, end: datetime) -> list[Entry]:
    rows = _own(connection).filter(state__in=UNDER_WAY, called_at__gte=start, called_at__lt=end)
    return [
        _entry(each, each.called_at, Stage.UNDER_WAY)
        for each in rows.order_by("called_at")[:MOST]
        if each.called_at
    ]


def _waiting(connection: Connection, start: datetime, end: datetime) -> list[Entry]:
    """What is released and waits: for its turn today, or for a time."""
    now, rows = clock.now(), _own(connection).filter(state=DeliveryState.QUEUED, needs="")
    found = [
        _entry(each, max(each.not_before or now, now), Stage.WAITS) for each in rows.order_by("pk")[:MOST]
    ]
    return [each for each in found if start <= each.at < end]


def _planned(connection: Connection, start: datetime, end: datetime) -> list[Entry]:
    """What is planned and chosen to go to this connection; a correction goes where its text went."""
    own = Q(post__unit=connection.unit_id) | Q(post__signers__contains=[connection.unit_id])
    own |= Q(issue__unit=connection.unit_id)
    about = Q(post=OuterRef("post")) | Q(issue=OuterRef("issue"))
    off = Destination.objects.filter(about, connection=connection, is_on=False)
    there = Delivery.objects.filter(
        Q(release__post=OuterRef("post")) | Q(release__issue=OuterRef("issue")),
        connection=connection,
        act=Act.SEND,
    ).exclude(state=DeliveryState.CALLED_OFF)
    rows = (
        Release.objects.filter(own, state__in=[ReleaseState.PLANNED, ReleaseState.HELD])
        .filter(due_at__gte=start, due_at__lt=end)
        .filter(Q(correction__isnull=True) & ~Exists(off) | Q(correction__isnull=False) & Exists(there))
        .select_related("post", "issue", "revision")
        .order_by("due_at", "pk")[:MOST]
    )
    return [
        Entry(
            max(each.due_at, clock.now()) if each.state == ReleaseState.PLANNED else each.due_at,
            Stage.PLANNED if each.state == ReleaseState.PLANNED else Stage.HELD,
            each.issue.title if each.issue else each.revision.title if each.revision else "",
            _text(each),
            Act.CORRECT if each.correction_id else Act.SEND,
            release=each,
        )
        for each in rows
    ]


def step(month: date, by: int) -> date:
    """Return the first day of the month so many months on."""
    at = month.year * 12 + month.month - 1 + by
    return date(at // 12, at % 12 + 1, 1)


def weeks_of(plan: Plan) -> list[list[Day | date]]:
    """Return the plan's days by weeks from Monday; a bare date is another month's."""
    if not plan.days:
        return []
    first, last = plan.days[0].on, plan.days[-1].on
    before = [first - timedelta(days=n) for n in range(first.weekday(), 0, -1)]
    after = [last + timedelta(days=n) for n in range(1, 7 - last.weekday())]
    cells: list[Day | date] = [*before, *plan.days, *after]
    return [cells[n : n + 7] for n in range(0, len(cells), 7)]
