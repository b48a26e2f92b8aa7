"""Reads what people wrote where a platform does not tell us: spread over the day, within what it allows.

What is counted leaves room for texts. Soon after a text has gone out people write more, so it is read more often then.
"""

import logging
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.db import Error
from django.db.models import F, OuterRef, Q, Subquery

from weiting.channels import quotas, registry
from weiting.channels.actions import hearing as acts
from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection, Ear, Spend
from weiting.channels.opening import settings_of
from weiting.channels.ports import ChannelError, Polls, TryLater, Verb
from weiting.channels.rules import rules
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.core.errors import DomainError

logger = logging.getLogger(__name__)

# How many calls one reading makes.
CALLS = 2
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=2)
# So long after a text it is read more often, and by how much.
FRESH, OFTENER = timedelta(hours=3), 3
# A reading that another worker may have died in is taken up again after.
LEASE = timedelta(minutes=5)
# What went wrong for the whole account is tried again after.
AGAIN = timedelta(hours=1)


def wait(now: datetime, left: int, *, is_fresh: bool) -> timedelta:
    """Return how long to wait before the next reading when so many calls of the day are left for reading."""
    midnight = clock.end_of(clock.local(now).date())
    readings = left // CALLS
    if readings <= 0:
        return midnight - now
    even = (midnight - now) / readings
    return min(max(even / OFTENER if is_fresh else even, SHORTEST), LONGEST)


def read_due(most: int = 200) -> int:
    """Read the lists of every account whose time has come; return how many were read."""
    kinds = [kind for kind in registry.KINDS if _can_poll(kind)]
    live = Connection.objects.filter(kind__in=kinds, state=ConnectionState.LIVE, needs="")
    # Who has waited longest comes first, so that none is passed over for ever.
    waits = Ear.objects.filter(connection=OuterRef("pk")).values("next_at")
    is_due = Q(next_at__isnull=True) | Q(next_at__lte=clock.now())
    due = live.annotate(next_at=Subquery(waits)).filter(is_due)
    due = due.order_by(F("next_at").asc(nulls_first=True), "pk")
    taken = acts.take_up(list(due.values_list("pk", flat=True)[:most]), clock.now() + LEASE)
    with Wire(allow_private=settings.CHANNELS_PRIVATE) as wire:
        return sum(_read(each, wire) for each in Connection.objects.filter(pk__in=taken))


def _can_poll(kind: str) -> bool:
    return Verb.POLL in getattr(registry.KINDS[kind], "can", ())


def _read(connection: Connection, wire: Wire) -> bool:
    now = clock.now()
    kept = int(rules(connection.kind).limits.get("kept_for_texts", 0))
    ear = Ear.objects.get(pk=connection.pk)
    try:
        metered = quotas.metered(connection, wire, leave=kept)
        adapter = cast(Polls, registry.adapter(connection.kind, settings_of(connection), metered))
        heard, marks = adapter.poll(ear.marks)
    except TryLater as error:
        acts.put_off(connection, now + timedelta(seconds=max(error.after, SHORTEST.total_seconds())))
        return False
    except (ChannelError, DomainError) as error:
        # What keeps texts from going out is told by their deliveries; here nothing is lost.
        logger.warning(
            "What people wrote to connection %s could not be read: %s", connection.public_id, error
        )
        acts.put_off(connection, now + AGAIN)
        return False
    except Error:
        raise
    except Exception:
        # Ours, or an answer nobody thought of: the other accounts are read all the same.
        logger.exception("What people wrote to connection %s cannot be read", connection.public_id)
        acts.put_off(connection, now + AGAIN)
        return False
    acts.read_on(
        connection, heard, marks, now + wait(now, _left(connection, kept), is_fresh=_is_fresh(connection))
    )
    return True


def _left(connection: Connection, kept: int) -> int:
    """Return how many calls of today are left for reading; where none are counted, as many as there is time for."""
    calls = next((each for each in quotas.quota_of(connection) if each.key == "calls" and each.most), None)
    if calls is None:
        return 24 * 60
    return 0 if calls.is_full else calls.most - kept - calls.used


def _is_fresh(connection: Connection) -> bool:
    return Spend.objects.filter(connection=connection, name="posts", last_at__gt=clock.now() - FRESH).exists()
