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
# How scores become a probability: what they are multiplied by, and the start and the slope of a line on the log odds
# that come of it.
Trust = tuple[float, float, float]


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
    """Weights of the features that count, in steps of one byte; `scale` says what the largest step of a column is
    worth. The last column says how much a text is a message to an office at all.
    """

    labels: tuple[str, ...]
    slots: NDArray[np.int32]
    steps: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]
    trust: Trust
    threshold: float
    gate: float
    facts: dict[str, Any] = field(default_factory=dict)
    _rows: NDArray[np.int32] = field(init=False, repr=False)
    _packed: NDArray[np.uint64] = field(init=False, repr=False)
    _worth: NDArray[np.float32] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rows = np.zeros(SLOTS, np.int32)
        rows[self.slots] = np.arange(1, len(self.slots) + 1, dtype=np.int32)
        object.__setattr__(self, "_rows", rows)
        # A row is taken as one number, or a few, of eight bytes; the first row is that of what does not count.
        width = self.steps.shape[1]
        padded = np.zeros((len(self.slots) + 1, -(-width // 8) * 8), np.int8)
        padded[1:, :width] = self.steps
        object.__setattr__(self, "_packed", padded.view(np.uint64))
        object.__setattr__(self, "_worth", self.scale / np.float32(_LEVELS**2))

    def column(self, number: int) -> NDArray[np.float32]:
        """The weights of one column, of the slots in their order."""
        return _whole(self.steps[:, number]) * self._worth[number]

    def _taken(self, slots: NDArray[np.int64]) -> NDArray[np.int8]:
        """The steps of these slots, a row each."""
        found = np.take(self._packed, np.take(self._rows, slots), axis=0)
        return found.view(np.int8)[:, : self.steps.shape[1]]

    def scores(self, read: Features) -> NDArray[np.float32]:
        """The sums of weights, a row a message; the last column is the gate."""
        sums = np.zeros((read.sizes.shape[1], len(self.bias)), np.float32)
        scale = 1 / np.sqrt(np.maximum(read.sizes, 1))
        for run in read.runs:
            # The nothing at the end is where messages without features begin.
            total = np.add.reduceat(_whole(self._taken(np.append(run.slots, 0))), run.at[:-1], axis=0)
            # reduceat gives an element, not nothing, for a message without features
            total[run.at[1:] == run.at[:-1]] = 0
            sums += total * scale[run.block][:, None].astype(np.float32)
        return sums * self._worth + self.bias

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
        order = np.argsort(-scores[:, : len(self.labels)], axis=1, kind="stable")
        best, second = order[:, 0], order[:, min(1, len(self.labels) - 1)]
        chances = certainty(scores[:, : len(self.labels)].astype(np.float64), self.trust)
        known = 1 / (1 + np.exp(-np.clip(scores[:, -1].astype(np.float64) * 2, -30, 30)))
        told = self._words(read, best, second) if words else [()] * len(best)
        for at, label in enumerate(best):
            sure = float(chances[at])
            certain = sure >= self.threshold and scores[at, -1] >= self.gate and read.sizes[:, at].any()
            name = self.labels[label]
            yield Guess(name if certain else "", name, sure, told[at], float(known[at]))

    def _words(
        self, read: Features, best: NDArray[np.int64], second: NDArray[np.int64]
    ) -> list[tuple[str, ...]]:
        """The words of each message that spoke most for its label against the next."""
        known = read.title_words.known
        # One word of one message is one key; what it pulls in the title and in the body is added up.
        keys, pulls = [], []
        for block, words in ((1, read.title_words), (3, read.content_words)):
            run = next(run for run in read.runs if run.block == block)
            owner = np.repeat(np.arange(len(best)), np.diff(words.at))
            steps, every = self._taken(run.slots), np.arange(len(owner))
            pull = _whole(steps[every, best[owner]]) * self._worth[best[owner]]
            pull -= _whole(steps[every, second[owner]]) * self._worth[second[owner]]
            pull /= np.sqrt(np.maximum(read.sizes[block], 1))[owner]
            strong = pull > _LEAST_PULL
            keys.append(owner[strong] * len(known) + words.numbers[strong])
            pulls.append(pull[strong])
        each, at = np.unique(np.concatenate(keys), return_inverse=True)
        total = np.bincount(at, np.concatenate(pulls), len(each))
        owner, number = np.divmod(each, len(known))
        told: list[list[tuple[float, str]]] = [[] for _each in best]
        for mine, pull, word in zip(owner.tolist(), (-total).tolist(), number.tolist(), strict=True):
            if len(known[word]) > 1 and "某" not in known[word]:
                told[mine].append((pull, known[word]))
        return [tuple(word for _pull, word in sorted(words)[:_EXPLAIN]) for words in told]

    def to_bytes(self) -> bytes:
        """The file: sums first, so that a change of any bit is seen."""
        counts = self.steps.any(axis=1)
        order = np.argsort(self.slots[counts])
        head = {
            "format": FORMAT, "blocks": BLOCKS, "labels": self.labels, "trust": self.trust,
            "threshold": self.threshold, "gate": self.gate, "facts": self.facts,
            "scale": [float(each) for each in self.scale], "bias": [float(each) for each in self.bias],
        }  # fmt: skip
        parts = {
            "head.json": json.dumps(head, ensure_ascii=False, sort_keys=True).encode(),
            "slots": np.diff(self.slots[counts][order].astype("<i4"), prepend=np.int32(0))
            .astype("<i4")
            .tobytes(),
            "weights": np.ascontiguousarray(self.steps[counts][order].T).tobytes(),
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


def _whole(steps: NDArray[np.int8]) -> NDArray[np.float32]:
    """What steps stand for, before they are scaled: most weights are small, and squares keep them apart."""
    parts = steps.astype(np.float32)
    parts *= np.abs(parts)
    return parts


def in_steps(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Weights as the steps and the scale of a model."""
    most = (np.abs(weights).max(axis=0, initial=0) + 1e-9).astype(np.float32)
    steps = np.rint(np.sign(weights) * np.sqrt(np.abs(weights) / most) * _LEVELS).astype(np.int8)
    return steps, most


def odds(scores: NDArray[np.float64], heat: float) -> NDArray[np.float64]:
    """How far the best label of each message is ahead of all others together, as log odds."""
    ordered = np.sort(scores * heat, axis=1)
    others = np.exp(ordered[:, :-1] - ordered[:, -2:-1]).sum(axis=1)
    return np.asarray(ordered[:, -1] - ordered[:, -2] - np.log(others), np.float64)


def certainty(scores: NDArray[np.float64], trust: Trust) -> NDArray[np.float64]:
    """The probability that the best label of each message is right; with one label there is nothing to mistake."""
    if scores.shape[1] < 2:
        return np.ones(len(scores))
    heat, start, slope = trust
    return np.asarray(1 / (1 + np.exp(-np.clip(start + slope * odds(scores, heat), -30, 30))), np.float64)


def soft_list(scores: Sequence[float]) -> list[float]:
    """Probabilities from scores."""
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
    steps = np.frombuffer(parts["weights"], np.int8).reshape(width, len(slots)).T
    return Model(
        tuple(head["labels"]), slots, steps, np.array(head["scale"], np.float32),
        np.array(head["bias"], np.float32), tuple(head["trust"]), head["threshold"], head["gate"], head["facts"],
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
