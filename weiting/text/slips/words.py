"""Forms that the lexicon calls wrong, and titles of laws in 《》 that no law has."""

import re
from collections.abc import Iterator
from functools import cache

from weiting.text.finding import Finding, Severity, _, message
from weiting.text.numbers import read_number
from weiting.text.slips.lexicon import Lexicon, Wrong, finder
from weiting.text.slips.page import Page

_TITLE = re.compile(r"《(?P<title>[^《》\n]{3,40})》")
_ARTICLE = re.compile(
    r"《(?P<title>[^《》\n]{2,40})》(?:[（(][^（()）\n]{0,24}[）)])?\s*第(?P<n>\d{1,4}|[零〇一二三四五六七八九十百千]{1,9})条"
)
_STATE = "中华人民共和国"
_BRACKET = re.compile(r"[（(][^（()）]{0,24}[）)]$")
SHORTEST_TITLE = 4
SHORT_FORM = 3


def find(page: Page) -> Iterator[Finding]:
    """Every finding about known wrong forms and about titles of laws."""
    for last, (size, forms) in finder(page.lexicon).iter(page.text):
        start = last + 1 - size
        if page.alone[start]:
            continue
        for form in forms:
            if _meant(page.text, start, last + 1, form) and not _cuts(page, start, last + 1):
                yield _finding(page, start, last + 1, form)
    if "《" in page.text:
        yield from _titles(page)
        yield from _articles(page)


def _meant(text: str, start: int, end: int, form: Wrong) -> bool:
    if form.digit == "after" and not text[end : end + 1].isdigit():
        return False
    if form.digit == "before" and not text[max(0, start - 1) : start].isdigit():
        return False
    for wording in form.but:
        at = text.find(wording.strip("#"), max(0, start - len(wording)), end + len(wording))
        if (
            at >= 0
            and at <= start
            and at + len(wording.strip("#")) >= end
            or _straddles(text, at, wording, start, end)
        ):
            return False
    return True


def _cuts(page: Page, start: int, end: int) -> bool:
    """Whether a short form only comes about between two words: 商品房|项目."""
    if end - start > SHORT_FORM:
        return False
    return any(
        0 < at < len(page.text) and page.word_at[at - 1] == page.word_at[at] and page.known_at(at)
        for at in (start, end)
    )


def _straddles(text: str, at: int, wording: str, start: int, end: int) -> bool:
    """A wording that holds only a part of the form still shows that it is cut elsewhere: 新建 + 没."""
    return at >= 0 and at < end and at + len(wording.strip("#")) > start


def _finding(page: Page, start: int, end: int, form: Wrong) -> Finding:
    right = form.right[0]
    if form.reason:
        why = message(
            _("The usual form is “%(right)s”: %(reason)s."),
            right=" / ".join(form.right),
            reason=form.reason.rstrip("。."),
        )
    else:
        why = message(_("The usual form is “%(right)s”."), right=right)
    grave: Severity = "must" if "严重" in form.reason else "should"
    return Finding("slips.word", start, end, page.text[start:end], why, grave, form.right, 0.97)


@cache
def _shapes(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """Titles with one character left out → the titles: two titles that share one differ in one character."""
    found: dict[str, list[str]] = {}
    for title in lexicon.laws:
        for at in range(len(title)) if len(title) >= SHORTEST_TITLE else ():
            found.setdefault(title[:at] + title[at + 1 :], []).append(title)
    return {shape: tuple(titles) for shape, titles in found.items()}


def _titles(page: Page) -> Iterator[Finding]:
    laws = page.lexicon.laws
    for match in _TITLE.finditer(page.text):
        written = _BRACKET.sub("", match["title"])
        head = _STATE if written.startswith(_STATE) else ""
        title = written[len(head) :]
        if (
            len(title) < SHORTEST_TITLE
            or title in laws
            or not title.endswith(("法", "条例", "办法", "规定", "细则", "章程"))
        ):
            continue
        meant = _nearest(page.lexicon, title)
        if not meant:
            continue
        start = match.start("title") + len(head)
        yield Finding(
            "slips.law",
            start,
            start + len(title),
            title,
            message(_("No law of the state is called so. “%(title)s” is near to it."), title=meant),
            "must",
            (meant,),
            0.96,
        )


def _nearest(lexicon: Lexicon, title: str) -> str:
    """The one law whose title is a character off; "" when there is none or several."""
    shapes = _shapes(lexicon)
    found = set(shapes.get(title, ()))
    for at in range(len(title)):
        less = title[:at] + title[at + 1 :]
        if less in lexicon.laws and len(less) >= SHORTEST_TITLE:
            found.add(less)
        found.update(t for t in shapes.get(less, ()) if _one_apart(t, title))
    return found.pop() if len(found) == 1 else ""


def _one_apart(one: str, other: str) -> bool:
    differing = [at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    if len(one) != len(other):
        return False
    return len(differing) == 1 or (
        len(differing) == 2
        and differing[1] == differing[0] + 1
        and one[differing[0]] == other[differing[1]]
        and one[differing[1]] == other[differing[0]]
    )


def _articles(page: Page) -> Iterator[Finding]:
    for match in _ARTICLE.finditer(page.text):
        title = _BRACKET.sub("", match["title"]).removeprefix(_STATE)
        most, number = page.lexicon.laws.get(title, 0), read_number(match["n"])
        if not most or number is None or number <= most:
            continue
        yield Finding(
            "slips.article",
            match.end("title") + 1,
            match.end(),
            page.text[match.end("title") + 1 : match.end()],
            message(_("This law has %(most)s articles as far as we know."), most=most),
            "should",
            (),
            0.85,
        )
