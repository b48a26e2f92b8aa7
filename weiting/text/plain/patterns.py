"""Reads the word lists of the check: phrases with gaps, and what could stand in their place.

One phrase a line, then, behind `=>`, better wordings set apart by `|` (an empty one means: leave it out). A line
`[name]` says to which rule the phrases below it belong; `~words` is a thing that only looks like such a phrase.
In a phrase `…` is a gap of up to 16 characters inside one clause, `[a|b]` one of these, `<a|b>` one of these as
well; gaps and `<…>` are numbered and come back in a wording as {1}, {2}. `#` begins a comment.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
_GAP = "([^，。！？；：、,;!?\\s“”《》（）()]{0,16}?)"
_TOKEN = re.compile(r"…|\[([^\]]*)\]|<([^>]*)>|([^…\[<]+)")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One line of a list."""

    rule: str
    words: str
    better: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found in a text, with its better wordings made to fit."""

    rule: str
    start: int
    end: int
    better: tuple[str, ...]
    groups: tuple[str, ...]


def lines(name: str) -> Iterator[str]:
    """The lines of a data file without comments and empty ones."""
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.rstrip()


def _expression(words: str) -> str:
    made = ""
    for token in _TOKEN.finditer(words):
        choice, kept, plain = token.groups()
        if token[0] == "…":
            made += _GAP
        elif plain is not None:
            made += re.escape(plain)
        else:
            listed = (choice if choice is not None else kept).split("|")
            # The longer first: 视情况 must not be read as 视情 and a rest.
            options = "|".join(map(re.escape, sorted(listed, key=len, reverse=True)))
            made += f"(?:{options})" if choice is not None else f"({options})"
    return made


def _beginnings(words: str) -> set[str]:
    """The first two characters a phrase may begin with, or the first one where a gap or nothing follows it."""
    found, whole = {""}, set()
    for token in _TOKEN.finditer(words):
        choice, kept, plain = token.groups()
        if token[0] == "…":
            whole |= found
            found = set()
            break
        listed = choice if choice is not None else kept
        options = [plain] if plain is not None else str(listed).split("|")
        found = {begun if len(begun) > 1 else (begun + each)[:2] for begun in found for each in options}
        if all(len(each) > 1 for each in found):
            break
    return whole | found


class Phrases:
    """A list of phrases, looked for all at once; of two at one place the one that stands first in order.

    Where a phrase may begin is looked up by its first characters: trying each of hundreds of phrases at each
    character would take a hundred times as long.
    """

    def __init__(self, name: str) -> None:
        self.phrases: list[Phrase] = []
        exceptions: list[str] = []
        rule = ""
        for line in lines(name):
            if line.startswith("[") and line.endswith("]") and "=>" not in line and "|" not in line:
                rule = line[1:-1]
            elif line.startswith("~"):
                exceptions.append(re.escape(line[1:]))
            else:
                words, sign, better = line.partition("=>")
                wordings = tuple(each.strip() for each in better.split("|")) if sign else ()
                self.phrases.append(Phrase(rule, words.strip(), wordings))
        # The longer phrase first: it says more about the sentence, and its wording fits better.
        self.phrases.sort(key=lambda each: -len(each.words))
        self._exceptions = re.compile("|".join(sorted(exceptions, key=len, reverse=True)) or "(?!)")
        # Made when first needed: most phrases of a list never begin in any text of a process.
        self._expressions: dict[int, re.Pattern[str]] = {}
        self._begun: dict[str, list[int]] = {}
        for at, each in enumerate(self.phrases):
            for beginning in _beginnings(each.words):
                if not beginning:
                    raise ValueError(f"{name}: “{each.words}” may begin with anything.")
                self._begun.setdefault(beginning, []).append(at)
        self._first = re.compile("[" + "".join(sorted({re.escape(each[0]) for each in self._begun})) + "]")

    def find(self, text: str) -> Iterator[Hit]:
        """Every phrase in a text, from left to right, none inside another."""
        excepted = bytearray(len(text))
        for match in self._exceptions.finditer(text):
            excepted[match.start() : match.end()] = b"\1" * len(match[0])
        at = 0
        while candidate := self._first.search(text, at):
            start = candidate.start()
            hit = self._at(text, start)
            at = start + 1
            if hit and not any(excepted[hit.start : hit.end]):
                yield hit
                at = hit.end

    def _at(self, text: str, start: int) -> Hit | None:
        begun = self._begun
        numbers = [*begun.get(text[start : start + 2], ()), *begun.get(text[start], ())]
        for number in sorted(numbers):
            phrase = self.phrases[number]
            expression = self._expressions.get(number)
            if expression is None:
                expression = self._expressions[number] = re.compile(_expression(phrase.words))
            match = expression.match(text, start)
            if match and match.end() > start:
                groups = tuple(match.groups(""))
                better = tuple(_filled(each, groups) for each in phrase.better)
                return Hit(phrase.rule, start, match.end(), better, groups)
        return None


def _filled(wording: str, groups: tuple[str, ...]) -> str:
    for at, words in enumerate(groups, 1):
        wording = wording.replace(f"{{{at}}}", words)
    return wording


@cache
def phrases(name: str) -> Phrases:
    """The phrases of a data file, read once."""
    return Phrases(name)
