"""实度: how much of a text can be checked — days, hours, places, figures, names, telephones, laws."""

import re
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
def _expressions() -> dict[str, str]:
    """One expression for each section of the data file."""
    found: dict[str, list[str]] = {}
    own: list[str] = []
    for line in lines("facts.txt"):
        if re.fullmatch(r"\[[a-z]+\]", line):
            own = found.setdefault(line[1:-1], [])
        else:
            own.append(line)
    units = "|".join(found.pop("unit"))
    return {kind: "|".join(_filled(each, units) for each in rows) for kind, rows in found.items()}


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
    return re.compile("|".join(f"(?P<{name}>{rows[name]})" for name in rows if name not in _LATER))


# Names are looked for last, in what is left, and lose the words before them that belong to the sentence.
_LATER = ("actor", "place", "before")


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
        for match in _pattern(kind).finditer(text):
            end = match.end()
            start = _after_lead(text, match.start(), end)
            words = text[start:end]
            if len(words) > 2 and words not in _generic() and not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(Fact(kind, start, end, words))
    found.sort(key=lambda fact: fact.start)
    return Facts(tuple(found), sum(1 for sign in text if not sign.isspace()))
