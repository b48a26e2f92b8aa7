"""Everything that is asked of calls: who is asked, what waits for whom, what a list of posts leaves out."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.core.errors import NotFound
from weiting.posts.flow import LISTED, PostState
from weiting.posts.models import Post
from weiting.posts.passing import OneText
from weiting.publishing.destinations import connections_of
from weiting.relay import access
from weiting.relay.budget import rules_of
from weiting.relay.flow import AskState, CallState
from weiting.relay.models import Ask, Call, Group, Room
from weiting.units.access import RULES, current, may_anywhere, reach_q
from weiting.units.models import Membership, Scope, SectionUnit, Unit


def asks_for(person: Person) -> QuerySet[Ask]:
    """Return what is asked of the units for which a person may answer."""
    return Ask.objects.filter(reach_q(person, access.ANSWER, "unit")).select_related(
        "call__post__live", "call__unit", "unit"
    )


def waiting_for(person: Person) -> QuerySet[Ask]:
    """Return what still waits for an answer a person may give, most urgent first."""
    rows = asks_for(person).filter(state=AskState.ASKED, call__state=CallState.OPEN)
    return rows.order_by("call__due_at", "pk")


def calls_of(person: Person) -> QuerySet[Call]:
    """Return the calls a person may see: those of units they see there, and those that ask units of theirs."""
    asked = Ask.objects.filter(reach_q(person, access.SEE, "unit"), call=OuterRef("pk"))
    return Call.objects.filter(reach_q(person, access.SEE, "unit") | Q(Exists(asked)))


def listed_calls(person: Person) -> QuerySet[Call]:
    """Return the calls of the units a person sees, with how far each has come; newest first."""
    done = Q(asks__state=AskState.ACCEPTED) & (
        Q(asks__post__state__in=LISTED) | Q(asks__seen_at__isnull=False)
    )
    return (
        Call.objects.filter(reach_q(person, access.SEE, "unit"))
        .select_related("unit", "post__live")
        .annotate(
            asked=Count("asks", filter=~Q(asks__state=AskState.CALLED_OFF)),
            passed=Count("asks", filter=done),
            declined=Count("asks", filter=Q(asks__state=AskState.DECLINED)),
        )
        .order_by("-opened_at", "-pk")
    )


def call_for(person: Person, public_id: str) -> Call:
    """Return a call a person may see; raise NotFound."""
    found = calls_of(person).select_related("unit", "post__unit", "post__live", "opened_by", "exempt_by")
    call = found.filter(public_id=public_id).first()
    if call is None:
        raise NotFound(_("This page does not exist, or it is not for you."))
    return call


def public_call(public_id: str) -> Call:
    """Return a call whose coverage stands in the hall; raise NotFound."""
    rows = Call.objects.filter(is_public=True, public_id=public_id)
    call = rows.select_related("unit", "post__unit", "post__live", "opened_by", "exempt_by").first()
    if call is None:
        raise NotFound(_("There is no such relay call."))
    return call


# So far back the record of units goes.
RECORD = timedelta(days=180)


@dataclass
class Record:
    """How a unit answered of late, and whose texts it passed on how often."""

    unit: Unit
    asked: int = 0
    passed: int = 0
    declined: int = 0
    silent: int = 0
    sources: Counter[str] = field(default_factory=Counter)

    @property
    def whose(self) -> list[tuple[str, int]]:
        """List whose texts it passed on, most often first."""
        return self.sources.most_common(5)


def lately(person: Person) -> QuerySet[Ask]:
    """Return what was asked in the last half year of the units a person sees, and not called off."""
    rows = Ask.objects.filter(reach_q(person, access.SEE, "unit"), call__opened_at__gte=clock.now() - RECORD)
    return rows.exclude(state=AskState.CALLED_OFF).select_related(
        "unit", "call__post__unit", "call__post__live", "post"
    )


def records(person: Person) -> list[Record]:
    """Count how the units a person sees have answered; each figure is the length of a list one can open."""
    found: dict[int, Record] = {}
    now = clock.now()
    for ask in lately(person).order_by("unit__path", "pk"):
        row = found.setdefault(ask.unit_id, Record(ask.unit))
        row.asked += 1
        if outcome(ask, now) == "passed":
            row.passed += 1
            row.sources[ask.call.post.unit.short_name] += 1
        row.declined += ask.state == AskState.DECLINED
        row.silent += outcome(ask, now) == "silent"
    return list(found.values())


def outcome(ask: Ask, now: datetime) -> str:
    """Say in a word what an answer came to: passed, declined, silent, or "" while it may still be given."""
    if ask.state == AskState.DECLINED:
        return "declined"
    if ask.state == AskState.ASKED:
        return "silent" if ask.call.due_at <= now else ""
    is_out = ask.post is not None and ask.post.state in LISTED
    return "passed" if is_out or ask.seen_at is not None else ""


def candidates(person: Person, most: int = 40) -> list[Post]:
    """List the newest public texts a person may open a call for: none that was passed on itself, none with a call."""
    if not may_anywhere(person, access.CALL):
        return []
    open_ones = Call.objects.filter(post=OuterRef("pk"), state=CallState.OPEN)
    relayed = Ask.objects.filter(post=OuterRef("pk"))
    rows = Post.objects.filter(~Exists(open_ones), ~Exists(relayed), state=PostState.PUBLISHED)
    return list(rows.select_related("unit", "live").order_by("-published_at", "-pk")[:most])


def groups_of(person: Person) -> QuerySet[Group]:
    """Return the groups kept by units for which a person opens calls."""
    rows = Group.objects.filter(reach_q(person, access.CALL, "owner"), retired_at__isnull=True)
    return rows.select_related("owner").annotate(size=Count("places")).order_by("name")


def gather(
    centre: Unit,
    *,
    groups: Iterable[Group] = (),
    kinds: Collection[str] = (),
    sections: Collection[int] = (),
    below: Iterable[Unit] = (),
    units: Iterable[Unit] = (),
) -> list[Unit]:
    """List the open units below a centre that are meant by groups, kinds, sections, subtrees or by name, each once."""
    wanted = Q(pk__in=[unit.pk for unit in units])
    wanted |= Q(pk__in=Group.units.through.objects.filter(group__in=list(groups)).values("unit"))
    if kinds:
        wanted |= Q(kind__in=list(kinds))
    if sections:
        wanted |= Q(pk__in=SectionUnit.objects.filter(section__in=sections).values("unit"))
    for unit in below:
        wanted |= Q(path__startswith=unit.path)
    rows = Unit.objects.filter(wanted, path__startswith=centre.path, closed_on__isnull=True)
    return list(rows.order_by("path"))


def answerers(units: Sequence[Unit]) -> dict[int, list[Person]]:
    """Map units to those who answer for them: of the unit itself, else those above it with reach, the nearest first."""
    above = {pk for unit in units for pk in unit.ancestor_ids}
    rows = current(Membership.objects.filter(role__in=RULES[access.ANSWER])).filter(
        Q(unit__in=[unit.pk for unit in units]) | Q(unit__in=above, scope=Scope.SUBTREE)
    )
    here: defaultdict[int, dict[int, Person]] = defaultdict(dict)
    reach: defaultdict[int, dict[int, Person]] = defaultdict(dict)
    for held in rows.select_related("person"):
        here[held.unit_id][held.person_id] = held.person
        if held.scope == Scope.SUBTREE:
            reach[held.unit_id][held.person_id] = held.person
    found = {}
    for unit in units:
        people = here.get(unit.pk) or next(
            (reach[pk] for pk in reversed(unit.ancestor_ids) if pk in reach), {}
        )
        found[unit.pk] = list(people.values())
    return found


def accounts_of(unit: Unit) -> list[Connection]:
    """List where a unit's texts go besides the hall, official accounts of its leaders and spokespersons among them."""
    found = Connection.objects.filter(pk__in=[each.pk for each in connections_of(unit)])
    return list(found.select_related("account__holder__person").order_by("name", "pk"))


