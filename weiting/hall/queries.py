"""What the hall reads besides the modules' own queries: facts about the hall itself, the day's figures, neighbours."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.utils.translation import gettext as _

from weiting.audit.models import Head
from weiting.core import clock
from weiting.core.errors import NotFound
from weiting.core.paging import Page, keyset
from weiting.posts.flow import LISTED, PUBLIC, FollowUpState, IssueState
from weiting.posts.models import (
    Column,
    FollowUp,
    Issue,
    Post,
    PostTopic,
    Topic,
)
from weiting.subscriptions import queries as subscriptions
from weiting.units.models import Hall, Kind, Remit, Section, SectionUnit, Unit

# After so many days without a public word a unit is shown as silent; for so many days a newcomer is marked.
SILENT_AFTER = 14
NEW_FOR = 30
COUNTED = 1000
SPEAKING_KINDS = [Kind.DISTRICT, Kind.BUREAU, Kind.SUBDISTRICT, Kind.COMMUNITY]


# the hall itself


def _with_facts(halls: QuerySet[Hall]) -> QuerySet[Hall]:
    """Read along the newest head of the chain, which every page prints, and what the front says of the hall."""
    head = Head.objects.order_by("-day")
    units = (
        Unit.objects.filter(
            closed_on__isnull=True, kind__in=SPEAKING_KINDS, path__startswith=OuterRef("unit__path")
        )
        .order_by()
        .annotate(one=Value(1))
        .values("one")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return halls.select_related("unit").annotate(
        head=Subquery(head.values("sm3")[:1]),
        units_total=Subquery(units),
        mails=Exists(subscriptions.mailing_below(OuterRef("unit__path"))),
    )


def hall_with_facts(slug: str = "") -> Hall | None:
    """Return a hall, or the main one, with `head`, `units_total` and `mails`; None when there is no main hall yet."""
    if not slug:
        return _with_facts(Hall.objects.filter(is_main=True)).first()
    found = _with_facts(Hall.objects.filter(slug=slug, unit__closed_on__isnull=True)).first()
    if found is None:
        raise NotFound(_("There is no hall at this address."))
    return found


def section_with_units(hall_slug: str, slug: str) -> tuple[Section, list[Unit]]:
    """Return a section of a hall and its open units in their order; raise NotFound."""
    section = Section.objects.select_related("hall__unit").filter(hall__slug=hall_slug, slug=slug).first()
    if section is None:
        raise NotFound(_("There is no such section in this hall."))
    places = SectionUnit.objects.filter(section=section, unit__closed_on__isnull=True)
    return section, [place.unit for place in places.select_related("unit").order_by("position", "pk")]


def sections_with_units(hall: Hall) -> list[tuple[Section, list[Unit]]]:
    """List a hall's sections with their open units, in one query."""
    places = (
        SectionUnit.objects.filter(section__hall=hall, unit__closed_on__isnull=True)
        .select_related("section", "unit")
        .order_by("section__position", "section_id", "position", "pk")
    )
    found: dict[int, tuple[Section, list[Unit]]] = {}
    for place in places:
        found.setdefault(place.section_id, (place.section, []))[1].append(place.unit)
    return list(found.values())


def silent_for(unit: Unit, today: date | None = None) -> int:
    """Count the days a unit has been silent when they are worth saying, else 0; newcomers get their time."""
    today = today or clock.today()
    if unit.is_closed:
        return 0
    last = clock.local(unit.last_spoke_at).date() if unit.last_spoke_at else unit.joined_on
    days = (today - last).days if last else 0
    return days if days >= SILENT_AFTER else 0


def is_new(unit: Unit, today: date | None = None) -> bool:
    """Say whether a unit joined the hall in the last weeks."""
    today = today or clock.today()
    return unit.joined_on is not None and 0 <= (today - unit.joined_on).days < NEW_FOR


# the day


@dataclass(frozen=True)
class Day:
    """What became public on one day, and what is promised: each figure is the length of a list one can open."""

    day: date
    posts: int
    units: int
    responses: int
    promises: int
    late: int


