"""`weiting import archive FILE --account ID`: keep what stood on a platform that has closed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from weiting.accounts.models import Person
from weiting.channels.actions import bring_archive
from weiting.channels.archive import read_archive
from weiting.core.errors import DomainError
from weiting.core.tables import RowError
from weiting.units.models import Account

SHOWN = 20


class Command(BaseCommand):
    """Keep an export as the archive of its account; nothing is kept twice, and no row is lost without a word."""

    help = "Keep the export of an account on a platform that has closed: .csv, .xlsx, .json, .jsonl or .html."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what may be typed."""
        parser.add_argument("file", type=Path, help="the export")
        parser.add_argument(
            "--account", required=True, help="registry number or id of the account in the register"
        )
        parser.add_argument("--by", default="", metavar="USERNAME", help="who answers for the import")

    def handle(self, *, file: Path, account: str, by: str, **_: Any) -> None:
        """Import, list what was rejected, and say the sum."""
        found = (
            Account.objects.filter(public_id=account).first()
            or Account.objects.filter(filing_number=account).exclude(filing_number="").first()
        )
        if found is None:
            raise CommandError(
                f"There is no account “{account}” in the register. Enter it there first, as closed."
            )
        person = Person.objects.filter(username=by).first() if by else None
        if by and person is None:
            raise CommandError(f"There is nobody called “{by}”.")
        if not file.is_file():
            raise CommandError(f"{file} is not there.")
        wrong: list[RowError] = []
        try:
            done = bring_archive(found, read_archive(file), by=person, rejected=wrong.append)
        except DomainError as refused:
            raise CommandError(str(refused.message)) from None
        for each in wrong[:SHOWN]:
            self.stderr.write(f"row {each.row}: {each.message}")
        self.stdout.write(
            f"{done.kept + done.known + done.rejected} rows read: {done.kept} kept, {done.known} there already, "
            f"{done.rejected} rejected."
        )
