"""Runs the measurements and writes docs/reference/performance.md: `python -m bench [names] [--quick] [--keep DIR]`.

`--text` measures the text tools as well and writes docs/reference/text/measured.md: see bench/text.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bench.cold import compare, quicker
from bench.ground import Ground, ground, say
from bench.table import Result, markdown, taken
from bench.text import __main__ as text
from config import env as environment
from config.env import Env

PAGE = environment.ROOT / "docs" / "reference" / "performance.md"
SMALL, QUICK, LARGE = 10_000, 50_000, 1_000_000
# How often two sizes are measured turn about; the quickest figure of each page counts.
TURNS = 4


@dataclass(frozen=True)
class Part:
    """One measurement: a module of this package, run in a process of its own on its own database."""

    name: str
    about: str
    places: Callable[[Ground, int], list[Env]]
    # What is said to the module with --quick, where it knows a smaller scale of its own.
    quick: tuple[str, ...] = ()


PARTS = (
    Part("home", "The hot home page", lambda on, size: [on.demo()]),
    Part("fresh", "From approval to the reader", lambda on, size: [on.copy_of_demo()]),
    Part("cold", "Pages not in memory", lambda on, size: [on.grown(SMALL), on.grown(size)]),
    Part("search", "Search", lambda on, size: [on.grown(size)]),
    Part("imports", "Importing old posts", lambda on, size: [on.copy_of_demo()]),
    Part("desk", "The desk", lambda on, size: [on.demo()]),
    Part("start", "Starting and stopping", lambda on, size: [on.demo()]),
    Part("memory", "Memory of one web process", lambda on, size: [on.demo()]),
    Part("delivery", "Deliveries to channels", lambda on, size: [on.copy_of_demo()]),
    Part(
        "faults",
        "Deliveries under faults",
        lambda on, size: [on.copy_of_demo()],
        quick=("--accounts=42", "--texts=8", "--kills=20"),
    ),
    Part("fanout", "Copies for followers", lambda on, size: [on.copy_of_demo()]),
)


def main() -> int:
    """Measure what was asked for, print the table, and write the page when everything was measured in full."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure beside baselines.")
    parser.add_argument("names", nargs="*", help=f"of: {', '.join(part.name for part in PARTS)}")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} posts instead of {LARGE:,}")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep databases and figures there for the next run"
    )
    parser.add_argument("--page", action="store_true", help="write the page also after a run of some parts")
    parser.add_argument("--text", action="store_true", help="the text tools as well, on a page of their own")
    options = parser.parse_args()
    parts = [part for part in PARTS if not options.names or part.name in options.names]
    found: dict[str, list[Result]] = {}
    with ground(options.keep) as on:
        for part in parts:
            size = QUICK if options.quick else LARGE
            envs = part.places(on, size)
            say(f"{part.about} …")
            about = part.about if len(envs) == 1 else f"{part.about}, at {size:,} posts beside {SMALL:,}"
            more = part.quick if options.quick else ()
            about += ", at a smaller scale" if more else ""
            measured = [_run(part, env, more) for env in envs]
            if len(envs) > 1:
                # Turn about, so that a slow minute does not pass for the size of the hall.
                for _turn in range(TURNS - 1):
                    measured = list(map(quicker, measured, [_run(part, env) for env in envs]))
                measured = [compare(*measured)]
            found[about] = measured[0]
            sys.stdout.write(f"\n{about}\n\n{markdown(found[about])}\n\n")
            sys.stdout.flush()
    if options.keep:
        found = _with_earlier(options.keep / "results.json", found)
    if options.page or not (options.names or options.quick):
        PAGE.write_text(_page(found), encoding="utf-8")
        say(f"Written: {PAGE.relative_to(environment.ROOT)}")
    if options.text:
        told = text.measure()
        text.write(told)
        found |= told
    missed = [each for results in found.values() for each in results if each.is_met is False]
    for each in missed:
        say(f"Missed: {each.what}: {each.value}, aim {each.aim}")
    return 0


def _run(part: Part, env: Env, more: tuple[str, ...] = ()) -> list[Result]:
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{part.name}", *more],
        env={
            **environment.as_environ(replace(env, log_level="ERROR")),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        cwd=environment.ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    results = taken(done.stdout)
    return results if done.returncode == 0 else [*results, Result(part.about, "could not be measured")]


def _with_earlier(path: Path, found: dict[str, list[Result]]) -> dict[str, list[Result]]:
    """Put the figures kept from earlier runs beside the new ones, in the order of the parts, and keep them all."""
    earlier = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept = {about: [Result(**each) for each in rows] for about, rows in earlier.items()} | found
    order = [part.about for part in PARTS]
    kept = dict(sorted(kept.items(), key=lambda row: order.index(row[0].partition(", at ")[0])))
    rows = {about: [asdict(each) for each in results] for about, results in kept.items()}
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    return kept


def _page(found: dict[str, list[Result]]) -> str:
    tables = "\n\n".join(f"## {about}\n\n{markdown(results)}" for about, results in found.items())
    return f"""\
# Performance

Measured on {datetime.now(UTC):%Y-%m-%d} by `make bench` on {os.cpu_count()} cores ({platform.machine()}), Python
{platform.python_version()}, with the embedded PostgreSQL at its default settings. Every figure stands beside a
baseline taken in the same run on the same machine, and is only worth something beside it. When the last part was
measured, {os.getloadavg()[1]:.1f} processes on average wanted to run: above {os.cpu_count()}, others took their
part of the time.

{tables}
"""


if __name__ == "__main__":
    sys.exit(main())
