"""How right triage is: categories, calibration, what it calls not sure, kinds, urgency and speed.

`python -m bench.text.triage` measures the shipped model on messages it has not seen, beside TF-IDF with a linear SVM
trained in the same run; `--folds` adds the grouped five-fold measurement, which trains ten models.
"""

# ruff: noqa: E501

import argparse
import csv
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from bench.table import Result, markdown
from bench.text.common import folder
from bench.text.triage_model import hot_titles, messages, numbers
from weiting.text import triage
from weiting.text.segment import cut
from weiting.text.triage.choosing import macro_f1
from weiting.text.triage.features import features
from weiting.text.triage.model import soft
from weiting.text.triage.training import Labelled, fit, folds, heat_of, matrix, predict

SETS = Path(__file__).parent / "sets"
DRAWS, BINS = 1_000, 10
LEAST_F1, LEAST_SURE_F1, MOST_ERROR, LEAST_SPEED = 0.92, 0.97, 0.03, 5_000
Truth = NDArray[np.int64]


def between(measure: Callable[[NDArray[np.int64]], float], count: int) -> str:
    """A figure with its 95 % bootstrap interval."""
    chance = np.random.default_rng(0)
    found = [measure(chance.integers(0, count, count)) for _draw in range(DRAWS)]
    low, high = np.quantile(found, [0.025, 0.975])
    return f"{measure(np.arange(count)):.3f} [{low:.3f}, {high:.3f}]"


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


def in_folds(data: Path) -> list[Result]:
    """Grouped five-fold over all messages; each fold's probabilities are calibrated on the other folds."""
    whole = messages(data)
    labels = tuple(sorted(set(whole.labels)))
    y, groups = numbers(list(whole.labels), labels), np.asarray(whole.groups)
    design = matrix(features(whole.titles, whole.contents))
    scores, plain, owner = (
        np.zeros((len(y), len(labels))),
        np.zeros((len(y), len(labels))),
        np.zeros(len(y), int),
    )
    for number, (learn, measure) in enumerate(folds(y, groups, 0)):
        scores[measure] = predict(fit(design[learn], y[learn], len(labels)), design[measure])
        plain[measure] = learned(whole.part(learn), y[learn])(whole.part(measure))
        owner[measure] = number
    chances = np.zeros_like(scores)
    for number in set(owner):
        chances[owner == number] = soft(
            scores[owner == number] * heat_of(scores[owner != number], y[owner != number])
        )
    return three(
        "7 categories, grouped 5-fold", y, chances.argmax(1), chances.max(1), plain.argmax(1), _margin(plain)
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
