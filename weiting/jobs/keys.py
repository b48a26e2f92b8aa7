"""Jobs that wait under a key, of which there is at most one: look at it, change it, take it back. Plain SQL,
so that declaring and deferring tasks needs no models."""

import json
from datetime import datetime
from typing import Any

from django.db import connection


def is_waiting(key: str) -> bool:
    """Whether a job with this key waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo'", [key])
        return cursor.rowcount > 0


def rewrite(key: str, *, name: str, at: datetime | None, arguments: dict[str, Any]) -> bool:
    """Give the waiting job with this key another time, task and arguments; say whether there was one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE procrastinate_jobs SET task_name = %s, scheduled_at = %s, args = %s::jsonb
            WHERE queueing_lock = %s AND status = 'todo'
            """,
            [name, at, json.dumps(arguments), key],
        )
        return cursor.rowcount > 0


def cancel(key: str) -> bool:
    """Take back the waiting job with this key; say whether there was one."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo'", [key])
        return cursor.rowcount > 0
