"""`weiting demo load`: fill an empty hall with the demo city."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from weiting import audit
from weiting.core.errors import DomainError
from weiting.demo import loader


class Command(BaseCommand):
    """Load the demo city, all or nothing."""

    help = "Fill an empty hall with the demo city; nothing is loaded into a hall that is not empty."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what was brought in."""
        began = time.perf_counter()
        try:
            with audit.origin("cli"):
                done = loader.load()
        except DomainError as refused:
            raise CommandError(str(refused.message)) from None
        sentence = _(
            "The city of Yunxi is there: %(units)s units, %(people)s people, %(posts)s posts, "
            "%(pictures)s pictures, in %(seconds)s s."
        )
        seconds = f"{time.perf_counter() - began:.0f}"
        self.stdout.write(sentence % {**vars(done), "seconds": seconds})
