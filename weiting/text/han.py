"""Simplified, Traditional and pinyin forms of Chinese text."""

import re
from functools import cache, lru_cache

import opencc

from weiting.text.readings import read

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN_RUN = re.compile(f"[{HAN}]+")
_PIECE = re.compile(f"([{HAN}]+)|([a-z0-9]+)")


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)


def to_hans(text: str) -> str:
    """Simplified characters, phrase by phrase."""
    return str(_converter("t2s").convert(text))


def to_hant(text: str) -> str:
    """Traditional characters as Hong Kong and Macao write them; the words stay those of the mainland."""
    return str(_converter("s2hk").convert(text))


@cache
def simplified_characters() -> dict[int, str]:
    """A table for str.translate: Traditional to Simplified, one character at a time.

    Search needs a form that does not depend on neighbours: 乾隆 keeps its 乾 as a phrase, a query cut
    out of it would not, and the two would no longer meet.
    """
    ranges = ((0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x323B0))
    table: dict[int, str] = {}
    for low, high in ranges:
        # In blocks: the memory that all of Unicode's characters at once would take is never given back.
        for start in range(low, high, 1024):
            characters = [chr(point) for point in range(start, min(start + 1024, high))]
            converted = to_hans("\n".join(characters)).split("\n")
            table |= {ord(a): b for a, b in zip(characters, converted, strict=True) if a != b}
    return table


@lru_cache(maxsize=32_768)
def syllables(word: str) -> tuple[str, ...]:
    """The pinyin of a Chinese word without tones, a syllable for each character."""
    return tuple(read(word))


def pinyin(text: str) -> str:
    """Pinyin without tones, syllables apart; what is not Chinese stays as it is."""
    spelled = _HAN_RUN.sub(lambda run: f" {' '.join(syllables(run[0]))} ", text)
    return " ".join(spelled.split())


def initials(text: str) -> str:
    """The first letter of each syllable: 公积金 is gjj. What is not Chinese stays as it is."""
    spelled = _HAN_RUN.sub(lambda run: "".join(s[0] for s in syllables(run[0])), text)
    return "".join(spelled.split())


def slug(text: str, *, length: int = 60) -> str:
    """A part of an address in plain ASCII: pinyin syllables and numbers joined by hyphens, or "" if none.

    Syllables rather than words: cutting into words changes when the dictionary grows, addresses must not.
    """
    parts: list[str] = []
    for han, latin in _PIECE.findall(to_hans(text).lower()):
        parts.extend([s for s in syllables(han) if s.isascii()] if han else [latin])
    kept = ""
    for part in parts:
        longer = f"{kept}-{part}" if kept else part
        if len(longer) > length:
            break
        kept = longer
    return kept or "-".join(parts)[:length]
