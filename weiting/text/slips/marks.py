"""Marks: pairs left open, 。。, half-width marks in Chinese, 、等, invisible characters, a text cut off."""

import re
from collections.abc import Iterator

from weiting.text.finding import Finding, Message, Severity, _, message
from weiting.text.slips.page import Page

_HAN = "\u3400-\u9fff"
_OPEN = dict(zip("“‘（《〈「『【〔", "”’）》〉」』】〕", strict=True))
_CLOSE = {close: opening for opening, close in _OPEN.items()}
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u2060-\u2064\u206a-\u206f\ufeff\u202a-\u202e\u2066-\u2069"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ud800-\udfff]{1,64}"
)
# A joiner belongs to emoji: 👨‍👩‍👧.
_JOINER = re.compile(f"(?<=[{_HAN}，。])\u200d(?=[{_HAN}，。])")
_DOUBLED = re.compile(
    r"(?:，，|。。|、、|；；|：：|，。|。，|、，|，、|、。|；。|：。|，；|；，|！。|？。|。！|。？|，！|，？|：，|，：|、；|；、){1,4}"
)
_HALF = re.compile(
    f"(?<=[{_HAN}])[ ]?(?P<mark>[,;:?!])[ ]?(?=[{_HAN}“《（])|(?<=[{_HAN}])(?P<stop>\\.)(?=[{_HAN}]{{2}}|$)"
)
_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", ".": "。"}
_ETC = re.compile(r"、(?=等(?![待候到级于高距同着额量值价一二三四五六七八九十你我他她它人会]))")
_NESTED = re.compile(r"《[^《》\n]{0,60}《[^《》\n]{1,60}》[^《》\n]{0,60}》")
_ENDS_OPEN = re.compile(r"[，、；：,](?=\s*$)")
_LIST_AHEAD = re.compile(r"：\s*$")
_NUMBERED = re.compile(r"[一二三四五六七八九十]、|\d+[.、]|[（(][一二三四五六七八九十\d]+[）)]")
MOST_OPEN = 64
_CUT_OFF = re.compile(r"\.\.\.|…|展开全文")


def _finding(
    rule: str, text: str, start: int, end: int, why: Message, better: tuple[str, ...] = (),
    severity: Severity = "should", sure: float = 0.9,
) -> Finding:  # fmt: skip
    return Finding(rule, start, end, text[start:end], why, severity, better, sure)


def find(page: Page) -> Iterator[Finding]:
    """Every finding about marks."""
    text = page.text
    for match in _INVISIBLE.finditer(text):
        yield _invisible(text, match)
    for match in _JOINER.finditer(text):
        yield _invisible(text, match)
    yield from _pairs(page)
    yield from _runs(page)
    yield from _etc(page)
    yield from _cut(page)


def _invisible(text: str, match: re.Match[str]) -> Finding:
    return _finding(
        "slips.invisible",
        text,
        *match.span(),
        message(_("An invisible character stands here. Please take it out.")),
        ("",),
    )


def _pairs(page: Page) -> Iterator[Finding]:
    """Marks that open and never close, or close without an opening, within a paragraph."""
    begin = 0
    for line in page.text.split("\n"):
        yield from _pairs_of_line(page, line, begin)
        begin += len(line) + 1


def _pairs_of_line(page: Page, line: str, begin: int) -> Iterator[Finding]:
    stack: list[tuple[str, int]] = []
    left: list[tuple[str, int]] = []
    for at, sign in enumerate(line, begin):
        if page.alone[at]:
            continue
        if sign in _OPEN and len(stack) < MOST_OPEN:
            stack.append((sign, at))
        elif sign in _CLOSE and not _closed(stack, left, _CLOSE[sign]) and not _counts(page.text, at):
            why = message(_("“%(mark)s” closes what was not opened."), mark=sign)
            yield _finding("slips.pair", page.text, at, at + 1, why)
    left += [each for each in stack if not _goes_on(page.text, begin + len(line), each[0])]
    for sign, at in left:
        if found := _open(page, sign, at):
            yield found


