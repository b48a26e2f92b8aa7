"""`weiting audit verify`: says that all holds, or the first entry that does not, and exports a stretch."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from weiting import audit
from weiting.audit import export, testing


@pytest.fixture
def trail(db: None, freeze: Any) -> None:
    """Thirty entries on three days, all sealed."""
    for day in (18, 19, 20):
        freeze(f"2026-11-{day} 10:00")
        audit.record_many([audit.Act("posts.post.import", facts={"n": n, "day": day}) for n in range(10)])
    freeze("2026-11-21 00:05")
    audit.seal_days()


def _tamper(statement: str) -> None:
    """Do what only the owner of the tables can do: switch the triggers off first."""
    with connection.cursor() as cursor:
        cursor.execute(" ".join(testing.around([statement])))


def _verify(*args: str) -> str:
    out = StringIO()
    call_command("verify_audit", *args, stdout=out)
    return out.getvalue()


def _broken(*args: str) -> str:
    with pytest.raises(CommandError) as found:
        _verify(*args)
    assert found.value.returncode == 1
    return str(found.value)


def test_an_empty_chain_holds(db: None) -> None:
    assert "还没有" in _verify()


def test_an_honest_chain_holds(trail: None) -> None:
    said = _verify()
    assert "30" in said
    assert audit.head_today() in said


def test_a_stretch_is_checked_against_what_came_before(trail: None) -> None:
    assert "11" in _verify("--from", "12", "--to", "22")


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'posts.post.approve'",
        "facts = '{\"n\": 3}'",
        "at = at + interval '1 microsecond'",
        "actor_label = 'x'",
        "unit_id = 1",
        "origin_mark = 'f'",
        "facts = '{\"n\": 3.5}'",
        "sm3 = sha256",
        "prev_sha256 = sha256",
    ],
)
def test_a_changed_row_is_named(trail: None, change: str) -> None:
    _tamper(f"UPDATE audit_entry SET {change} WHERE seq = 14;")  # noqa: S608
    assert "14" in _broken()


def test_a_removed_row_is_named(trail: None) -> None:
    _tamper("DELETE FROM audit_entry WHERE seq = 14;")
    assert "14" in _broken()


def test_a_stretch_without_what_came_before_is_found(trail: None) -> None:
    _tamper("DELETE FROM audit_entry WHERE seq = 14;")
    assert "缺第 14 条" in _broken("--from", "15")
    assert "缺第 98 条" in _broken("--from", "99")


def test_a_removed_beginning_is_found(trail: None) -> None:
    _tamper("DELETE FROM audit_entry WHERE seq <= 5;")
    assert "缺第 1 条" in _broken()


def test_rows_that_change_places_are_found(trail: None) -> None:
    _tamper(
        "UPDATE audit_entry SET seq = 99 WHERE seq = 14; UPDATE audit_entry SET seq = 14 WHERE seq = 15; "
        "UPDATE audit_entry SET seq = 15 WHERE seq = 99;"
    )
    assert "14" in _broken()


def test_a_cut_end_is_found_by_the_heads(trail: None) -> None:
    _tamper("DELETE FROM audit_entry WHERE seq > 25;")
    said = _broken()
    assert "25" in said
    assert "30" in said


def test_a_changed_head_is_found(trail: None) -> None:
    _tamper("UPDATE audit_head SET sm3 = sha256 WHERE seq = 20;")
    assert "20" in _broken()


def test_a_printed_head_is_looked_for(trail: None) -> None:
    assert "2026-11-20" in _verify("--printed", audit.head_today().upper())
    assert _broken("--printed", "0000 0000 0000 0000")


def test_an_end_that_is_not_there_is_said(trail: None) -> None:
    assert "31" in _broken("--to", "31")


def test_an_export_holds_by_itself(trail: None, tmp_path: Path) -> None:
    path = tmp_path / "stretch.jsonl"
    _verify("--from", "5", "--to", "25", "--export", str(path))
    with path.open("rb") as lines:
        report = export.check_file(lines)
    assert (report.ok, report.first, report.last, len(report.heads)) == (True, 5, 25, 2)
    assert "21" in _verify("--file", str(path))
    newest = audit.entries().rows[0]
    assert (newest.verb, newest.origin) == ("audit.stretch.export", "cli")


def test_a_changed_export_is_refused(trail: None, tmp_path: Path) -> None:
    path = tmp_path / "stretch.jsonl"
    _verify("--export", str(path))
    path.write_bytes(path.read_bytes().replace(b'"n":7', b'"n":8', 1))
    assert "8" in _broken("--file", str(path))
    path.write_bytes(path.read_bytes().replace(b'"n":6', b'"n": 6', 1))
    assert "第 11 行" in _broken("--file", str(path))
    assert "No such file" in _broken("--file", str(tmp_path / "none.jsonl"))
