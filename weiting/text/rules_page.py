"""The part of a docs page that lists a check's rules with their examples: `python -m weiting.text.rules_page PAGE …`.

A page holds the two marks below and the name of the package whose RULES stand between them; what is between the
marks is written anew, the rest of the page is left alone.
"""

import re
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path

from weiting.text.finding import Rule, Translate
from weiting.text.lengths import channels

_MARKED = re.compile(r"<!-- rules: ([\w.]+) -->\n(.*?)<!-- end of rules -->\n", re.DOTALL)
_CHANNELS = re.compile(r"<!-- channels -->\n(.*?)<!-- end of channels -->\n", re.DOTALL)
_ALL = re.compile(r"<!-- all rules -->\n(.*?)<!-- end of all rules -->\n", re.DOTALL)
# Every check that has rules, with the page that shows them in full.
CHECKS = {
    "weiting.text.plain": "plain.md",
    "weiting.text.personal": "personal.md",
    "weiting.text.slips": "slips.md",
    "weiting.text.answers": "answers.md",
}


def rules_as_markdown(rules: Iterable[Rule], translate: Translate = str) -> str:
    """Each rule with what it finds, what it leaves alone, why, and where it comes from."""
    return "\n".join(_as_markdown(rule, translate) for rule in rules)


def _as_markdown(rule: Rule, translate: Translate) -> str:
    return (
        f"### {translate(rule.title)}\n\n"
        f"`{rule.key}` · {rule.severity}. {translate(rule.why)}\n\n"
        f"| | |\n|---|---|\n| found | {_cell(rule.bad)} |\n| left alone | {_cell(rule.good)} |\n"
        f"| source | {_cell(rule.source)} |\n"
    )


def _cell(text: str) -> str:
    """A text in a cell of a table, its lines under one another."""
    return text.replace("|", "\\|").replace("\n", "<br>")


def filled(page: str) -> str:
    """The page with the rules of each package it names, as they are now."""

    def anew(part: re.Match[str]) -> str:
        rules = import_module(part[1]).RULES
        return f"<!-- rules: {part[1]} -->\n{rules_as_markdown(rules)}<!-- end of rules -->\n"

    page = _MARKED.sub(anew, page)
    page = _ALL.sub(lambda _part: f"<!-- all rules -->\n{_all_rules()}<!-- end of all rules -->\n", page)
    return _CHANNELS.sub(lambda _part: f"<!-- channels -->\n{_channels()}<!-- end of channels -->\n", page)


def _all_rules() -> str:
    """One row for each rule of every check."""
    made = ["| rule | what | how grave | found | left alone | source |", "|---|---|---|---|---|---|"]
    for package, page in CHECKS.items():
        for rule in import_module(package).RULES:
            cells = (f"[`{rule.key}`]({page})", rule.title, rule.severity, rule.bad, rule.good, rule.source)
            made.append(f"| {' | '.join(map(_cell, cells))} |")
    return "\n".join(made) + "\n"


def _channels() -> str:
    made = ["| channel | counts by | limit | a link | source |", "|---|---|---|---|---|"]
    for each in channels().values():
        link = "as written" if each.link is None else f"{each.link:g}"
        made.append(f"| `{each.key}` | {each.count} | {each.limit or '–'} | {link} | {_cell(each.source)} |")
    return "\n".join(made) + "\n"


def main(pages: Sequence[str]) -> int:
    """Write the rules into the pages named on the command line."""
    for each in map(Path, pages):
        each.write_text(filled(each.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
