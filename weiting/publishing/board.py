"""The board of deliveries: what needs a person, what waits and why, what is done; and where one text went.

A million rows are read like a hundred: each list takes the first rows of an index for each state and each channel, and
counts stop at a thousand.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection as database
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection
from weiting.core.errors import NotFound
from weiting.core.paging import Page, pack, unpack
from weiting.posts.models import Issue, Post
from weiting.publishing import access
from weiting.publishing.actions.delivering import is_there
from weiting.publishing.flow import DeliveryState as State
from weiting.publishing.models import STOPPED, Act, Delivery
from weiting.publishing.reach import reach_of
from weiting.publishing.rows import Health, Resting, Row
from weiting.publishing.sent import last_arrived
from weiting.units.access import reach_q

SIZE = 30
COUNTED_TO = 1000
# Texts of a title that are looked through for their deliveries.
FOUND = 200


class Part(StrEnum):
    """A part of the board."""

    NEEDS = "needs"
    WAITS = "waits"
    DONE = "done"


STATES: dict[str, tuple[str, ...]] = {
    Part.WAITS: (State.SENDING, State.IN_DOUBT, State.QUEUED, State.ACCEPTED),
    Part.DONE: (State.DELIVERED, State.CALLED_OFF),
}


@dataclass
class Scope:
    """Which channels somebody looks at; `everything` spares asking for each of them."""

    connections: list[int]
    everything: bool = False
    found: list[int] = field(default_factory=list)
    is_search: bool = False


def scope_of(person: Person, *, connection: str = "", unit: str = "", q: str = "") -> Scope:
    """Return the channels a person may look at, narrowed by what was chosen.

    Raises NotFound for a channel or unit that is not theirs.
    """
    mine = Connection.objects.filter(reach_q(person, access.SEE, "unit"))
    if connection:
        mine = mine.filter(public_id=connection)
    if unit:
        mine = mine.filter(unit__public_id=unit)
    keys = list(mine.order_by("pk").values_list("pk", flat=True))
    if (connection or unit) and not keys:
        raise NotFound(_("This page does not exist, or it is not for you."))
    made = Scope(keys, everything=not connection and not unit and len(keys) == Connection.objects.count())
    if q.strip():
        made.is_search, made.found = True, _releases_called(q.strip()[:60], keys)
    return made


def _releases_called(title: str, connections: Collection[int]) -> list[int]:
    units = Connection.objects.filter(pk__in=connections).values("unit")
    posts = Post.objects.filter(unit__in=units, live__title__icontains=title).order_by("-published_at", "-pk")
    issues = Issue.objects.filter(unit__in=units, title__icontains=title).order_by("-pk")
    about = Q(release__post__in=list(posts.values_list("pk", flat=True)[:FOUND]))
    about |= Q(release__issue__in=list(issues.values_list("pk", flat=True)[:FOUND]))
    return list(Delivery.objects.filter(about).order_by("-pk").values_list("pk", flat=True)[: 5 * FOUND])


def part(scope: Scope, which: str, *, cursor: str = "", size: int = SIZE, state: str = "") -> Page[Delivery]:
    """Return one page of a part of the board, newest first."""
    at = unpack(cursor) if cursor else None
    if which == Part.NEEDS:
        keys = _stopped(scope, at, size + 1)
    else:
        states = [each for each in STATES[which] if state in {"", each}]
        keys = (
            _searched(scope, states, at, size + 1) if scope.is_search else _first(scope, states, at, size + 1)
        )
    more = len(keys) > size
    keys = keys[:size]
    rows = {row.pk: row for row in full(Delivery.objects.filter(pk__in=[pk for pk, _at in keys]))}
    next_ = pack(keys[-1][1], keys[-1][0]) if more else ""
    return Page([rows[pk] for pk, _at in keys if pk in rows], next_, at is None)


Keys = list[tuple[int, datetime]]

ALL = """
SELECT d.id, d.queued_at FROM unnest(%(states)s::text[]) s CROSS JOIN LATERAL (
  SELECT id, queued_at FROM publishing_delivery
   WHERE state = s AND needs = '' AND (%(at)s::timestamptz IS NULL OR (queued_at, id) < (%(at)s, %(pk)s))
   ORDER BY queued_at DESC, id DESC LIMIT %(most)s) d
 ORDER BY d.queued_at DESC, d.id DESC LIMIT %(most)s
