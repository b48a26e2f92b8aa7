"""`weiting export-hall DIR`: the whole hall as files that open from a folder and can be searched there."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from weiting.core import clock
from weiting.core.errors import DomainError
from weiting.hall.exporting import Export
from weiting.hall.folders import replaced

CODES = [code for code, _label in settings.LANGUAGES]


class Command(BaseCommand):
    """Write the hall into a folder."""

    help = "Write the whole hall into a folder that opens without a server and still searches."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the folder, the languages and the day."""
        parser.add_argument("folder", type=Path, help="folder to write into; made if it is not there")
        parser.add_argument(
            "--lang", action="append", choices=CODES, help="a language to write; may be repeated (zh-hans)"
        )
        parser.add_argument(
            "--since", type=date.fromisoformat, help="leave posts that stand there and have not changed since"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Export, saying how far it has come."""
        folder: Path = options["folder"]
        if folder.exists() and not folder.is_dir():
            raise CommandError(f"{folder} is a file: name a folder.")
        languages = options["lang"] or [settings.LANGUAGE_CODE]
        # Links of other languages lead into the folder of the first one: it is always part of it.
        languages = list(dict.fromkeys([settings.LANGUAGE_CODE, *languages]))
        since = clock.start_of(options["since"]) if options["since"] else None
        try:
            with replaced(folder) as (making, before):
                done = Export(making, languages, since, before, self.stdout.write).run()
        except DomainError as refused:
            raise CommandError(str(refused.message)) from None
        except OSError as error:
            raise CommandError(
                f"{error.filename or folder}: {error.strerror}. Nothing was changed."
            ) from None
        self.stdout.write(
            f"{done.pages} pages, {done.files} files, {done.searchable} posts to search"
            f"{f', {done.kept} left as they were' if done.kept else ''}: open {folder / 'index.html'}"
        )
