"""Runs the measurements of the text tools: `python -m bench.text [names]`, each in a process of its own.

What needs the public data reads it from the folder that WEITING_DATA names, and says so when there is none.
"""

import argparse
import subprocess
import sys

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


def main() -> int:
    """Measure what was asked for, one part after the other; the exit status is that of the worst."""
    parser = argparse.ArgumentParser(prog="python -m bench.text", description="Measure the text tools.")
    parser.add_argument("names", nargs="*", help=f"of: {', '.join(PARTS)}")
    names = parser.parse_args().names or list(PARTS)
    if unknown := [name for name in names if name not in PARTS]:
        parser.error(f"There is no part {', '.join(unknown)}; there are: {', '.join(PARTS)}.")
    worst = 0
    for name in names:
        sys.stdout.write(f"\n# {PARTS[name]}\n\n")
        sys.stdout.flush()
        worst = max(
            worst, subprocess.run([sys.executable, "-m", f"bench.text.{name}"], check=False).returncode
        )
    return worst


if __name__ == "__main__":
    sys.exit(main())