def the_day(day: date) -> Day:
    """Count a day's posts, the units that spoke, the responses, and the promises that are open now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT unit_id), count(*) FILTER (WHERE purpose = 'response'),"
            " (SELECT count(*) FROM posts_followup f JOIN posts_post p ON p.id = f.post_id"
            "   WHERE f.state = 'open' AND p.state IN ('published', 'expired')),"
            " (SELECT count(*) FROM posts_followup f JOIN posts_post p ON p.id = f.post_id"
            "   WHERE f.state = 'open' AND p.state IN ('published', 'expired') AND f.due_at < %s)"
            " FROM posts_post WHERE state IN ('published', 'expired') AND published_at >= %s AND published_at < %s",
            [clock.now(), clock.start_of(day), clock.end_of(day)],
        )
        return Day(day, *cursor.fetchone())


# the archive


@dataclass(frozen=True)
class Span:
    """A year, month or day of the archive with its number of posts; at COUNTED it means "at least"."""

    first: date
    until: date
    posts: int

    @property
    def is_at_least(self) -> bool:
        """Say whether there are more than were counted."""
        return self.posts > COUNTED

    @property
    def shown(self) -> int:
        """Return the number to print."""
        return min(self.posts, COUNTED)


def count_spans(spans: Iterable[tuple[date, date]]) -> list[Span]:
    """Count the public posts of many spans in one query that never reads more than COUNTED rows of each."""
    wanted = list(spans)
    if not wanted:
        return []
    values = ", ".join(["(%s::timestamptz, %s::timestamptz)"] * len(wanted))
    given: list[datetime | int] = []
    for first, until in wanted:
        given += [clock.start_of(first), clock.start_of(until)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT count(*) FROM (SELECT 1 FROM posts_post WHERE state IN ('published', 'expired')"  # noqa: S608
            " AND published_at >= span.a AND published_at < span.b LIMIT %s) few)"
            f" FROM (VALUES {values}) span(a, b) ORDER BY span.a",
            [COUNTED + 1, *given],
        )
        counted = [row[0] for row in cursor.fetchall()]
    return [Span(a, b, n) for (a, b), n in zip(sorted(wanted), counted, strict=True)]


# promises


def promises(state: str = "open", cursor: str = "", size: int = 30) -> Page[FollowUp] | list[FollowUp]:
    """List promises of public posts: open ones by their due time, late ones first; kept and excused newest first."""
    rows = FollowUp.objects.filter(post__state__in=LISTED).select_related(
        "post__live", "post__unit", "unit", "outcome__live"
    )
    if state == "late":
        return list(rows.filter(state=FollowUpState.OPEN, due_at__lt=clock.now()).order_by("due_at")[:200])
    if state == "open":
        return list(rows.filter(state=FollowUpState.OPEN).order_by("due_at")[:200])
    wanted = FollowUpState.KEPT if state == "kept" else FollowUpState.EXCUSED
    closed = rows.filter(state=wanted, closed_at__isnull=False)
    return keyset(closed, by="closed_at", cursor=cursor, size=size)


def next_promises(size: int = 4) -> list[FollowUp]:
    """List the open promises that come due next, overdue ones first."""
    rows = FollowUp.objects.filter(post__state__in=LISTED, state=FollowUpState.OPEN)
    return list(rows.select_related("post__live", "unit").order_by("due_at")[:size])


def promise_counts() -> dict[str, int]:
    """Count the promises of public posts by what became of them, the kept ones told apart by whether in time."""
    rows = FollowUp.objects.filter(post__state__in=LISTED)
    late = Q(state=FollowUpState.OPEN, due_at__lt=clock.now())
    found = rows.aggregate(
        open=Count("pk", filter=Q(state=FollowUpState.OPEN)),
        late=Count("pk", filter=late),
        kept=Count("pk", filter=Q(state=FollowUpState.KEPT)),
        excused=Count("pk", filter=Q(state=FollowUpState.EXCUSED)),
    )
    return dict(found)


# one unit


@dataclass(frozen=True)
class Record:
    """How a unit has spoken and kept its word: computed from the posts themselves."""

    posts_30: int
    responses_30: int
    corrections_365: int
    promises_open: int
    promises_late: int
    promises_kept: int
    kept_in_time: int


def record_of(unit: Unit) -> Record:
    """Compute a unit's record; what it signed together with others counts as what it said."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) + (SELECT count(*) FROM posts_post j
                WHERE j.state IN ('published', 'expired') AND NOT (j.signers = '{}')
                  AND j.signers && %(units)s::bigint[]
                  AND j.published_at >= %(month)s),
              count(*) FILTER (WHERE purpose = 'response'),
              (SELECT count(*) FROM posts_correction c JOIN posts_post p ON p.id = c.post_id
                WHERE p.unit_id = %(unit)s AND c.state = 'published' AND c.published_at >= %(year)s),
              (SELECT array[count(*) FILTER (WHERE f.state = 'open'),
                            count(*) FILTER (WHERE f.state = 'open' AND f.due_at < %(now)s),
                            count(*) FILTER (WHERE f.state = 'kept'),
                            count(*) FILTER (WHERE f.state = 'kept' AND f.closed_at <= f.due_at)]
                 FROM posts_followup f JOIN posts_post p ON p.id = f.post_id
                WHERE f.unit_id = %(unit)s AND p.state IN ('published', 'expired'))
              FROM posts_post
             WHERE state IN ('published', 'expired') AND unit_id = %(unit)s AND published_at >= %(month)s
            """,
            {
                "unit": unit.pk,
                "units": [unit.pk],
                "now": now,
                "month": now - timedelta(days=30),
                "year": now - timedelta(days=365),
            },
        )
        posts, responses, corrections, kept = cursor.fetchone()
    return Record(posts, responses, corrections, *kept)


def columns_of(unit: Unit) -> list[Column]:
    """List the open columns a unit keeps."""
    return list(Column.objects.filter(owner=unit, closed_on__isnull=True))


# shelves


def column_by_slug(slug: str) -> Column:
    """Return a column, a closed one too; raise NotFound."""
    found = Column.objects.select_related("owner").filter(slug=slug).first()
    if found is None:
        raise NotFound(_("There is no such column."))
    return found


def topic_by_slug(slug: str) -> Topic:
    """Return a topic; raise NotFound."""
    found = Topic.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound(_("There is no such topic."))
    return found


def columns(size: int | None = None) -> list[Column]:
    """List the open columns, those that spoke last first."""
    rows = Column.objects.filter(closed_on__isnull=True).order_by("position", "pk")
    return list(rows[:size] if size else rows)


def topics(size: int | None = None) -> Sequence[Topic]:
    """List the topics, those that were spoken of last first; ones never used come at the end."""
    places = PostTopic.objects.filter(topic=OuterRef("pk"), at__isnull=False).order_by("-at")
    rows = Topic.objects.annotate(last_at=Subquery(places.values("at")[:1]))
    found = list(rows.order_by(F("last_at").desc(nulls_last=True), "position", "pk"))
    return found[:size] if size else found


def newest_issue() -> Issue | None:
    """Return the newest public issue with its cover."""
    rows = Issue.objects.filter(state=IssueState.PUBLISHED).select_related("unit", "cover")
    return rows.order_by("-published_at", "-pk").first()


# search


def remit_words(most: int) -> list[str]:
    """List words people may look for, at most so many: names of columns, topics and units, matters and synonyms."""
    words: list[str] = [*Column.objects.values_list("name", flat=True)[:most]]
    words += Topic.objects.values_list("name", flat=True)[:most]
    units = Unit.objects.filter(closed_on__isnull=True).order_by("depth", "pk")
    for name, short in units.values_list("name", "short_name")[:most]:
        words += [name, short]
    for matter, synonyms in Remit.objects.order_by("pk").values_list("matter", "synonyms")[:most]:
        words += [matter, *map(str, synonyms)]
    return list(dict.fromkeys(words))[:most]


def names_of(
    unit_ids: Collection[int], column_ids: Collection[int]
) -> tuple[dict[int, Unit], dict[int, Column]]:
    """Return the units and columns that stand in facets, by id."""
    return Unit.objects.in_bulk(list(unit_ids)), Column.objects.in_bulk(list(column_ids))


# everything, for maps and exports


@dataclass(frozen=True)
class MapRow:
    """An address's last part and when it last changed."""

    key: str
    changed_at: datetime


def newest_post_id() -> int:
    """Return the highest id among public posts, 0 when there are none."""
    return Post.objects.filter(state__in=PUBLIC).order_by("-pk").values_list("pk", flat=True).first() or 0


def posts_between(first: int, last: int) -> list[MapRow]:
    """List public posts by id for one page of the site's map, with the time of their last change."""
    rows = Post.objects.filter(state__in=LISTED, pk__gte=first, pk__lte=last).order_by("pk")
    return [MapRow(*row) for row in rows.values_list("public_id", "changed_at")]
