"""实度: how much of a text can be checked — days, hours, places, figures, names, telephones, laws."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from weiting.text.finding import Message, _, message
from weiting.text.plain.patterns import lines

_DIGITS = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_NUMERAL = "[〇零一二两三四五六七八九十百千万亿半]"
KINDS: dict[str, str] = {
    "day": _("day"),
    "time": _("hour"),
    "place": _("place"),
    "address": _("address"),
    "number": _("figure"),
    "money": _("amount"),
    "actor": _("named office"),
    "phone": _("telephone"),
    "link": _("link"),
    "law": _("rule"),
    "document": _("document"),
}


@cache
def _rows() -> dict[str, list[str]]:
    """The lines of each section of the data file."""
    found: dict[str, list[str]] = {}
    own: list[str] = []
    for line in lines("facts.txt"):
        if re.fullmatch(r"\[[a-z]+\]", line):
            own = found.setdefault(line[1:-1], [])
        else:
            own.append(line)
    return found


@cache
def _expressions() -> dict[str, str]:
    """One expression for each kind."""
    units = "|".join(_rows()["unit"])
    return {
        kind: "|".join(_filled(each, units) for each in rows)
        for kind, rows in _rows().items()
        if kind != "unit"
    }


def _filled(expression: str, units: str) -> str:
    marks = {"D": _DIGITS, "H": _NUMERAL, "U": units}
    return re.sub(r"(?<![\\A-Za-z])[DHU](?![A-Za-z-])", lambda mark: marks[mark[0]], expression)


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    """The expression of one kind; "" is that of all that are found in one pass."""
    rows = _expressions()
    if kind == "before":
        return re.compile(f"(?:{rows[kind]}){{1,6}}")
    if kind:
        return re.compile(rows[kind])
    kinds = (name for name in rows if name not in _LATER)
    return re.compile("|".join(f"(?P<{name}>{_BEGINS.get(name, '')}(?:{rows[name]}))" for name in kinds))


# Names are looked for last, in what is left, and lose the words before them that belong to the sentence.
_LATER = ("actor", "place", "before")
# With what a fact of a kind can begin: one look spares trying all its forms at every character.
_BEGINS = {
    "law": "(?=[《第])",
    "phone": r"(?=\d)",
    "day": r"(?=[\d一二三四五六七八九十今去明昨后当本这下上周星])",
    "time": r"(?=[\d凌清早上中下傍晚夜深])",
    "money": r"(?=\d)",
    "number": rf"(?=[\d{_NUMERAL[1:-1]}])",
}
# How the lines of names are made: some characters before it, then what a name ends in.
_NAME_LINE = re.compile(r"\[一-龥\]\{\d,(?P<most>\d+)\}\?(?P<ends>.+)")


@cache
def _ends(kind: str) -> tuple[re.Pattern[str], int]:
    """What the names of a kind end in, and how many characters at most stand before it."""
    rows = [row for row in map(_NAME_LINE.fullmatch, _rows()[kind]) if row]
    found = re.compile("|".join(row["ends"] for row in rows))
    return found, max(int(row["most"]) for row in rows)


def _named(kind: str, text: str) -> Iterator[re.Match[str]]:
    """The names of a kind, looked for only where an ending is near."""
    pattern, (ends, most) = _pattern(kind), _ends(kind)
    at = 0
    while (end := ends.search(text, at)) and (match := pattern.search(text, max(at, end.start() - most))):
        yield match
        at = match.end()


@cache
def _generic() -> frozenset[str]:
    return frozenset(word for line in lines("generic_names.txt") for word in line.split())


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that can be checked: text[start:end]."""

    kind: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What can be checked in a text, and how much that is for its length."""

    found: tuple[Fact, ...]
    characters: int

    @property
    def density(self) -> float:
        """实度: facts per 100 characters; a repeated fact counts once."""
        if not self.characters:
            return 0.0
        return round(
            100 * len({(fact.kind, fact.words) for fact in self.found}) / max(self.characters, 30), 2
        )

    def say(self) -> Message:
        """One sentence on it."""
        return message(
            _("%(count)s things can be checked, %(density)s per 100 characters."),
            count=len(self.found),
            density=self.density,
        )


def _after_lead(text: str, start: int, end: int) -> int:
    """Where a name begins once the words before it that belong to the sentence are taken off."""
    lead = _pattern("before").match(text, start, end)
    return lead.end() if lead else start


def facts(text: str) -> Facts:
    """The facts of a text in their order, none counted twice, and its length without white space."""
    found = []
    for match in _pattern("").finditer(text):
        kind, start, end = match.lastgroup or "", *match.span()
        if kind == "address":
            start = _after_lead(text, start, end)
        found.append(Fact(kind, start, end, text[start:end]))
    taken = bytearray(len(text))
    for fact in found:
        taken[fact.start : fact.end] = b"\1" * (fact.end - fact.start)
    for kind in ("actor", "place"):
        for match in _named(kind, text):
            end = match.end()
            start = _after_lead(text, match.start(), end)
            words = text[start:end]
            if len(words) > 2 and words not in _generic() and not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(Fact(kind, start, end, words))
    found.sort(key=lambda fact: fact.start)
    return Facts(tuple(found), sum(map(len, text.split())))
