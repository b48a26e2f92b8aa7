"""Writes docs/reference/roles.md: which role may do what, from the one table of rules."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.module_loading import autodiscover_modules

from weiting.units.access import RULES
from weiting.units.roles import Role

HEAD = """\
# Roles

Written by `weiting manage docs_roles docs/reference/roles.md`; do not edit by hand.

A role is held at a unit, for a time, and reaches that unit alone or all below it too. One person may hold several,
but an auditor holds no other role where the audit reaches. That a text needs two people is the review's own rule.
What somebody may not see does not exist for them: the page answers 404.
"""


def roles_page() -> str:
    """Return the page: the roles, and by module which of them may do each verb."""
    # Only modules that were imported have said who may do what.
    autodiscover_modules("access")
    with translation.override("en"):
        lines = [HEAD, "| role | in words |", "|---|---|"]
        lines += [f"| `{role.value}` | {role.label} |" for role in Role]
        for module in sorted({verb.partition(".")[0] for verb in RULES}):
            lines += ["", f"## {module}", "", "| verb | roles |", "|---|---|"]
            for verb in sorted(each for each in RULES if each.partition(".")[0] == module):
                roles = RULES[verb]
                who = (
                    "everybody with a role"
                    if roles == frozenset(Role)
                    else ", ".join(sorted(map(str, roles)))
                )
                lines.append(f"| `{verb}` | {who} |")
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    """Write the page, or check that it is fresh."""

    help = "Write the reference of roles; with --check only say whether it is fresh."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what may be typed."""
        parser.add_argument("file", type=Path, help="docs/reference/roles.md")
        parser.add_argument(
            "--check", action="store_true", help="fail if the file is not what would be written"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or compare."""
        page, file = roles_page(), options["file"]
        if options["check"]:
            if not file.exists() or file.read_text(encoding="utf-8") != page:
                raise CommandError(f"{file} is not fresh: run docs_roles {file}.")
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page, encoding="utf-8")
        self.stdout.write(str(file))
