"""Every read of publishing that others may use: plans, the calendar with its conflicts, the head of a hall's page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils.translation import gettext as _, ngettext

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import NotFound
from weiting.posts.flow import LISTED, FollowUpState, PostState
from weiting.posts.models import Column, Correction, FollowUp, Issue, Post, Rhythm
from weiting.publishing import access, times
from weiting.publishing.flow import ReleaseState
from weiting.publishing.models import LeadSlot, Release, Wish
from weiting.review.subjects import Subject
from weiting.units.access import reach_q, units_for
from weiting.units.models import Hall, Unit

LONGEST = 100
MOST = 2000
IN_PUBLIC_ON = TruncDate("published_at", tzinfo=clock.SHANGHAI)


def _full(rows: QuerySet[Release]) -> QuerySet[Release]:
    return rows.select_related(
        "post__unit", "post__column", "revision", "correction", "issue__unit", "planned_by", "held_by"
    )


def release_for(person: Person, public_id: str) -> Release:
    """Return a release; raise NotFound when there is none or it is not for this person."""
    seen = reach_q(person, access.SEE, "post__unit") | reach_q(person, access.SEE, "issue__unit")
    found = _full(Release.objects.filter(seen, public_id=public_id)).first()
    if found is None:
        raise NotFound(_("This page does not exist, or it is not for you."))
    return found


def plan_of(subject: Subject) -> Release | None:
    """Return the open plan of a text, planned or held, if it has one."""
    rows = Release.objects.filter(state__in=[ReleaseState.PLANNED, ReleaseState.HELD])
    if isinstance(subject, Issue):
        rows = rows.filter(issue=subject)
    elif isinstance(subject, Correction):
        rows = rows.filter(correction=subject)
    else:
        rows = rows.filter(post=subject)
    return rows.first()


def releases_of(post: Post) -> QuerySet[Release]:
    """List every plan and release a post has had, corrections included, newest first."""
    return _full(Release.objects.filter(post=post)).order_by("-planned_at", "-pk")


def wish_of(subject: Subject) -> Wish | None:
    """Return what the editor chose for the time after approval, if anything."""
    if isinstance(subject, Issue):
        return Wish.objects.filter(issue=subject).first()
    post = subject.post if isinstance(subject, Correction) else subject
    return Wish.objects.filter(post=post).first()


def undo_until(release: Release) -> datetime | None:
    """Return until when a release "now" can still be held, or None when it is no longer, or not, such a one."""
    if release.state != ReleaseState.PLANNED or release.due_at <= clock.now():
        return None
    return release.due_at if release.due_at - release.planned_at <= timedelta(minutes=2) else None


def lead_of(hall: Hall) -> QuerySet[LeadSlot]:
    """List what stands at the head of a hall's page now, in order."""
    now = clock.now()
    return (
        LeadSlot.objects.filter(hall=hall, post__state=PostState.PUBLISHED)
        .filter(Q(until_at__isnull=True) | Q(until_at__gt=now))
        .select_related("post__unit", "post__live", "post__column")
        .order_by("position", "pk")
    )


def held_releases(person: Person) -> QuerySet[Release]:
    """List the held plans a person may resume or call off, the earliest due first."""
    seen = reach_q(person, access.PLAN, "post__unit") | reach_q(person, access.PLAN, "issue__unit")
    rows = Release.objects.filter(seen, state=ReleaseState.HELD)
    return rows.select_related("issue", "revision").order_by("due_at")


class Sort(StrEnum):
    """What a line of the calendar is about."""

    PLANNED = "planned"
    HELD = "held"
    RELEASED = "released"
    EMBARGO = "embargo"
    FOLLOW_UP = "follow_up"
    COLUMN = "column"


@dataclass(frozen=True)
class Line:
    """One line of the calendar; `zone` is the clock its time was typed on and is always shown with it."""

    at: datetime
    sort: Sort
    title: str
    unit: Unit
    zone: str = "Asia/Shanghai"
    post: Post | None = None
    issue: Issue | None = None
    column: Column | None = None
    release: Release | None = None
    note: str = ""
    conflicts: Sequence[str] = field(default_factory=tuple)

    @property
    def day(self) -> date:
        """Return the day in Asia/Shanghai the line stands under."""
        return clock.local(self.at).date()

    @property
    def time(self) -> str:
        """Return the time as it was typed, with its zone."""
        return times.show(self.at, self.zone)


