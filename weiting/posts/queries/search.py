"""Search over public posts: exact about what matches, quick at a million posts, ranked by words and freshness.

The newest WINDOW matches are ranked and counted; older ones follow by time. So the work is bounded whatever
is typed, and a page never says a total it has not counted ("500+").
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from weiting.core import clock
from weiting.posts.models import Post
from weiting.posts.queries.public import listed_posts, public_posts
from weiting.posts.slices import Slices, month_of
from weiting.text.search import Query, query_terms

WINDOW = 500
SIZE = 20
# After this many days a match counts half as much as an equally good one of today.
HALF_LIFE_DAYS = 90.0
# Asked for the newest directly, PostgreSQL walks by date whenever it takes the word for a frequent one, and a
# beginning of words it always does: MATERIALIZED keeps it to the index. Only what is kept is ranked: a document is
# unpacked for it. Whole numbers come over quicker than moments.
SELECT = """
WITH hits AS MATERIALIZED (
  SELECT post_id, unit_id, column_id, klass, published_at, document
    FROM posts_searchentry
   WHERE {conditions}),
newest AS MATERIALIZED (SELECT * FROM hits ORDER BY published_at DESC, post_id DESC LIMIT %s)
SELECT post_id, unit_id, column_id, klass, extract(year FROM published_at AT TIME ZONE 'Asia/Shanghai')::int,
       extract(epoch FROM published_at)::bigint, ts_rank('{0.1, 0.3, 0.5, 1.0}', document, %s::tsquery)
  FROM newest
"""
# Beyond this many units the index is not asked for them one by one.
MOST_UNIT_MARKS = 40
SIGNED = """
SELECT id FROM posts_post WHERE signers && %s::bigint[] AND signers <> '{}' AND state IN ('published', 'expired')
"""
Row = tuple[int, int, int | None, str, int, int, float]


@dataclass(frozen=True)
class Found:
    """One page of hits. `total` is exact below WINDOW; at WINDOW it means "at least"."""

    query: Query
    posts: list[Post]
    total: int
    has_more: bool
    by_unit: list[tuple[int, int]] = field(default_factory=list)
    by_column: list[tuple[int, int]] = field(default_factory=list)
    by_klass: list[tuple[str, int]] = field(default_factory=list)
    by_year: list[tuple[int, int]] = field(default_factory=list)

    @property
    def is_at_least(self) -> bool:
        """Say whether there may be more matches than were counted."""
        return self.total >= WINDOW


def _newest(
    literal: str,
    unit_ids: Collection[int] | None,
    column_id: int | None,
    klass: str,
    since: datetime | None,
    until: datetime | None,
) -> list[Row]:
    """Return the newest WINDOW matches, newest first, looked for slice by slice."""
    narrow, wheres = [f"({literal})"], ["document @@ %s::tsquery"]
    values: list[Any] = []
    if unit_ids is not None and len(unit_ids) <= MOST_UNIT_MARKS:
        narrow.append("(" + (" | ".join(f"'@u{pk}'" for pk in unit_ids) or "'@u0'") + ")")
    elif unit_ids is not None:
        wheres.append(f"(unit_id = ANY(%s) OR post_id IN ({SIGNED}))")
        values += [list(unit_ids)] * 2
    if column_id is not None:
        narrow.append(f"'@c{column_id}'")
    if klass.isalpha():
        narrow.append(f"'@k{klass}'")
    for condition, value in (
        ("column_id = %s", column_id),
        ("klass = %s", klass or None),
        ("published_at >= %s", since),
        ("published_at < %s", until),
    ):
        if value is not None:
            wheres.append(condition)
            values.append(value)
    sql = SELECT.replace("{conditions}", " AND ".join(wheres))
    rows: list[Row] = []
    with connection.cursor() as cursor:
        slices = _slices(cursor, since, until)
        for months in slices:
            asked = " & ".join([*narrow, f"({months})"] if months else narrow)
            cursor.execute(sql, [asked, *values, WINDOW, literal])
            rows = [*rows, *cursor.fetchall()] if months else cursor.fetchall()
            slices.found = len(rows)
    rows.sort(key=lambda row: (row[5], row[0]), reverse=True)
    return rows[:WINDOW]


def _slices(cursor: Any, since: datetime | None, until: datetime | None) -> Slices:
    cursor.execute("SELECT min(published_at), max(published_at) FROM posts_searchentry")
    oldest, newest = cursor.fetchone()
    if oldest is None:
        return Slices(1, 0, WINDOW)
    first, last = max(oldest, since or oldest), min(newest, until or newest)
    is_bounded = since is not None or until is not None
    newest_day = clock.local(last)
    return Slices(month_of(clock.local(first)), month_of(newest_day), WINDOW, newest_day.day / 31, is_bounded)


def search_public(
    q: str,
    *,
    unit_ids: Collection[int] | None = None,
    column_id: int | None = None,
    klass: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    newest_first: bool = False,
    page: int = 1,
    whole: bool = False,
) -> Found:
    """Search public posts; an empty query finds nothing. Pages are within the newest WINDOW matches.

    The posts come with what a list of hits shows; `whole` ones with media, topics and follow-ups too.
    """
    query = query_terms(q)
    if not query:
        return Found(query, [], 0, False)
    literal = query.to_tsquery()
    rows = _newest(literal, unit_ids, column_id, klass, since, until)
    if not newest_first:
        now = clock.now().timestamp()
        rows.sort(key=lambda row: -row[6] * 0.5 ** ((now - row[5]) / 86400 / HALF_LIFE_DAYS))
    page = max(1, page)
    ids = [row[0] for row in rows[(page - 1) * SIZE : page * SIZE]]
    found = public_posts(with_expired=True) if whole else listed_posts()
    posts = {post.pk: post for post in found.filter(pk__in=ids)}
    return Found(
        query=query,
        posts=[posts[pk] for pk in ids if pk in posts],
        total=len(rows),
        has_more=page * SIZE < len(rows),
        by_unit=Counter(row[1] for row in rows).most_common(12),
        by_column=Counter(row[2] for row in rows if row[2]).most_common(12),
        by_klass=Counter(row[3] for row in rows).most_common(),
        by_year=sorted(Counter(row[4] for row in rows).items(), reverse=True),
    )
