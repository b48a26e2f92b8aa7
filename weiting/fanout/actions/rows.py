"""The rows of hosts and copies as workers take and settle them: a few statements, each safe against all others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from json import loads
from typing import Any

from django.db import connection, transaction

from weiting.channels.wire import storable
from weiting.core import clock
from weiting.fanout.postmen import Letter

# A host that answered within this time is called for several copies at once; any other is tried with one.
WARM = timedelta(minutes=10)

# Of a copy that a dead worker was sending nobody knows whether it arrived: some may be repeated, some stay in doubt.
CLAIM = """
WITH due AS MATERIALIZED (
  SELECT id, name, failures = 0 AND last_ok_at > %(warm)s AS is_warm FROM fanout_host
   WHERE next_at <= %(now)s AND (leased_until IS NULL OR leased_until <= %(now)s) AND kind = %(kind)s
     AND id <> ALL(%(mine)s)
     AND COALESCE(failures = 0 AND last_ok_at > %(warm)s, false) = %(is_warm)s
   ORDER BY failures > 0, next_at LIMIT %(hosts)s FOR NO KEY UPDATE SKIP LOCKED),
left_over AS (
  UPDATE fanout_copy c SET state = 'in_doubt', code = 'unknown', settled_at = %(now)s
    FROM due WHERE c.host_id = due.id AND c.state = 'sending' AND NOT %(repeats)s RETURNING c.id),
heads AS MATERIALIZED (
  SELECT due.id AS host_id, due.name, h.* FROM due LEFT JOIN LATERAL (
    SELECT c.id, c.item_id, c.target, c.created_at FROM fanout_copy c
     WHERE c.host_id = due.id AND c.state IN ('waiting', 'sending') AND (c.state = 'waiting' OR %(repeats)s)
       AND (c.next_at IS NULL OR c.next_at <= %(now)s)
       AND (c."order" = '' OR NOT EXISTS (
         SELECT FROM fanout_copy e
          WHERE e.host_id = due.id AND e."order" = c."order" AND e.item_id < c.item_id
            AND e.state IN ('waiting', 'sending') AND (e.next_at IS NULL OR e.target = c.target)))
     ORDER BY c.id LIMIT %(per_host)s) h ON true),
taken AS (
  UPDATE fanout_copy c SET state = 'sending', attempts = c.attempts + 1
    FROM heads WHERE c.id = heads.id RETURNING c.id, c.attempts),
held AS (
  UPDATE fanout_host h
     SET holder = CASE WHEN f.is_held THEN %(holder)s ELSE '' END,
         leased_until = CASE WHEN f.is_held THEN %(until)s END,
         next_at = CASE WHEN f.is_held THEN h.next_at ELSE (
           SELECT min(c.next_at) FROM fanout_copy c
            WHERE c.host_id = h.id AND c.state IN ('waiting', 'sending') AND c.next_at > %(now)s) END
    FROM (SELECT host_id, bool_or(id IS NOT NULL) AS is_held FROM heads GROUP BY host_id) f
   WHERE h.id = f.host_id)
SELECT h.host_id, h.name, h.id, h.item_id, i.key, h.target, t.attempts, h.created_at
  FROM heads h JOIN taken t ON t.id = h.id JOIN fanout_item i ON i.id = h.item_id
 ORDER BY h.id
