"""How right triage is: categories, calibration, what it calls not sure, kinds, urgency and speed.

`python -m bench.text.triage` measures the shipped model on messages it has not seen, beside TF-IDF with a linear SVM
trained in the same run; `--folds` adds the grouped five-fold measurement: seven drawings of the folds, which train
seventy models in two processes (some two minutes on two free cores).
"""

# ruff: noqa: E501

import argparse
import csv
import random
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from bench.table import Result, markdown
from bench.text.common import folder
from bench.text.triage_model import hot_titles, matters, messages, numbers
from weiting.text import triage
from weiting.text.segment import cut
from weiting.text.triage.choosing import macro_f1
from weiting.text.triage.model import certainty
from weiting.text.triage.training import (
    FOLDS,
    Labelled,
    Read,
    fit,
    folds,
    joined,
    predict,
    read,
    trust_of,
)

SETS = Path(__file__).parent / "sets"
DRAWS, BINS = 1_000, 10
# The drawings of the folds are the first seven seeds: written down, not chosen.
DRAWINGS, PROCESSES = range(7), 2
LEAST_F1, LEAST_SURE_F1, MOST_ERROR, LEAST_SPEED = 0.92, 0.97, 0.03, 5_000
Truth = NDArray[np.int64]


def between(measure: Callable[[NDArray[np.int64]], float], count: int, digits: int = 3) -> str:
    """A figure with its 95 % bootstrap interval."""
    chance = np.random.default_rng(0)
    found = [measure(chance.integers(0, count, count)) for _draw in range(DRAWS)]
    low, high = np.quantile(found, [0.025, 0.975])
    return f"{measure(np.arange(count)):.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def calibration_error(sure: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Expected calibration error over ten equal steps of probability."""
    step = np.minimum((sure * BINS).astype(int), BINS - 1)
    return float(
        sum((step == s).mean() * abs(sure[step == s].mean() - right[step == s].mean()) for s in set(step))
    )


def surest(sure: NDArray[np.float64]) -> NDArray[np.int64]:
    """The messages that are left when the 20 % least sure are set aside."""
    return np.sort(np.argsort(-sure, kind="stable")[: int(len(sure) * 0.8)])


def three(
    name: str, truth: Truth, said: Truth, sure: NDArray[np.float64], plain: Truth, margin: NDArray[np.float64]
) -> list[Result]:
    """The three figures of the categories beside the baseline."""
    labels = int(truth.max()) + 1
    kept, plain_kept = surest(sure), surest(margin)
    f1, f1_kept = macro_f1(truth, said, labels), macro_f1(truth[kept], said[kept], labels)
    error = calibration_error(sure, said == truth)
    return [
        Result(f"{name}: macro-F1", between(lambda at: macro_f1(truth[at], said[at], labels), len(truth)),
               between(lambda at: macro_f1(truth[at], plain[at], labels), len(truth)), "", f"≥ {LEAST_F1}", f1 >= LEAST_F1,
               f"{len(truth):,} messages"),
        Result(f"{name}: macro-F1 without the 20 % least sure",
               between(lambda at: macro_f1(truth[kept][at], said[kept][at], labels), len(kept)),
               between(lambda at: macro_f1(truth[plain_kept][at], plain[plain_kept][at], labels), len(kept)), "",
               f"≥ {LEAST_SURE_F1}", f1_kept >= LEAST_SURE_F1),
        Result(f"{name}: expected calibration error",
               between(lambda at: calibration_error(sure[at], said[at] == truth[at]), len(truth)), "no probabilities", "",
               f"≤ {MOST_ERROR}", error <= MOST_ERROR),
    ]  # fmt: skip


Scores = NDArray[np.float64]


def learned(learn: Labelled, y: Truth) -> Callable[[Labelled], Scores]:
    """TF-IDF over words with a linear SVM: what gives scores once it has learned."""
    read = TfidfVectorizer(
        analyzer=lambda text: [word for word in cut(text) if word.strip()], sublinear_tf=True, min_df=2
    )
    machine = LinearSVC(random_state=0)
    machine.fit(read.fit_transform(_whole(learn)), y)
    return lambda measure: machine.decision_function(read.transform(_whole(measure)))


