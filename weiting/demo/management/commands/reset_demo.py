"""`weiting demo reset`: empty a hall that holds the demo city, and load the city anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError, connection
from django.utils.translation import gettext as _

from weiting.demo.queries import is_demo
from weiting.units.models import Unit


class Command(BaseCommand):
    """Empty the demo and load it again; any other hall is refused."""

    help = "Empty a hall that holds the demo city, and load the city anew. Any other hall is refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what may be typed."""
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, ask, empty, load."""
        if Unit.objects.exists() and not is_demo():
            raise CommandError(_("This hall is not the demo, so it is not emptied."))
        if _others():
            raise CommandError(
                _("Other programs are using this hall. Stop “weiting up” first, then try again.")
            )
        if not options["yes"] and not self._agreed():
            raise CommandError(_("Nothing was changed."))
        _empty()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_demo", stdout=self.stdout, stderr=self.stderr)

    def _agreed(self) -> bool:
        self.stdout.write(_("Everything in this hall is deleted: posts, people, audit. Type “yes” to go on."))
        try:
            return input("> ").strip().lower() == "yes"
        except EOFError:
            return False


def _others() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend')"
        )
        return bool(cursor.fetchone()[0])


def _empty() -> None:
    """Drop the tables rather than their rows: the audit's rows cannot be deleted, and that is as it should be."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    except ProgrammingError as error:
        raise CommandError(
            _("The database does not let this user empty it: %(why)s") % {"why": str(error).strip()}
        ) from None
