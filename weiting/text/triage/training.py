"""Learns a model of categories from labelled messages; needs scikit-learn, and is imported by nothing that predicts.

For each label a linear SVM is fitted on features weighed by how much more often they stand in its messages than in
others (Wang & Manning 2012); all of them fold into one table. How sure it may be is learned from predictions of
messages that the predicting model had not seen, and never from those it learned from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.model_selection import StratifiedGroupKFold  # type: ignore[import-untyped]
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

from weiting.text.triage.features import SLOTS, Features, features
from weiting.text.triage.model import Model, Trust, in_steps, odds

# Chosen by grouped cross-validation within the training part of the shipped model.
STRICTNESS = 1.0
SMOOTHING = 0.1
LEAST_TIMES = 2
ACCURACY = 0.003
FOLDS = 5
# A label is said when it is right twice as often as wrong, by the calibrated probability.
THRESHOLD = 0.667
# Whoever leads by more is surer, whatever few mistakes were seen.
LEAST_SLOPE = 0.1
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


# The features and the labels' numbers of texts to learn from.
Read = tuple[Any, NDArray[np.int64]]


def unseen(
    design: Any,
    y: NDArray[np.int64],
    groups: NDArray[np.int64],
    labels: int,
    seed: int = 0,
    beside: Read | None = None,
) -> NDArray[np.float64]:
    """Scores of each message by a model that has not seen it nor a near-copy of it; `beside` is always learned from."""
    scores = np.zeros((len(y), labels))
    for learn, measure in folds(y, groups, seed):
        known = joined((design[learn], y[learn]), beside)
        scores[measure] = predict(fit(*known, labels, seed), design[measure])
    return scores


def joined(one: Read, other: Read | None) -> Read:
    """Both to learn from."""
    if other is None:
        return one
    return sparse.vstack([one[0], other[0]]).tocsr(), np.concatenate([one[1], other[1]])


def read(data: Labelled, labels: Sequence[str]) -> Read:
    """The features of messages and the numbers of their labels."""
    y = np.array([labels.index(each) for each in data.labels], np.int64)
    return matrix(features(data.titles, data.contents)), y


def trust_of(scores: NDArray[np.float64], y: NDArray[np.int64]) -> Trust:
    """How scores become a probability: the heat of least surprise over a fixed ladder, and then a logistic regression
    of right or wrong on the log odds (Platt 1999).

    It changes no label. Each side of the regression counts as if one more message had been seen, so that a few messages
    without a mistake do not make it certain.
    """
    ladder = np.geomspace(0.2, 30, 200)
    heat = round(float(min(ladder, key=lambda each: _surprise(scores * each, y))), 4)
    right, ahead = scores.argmax(axis=1) == y, odds(scores, heat)[:, None]
    chance = np.where(right, (right.sum() + 1) / (right.sum() + 2), 1 / ((~right).sum() + 2))
    learner = LogisticRegression(C=1e3, max_iter=1_000)
    learner.fit(
        np.vstack([ahead, ahead]),
        np.repeat([1, 0], len(y)),
        sample_weight=np.concatenate([chance, 1 - chance]),
    )
    return (
        heat,
        round(float(learner.intercept_[0]), 4),
        max(LEAST_SLOPE, round(float(learner.coef_[0][0]), 4)),
    )


def _surprise(scores: NDArray[np.float64], y: NDArray[np.int64]) -> float:
    """How unlikely the true labels are, on the mean."""
    most = scores.max(axis=1)
    whole = np.log(np.exp(scores - most[:, None]).sum(axis=1)) + most
    return float((whole - scores[np.arange(len(y)), y]).mean())


def train(
    data: Labelled,
    *,
    beside: Labelled | None = None,
    seed: int = 0,
    gate: Model | None = None,
    facts: dict[str, Any] | None = None,
) -> Model:
    """A calibrated model from labelled messages; `beside` are other texts to learn from, such as the names of the
    matters under each label, that are no messages and measure nothing; `gate` lends its knowledge of what is a message.

    The same data and seed give the same model.
    """
    labels = tuple(sorted(set(data.labels)))
    design, y = read(data, labels)
    more = read(beside, labels) if beside else None
    trust = trust_of(unseen(design, y, np.asarray(data.groups), len(labels), seed, more), y)
    weights = fit(*joined((design, y), more), len(labels), seed)
    return assemble(labels, weights, trust, gate, facts or {})


def assemble(
    labels: tuple[str, ...], weights: Weights, trust: Trust, gate: Model | None, facts: dict[str, Any]
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
    return Model(labels, slots.astype(np.int32), *in_steps(table), bias, trust, THRESHOLD, level, facts)


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
        (), weights.slots.astype(np.int32), *in_steps(weights.table[:, 1:]), weights.bias[1:], (1.0, 0.0, 1.0),
        THRESHOLD, level,
    )  # fmt: skip
