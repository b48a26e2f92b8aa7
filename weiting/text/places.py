"""Places in a text: divisions of China with the short names people use, a city's own places, and what stands
below them (streets, roads, estates, schools, villages), found by the words that end their names.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path

import ahocorasick  # type: ignore[import-not-found]

from weiting.text.segment import is_word, segmenter

_DATA = Path(__file__).parent / "data"
DIVISIONS_FILE = _DATA / "divisions.tsv"
WORDS_FILE = _DATA / "place_words.txt"
_TAIL = re.compile(
    "(?:(?:[\u4e00-\u9fff]{1,3}族)+自治[州县旗区]|特别行政区|维吾尔自治区|自治区|林区|特区|矿区|地区|新区|[省市区县盟州旗])$"
)
_MASKED = re.compile(r"(?<![A-Za-z0-9])([A-Z])(\d{0,2})(市|省|区|县|镇|乡|村|街道)")
_HAN = re.compile("[\u4e00-\u9fff]")
# A name is believed to be at most so long, and to be made of so many words, its ending not counted.
LONGEST_NAME = 8
MOST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Division:
    """A province, city or area; `code` has 2, 4 or 6 digits."""

    code: str
    name: str

    @property
    def short(self) -> str:
        """The name as people say it: 浙江, 朝阳; the name itself when nothing else is clear."""
        bare = _TAIL.sub("", self.name)
        return bare if len(bare) >= 2 else self.name


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text, text[start:end].

    `kind` is division, own, site or masked; `code` that of the division or of the city's own list; `key` is the
    same for the ways to write one place.
    """

    words: str
    start: int
    end: int
    kind: str
    key: str
    code: str = ""


class NamePart(Enum):
    """What a word does in the name of a place: it is one (看云路), ends one (路), ends one and says something of its
    own (东路), stands outside (位于), or is any other word.
    """

    NAME = auto()
    ENDING = auto()
    NAMED_ENDING = auto()
    OUTSIDE = auto()
    WORD = auto()


@dataclass(frozen=True, slots=True)
class _Words:
    endings: tuple[str, ...]
    ends: frozenset[str]
    before: frozenset[str]
    common: frozenset[str]


@cache
def _words() -> _Words:
    """The word lists by their headings: what ends a name, what stands before one, what only looks like one."""
    parts: dict[str, list[str]] = {}
    for line in WORDS_FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            heading = line.strip("[]")
        elif not line.startswith("#"):
            parts.setdefault(heading, []).extend(line.split())
    endings = tuple(sorted(parts["endings"], key=len, reverse=True))
    return _Words(endings, frozenset(parts["ends"]), frozenset(parts["before"]), frozenset(parts["common"]))


@cache
def divisions() -> tuple[Division, ...]:
    """Every province, city and area, by code."""
    lines = DIVISIONS_FILE.read_text(encoding="utf-8").splitlines()
    return tuple(Division(*line.split("\t")) for line in lines if not line.startswith("#"))


@cache
def division_names() -> frozenset[str]:
    """The full names of all divisions."""
    return frozenset(each.name for each in divisions())


