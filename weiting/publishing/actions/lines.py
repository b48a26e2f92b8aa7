"""The rows of lines and deliveries as workers take and settle them: a few statements, each safe against all others."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from weiting import jobs
from weiting.channels.models import Connection
from weiting.channels.wire import storable
from weiting.core import clock
from weiting.publishing.actions.overtaken import call_off_overtaken
from weiting.publishing.flow import DeliveryState
from weiting.publishing.models import Receipt

# What tells workers that something waits.
TAG = "deliveries"

CLAIM = """
WITH due AS MATERIALIZED (
  SELECT connection_id FROM publishing_line
   WHERE next_at <= %(now)s AND (leased_until IS NULL OR leased_until <= %(now)s) AND kind <> ALL(%(full)s)
     AND connection_id <> ALL(%(mine)s)
   ORDER BY next_at LIMIT %(most)s FOR UPDATE SKIP LOCKED),
heads AS MATERIALIZED (
  SELECT due.connection_id AS line, d.* FROM due LEFT JOIN LATERAL (
    SELECT id, public_id, state, release_id, act, of_id, attempts, queued_at, called_at, not_before
      FROM publishing_delivery
     WHERE connection_id = due.connection_id AND state IN ('queued', 'sending', 'in_doubt') AND needs = ''
     ORDER BY id LIMIT 1) d ON true),
taken AS (
  UPDATE publishing_delivery p
     SET state = CASE WHEN h.state = 'queued' THEN 'sending' ELSE 'in_doubt' END,
         called_at = CASE WHEN h.state = 'queued' THEN %(now)s ELSE p.called_at END,
         attempts = p.attempts + 1
    FROM heads h WHERE p.id = h.id AND (h.not_before IS NULL OR h.not_before <= %(now)s)
  RETURNING p.id, p.state, p.called_at, p.attempts),
held AS (
  UPDATE publishing_line l
     SET holder = CASE WHEN t.id IS NULL THEN '' ELSE %(holder)s END,
         leased_until = CASE WHEN t.id IS NULL THEN NULL ELSE %(until)s END,
         next_at = CASE WHEN h.id IS NULL THEN NULL WHEN t.id IS NULL THEN h.not_before ELSE l.next_at END
    FROM heads h LEFT JOIN taken t ON t.id = h.id WHERE l.connection_id = h.line)
SELECT h.id, h.public_id, h.line, h.release_id, h.act, h.of_id, t.state, t.attempts, h.queued_at, t.called_at
  FROM heads h JOIN taken t ON t.id = h.id
"""
# What a channel works on holds no line: it is asked about beside it. Nobody asks about it again before `until`.
FOLLOW = """
WITH due AS MATERIALIZED (
  SELECT d.id FROM publishing_delivery d JOIN channels_connection c ON c.id = d.connection_id
   WHERE d.state = 'accepted' AND d.needs = '' AND d.not_before <= %(now)s AND c.needs = ''
   ORDER BY d.not_before LIMIT %(most)s FOR UPDATE OF d SKIP LOCKED)
UPDATE publishing_delivery d SET not_before = %(until)s FROM due WHERE d.id = due.id
RETURNING d.id, d.public_id, d.connection_id, d.release_id, d.act, d.of_id, d.state, d.attempts, d.queued_at,
          d.called_at
"""
NEXT = """
SELECT LEAST((SELECT min(next_at) FROM publishing_line WHERE leased_until IS NULL),
             (SELECT min(d.not_before) FROM publishing_delivery d JOIN channels_connection c ON c.id = d.connection_id
               WHERE d.state = 'accepted' AND d.needs = '' AND c.needs = ''))
"""
# What is accepted changes only by the word of who asked about it. Anything but an arrival is believed of the last claim
# only: whoever lost its line meanwhile knows less than its present holder.
SETTLE = """
UPDATE publishing_delivery d
   SET state = s.state, not_before = s.not_before, code = s.code, why = s.why, needs = s.needs,
       called_at = COALESCE(s.begun_at, d.called_at),
       settled_at = CASE WHEN d.state = s.state THEN d.settled_at
         WHEN s.state IN ('delivered', 'accepted', 'refused', 'gave_up', 'called_off') THEN %(now)s END
  FROM json_to_recordset(%(ends)s::json)
       AS s(id bigint, state text, not_before timestamptz, code text, why text, needs text, follows boolean,
            attempts int, called_at timestamptz, begun_at timestamptz)
 WHERE d.id = s.id
   AND CASE WHEN s.follows THEN d.state = 'accepted' ELSE d.state IN ('sending', 'in_doubt', 'queued')
         AND (s.state IN ('delivered', 'accepted') OR d.state <> 'queued' AND d.attempts = s.attempts
           AND d.called_at IS NOT DISTINCT FROM s.called_at) END
