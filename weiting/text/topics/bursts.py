"""Words that burst: how often each stands in an hour against its own past at this hour and weekday.

The expected count is the word's mean of all hours, bent by what it does at this hour of the day and on this day
of the week, both smoothed. A count is judged by a negative binomial: words of the news are less even than chance.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from weiting.text.finding import Message as Sentence, _, message as sentence
from weiting.text.same import common
from weiting.text.segment import cut

# A burst has so many titles in an hour, and stands out by so many standard deviations.
LEAST, STANDS_OUT = 3, 4.0
# What is known of an hour or a weekday weighs as little as so many hours of the mean.
SMOOTH = 24.0
# What so many of the titles of a burst say around its word belongs to its name, up to so many characters.
SAID_BY, LONGEST_NAME = 0.8, 12
# A word not yet seen is expected so often, and counts scatter by this much more than chance.
UNSEEN, SCATTER = 0.05, 0.3
# So many hours of the beginning are only learned from.
LEARN = 24 * 7
_MOST_WORDS, _MOST_TITLES, _MOST_BURSTS = 400_000, 5, 20_000
Floats = npt.NDArray[np.float64]


@dataclass(slots=True)
class Burst:
    """A word that burst from one hour to another; its count and what is usual are those of the highest hour. `name` is
    the word with what nearly all titles say around it: a new name, which no dictionary knows, is cut in parts.
    """

    word: str
    name: str
    start: datetime
    end: datetime
    now: int
    usual: float
    score: float
    hot: int
    titles: tuple[str, ...]

    @property
    def why(self) -> Sentence:
        """The sentence that says why."""
        text = _("%(now)s titles say it in one hour; at this hour of this weekday it is usually %(usual)s.")
        return sentence(text, now=self.now, usual=f"{self.usual:.1f}")


class Bursts:
    """Reads titles hour by hour, in one pass. Hours come in order; what comes late counts for the past only."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []
        self._by_hour = np.zeros((1024, 24), np.float32)
        self._by_day = np.zeros((1024, 7), np.float32)
        self._hours_seen, self._days_seen = np.zeros(24), np.zeros(7)
        self._hour: datetime | None = None
        self._titles: dict[str, int] = {}
        self._words: dict[str, tuple[int, ...]] = {}
        self._last: dict[int, Burst] = {}
        self._found: list[Burst] = []

    def add(self, hour: datetime, title: str, hot: int = 0) -> None:
        """Read a title that stood in the list in this hour."""
        if hour != self._hour:
            if self._hour is None or hour > self._hour:
                self._close()
                self._hour = hour
            else:
                self._learn(np.array(self._numbered(title), np.int64), hour, 1)
                return
        self._titles[title] = max(hot, self._titles.get(title, 0))

    def found(self, *, most: int = 200) -> list[Burst]:
        """The bursts so far, the highest first."""
        self._close()
        ordered = sorted(self._found, key=lambda burst: (-burst.score, burst.start, burst.word))
        return ordered[:most]

    def _close(self) -> None:
        """Judge the hour that is over, and learn from it."""
        if self._hour is None or not self._titles:
            return
        hour, titles = self._hour, self._titles
        self._titles = {}
        numbers = [self._numbered(title) for title in titles]
        flat = np.array([number for each in numbers for number in each], np.int64)
        ids, counts = np.unique(flat, return_counts=True)
        if self._hours_seen.sum() >= LEARN:
            usual = self._usual(ids, hour)
            spread = np.sqrt(usual + SCATTER * usual**2)
            scores = (counts - usual) / spread
            for at in np.flatnonzero((counts >= LEAST) & (scores >= STANDS_OUT)).tolist():
                said = [title for title, each in zip(titles, numbers, strict=True) if int(ids[at]) in each]
                self._burst(
                    int(ids[at]), hour, int(counts[at]), float(usual[at]), float(scores[at]), said, titles
                )
        self._hours_seen[hour.hour] += 1
        self._days_seen[hour.weekday()] += 1
        self._learn(ids, hour, counts)

    def _usual(self, ids: npt.NDArray[np.int64], hour: datetime) -> Floats:
        """How often each word is expected at this hour."""
        by_hour, by_day = self._by_hour[ids], self._by_day[ids]
        mean = np.maximum(by_hour.sum(1) / self._hours_seen.sum(), 1e-9)
        at_hour = (by_hour[:, hour.hour] + SMOOTH * mean) / (self._hours_seen[hour.hour] + SMOOTH)
        on_day = (by_day[:, hour.weekday()] + SMOOTH * mean) / (self._days_seen[hour.weekday()] + SMOOTH)
        found: Floats = np.maximum(at_hour * on_day / mean, UNSEEN)
        return found

    def _burst(
        self,
        number: int,
        hour: datetime,
        now: int,
        usual: float,
        score: float,
        said: list[str],
        hots: dict[str, int],
    ) -> None:
        said.sort(key=lambda title: -hots[title])
        made = Burst(
            self._names[number],
            name_of(self._names[number], said),
            hour,
            hour,
            now,
            usual,
            score,
            hots[said[0]],
            tuple(said[:_MOST_TITLES]),
        )
        before = self._last.get(number)
        if before is None or hour - before.end > timedelta(hours=3):
            self._last[number] = made
            self._found.append(made)
            if len(self._found) > 2 * _MOST_BURSTS:
                self._found = self.found(most=_MOST_BURSTS)
            return
        before.end = hour
        if score > before.score:
            before.now, before.usual, before.score, before.titles = now, usual, score, made.titles
            before.name = made.name
        before.hot = max(before.hot, made.hot)

    def _learn(self, ids: npt.NDArray[np.int64], hour: datetime, counts: npt.NDArray[np.int64] | int) -> None:
        self._by_hour[ids, hour.hour] += counts
        self._by_day[ids, hour.weekday()] += counts

    def _numbered(self, title: str) -> tuple[int, ...]:
        """The numbers of the words of a title, each once; a title stands in many hours, and is cut once."""
        known = self._words.get(title)
        if known is None:
            if len(self._words) > 100_000:
                self._words.clear()
            known = self._words[title] = tuple({self._number(word) for word in _said(title)} - {-1})
        return known

    def _number(self, word: str) -> int:
        number = self._numbers.get(word)
        if number is None:
            if len(self._names) >= _MOST_WORDS:
                return -1
            number = self._numbers[word] = len(self._names)
            self._names.append(word)
            if number >= len(self._by_hour):
                self._by_hour = np.concatenate([self._by_hour, np.zeros_like(self._by_hour)])
                self._by_day = np.concatenate([self._by_day, np.zeros_like(self._by_day)])
        return number


def name_of(word: str, titles: Sequence[str]) -> str:
    """The word with the letters that nearly all of these titles have beside it: 漫步 where all say 云溪漫步节."""
    name = word
    while len(name) < LONGEST_NAME:
        parts = [title.partition(name) for title in titles if name in title]
        needed = max(LEAST, SAID_BY * len(titles))
        after = _shared((tail[:1] for _head, _name, tail in parts), needed)
        before = "" if after else _shared((head[-1:] for head, _name, _tail in parts), needed)
        if not (after or before):
            break
        name = f"{before}{name}{after}"
    return name


def _shared(signs: Iterable[str], needed: float) -> str:
    """The letter that stands so often at this place; "" when none does."""
    sign, count = max(Counter(signs).items(), key=lambda each: (each[1], each[0]), default=("", 0))
    return sign if sign.isalpha() and count >= needed else ""


def _said(title: str) -> Iterable[str]:
    """The words of a title that can burst."""
    whole = title[:200].encode("utf-8", "replace").decode("utf-8")
    return [word for word in cut(whole) if len(word) > 1 and word[0].isalpha() and word not in common()]
