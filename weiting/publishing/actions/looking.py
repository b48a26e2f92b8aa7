"""What is written when receipts are looked at again, and when a channel told by itself how a publication ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from weiting import audit, jobs, notices
from weiting.channels.actions import hearing
from weiting.core import clock
from weiting.publishing.actions.lines import TAG
from weiting.publishing.actions.releasing import desk_page
from weiting.publishing.flow import DeliveryState
from weiting.publishing.models import Act, Delivery, Receipt
from weiting.review import subjects
from weiting.units.access import holders
from weiting.units.roles import Role

# So long after a text arrived it is looked at.
STEPS = (timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=30))
# A look that a worker may have died in is taken up again after.
LEASE = timedelta(minutes=10)
TOLD = (Role.EDITOR, Role.SPOKESPERSON, Role.HALL_EDITOR)
LOST = {Receipt.Standing.GONE: "publishing.gone", Receipt.Standing.CHANGED: "publishing.changed"}
# How long the end of a publication may be heard before our own answer was written.
EARLY = timedelta(hours=1)

TAKE = """
UPDATE publishing_receipt SET check_at = %(until)s WHERE id IN (
  SELECT id FROM publishing_receipt WHERE check_at <= %(now)s ORDER BY check_at LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""
# What a channel said is a reason to ask it, not an answer. The receipt may come later than the channel's word.
ASK = """
WITH told AS (
  SELECT h.id, d.id AS delivery_id FROM channels_heard h
    JOIN publishing_delivery d ON d.connection_id = h.connection_id AND d.state = 'accepted' AND d.needs = ''
    JOIN publishing_receipt r ON r.delivery_id = d.id AND r.external_id = h.facts->>'of'
   WHERE h.kind = 'published' AND h.handled_at IS NULL AND h.facts->>'asked' IS NULL),
asked AS (
  UPDATE publishing_delivery d SET not_before = %(now)s FROM told WHERE d.id = told.delivery_id RETURNING d.id)
UPDATE channels_heard h SET facts = h.facts || '{"asked": "yes"}'
  FROM told WHERE h.id = told.id AND (SELECT count(*) FROM asked) >= 0
RETURNING h.id
"""
# Where it stands only the channel's word tells, for what the interface cannot be asked about.
FILL = """
UPDATE publishing_receipt r SET url = left(h.facts->>'url', 500)
  FROM channels_heard h, publishing_delivery d
 WHERE h.kind = 'published' AND h.handled_at IS NULL AND d.connection_id = h.connection_id AND r.delivery_id = d.id
   AND d.state = 'delivered' AND r.url = '' AND r.external_id = h.facts->>'of'
   AND h.facts->>'url' ~ '^https?://[^/]+/'
"""
DONE = """
SELECT h.id FROM channels_heard h
 WHERE h.kind = 'published' AND h.handled_at IS NULL
   AND (h.at < %(early)s OR EXISTS (
     SELECT 1 FROM publishing_receipt r JOIN publishing_delivery d ON d.id = r.delivery_id
      WHERE d.connection_id = h.connection_id AND d.state = 'delivered'
        AND r.external_id IN (h.facts->>'of', h.facts->>'article_id')))
"""
LEFT = "SELECT EXISTS (SELECT 1 FROM channels_heard WHERE kind = 'published' AND handled_at IS NULL)"


def take_due(most: int) -> list[int]:
    """Take at most `most` receipts whose time has come, so that no other worker looks at them; return which."""
    now = clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE, {"now": now, "until": now + LEASE, "most": most})
        return [row[0] for row in cursor.fetchall()]


def next_look(arrived: datetime, now: datetime) -> datetime | None:
    """Return when a text that arrived then is looked at next; None when it has been looked at often enough."""
    return next((arrived + step for step in STEPS if arrived + step > now), None)


def put_off(receipt: Receipt, at: datetime | None) -> None:
    """Look at a receipt at a moment, or no more."""
    Receipt.objects.filter(pk=receipt.pk).update(check_at=at)


def looked(receipt: Receipt, standing: str | None) -> None:
    """Keep what a look showed; None: nothing could be seen. People are told once of what is gone or changed."""
    now = clock.now()
    found = standing or receipt.standing
    with transaction.atomic():
        held = Receipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
        if found == Receipt.Standing.GONE and _is_being_taken_back(held):
            # By ourselves, while somebody looked.
            put_off(held, now + STEPS[0])
            return
        is_new = found != held.standing
        Receipt.objects.filter(pk=receipt.pk).update(
            standing=found, checked_at=now, check_at=next_look(held.at, now)
        )
        if is_new and found in LOST:
            _tell(receipt, found)


def _is_being_taken_back(receipt: Receipt) -> bool:
    ended = [DeliveryState.REFUSED, DeliveryState.GAVE_UP, DeliveryState.CALLED_OFF]
    back = Delivery.objects.filter(of=receipt.delivery_id, act=Act.WITHDRAW)
    return back.exclude(state__in=ended).exists()


def _tell(receipt: Receipt, standing: str) -> None:
    delivery = receipt.delivery
    subject = delivery.release.post or delivery.release.issue
    if subject is None:
        return
    unit = delivery.connection.unit
    audit.record(
        f"publishing.receipt.{standing}",
        by=None,
        subject=subject,
        unit=unit,
        connection=delivery.connection.name,
        url=receipt.url,
    )
    notices.tell(
        holders(unit, TOLD),
        LOST[Receipt.Standing(standing)],
        key=f"publishing.receipt:{receipt.pk}:{standing}",
        url=desk_page(subject),
        title=subjects.title_of(subject),
        connection=delivery.connection.name,
        address=receipt.url,
    )


def heed() -> bool:
    """Have deliveries asked about whose end a channel told by itself; say whether something still waits for that."""
    with transaction.atomic(), connection.cursor() as cursor:
        now = clock.now()
        cursor.execute(ASK, {"now": now})
        asked = cursor.rowcount
        cursor.execute(FILL)
        cursor.execute(DONE, {"early": now - EARLY})
        hearing.handled(_ids(cursor.fetchall()))
        if asked:
            jobs.announce(TAG)
        cursor.execute(LEFT)
        return bool(cursor.fetchone()[0])


def _ids(rows: Sequence[Sequence[int]]) -> list[int]:
    return [row[0] for row in rows]
