"""Lays one text down for many addresses, in the caller's transaction and in a handful of statements."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from weiting import jobs
from weiting.core import clock
from weiting.fanout.models import Item

# What tells workers that copies wait.
TAG = "copies"
# How long copies that arrived are kept; how many there were stays known.
KEPT = timedelta(days=14)

HOSTS = """
INSERT INTO fanout_host (kind, name, failures, why, holder)
SELECT %(kind)s, name, 0, '', '' FROM unnest(%(hosts)s::text[]) name ORDER BY name
ON CONFLICT (kind, name) DO NOTHING
"""
# In the order of their numbers, so that two that lay down never wait for each other.
WAKE = """
WITH known AS MATERIALIZED (
  SELECT id FROM fanout_host WHERE kind = %(kind)s AND name = ANY(%(hosts)s) ORDER BY id FOR NO KEY UPDATE)
UPDATE fanout_host h
   SET next_at = LEAST(COALESCE(h.next_at, 'infinity'), GREATEST(COALESCE(h.rests_until, %(now)s), %(now)s))
  FROM known WHERE h.id = known.id
"""
COPIES = """
WITH given AS (
  SELECT DISTINCT ON (target) host, target
    FROM unnest(%(names)s::text[], %(targets)s::text[]) AS given(host, target)),
made AS (
  INSERT INTO fanout_copy (item_id, host_id, "order", target, state, attempts, code, why, created_at)
  SELECT %(item)s, h.id, %(order)s, given.target, 'waiting', 0, '', '', %(now)s
    FROM given JOIN fanout_host h ON h.kind = %(kind)s AND h.name = given.host
  RETURNING 1)
SELECT count(*) FROM made
"""
ITEM = """
INSERT INTO fanout_item (kind, key, "order", payload, copies, created_at)
VALUES (%(kind)s, %(key)s, %(order)s, %(payload)s::jsonb, 0, %(now)s) ON CONFLICT (key) DO NOTHING RETURNING id
"""


class Target(NamedTuple):
    """One address: the host that fares well or badly as a whole, and where there (a URL, a mail address)."""

    host: str
    address: str


def spread(
    kind: str, key: str, payload: dict[str, Any], targets: Iterable[Target], *, order: str = ""
) -> int:
    """Lay down a copy of an item for each address, in the caller's transaction; return how many were laid down.

    The same key twice is laid down once. Items of one `order` reach each host in the order they were laid down.
    """
    given: dict[str, Any] = {
        "kind": kind,
        "key": key,
        "order": order,
        "payload": json.dumps(payload),
        "now": clock.now(),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ITEM, given)
        row = cursor.fetchone()
        if row is None:
            return 0
        rows = list(targets)
        if not rows:
            return 0
        given |= {
            "item": row[0],
            "hosts": sorted({each.host for each in rows}),
            "names": [each.host for each in rows],
            "targets": [each.address for each in rows],
        }
        cursor.execute(HOSTS, given)
        cursor.execute(COPIES, given)
        made: int = cursor.fetchone()[0]
        # Last: from here on workers wait for this transaction to end.
        cursor.execute(WAKE, given)
        Item.objects.filter(pk=row[0]).update(copies=made)
    jobs.announce(TAG)
    return made


def tidy() -> int:
    """Remove copies that arrived long ago, and items of which nothing is left; return how many copies went."""
    before = clock.now() - KEPT
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM fanout_copy WHERE state = 'sent' AND settled_at < %s", [before])
        gone: int = cursor.rowcount
        cursor.execute(
            "DELETE FROM fanout_item i WHERE created_at < %s"
            " AND NOT EXISTS (SELECT FROM fanout_copy WHERE item_id = i.id)",
            [before - 6 * KEPT],
        )
    return gone
