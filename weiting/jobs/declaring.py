"""Declares tasks: their name, when they are tried again, and at what times they come by themselves."""

import logging
import random
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job

from weiting.core.errors import DomainError, Unavailable
from weiting.jobs import keys

F = TypeVar("F", bound=Callable[..., Any])

# Seconds before the second try, the third, and so on; then the task has failed and `weiting doctor` shows it.
BACKOFF = (5, 30, 300, 1800, 7200)

logger = logging.getLogger(__name__)


class Backoff(BaseRetryStrategy):
    """Try again after the seconds listed, each a little longer or shorter so that tasks do not come in a
    crowd.
    """

    def __init__(self, seconds: Sequence[float]) -> None:
        self.seconds = seconds

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Decide on the next try; a refusal by the product's own rules would only be repeated."""
        if job.attempts >= len(self.seconds):
            return None
        if isinstance(exception, DomainError) and not isinstance(exception, Unavailable):
            return None
        wait = self.seconds[job.attempts] * random.uniform(0.9, 1.1)  # noqa: S311 - spreads load, guards nothing
        return RetryDecision(retry_in={"milliseconds": int(wait * 1000)})


def task(
    name: str, *, retry: Sequence[float] = BACKOFF, one_at_a_time: bool = False, queue: str = "default"
) -> Callable[[F], F]:
    """Declare a function of keyword arguments as the task `name`, such as "notices.send".

    `retry` lists the seconds before each further try; `one_at_a_time` keeps two runs of it from overlapping.
    """

    def declare(function: F) -> F:
        app.task(
            name=name,
            retry=Backoff(retry),
            pass_context=True,
            queue=queue,
            lock=name if one_at_a_time else None,
        )(_runnable(function))
        return function

    return declare


def periodic(cron: str, name: str, *, retry: Sequence[float] = ()) -> Callable[[F], F]:
    """Declare a function without arguments as a task that comes at the times of `cron`, on the clock of
    Shanghai.

    A time missed because no worker ran is made up for within a day; two runs never overlap.
    """

    def declare(function: F) -> F:
        declared = app.task(
            name=name, retry=Backoff(retry), pass_context=True, lock=name, queueing_lock=name
        )(_runnable(function))
        app.periodic(cron=cron, periodic_id=name)(declared)
        return function

    return declare


def _runnable(function: Callable[..., Any]) -> Callable[..., None]:
    @wraps(function)
    def run(context: JobContext, **arguments: Any) -> None:
        arguments.pop("timestamp", None)
        try:
            function(**arguments)
        except Exception:
            if not _is_superseded(context.job):
                raise
            logger.exception(
                "%s failed; a newer one of the same key waits and will do its work", context.job.task_name
            )

    return run


def _is_superseded(job: Job) -> bool:
    """Whether another job of the same key waits: then this one may not wait beside it."""
    return bool(job.queueing_lock) and keys.is_waiting(str(job.queueing_lock))
