"""Gathers what waits for one person, from every module, as one list by the clock.

Each gatherer asks one query of one module and is asked only of people whose roles could have an answer.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _, ngettext

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.posts import access as posting, queries as posts
from weiting.posts.flow import AssignmentState, CorrectionState, PostState
from weiting.posts.models import Correction, Post
from weiting.publishing import access as releasing, board
from weiting.publishing.flow import ReleaseState
from weiting.publishing.models import Release
from weiting.relay import access as relaying, queries as relay
from weiting.review import access as reviewing, queries as review
from weiting.review.models import Lane
from weiting.units import access, queries as units
from weiting.units.flow import AccountState
from weiting.units.models import Account, Shift, Unit

SOON = timedelta(days=3)
MOST = 30


@dataclass(frozen=True)
class Task:
    """One thing to do: what, for which unit, until when, and the one next act."""

    title: str
    url: str
    act: str
    unit: Unit | None
    kind: str
    at: datetime | None = None
    note: str = ""
    tone: str = ""

    @property
    def is_late(self) -> bool:
        """Say whether its time has passed."""
        return self.at is not None and self.at < clock.now()

    @property
    def is_today(self) -> bool:
        """Say whether it belongs to today; what has no time does too."""
        return not self.is_late and (self.at is None or self.at < clock.end_of(clock.today()))


@dataclass
class Day:
    """A person's list in three parts, and the numbers the rail shows."""

    late: list[Task] = field(default_factory=list)
    today: list[Task] = field(default_factory=list)
    later: list[Task] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Say whether nothing waits at all."""
        return not (self.late or self.today or self.later)


def day_of(person: Person) -> Day:
    """Gather everything that waits for a person, sorted by time into overdue, today and what comes next."""
    day = Day()
    found: list[Task] = []
    # Reads one's own roles with those of people away, before they are asked about.
    access.acted_for(person)
    for verbs, gather in GATHERERS:
        if any(access.may_anywhere(person, verb) for verb in verbs):
            tasks = list(gather(person))
            if gather is _steps:
                day.counts["review"] = len(tasks)
            if gather is _texts:
                day.counts["write"] = sum(each.tone == "soon" for each in tasks)
            found.extend(tasks)
    for task in sorted(found, key=lambda each: (each.at or clock.now(), each.title)):
        part = day.late if task.is_late else day.today if task.is_today else day.later
        part.append(task)
    return day


def _steps(person: Person) -> Iterator[Task]:
    rows = review.waiting_for(person).select_related(None)
    for step in rows.select_related("round__unit", "round__revision", "round__issue")[:MOST]:
        about = step.round
        title = about.revision.title if about.revision else about.issue.title if about.issue else ""
        is_urgent = about.lane == Lane.EMERGENCY
        yield Task(
            title,
            f"/desk/review/{about.public_id}/",
            _("Review it"),
            about.unit,
            _("emergency lane") if is_urgent else step.name,
            step.due_at,
            tone="late" if is_urgent else "",
        )


def _texts(person: Person) -> Iterator[Task]:
    """Ask at once for a person's texts that were sent back and for approved ones without a plan."""
    wanted = Q(pk__in=[])
    if access.may_anywhere(person, posting.WRITE):
        wanted |= Q(author=person, state=PostState.RETURNED)
    if access.may_anywhere(person, releasing.PLAN):
        plans = Release.objects.filter(
            post=OuterRef("pk"), state__in=[ReleaseState.PLANNED, ReleaseState.HELD]
        )
        wanted |= Q(access.reach_q(person, releasing.PLAN, "unit"), ~Exists(plans), state=PostState.APPROVED)
    rows = Post.objects.filter(wanted, state__in=[PostState.RETURNED, PostState.APPROVED])
    # One's own come first, so that many of others' cannot push them out.
    for post in rows.select_related("unit", "working", "live").order_by("-state", "changed_at")[: 2 * MOST]:
        url = f"/desk/write/{post.public_id}/"
        if post.state == PostState.RETURNED:
            yield Task(str(post), url, _("Revise"), post.unit, _("sent back"), tone="soon")
        else:
            yield Task(str(post), url, _("Publish"), post.unit, _("approved"), tone="ok")


def _corrections(person: Person) -> Iterator[Task]:
    waiting = (CorrectionState.DRAFT, CorrectionState.RETURNED)
    rows = Correction.objects.filter(by=person, state__in=waiting).select_related("post__unit", "post__live")
    for row in rows.order_by("created_at")[:MOST]:
        yield Task(
            str(row.post),
            f"/desk/write/{row.post.public_id}/",
            _("Correct"),
            row.post.unit,
            _("correction"),
            note=row.wrong,
            tone="soon",
        )


def _releases(person: Person) -> Iterator[Task]:
    seen = access.reach_q(person, releasing.PLAN, "post__unit") | access.reach_q(
        person, releasing.PLAN, "issue__unit"
    )
    rows = (
        Release.objects.filter(seen, state__in=[ReleaseState.PLANNED, ReleaseState.HELD])
        .filter(due_at__lt=clock.end_of(clock.today()))
        .select_related("post__unit", "revision", "issue__unit")
    )
    for row in rows.order_by("due_at")[:MOST]:
        owner = row.post or row.issue
        is_held = row.state == ReleaseState.HELD
        yield Task(
            row.revision.title if row.revision else row.issue.title if row.issue else "",
            f"/desk/calendar/{row.public_id}/",
            _("Decide") if is_held else _("Look"),
            owner.unit if owner else None,
            _("held back") if is_held else _("goes out"),
            row.due_at,
            note=row.state_reason,
            tone="soon" if is_held else "info",
        )


