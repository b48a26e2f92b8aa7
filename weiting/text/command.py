"""`weiting text VERB …`: finds the verb, runs it, and says what the person can mend in a sentence."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from weiting.text.commands.tables import CommandError

# verb → what it does; each is a module of weiting.text.commands with add_arguments(parser) and run(options) -> int.
VERBS = {
    "classify": "Say of each message of a table what it is about.",
    "duplicates": "Find the messages of a table that speak of the same matter.",
    "topics": "Find the topics of a table of messages.",
    "burst": "Find what bursts in an hourly list of titles.",
    "check": "Check a text: plain words, personal data, misprints.",
    "mask": "Print a text with its personal data masked.",
    "train": "Train the triage on labelled messages; the better model is kept.",
}


def parser() -> argparse.ArgumentParser:
    """The parser of all verbs; a verb's module is imported only when it is asked for."""
    made = argparse.ArgumentParser(prog="weiting text", description="The text tools on the command line.")
    made.add_argument("verb", choices=VERBS, metavar="VERB", help=" · ".join(VERBS))
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; what can be mended is a sentence on the standard error, and the exit status 2."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in {"-h", "--help"}:
        width = max(map(len, VERBS)) + 2
        rows = "\n".join(f"  {verb:<{width}}{help}" for verb, help in VERBS.items())
        sys.stdout.write(
            f"usage: weiting text VERB …\n\n{rows}\n\nweiting text VERB --help says what it takes.\n"
        )
        return 0
    verb = parser().parse_args(words[:1]).verb
    module = import_module(f"weiting.text.commands.{verb}")
    own = argparse.ArgumentParser(prog=f"weiting text {verb}", description=VERBS[verb])
    module.add_arguments(own)
    try:
        return int(module.run(own.parse_args(words[1:])))
    except CommandError as error:
        sys.stderr.write(f"weiting: {error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
