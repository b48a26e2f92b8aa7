"""Cuts Chinese text into words: one segmenter for the process, taught the words of government."""

from functools import cache
from pathlib import Path
from typing import cast

import rjieba

TERMS_FILE = Path(__file__).parent / "data" / "terms.txt"
# Above every count in the general dictionary's neighbourhood, so that a term is not cut apart again.
TERM_FREQUENCY = 20_000


@cache
def terms() -> frozenset[str]:
    """The words of government that are taught to the segmenter."""
    lines = TERMS_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def segmenter() -> rjieba.Jieba:
    """The one segmenter of this process: the one the library loads anyway, since a second dictionary takes
    25 MB.
    """
    for word in sorted(terms()):
        rjieba.add_word(word, TERM_FREQUENCY, "n")
    return cast(rjieba.Jieba, rjieba.cut.__self__)  # type: ignore[attr-defined]


def cut(text: str) -> list[str]:
    """Cut into words; joined again they are the text."""
    return list(segmenter().cut(text))


def search_tokens(text: str) -> list[str]:
    """Cut into words and the shorter words inside them."""
    return list(segmenter().cut_for_search(text))


def spans(text: str, *, inner: bool = False) -> list[tuple[str, int, int]]:
    """Words with where they start and end; `inner` adds the shorter words inside them."""
    return list(segmenter().tokenize(text, mode="search" if inner else "default"))


def is_word(text: str) -> bool:
    """Whether the dictionary or the list of terms knows this word."""
    return bool(segmenter().has_word(text))
