"""Writes the chain: recording acts and sealing days. Nothing else in the product inserts into its tables."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _

from weiting import jobs
from weiting.audit import chain, content, origins
from weiting.audit.content import Act, Ref
from weiting.audit.models import Entry, Head
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Invalid

# One number for the whole installation; the database hands this lock to one transaction at a time.
LOCK = 0x5745_4954_494E_47
_VERB = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
COPY_FROM = 20


class NotInTransactionError(RuntimeError):
    """An act was to be recorded outside the transaction that does it: one could stand without the other."""


def record(
    verb: str,
    *,
    by: models.Model | None = None,
    subject: models.Model | Ref | None = None,
    unit: models.Model | None = None,
    as_role: str = "",
    **facts: Any,
) -> Entry:
    """Append one act to the chain in the caller's transaction; raise NotInTransactionError if there is none.

    Call it last in an action, after every row lock is held: until the transaction ends nobody else can
    record. `by=None` means the system itself. Facts never hold personal data in clear.
    """
    return record_many([Act(verb, by, subject, unit, as_role, facts)])[0]


def record_many(acts: Iterable[Act]) -> list[Entry]:
    """Append acts in order under one lock, in the transaction; raise NotInTransactionError without one."""
    waiting = list(acts)
    for act in waiting:
        if not _VERB.fullmatch(act.verb):
            raise ValueError(f"{act.verb!r} is not a verb such as posts.post.submit")
    if not connection.in_atomic_block:
        raise NotInTransactionError("Record an act inside the transaction that does it.")
    if not waiting:
        return []
    seq, previous = _lock_tip()
    rows: list[Entry] = []
    at, came = clock.now(), origins.current()
    for act in waiting:
        seq += 1
        row = content.entry(act, seq=seq, at=at, came=came, previous=previous)
        previous = row.link().own
        rows.append(row)
    _insert(rows)
    return rows


def _insert(rows: Sequence[Entry]) -> None:
    """Insert linked entries; many go by COPY, which is several times as fast as INSERT."""
    if len(rows) < COPY_FROM:
        Entry.objects.bulk_create(rows)
        return
    columns = [field.attname for field in Entry._meta.concrete_fields]
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY audit_entry ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            values = {**row.__dict__, "facts": chain.canonical(row.facts).decode()}
            copy.write_row([values[name] for name in columns])


def _lock() -> None:
    """Wait until no other transaction writes the chain, and hold it until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _lock_tip() -> tuple[int, chain.Digests]:
    """Take the chain's lock and return its last number and digests.

    Two statements on purpose: under READ COMMITTED the second sees what the last holder committed.
    """
    _lock()
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, sm3, sha256 FROM audit_entry ORDER BY seq DESC LIMIT 1")
        found = cursor.fetchone()
    if found is None:
        return 0, chain.Digests()
    return found[0], chain.Digests(bytes(found[1]), bytes(found[2]))


@action
def read(
    subject: models.Model | Ref,
    *,
    by: models.Model,
    reason: str,
    fields: Sequence[str],
    **facts: Any,
) -> Entry:
    """Record who saw which personal data in clear, and why; raise Invalid without a reason."""
    if not reason.strip():
        sentence = _("Say why you need to see this. The reason is kept with your name.")
        raise Invalid(sentence, code="reason_missing", fields={"reason": [sentence]})
    return record(
        "audit.personal.read",
        by=by,
        subject=subject,
        reason=reason.strip(),
        fields=sorted(fields),
        **facts,
    )


@action
def seal_days(until: date | None = None) -> list[Head]:
    """Write the head of every ended day that has none yet, up to `until`, and announce “heads” if there was one.

    Doing it twice is harmless. The newest head stands in the foot of every page of the hall, so that pages kept
    in memory are old from this moment on.
    """
    _lock()
    yesterday = clock.today() - timedelta(days=1)
    last_day = min(until or yesterday, yesterday)
    newest = Head.objects.order_by("-day").first()
    if newest:
        day, seq = newest.day + timedelta(days=1), newest.seq
    else:
        first = Entry.objects.order_by("at").first()
        if first is None:
            return []
        day, seq = clock.local(first.at).date(), 0
    sealed = []
    while day <= last_day:
        # A clock set back must not move a head back: the chain goes by number, not by time.
        seq = max(
            seq,
            Entry.objects.filter(at__lt=clock.end_of(day)).aggregate(n=models.Max("seq"))["n"] or 0,
        )
        tip = Entry.objects.get(seq=seq)
        sealed.append(Head(day=day, seq=seq, sm3=tip.sm3, sha256=tip.sha256, sealed_at=clock.now()))
        day += timedelta(days=1)
    if sealed:
        jobs.announce("heads")
    return Head.objects.bulk_create(sealed)
