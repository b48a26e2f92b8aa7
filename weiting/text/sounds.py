"""Pinyin as people type it: what is a syllable, how a long string splits, which term a slip sounds like."""

import re
from functools import cache

from weiting.text.fold import fold
from weiting.text.han import syllables
from weiting.text.segment import terms

_SYLLABLE = (
    r"(?:zh|ch|sh)(?:uang|uai|uan|ang|eng|ong|ai|an|ao|ei|en|ou|ua|ui|un|uo|a|e|i|u)"
    r"|[bpmf](?:iang|ang|eng|ing|ian|iao|ai|an|ao|ei|en|in|ie|ou|iu|a|i|o|u)"
    r"|[dtnl](?:iang|uang|ang|eng|ing|ong|ian|iao|uan|ai|an|ao|ei|en|ia|ie|in|iu|ou|ua|ui|un|uo|ue|ve|a|e|i|u|v)"
    r"|[gkh](?:uang|uai|uan|ang|eng|ong|ai|an|ao|ei|en|ou|ua|ui|un|uo|a|e|u)"
    r"|[jqx](?:iang|iong|ian|iao|uan|ing|ia|ie|in|iu|ue|un|i|u)"
    r"|[zcsr](?:uan|ang|eng|ong|ai|an|ao|ei|en|ou|ui|un|uo|a|e|i|u)"
    r"|y(?:uan|ang|ing|ong|an|ao|in|ou|ue|un|a|e|i|o|u)|w(?:ang|eng|ai|an|ei|en|a|o|u)"
    r"|ang|eng|ai|an|ao|ei|en|er|ou|a|e|o"
)
_PINYIN = re.compile(f"(?:{_SYLLABLE})+")
# People of the south type z for zh and n for ng; what they mean is the same word.
_ACCENT = re.compile(r"(?<=[zcs])h|(?<=[aei]n)g")
LONGEST_SLIP = 8
MOST_SPLITS = 8


def is_pinyin(word: str) -> bool:
    """Whether these letters are whole syllables."""
    return bool(_PINYIN.fullmatch(word))


def splits(word: str) -> list[tuple[str, str]]:
    """The ways to read a long pinyin string as two words, each of two syllables or so."""
    halves = [(word[:at], word[at:]) for at in range(4, len(word) - 3)]
    return [(a, b) for a, b in halves if is_pinyin(a) and is_pinyin(b)][:MOST_SPLITS]


def without_accent(letters: str) -> str:
    """Pinyin with zh/z, ch/c, sh/s and ng/n taken as the same."""
    return _ACCENT.sub("", letters)


@cache
def _terms_by_sound() -> dict[tuple[str, ...], str]:
    return {syllables(word): word for word in sorted(map(fold, terms())) if len(word) >= 3}


def corrected(run: str) -> str:
    """The run with homophone slips of known terms put right: 公鸡金提取 becomes 公积金提取."""
    spelled, known, start = syllables(run), _terms_by_sound(), 0
    while start < len(run) - 2:
        for size in range(min(LONGEST_SLIP, len(run) - start), 2, -1):
            typed, meant = (run[start : start + size], known.get(spelled[start : start + size]))
            if meant and meant != typed:
                run = run[:start] + meant + run[start + size :]
                start += size - 1
                break
        start += 1
    return run