def calendar(
    units: Iterable[Unit] | QuerySet[Unit],
    first: date,
    last: date,
    *,
    out_a_day: int | None = None,
    out_most: int = MOST,
) -> list[Line]:
    """List by time what the units planned, held, released, embargoed, promised and owe their columns.

    At most 100 days at once. One query for each sort of line; texts that would come twice at the same
    minute carry a sentence. Of what is out already, `out_a_day` names how many of each day are wanted, and
    `out_most` how many in all.
    """
    last = min(last, first + timedelta(days=LONGEST - 1))
    start, end = clock.start_of(first), clock.end_of(last)
    scope = units if isinstance(units, QuerySet) else [unit.pk for unit in units]
    lines = [
        *_releases(scope, start, end),
        *_published(scope, start, end, out_a_day, out_most),
        *_embargoes(scope, start, end),
        *_follow_ups(scope, start, end),
        *_columns(scope, first, last),
    ]
    return sorted(lines, key=lambda line: (line.at, line.sort, line.title))


def calendar_for(
    person: Person, first: date, last: date, *, out_a_day: int | None = None, out_most: int = MOST
) -> list[Line]:
    """Show the calendar of every unit whose plans a person may see."""
    units = units_for(person, access.SEE)
    return calendar(units, first, last, out_a_day=out_a_day, out_most=out_most)


def out_by_day(units: Iterable[Unit] | QuerySet[Unit], first: date, last: date) -> dict[date, int]:
    """Count, for each day from `first` to `last`, what the units have out in public."""
    scope = units if isinstance(units, QuerySet) else [unit.pk for unit in units]
    rows = _out(scope, clock.start_of(first), clock.end_of(last)).annotate(day=IN_PUBLIC_ON)
    return dict(rows.order_by().values_list("day").annotate(n=Count("pk")))


def _releases(units: object, start: datetime, end: datetime) -> list[Line]:
    rows = list(
        Release.objects.filter(
            Q(post__unit__in=units) | Q(issue__unit__in=units),
            due_at__gte=start,
            due_at__lt=end,
            state__in=[ReleaseState.PLANNED, ReleaseState.HELD],
        )
        .select_related("post__unit", "revision", "issue__unit")
        .order_by("due_at")[:MOST]
    )
    warned = conflicts_of(rows)
    return [
        Line(
            at=row.due_at,
            sort=Sort.PLANNED if row.state == ReleaseState.PLANNED else Sort.HELD,
            title=_title(row),
            unit=_unit(row),
            zone=row.zone,
            post=row.post,
            issue=row.issue,
            release=row,
            note=row.state_reason or (_("correction") if row.correction_id else ""),
            conflicts=warned.get(row.pk, ()),
        )
        for row in rows
    ]


def _title(release: Release) -> str:
    if release.issue is not None:
        return release.issue.title
    return release.revision.title if release.revision else ""


def _unit(release: Release) -> Unit:
    owner = release.issue or release.post
    if owner is None:
        raise AssertionError("the table refuses a release without a subject")
    return owner.unit


def _out(units: object, start: datetime, end: datetime) -> QuerySet[Post]:
    # From the posts, not the releases: an imported post is public without ever having been planned here.
    return Post.objects.filter(
        unit__in=units, state__in=LISTED, published_at__gte=start, published_at__lt=end
    )


def _published(units: object, start: datetime, end: datetime, a_day: int | None, most: int) -> list[Line]:
    rows = _out(units, start, end)
    if a_day is not None:
        place = Window(RowNumber(), partition_by=IN_PUBLIC_ON, order_by=("published_at", "pk"))
        rows = rows.annotate(place=place).filter(place__lte=a_day)
    shown = rows.select_related("unit", "live").only("public_id", "published_at", "unit", "live__title")
    return [
        Line(row.published_at, Sort.RELEASED, str(row), row.unit, post=row)
        for row in shown.order_by("published_at", "pk")[:most]
        if row.published_at
    ]


def _embargoes(units: object, start: datetime, end: datetime) -> list[Line]:
    rows = (
        Post.objects.filter(unit__in=units, embargo_until__gte=start, embargo_until__lt=end)
        .exclude(state__in=[PostState.PUBLISHED, PostState.EXPIRED, PostState.WITHDRAWN, PostState.DISCARDED])
        .select_related("unit", "working", "live")
        .order_by("embargo_until")[:MOST]
    )
    return [
        Line(row.embargo_until, Sort.EMBARGO, str(row), row.unit, post=row)
        for row in rows
        if row.embargo_until
    ]


