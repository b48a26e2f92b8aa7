"""New words without a dictionary: characters that keep together, and stand among many different neighbours.

One pass over the texts in bounded memory: when there are too many strings the rarest are let go, which never
loses a string that stands more than once in each thousandth of the text.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from weiting.text.segment import is_word

LONGEST = 5
# Characters keep together when they stand together so many times as often (as a logarithm) as by chance.
KEEP_TOGETHER, NEIGHBOURS = 3.0, 1.0
# Longer runs are read in pieces, so that a megabyte in one line keeps within the room.
_HAN = re.compile("[\u4e00-\u9fff]{2,200}")
# A word does not begin or end with these.
_OUTSIDE = frozenset("的了是在和与及或不有我你他她它们这那个一为对把被将到从就都也还又很吗呢吧啊请")


@dataclass(frozen=True, slots=True)
class NewWord:
    """A word no dictionary knew: how often it stood, how firmly it keeps together, how free its neighbours are."""

    word: str
    count: int
    together: float
    neighbours: float


class NewWords:
    """Counts strings of texts; `room` is how many different ones are kept."""

    def __init__(self, room: int = 400_000) -> None:
        self._room = room
        self._single: Counter[str] = Counter()
        self._strings: Counter[str] = Counter()
        self._left: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._right: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._least = 1

    def add(self, text: str) -> None:
        """Read a text."""
        for run in _HAN.findall(text):
            self._single.update(run)
            size = len(run)
            for length in range(2, LONGEST + 1):
                for at in range(size - length + 1):
                    self._strings[run[at : at + length]] += 1
            self._neighbours(run)
            if len(self._strings) > self._room:
                self._let_go()

    def _neighbours(self, run: str) -> None:
        """The characters beside strings that were seen before: a new string has no neighbours to speak of."""
        strings, size = self._strings, len(run)
        for length in range(2, LONGEST + 1):
            for at in range(size - length + 1):
                word = run[at : at + length]
                if strings[word] > 1:
                    self._left[word][run[at - 1] if at else ""] += 1
                    self._right[word][run[at + length] if at + length < size else ""] += 1

    def _let_go(self) -> None:
        while len(self._strings) > self._room // 2:
            self._least += 1
            for word in [word for word, count in self._strings.items() if count < self._least]:
                del self._strings[word]
                self._left.pop(word, None)
                self._right.pop(word, None)

    def found(self, *, at_least: int = 5, most: int = 200) -> list[NewWord]:
        """Words no dictionary knows, the most certain first."""
        total = sum(self._single.values())
        words = []
        for word, count in self._strings.items():
            if count < at_least or word[0] in _OUTSIDE or word[-1] in _OUTSIDE or is_word(word):
                continue
            together = min(self._together(word[:at], word[at:], count, total) for at in range(1, len(word)))
            free = min(_entropy(self._left.get(word)), _entropy(self._right.get(word)))
            if together >= KEEP_TOGETHER and free >= NEIGHBOURS:
                words.append(NewWord(word, count, together, free))
        words.sort(key=lambda each: (-each.together * each.neighbours * math.log(each.count), each.word))
        return words[:most]

    def _together(self, one: str, other: str, count: int, total: int) -> float:
        parts = self._count(one) * self._count(other)
        return math.log(count * total / parts) if parts else 0.0

    def _count(self, part: str) -> int:
        return self._single[part] if len(part) == 1 else self._strings.get(part, 0)


def _entropy(neighbours: Mapping[str, int] | None) -> float:
    """How free the neighbours are; the end of a run is another neighbour each time."""
    if not neighbours:
        return 0.0
    ends = neighbours.get("", 0)
    counts = [count for key, count in neighbours.items() if key] + [1] * ends
    total = sum(counts)
    return -sum(count / total * math.log(count / total) for count in counts)
