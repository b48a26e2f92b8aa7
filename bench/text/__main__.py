"""Runs the measurements of the text tools: `python -m bench.text [names]`, each in a process of its own.

What needs the public data reads it from the folder that WEITING_DATA names, and says so when there is none. `--page`
writes docs/reference/text/measured.md.
"""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.table import Result, give, markdown, taken
from bench.text.common import folder

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "text" / "measured.md"
PARTS = {
    "plain": "Plain language and answers",
    "personal": "Personal data",
    "slips": "Misprints",
    "checks": "All checks together",
    "triage": "Triage",
    "same": "Same matter",
    "topics": "Topics",
    "burst": "What bursts",
}
# What a part leaves out unless it is told.
FULL: dict[str, dict[str, Any]] = {"triage": {"with_folds": True}}


def measure(names: Iterable[str] = tuple(PARTS)) -> dict[str, list[Result]]:
    """Measure the parts one after the other, and print each as soon as it is done."""
    found = {}
    for name in names:
        command = [sys.executable, "-m", "bench.text", "--give", name]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        results = taken(done.stdout)
        if done.returncode:
            results.append(Result(PARTS[name], "could not be measured", is_met=False))
        found[PARTS[name]] = results
        sys.stdout.write(f"\n# {PARTS[name]}\n\n{markdown(results)}\n")
        sys.stdout.flush()
    return found


def page(found: dict[str, list[Result]]) -> str:
    """All figures as a page of the docs."""
    tables = "\n\n".join(f"## {about}\n\n{markdown(results)}" for about, results in found.items())
    data = "with" if folder() else "without"
    return f"""\
# The text tools, measured

Written on {datetime.now(UTC):%Y-%m-%d} by `python -m bench.text --page`, {data} the public data (`WEITING_DATA`), on
{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}. In brackets stand 95 % intervals; the
baseline is of the same run. Times are processor time of one core; at the end {os.getloadavg()[1]:.1f} programs
on average wanted to run. How the labelled sets were made, and what they cannot show: `bench/text/sets/README.md`.

{tables}
"""


def write(found: dict[str, list[Result]]) -> None:
    """Write the page."""
    PAGE.write_text(page(found), encoding="utf-8")
    sys.stderr.write(f"Written: {PAGE.relative_to(ROOT)}\n")


def main() -> int:
    """Measure what was asked for; the exit status says whether all of it could be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.text", description="Measure the text tools.")
    parser.add_argument("names", nargs="*", help=f"of: {', '.join(PARTS)}")
    parser.add_argument("--page", action="store_true", help="write the page of the docs; measures all parts")
    parser.add_argument("--give", metavar="NAME", choices=PARTS, help="hand one part to the runner")
    options = parser.parse_args()
    if options.give:
        give(import_module(f"bench.text.{options.give}").run(**FULL.get(options.give, {})))
        return 0
    if unknown := [name for name in options.names if name not in PARTS]:
        parser.error(f"There is no part {', '.join(unknown)}; there are: {', '.join(PARTS)}.")
    found = measure(PARTS if options.page else options.names or PARTS)
    if options.page:
        write(found)
    return int(any(each.value == "could not be measured" for rows in found.values() for each in rows))


if __name__ == "__main__":
    sys.exit(main())