RETURNING d.id
"""
# Only the holder gives a line back; one in which nothing waits is not looked at again until something is laid down, one
# that rests not before it goes on.
RELEASE = """
UPDATE publishing_line l
   SET holder = '', leased_until = NULL,
       next_at = (
         SELECT GREATEST(s.next_at, d.not_before) FROM publishing_delivery d
          WHERE d.connection_id = s.id AND d.state IN ('queued', 'sending', 'in_doubt') AND d.needs = ''
            AND EXISTS (SELECT FROM channels_connection c WHERE c.id = s.id AND c.state = 'live' AND c.needs = '')
          ORDER BY d.id LIMIT 1)
  FROM json_to_recordset(%(held)s::json) AS s(id bigint, next_at timestamptz)
 WHERE l.connection_id = s.id AND l.holder = %(holder)s
"""
RECEIVE = """
INSERT INTO publishing_receipt (delivery_id, external_id, url, at, digest, way, standing, check_at)
SELECT * FROM json_to_recordset(%(receipts)s::json)
           AS r(delivery_id bigint, external_id text, url text, at timestamptz, digest text, way text, standing text,
                check_at timestamptz)
ON CONFLICT DO NOTHING
"""
RECEIVED = ("delivery_id", "external_id", "url", "at", "digest", "way", "standing", "check_at")
# Whoever was renewed while the call was under way needs nothing: the next call is made with what is new.
REST = """
UPDATE channels_connection c SET needs = s.needs, needs_code = s.code, needs_since = %(now)s
  FROM unnest(%(lines)s::bigint[], %(needs)s::text[], %(codes)s::text[], %(sealed)s::bytea[], %(bases)s::text[])
       AS s(id, needs, code, sealed, base)
 WHERE c.id = s.id AND c.needs = '' AND (s.sealed IS NULL OR c.sealed = s.sealed AND c.base = s.base)
"""
# One that is locked just now is renewed the next time.
RENEW = """
WITH mine AS MATERIALIZED (
  SELECT connection_id FROM publishing_line WHERE holder = %(holder)s AND connection_id = ANY(%(lines)s)
   ORDER BY connection_id FOR UPDATE SKIP LOCKED)
