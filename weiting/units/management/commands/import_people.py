"""`weiting import people`: read a table of people and their roles."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from weiting.core.errors import DomainError
from weiting.units import imports
from weiting.units.management.telling import show


class Command(BaseCommand):
    """Import people and their roles, all or nothing."""

    help = "Import people and their roles from CSV, XLSX or JSON Lines; all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what may be typed."""
        parser.add_argument("table", nargs="?", type=Path, help="the table: .csv, .xlsx or .jsonl")
        parser.add_argument("--dry-run", action="store_true", help="show what would happen and write nothing")
        parser.add_argument(
            "--template", type=Path, metavar="FILE", help="write an empty table to fill in (.xlsx or .csv)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, say what happened, and print the first passwords once."""
        if options["template"]:
            made = imports.people_template("csv" if options["template"].suffix == ".csv" else "xlsx")
            options["template"].write_bytes(made)
            self.stdout.write(str(options["template"]))
            return
        if not options["table"]:
            raise CommandError(_("Name a table to import."))
        began, table = time.perf_counter(), options["table"]
        try:
            outcome = imports.import_people(table, name=table.name, by=None, dry_run=options["dry_run"])
        except DomainError as refused:
            raise CommandError(str(refused.message)) from None
        show(self, outcome, time.perf_counter() - began)
        if outcome.passwords and not outcome.is_dry_run:
            self.stdout.write(
                _("First passwords, shown only now; each must be changed at the first sign-in:")
            )
            for username, password in outcome.passwords.items():
                self.stdout.write(f"{username}\t{password}")