def _closed(stack: list[tuple[str, int]], left: list[tuple[str, int]], opening: str) -> bool:
    """Take the mark that is closed off the stack, and what was left open inside it; False when there is none."""
    if all(sign != opening for sign, _at in stack):
        return False
    while (top := stack.pop())[0] != opening:
        left.append(top)
    return True


def _goes_on(text: str, end: int, opening: str) -> bool:
    """A quotation may run over paragraphs: it closes before the next of its kind opens."""
    rest = text[end : end + 2_000]
    close = rest.find(_OPEN[opening])
    again = rest.find(opening)
    return close >= 0 and (again < 0 or close < again) or again >= 0 and opening in "“「"


def _counts(text: str, at: int) -> bool:
    """1） and a） count a list; a closing mark of a face in signs is none either."""
    before = text[max(0, at - 3) : at]
    return bool(
        re.search(r"(?:^|[^\d])\d{1,2}$|[a-zA-Z一二三四五六七八九十①-⑳]$", before)
    ) or _closes_earlier(text, at)


def _closes_earlier(text: str, at: int) -> bool:
    """Opened in an earlier paragraph, or by a half-width mark."""
    sign = text[at]
    opening = _CLOSE[sign]
    window = text[max(0, at - 2_000) : at]
    if opening == "（" and window.rfind("(") > window.rfind(")"):
        return True
    return window.rfind(opening) > window.rfind(sign)


def _open(page: Page, sign: str, at: int) -> Finding | None:
    """An opening mark without its closing one; nothing where the text itself is cut off (“...”)."""
    if _CUT_OFF.search(page.text, at):
        return None
    if sign == "（":
        closing = page.text.find(")", at, at + 60)
        if closing > 0 and "(" not in page.text[at:closing]:
            return _finding(
                "slips.width",
                page.text,
                closing,
                closing + 1,
                message(_("In Chinese the full-width mark belongs here.")),
                ("）",),
                "hint",
            )
    return _finding(
        "slips.pair", page.text, at, at + 1, message(_("“%(mark)s” is opened and not closed."), mark=sign)
    )


def _runs(page: Page) -> Iterator[Finding]:
    """Marks that cannot stand side by side; half-width marks between Chinese characters."""
    for match in _DOUBLED.finditer(page.text):
        words = match[0]
        around = page.text[max(0, match.start() - 1) : match.end() + 1]
        if words.replace("。", "") == "" and len(around.strip("。")) < 2 or "。。。" in around:
            better: tuple[str, ...] = ("……",)
        else:
            better = (words[0],) if words[0] == words[-1] else (words[-1], words[0])
        yield _finding(
            "slips.doubled_mark",
            page.text,
            *match.span(),
            message(_("One of these marks is too many.")),
            better,
        )
    for match in _HALF.finditer(page.text):
        name = "mark" if match["mark"] else "stop"
        start, end = match.span(name)
        if page.alone[start]:
            continue
        yield _finding(
            "slips.width",
            page.text,
            start,
            end,
            message(_("In Chinese the full-width mark belongs here.")),
            (_FULL[match[name]],),
            "hint",
        )
    for match in _NESTED.finditer(page.text):
        inner = match.start() + 1 + match[0][1:].index("《")
        close = match[0].index("》")
        words = match[0]
        at = inner - match.start()
        yield _finding(
            "slips.nested",
            page.text,
            *match.span(),
            message(_("Inside 《》 a title takes 〈〉.")),
            (words[:at] + "〈" + words[at + 1 : close] + "〉" + words[close + 1 :],),
            "hint",
            0.8,
        )


def _etc(page: Page) -> Iterator[Finding]:
    """A comma before 等."""
    for match in _ETC.finditer(page.text):
        yield _finding(
            "slips.etc", page.text, *match.span(), message(_("No mark stands before 等.")), ("",), "hint"
        )


def _cut(page: Page) -> Iterator[Finding]:
    """A text that ends in the middle of a sentence."""
    text = page.text.rstrip()
    if len(text) < 12:
        return
    if match := _ENDS_OPEN.search(text):
        if match[0] == "：" or not re.search(f"[{_HAN}]", text[-4:-1]):
            return
        yield _finding(
            "slips.cut",
            page.text,
            *match.span(),
            message(_("The text ends in the middle of a sentence. Is a part missing?")),
        )