UPDATE publishing_line l SET leased_until = %(until)s FROM mine WHERE l.connection_id = mine.connection_id
"""
WAKE = """
UPDATE publishing_line SET next_at = LEAST(COALESCE(next_at, %(at)s), %(at)s) WHERE connection_id = ANY(%(lines)s)
"""


@dataclass(frozen=True)
class Claimed:
    """One delivery a worker has taken; `state` is sending, or in_doubt when the channel is to be asked first.

    One that is accepted was taken without its line, to ask what became of it.
    """

    id: int
    key: str
    line: int
    release_id: int
    act: str
    of_id: int | None
    state: str
    attempts: int
    queued_at: datetime
    called_at: datetime
    claimed_at: datetime = field(default_factory=clock.now)
    # When it was called: it may have waited for a thread since it was taken.
    begun_at: datetime | None = None

    @property
    def follows(self) -> bool:
        """Whether the channel has it, and only its end is asked for."""
        return self.state == DeliveryState.ACCEPTED


@dataclass(frozen=True)
class Settled:
    """How a call ended. `receipt` where the channel has it; `rests` when nothing of the line may go on before a person
    has done what `needs` says, unless the settings `called_with` were renewed meanwhile."""

    claimed: Claimed
    state: str
    not_before: datetime | None = None
    code: str = ""
    why: str = ""
    needs: str = ""
    receipt: Receipt | None = None
    rests: bool = False
    called_with: Connection | None = None


def claim(
    holder: str, most: int, lease: timedelta, full: Collection[str] = (), mine: Collection[int] = ()
) -> list[Claimed]:
    """Take the heads of at most `most` lines for a worker, and commit that before anything is called; none of kinds
    that are `full`, nor of `mine`, which the worker is calling."""
    now = clock.now()
    given: dict[str, Any] = {
        "now": now,
        "until": now + lease,
        "holder": holder,
        "most": most,
        "full": list(full),
        "mine": list(mine),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM, given)
        return [Claimed(*row) for row in cursor.fetchall()]


def claim_accepted(most: int, lease: timedelta) -> list[Claimed]:
    """Take at most `most` accepted deliveries about which it is time to ask; asking twice would do no harm."""
    now = clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FOLLOW, {"now": now, "until": now + lease, "most": most})
        return [Claimed(*row) for row in cursor.fetchall()]


def settle(holder: str, done: Sequence[Settled]) -> list[Settled]:
    """Write how calls ended and give their lines back, in one transaction; return those that changed a row.

    A receipt is kept even when the line was taken by another worker meanwhile: what arrived has arrived.
    """
    now = clock.now()
    rows = sorted(done, key=lambda each: each.claimed.line)
    held = [each for each in rows if not each.claimed.follows]
    ends = [
        {
            "id": each.claimed.id,
            "state": each.state,
            "not_before": each.not_before,
            "code": storable(each.code)[:40],
            "why": storable(each.why)[:300],
            # What the whole connection needs stands there; the delivery itself waits on.
            "needs": "" if each.rests else each.needs,
            "follows": each.claimed.follows,
            "attempts": each.claimed.attempts,
            "called_at": each.claimed.called_at,
            "begun_at": each.claimed.begun_at,
        }
        for each in rows
    ]
    given: dict[str, Any] = {
        "now": now,
        "holder": holder,
        "ends": _json(ends),
        "held": _json([{"id": each.claimed.line, "next_at": _next(each, now)} for each in held]),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # In the order of the lines, so that two workers never wait for each other.
        cursor.execute(
            "SELECT 1 FROM publishing_line WHERE connection_id = ANY(%s) ORDER BY connection_id FOR UPDATE",
            [[each.claimed.line for each in held]],
        )
        cursor.execute(SETTLE, given)
        changed = {row[0] for row in cursor.fetchall()}
        back = [each.claimed.id for each in rows if each.state == DeliveryState.QUEUED]
        call_off_overtaken([pk for pk in back if pk in changed])
        resting = [each for each in rows if each.rests]
        if resting:
            cursor.execute(
                REST,
                {
                    "now": now,
                    "lines": [each.claimed.line for each in resting],
                    "needs": [each.needs for each in resting],
                    "codes": [storable(each.code)[:40] for each in resting],
                    "sealed": [each.called_with and bytes(each.called_with.sealed) for each in resting],
                    "bases": [each.called_with and each.called_with.base for each in resting],
                },
            )
        cursor.execute(RELEASE, given)
        kept = [each for each in rows if each.claimed.id in changed]
        _keep_receipts(kept)
    return kept


def _json(rows: Sequence[dict[str, Any]]) -> str:
    """Return rows as one parameter: read by PostgreSQL sooner than a list for each column is written by us."""
    return json.dumps(rows, ensure_ascii=False, default=datetime.isoformat)


def _next(each: Settled, now: datetime) -> datetime:
    """Return when the line goes on, unless it rests: what is only asked about from now on does not hold it."""
    return now if each.state == DeliveryState.ACCEPTED else each.not_before or now


def _keep_receipts(settled: Sequence[Settled]) -> None:
    for each in settled:
        if each.receipt is not None:
            each.receipt.external_id = storable(each.receipt.external_id)
            each.receipt.url = storable(each.receipt.url)
    new = [
        {name: getattr(each.receipt, name) for name in RECEIVED}
        for each in settled
        if each.receipt is not None and not each.claimed.follows
    ]
    if new:
        with connection.cursor() as cursor:
            cursor.execute(RECEIVE, {"receipts": _json(new)})
    followed = [each for each in settled if each.claimed.follows and each.state != DeliveryState.ACCEPTED]
    for each in followed:
        if each.receipt is not None:
            final = {name: getattr(each.receipt, name) for name in ("external_id", "url", "at")}
            Receipt.objects.filter(delivery=each.claimed.id).update(**final)
    # The channel has taken its word back: it does not have the text.
    lost = [each.claimed.id for each in followed if each.receipt is None]
    if lost:
        Receipt.objects.filter(delivery__in=lost).delete()


def wake(lines: Collection[int], at: datetime | None = None) -> None:
    """Have workers look at lines at a moment, or at once; call it in the transaction that laid something down."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM publishing_line WHERE connection_id = ANY(%s) ORDER BY connection_id FOR UPDATE",
            [list(lines)],
        )
        cursor.execute(WAKE, {"at": at or clock.now(), "lines": list(lines)})
    jobs.announce(TAG)


def renew(holder: str, held: Collection[int], lease: timedelta) -> None:
    """Hold lines on whose calls are still under way."""
    with connection.cursor() as cursor:
        cursor.execute(RENEW, {"holder": holder, "lines": list(held), "until": clock.now() + lease})


def expire(holders: Collection[str]) -> int:
    """End the leases of workers that are known to be dead; return how many lines they held."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE publishing_line SET leased_until = NULL, holder = '' WHERE holder = ANY(%s)",
            [list(holders)],
        )
        return cursor.rowcount


def holders() -> list[str]:
    """List the workers that hold lines."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT holder FROM publishing_line WHERE holder <> ''")
        return [row[0] for row in cursor.fetchall()]


def next_due() -> datetime | None:
    """Return when the next line is to be looked at or an accepted text asked about, or None when nothing waits."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT)
        found: datetime | None = cursor.fetchone()[0]
        return found