"""
# One that is locked just now is renewed the next time.
RENEW = """
WITH mine AS MATERIALIZED (
  SELECT id FROM fanout_host WHERE holder = %(holder)s AND id = ANY(%(hosts)s)
   ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
UPDATE fanout_host h SET leased_until = %(until)s FROM mine WHERE h.id = mine.id
"""
LOCK = "SELECT id FROM fanout_host WHERE id = ANY(%(hosts)s) ORDER BY id FOR NO KEY UPDATE"
# What arrived has arrived, also where the lease was lost meanwhile; anything else is the present holder's to say.
SETTLE = """
UPDATE fanout_copy c
   SET state = s.state, next_at = s.next_at, code = s.code, why = s.why,
       settled_at = CASE WHEN s.state = 'waiting' THEN NULL ELSE %(now)s END
  FROM unnest(%(ids)s::bigint[], %(hosts_of)s::bigint[], %(states)s::text[], %(next)s::timestamptz[],
              %(codes)s::text[], %(whys)s::text[]) AS s(id, host_id, state, next_at, code, why)
 WHERE c.id = s.id AND (
       (s.state = 'sent' AND c.state IN ('waiting', 'sending', 'in_doubt'))
    OR (c.state = 'sending' AND EXISTS (
          SELECT FROM fanout_host h WHERE h.id = s.host_id AND h.holder = %(holder)s)))
"""
GIVE_UP = """
UPDATE fanout_copy c SET state = 'gave_up', code = 'host', why = s.why, settled_at = %(now)s
  FROM unnest(%(failing)s::bigint[], %(failing_whys)s::text[]) AS s(id, why)
 WHERE c.host_id = s.id AND c.state = 'waiting' AND c.created_at < %(too_old)s
"""
RELEASE = """
UPDATE fanout_host h
   SET holder = '', leased_until = NULL,
       failures = CASE s.outcome WHEN 'well' THEN 0 WHEN 'ill' THEN h.failures + 1 ELSE h.failures END,
       failing_since = CASE s.outcome WHEN 'well' THEN NULL
                       WHEN 'ill' THEN COALESCE(h.failing_since, %(now)s) ELSE h.failing_since END,
       last_ok_at = CASE s.outcome WHEN 'well' THEN %(now)s ELSE h.last_ok_at END,
       why = CASE s.outcome WHEN 'well' THEN '' WHEN 'ill' THEN s.why ELSE h.why END,
       rests_until = r.until,
       next_at = (SELECT GREATEST(min(COALESCE(c.next_at, %(now)s)), COALESCE(r.until, %(now)s)) FROM fanout_copy c
                   WHERE c.host_id = h.id AND c.state IN ('waiting', 'sending') HAVING count(*) > 0)
  FROM unnest(%(hosts)s::bigint[], %(outcomes)s::text[], %(afters)s::float[], %(host_whys)s::text[])
       AS s(id, outcome, after, why)
  CROSS JOIN LATERAL (
    SELECT CASE WHEN s.outcome = 'ill' THEN %(now)s + make_interval(secs => GREATEST(s.after,
      (%(backoff)s::float[])[LEAST(cardinality(%(backoff)s::float[]),
        (SELECT failures + 1 FROM fanout_host WHERE id = s.id))])) END AS until) r
 WHERE h.id = s.id AND h.holder = %(holder)s
"""


@dataclass(frozen=True)
class Claimed:
    """One copy a worker has taken."""

    host_id: int
    host: str
    id: int
    item_id: int
    key: str
    target: str
    attempt: int
    since: datetime

    @property
    def letter(self) -> Letter:
        """Return it as its postman knows it."""
        return Letter(self.key, self.host, self.target, self.attempt, self.since)


@dataclass(frozen=True)
class Settled:
    """How a call ended. `is_ill`: the whole host is not well, and is asked again after `after` seconds at the
    earliest; `is_well`: it answered, whatever it said."""

    claimed: Claimed
    state: str
    next_at: datetime | None = None
    code: str = ""
    why: str = ""
    is_well: bool = False
    is_ill: bool = False
    is_gone: bool = False
    after: float = 0.0


@dataclass(frozen=True)
class Want:
    """What a worker would take: of a kind, hosts that are warm or not, how many of them, how many copies of each; none
    of `mine`, which it is calling."""

    kind: str
    repeats: bool
    is_warm: bool
    hosts: int
    per_host: int
    mine: Collection[int] = ()


def claim(holder: str, want: Want, lease: timedelta) -> list[Claimed]:
    """Take the next copies of some hosts for a worker, and commit that before anything is called."""
    now = clock.now()
    given: dict[str, Any] = {
        "now": now,
        "warm": now - WARM,
        "until": now + lease,
        "holder": holder,
        "kind": want.kind,
        "repeats": want.repeats,
        "is_warm": want.is_warm,
        "hosts": want.hosts,
        "per_host": want.per_host,
        "mine": list(want.mine),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM, given)
        return [Claimed(*row) for row in cursor.fetchall()]


def settle(
    holder: str, done: Sequence[Sequence[Settled]], backoff: Sequence[float], give_up: timedelta
) -> None:
    """Write how the calls to some hosts ended and give the hosts back, in the caller's transaction."""
    if not done:
        return
    now = clock.now()
    rows = [each for batch in done for each in batch]
    hosts = [_outcome(batch) for batch in done]
    ill = [each for each in hosts if each[1] == "ill"]
    given: dict[str, Any] = {
        "now": now,
        "holder": holder,
        "ids": [each.claimed.id for each in rows],
        "hosts_of": [each.claimed.host_id for each in rows],
        "states": [each.state for each in rows],
        "next": [each.next_at for each in rows],
        "codes": [storable(each.code)[:40] for each in rows],
        "whys": [storable(each.why)[:200] for each in rows],
        "hosts": [each[0] for each in hosts],
        "outcomes": [each[1] for each in hosts],
        "afters": [float(each[2]) for each in hosts],
        "host_whys": [each[3] for each in hosts],
        "failing": [each[0] for each in ill],
        "failing_whys": [each[3] for each in ill],
        "too_old": now - give_up,
        "backoff": [float(each) for each in backoff],
    }
    with connection.cursor() as cursor:
        cursor.execute(LOCK, given)
        cursor.execute(SETTLE, given)
        if ill:
            cursor.execute(GIVE_UP, given)
        cursor.execute(RELEASE, given)


def _outcome(batch: Sequence[Settled]) -> tuple[int, str, float, str]:
    """Return how a host fared: one answer shows that it lives, however the other calls ended."""
    host = batch[0].claimed.host_id
    if any(each.is_well for each in batch):
        return host, "well", 0.0, ""
    ill = [each for each in batch if each.is_ill]
    if ill:
        return host, "ill", max(each.after for each in ill), storable(ill[0].why)[:200]
    return host, "unknown", 0.0, ""


def payloads(items: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return what items say, by their number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, payload::text FROM fanout_item WHERE id = ANY(%s)", [list(items)])
        found = dict(cursor.fetchall())
    return {pk: _read(text) for pk, text in found.items()}


def renew(holder: str, hosts: Collection[int], lease: timedelta) -> None:
    """Hold hosts on whose calls are still under way."""
    with connection.cursor() as cursor:
        cursor.execute(RENEW, {"holder": holder, "hosts": list(hosts), "until": clock.now() + lease})


def expire(holders: Collection[str]) -> int:
    """End the leases of workers that are known to be dead; return how many hosts they held."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE fanout_host SET leased_until = NULL WHERE holder = ANY(%s)", [list(holders)])
        return cursor.rowcount


def holders() -> list[str]:
    """List the workers that hold hosts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT holder FROM fanout_host WHERE leased_until IS NOT NULL")
        return [row[0] for row in cursor.fetchall()]


def next_due() -> datetime | None:
    """Return when the next host is to be asked, or None when nothing waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(GREATEST(next_at, COALESCE(leased_until, next_at))) FROM fanout_host"
            " WHERE next_at IS NOT NULL"
        )
        found: datetime | None = cursor.fetchone()[0]
        return found


def _read(text: str) -> dict[str, Any]:
    return dict(loads(text))
