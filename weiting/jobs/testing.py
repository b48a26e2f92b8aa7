"""For tests: run what waits, here and now, without a worker and inside the test's own transaction."""

import json
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.job_context import AbortReason, JobContext
from procrastinate.jobs import Job

from weiting.core import clock


def run_waiting(*names: str) -> list[str]:
    """Run every job that is due by the product's clock, also those it lays down; return the names run, in
    order.

    With `names`, only those tasks. An error comes through to the test.
    """
    done: list[str] = []
    while (job := _take(names)) is not None:
        context = JobContext(
            start_timestamp=clock.now().timestamp(),
            app=app,
            job=job,
            abort_reason=_not_aborted,
            additional_context={},
        )
        app.tasks[job.task_name].func(context, **job.task_kwargs)
        done.append(job.task_name)
    return done


def _not_aborted() -> AbortReason | None:
    return None


def _take(names: tuple[str, ...]) -> Job | None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM procrastinate_jobs WHERE id = (
                SELECT id FROM procrastinate_jobs
                WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= %s)
                    AND (%s OR task_name = ANY(%s))
                ORDER BY scheduled_at NULLS FIRST, id LIMIT 1)
            RETURNING id, task_name, args, lock, queueing_lock, queue_name, attempts
            """,
            [clock.now(), not names, list(names)],
        )
        row = cursor.fetchone()
    return None if row is None else _job(*row)


def _job(
    pk: int, name: str, arguments: Any, lock: str | None, key: str | None, queue: str, attempts: int
) -> Job:
    if isinstance(arguments, str):
        arguments = json.loads(arguments)
    return Job(
        id=pk,
        queue=queue,
        lock=lock,
        queueing_lock=key,
        task_name=name,
        task_kwargs=arguments,
        attempts=attempts,
    )
