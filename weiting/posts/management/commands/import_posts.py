"""`weiting import posts FILE --mapping MAP.toml --unit SLUG`: bring older posts in."""

import csv
import time
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.core.errors import DomainError
from weiting.core.tables import RowError, load_mapping
from weiting.posts.imports import Outcome, import_posts
from weiting.posts.imports_template import mapping, posts_template
from weiting.units.models import Unit

SHOWN = 20


class Command(BaseCommand):
    """Import older posts of one unit; nothing is imported twice, and no row is lost without a word."""

    help = "Import older posts from CSV, XLSX or JSON Lines, with a mapping that says which column is what."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what may be typed."""
        parser.add_argument("file", nargs="?", type=Path, help="the table: .csv, .xlsx or .jsonl")
        parser.add_argument(
            "--mapping",
            type=Path,
            metavar="MAP.toml",
            help="says which column is what; without it, the columns of the table to fill in",
        )
        parser.add_argument("--unit", metavar="SLUG", help="address name of the unit")
        parser.add_argument(
            "--template", type=Path, metavar="FILE", help="write an empty table to fill in (.xlsx or .csv)"
        )
        parser.add_argument("--as", dest="state", choices=["published", "draft"], default="published")
        parser.add_argument("--by", default="", metavar="USERNAME", help="who answers for the import")
        parser.add_argument("--dry-run", action="store_true", help="show what would happen and write nothing")
        parser.add_argument(
            "--rejects", type=Path, metavar="FILE", help="write rows that cannot be taken here (.csv)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, list what was rejected, and say the sum; or write the table to fill in."""
        if options["template"]:
            options["template"].write_bytes(
                posts_template("csv" if options["template"].suffix == ".csv" else "xlsx")
            )
            self.stdout.write(str(options["template"]))
            return
        if not options["file"] or not options["unit"]:
            raise CommandError(_("Name a table to import, and with --unit whose posts they are."))
        began = time.perf_counter()
        try:
            with ExitStack() as stack:
                outcome = import_posts(
                    options["file"],
                    mapping=load_mapping(options["mapping"]) if options["mapping"] else mapping(),
                    unit=_unit(options["unit"]),
                    by=_person(options["by"]),
                    as_draft=options["state"] == "draft",
                    dry_run=options["dry_run"],
                    rejected=self._rejects(options["rejects"], stack),
                )
        except DomainError as refused:
            raise CommandError(str(refused.message)) from None
        self._tell(outcome, time.perf_counter() - began, options["rejects"])

    def _rejects(self, path: Path | None, stack: ExitStack) -> Any:
        """Return what is called with every rejected row: the terminal gets the first ones, the file all."""
        writer = None
        if path is not None:
            try:
                file = stack.enter_context(path.open("w", encoding="utf-8-sig", newline=""))
            except OSError as error:
                raise CommandError(_("%(path)s cannot be written.") % {"path": path}) from error
            writer = csv.writer(file)
            writer.writerow([_("row in the file"), _("column in the file"), _("why it was refused")])
        shown = 0

        def rejected(error: RowError) -> None:
            nonlocal shown
            shown += 1
            if writer is not None:
                writer.writerow([error.row, error.column, error.message])
            # Without a file the terminal is the only place where a row is not lost.
            if writer is None or shown <= SHOWN:
                where = _("row %(row)s, %(column)s") if error.column else _("row %(row)s")
                self.stderr.write(f"{where % {'row': error.row, 'column': error.column}}: {error.message}")
            elif shown == SHOWN + 1:
                self.stderr.write(_("… the others stand in %(path)s.") % {"path": path})

        return rejected

    def _tell(self, outcome: Outcome, seconds: float, path: Path | None) -> None:
        sentence = _(
            "%(read)s rows read: %(imported)s imported, %(there)s there already, %(rejected)s rejected;"
            " %(topics)s topics opened; %(seconds)s s (%(rate)s a second)."
        )
        self.stdout.write(
            sentence
            % {
                "read": outcome.read,
                "imported": outcome.imported,
                "there": outcome.already_there,
                "rejected": outcome.rejected,
                "topics": outcome.topics_opened,
                "seconds": f"{seconds:.1f}",
                "rate": round(outcome.read / seconds) if seconds else outcome.read,
            }
        )
        if outcome.is_dry_run:
            self.stdout.write(_("This was a dry run: nothing was written."))


def _unit(slug: str) -> Unit:
    found = Unit.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(_("There is no unit with the address name %(slug)s.") % {"slug": slug})
    return found


def _person(username: str) -> Person | None:
    if not username:
        return None
    found = Person.objects.filter(username__iexact=username).first()
    if found is None:
        raise CommandError(_("There is no sign-in %(name)s.") % {"name": username})
    return found
