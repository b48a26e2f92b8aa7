"""Which characters are taken for one another: by sound (pinyin, with the accents of the south) and by shape."""

import re
from functools import cache, lru_cache
from pathlib import Path

from pypinyin import Style, pinyin

SHAPES_FILE = Path(__file__).parent / "data" / "shapes.txt"
_ACCENT = re.compile(r"(?<=^[zcs])h|(?<=[aei]n)g$")
MOST_READINGS = 3


def _read(character: str) -> set[str]:
    """Its readings without tones, zh as z and ng as n."""
    read = pinyin(character, heteronym=True, style=Style.NORMAL, errors="ignore")
    return {_ACCENT.sub("", each) for each in (read[0][:MOST_READINGS] if read else ())}


@cache
def _lookalikes() -> dict[str, str]:
    near: dict[str, set[str]] = {}
    for line in SHAPES_FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        for sign in line:
            near.setdefault(sign, set()).update(line)
    return {sign: "".join(sorted(others - {sign})) for sign, others in near.items()}


def sounds_alike(one: str, other: str) -> bool:
    """Whether two characters may be heard as the same."""
    return not sounds(one).isdisjoint(sounds(other))


@lru_cache(maxsize=8_192)
def sounds(character: str) -> frozenset[str]:
    return frozenset(_read(character))


def looks_alike(one: str, other: str) -> bool:
    """Whether two characters are near in shape."""
    return other in _lookalikes().get(one, "")


def lookalikes(character: str) -> str:
    """The characters near in shape."""
    return _lookalikes().get(character, "")
