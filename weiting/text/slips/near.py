"""Which characters are taken for one another: by sound (pinyin, with the accents of the south) and by shape.

Both come from small tables: the library that knows the readings would take 50 MB of each process. `python -m
weiting.text.slips.near` makes the one of readings anew.
"""

import re
import sys
from functools import cache
from pathlib import Path

from weiting.text.slips.ngrams import ngrams

DATA = Path(__file__).parent / "data"
SHAPES_FILE, SOUNDS_FILE = DATA / "shapes.txt", DATA / "sounds.txt"
_ACCENT = re.compile(r"(?<=^[zcs])h|(?<=[aei]n)g$")
MOST_READINGS = 3
COMMON, KNOWN = 3_200, 8_000


@cache
def _groups() -> dict[str, list[str]]:
    """For each character the lines of look-alikes it stands in."""
    found: dict[str, list[str]] = {}
    for line in SHAPES_FILE.read_text(encoding="utf-8").splitlines():
        for sign in "" if line.startswith("#") else line:
            found.setdefault(sign, []).append(line)
    return found


@cache
def _sounds() -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """The readings of each character, and the common characters of each reading."""
    of: dict[str, tuple[str, ...]] = {}
    common: dict[str, str] = {}
    for line in SOUNDS_FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        sound, often, seldom = (*line.split("\t"), "", "")[:3]
        sound = sys.intern(sound)
        common[sound] = often
        for sign in often + seldom:
            of[sign] = (*of.get(sign, ()), sound)
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}
    return {sign: shared.setdefault(each, each) for sign, each in of.items()}, common


def sounds(character: str) -> tuple[str, ...]:
    """Its readings without tones, zh as z and ng as n; none when it has none."""
    return _sounds()[0].get(character, ())


def soundalikes(character: str) -> str:
    """The common characters read like it, itself among them."""
    common = _sounds()[1]
    return "".join(common[sound] for sound in sounds(character))


def sounds_alike(one: str, other: str) -> bool:
    """Whether two characters may be heard as the same."""
    return any(sound in sounds(other) for sound in sounds(one))


def lookalikes(character: str) -> str:
    """The characters near in shape, itself among them."""
    return "".join(_groups().get(character, ()))


def looks_alike(one: str, other: str) -> bool:
    """Whether two characters are near in shape."""
    return other in lookalikes(one)


def make() -> None:
    """Write the table of readings from the library's; the common characters are those the model counted most."""
    from pypinyin import Style, pinyin

    model = ngrams()
    ranked = sorted(model.numbers, key=lambda sign: (-model.single[model.numbers[sign]], sign))[:KNOWN]
    table: dict[str, list[list[str]]] = {}
    for rank, sign in enumerate(ranked):
        read = pinyin(sign, heteronym=True, style=Style.NORMAL, errors="ignore")
        for sound in sorted({_ACCENT.sub("", each) for each in (read[0][:MOST_READINGS] if read else ())}):
            table.setdefault(sound, [[], []])[rank >= COMMON].append(sign)
    head = (
        "# Reading (zh as z, ng as n), tab, common characters, tab, others. Made from pypinyin 0.55 (MIT).\n"
    )
    rows = (
        f"{sound}\t{''.join(often)}\t{''.join(seldom)}" for sound, (often, seldom) in sorted(table.items())
    )
    SOUNDS_FILE.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make()
