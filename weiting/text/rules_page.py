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

_MARKED = re.compile(r"<!-- rules: ([\w.]+) -->\n(.*?)<!-- end of rules -->\n", re.DOTALL)


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

    return _MARKED.sub(anew, page)


def main(pages: Sequence[str]) -> int:
    """Write the rules into the pages named on the command line."""
    for each in map(Path, pages):
        each.write_text(filled(each.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