def _whole(texts: Labelled) -> list[str]:
    return [t + "\n" + c for t, c in zip(texts.titles, texts.contents, strict=True)]


def _margin(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    ordered = np.sort(scores, axis=1)
    return ordered[:, -1] - ordered[:, -2]


def on_dev(data: Path) -> list[Result]:
    """The shipped model on split=dev, the classes one by one, what is foreign, and the speed."""
    learn, dev = messages(data, "train"), messages(data, "dev")
    kept = triage.model()
    truth = numbers(list(dev.labels), kept.labels)
    guesses = kept.guess_many(dev.titles, dev.contents)
    said = np.array([kept.labels.index(guess.best) for guess in guesses])
    sure = np.array([guess.sure for guess in guesses])
    simple = learned(learn, numbers(list(learn.labels), kept.labels))
    plain = simple(dev)
    results = three("7 categories, dev", truth, said, sure, plain.argmax(1), _margin(plain))
    for number, label in enumerate(kept.labels):
        of = truth == number
        right = float((said[of] == number).mean()), float((truth[said == number] == number).mean())
        results.append(
            Result(
                f"{label}: precision, recall",
                f"{right[1]:.3f}, {right[0]:.3f}",
                "",
                "",
                "",
                None,
                f"{of.sum()}",
            )
        )
    named = np.array([bool(guess.label) for guess in guesses])
    results.append(Result("dev: a label is said", f"{named.mean():.3f}", "", "", "", None,
                          f"and right in {(said == truth)[named].mean():.3f} of them"))  # fmt: skip
    return [*results, *foreign(data, kept, guesses), speed(kept, learn, simple)]


def foreign(data: Path, kept: triage.Model, seen: Sequence[triage.Guess]) -> list[Result]:
    """How many hot-search titles are called not sure, beside the largest probability alone at the same cost."""
    titles = hot_titles(data)
    guesses = kept.guess_many(titles, [""] * len(titles), words=False)
    cost = np.mean([not guess.label for guess in seen])
    level = float(np.quantile([guess.sure for guess in seen], cost))
    sure = np.array([guess.sure for guess in guesses])
    unsure = np.array([not guess.label for guess in guesses])
    return [
        Result("hot-search titles called not sure", between(lambda at: float(unsure[at].mean()), len(titles)),
               between(lambda at: float((sure[at] < level).mean()), len(titles)), "", "", None,
               f"{len(titles):,} titles; baseline: largest probability alone, both leave {cost:.3f} of the messages unsure"),
    ]  # fmt: skip


def strange(kept: triage.Model) -> list[Result]:
    """Short invented texts that belong to no category: how many are called not sure, and how many by probability alone."""
    with (SETS / "triage_foreign.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    results = []
    for what in dict.fromkeys(row["what"] for row in rows):
        texts = [row["text"] for row in rows if row["what"] == what]
        guesses = kept.guess_many(texts, texts, words=False)
        unsure, alone = (
            sum(not guess.label for guess in guesses),
            sum(guess.sure < kept.threshold for guess in guesses),
        )
        results.append(Result(f"{what}: called not sure", f"{unsure / len(texts):.3f}", f"{alone / len(texts):.3f}", "", "", None,
                              f"{len(texts)} texts; baseline: largest probability below {kept.threshold}"))  # fmt: skip
    return results


def speed(kept: triage.Model, data: Labelled, simple: Callable[[Labelled], Scores]) -> Result:
    """Messages a second of this process's own time, with the words that decided; the baseline gives scores only."""
    ours, plain = (
        _rate(lambda: kept.guess_many(data.titles, data.contents), data),
        _rate(lambda: simple(data), data),
    )
    return Result("messages classified a second, one core, with the words that decided", _rates(ours),
                  f"{_rates(plain)} (scores only)", f"{max(ours) / max(plain):.1f} ×", f"≥ {LEAST_SPEED:,}",
                  max(ours) >= LEAST_SPEED, "best of five and all five, processor time")  # fmt: skip


def _rate(read: Callable[[], object], data: Labelled) -> list[float]:
    read()
    rates = []
    for _round in range(5):
        began = time.process_time()
        read()
        rates.append(len(data.titles) / (time.process_time() - began))
    return rates


def _rates(rates: list[float]) -> str:
    return f"{max(rates):,.0f} [{min(rates):,.0f}, {max(rates):,.0f}]"


@dataclass(frozen=True)
class Fold:
    """What a measurement in folds reads: the messages with the numbers of their labels, and their features."""

    whole: Labelled
    y: Truth
    design: Any
    names: Read
    labels: int


@cache
def _ground(data: Path) -> Fold:
    whole = messages(data)
    labels = tuple(sorted(set(whole.labels)))
    design, y = read(whole, labels)
    return Fold(whole, y, design, read(matters(data, labels), labels), len(labels))


@dataclass(frozen=True)
class Drawing:
    """One drawing of the folds: what was said of each message and how sure, beside the baseline and its margin."""

    said: Truth
    sure: Scores
    plain: Truth
    margin: Scores


def one_fold(data: Path, split: tuple[Truth, Truth]) -> tuple[Scores, Scores]:
    """Scores of the messages of one fold, by our model and by the baseline, each learned from the other folds."""
    on, (learn, measure) = _ground(data), split
    known = joined((on.design[learn], on.y[learn]), on.names)
    scores = predict(fit(*known, on.labels), on.design[measure])
    return scores, learned(on.whole.part(learn), on.y[learn])(on.whole.part(measure))


def drawing(
    on: Fold, splits: Sequence[tuple[Truth, Truth]], found: Sequence[tuple[Scores, Scores]]
) -> Drawing:
    """The folds of one drawing put together; each fold's probabilities are calibrated on the other folds."""
    scores, plain = (np.zeros((len(on.y), on.labels)) for _each in range(2))
    for (_learn, measure), (ours, theirs) in zip(splits, found, strict=True):
        scores[measure], plain[measure] = ours, theirs
    sure = np.zeros(len(on.y))
    for learn, measure in splits:
        sure[measure] = certainty(scores[measure], trust_of(scores[learn], on.y[learn]))
    return Drawing(scores.argmax(1), sure, plain.argmax(1), _margin(plain))


def in_folds(data: Path) -> list[Result]:
    """Each drawing of the folds and the mean over all: what differs between drawings is chance, and the mean steadier."""
    on = _ground(data)
    splits = [folds(on.y, np.asarray(on.whole.groups), seed) for seed in DRAWINGS]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
        found = list(pool.map(partial(one_fold, data), chain.from_iterable(splits)))
    drawings = [drawing(on, each, found[at * FOLDS : (at + 1) * FOLDS]) for at, each in enumerate(splits)]
    return [
        *_mean(drawings, on.y, on.labels),
        *(_single(seed, each, on.y, on.labels) for seed, each in zip(DRAWINGS, drawings, strict=True)),
    ]


def _mean(drawings: Sequence[Drawing], y: Truth, labels: int) -> list[Result]:
    """The means over the drawings; the interval draws messages anew, the same ones for every drawing."""

    def f1(at: Truth, said: Sequence[Truth]) -> float:
        return float(np.mean([macro_f1(y[at], each[at], labels) for each in said]))

    def f1_surest(at: Truth, said: Sequence[Truth], sure: Sequence[Scores]) -> float:
        kept = [at[surest(each[at])] for each in sure]
        return float(np.mean([macro_f1(y[k], each[k], labels) for k, each in zip(kept, said, strict=True)]))

    def error(at: Truth) -> float:
        return float(np.mean([calibration_error(each.sure[at], each.said[at] == y[at]) for each in drawings]))

    ours, plain = [each.said for each in drawings], [each.plain for each in drawings]
    sure, margin = [each.sure for each in drawings], [each.margin for each in drawings]
    every, of = np.arange(len(y)), f"grouped 5-fold, mean of {len(drawings)} drawings"
    return [
        Result(f"{of}: macro-F1", between(lambda at: f1(at, ours), len(y), 4), between(lambda at: f1(at, plain), len(y), 4), "",
               f"≥ {LEAST_F1}", f1(every, ours) >= LEAST_F1,
               f"{len(y):,} messages; single drawings {_spread([f1(every, [each]) for each in ours])}, "
               f"of the baseline {_spread([f1(every, [each]) for each in plain])}"),
        Result(f"{of}: macro-F1 without the 20 % least sure", between(lambda at: f1_surest(at, ours, sure), len(y)),
               between(lambda at: f1_surest(at, plain, margin), len(y)), "", f"≥ {LEAST_SURE_F1}",
               f1_surest(every, ours, sure) >= LEAST_SURE_F1),
        Result(f"{of}: expected calibration error", between(error, len(y)), "no probabilities", "", f"≤ {MOST_ERROR}",
               error(every) <= MOST_ERROR),
    ]  # fmt: skip


def _spread(found: Sequence[float]) -> str:
    return f"{min(found):.4f} to {max(found):.4f}"


def _single(seed: int, one: Drawing, y: Truth, labels: int) -> Result:
    """One drawing in a row; it has no aim of its own."""
    kept, plain_kept = surest(one.sure), surest(one.margin)
    ours = macro_f1(y, one.said, labels), macro_f1(y[kept], one.said[kept], labels)
    plain = macro_f1(y, one.plain, labels), macro_f1(y[plain_kept], one.plain[plain_kept], labels)
    return Result(
        f"grouped 5-fold, drawing {seed}: macro-F1, without the 20 % least sure, calibration error",
        f"{ours[0]:.4f}, {ours[1]:.3f}, {calibration_error(one.sure, one.said == y):.3f}",
        f"{plain[0]:.4f}, {plain[1]:.3f}",
    )


def by_rules() -> list[Result]:
    """Kinds and urgency on the held-out halves of the invented sets, beside the one most telling word."""
    results = []
    for name, column, ask, simple in (
        ("kinds", "kind", triage.kind, simple_kind),
        ("urgency", "level", triage.urgency, simple_urgency),
    ):
        with (SETS / f"triage_{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["half"] == "held"]
        answers = [ask("", row["text"]).label for row in rows]
        names = sorted({row[column] for row in rows})
        truth = np.array([names.index(row[column]) for row in rows])
        said = np.array([names.index(answer) if answer in names else -1 for answer in answers])
        bare = np.array(
            [names.index(simple(row["text"])) if simple(row["text"]) in names else -1 for row in rows]
        )
        results.append(_rules_figure(name, truth, said, bare, len(names)))
        for label, number in ((each, names.index(each)) for each in names):
            of = truth == number
            precision = (truth[said == number] == number).mean() if (said == number).any() else 0.0
            results.append(Result(f"{name}: {label}: precision, recall", f"{precision:.3f}, {(said[of] == number).mean():.3f}",
                                  "", "", "", None, f"{of.sum()}"))  # fmt: skip
    return results


def _rules_figure(name: str, truth: Truth, said: Truth, bare: Truth, labels: int) -> Result:
    return Result(f"{name}: macro-F1, held-out half", between(lambda at: macro_f1(truth[at], said[at], labels), len(truth)),
                  between(lambda at: macro_f1(truth[at], bare[at], labels), len(truth)), "", "", None,
                  f"{len(truth)} texts, {(said < 0).mean():.3f} not sure")  # fmt: skip


def simple_kind(text: str) -> str:
    """The first of eight plain words."""
    words = {
        "举报": "tipoff",
        "建议": "suggestion",
        "求助": "plea",
        "感谢": "praise",
        "加微信": "spam",
        "你好": "chat",
        "请问": "question",
    }
    return next((kind for word, kind in words.items() if word in text), "appeal")


def simple_urgency(text: str) -> str:
    """Whether a bare word of danger stands in it."""
    words = ("煤气", "火", "塌", "水里", "死", "电线", "困", "跳", "毒", "刀")
    return "danger" if any(word in text for word in words) else "normal"


def run(*, with_folds: bool = False) -> list[Result]:
    """All figures; without WEITING_DATA those that need it are left out, and it is said."""
    random.seed(0)
    data = folder()
    if data is None:
        return [
            Result("categories", "not measured", note="set WEITING_DATA to the folder of the public data"),
            *strange(triage.model()),
            *by_rules(),
        ]
    folded = in_folds(data) if with_folds else []
    return [*on_dev(data), *folded, *strange(triage.model()), *by_rules()]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.text.triage", description=__doc__)
    parser.add_argument("--folds", action="store_true", help="also the grouped five-fold measurement")
    sys.stdout.write(markdown(run(with_folds=parser.parse_args().folds)) + "\n")
