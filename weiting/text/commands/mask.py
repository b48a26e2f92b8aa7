"""`weiting text mask FILE`: prints a text with its personal data masked, or says in JSON what was masked."""

import argparse
import json
import sys

from weiting.text.commands.tables import read_text
from weiting.text.finding import Finding
from weiting.text.personal import Masked, mask_all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, the public telephones and mailboxes, and the form of the answer."""
    parser.add_argument("file", metavar="FILE", help="a text; - reads the standard input")
    parser.add_argument("--json", action="store_true", help="the masked text and what was masked, as JSON")
    parser.add_argument(
        "--public", metavar="FILE", help="telephones and mailboxes that are public, one a line"
    )


def run(options: argparse.Namespace) -> int:
    """Print the masked text; the personal data itself is never printed."""
    public = _public(options.public) if options.public else []
    done = mask_all(read_text(options.file), public, public)
    if options.json:
        sys.stdout.write(json.dumps(_as_dict(done), ensure_ascii=False, indent=2) + "\n")
    else:
        # A lone half of a character cannot be written; everything else goes out as it came in.
        sys.stdout.write(done.text.encode("utf-8", "replace").decode("utf-8"))
    return 0


def _public(path: str) -> list[str]:
    return [line.strip() for line in read_text(path).splitlines() if line.strip()]


def _as_dict(done: Masked) -> dict[str, object]:
    return {
        "text": done.text.encode("utf-8", "replace").decode("utf-8"),
        "masked": [_row(each) for each in done.findings],
        "kinds": done.kinds,
    }


def _row(each: Finding) -> dict[str, object]:
    """What was masked without its words: the answer may be kept in a log."""
    shown = {key: value for key, value in each.as_dict().items() if key not in {"words", "better"}}
    return {**shown, "mask": each.better[0].encode("utf-8", "replace").decode("utf-8")}