"""
SOME = """
SELECT d.id, d.queued_at FROM unnest(%(lines)s::bigint[]) c CROSS JOIN unnest(%(states)s::text[]) s
 CROSS JOIN LATERAL (
  SELECT id, queued_at FROM publishing_delivery
   WHERE connection_id = c AND state = s AND needs = ''
     AND (%(at)s::timestamptz IS NULL OR (queued_at, id) < (%(at)s, %(pk)s))
   ORDER BY queued_at DESC, id DESC LIMIT %(most)s) d
 ORDER BY d.queued_at DESC, d.id DESC LIMIT %(most)s
"""
COUNT_ALL = """
SELECT count(*) FROM unnest(%(states)s::text[]) s CROSS JOIN LATERAL (
  SELECT 1 FROM publishing_delivery WHERE state = s AND needs = '' LIMIT %(most)s) d
"""
COUNT_SOME = """
SELECT count(*) FROM unnest(%(lines)s::bigint[]) c CROSS JOIN unnest(%(states)s::text[]) s CROSS JOIN LATERAL (
  SELECT 1 FROM publishing_delivery WHERE connection_id = c AND state = s AND needs = '' LIMIT %(most)s) d
"""


def _first(scope: Scope, states: Sequence[str], at: tuple[datetime, int] | None, most: int) -> Keys:
    given: dict[str, Any] = {
        "states": list(states),
        "lines": scope.connections,
        "at": at[0] if at else None,
        "pk": at[1] if at else 0,
        "most": most,
    }
    with database.cursor() as cursor:
        cursor.execute(ALL if scope.everything else SOME, given)
        return [(pk, queued_at) for pk, queued_at in cursor.fetchall()]


def _searched(scope: Scope, states: Sequence[str], at: tuple[datetime, int] | None, most: int) -> Keys:
    rows = Delivery.objects.filter(pk__in=scope.found, connection__in=scope.connections, state__in=states)
    return _after(rows.filter(needs=""), at, most)


def _stopped(scope: Scope, at: tuple[datetime, int] | None, most: int) -> Keys:
    rows = Delivery.objects.filter(STOPPED)
    if not scope.everything:
        rows = rows.filter(connection__in=scope.connections)
    if scope.is_search:
        rows = rows.filter(pk__in=scope.found)
    return _after(rows, at, most)


def _after(rows: QuerySet[Delivery], at: tuple[datetime, int] | None, most: int) -> Keys:
    if at is not None:
        rows = rows.filter(queued_at__lte=at[0]).exclude(queued_at=at[0], pk__gte=at[1])
    return list(rows.order_by("-queued_at", "-pk").values_list("pk", "queued_at")[:most])


def counts(scope: Scope) -> dict[str, int]:
    """Count the parts of the board, each up to a thousand."""
    rows = Delivery.objects.filter(STOPPED)
    if not scope.everything:
        rows = rows.filter(connection__in=scope.connections)
    found = {str(Part.NEEDS): rows.order_by()[:COUNTED_TO].count()}
    for which, states in STATES.items():
        given: dict[str, Any] = {"states": list(states), "lines": scope.connections, "most": COUNTED_TO}
        with database.cursor() as cursor:
            cursor.execute(COUNT_ALL if scope.everything else COUNT_SOME, given)
            found[str(which)] = min(cursor.fetchone()[0], COUNTED_TO)
    return found


def full(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Read deliveries with everything their words need."""
    return rows.select_related(
        "connection__unit",
        "connection__account",
        "release__post",
        "release__revision",
        "release__correction",
        "release__issue",
        "receipt__by",
        "of__receipt",
    )


def resting(scope: Scope, most: int = 50) -> list[Resting]:
    """List the accounts that rest, with how much waits for each."""
    rows = list(
        Connection.objects.filter(pk__in=scope.connections)
        .filter(
            Q(state=ConnectionState.FROZEN) | ~Q(needs=""),
            state__in=[ConnectionState.LIVE, ConnectionState.FROZEN],
        )
        .select_related("unit")
        .order_by("needs_since", "pk")[:most]
    )
    waiting = _waiting([each.pk for each in rows])
    return [Resting(each, waiting.get(each.pk, 0)) for each in rows]


