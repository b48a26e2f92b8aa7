"""Says whether a new model is better than the old one on messages that neither has learned from."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, exp, lgamma, log

import numpy as np
from numpy.typing import NDArray

from weiting.text.fold import fold

_BANDS, _GRAM, _READ = 12, 5, 400
_DRAWS = 1_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """Old and new on the same messages: macro-F1 of each, the difference with its 95 % interval, and how likely so
    large a difference in right answers is by chance (McNemar, exact).
    """

    messages: int
    old: float
    new: float
    low: float
    high: float
    chance: float

    @property
    def is_better(self) -> bool:
        """Whether the new one may take the place of the old one: never when it is worse."""
        return self.new > self.old


def macro_f1(truth: NDArray[np.int64], said: NDArray[np.int64], labels: int) -> float:
    """The mean over the labels of the harmonic mean of precision and recall."""
    there = np.bincount(truth, minlength=labels)[:labels]
    total = there + np.bincount(said[said >= 0], minlength=labels)[:labels]
    right = np.bincount(truth[truth == said], minlength=labels)[:labels]
    kept = there > 0
    return float(np.mean(2 * right[kept] / total[kept])) if kept.any() else 0.0


def compare(truth: Sequence[str], old: Sequence[str], new: Sequence[str], seed: int = 0) -> Comparison:
    """Compare what two models say of the same messages."""
    names = sorted({*truth, *old, *new})
    t, o, n = (np.array([names.index(each) for each in side]) for side in (truth, old, new))
    chance = np.random.default_rng(seed)
    draws = (chance.integers(0, len(t), len(t)) for _draw in range(_DRAWS))
    differences = [macro_f1(t[d], n[d], len(names)) - macro_f1(t[d], o[d], len(names)) for d in draws]
    low, high = np.quantile(differences, [0.025, 0.975])
    only_old, only_new = int(((o == t) & (n != t)).sum()), int(((n == t) & (o != t)).sum())
    before, after = macro_f1(t, o, len(names)), macro_f1(t, n, len(names))
    return Comparison(len(t), before, after, float(low), float(high), mcnemar(only_old, only_new))


def mcnemar(first: int, second: int) -> float:
    """How likely it is by chance that two that differ on so many messages share them at least so unequally."""
    count, least = first + second, min(first, second)
    if not count:
        return 1.0
    if count <= 1000:
        tail = sum(comb(count, k) for k in range(least + 1)) / 2**count
    else:
        whole = lgamma(count + 1) - count * log(2)
        tail = sum(exp(whole - lgamma(k + 1) - lgamma(count - k + 1)) for k in range(least + 1))
    return min(1.0, 2 * tail)


def near_copies(titles: Sequence[str], contents: Sequence[str]) -> list[int]:
    """Numbers of groups: messages that share nearly all runs of five characters are in one group."""
    parent = list(range(len(titles)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    first: dict[tuple[int, int, int], int] = {}
    for at, (title, content) in enumerate(zip(titles, contents, strict=True)):
        for key in _marks(title + content):
            other = first.setdefault(key, at)
            parent[root(at)] = root(other)
    return [root(at) for at in range(len(titles))]


def _marks(text: str) -> list[tuple[int, int, int]]:
    """Pairs of least hashes: near-copies very likely share one (MinHash in bands of two)."""
    plain = "".join(letter for letter in fold(text[: _READ * 2]) if letter.isalnum())[:_READ]
    letters = np.frombuffer(plain.encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)
    if len(letters) < _GRAM:
        return [(-1, int(letters.sum()), len(letters))]
    grams = np.zeros(len(letters) - _GRAM + 1, np.uint64)
    for step in range(_GRAM):
        grams = grams * np.uint64(0x9E3779B97F4A7C15) + letters[step : step + len(grams)]
    salts = np.random.default_rng(1).integers(1, 2**62, 3 * _BANDS, dtype=np.uint64) | np.uint64(1)
    least = [int(((grams ^ (grams >> np.uint64(31))) * salt >> np.uint64(16)).min()) for salt in salts]
    return [
        (band, hash((least[3 * band], least[3 * band + 1])), least[3 * band + 2]) for band in range(_BANDS)
    ]
