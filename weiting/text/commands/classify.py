"""`weiting text classify IN.csv OUT.csv`: says of each message what it is about; all other columns are kept."""

import argparse
import csv
import io
import sys
from collections.abc import Iterator
from itertools import islice

from weiting.text.commands.tables import CommandError, _encoding, _opened, columns, rows, write
from weiting.text.finding import _, message
from weiting.text.triage.model import Guess, Model, ModelError, model

ADDED = ("label", "confidence", "reasons")
_AT_ONCE = 4_096


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The tables, the names of their columns, and another model."""
    parser.add_argument("source", metavar="IN.csv", help="a table with the columns title and content")
    parser.add_argument(
        "target", metavar="OUT.csv", help="where the table with label, confidence, reasons goes"
    )
    parser.add_argument("--columns", action="append", default=[], metavar="title=NAME,content=NAME")
    parser.add_argument("--model", metavar="FILE", help="a model that `weiting text train` wrote")


def run(options: argparse.Namespace) -> int:
    """Write the table; the label is empty where the model is not sure."""
    try:
        chosen = model(options.model)
    except ModelError as error:
        raise CommandError("%(why)s", why=error) from error
    named = columns(options.columns)
    head, table = whole(options.source, named)
    counts = {"all": 0, "unsure": 0}
    try:
        # What people had written there is kept beside what the model says.
        shown = [f"{name}_given" if name in ADDED else name for name in head]
        write(options.target, [*shown, *ADDED], _classified(table, head, named, chosen, counts))
    except OSError as error:
        raise CommandError(
            _("%(path)s cannot be written: %(why)s. Choose another place."),
            path=options.target,
            why=error.strerror,
        ) from error
    said = message(_("%(all)s messages; not sure about %(unsure)s."), **counts).say()
    sys.stderr.write(f"{said}\n")
    return 0


def whole(path: str, named: dict[str, str]) -> tuple[list[str], Iterator[dict[str, str]]]:
    """The names of all columns of a table, and its rows with all of them."""
    head = header(path)
    ours = {"title": named.get("title", "title"), "content": named.get("content", "content")}
    list(islice(rows(path, ("title", "content"), named), 1))  # says what is missing
    others = [name for name in head if name not in ours.values()]
    order = [*ours.values(), *others]
    return head, rows(path, order, {})


def header(path: str) -> list[str]:
    """The names of the columns; raises CommandError when the file cannot be read."""
    encoding = _encoding(path)
    with _opened(path) as raw, io.TextIOWrapper(raw, encoding, errors="replace", newline="") as file:
        names = next(csv.reader(line.replace("\0", "") for line in file), [])
    return list(dict.fromkeys(name.strip() for name in names))


def _classified(
    table: Iterator[dict[str, str]],
    head: list[str],
    named: dict[str, str],
    chosen: Model,
    counts: dict[str, int],
) -> Iterator[list[str]]:
    title, content = named.get("title", "title"), named.get("content", "content")
    while part := list(islice(table, _AT_ONCE)):
        guesses = chosen.guess_many([row[title] for row in part], [row[content] for row in part])
        for row, guess in zip(part, guesses, strict=True):
            counts["all"] += 1
            counts["unsure"] += not guess.label
            yield [*(_written(row[name]) for name in head), guess.label, f"{guess.sure:.3f}", reasons(guess)]


def _written(cell: str) -> str:
    return cell.encode("utf-8", "replace").decode("utf-8")


def reasons(guess: Guess) -> str:
    """The words that decided; of a message it is not sure about also what it leans to."""
    words = "、".join(guess.words)
    if guess.label:
        return words
    leans = message(_("not sure; leans to %(label)s"), label=guess.best).say()
    return f"{leans}（{words}）" if words else leans
