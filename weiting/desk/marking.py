"""Marks the findings in a text that is read: numbers at the words, whatever dress the text wears around them."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from weiting.desk.findings import Shown
from weiting.posts.prose import prose_html

# Characters nobody writes stand for the ends of a mark while the text is dressed.
_OPEN, _CLOSE, _FIRST = "\ue000", "\ue001", 0xE100
_MOST = 0xF8FF - _FIRST
_SIGNS = re.compile("[\ue000-\uf8ff]")
_PIECES = re.compile(r"<[^>]*>|\ue000[\ue100-\uf8ff]|\ue001|[^<\ue000\ue001]+")
_ADDRESS = re.compile(r"\]\([^)\s]*\)|https?://[^\s\u4e00-\u9fff]+")
_BEGINNING = re.compile(r"[ \t]*(?:[-*+]|[0-9]{1,9}[.)]|#{1,6}|>)[ \t]+")
_GRAVE = {"must": 0, "should": 1, "hint": 2}


def marked_prose(text: str, findings: Sequence[Shown]) -> SafeString:
    """Return a text as HTML with its findings marked."""
    return _marked(text, findings, prose_html)


def marked_line(text: str, findings: Sequence[Shown]) -> SafeString:
    """Return plain words as HTML with their findings marked; line breaks stay."""
    return _marked(text, findings, lambda words: escape(words).replace("\n", "<br>"))


def _marked(text: str, findings: Sequence[Shown], dress) -> SafeString:  # type: ignore[no-untyped-def]
    """Put signs at the ends of the findings, dress the text, and turn the signs into marks."""
    text = _SIGNS.sub("\ufffd", text)
    chosen = _apart(findings, [match.span() for match in _ADDRESS.finditer(text)])[:_MOST]
    parts, at = [], 0
    for number, each in enumerate(chosen):
        # What makes a line a heading or a part of a list stays at its beginning.
        dress_of_line = _BEGINNING.match(text, each.start, each.end)
        start = dress_of_line.end() if dress_of_line else each.start
        parts += [text[at:start], _OPEN, chr(_FIRST + number), text[start : each.end], _CLOSE]
        at = each.end
    html = dress("".join([*parts, text[at:]]))
    return mark_safe("".join(_with_marks(html, chosen)))  # noqa: S308 - only marks are added to safe HTML


def _apart(findings: Sequence[Shown], kept_out: Sequence[tuple[int, int]]) -> list[Shown]:
    """Of findings that share words keep the gravest; what lies in an address is not marked."""
    taken = list(kept_out)
    found = []
    for each in sorted(findings, key=lambda each: (_GRAVE[each.severity], each.start)):
        if each.end > each.start and all(each.end <= start or end <= each.start for start, end in taken):
            taken.append((each.start, each.end))
            found.append(each)
    return sorted(found, key=lambda each: each.start)


def _with_marks(html: str, findings: Sequence[Shown]) -> Iterable[str]:
    """A mark never crosses an element: it ends before a tag and goes on behind it."""
    inside: Shown | None = None
    for piece in _PIECES.findall(html):
        if piece[0] == _OPEN:
            inside = findings[ord(piece[1]) - _FIRST]
        elif piece == _CLOSE:
            if inside is not None:
                yield _number(inside)
            inside = None
        elif inside is None or piece[0] == "<" or not piece.strip():
            yield piece
        else:
            yield f'<mark class="{inside.tone}" title="{escape(inside.why)}">{piece}</mark>'


def _number(shown: Shown) -> str:
    said = escape(_("Finding %(n)s") % {"n": shown.number})
    return f'<sup><a class="n" href="#finding-{shown.number}" aria-label="{said}">{shown.number}</a></sup>'
