"""What kind of message it is and how urgent, by lexicons in data/: each answer names the words that decided."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path

from weiting.text.fold import fold
from weiting.text.triage.model import soft_list

DATA = Path(__file__).parent / "data"
KINDS = ("question", "appeal", "suggestion", "tipoff", "plea", "praise", "chat", "spam")
LEVELS = ("danger", "soon", "normal")
# A letter says what it wants at its beginning or at its end.
_HEAD, _TAIL = 3_000, 1_000
_GAP = r"[^,，。！？；!?;\n]{0,8}?"
_CLAUSE = re.compile(r"[,，。！？；!?;\n]+")
_SENTENCE = re.compile(r"[。！？!?\n]+")
_TITLE_COUNTS = 1.5
_SURE_KIND, _LEAST_KIND = 0.5, 1.0
# One plain word of a kind, and none of another, is worth some three in four.
_HEAT = 2.5
_MOST_SAID = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: `label` is "" when it is not sure; `sure` from 0 to 1; `words` are those that decided."""

    label: str
    sure: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    weight: float
    pattern: re.Pattern[str]


def _expression(word: str) -> str:
    return _GAP.join(re.escape(piece) for piece in word.split("~"))


@cache
def _parts(file: str) -> tuple[_Part, ...]:
    """The parts of a lexicon; longer expressions are tried first."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in (DATA / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            heading = line.strip("[] ")
        elif not line.startswith("#"):
            found.setdefault(heading, []).extend(fold(line).split())
    return tuple(
        _Part(
            heading.split()[0],
            float((heading.split() + ["1"])[1]),
            re.compile(
                "|".join(_expression(word) for word in sorted(set(words), key=lambda w: (-len(w), w)))
            ),
        )
        for heading, words in found.items()
        if heading
    )


def _read(text: str) -> str:
    """The parts of a text that are read, folded; a long letter's middle is left out."""
    if len(text) > _HEAD + _TAIL:
        text = text[:_HEAD] + "\n" + text[-_TAIL:]
    return fold(text)


def kind(title: str, content: str) -> Choice:
    """Question, appeal, suggestion, tipoff, plea, praise, chat or spam; "" when no word tells or two tell alike."""
    points = dict.fromkeys(KINDS, 0.0)
    told: dict[str, dict[str, float]] = {name: {} for name in KINDS}
    head, body = _read(title), _read(content)
    for part in _parts("kinds.txt"):
        for text, factor in ((head, _TITLE_COUNTS), (body, 1.0)):
            # A word said often says it once.
            for word in {match[0] for match in part.pattern.finditer(text)}:
                told[part.name][word] = max(told[part.name].get(word, 0.0), part.weight * factor)
                points[part.name] += part.weight * factor
    _weigh(points, head, body)
    best = max(KINDS, key=lambda name: points[name])
    chances = soft_list([points[name] * _HEAT for name in KINDS])
    sure = chances[KINDS.index(best)] * (1 - exp(-max(0.0, points[best])))
    words = sorted((-weight, word) for word, weight in told[best].items() if weight > 0)
    said = tuple(word.strip() for _weight, word in words[:_MOST_SAID])
    if points[best] < _LEAST_KIND or sure < _SURE_KIND:
        return Choice("", round(sure, 3), said)
    return Choice(best, round(sure, 3), said)


def _weigh(points: dict[str, float], head: str, body: str) -> None:
    """What stands around the words: a short text chats, a long one does not; thanks after a complaint are manners."""
    length = len(head) + len(body)
    if length > 30:
        points["chat"] -= 1.5
    if length > 60 and points["appeal"] > 0:
        points["praise"] -= 0.8
    if points["spam"] > 2 and points["appeal"] + points["tipoff"] > 2:
        points["spam"] -= 2
    if points["appeal"] >= 2 and points["question"] > 0:
        points["question"] -= 0.6


def urgency(title: str, content: str) -> Choice:
    """danger (a life may be in danger now), soon (harm within hours) or normal; an empty text is "" (not sure)."""
    text = _read(title) + "\n" + _read(content)
    if not text.strip():
        return Choice("", 0.0)
    parts = {part.name: part.pattern for part in _parts("urgency.txt")}
    found: dict[str, list[str]] = {"danger": [], "soon": []}
    told = [sentence for sentence in _SENTENCE.split(text) if not parts["lesson"].search(sentence)]
    for clause in _CLAUSE.split("\n".join(told)):
        for level, word in _clause(clause, parts):
            if word not in found[level]:
                found[level].append(word)
    for level, sure in (("danger", 0.9), ("soon", 0.75)):
        if found[level]:
            more = min(0.08, 0.04 * (len(found[level]) - 1))
            return Choice(level, sure + more, tuple(found[level][:_MOST_SAID]))
    return Choice("normal", 0.9)


def _clause(clause: str, parts: dict[str, re.Pattern[str]]) -> Sequence[tuple[str, str]]:
    """The words of danger of one clause with the level they mean here."""
    # 跳楼 within 跳楼价 is none; 着火 that only touches 火了 is one.
    harmless = [match.span() for match in parts["innocent"].finditer(clause)]
    hits = [
        (name, match[0])
        for name, pattern in parts.items()
        if "." in name
        for match in pattern.finditer(clause)
        if not any(start <= match.start() and match.end() <= end for start, end in harmless)
    ]
    if not hits or parts["unreal"].search(clause):
        return []
    # What may happen is not happening.
    hedged = parts["hedge"].search(clause) is not None
    return [("soon" if hedged or name.startswith("soon") else "danger", word) for name, word in hits]
