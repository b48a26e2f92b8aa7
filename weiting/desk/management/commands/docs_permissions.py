"""`weiting manage docs_permissions FILE`: writes the reference page of who may open what."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from weiting.desk import permissions


class Command(BaseCommand):
    """Write the page from the rules and the views."""

    help = "Write the reference page of verbs, roles and pages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        options["file"].write_text(permissions.page(), encoding="utf-8")
