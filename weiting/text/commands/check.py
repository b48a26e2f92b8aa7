"""`weiting text check FILE`: what could be said better in a text, where and how; 1 when something must be mended."""

import argparse
import json
import sys
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from weiting.text.checks import Report, check_text, known_families
from weiting.text.commands.tables import CommandError, read_text
from weiting.text.finding import DEFAULT_LANGUAGE, Finding, Translate, _, message, translator
from weiting.text.lengths import Length, channels
from weiting.text.plain import PROFILES

SEVERITIES = {"must": _("must be mended"), "should": _("better mended"), "hint": _("could be better")}
# A whole sentence need not be printed again to be found.
LONGEST_WORDS = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, what it is, and what to look for."""
    parser.add_argument("file", metavar="FILE", help="a text; - reads the standard input")
    parser.add_argument("--profile", choices=PROFILES, default="post", help="what the text is; %(default)s")
    parser.add_argument("--question", metavar="FILE", help="the letter an answer belongs to")
    parser.add_argument("--written", metavar="YYYY-MM-DD", help="the day of the text, for weekdays and years")
    parser.add_argument(
        "--families", default="", metavar="A,B", help="only these: " + ", ".join(known_families())
    )
    parser.add_argument("--channels", default="", metavar="A,B", help="lengths on: " + ", ".join(channels()))
    parser.add_argument(
        "--public", metavar="FILE", help="telephones and mailboxes that are public, one a line"
    )
    parser.add_argument("--language", default=DEFAULT_LANGUAGE, help="zh-hans, zh-hant or en; %(default)s")
    parser.add_argument("--json", action="store_true", help="everything as JSON")


def run(options: argparse.Namespace) -> int:
    """Print the findings, or everything as JSON; returns 1 when something must be mended."""
    text = read_text(options.file)
    public = read_text(options.public).split() if options.public else []
    try:
        report = check_text(
            text,
            options.profile,
            written=_day(options.written),
            channels=_listed(options.channels),
            families=_listed(options.families),
            question=read_text(options.question) if options.question else "",
            public_numbers=public,
            public_mailboxes=public,
        )
    except KeyError as error:
        raise CommandError("%(why)s", why=error.args[0]) from error
    say = translator(options.language)
    printed = _as_json(text, report, say) if options.json else _as_lines(text, report, say)
    # A lone half of a character cannot be written; everything else goes out as it came in.
    sys.stdout.write(printed.encode("utf-8", "replace").decode("utf-8"))
    return 1 if report.must else 0


def _listed(words: str) -> list[str]:
    return [word.strip() for word in words.split(",") if word.strip()]


def _day(words: str | None) -> date | None:
    try:
        return date.fromisoformat(words) if words else None
    except ValueError as error:
        raise CommandError(_("Write the day as 2026-11-22; “%(day)s” is none."), day=words) from error


class Places:
    """Lines and columns of the characters of a text, both counted from 1."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(at + 1 for at, sign in enumerate(text) if sign == "\n")]

    def of(self, at: int) -> tuple[int, int]:
        """The line and the column of a character."""
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1


def _as_json(text: str, report: Report, say: Translate) -> str:
    places, found = Places(text), report.as_dict(say)
    for each in found["findings"]:
        each["line"], each["column"] = places.of(each["start"])
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _as_lines(text: str, report: Report, say: Translate) -> str:
    places = Places(text)
    rows = [_row(each, places.of(each.start), say) for each in report.findings]
    if not report.findings:
        rows.append(say(_("Nothing to mend.")))
    rows.extend(_length(each, say) for each in report.lengths)
    rows.append(_mark(report, say))
    return "\n".join(rows) + "\n"


def _row(finding: Finding, place: tuple[int, int], say: Translate) -> str:
    words = _short(finding.words)
    grave = say(SEVERITIES[finding.severity])
    row = f"{place[0]}:{place[1]}  {grave}  {words}  {finding.why.say(say)}  [{finding.rule}]"
    return "\n".join([row, *(f"      → {_better(each, say)}" for each in finding.better)])


def _short(words: str) -> str:
    flat = words.replace("\n", "⏎")
    return flat if len(flat) <= LONGEST_WORDS else flat[: LONGEST_WORDS - 1] + "…"


def _better(wording: str, say: Translate) -> str:
    return wording.replace("\n", "⏎") or say(_("(leave it out)"))


def _length(length: Length, say: Translate) -> str:
    text = (
        _("%(channel)s: %(count)s, no limit")
        if length.limit is None
        else _("%(channel)s: %(count)s of %(limit)s, %(left)s left")
    )
    facts = {"channel": length.channel, "count": length.count, "limit": length.limit, "left": length.left}
    return " ".join([message(text, **facts).say(say), *(note.say(say) for note in length.notes)])


def _mark(report: Report, say: Translate) -> str:
    parts: Sequence[str] = [f"{say(part.title)} {part.points:.0f}/{part.of}" for part in report.score.parts]
    head = message(_("Mark %(value)s of 100"), value=report.score.value).say(say)
    return f"{head}: {' · '.join(parts)}\n{report.facts.say().say(say)}"
