"""Cuts a text into sentences that survive quotation marks, brackets, lists and numbers."""

import re
from dataclasses import dataclass

_OPEN = dict(zip("“‘（(《〈「『【[", "”’）)》〉」』】]", strict=True))
_CLOSE = frozenset(_OPEN.values())
_END = frozenset("。！？!?…")
# Where a sentence may end or a quotation begins; all between is skipped.
_SIGN = re.compile("[" + re.escape("".join((*_OPEN, *_END, "\n", "."))) + "]")
_MARK = re.compile("[" + re.escape("".join((*_OPEN, *_CLOSE, "\n"))) + "]")
# How far a quotation is believed in: a mark that is never closed must not swallow the rest of the text.
LONGEST_QUOTE = 400
_LIST_MARK = re.compile(r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|[-*•·●▪◆]|[①-⑳])\s*")
_CLAUSE = re.compile("[，,；;：:、。！？!?…\n]+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """text[start:end] without white space around it; its end mark belongs to it."""

    text: str
    start: int
    end: int
    is_list_item: bool = False


def _is_end(text: str, at: int) -> bool:
    sign = text[at]
    if sign in _END:
        return True
    if sign == ";" or sign == "；":
        return False
    if sign == ".":
        # A full stop of Latin text; not the one in 3.5, www.gov.cn or "1."
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        return bool(before) and not before.isdigit() and (not after or after.isspace()) and before.isascii()
    return False


def _closings(text: str) -> dict[int, int]:
    """Where each opening mark that is closed within reach closes; one pass."""
    stack: list[tuple[int, str]] = []
    found: dict[int, int] = {}
    for mark in _MARK.finditer(text):
        at, sign = mark.start(), mark[0]
        if sign in _OPEN:
            stack = [*stack[-31:], (at, _OPEN[sign])]
        elif sign in _CLOSE:
            depth = next((d for d in range(len(stack) - 1, -1, -1) if stack[d][1] == sign), None)
            if depth is not None and at - stack[depth][0] <= LONGEST_QUOTE:
                found[stack[depth][0]] = at
            if depth is not None:
                del stack[depth:]
        elif sign == "\n":
            stack.clear()
    return found


def sentences(text: str) -> list[Sentence]:
    """Sentences with their places. A line break ends one; an end mark inside a quotation does not, unless the
    quotation ends there and a new sentence begins after it (他说：“好。”会议…).
    """
    closings = _closings(text)
    found: list[Sentence] = []
    start, at, size = 0, 0, len(text)
    while sign_ahead := _SIGN.search(text, at):
        at, sign = sign_ahead.start(), sign_ahead[0]
        if sign == "\n":
            _keep(found, text, start, at)
            start = at = at + 1
            continue
        if (closed := closings.get(at)) is not None:
            # Inside nothing ends; an end mark just before the closing mark ends the sentence around it as well,
            # unless what follows goes on with it (“……。”的规定).
            ends = text[closed - 1] in _END and not _goes_on(text, closed + 1)
            at = closed + 1
            if not ends:
                continue
        elif _is_end(text, at):
            at += 1
            while at < size and (text[at] in _END or text[at] in "”’）)」』】"):
                at += 1
        else:
            at += 1
            continue
        _keep(found, text, start, at)
        start = at
    _keep(found, text, start, size)
    return found


def _goes_on(text: str, at: int) -> bool:
    return at < len(text) and text[at] in "，,；;、。：:的等为是这那之和与及）)》】」』！？!?"


def _keep(found: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    bare = piece.strip()
    if not bare:
        return
    first = start + len(piece) - len(piece.lstrip())
    is_item = bool(_LIST_MARK.match(bare)) and (first == 0 or "\n" in text[max(0, first - 3) : first + 1])
    found.append(Sentence(bare, first, first + len(bare), is_item))


def clauses(text: str, start: int = 0) -> list[tuple[str, int, int]]:
    """The parts between commas, with their places counted from `start`."""
    parts: list[tuple[str, int, int]] = []
    begin = 0
    for mark in [*_CLAUSE.finditer(text), None]:
        end = mark.start() if mark else len(text)
        if text[begin:end].strip():
            parts.append((text[begin:end], start + begin, start + end))
        begin = mark.end() if mark else end
    return parts