WAITING = """
SELECT c, count(*) FROM unnest(%(lines)s::bigint[]) c CROSS JOIN LATERAL (
  SELECT 1 FROM publishing_delivery
   WHERE connection_id = c AND state IN ('queued', 'sending', 'in_doubt') AND needs = '' LIMIT %(most)s) d
 GROUP BY c
"""


def _waiting(connections: Sequence[int]) -> dict[int, int]:
    if not connections:
        return {}
    with database.cursor() as cursor:
        cursor.execute(WAITING, {"lines": list(connections), "most": COUNTED_TO})
        return dict(cursor.fetchall())


def accounts(scope: Scope) -> list[Health]:
    """List every channel with what stopped and what waits there; those with trouble first."""
    rows = list(
        Connection.objects.filter(pk__in=scope.connections)
        .exclude(state=ConnectionState.ENDED)
        .select_related("unit", "account")
        .order_by("unit__path", "name", "pk")
    )
    keys = [each.pk for each in rows]
    stopped = dict(
        Delivery.objects.filter(STOPPED, connection__in=keys)
        .order_by()
        .values_list("connection")
        .annotate(n=Count("pk"))
    )
    waiting = _waiting(keys)
    last = last_arrived(rows)
    found = [
        Health(each, stopped.get(each.pk, 0), waiting.get(each.pk, 0), last.get(each.pk)) for each in rows
    ]
    return sorted(found, key=lambda each: (not each.connection.needs, not each.stopped, not each.waiting))


def units_of(scope: Scope) -> list[tuple[str, str]]:
    """List the units of these channels, as a choice."""
    rows = Connection.objects.filter(pk__in=scope.connections).order_by("unit__path")
    return list(dict.fromkeys(rows.values_list("unit__public_id", "unit__short_name")))


def rows_of(subject: Post | Issue, *, with_reach: bool = False) -> list[Row]:
    """Return where a text went: one row for each sending, what followed it below it; those that need a person first.

    `with_reach`: also how far each has come to those who follow or subscribe.
    """
    about = Q(release__post=subject) if isinstance(subject, Post) else Q(release__issue=subject)
    found = list(full(Delivery.objects.filter(about)).order_by("pk"))
    reach = reach_of(found) if with_reach else {}
    followers: dict[int, list[Row]] = {}
    for each in found:
        if each.of_id is not None:
            followers.setdefault(each.of_id, []).append(Row(each, reach=reach.get(each.pk)))
    rows = [
        Row(each, followers.get(each.pk, ()), is_there(each, found), reach.get(each.pk))
        for each in found
        if each.act == Act.SEND
    ]
    return sorted(
        rows, key=lambda row: (not _has_trouble(row), row.delivery.connection.name, row.delivery.pk)
    )


def _has_trouble(row: Row) -> bool:
    return row.stopped or any(each.stopped for each in row.after)


def not_taken_back(rows: Iterable[Row]) -> list[Row]:
    """List the withdrawals that the channel does not let us make: somebody has to take the text down there."""
    return [
        each
        for row in rows
        for each in row.after
        if each.delivery.act == Act.WITHDRAW and each.delivery.state == State.REFUSED
    ]


def delivery_for(person: Person, public_id: str) -> Delivery:
    """Return a delivery; raise NotFound when there is none or it is not for this person."""
    seen = reach_q(person, access.SEE, "connection__unit")
    found = full(Delivery.objects.filter(seen, public_id=public_id)).first()
    if found is None:
        raise NotFound(_("This page does not exist, or it is not for you."))
    return found


def row_for(delivery: Delivery) -> Row:
    """Return one delivery with what followed it."""
    about = Q(pk=delivery.pk) | Q(of=delivery.pk)
    found = list(full(Delivery.objects.filter(about)).order_by("pk"))
    reach = reach_of(found)
    after = [Row(each, reach=reach.get(each.pk)) for each in found if each.of_id == delivery.pk]
    return Row(delivery, after, is_there(delivery, found), reach.get(delivery.pk))


def needing(person: Person) -> int:
    """Count the deliveries and the resting accounts that need this person's unit, up to a thousand."""
    mine = reach_q(person, access.PLAN, "connection__unit")
    return Delivery.objects.filter(STOPPED, mine).order_by()[:COUNTED_TO].count()
