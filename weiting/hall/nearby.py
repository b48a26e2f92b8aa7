"""The nearest days before and after a stretch of time on which something was said: no road leads into empty years."""

from datetime import date, datetime

from django.db import connection

from weiting.core import clock

NEAREST = """
SELECT (SELECT published_at FROM posts_post WHERE state IN ('published', 'expired') AND published_at < %s
         ORDER BY published_at DESC LIMIT 1),
       (SELECT published_at FROM posts_post WHERE state IN ('published', 'expired') AND published_at >= %s
         ORDER BY published_at LIMIT 1)
"""


def spoken_around(first: date, until: date) -> tuple[date | None, date | None]:
    """Return the nearest day before `first` and the nearest from `until` on with a public post, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, [clock.start_of(first), clock.start_of(until)])
        before, after = cursor.fetchone()
    return _day(before), _day(after)


def _day(moment: datetime | None) -> date | None:
    return clock.local(moment).date() if moment else None
