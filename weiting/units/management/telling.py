"""Tells on the terminal what an import did, would do, or found wrong."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from weiting.units.imports import Outcome

MOST_LINES = 40


def show(command: BaseCommand, outcome: Outcome, seconds: float) -> None:
    """Print the outcome of an import; raise CommandError after listing what is wrong."""
    if outcome.has_failed:
        for error in outcome.faults():
            where = _("row %(row)s, %(column)s") if error.column else _("row %(row)s")
            command.stderr.write(f"{where % {'row': error.row, 'column': error.column}}: {error.message}")
        raise CommandError(
            _("%(count)s things are wrong. Nothing was written; correct the table and try again.")
            % {"count": outcome.error_count}
        )
    if outcome.is_dry_run:
        for line in outcome.lines[:MOST_LINES]:
            command.stdout.write(line)
        if len(outcome.lines) > MOST_LINES:
            command.stdout.write(_("… and %(count)s more.") % {"count": len(outcome.lines) - MOST_LINES})
    total = outcome.created + outcome.changed + outcome.same
    facts = {
        "created": outcome.created, "changed": outcome.changed, "same": outcome.same,
        "seconds": f"{seconds:.1f}", "rate": round(total / seconds) if seconds else total,
    }  # fmt: skip
    command.stdout.write(
        _("%(created)s new, %(changed)s changed, %(same)s as before, in %(seconds)s s (%(rate)s a second).")
        % facts
    )
    if outcome.is_dry_run:
        command.stdout.write(_("This was a dry run: nothing was written."))
