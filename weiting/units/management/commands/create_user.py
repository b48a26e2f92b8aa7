"""`weiting user create`: make a person who may sign in, with a first role at a unit if wanted."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from weiting.accounts.actions import create_person
from weiting.core.errors import DomainError, Invalid
from weiting.units.actions import appoint
from weiting.units.models import Scope
from weiting.units.queries import unit_by_slug
from weiting.units.roles import Role


class Command(BaseCommand):
    """Make a sign-in from the command line: the first administrator of a new hall comes this way."""

    help = "Make a person who may sign in. At a terminal it asks for the password; elsewhere it makes one and prints it once."  # noqa: E501

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what may be typed."""
        parser.add_argument("username", help="the name to sign in with")
        parser.add_argument("--name", default="", help="the person's name; the sign-in name if left out")
        parser.add_argument("--email", default="", help="where notices go")
        parser.add_argument(
            "--unit", metavar="SLUG", default="", help="address name of the unit of the first role"
        )
        parser.add_argument(
            "--role", action="append", choices=Role.values, default=[], help="a role; may be repeated"
        )
        parser.add_argument("--subtree", action="store_true", help="the role reaches all units below too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the person, and print the password if it was made here."""
        if bool(options["role"]) != bool(options["unit"]):
            raise CommandError(_("Give both --role and --unit, or neither."))
        asked = self._ask() if sys.stdin.isatty() else ""
        try:
            with transaction.atomic():
                made = self._make(options, asked)
        except DomainError as refused:
            fields = refused.fields if isinstance(refused, Invalid) else {}
            details = [f"{name}: {' '.join(map(str, each))}" for name, each in fields.items()]
            raise CommandError("\n".join([str(refused.message), *details])) from None
        self.stdout.write(_("%(name)s may sign in.") % {"name": options["username"]})
        if not asked:
            self.stdout.write(_("The password, shown only now, to be changed at the first sign-in:"))
            self.stdout.write(made)

    @staticmethod
    def _ask() -> str:
        first = getpass.getpass(_("Password (empty: make one): "))
        if first and first != getpass.getpass(_("Once more: ")):
            raise CommandError(_("The two are not the same. Try again."))
        return first

    @staticmethod
    def _make(options: dict[str, Any], password: str) -> str:
        name = options["name"] or options["username"]
        person, given = create_person(
            username=options["username"], name=name, email=options["email"], by=None, password=password
        )
        for role in options["role"]:
            scope = Scope.SUBTREE if options["subtree"] else Scope.UNIT
            appoint(person, unit_by_slug(options["unit"]), role, by=None, scope=scope)
        return given