# What lists of posts show.


@dataclass(frozen=True)
class Mark:
    """What a list says beside a post: of a reprint whose text it is, of an original how many passed it on."""

    source: Post | None = None
    units: int = 0
    # Its coverage, where that stands in the hall.
    coverage: str = ""
    # What has become of the original since.
    is_stale: bool = False


# An answer that counts: its text stands in the hall, or was seen where its system says.
THERE = Q(state=AskState.ACCEPTED) & (Q(post__state__in=LISTED) | Q(seen_at__isnull=False))


def once_each(posts: QuerySet[Post], unit_ids: Collection[int] | None) -> QuerySet[Post]:
    """Leave out reprints that say again what a list holds, and count beside each original who passed it on.

    In a list of all units the original is the one row; elsewhere the original, or the first reprint of it there. The
    counts come with the posts: `marks` asks nothing more for them.
    """
    calls = Call.objects.filter(post=OuterRef("pk"), is_public=True).order_by("-pk")
    passed = Ask.objects.filter(THERE, call__post=OuterRef("pk")).order_by().values("call__post")
    mine = Ask.objects.filter(post=OuterRef("pk")).order_by()
    posts = posts.annotate(
        relay_units=Subquery(passed.annotate(n=Count("unit", distinct=True)).values("n")),
        relay_coverage=Subquery(calls.values("public_id")[:1]),
        relay_of=Subquery(mine.values("call__post")[:1]),
        relay_hash=Subquery(mine.values("source_hash")[:1]),
    )
    if unit_ids is None:
        return posts.filter(~Exists(mine.filter(call__post__state=PostState.PUBLISHED)))
    ids = list(unit_ids)
    if len(ids) == 1:
        return posts
    earlier = Ask.objects.filter(
        call__post=OuterRef("call__post"), unit__in=ids, post__state__in=LISTED, post__lt=OuterRef("post")
    ).order_by()
    theirs = Q(call__post__unit__in=ids) | Q(call__post__signers__overlap=ids)
    repeats = mine.filter(Q(theirs, call__post__state__in=LISTED) | Exists(earlier))
    return posts.filter(~Exists(repeats))


