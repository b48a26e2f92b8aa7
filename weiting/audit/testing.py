"""For test runs only: lets Django empty the append-only tables between tests that commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql.operations import DatabaseOperations

TRIGGERS = {
    "audit_entry": ("audit_entry_append_only", "audit_entry_linear"),
    "audit_head": ("audit_head_append_only",),
}


def around(statements: list[str]) -> list[str]:
    """Switch the triggers off before and on after, as an owner can: that is why heads are printed."""
    off = [f"ALTER TABLE {table} DISABLE TRIGGER USER;" for table in TRIGGERS]
    on = [
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};"
        for table, names in TRIGGERS.items()
        for name in names
    ]
    return [*off, *statements, *on]


@contextmanager
def flushable() -> Iterator[None]:
    """Let `flush`, which ends every test with `transaction=True`, empty the audit too."""
    real = DatabaseOperations.execute_sql_flush

    def execute(self: DatabaseOperations, sql_list: Any) -> None:
        real(
            self,
            around(list(sql_list)) if any("audit_entry" in sql for sql in sql_list) else sql_list,
        )

    DatabaseOperations.execute_sql_flush = execute  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        DatabaseOperations.execute_sql_flush = real  # type: ignore[method-assign]
