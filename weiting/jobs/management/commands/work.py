"""`weiting work`: do the waiting tasks until told to stop."""

import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from weiting.jobs.working import work


class Command(BaseCommand):
    """Run a worker; as many as wanted may run, on as many machines."""

    help = "Do the waiting tasks. Ctrl-C stops after those begun are done."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--concurrency", type=int, default=settings.WORK_CONCURRENCY, help="tasks at the same time"
        )
        parser.add_argument("--once", action="store_true", help="stop when nothing is due any more")

    def handle(self, *, concurrency: int, once: bool, **_: Any) -> None:
        """Work."""
        asyncio.run(work(concurrency=concurrency, wait=not once))
