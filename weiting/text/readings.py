"""How Chinese is read aloud, from a table of 3 MB: the library it is made from would take 55 MB
of each process.

A text is cut into the longest phrases the table knows; of them only those are kept with their reading that are not
read as their characters are. `python -m weiting.text.readings` makes the table anew; a test compares the two.
"""

import re
import sys
from array import array
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "readings.txt"
LONGEST = 12
_OWN = re.compile("([^ \n=]+)=([a-z,]+)")


@dataclass(frozen=True, slots=True)
class Readings:
    """The table, kept small: sorted characters with the number of their syllable, phrases by first character."""

    characters: str
    numbers: "array[int]"
    syllables: tuple[str, ...]
    # “|行业|行事|”: to look into a short string is as quick as into a set, at a tenth of the memory.
    phrases: dict[str, str]
    # Those that are not read as their characters are.
    own: dict[str, tuple[str, ...]]

    def of_character(self, character: str) -> str | None:
        """Return the usual reading of a character, None when it has none."""
        place = bisect_left(self.characters, character)
        if place < len(self.characters) and self.characters[place] == character:
            return self.syllables[self.numbers[place]]
        return None


@cache
def _table() -> Readings:
    first, _empty, second = FILE.read_text(encoding="utf-8").partition("\n\n")
    syllables: list[str] = []
    numbers: dict[str, int] = {}
    for number, line in enumerate(first.splitlines()):
        syllable, _space, characters = line.partition(" ")
        syllables.append(sys.intern(syllable))
        numbers |= dict.fromkeys(characters, number)
    characters = "".join(sorted(numbers))
    own: dict[str, tuple[str, ...]] = {}
    for phrase, reading in _OWN.findall(second):
        own[phrase] = tuple(map(sys.intern, reading.split(",")))
    known = _OWN.sub(r"\1", second).splitlines()
    return Readings(
        characters,
        array("H", map(numbers.__getitem__, characters)),
        tuple(syllables),
        {line[0]: f"|{line.replace(' ', '|')}|" for line in known},
        own,
    )


def read(text: str) -> list[str]:
    """Return the syllables of a text without tones; what stands between characters with a reading is one piece."""
    table = _table()
    found: list[str] = []
    at, is_open = 0, False
    while at < len(text):
        phrase = _phrase_at(table, text, at)
        reading = table.own.get(phrase)
        if reading is not None:
            found.extend(reading)
            is_open = False
        else:
            for character in phrase:
                syllable = table.of_character(character)
                if syllable is not None:
                    found.append(syllable)
                elif is_open:
                    found[-1] += character
                else:
                    found.append(character)
                is_open = syllable is None
        at += len(phrase)
    return found


def _phrase_at(table: Readings, text: str, at: int) -> str:
    known = table.phrases.get(text[at])
    if known is not None:
        for length in range(min(LONGEST, len(text) - at), 1, -1):
            if f"|{text[at : at + length]}|" in known:
                return text[at : at + length]
    return text[at]


def make() -> None:
    """Write the table from the library's dictionaries; changes the file beside this module."""
    from pypinyin import lazy_pinyin
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

    by_syllable: defaultdict[str, list[str]] = defaultdict(list)
    for point in sorted(PINYIN_DICT):
        by_syllable[lazy_pinyin(chr(point))[0]].append(chr(point))
    plain = {character: syllable for syllable, all_ in by_syllable.items() for character in all_}
    by_first: defaultdict[str, list[str]] = defaultdict(list)
    for phrase in sorted(PHRASES_DICT):
        reading = lazy_pinyin(phrase)
        is_plain = reading == [plain.get(character) for character in phrase]
        if 1 < len(phrase) <= LONGEST and not re.search(r"[=| \n]", phrase):
            by_first[phrase[0]].append(phrase if is_plain else f"{phrase}={','.join(reading)}")
    lines = [f"{syllable} {''.join(found)}" for syllable, found in sorted(by_syllable.items())]
    FILE.write_text(
        "\n".join(lines) + "\n\n" + "\n".join(map(" ".join, by_first.values())) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    make()
