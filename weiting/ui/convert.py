"""Turns Simplified text into Traditional where a page is read in it."""

from functools import cache, lru_cache

from django.utils.translation import get_language
from opencc import OpenCC

REMEMBERED = 60


@cache
def _converters() -> tuple[OpenCC, OpenCC]:
    # Together what s2tw does, which keeps the words and picks the usual characters, as the catalogues do: but s2tw
    # holds its dictionary of phrases twice, 16 MB a process. Loading takes a moment: once a process.
    return OpenCC("s2t"), OpenCC("t2tw")


def _convert(text: str) -> str:
    plain, usual = _converters()
    return str(usual.convert(plain.convert(text)))


@lru_cache(maxsize=4096)
def _word(text: str) -> str:
    return _convert(text)


def to_traditional(text: str) -> str:
    """Return the text in Traditional characters; names and labels, which every page repeats, are remembered."""
    return _word(text) if len(text) <= REMEMBERED else _convert(text)


def for_reader(text: str) -> str:
    """Return the text as the active language wants it: Traditional for zh-hant, else unchanged."""
    return to_traditional(text) if (get_language() or "").lower() == "zh-hant" else text
