"""`weiting text train DATA.csv MODEL`: learns from labelled messages and keeps the better of old and new."""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from weiting.text.commands.tables import CommandError, columns, rows
from weiting.text.finding import _, message
from weiting.text.triage.choosing import Comparison, compare, near_copies
from weiting.text.triage.model import Model, ModelError, load, model
from weiting.text.triage.training import Labelled, folds, train

LEAST = 20
# One part in five is held out.
_PARTS = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The data, the model, and what makes the training the same again."""
    parser.add_argument("data", metavar="DATA.csv", help="a table with the columns title, content, label")
    parser.add_argument("model", metavar="MODEL", help="where the model lies or will lie")
    parser.add_argument(
        "--columns", action="append", default=[], metavar="title=NAME,content=NAME,label=NAME"
    )
    parser.add_argument("--least", type=int, default=LEAST, metavar="N", help="messages a label must have")
    parser.add_argument("--seed", type=int, default=0, help="the same data and seed give the same model")


def run(options: argparse.Namespace) -> int:
    """Train, compare on a held-out part, keep the better, and say the figures."""
    data = labelled(options.data, columns(options.columns), max(options.least, _PARTS))
    target = Path(options.model)
    try:
        old = model(target if target.exists() else None)
        shipped = model()
    except ModelError as error:
        raise CommandError("%(why)s", why=error) from error
    y = np.unique(np.array(data.labels), return_inverse=True)[1]
    learn, held = folds(y, np.asarray(data.groups), options.seed, _PARTS)[0]
    facts = {"data": Path(options.data).name, "messages": len(learn), "seed": options.seed, "held": len(held)}
    new = train(data.part(learn), seed=options.seed, gate=shipped, facts=facts)
    found = measured(old, new, data.part(held), options.seed)
    say_figures(found, len(learn))
    if not found.is_better and (target.exists() or set(old.labels) >= set(new.labels)):
        _say(message(_("The old model is as good or better and stays: nothing was written.")).say())
        return 0
    _write(target, new)
    _say(message(_("The new model is better and is kept in %(path)s."), path=target).say())
    return 0


def labelled(path: str, named: dict[str, str], least: int) -> Labelled:
    """The labelled messages of a table; raises CommandError when there is too little to learn from."""
    found = [row for row in rows(path, ("title", "content", "label"), named) if row["label"].strip()]
    counts = Counter(row["label"].strip() for row in found)
    if len(counts) < 2:
        raise CommandError(
            _("There must be at least two labels to tell apart; there are %(count)s."), count=len(counts)
        )
    few = [f"{label} ({count})" for label, count in sorted(counts.items()) if count < least]
    if few:
        raise CommandError(
            _("Too few messages of: %(few)s. Each label needs at least %(least)s: add some, or take the label out."),
            few=", ".join(few), least=least,
        )  # fmt: skip
    titles, contents = [row["title"] for row in found], [row["content"] for row in found]
    return Labelled(titles, contents, [row["label"].strip() for row in found], near_copies(titles, contents))


def measured(old: Model, new: Model, held: Labelled, seed: int) -> Comparison:
    """Both models on the held-out messages: what each would name if it had to."""
    before, after = (
        [guess.best for guess in each.guess_many(held.titles, held.contents, words=False)]
        for each in (old, new)
    )
    return compare(held.labels, before, after, seed)


def say_figures(found: Comparison, learned: int) -> None:
    """Print what was measured, with how far it can be trusted."""
    _say(
        message(
            _("Learned from %(learned)s messages; measured on %(held)s others, near-copies kept apart."),
            learned=learned, held=found.messages,
        ).say()
    )  # fmt: skip
    _say(
        message(
            _("Macro-F1: old %(old)s, new %(new)s."), old=f"{found.old:.3f}", new=f"{found.new:.3f}"
        ).say()
    )
    _say(
        message(
            _("Difference %(difference)s (95%% interval %(low)s to %(high)s); by chance alone: p = %(chance)s."),
            difference=f"{found.new - found.old:+.3f}", low=f"{found.low:+.3f}", high=f"{found.high:+.3f}",
            chance=f"{found.chance:.3g}",
        ).say()
    )  # fmt: skip


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _write(target: Path, made: Model) -> None:
    """Put the model in place whole, and read it once to be sure; raises CommandError when it cannot be written."""
    try:
        with tempfile.NamedTemporaryFile(
            dir=target.parent, prefix=target.name, suffix=".part", delete=False
        ) as file:
            file.write(made.to_bytes())
        load(file.name)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(target)
    except (OSError, ModelError) as error:
        raise CommandError(
            _("%(path)s cannot be written: %(why)s. Choose another place."), path=target, why=error
        ) from error