def one_text(post_id: int) -> OneText:
    """Return the original a post is or passes on, with everything else that passes it on."""
    mine = Ask.objects.filter(post=post_id).select_related("call", "unit").first()
    source = mine.call.post_id if mine else post_id
    rows = Ask.objects.filter(call__post=source, state=AskState.ACCEPTED, post__isnull=False).order_by(
        "answered_at", "pk"
    )
    found = list(rows.values_list("post", "unit__short_name", "post__state"))
    # What cannot wait is outside every budget.
    most = rules_of(mine.unit).per_reader if mine and mine.call.exempt_by_id is None else None
    return OneText(
        source,
        frozenset({source, post_id, *(post for post, _unit, _state in found if post)}),
        mine is not None,
        tuple(dict.fromkeys(unit for _post, unit, state in found if state in LISTED)),
        most,
    )


def marks(posts: Collection[Post]) -> dict[int, Mark]:
    """Map posts to what is said beside them; one question for the originals of reprints, none where there is none.

    Posts that were not read through `once_each` are asked about first.
    """
    if any(not hasattr(post, "relay_units") for post in posts):
        known = once_each(Post.objects.filter(pk__in=[post.pk for post in posts]), [0]).only("pk")
        rows: Collection[Post] = list(known)
    else:
        rows = posts
    sources = {row.relay_of for row in rows if row.relay_of}  # type: ignore[attr-defined]
    found = Post.objects.select_related("unit", "live").in_bulk(sources) if sources else {}
    return {row.pk: mark for row in rows if (mark := _mark(row, found)) is not None}


def _mark(row: Any, sources: dict[int, Post]) -> Mark | None:
    source = sources.get(row.relay_of)
    if source is not None:
        live = source.live.content_hash if source.live else ""
        return Mark(source, is_stale=source.state not in LISTED or live != row.relay_hash)
    return Mark(units=row.relay_units, coverage=row.relay_coverage or "") if row.relay_units else None


def rooms_of(person: Person) -> QuerySet[Room]:
    """Return the rooms a person may see: of their units, or with a task of theirs; newest first."""
    mine = reach_q(person, access.SEE, "unit") | reach_q(person, access.TAKE_PART, "tasks__unit")
    mine |= reach_q(person, access.LET_OUT, "tasks__unit")
    return Room.objects.filter(mine).select_related("unit").distinct().order_by("-opened_at", "-pk")


def room_for(person: Person, public_id: str) -> Room:
    """Return a room a person may see; raise NotFound."""
    room = rooms_of(person).filter(public_id=public_id).first()
    if room is None:
        raise NotFound(_("This page does not exist, or it is not for you."))
    return room


def public_room(public_id: str) -> Room:
    """Return a room the hall shows; raise NotFound."""
    room = Room.objects.filter(is_public=True, public_id=public_id).select_related("unit").first()
    if room is None:
        raise NotFound(_("There is no such room."))
    return room


def left_of(room: Room) -> str:
    """Say in words how much of the two hours is left, how late it is, or how long it took."""
    ended = room.closed_at or clock.now()
    if room.closed_at is not None:
        return _("took %(time)s") % {"time": span(ended - room.opened_at)}
    if room.due_at > ended:
        return _("%(time)s left") % {"time": span(room.due_at - ended)}
    return _("%(time)s over time") % {"time": span(ended - room.due_at)}


def span(time: timedelta) -> str:
    """Write a stretch of time in hours and minutes."""
    minutes = int(time.total_seconds()) // 60
    if minutes < 60:
        return _("%(m)s min") % {"m": minutes}
    return _("%(h)s h %(m)s min") % {"h": minutes // 60, "m": minutes % 60}
