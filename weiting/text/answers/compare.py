"""An answer beside its question (does it speak of it?) and beside earlier answers (is it a copy?)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

from weiting.text.diff import Change, diff
from weiting.text.numbers import days
from weiting.text.places import gazetteer
from weiting.text.segment import spans
from weiting.text.sentences import sentences

COMMON_FILE = Path(__file__).parent / "data" / "common.txt"
# Below this share the answer is beside the question (measured: bench/text/plain.py).
OFF_TOPIC = 0.05
UNTOUCHED = 0.12
# Two answers of which so much is the same word for word, names and figures apart, are one answer.
COPIED = 0.8
SHINGLE = 6
# How much of a text is looked at: the matter of a letter stands long before this.
LOOKED_AT = 20_000
_HAN = re.compile("[\u4e00-\u9fff]{2,}|[A-Za-z]{2,}[0-9]*")
_ASK = re.compile(
    "[？?]|请问|请|希望|建议|要求|咨询|投诉|举报|为什么|何时|什么时候|能否|是否|怎么|如何|多少|另外|还有|第[一二三四五]|[一二三四五1-5][、.．]"
)
_OPENING = re.compile(
    "^(?:[^，。！？\n]{0,30}(?:您好|你好)[！!，,。：:]?|尊敬的[^，。：:！\n]{0,12}[，,。：:！]?)"
)
_CLOSING = re.compile(
    "(?:再次)?(?:感谢|谢谢)[^。！\n]{0,40}[。！]?|祝[您你][^。！\n]{0,20}[。！]?|特此[^。！\n]{0,12}[。！]?"
)
_NAMES = re.compile('[“"][^”"\n]{1,30}[”"]|[A-Z]{1,3}\\d{2,12}|[0-9０-９.,:：/％%-]+')


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing the question asks: question[start:end], its key words, and which of them the answer has."""

    words: str
    start: int
    end: int
    keys: tuple[str, ...]
    touched: tuple[str, ...]

    @property
    def share(self) -> float:
        """How much of it the answer touches."""
        return len(self.touched) / len(self.keys) if self.keys else 1.0


@dataclass(frozen=True, slots=True)
class Relevance:
    """How much of what question and answer name comes back in the other one, from 0 to 1."""

    share: float
    shared: tuple[str, ...]
    missing: tuple[str, ...]
    matters: tuple[Matter, ...]

    @property
    def is_off_topic(self) -> bool:
        """Whether the answer is beside the question."""
        return len(self.shared) + len(self.missing) >= 3 and self.share < OFF_TOPIC

    @property
    def untouched(self) -> tuple[Matter, ...]:
        """What the question asks besides, and the answer does not touch."""
        if self.is_off_topic or len(self.matters) < 2:
            return ()
        return tuple(each for each in self.matters if len(each.keys) >= 2 and each.share < UNTOUCHED)


@dataclass(frozen=True, slots=True)
class Copied:
    """An earlier answer this one repeats; `changes` shows both, word by word."""

    key: str
    share: float
    earlier: str
    changes: tuple[Change, ...]


@cache
def common() -> frozenset[str]:
    """Words that say nothing about what a letter is about."""
    rows = COMMON_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in rows if not line.startswith("#") for word in line.split())


def keys(text: str) -> list[str]:
    """The words that say what a text is about, each once, in its order."""
    seen: dict[str, None] = {}
    for word, _start, _end in spans(text[:LOOKED_AT]):
        if _HAN.fullmatch(word) and word not in common():
            seen.setdefault(word)
    return list(seen)


def _has(answer: str, word: str) -> bool:
    """Whether the answer has the word, or half of a long one (停车场 and 停车位 speak of one thing)."""
    return word in answer or (len(word) > 2 and (word[:2] in answer or word[-2:] in answer))


def relevance(question: str, answer: str) -> Relevance:
    """Compare the two by the words and places each names: how much of either comes back in the other, halved.

    Both ways, because a long letter names much that a good short answer need not repeat.
    """
    question, answer = question[:LOOKED_AT], answer[:LOOKED_AT]
    named = keys(question)
    shared = [word for word in named if _has(answer, word)]
    missing = [word for word in named if word not in shared]
    answered = keys(answer)
    back = sum(1 for word in answered if word in question) / max(4, len(answered))
    share = (len(shared) / len(named) + back) / 2 if named else 1.0
    return Relevance(round(share, 4), tuple(shared), tuple(missing), tuple(_matters(question, answer)))


def _matters(question: str, answer: str) -> Iterable[Matter]:
    for sentence in sentences(question)[:60]:
        if _ASK.search(sentence.text):
            own = keys(sentence.text)
            if own:
                touched = tuple(word for word in own if _has(answer, word))
                yield Matter(sentence.text, sentence.start, sentence.end, tuple(own), touched)


def masked(answer: str) -> str:
    """An answer without greeting, thanks, names, figures, days and places: what is left is its wording."""
    text = _CLOSING.sub("", _OPENING.sub("", answer[:LOOKED_AT].strip()))
    marks = bytearray(len(text))
    taken = [(day.start, day.end) for day in days(text)]
    for start, end in taken + [(place.start, place.end) for place in gazetteer().find(text)]:
        marks[start:end] = b"\1" * (end - start)
    text = "".join("〇" if mark else sign for sign, mark in zip(text, marks, strict=True))
    return re.sub("[^\u4e00-\u9fff〇A-Za-z]+", "", re.sub("〇+", "〇", _NAMES.sub("〇", text)))


def _shingles(text: str) -> frozenset[int]:
    if len(text) < SHINGLE:
        return frozenset([crc32(text.encode("utf-8", "surrogatepass"))] if text else [])
    return frozenset(
        crc32(text[at : at + SHINGLE].encode("utf-8", "surrogatepass"))
        for at in range(len(text) - SHINGLE + 1)
    )


class Earlier:
    """Earlier answers, ready to be compared with; one is added at a time."""

    def __init__(self, answers: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        self._texts: dict[str, str] = {}
        self._shingles: dict[str, frozenset[int]] = {}
        self._holding: dict[int, list[str]] = {}
        for key, answer in answers.items() if isinstance(answers, Mapping) else answers:
            self.add(key, answer)

    def add(self, key: str, answer: str) -> None:
        """Remember an answer."""
        found = _shingles(masked(answer))
        self._texts[key], self._shingles[key] = answer, found
        for each in _sampled(found):
            self._holding.setdefault(each, []).append(key)

    def copied(self, answer: str) -> Copied | None:
        """The earlier answer this one repeats most, when it repeats one."""
        own = _shingles(masked(answer))
        near: dict[str, int] = {}
        for each in _sampled(own):
            for key in self._holding.get(each, ())[:2_000]:
                near[key] = near.get(key, 0) + 1
        best, share = "", 0.0
        for key in sorted(near, key=lambda each: (-near[each], each))[:50]:
            theirs = self._shingles[key]
            same = len(own & theirs) / max(1, len(own | theirs))
            if same > share:
                best, share = key, same
        if share < COPIED or len(own) < 20:
            return None
        earlier = self._texts[best]
        return Copied(best, round(share, 4), earlier, tuple(diff(earlier[:LOOKED_AT], answer[:LOOKED_AT])))


def _sampled(found: frozenset[int]) -> list[int]:
    """One shingle in eight, always the same ones: enough to meet a near copy, few enough to keep."""
    return [each for each in found if each % 8 == 0] if len(found) > 64 else list(found)
