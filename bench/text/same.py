"""Same matters: how well they are found, whether swapped places are told apart, how sure it is, and how fast.

`python -m bench.text.same` measures on 1,000,000 generated messages, `--size N` on fewer; `--fit` prints the odds
fitted on the even matters. All else is measured on the odd ones, beside TF-IDF cosine in the same run.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bench.table import Result, markdown
from bench.text.same_labels import (
    Floats,
    Labels,
    Pairs,
    Plain,
    generated,
    interval,
    labels,
    messages,
    paired,
    swapped,
)
from bench.text.same_speed import speed
from weiting.text.same import Index, Message
from weiting.text.same.scoring import grade, sure

MAP, FIRST, AUC, ERROR = 0.95, 0.98, 0.95, 0.03
# A pair of the same matter counts as near copies from this cosine on.
NEAR = 0.5


def ours(read: Sequence[Message], known: Labels) -> tuple[Index, Pairs]:
    """Every labelled message against what the index finds for it."""
    index = Index()
    for message in read:
        index.add(message)
    at = {message.id: number for number, message in enumerate(read)}
    pairs, rows = [], []
    for one, message in enumerate(read):
        if not known.matter[one]:
            continue
        found = index.compare(message)
        likeness = found.likeness
        for kept, *row in zip(found.kept, likeness.score, likeness.whole, likeness.elsewhere, strict=True):
            pairs.append((one, at[kept.id]))
            rows.append([float(each) for each in row])
    return index, paired(pairs, np.array(rows), known)


def ranking(found: Pairs, known: Labels) -> tuple[Floats, Floats]:
    """Average precision and whether the first is right, of each message of the odd matters."""
    size = {matter: known.matter.count(matter) for matter in set(known.matter)}
    by: dict[int, list[int]] = defaultdict(list)
    for k, (one, _other) in enumerate(found.pairs):
        by[one].append(k)
    average, first = [], []
    for one, matter in enumerate(known.matter):
        if not matter or int(matter) % 2 == 0:
            continue
        order = sorted(by[one], key=lambda k: -found.scores[k])
        right = found.same[order]
        ranks = np.flatnonzero(right) + 1
        average.append(float((np.arange(1, len(ranks) + 1) / ranks).sum()) / (size[matter] - 1))
        first.append(bool(len(right) and right[0]))
    return np.array(average), np.array(first, float)


def _score(index: Index, read: Sequence[Message], message: Message, other: int) -> tuple[float, bool]:
    """Our score of any message with one of the index, and whether we say same; nothing shared is nothing."""
    found = index.compare(message)
    at = {kept.id: k for k, kept in enumerate(found.kept)}.get(read[other].id)
    if at is None:
        return 0.0, False
    score = float(found.likeness.score[at])
    return score, sure(grade(score)) >= 0.5 and not found.likeness.elsewhere[at]


def quality() -> list[Result]:
    """Ranking, places and probabilities, on the real messages."""
    read = messages()
    if read is None:
        return [Result("same matters in real messages", "left out: WEITING_DATA names no data")]
    known = labels(read)
    index, found = ours(read, known)
    plain = Plain(read)
    base = plain.pairs(known)
    (mean, first), (base_mean, base_first) = ranking(found, known), ranking(base, known)
    results = [
        Result("MAP, odd matters", interval(mean), interval(base_mean), "", f"≥ {MAP}", bool(mean.mean() >= MAP),
               f"{len(mean)} messages"),
        Result("P@1, odd matters", interval(first), interval(base_first), "", f"≥ {FIRST}",
               bool(first.mean() >= FIRST)),
    ]  # fmt: skip
    results += _places(read, known, index, found, plain, base)
    return [*results, *_calibration(found)]


def _places(
    read: Sequence[Message], known: Labels, index: Index, found: Pairs, plain: Plain, base: Pairs
) -> list[Result]:
    near = found.same & found.odd & (found.whole > NEAR)
    copies = [pair for pair, is_near in zip(found.pairs, near, strict=True) if is_near]
    real = swapped(read)
    positive = found.scores[near]
    negative = np.array([_score(index, read, read[one], other)[0] for one, other in real])
    base_at = dict(zip(base.pairs, base.scores, strict=True))
    base_positive = np.array([base_at.get(pair, 0.0) for pair in copies])
    base_negative = np.array([plain.score(read[one], other) for one, other in real])
    made = list(generated(read, known))
    stays = np.array([_score(index, read, message, number)[0] for number, message, _ in made])
    told = [_score(index, read, message, number) for number, _, message in made]
    moved = np.array([score for score, _ in told])
    base_stays = np.array([plain.score(message, number) for number, message, _ in made])
    base_moved = np.array([plain.score(message, number) for number, _, message in made])
    said = np.array([not is_same for _, is_same in told])
    base_said = _cut_off(base)
    return [
        _auc("swapped places, real", positive, negative, base_positive, base_negative),
        _auc("swapped places, generated", stays, moved, base_stays, base_moved),
        Result("generated swaps said to be different", f"{said.mean():.3f}", f"{(base_moved < base_said).mean():.3f}",
               note="not in the aims"),
    ]  # fmt: skip


def _cut_off(base: Pairs) -> float:
    """The score of even odds of the baseline, fitted on the even matters."""
    fitted = LogisticRegression(C=1000).fit(base.scores[~base.odd][:, None], base.same[~base.odd])
    return float(-fitted.intercept_[0] / fitted.coef_[0, 0])


def _auc(
    what: str, positive: Floats, negative: Floats, base_positive: Floats, base_negative: Floats
) -> Result:
    def of(pairs: Floats) -> float:
        is_same, scores = pairs[:, 0] > 0, pairs[:, 1]
        return float(roc_auc_score(is_same, scores)) if 0 < is_same.sum() < len(is_same) else 0.5

    def rows(one: Floats, other: Floats) -> Floats:
        return np.c_[np.r_[np.ones(len(one)), np.zeros(len(other))], np.r_[one, other]]

    value = of(rows(positive, negative))
    return Result(
        f"AUC, {what}", interval(rows(positive, negative), of), interval(rows(base_positive, base_negative), of),
        "", f"≥ {AUC}", value >= AUC, f"{len(positive)} near-copies of one place, {len(negative)} of two",
    )  # fmt: skip


def _calibration(found: Pairs) -> list[Result]:
    told = np.array([sure(grade(score)) for score in found.scores])
    open_ = found.odd & (told >= 0.05)
    bins = np.minimum((told * 10).astype(int), 9)

    def error(rows: Floats) -> float:
        inside = [rows[rows[:, 0] == at] for at in range(10) if (rows[:, 0] == at).any()]
        return float(
            sum(abs(part[:, 1].mean() - part[:, 2].mean()) * len(part) for part in inside) / len(rows)
        )

    rows = np.c_[bins, told, found.same]
    said, right = (told >= 0.5) & ~found.elsewhere, found.same
    odd = found.odd
    precision = (said & right & odd).sum() / max(1, (said & odd).sum())
    recall = (said & right & odd).sum() / max(1, (right & odd).sum())
    return [
        Result("calibration error, all compared pairs", interval(rows[odd], error), aim=f"≤ {ERROR}",
               is_met=error(rows[odd]) <= ERROR),
        Result("calibration error, pairs from 0.05 on", interval(rows[open_], error), note="not in the aims"),
        Result("pairs said to be the same: precision, recall", f"{precision:.3f}, {recall:.3f}",
               note="not in the aims"),
    ]  # fmt: skip


def fit() -> str:
    """The odds fitted on the even matters, to be written into weiting/text/same/scoring.py."""
    read = messages()
    if read is None:
        return "WEITING_DATA names no data."
    _index, found = ours(read, labels(read))
    scores = found.scores[~found.odd]
    columns = np.c_[np.log(scores + 0.05), scores]
    fitted = LogisticRegression(C=1000, max_iter=5000).fit(columns, found.same[~found.odd])
    (steep, slope), constant = fitted.coef_[0], fitted.intercept_[0]
    return f"STEEP, SLOPE, CONSTANT = {steep:.1f}, {slope:.1f}, {constant:.1f}"


def run(size: int = 1_000_000) -> list[Result]:
    """Every figure."""
    measured = speed(size) if size else []
    return [*quality(), *measured]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure how same matters are found.")
    parser.add_argument(
        "--size", type=int, default=1_000_000, help="how many invented messages; 0 leaves out speed"
    )
    parser.add_argument("--fit", action="store_true", help="print the odds fitted on the even matters")
    options = parser.parse_args()
    print(fit() if options.fit else markdown(run(options.size)))
    sys.exit(0)
