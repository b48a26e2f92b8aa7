"""How far our texts have come to those who follow: in followers, not in calls, for one inbox may stand for thousands.

Whoever follows from a server on which hardly anybody else does could be known by its name: such servers are put
together.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from weiting.fanout.flow import CopyState
from weiting.fanout.queries import Ends, Standing
from weiting.fediverse import addresses
from weiting.fediverse.models import Note
from weiting.fediverse.queries import FEW

SHOWN = 50

# What a delivery did, and what its receipt names.
Sent = tuple[str, str]

OF = """
SELECT i.key, count(f.id)
  FROM unnest(%(keys)s::text[], %(actors)s::bigint[]) AS k(key, actor) JOIN fanout_item i ON i.key = k.key
  LEFT JOIN fediverse_follower f ON f.actor_id = k.actor AND f.since <= i.created_at
 GROUP BY i.key
"""
UNSENT = """
SELECT i.key, c.state, h.failures > 0, count(f.id), count(DISTINCT h.id) FILTER (WHERE f.id IS NOT NULL),
       min(h.rests_until) FILTER (WHERE f.id IS NOT NULL)
  FROM unnest(%(keys)s::text[], %(actors)s::bigint[]) AS k(key, actor) JOIN fanout_item i ON i.key = k.key
  JOIN fanout_copy c ON c.item_id = i.id AND c.state <> 'sent' JOIN fanout_host h ON h.id = c.host_id
  LEFT JOIN fediverse_follower f ON f.actor_id = k.actor AND f.inbox = c.target AND f.since <= i.created_at
 GROUP BY i.key, c.state, h.failures > 0
"""
BY_HOST = """
SELECT h.name, c.state, h.failures > 0 AND c.state IN ('waiting', 'sending'), count(f.id),
       min(h.rests_until) FILTER (WHERE c.state = 'waiting'),
       max(CASE WHEN c.state NOT IN ('waiting', 'sending') THEN c.code WHEN h.failures > 0 THEN h.why ELSE '' END)
  FROM unnest(%(keys)s::text[], %(actors)s::bigint[]) AS k(key, actor) JOIN fanout_item i ON i.key = k.key
  JOIN fanout_copy c ON c.item_id = i.id AND c.state <> 'sent' JOIN fanout_host h ON h.id = c.host_id
  LEFT JOIN fediverse_follower f ON f.actor_id = k.actor AND f.inbox = c.target AND f.since <= i.created_at
 WHERE NOT (c.state IN ('waiting', 'sending') AND h.failures = 0 AND c.code = '')
 GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1
"""


@dataclass(frozen=True)
class Server:
    """Followers that have not got a text, at one server, or at `servers` small ones together (without a name)."""

    name: str
    state: str
    rests: bool
    followers: int
    asked_next: datetime | None = None
    why: str = ""
    servers: int = 1


def item_keys(sent: Iterable[Sent]) -> dict[Sent, tuple[str, int]]:
    """Return the items under which deliveries went out, each with whose it is: of (act, what the receipt names)."""
    asked = {each: addresses.note_in(each[1]) for each in sent}
    rows = Note.objects.filter(public_id__in=[name for name in asked.values() if name])
    actors = dict(rows.values_list("public_id", "actor"))
    return {
        each: (_key(each, name, actors[name]), actors[name]) for each, name in asked.items() if name in actors
    }


def _key(sent: Sent, name: str, actor: int) -> str:
    act, external_id = sent
    if act == "withdraw":
        return f"{actor}:{name}:delete"
    correction = external_id.partition("#updates/")[2]
    return f"{actor}:{name}:update:{correction}" if correction else f"{actor}:{name}:create"


def standing_of(sent: Iterable[Sent]) -> dict[Sent, Standing]:
    """Return how deliveries stand with the followers of now who were there already, in three queries for any number."""
    keys = item_keys(sent)
    if not keys:
        return {}
    given: dict[str, list[Any]] = {
        "keys": [key for key, _actor in keys.values()],
        "actors": [actor for _key, actor in keys.values()],
    }
    unsent: dict[str, list[Ends]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(OF, given)
        of: dict[str, int] = dict(cursor.fetchall())
        cursor.execute(UNSENT, given)
        for key, *row in cursor.fetchall():
            unsent[key].append(Ends(*row))
    return {each: Standing.made(of[key], unsent[key]) for each, (key, _actor) in keys.items() if key in of}


def servers_without(sent: Sent) -> list[Server]:
    """List the servers whose followers have not got a text, most followers first; small ones put together, last."""
    keys = item_keys([sent])
    if not keys:
        return []
    key, actor = keys[sent]
    with connection.cursor() as cursor:
        cursor.execute(BY_HOST, {"keys": [key], "actors": [actor]})
        rows = [Server(*row) for row in cursor.fetchall()]
    named = [each for each in rows if each.followers >= FEW][:SHOWN]
    return [*named, *_together([each for each in rows if each not in named and each.followers])]


def _together(rows: Iterable[Server]) -> list[Server]:
    found: dict[tuple[str, bool], list[Server]] = defaultdict(list)
    for each in rows:
        waits = each.state in {CopyState.WAITING, CopyState.SENDING}
        found[CopyState.WAITING if waits else each.state, each.rests].append(each)
    return [
        Server("", state, rests, sum(each.followers for each in group), servers=len(group))
        for (state, rests), group in sorted(found.items())
    ]
