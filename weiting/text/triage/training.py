"""Learns a model of categories from labelled messages; needs scikit-learn, and is imported by nothing that predicts.

For each label a linear SVM is fitted on features weighed by how much more often they stand in its messages than in
others (Wang & Manning 2012); all of them fold into one table. Probabilities are calibrated on predictions of messages
that the predicting model had not seen, and never on those it learned from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.model_selection import StratifiedGroupKFold  # type: ignore[import-untyped]
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

from weiting.text.triage.features import SLOTS, Features, features
from weiting.text.triage.model import Model, in_steps, soft

# Chosen by grouped cross-validation within the training part of the shipped model.
STRICTNESS = 1.0
SMOOTHING = 0.1
LEAST_TIMES = 2
ACCURACY = 0.003
FOLDS = 5
# A label is said when it is right more often than this, by the calibrated probability.
THRESHOLD = 0.5
# Part of true messages that the gate may call foreign.
GATE_COSTS = 0.01


@dataclass(frozen=True, slots=True)
class Labelled:
    """Messages with their labels; those of one group are near-copies and never stand on both sides of a split."""

    titles: Sequence[str]
    contents: Sequence[str]
    labels: Sequence[str]
    groups: Sequence[int]

    def part(self, chosen: NDArray[np.int64]) -> "Labelled":
        """The chosen messages."""
        return Labelled(
            *([each[at] for at in chosen] for each in (self.titles, self.contents, self.labels, self.groups))
        )


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the slots that count: a row a slot, a column a label."""

    slots: NDArray[np.int64]
    table: NDArray[np.float32]
    bias: NDArray[np.float32]


def matrix(read: Features) -> Any:
    """The features as a sparse matrix; each counts as often as it stands, by the root of the length of its block."""
    count = read.sizes.shape[1]
    whole = sparse.csr_matrix((count, SLOTS), dtype=np.float32)
    scale = (1 / np.sqrt(np.maximum(read.sizes, 1))).astype(np.float32)
    for run in read.runs:
        rows = np.repeat(np.arange(count), np.diff(run.at))
        told = run.slots > 0
        values = scale[run.block][rows[told]]
        whole = whole + sparse.coo_matrix((values, (rows[told], run.slots[told])), shape=whole.shape).tocsr()
    return whole


def fit(design: Any, y: NDArray[np.int64], labels: int, seed: int = 0) -> Weights:
    """Weights from messages (rows of `design`) with the numbers of their labels."""
    times = np.bincount(design.indices, minlength=SLOTS)
    slots = np.flatnonzero(times >= LEAST_TIMES)
    narrow = design[:, slots].tocsr()
    table, bias = np.zeros((len(slots), labels), np.float32), np.zeros(labels, np.float32)
    for label in range(labels):
        mine = (y == label).astype(np.float64)
        inside, outside = narrow.T @ mine + SMOOTHING, narrow.T @ (1 - mine) + SMOOTHING
        ratio = np.log((inside / inside.sum()) / (outside / outside.sum())).astype(np.float32)
        machine = LinearSVC(C=STRICTNESS, random_state=seed, tol=ACCURACY)
        machine.fit((narrow @ sparse.diags(ratio)).tocsr(), mine)
        table[:, label] = machine.coef_[0] * ratio
        bias[label] = machine.intercept_[0]
    return Weights(slots, table, bias)


def predict(weights: Weights, design: Any) -> NDArray[np.float64]:
    """Scores of messages by the labels."""
    return np.asarray(design[:, weights.slots] @ weights.table + weights.bias, dtype=np.float64)


def folds(y: NDArray[np.int64], groups: NDArray[np.int64], seed: int, parts: int = FOLDS) -> Any:
    """Pairs of (learn, measure), near-copies together, labels in the same shares."""
    return list(StratifiedGroupKFold(parts, shuffle=True, random_state=seed).split(y, y, groups))


def unseen(
    design: Any, y: NDArray[np.int64], groups: NDArray[np.int64], labels: int, seed: int = 0
) -> NDArray[np.float64]:
    """Scores of each message by a model that has not seen it nor a near-copy of it."""
    scores = np.zeros((len(y), labels))
    for learn, measure in folds(y, groups, seed):
        scores[measure] = predict(fit(design[learn], y[learn], labels, seed), design[measure])
    return scores


def heat_of(scores: NDArray[np.float64], y: NDArray[np.int64]) -> float:
    """By what to multiply scores so that probabilities are right: the least surprise over a fixed ladder."""
    ladder = np.geomspace(0.2, 30, 200)
    surprise = [-np.log(soft(scores * heat)[np.arange(len(y)), y] + 1e-12).mean() for heat in ladder]
    return float(ladder[int(np.argmin(surprise))])


def train(
    data: Labelled, *, seed: int = 0, gate: Model | None = None, facts: dict[str, Any] | None = None
) -> Model:
    """A calibrated model from labelled messages; `gate` lends its knowledge of what is a message at all.

    The same data and seed give the same model.
    """
    labels = tuple(sorted(set(data.labels)))
    y = np.array([labels.index(each) for each in data.labels])
    groups = np.asarray(data.groups)
    design = matrix(features(data.titles, data.contents))
    heat = heat_of(unseen(design, y, groups, len(labels), seed), y)
    weights = fit(design, y, len(labels), seed)
    return assemble(labels, weights, heat, gate, facts or {})


def assemble(
    labels: tuple[str, ...], weights: Weights, heat: float, gate: Model | None, facts: dict[str, Any]
) -> Model:
    """A model from its parts; without a gate every text counts as a message."""
    if gate is None:
        lent, lent_slots, gate_bias, level = np.zeros(0, np.float32), np.zeros(0, np.int64), 0.0, -1.0
    else:
        lent, lent_slots = gate.column(-1), gate.slots.astype(np.int64)
        gate_bias, level = float(gate.bias[-1]), gate.gate
    slots = np.union1d(weights.slots, lent_slots)
    table = np.zeros((len(slots), len(labels) + 1), np.float32)
    table[np.searchsorted(slots, weights.slots), :-1] = weights.table
    table[np.searchsorted(slots, lent_slots), -1] = lent
    bias = np.append(weights.bias, np.float32(gate_bias)).astype(np.float32)
    return Model(labels, slots.astype(np.int32), *in_steps(table), bias, heat, THRESHOLD, level, facts)


def train_gate(
    messages: tuple[Sequence[str], Sequence[str]],
    foreign: tuple[Sequence[str], Sequence[str]],
    *,
    seed: int = 0,
) -> Model:
    """A model that knows only what is a message: from messages (whole, title only, body only) and others."""
    titles, contents = messages
    kinds = np.arange(len(titles)) % 3
    heads = [title if kind != 2 else "" for title, kind in zip(titles, kinds, strict=True)]
    bodies = [content if kind != 1 else "" for content, kind in zip(contents, kinds, strict=True)]
    design = matrix(features([*heads, *foreign[0]], [*bodies, *foreign[1]]))
    y = np.array([1] * len(heads) + [0] * len(foreign[0]))
    tested = np.arange(len(y)) % 5 == 0
    trial = fit(design[~tested], y[~tested], 2, seed)
    scores = predict(trial, design[tested])[:, 1]
    level = float(np.quantile(scores[y[tested] == 1], GATE_COSTS))
    weights = fit(design, y, 2, seed)
    return Model(
        (), weights.slots.astype(np.int32), *in_steps(weights.table[:, 1:]), weights.bias[1:], 1.0, THRESHOLD, level,
    )  # fmt: skip
