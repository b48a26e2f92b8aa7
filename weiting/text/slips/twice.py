"""Characters and words that were typed twice: 的的, 政府府, 进行进行; not 看看, 高高兴兴, 上海海事局."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from weiting.text.finding import Finding, _, message
from weiting.text.segment import is_word
from weiting.text.slips.page import Page

ON_PURPOSE_FILE = Path(__file__).parent / "data" / "twice.txt"
_HAN = "\u3400-\u9fff"
_TWICE = re.compile(f"([{_HAN}])\\1+")
_WORD_TWICE = re.compile(f"([{_HAN}]{{2,4}})\\1")
# Particles and prepositions that never follow themselves, unless two words meet.
_NEVER_TWICE = frozenset("的了是在和将对为与及被把")
# The text without one of the two must be this much more usual; more for what is often said twice.
GAIN, GAIN_LISTED = 4.0, 6.5
_BEFORE_CRY, _AFTER_CRY = frozenset("！!，,。“【#：:？… \n"), frozenset("！!，,。”】#？…~～ \n")


@cache
def _on_purpose() -> dict[str, frozenset[str]]:
    found: dict[str, list[str]] = {}
    heading = ""
    for line in ON_PURPOSE_FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            heading = line.strip("[]")
        elif not line.startswith("#"):
            found.setdefault(heading, []).extend(line if heading == "characters" else line.split())
    return {name: frozenset(each) for name, each in found.items()}


def find(page: Page) -> Iterator[Finding]:
    """Every finding about what was typed twice."""
    for match in _TWICE.finditer(page.text):
        start, end = match.span()
        if end - start == 2 and not page.alone[start] and _is_slip(page, start, match[1]):
            yield _finding(page, start, end, match[1])
    for match in _WORD_TWICE.finditer(page.text):
        start, end = match.span()
        if not page.alone[start] and _is_word_slip(page, start, end, match[1]):
            yield _finding(page, start, end, match[1])


def _finding(page: Page, start: int, end: int, word: str) -> Finding:
    why = message(_("“%(word)s” stands here twice."), word=word)
    return Finding("slips.twice", start, end, page.text[start:end], why, "should", (word,), 0.9)


def _is_slip(page: Page, at: int, sign: str) -> bool:
    around = page.text[max(0, at - 2) : at + 5]
    if sign in _NEVER_TWICE and any(sign in word and word in around for word in _on_purpose()["around"]):
        return False
    first, second = page.known_at(at), page.known_at(at + 1)
    # Each of the two in a word of its own (上海海事局), or both in one.
    if first and second:
        return False
    if sign in "的了":
        return True
    if is_word(sign * 2) or _in_pattern(page.text, at):
        return False
    return _is_too_many(page, at)


def _in_pattern(text: str, at: int) -> bool:
    """热热闹闹, 绿油油, 一步步: longer words with the two in them."""
    if text[at - 1 : at] == "一":
        return True
    return any(is_word(text[s : s + n]) for n in (4, 3) for s in range(max(0, at - 2), at + 1))


def _is_too_many(page: Page, at: int) -> bool:
    """Whether one of the two makes a word with its other neighbour, and the text is much more usual with one."""
    after, before = page.text[at + 1 : at + 3], page.text[max(0, at - 1) : at + 1]
    if not (len(after) == 2 and is_word(after) or len(before) == 2 and is_word(before)):
        return False
    listed = page.text[at] in _on_purpose()["characters"]
    return page.gain(at, at + 1, "") >= (GAIN_LISTED if listed else GAIN)


def _is_word_slip(page: Page, start: int, end: int, word: str) -> bool:
    """进行进行; not 研究研究, nor what is called out between marks, nor 分队分队长."""
    if (
        word[0] in "一很太好这那多"
        or word[-1] in "着了来去"
        or len(set(word)) == 1
        or word in _on_purpose()["words"]
    ):
        return False
    text = page.text
    if not is_word(word) or is_word(word * 2) or is_word(word + text[end : end + 1]):
        return False
    return not (text[max(0, start - 1) : start] in _BEFORE_CRY and text[end : end + 1] in _AFTER_CRY)
