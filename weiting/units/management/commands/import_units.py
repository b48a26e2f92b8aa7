"""`weiting import units`: read a table of units, or build a city from the national division codes."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from weiting.core.errors import DomainError
from weiting.units import imports
from weiting.units.management.telling import show
from weiting.units.queries import unit_by_slug


class Command(BaseCommand):
    """Import units, all or nothing."""

    help = (
        "Import units from CSV, XLSX or JSON Lines, or a city from tables of division codes; all or nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what may be typed."""
        parser.add_argument("table", nargs="?", type=Path, help="the table: .csv, .xlsx or .jsonl")
        folder = "folder with provinces, cities, areas and streets (.csv)"
        parser.add_argument("--divisions", type=Path, metavar="DIR", help=folder)
        parser.add_argument("--city", metavar="CODE", help="the city's code of four digits, with --divisions")
        parser.add_argument(
            "--under", metavar="SLUG", default="", help="address name of the unit to put it under"
        )
        parser.add_argument("--dry-run", action="store_true", help="show what would happen and write nothing")
        parser.add_argument(
            "--template", type=Path, metavar="FILE", help="write an empty table to fill in (.xlsx or .csv)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say what happened."""
        if options["template"]:
            made = imports.units_template("csv" if options["template"].suffix == ".csv" else "xlsx")
            options["template"].write_bytes(made)
            self.stdout.write(str(options["template"]))
            return
        began = time.perf_counter()
        try:
            outcome = self._import(options)
        except DomainError as refused:
            raise CommandError(str(refused.message)) from None
        show(self, outcome, time.perf_counter() - began)

    def _import(self, options: dict[str, Any]) -> imports.Outcome:
        under = unit_by_slug(options["under"]) if options["under"] else None
        common = {"by": None, "dry_run": options["dry_run"], "under": under}
        if options["divisions"] and options["city"]:
            return imports.import_divisions(options["divisions"], options["city"], **common)
        if options["table"]:
            return imports.import_units(options["table"], name=options["table"].name, **common)
        raise CommandError(_("Name a table to import, or --divisions DIR with --city CODE."))
