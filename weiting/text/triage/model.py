"""The model of the categories: one table of weights, its file, and what it says of messages.

Prediction is a look-up and a sum for each feature; it needs numpy only. A file holds the numbers of the features
that count, their weights in one byte each, and the figures of its making; it is refused when a bit of it has changed.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weiting.text.finding import _, message
from weiting.text.triage.features import BLOCKS, FORMAT, SLOTS, Features, features

SHIPPED = Path(__file__).parent / "data" / "messages-7.model"
# How many messages are read at once: enough for numpy, little enough for memory.
BATCH = 512
_LEVELS = 127
_MOST_BYTES = 64 * 2**20
_EXPLAIN = 3
# A message without a title is read as if its beginning were one, a title alone as if it were all.
_TITLE = 40
_LEAST_PULL = 0.01


class ModelError(ValueError):
    """A file that is no model of ours, as a sentence."""

    def __init__(self, text: str, **facts: object) -> None:
        super().__init__(message(text, **facts).say())


@dataclass(frozen=True, slots=True)
class Guess:
    """What the model says of one message.

    `label` is "" when it is not sure; `best` is the label it leans to all the same, `sure` the probability that
    `best` is right, `words` those of the message that decided, `known` how much the message is like those learned from.
    """

    label: str
    best: str
    sure: float
    words: tuple[str, ...] = ()
    known: float = 1.0


@dataclass(frozen=True)
class Model:
    """Weights of the features that count; the last column says how much a text is a message to an office at all."""

    labels: tuple[str, ...]
    slots: NDArray[np.int32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    heat: float
    threshold: float
    gate: float
    facts: dict[str, Any] = field(default_factory=dict)
    _rows: NDArray[np.int32] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rows = np.zeros(SLOTS, np.int32)
        rows[self.slots] = np.arange(1, len(self.slots) + 1, dtype=np.int32)
        object.__setattr__(self, "_rows", rows)
        nothing = np.zeros((1, self.weights.shape[1]), np.float32)
        object.__setattr__(self, "weights", np.vstack([nothing, self.weights]))

    def scores(self, read: Features) -> NDArray[np.float32]:
        """The sums of weights, a row a message; the last column is the gate."""
        sums = np.tile(self.bias, (read.sizes.shape[1], 1))
        scale = 1 / np.sqrt(np.maximum(read.sizes, 1))
        for run in read.runs:
            # The nothing at the end is where messages without features begin.
            taken = np.take(self.weights, np.take(self._rows, np.append(run.slots, 0)), axis=0)
            total = np.add.reduceat(taken, run.at[:-1], axis=0)
            # reduceat gives an element, not nothing, for a message without features
            total[run.at[1:] == run.at[:-1]] = 0
            sums += total * scale[run.block][:, None].astype(np.float32)
        return sums

    def probabilities(self, scores: NDArray[np.float32]) -> NDArray[np.float64]:
        """Calibrated probabilities of the labels."""
        return soft(scores[:, : len(self.labels)].astype(np.float64) * self.heat)

    def guess_many(
        self, titles: Sequence[str], contents: Sequence[str], *, words: bool = True
    ) -> list[Guess]:
        """What it says of each message; `words` says whether the words that decided are looked for."""
        found: list[Guess] = []
        for start in range(0, len(titles), BATCH):
            given = list(zip(titles[start : start + BATCH], contents[start : start + BATCH], strict=True))
            heads = [title or content[:_TITLE] for title, content in given]
            bodies = [content or title for title, content in given]
            found.extend(self._guess(features(heads, bodies), words))
        return found

    def _guess(self, read: Features, words: bool) -> Iterable[Guess]:
        scores = self.scores(read)
        chances = self.probabilities(scores)
        order = np.argsort(-chances, axis=1)
        best, second = order[:, 0], order[:, min(1, chances.shape[1] - 1)]
        known = 1 / (1 + np.exp(-np.clip(scores[:, -1].astype(np.float64) * 2, -30, 30)))
        told = self._words(read, best, second) if words else [()] * len(best)
        for at, label in enumerate(best):
            sure = float(chances[at, label])
            certain = sure >= self.threshold and scores[at, -1] >= self.gate and read.sizes[:, at].any()
            name = self.labels[label]
            yield Guess(name if certain else "", name, sure, told[at], float(known[at]))

    def _words(
        self, read: Features, best: NDArray[np.int64], second: NDArray[np.int64]
    ) -> list[tuple[str, ...]]:
        """The words of each message that spoke most for its label against the next."""
        pulls: list[dict[str, float]] = [{} for _each in best]
        for block, lists in ((1, read.title_words), (3, read.content_words)):
            run = next(run for run in read.runs if run.block == block)
            owner = np.repeat(np.arange(len(best)), np.diff(run.at))
            rows = np.take(self._rows, run.slots)
            pull = self.weights[rows, best[owner]] - self.weights[rows, second[owner]]
            pull /= np.sqrt(np.maximum(read.sizes[block], 1))[owner]
            words = list(chain.from_iterable(lists))
            for at in np.flatnonzero(pull > _LEAST_PULL).tolist():
                mine, word = pulls[owner[at]], words[at]
                mine[word] = mine.get(word, 0.0) + float(pull[at])
        return [_strongest(each) for each in pulls]

    def to_bytes(self) -> bytes:
        """The file: sums first, so that a change of any bit is seen."""
        scale = np.abs(self.weights).max(axis=0) + 1e-9
        # Most weights are small: the root keeps them apart where equal steps would not.
        steps = np.sign(self.weights[1:]) * np.sqrt(np.abs(self.weights[1:]) / scale) * _LEVELS
        whole = np.rint(steps).astype(np.int8)
        counts = whole.any(axis=1)
        order = np.argsort(self.slots[counts])
        head = {
            "format": FORMAT, "blocks": BLOCKS, "labels": self.labels, "heat": self.heat,
            "threshold": self.threshold, "gate": self.gate, "facts": self.facts,
            "scale": [float(each) for each in scale], "bias": [float(each) for each in self.bias],
        }  # fmt: skip
        parts = {
            "head.json": json.dumps(head, ensure_ascii=False, sort_keys=True).encode(),
            "slots": np.diff(self.slots[counts][order].astype("<i4"), prepend=np.int32(0))
            .astype("<i4")
            .tobytes(),
            "weights": np.ascontiguousarray(whole[counts][order].T).tobytes(),
        }
        parts["sha256"] = _sum(parts).encode()
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
            for name, data in parts.items():
                # A fixed time: the same training gives the same bytes.
                file.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 9)
        return out.getvalue()


def _sum(parts: dict[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name in ("head.json", "slots", "weights"):
        whole.update(len(parts[name]).to_bytes(8, "big") + parts[name])
    return whole.hexdigest()


def _strongest(pulls: dict[str, float]) -> tuple[str, ...]:
    told = [
        word
        for word in sorted(pulls, key=lambda word: (-pulls[word], word))
        if len(word) > 1 and "某" not in word
    ]
    return tuple(told[:_EXPLAIN])


def soft(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities from scores."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def soft_list(scores: Sequence[float]) -> list[float]:
    """The same for one row of plain numbers."""
    raised = [exp(score - max(scores)) for score in scores]
    return [each / sum(raised) for each in raised]


def load(path: str | Path) -> Model:
    """Read a model; raises ModelError when it is none of ours or has been changed."""
    try:
        with zipfile.ZipFile(path) as file:
            if sum(each.file_size for each in file.infolist()) > _MOST_BYTES:
                raise ModelError(_("%(path)s is too large for a model."), path=path)
            parts = {name: file.read(name) for name in ("head.json", "slots", "weights", "sha256")}
    except OSError as error:
        raise ModelError(
            _("%(path)s cannot be read: %(why)s. Check the name of the file."),
            path=path,
            why=error.strerror or error,
        ) from error
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError) as error:
        raise ModelError(_("%(path)s is no model of this program."), path=path) from error
    if _sum(parts) != parts["sha256"].decode("ascii", "replace"):
        raise ModelError(_("%(path)s has been changed since it was written. Train it again."), path=path)
    return _model(parts, path)


def _model(parts: dict[str, bytes], path: str | Path) -> Model:
    head = json.loads(parts["head.json"])
    if head.get("format") != FORMAT:
        raise ModelError(_("%(path)s was written by another version. Train it again."), path=path)
    slots = np.cumsum(np.frombuffer(parts["slots"], "<i4")).astype(np.int32)
    width = len(head["labels"]) + 1
    whole = np.frombuffer(parts["weights"], np.int8).reshape(width, len(slots)).T.astype(np.float32) / _LEVELS
    weights = (np.sign(whole) * whole**2 * np.array(head["scale"], np.float32)).astype(np.float32)
    return Model(
        tuple(head["labels"]), slots, weights, np.array(head["bias"], np.float32),
        head["heat"], head["threshold"], head["gate"], head["facts"],
    )  # fmt: skip


@lru_cache(maxsize=4)
def _kept(path: Path, _changed: int) -> Model:
    return load(path)


def model(path: str | Path | None = None) -> Model:
    """The model at `path`, or the shipped one; read once, and again when the file has changed.

    Raises ModelError when it cannot be read.
    """
    chosen = Path(path) if path else SHIPPED
    try:
        changed = chosen.stat().st_mtime_ns
    except OSError as error:
        raise ModelError(
            _("%(path)s cannot be read: %(why)s. Check the name of the file."),
            path=chosen,
            why=error.strerror,
        ) from error
    return _kept(chosen, changed)
