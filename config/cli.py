"""The command line: `weiting up`, `weiting work`, `weiting import posts` … each a row of one table."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from config import database, env as environment, prepare
from weiting.audit.origins import origin


@dataclass(frozen=True)
class Verb:
    """One command of ours, the management command behind it, and a line of help."""

    words: str
    command: str
    help: str
    needs_database: bool = True


VERBS = (
    Verb("up", "", "Start everything: database, web, worker; Ctrl-C stops everything."),
    Verb("web", "", "Serve the pages only."),
    Verb("work", "work", "Do the waiting tasks only."),
    Verb("deliver", "deliver", "Carry released texts to channels only."),
    Verb("channels rotate", "rotate_keys", "Seal credentials anew with the present key; --check only looks."),
    Verb("sandbox", "", "Serve fake channels, to try and to train.", needs_database=False),
    Verb("doctor", "", "Say what is well, what is not, and what to do about it."),
    Verb("demo load", "load_demo", "Fill an empty hall with the demo city."),
    Verb("demo reset", "reset_demo", "Empty the hall and load the demo city anew."),
    Verb("import units", "import_units", "Read units from CSV or XLSX."),
    Verb("import people", "import_people", "Read people from CSV or XLSX."),
    Verb("import posts", "import_posts", "Read posts from CSV or JSON Lines, with a mapping of columns."),
    Verb("import archive", "import_archive", "Keep the export of an account on a platform that has closed."),
    Verb("user create", "create_user", "Make a person who may sign in."),
    Verb("audit verify", "verify_audit", "Check the audit's hash chain from its first link to its last."),
    Verb(
        "verify coverage",
        "",
        "Check the signed coverage of a relay call; needs no hall.",
        needs_database=False,
    ),
    Verb("export-hall", "export_hall", "Write the whole hall into a folder that opens without a server."),
    Verb("text", "", "Check, mask, classify and compare texts; needs no hall.", needs_database=False),
    Verb("manage", "", "Run one of Django's own commands: weiting manage migrate."),
)
OWN = {
    "up": "config.up",
    "web": "config.web",
    "doctor": "config.doctor",
    "text": "weiting.text.command",
    "sandbox": "weiting.sandbox.command",
    "verify coverage": "weiting.relay.command",
}


def help_text() -> str:
    """What `weiting --help` prints."""
    width = max(len(verb.words) for verb in VERBS) + 2
    rows = "\n".join(f"  {verb.words:<{width}}{verb.help}" for verb in VERBS)
    return f"""\
usage: weiting <command> [options]

A government's publishing hall: write, review, publish, correct, and prove it.

{rows}

weiting <command> --help says what a command takes. Settings are environment variables:
docs/reference/settings.md.
"""


def find(words: Sequence[str]) -> tuple[Verb, list[str]] | None:
    """The verb these words begin with and the words left over; None when there is none."""
    for verb in sorted(VERBS, key=lambda verb: -len(verb.words.split())):
        parts = verb.words.split()
        if list(words[: len(parts)]) == parts:
            return verb, list(words[len(parts) :])
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a failure the operator can mend is printed as a sentence, and the exit status is 2."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in {"-h", "--help", "help"}:
        sys.stdout.write(help_text())
        return 0
    try:
        return _run(words)
    except environment.SettingError as error:
        sys.stderr.write(f"weiting: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 130


def _run(words: list[str]) -> int:
    found = find(words)
    if found is None:
        begun = [verb.words for verb in VERBS if verb.words.split()[0] == words[0]]
        hint = f"It goes on: {', '.join(begun)}." if begun else "weiting --help lists what there is."
        raise environment.SettingError(f"There is no command “{' '.join(words[:2])}”. {hint}")
    verb, rest = found
    environment.current()
    if verb.words in OWN:
        module = __import__(OWN[verb.words], fromlist=["main"])
        return int(module.main(rest) or 0)
    return _manage(verb, rest)


def _manage(verb: Verb, rest: list[str]) -> int:
    """Run the management command of `verb` with the database held."""
    asks_only = any(word in {"-h", "--help"} for word in rest)
    hold = None if asks_only else database.ensure()
    try:
        if verb.command and not asks_only:
            _make_ready()
        return _execute(verb, rest)
    finally:
        if hold:
            hold.release()


def _make_ready() -> None:
    """Bring tables and texts up to date, so that a command may be the first thing done with a new hall."""
    env = environment.current()
    steps = [step for step in prepare.waiting(env) if step in {"messages", "tables"}]
    if steps:
        prepare.run_aside(env, steps)


def _execute(verb: Verb, rest: list[str]) -> int:
    environment.name_settings_module()
    import django
    from django.core.management import ManagementUtility, get_commands

    django.setup()
    if verb.command and verb.command not in get_commands():
        raise environment.SettingError(f"“weiting {verb.words}” is not part of this version yet.")
    arguments = [verb.command, *rest] if verb.command else rest
    utility = ManagementUtility(["weiting", *arguments])
    utility.prog_name = (
        f"weiting {verb.words.rpartition(' ')[0]}".strip() if verb.command else "weiting manage"
    )
    # What the command does is recorded in the audit as done from the command line; the worker acts by itself.
    with origin("worker" if verb.words == "work" else "cli"):
        utility.execute()
    return 0


if __name__ == "__main__":
    sys.exit(main())