class Gazetteer:
    """Finds the places of a text; `own` gives a city's own places: code → names, the full one first."""

    def __init__(self, own: Mapping[str, Sequence[str]] | None = None) -> None:
        found: dict[str, tuple[str, str, str]] = {}
        for each in divisions():
            # 和平, 长安 and 新华 are words too: below the city only the full name is believed.
            if len(each.code) < 6 and not _is_common(each.short):
                found.setdefault(each.short, ("division", each.code, each.name))
            found[each.name] = ("division", each.code, each.name)
        self._names = found
        self._own = ahocorasick.Automaton()
        for code, names in (own or {}).items():
            for name in names:
                self._own.add_word(name, (name, code, names[0]))
        if own:
            self._own.make_automaton()

    def find(self, text: str, tokens: Sequence[str] | None = None) -> list[Place]:
        """The places of a text in their order; `tokens` are its words where they are in hand already."""
        tokens = segmenter().cut(text) if tokens is None else tokens
        found = list(_sites(text, tokens))
        if len(self._own):
            for last, (name, code, key) in self._own.iter_long(text):
                found.append(Place(name, last + 1 - len(name), last + 1, "own", key, code))
        # 杭州 in 杭州路 is no place of its own.
        inside = {at for each in found for at in range(each.start, each.end)}
        found.extend(each for each in self._divisions(tokens) if each.start not in inside)
        found.extend(Place(m[0], *m.span(), "masked", m[1] + m[2]) for m in _MASKED.finditer(text))
        return sorted(found, key=lambda place: (place.start, -place.end))

    def _divisions(self, tokens: Sequence[str]) -> Iterator[Place]:
        names, start = self._names, 0
        for at, word in enumerate(tokens):
            if word in names:
                # 云溪 and 市 may have been cut apart.
                longer = word + tokens[at + 1] if at + 1 < len(tokens) else word
                name = longer if longer in names else word
                kind, code, key = names[name]
                yield Place(name, start, start + len(name), kind, key, code)
            start += len(word)


def _is_common(short: str) -> bool:
    return len(short) < 2 or (is_word(short) and short in _words().common)


@lru_cache(maxsize=65_536)
def _ending(word: str) -> str:
    """What ends this word like the name of a place; "" for a word that only looks like one."""
    if word in _words().common and word not in _words().endings:
        return ""
    return next((end for end in _words().endings if word.endswith(end)), "")


def name_part(word: str) -> NamePart:
    """What a word, cut from a text, does in the name of a place."""
    known = _words()
    if word in known.endings or word in known.ends:
        return NamePart.ENDING
    if word in known.before or word in known.common:
        return NamePart.OUTSIDE
    if len(word) == 2 and word[1] in known.endings:
        return NamePart.NAMED_ENDING
    is_named = len(word) > 2 and (_ending(word) or (word[-1] in known.ends and not is_word(word)))
    return NamePart.NAME if is_named else NamePart.WORD


def _sites(text: str, tokens: Sequence[str]) -> Iterator[Place]:
    """Names that end like a place: the words before an ending, as long as they can belong to a name."""
    ends = _last_characters()
    found = [at for at, word in enumerate(tokens) if word[-1] in ends]
    if not found:
        return
    common = _words().common
    positions = list(accumulate(map(len, tokens)))
    for at in found:
        word, position = tokens[at], positions[at]
        if not (ending := _ending(word)):
            continue
        name = word if word != ending and len(word) > 2 else _with_words_before(tokens, at)
        if len(name) < 3 or name in common or name == ending:
            continue
        start = position - len(name)
        if name[0] in "省市区县镇乡村" and text[start - 1 : start].isascii() and start:
            # A5区劳动东路: the letter and the number hide the name of the area.
            start, name = start + 1, name[1:]
        # 东园路口 and 东园路 lie at one place; 东园路 and 东园小区 need not.
        key = name[:-1] if name.endswith("路口") else name
        if len(key) > 2:
            yield Place(name, start, position, "site", key)


@cache
def _last_characters() -> frozenset[str]:
    return frozenset(end[-1] for end in _words().endings)


def _with_words_before(tokens: Sequence[str], at: int) -> str:
    """The ending tokens[at] with the words that name it: 看云 + 路, 人民路 + 小学."""
    name, before = tokens[at], _words().before
    for word in reversed(tokens[max(0, at - MOST_WORDS) : at]):
        if word in before or len(word) + len(name) > LONGEST_NAME or not _HAN.match(word):
            break
        if _ending(word) and len(word) > 1:
            # Another place: it names what stands in it, and nothing before it belongs to the name.
            stands_in_it = name == tokens[at] and len(word) > 2 and name != "路口"
            return word + name if stands_in_it else name
        name = word + name
    return name


@cache
def gazetteer() -> Gazetteer:
    """The finder that knows the divisions only."""
    return Gazetteer()
