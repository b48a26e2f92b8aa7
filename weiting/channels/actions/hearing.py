"""Keeps what channels tell us, each thing once, before they are answered; counts what was refused; forgets in time."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from json import dumps
from typing import Any

from django.db import connection as database, transaction
from django.db.models import Q

from weiting import jobs
from weiting.channels import vault
from weiting.channels.models import Connection, Ear, Heard
from weiting.channels.ports import Heard as Told
from weiting.core import clock

# What tells those who wait for news of channels that there is some.
TAG = "heard"
PUBLISHED = "published"
# What is kept: the end of a publication, and what people wrote. Who follows or leaves an account is nobody's business.
KEPT = frozenset({PUBLISHED, "message", "mention", "comment"})
# So long what was dealt with is kept, and anything at all.
AFTERWARDS, AT_MOST = timedelta(days=30), timedelta(days=180)

COUNT = """
INSERT INTO channels_ear (connection_id, marks, forged, late, late_by, large, forged_at, late_at)
VALUES (%(line)s, '{}', %(forged)s, %(late)s, %(by)s, %(large)s, %(forged_at)s, %(late_at)s)
ON CONFLICT (connection_id) DO UPDATE
   SET forged = channels_ear.forged + EXCLUDED.forged, late = channels_ear.late + EXCLUDED.late,
       large = channels_ear.large + EXCLUDED.large,
       forged_at = COALESCE(EXCLUDED.forged_at, channels_ear.forged_at),
       late_at = COALESCE(EXCLUDED.late_at, channels_ear.late_at),
       late_by = CASE WHEN EXCLUDED.late > 0 THEN EXCLUDED.late_by ELSE channels_ear.late_by END
"""
# Nobody waits for the row: a platform wants its answer within seconds, and the next call says the same.
WELL = """
UPDATE channels_ear SET heard_at = %(now)s
 WHERE connection_id IN (SELECT connection_id FROM channels_ear WHERE connection_id = %(line)s FOR UPDATE SKIP LOCKED)
"""
FIRST = """
INSERT INTO channels_ear (connection_id, marks, forged, late, late_by, large, heard_at)
VALUES (%(line)s, '{}', 0, 0, 0, 0, %(now)s) ON CONFLICT DO NOTHING
"""
# The widest a skew is noted: two years say as much as two hundred.
MOST_SKEW = 63_072_000


def keep(connection: Connection, told: Iterable[Told]) -> None:
    """Keep what a channel told, each thing once however often it comes; what people wrote is sealed."""
    rows = [_row(connection, each) for each in told if each.kind in KEPT]
    with transaction.atomic():
        Heard.objects.bulk_create(rows, ignore_conflicts=True)
        with database.cursor() as cursor:
            given: dict[str, Any] = {"line": connection.pk, "now": clock.now()}
            cursor.execute(WELL, given)
            if not cursor.rowcount:
                cursor.execute(FIRST, given)
        if rows:
            jobs.announce(TAG)


def _row(connection: Connection, told: Told) -> Heard:
    key = sha256(f"{told.kind}\n{told.key}".encode("utf-8", "replace")).hexdigest()
    row = Heard(connection=connection, kind=told.kind, key=key, at=clock.now())
    # A database takes no zero byte in a text, and a text has no use for one.
    said = dumps(dict(told.facts), default=str).replace("\\u0000", "")
    if told.kind == PUBLISHED:
        row.facts = {name: str(value)[:500].replace("\x00", "") for name, value in told.facts.items()}
    else:
        row.sealed_with, row.sealed = vault.seal({"said": said}, row.sealed_for)
    return row


def refuse(connection: Connection, what: str, by: float = 0.0) -> None:
    """Count a call that was refused: "forged", "late" (`by` so many seconds, negative when ahead) or "large"."""
    now = clock.now()
    given: dict[str, Any] = {
        "line": connection.pk,
        "forged": int(what == "forged"),
        "late": int(what == "late"),
        "large": int(what == "large"),
        "by": int(max(-MOST_SKEW, min(MOST_SKEW, by))),
        "forged_at": now if what == "forged" else None,
        "late_at": now if what == "late" else None,
    }
    with database.cursor() as cursor:
        cursor.execute(COUNT, given)


def read_on(connection: Connection, told: Sequence[Told], marks: dict[str, str], next_at: datetime) -> None:
    """Keep what was read from a platform's lists, how far they were read, and when they are read next."""
    with transaction.atomic():
        keep(connection, told)
        Ear.objects.filter(pk=connection.pk).update(marks=marks, next_at=next_at)


def put_off(connection: Connection, next_at: datetime) -> None:
    """Read a platform's lists no earlier than at a moment."""
    Ear.objects.filter(pk=connection.pk).update(next_at=next_at)


def take_up(connections: Iterable[int], until: datetime) -> list[int]:
    """Take connections whose lists are to be read now, so that no other worker reads them; return which."""
    for pk in connections:
        with database.cursor() as cursor:
            cursor.execute(
                "INSERT INTO channels_ear (connection_id, marks, forged, late, late_by, large)"
                " VALUES (%s, '{}', 0, 0, 0, 0) ON CONFLICT DO NOTHING",
                [pk],
            )
    now, taken = clock.now(), []
    for pk in connections:
        due = Ear.objects.filter(Q(next_at__isnull=True) | Q(next_at__lte=now), pk=pk)
        if due.update(next_at=until):
            taken.append(pk)
    return taken


def handled(heard: Iterable[int]) -> int:
    """Note that these were dealt with; return how many were not noted before."""
    return Heard.objects.filter(pk__in=list(heard), handled_at__isnull=True).update(handled_at=clock.now())


def forget_old() -> int:
    """Delete what was dealt with a month ago, and everything after half a year; return how many."""
    now = clock.now()
    old = Q(handled_at__lt=now - AFTERWARDS) | Q(at__lt=now - AT_MOST)
    return Heard.objects.filter(old).delete()[0]