def _deliveries(person: Person) -> Iterator[Task]:
    stopped = board.needing(person)
    if not stopped:
        return
    title = ngettext("%(n)s delivery needs somebody", "%(n)s deliveries need somebody", stopped)
    yield Task(
        title % {"n": stopped}, "/desk/deliveries/?part=needs", _("Look"), None, _("Deliveries"), tone="late"
    )


def _assignments(person: Person) -> Iterator[Task]:
    open_ones = (AssignmentState.OPEN, AssignmentState.ACCEPTED)
    for target in posts.assignments_for(person).filter(state__in=open_ones)[:MOST]:
        yield Task(
            target.assignment.title,
            f"/desk/write/assignments/{target.assignment.public_id}/",
            _("Answer") if target.state == AssignmentState.OPEN else _("Write"),
            target.unit,
            _("assignment"),
            target.assignment.due_at,
        )


def _relays(person: Person) -> Iterator[Task]:
    for ask in relay.waiting_for(person)[:MOST]:
        yield Task(
            str(ask.call.post),
            f"/desk/relay/{ask.call.public_id}/",
            _("Pass it on"),
            ask.unit,
            _("relay"),
            ask.call.due_at,
            tone="late" if ask.call.exempt_reason else "",
        )


def _columns(person: Person) -> Iterator[Task]:
    until = clock.today() + timedelta(days=1)
    for column in posts.open_columns().filter(access.reach_q(person, posting.WRITE, "owner"))[:MOST]:
        health = posts.health_of(column)
        if health.next_on is None or health.next_on > until:
            continue
        yield Task(
            str(column),
            "/desk/write/",
            _("Write"),
            column.owner,
            _("column due"),
            clock.end_of(health.next_on) - timedelta(minutes=1),
        )


def _follow_ups(person: Person) -> Iterator[Task]:
    scope = access.reach_q(person, posting.FOLLOW_UP, "unit")
    for row in posts.due_follow_ups(until=clock.now() + SOON, scope=scope)[:MOST]:
        yield Task(
            row.promise,
            f"/desk/write/promises/{row.pk}/",
            _("Report"),
            row.unit,
            _("promised"),
            row.due_at,
        )


def _after_reviews(person: Person) -> Iterator[Task]:
    for row in review.after_reviews_due(person)[:MOST]:
        yield Task(
            row.revision.title if row.revision else "",
            f"/desk/review/{row.public_id}/",
            _("Review afterwards"),
            row.unit,
            _("emergency lane"),
            row.after_due_at,
            tone="late",
        )


def _accounts(person: Person) -> Iterator[Task]:
    mine = Q(state=AccountState.HANDING_OVER, keeper=person)
    applied = Q(access.reach_q(person, access.FILE_ACCOUNT, "unit"), state=AccountState.APPLIED)
    left = Q(
        access.reach_q(person, access.FILE_ACCOUNT, "unit"),
        ~Q(state__in=[AccountState.CLOSED, AccountState.REFUSED]),
        unit__closed_on__isnull=False,
    )
    rows = Account.objects.filter(mine | applied | left).select_related("unit").order_by("applied_on", "pk")
    for row in rows[:MOST]:
        act, kind = _("Close"), _("unit is closed")
        if row.state == AccountState.HANDING_OVER:
            act, kind = _("Take over"), _("account handed over")
        elif row.state == AccountState.APPLIED:
            act, kind = _("File in the registry"), _("account applied for")
        title = f"{row.handle} · {row.get_platform_display()}"
        yield Task(title, f"/desk/register/{row.public_id}/", act, row.unit, kind, tone="soon")


def _batches(person: Person) -> Iterator[Task]:
    for place in units.batch_places_for(person)[:MOST]:
        yield Task(
            place.batch.name,
            f"/desk/units/batches/{place.batch_id}/#unit-{place.unit_id}",
            _("Tick off"),
            place.unit,
            _("%(done)s of %(all)s steps") % {"done": len(place.done), "all": len(place.batch.checklist)},
            clock.end_of(place.batch.deadline_on) - timedelta(minutes=1),
        )


GATHERERS: tuple[tuple[tuple[str, ...], Callable[[Person], Iterator[Task]]], ...] = (
    ((reviewing.DECIDE,), _steps),
    ((posting.WRITE, releasing.PLAN), _texts),
    ((posting.CORRECT,), _corrections),
    ((releasing.PLAN,), _releases),
    ((releasing.PLAN,), _deliveries),
    ((posting.TAKE_ASSIGNMENT,), _assignments),
    ((relaying.ANSWER,), _relays),
    ((posting.WRITE,), _columns),
    ((posting.FOLLOW_UP,), _follow_ups),
    ((reviewing.AFTER,), _after_reviews),
    ((access.SEE_TEAM,), _accounts),
    ((access.TICK_BATCH,), _batches),
)


@dataclass(frozen=True)
class Watch:
    """A person's duty: the shift that runs or comes within a day, and what the last one handed over."""

    shift: Shift
    runs_now: bool
    note: str = ""
    noted_by: str = ""


def watch_of(person: Person) -> Watch | None:
    """Return the shift a person is on or goes on within a day, with the note left before it; None without."""
    now = clock.now()
    noted = (
        Shift.objects.filter(unit=OuterRef("unit"), noted_at__isnull=False)
        .exclude(pk=OuterRef("pk"))
        .order_by("-noted_at")
    )
    shift = (
        Shift.objects.filter(person=person, ends_at__gt=now, starts_at__lt=now + timedelta(days=1))
        .annotate(
            last_note=Subquery(noted.values("note")[:1]), last_by=Subquery(noted.values("person__name")[:1])
        )
        .select_related("unit")
        .order_by("starts_at")
        .first()
    )
    if shift is None:
        return None
    return Watch(shift, shift.starts_at <= now, shift.last_note or "", shift.last_by or "")
