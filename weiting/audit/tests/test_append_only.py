"""The database refuses every change of what was recorded, whoever asks and however."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from weiting import audit
from weiting.audit import chain
from weiting.audit.models import Entry, Head
from weiting.core import clock


@pytest.fixture
def entry(db: None) -> Entry:
    """One entry and one head of it."""
    made = audit.record("posts.post.submit")
    Head.objects.create(
        day=clock.today(),
        seq=1,
        sm3=made.sm3,
        sha256=made.sha256,
        sealed_at=clock.now(),
    )
    return made


def _refused(act: Callable[[], object]) -> str:
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        act()
    return str(refused.value)


@pytest.mark.parametrize("table", ["audit_entry", "audit_head"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET seq = seq",
        "UPDATE {} SET seq = seq WHERE false",
        "DELETE FROM {}",
        "DELETE FROM {} WHERE seq = 1",
        "TRUNCATE {}",
        "TRUNCATE {} CASCADE",
        "SET LOCAL session_replication_role = replica; DELETE FROM {}",
    ],
)
def test_sql_cannot_change_what_is_kept(entry: Entry, table: str, statement: str) -> None:
    with connection.cursor() as cursor:
        message = _refused(lambda: cursor.execute(statement.format(table)))
    assert "The audit is append-only" in message
    assert Entry.objects.get().link() == entry.link()
    assert Head.objects.count() == 1


def test_the_orm_cannot_change_what_is_kept(entry: Entry) -> None:
    entry.verb = "posts.post.approve"
    head = Head.objects.get()
    for act in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        head.delete,
        lambda: Entry.objects.update(verb="x.y"),
        lambda: Head.objects.update(seq=2),
        lambda: Entry.objects.bulk_update([entry], ["verb"]),
    ):
        assert "The audit is append-only" in _refused(act)
    assert Entry.objects.get().verb == "posts.post.submit"


@pytest.mark.parametrize(("seq", "shift"), [(3, 0), (2, 1), (1, 0), (0, 0)])
def test_an_entry_that_does_not_continue_is_refused(entry: Entry, seq: int, shift: int) -> None:
    previous = bytes([entry.sm3[0] ^ shift]) + entry.sm3[1:]
    row = Entry(
        seq=seq,
        at=clock.now(),
        verb="x.y",
        origin="web",
        prev_sm3=previous,
        prev_sha256=entry.sha256,
    )
    row.sm3 = row.sha256 = chain.GENESIS
    _refused(lambda: row.save(force_insert=True))


def test_a_digest_has_32_bytes(entry: Entry) -> None:
    row = Entry(
        seq=2,
        at=clock.now(),
        verb="x.y",
        origin="web",
        prev_sm3=entry.sm3,
        prev_sha256=entry.sha256,
    )
    row.sm3 = row.sha256 = b"short"
    assert "audit_entry_digest_size" in _refused(lambda: row.save(force_insert=True))
