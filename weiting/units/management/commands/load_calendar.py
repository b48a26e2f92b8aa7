"""`weiting manage load_calendar FILE.csv`: the holidays of a year as the city has them, over those shipped."""

import csv
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from weiting.core.errors import DomainError
from weiting.units import actions, queries


class Command(BaseCommand):
    """Read days (date, kind, name, source) and write them, all or nothing; or show a year."""

    help = "Load the holidays and worked weekends of a year: date,kind(rest|work),name,source. Without a file: show."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what may be typed."""
        parser.add_argument("table", nargs="?", type=Path, help="the days as .csv")
        parser.add_argument("--year", type=int, help="show the days of this year as they hold here")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load or show."""
        if options["year"]:
            for each in queries.named_days(options["year"]):
                kind = "work" if each.is_worked else "rest"
                self.stdout.write(f"{each.day},{kind},{each.name},{each.source}")
            return
        if not options["table"]:
            raise CommandError(_("Name a table to import."))
        try:
            with options["table"].open(encoding="utf-8-sig", newline="") as lines:
                days = [self._day(row) for row in csv.DictReader(lines)]
            self.stdout.write(str(actions.save_days(days, by=None)))
        except (OSError, KeyError, ValueError) as error:
            raise CommandError(f"{options['table']}: {error}") from error
        except DomainError as refused:
            raise CommandError(str(refused.message)) from None

    @staticmethod
    def _day(row: dict[str, str]) -> queries.NamedDay:
        if row["kind"] not in {"rest", "work"}:
            raise ValueError(f"{row['kind']!r}: rest | work")
        return queries.NamedDay(
            date.fromisoformat(row["date"]), row["kind"] == "work", row["name"], row["source"]
        )
