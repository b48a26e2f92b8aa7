"""The worker: runs waiting jobs until told to stop, and takes up those of a worker that died."""

import asyncio
import logging
from contextlib import nullcontext, suppress
from datetime import datetime
from typing import TYPE_CHECKING, cast

from asgiref.sync import sync_to_async
from croniter import croniter
from django.db import close_old_connections, connection
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.db_cleanup import with_db_cleanup
from procrastinate.contrib.django.django_connector import DjangoConnector

from weiting.core import clock
from weiting.jobs import runners

if TYPE_CHECKING:
    from procrastinate.app import WorkerOptions

logger = logging.getLogger(__name__)

# A worker shows a sign of life this often, and is taken for dead when it has not for four times as long.
HEARTBEAT = 3.0
DEAD_AFTER = 12.0
# Jobs that wait for a moment are found by looking; a second late is soon enough.
LOOK_EVERY = 1.0
# A time missed while no worker ran is made up for within a day.
CATCH_UP = 86_400.0


async def work(*, concurrency: int, grace: float = 4.0, wait: bool = True) -> None:
    """Run jobs until SIGINT or SIGTERM; those begun get `grace` seconds to end. Without `wait`, until none
    is due.
    """
    _set_clock_of_cron()
    worker = App(
        connector=cast(DjangoConnector, app.connector).get_worker_connector(),
        worker_defaults=with_db_cleanup(None),
        periodic_defaults={"max_delay": CATCH_UP},
    )
    # Not replace_connector(): inside a task, defer() must go on using Django's connection and its
    # transaction.
    worker.tasks, worker.periodic_registry = app.tasks, app.periodic_registry
    options: WorkerOptions = {
        "concurrency": concurrency,
        "wait": wait,
        "fetch_job_polling_interval": LOOK_EVERY,
        "shutdown_graceful_timeout": grace,
        "update_heartbeat_interval": HEARTBEAT,
        "stalled_worker_timeout": DEAD_AFTER,
        "delete_jobs": "successful",
    }
    async with worker.open_async():
        await sync_to_async(take_up_abandoned)()
        rescue = asyncio.create_task(_keep_rescuing())
        try:
            with runners.running() if wait else nullcontext():
                await worker.run_worker_async(**options)
        finally:
            rescue.cancel()
            with suppress(asyncio.CancelledError):
                await rescue


def _set_clock_of_cron() -> None:
    """Read the times of periodic tasks on the clock of Shanghai; the library would read them in UTC."""
    for periodic in app.periodic_registry.periodic_tasks.values():
        periodic.__dict__["croniter"] = croniter(periodic.cron, datetime.now(clock.SHANGHAI))  # noqa: TID251


async def _keep_rescuing() -> None:
    while True:
        await asyncio.sleep(HEARTBEAT)
        try:
            await sync_to_async(take_up_abandoned)()
        except Exception:
            logger.exception("Jobs of dead workers could not be looked for")


_DEAD = "SELECT id FROM procrastinate_workers WHERE last_heartbeat < now() - make_interval(secs => %s)"


def take_up_abandoned() -> int:
    """Put jobs that a dead worker had begun back among the waiting; return how many.

    Where a newer job of the same key waits already, the old one is dropped: the newer will do its work.
    """
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT id, queueing_lock FROM procrastinate_jobs
            WHERE status = 'doing' AND (worker_id IS NULL OR worker_id IN ({_DEAD}))
            FOR UPDATE SKIP LOCKED
            """,  # noqa: S608 - no outside text
            [DEAD_AFTER],
        )
        return sum(_take_up(*row) for row in cursor.fetchall())


def _take_up(job: int, key: str | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE procrastinate_jobs
            SET status = 'todo', worker_id = NULL, scheduled_at = now(), attempts = attempts + 1
            WHERE id = %s AND status = 'doing' AND NOT EXISTS (
                SELECT FROM procrastinate_jobs newer WHERE newer.queueing_lock = %s AND newer.status = 'todo')
            """,
            [job, key],
        )
        if cursor.rowcount:
            logger.warning("Job %s is taken up again: its worker died", job)
            return 1
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s AND status = 'doing'", [job]
        )
        return 0