def _follow_ups(units: object, start: datetime, end: datetime) -> list[Line]:
    rows = (
        FollowUp.objects.filter(unit__in=units, state=FollowUpState.OPEN, due_at__gte=start, due_at__lt=end)
        .select_related("unit", "post")
        .order_by("due_at")[:MOST]
    )
    return [Line(row.due_at, Sort.FOLLOW_UP, row.promise, row.unit, post=row.post) for row in rows]


def _columns(units: object, first: date, last: date) -> list[Line]:
    rows = Column.objects.filter(owner__in=units, closed_on__isnull=True).exclude(rhythm=Rhythm.NONE)
    lines = []
    for column in rows.select_related("owner"):
        for day in slots(column.rhythm, column.rhythm_day, first, last):
            # A slot is a day, so it stands at the end of it: by then the column should have spoken.
            at = clock.end_of(day) - timedelta(minutes=1)
            lines.append(Line(at, Sort.COLUMN, str(column), column.owner, column=column))
    return lines


def slots(rhythm: str, day: int | None, first: date, last: date) -> list[date]:
    """List the days from `first` to `last` on which a column of this rhythm is due. Pure."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if rhythm == Rhythm.DAILY:
        return days
    if rhythm == Rhythm.WEEKDAYS:
        return [each for each in days if each.isoweekday() <= 5]
    if rhythm == Rhythm.WEEKLY:
        return [each for each in days if each.isoweekday() == (day or 1)]
    if rhythm == Rhythm.MONTHLY:
        return [each for each in days if each.day == (day or 1)]
    return []


def conflicts_of(releases: Sequence[Release]) -> dict[int, tuple[str, ...]]:
    """Find plans with the same words as another unit's within the same minute, in one query [B26]."""
    planned = [row for row in releases if row.revision is not None]
    if not planned:
        return {}
    first = min(row.due_at for row in planned).replace(second=0, microsecond=0)
    last = max(row.due_at for row in planned) + timedelta(minutes=1)
    bodies = {row.revision.body for row in planned if row.revision is not None}
    rows = Release.objects.filter(
        state__in=[ReleaseState.PLANNED, ReleaseState.HELD, ReleaseState.RELEASED],
        due_at__gte=first,
        due_at__lt=last,
        revision__body__in=bodies,
    ).values_list("due_at", "revision__body", "post__unit__short_name")
    groups: dict[tuple[datetime, str], set[str]] = defaultdict(set)
    for due_at, body, unit in rows:
        groups[due_at.replace(second=0, microsecond=0), body].add(unit)
    found: dict[int, tuple[str, ...]] = {}
    for row in planned:
        if row.revision is None or row.post is None:
            continue
        key = (row.due_at.replace(second=0, microsecond=0), row.revision.body)
        others = sorted(groups[key] - {row.post.unit.short_name})
        if others:
            found[row.pk] = (repetition(others),)
    return found


def repetition(others: Sequence[str]) -> str:
    """Say that other units release the same words at the same minute."""
    shown = "、".join(others[:3])
    return ngettext(
        "%(units)s releases the same text at the same minute. Let one speak and the others share it, "
        "or choose another time.",
        "%(units)s and others, %(n)s in all, release the same text at the same minute. Let one speak and the "
        "others share it, or choose another time.",
        len(others),
    ) % {"units": shown, "n": len(others)}


def repetition_warning(post: Post, at: datetime) -> str:
    """Return the sentence about other units with the same words at the same minute, or "": shown while planning."""
    if post.working is None:
        return ""
    minute = at.replace(second=0, microsecond=0)
    others = (
        Release.objects.filter(
            state__in=[ReleaseState.PLANNED, ReleaseState.HELD, ReleaseState.RELEASED],
            due_at__gte=minute,
            due_at__lt=minute + timedelta(minutes=1),
            revision__body=post.working.body,
        )
        .exclude(post__unit=post.unit_id)
        .values_list("post__unit__short_name", flat=True)
        .order_by("post__unit__short_name")
        .distinct()
    )
    names = [name for name in others if name]
    return repetition(names) if names else ""


def overdue_releases() -> QuerySet[Release]:
    """List plans whose time is more than a minute past: none, while a worker runs; `doctor` and bench ask."""
    late = clock.now() - timedelta(minutes=1)
    return Release.objects.filter(state=ReleaseState.PLANNED, due_at__lt=late).order_by(F("due_at"))
