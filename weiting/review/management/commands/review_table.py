"""Prints the table of review presets as the Markdown page that stands in the reference."""

from typing import Any

from django.core.management.base import BaseCommand

from weiting.review.table import page


class Command(BaseCommand):
    """Prints the page."""

    help = "Print the review presets as a page of the reference."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the page to standard output."""
        self.stdout.write(page(), ending="")
