"""The words and names the check knows: files that a person edits, read with an answer for every line at fault.

Two kinds of file. *.csv: wrong, right, reason, source, but (see data/wrong.csv). *.txt: names in their right form,
white space between; a name may be followed by a tab and the number of its articles when it is the title of a law.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import ahocorasick  # type: ignore[import-not-found]

from weiting.text.finding import Message, _, message
from weiting.text.places import divisions

DATA = Path(__file__).parent / "data"
LONGEST = 40
COLUMNS = ("wrong", "right", "reason", "source", "but")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A form that is a slip; `digit` is "after" or "before" when it is one only beside a digit."""

    words: str
    right: tuple[str, ...]
    reason: str = ""
    source: str = ""
    but: tuple[str, ...] = ()
    digit: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of a file that could not be used, and why."""

    path: str
    line: int
    why: Message


@dataclass(frozen=True)
class Lexicon:
    """Wrong forms, right names, and titles of laws with their number of articles (0: not known).

    `problems` are the lines of the files that could not be used.
    """

    wrong: tuple[Wrong, ...] = ()
    names: frozenset[str] = frozenset()
    laws: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @staticmethod
    def load(paths: Iterable[str | Path]) -> "Lexicon":
        """Read files of one's own; never raises for what they hold: see `problems`."""
        wrong: list[Wrong] = []
        names: set[str] = set()
        laws: dict[str, int] = {}
        problems: list[Problem] = []
        for path in map(Path, paths):
            try:
                lines = path.read_text(encoding="utf-8-sig").splitlines()
            except (OSError, UnicodeDecodeError):
                problems.append(Problem(path.name, 0, message(_("This file cannot be read as UTF-8 text."))))
                continue
            if path.suffix.lower() == ".csv":
                _read_wrong(path.name, lines, wrong, problems)
            else:
                _read_names(path.name, lines, names, laws, problems)
        return Lexicon(tuple(wrong), frozenset(names), laws, tuple(problems))

    def __add__(self, other: "Lexicon") -> "Lexicon":
        """Both together; where both speak of the same form, the other one counts."""
        forms = {(each.words, each.digit): each for each in (*self.wrong, *other.wrong)}
        return Lexicon(
            # A name of the city's own is no slip, whatever the general list says.
            tuple(each for each in forms.values() if each.words not in other.names),
            self.names | other.names,
            {**self.laws, **other.laws},
            self.problems + other.problems,
        )

    def __hash__(self) -> int:
        """By identity: a lexicon is built once and its finders are kept with it."""
        return id(self)

    def __eq__(self, other: object) -> bool:
        """Identity, as the hash says."""
        return self is other


def _rows(lines: Iterable[str]) -> Iterable[tuple[int, list[str]]]:
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#") or "\0" in line:
            continue
        sign = ";" if ";" in line and "," not in line else ","
        try:
            cells = next(csv.reader([line], delimiter=sign))
        except (csv.Error, StopIteration):
            cells = []
        cells = [cell.strip() for cell in cells]
        if cells[:2] != ["wrong", "right"]:
            yield number, cells


def _read_wrong(name: str, lines: list[str], found: list[Wrong], problems: list[Problem]) -> None:
    for number, cells in _rows(lines):
        words, right, reason, source, but = (*cells, "", "", "", "", "")[:5]
        if why := _fault(words, right):
            problems.append(Problem(name, number, why))
            continue
        digit = "after" if words.endswith("#") else "before" if words.startswith("#") else ""
        found.append(
            Wrong(
                words.strip("#"),
                tuple(each.strip().strip("#") for each in right.split("|")),
                reason,
                source,
                tuple(but.split()),
                digit,
            )
        )


def _fault(words: str, right: str) -> Message | None:
    bare = words.strip("#")
    if not bare or not right:
        return message(_("Give the wrong form and the right one, a comma between."))
    if len(bare) < 2:
        return message(_("A single character is no slip by itself: give the word it stands in."))
    if len(bare) > LONGEST:
        return message(_("Keep a form within %(most)s characters."), most=LONGEST)
    if bare in right.replace("#", "").split("|"):
        return message(_("The wrong form and the right one are the same."))
    return None


def _read_names(
    name: str, lines: list[str], names: set[str], laws: dict[str, int], problems: list[Problem]
) -> None:
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        title, tab, articles = line.strip().partition("\t")
        if tab or title.endswith(("法", "条例", "准则", "实施细则", "规定", "办法")) and " " not in title:
            if articles and not articles.strip().isdecimal():
                problems.append(
                    Problem(name, number, message(_("After the tab stands the number of articles.")))
                )
            laws[title.strip()] = int(articles) if articles.strip().isdecimal() else 0
            continue
        for each in line.split():
            if len(each) > LONGEST:
                problems.append(
                    Problem(name, number, message(_("Keep a form within %(most)s characters."), most=LONGEST))
                )
            else:
                names.add(each)


@cache
def default() -> Lexicon:
    """What is shipped: common wrong forms, names of organs and offices, set phrases, places, laws."""
    own = Lexicon.load([DATA / "wrong.csv", DATA / "names.txt", DATA / "laws.txt"])
    return Lexicon(own.wrong, own.names | {each.name for each in divisions()}, own.laws, own.problems)


@cache
def finder(lexicon: Lexicon) -> ahocorasick.Automaton:
    """The automaton of a lexicon's wrong forms and of the wordings in which they are right."""
    by_form: dict[str, list[Wrong]] = {}
    for each in lexicon.wrong:
        by_form.setdefault(each.words, []).append(each)
    made = ahocorasick.Automaton()
    for words, forms in by_form.items():
        made.add_word(words, (len(words), tuple(forms)))
    made.make_automaton()
    return made
