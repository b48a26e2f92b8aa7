"""Lays down jobs, in the transaction of the change that asks for them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from weiting.jobs import keys


def defer(name: str, at: datetime | None = None, key: str | None = None, **kwargs: Any) -> None:
    """Have a worker run the task `name` with `kwargs` (JSON values) at `at`, or as soon as one is free.

    Of jobs with one `key` only one waits: asked for again, it takes the time and arguments of the latest
    call. Raises LookupError when no such task is declared.
    """
    if name not in app.tasks:
        raise LookupError(f"No task is called {name!r}: declare it in a tasks.py.")
    try:
        # A savepoint: the database's refusal of a second job must not spoil the caller's transaction.
        with transaction.atomic():
            app.tasks[name].configure(schedule_at=at, queueing_lock=key).defer(**kwargs)
    except AlreadyEnqueued:
        # A worker may take the waiting one between the two statements; then there is room for a new one.
        if key and not keys.rewrite(key, name=name, at=at, arguments=kwargs):
            defer(name, at, key, **kwargs)
