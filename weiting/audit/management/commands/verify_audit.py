"""`weiting audit verify`: checks the chain or an exported file; can write a stretch for a stranger."""

from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from weiting.audit import actions, chain, export, queries
from weiting.audit.origins import origin


class Command(BaseCommand):
    """Exit with 0 when every link holds, with 1 and the first broken one otherwise."""

    help = "Check the audit chain link by link; say the first broken entry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--from", dest="first", type=int, default=1, metavar="N", help="first entry")
        parser.add_argument("--to", dest="last", type=int, metavar="N", help="last entry")
        parser.add_argument("--export", type=Path, metavar="FILE", help="also write the stretch")
        parser.add_argument("--file", type=Path, metavar="FILE", help="check an exported file instead")
        parser.add_argument(
            "--printed",
            metavar="HEAD",
            help="a printed head, such as '7f3a 91c0 5be2 d418'",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, then export if asked; raise CommandError at the first break."""
        first, last = max(options["first"], 1), options["last"]
        report = self._check_file(options["file"]) if options["file"] else self._check(first, last)
        if report.broken:
            what = _(report.broken.template) % report.broken.facts
            raise CommandError(_("BROKEN. %(what)s") % {"what": what})
        if not report.count:
            self.stdout.write(_("Nothing is recorded yet."))
            return
        self.stdout.write(
            _("OK. %(count)d entries, %(first)d to %(last)d; %(heads)d daily heads agree.")
            % {
                "count": report.count,
                "first": report.first,
                "last": report.last,
                "heads": len(report.heads),
            }
        )
        self.stdout.write(_("Head: %(head)s") % {"head": chain.short(report.tip.sm3)})
        if options["printed"]:
            self._compare(options["printed"], report)
        if options["export"]:
            self._export(options["export"], report)

    def _check(self, first: int, last: int | None) -> chain.Report:
        start = queries.digests_before(first)
        if start is None:
            return chain.Report(broken=chain.Broken(first - 1, "gap", chain.GONE, {"seq": first - 1}))
        # Heads first: whatever is recorded meanwhile only lengthens the chain. The transaction lets the
        # server-side cursor stream instead of being stored.
        # Closed here: a cursor left to the collector would be closed inside somebody else's transaction.
        with transaction.atomic(), closing(queries.links(first, last)) as links:
            report = chain.check(links, queries.announced_heads(first, last), first=first, start=start)
        if report.ok and last is not None and report.last != last:
            facts = {"wanted": last, "last": report.last}
            report.broken = chain.Broken(report.last + 1, "cut", chain.SHORT, facts)
        return report

    def _check_file(self, path: Path) -> chain.Report:
        try:
            with path.open("rb") as lines:
                return export.check_file(lines)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error
        except export.BadFileError as error:
            what = _("Line %(line)d: %(why)s") % {"line": error.line, "why": _(error.why)}
            raise CommandError(_("BROKEN. %(what)s") % {"what": what}) from error

    def _compare(self, printed: str, report: chain.Report) -> None:
        wanted = chain.read_short(printed)
        for head in report.heads:
            if wanted and head.own.sm3.hex().startswith(wanted):
                self.stdout.write(_("The printed head is that of %(day)s.") % {"day": head.day})
                return
        raise CommandError(_("The printed head is none of the heads of this stretch."))

    def _export(self, path: Path, report: chain.Report) -> None:
        if not report.count:
            raise CommandError(_("There is nothing to export in this stretch."))
        stretch = queries.links(report.first, report.last)
        with transaction.atomic(), closing(stretch) as links, path.open("wb") as out:
            lines = export.lines(links, report)
            out.writelines(line + b"\n" for line in lines)
            with origin("cli"):
                actions.record("audit.stretch.export", first=report.first, last=report.last)
        self.stdout.write(_("Written to %(path)s. Anybody can check it with verify.html.") % {"path": path})
