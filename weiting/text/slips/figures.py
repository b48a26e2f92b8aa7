"""Figures that do not fit: parts that are not the whole, % for percentage points, 减少两倍, 近百余, old units."""

import re
from collections.abc import Iterator

from weiting.text.finding import Finding, Message, Severity, _, message
from weiting.text.numbers import Number, numbers, read_number
from weiting.text.sentences import sentences
from weiting.text.slips.page import Page

_WHOLE = re.compile(r"(?:共计?|总计|合计|累计|总共|一共|共有|共为|全市|全县|全区|总数)[^，。；：\n\d]{0,16}$")
_PARTS = re.compile(r"其中|分别[为是]|包括|含")
_PERCENT = r"(?P<{0}>\d{{1,3}}(?:\.\d{{1,3}})?)\s*[%％]"
_POINTS = re.compile(
    rf"[由从]\D{{0,8}}{_PERCENT.format('a')}\D{{0,10}}(?:提高|上升|增长|增加|升|提升|下降|降低|降|减少|回落)(?:到|至|为)\s*"
    rf"{_PERCENT.format('b')}[，,、]?\D{{0,8}}(?:提高|上升|增长|增加|提升|下降|降低|减少|回落|高|低)了?\s*(?P<c>\d{{1,3}}(?:\.\d{{1,3}})?)\s*(?P<unit>[%％])(?!点)"
)
_LESS = re.compile(
    r"(?:减少|下降|降低|缩短|缩小|减小|减|降|下滑|回落)了?(?:近|约|超过|超)?\s*(?P<n>\d{1,4}(?:\.\d{1,2})?|[一二两三四五六七八九十百几]{1,3})\s*(?P<b>多倍|余倍|倍)(?!频|数|率)"
)
_ABOUT = re.compile(
    r"(?P<a>大约|约|近|接近|将近|大概|超过|超|逾|不到|不足|至少|最少|最多|最高|不少于|不低于|至多)\s*"
    r"(?P<n>\d[\d,]{0,12}(?:\.\d{1,3})?\s*[万亿千百]{0,2}|[一二两三四五六七八九十百千万亿]{1,8})\s*"
    r"(?P<x>余|多)?\s*(?P<u>个百分点|百分点|平方米|平方公里|立方米|公里|千米|万元|亿元|小时|分钟|个月|公斤|[%％元米吨户人名家个件条处座所辆台套次起例项年天日岁倍亩])?\s*"
    r"(?P<b>左右|上下|以上|以下|以内|之多|之间)?"
)
_ABOUT_WORDS = {"大约", "约", "近", "接近", "将近", "大概"}
_OVER = {"超过", "超", "逾", "至少", "最少", "不少于", "不低于"}
_UNDER = {"不到", "不足", "最多", "最高", "至多"}
_NOT_ABOUT = re.compile(r"[邻附最靠相远将接条合预违特签公节制契婉大隐简立誓失履赴新纽旧守践守规租要续]$")
_FIGURE = r"(?P<n>\d[\d,]{0,10}(?:\.\d{1,3})?)(?P<m>万|亿)?\s*"
# Unit, what it is in a legal one, and by how much.
_UNITS = (
    (re.compile(_FIGURE + "(?P<u>公分)"), "厘米", 1.0),
    (re.compile(_FIGURE + "(?P<u>度)(?=电)"), "千瓦时", 1.0),
    (re.compile("(?:电量|电|节电)(?:[^。，\n\\d]{0,8})" + _FIGURE + "(?P<u>度)"), "千瓦时", 1.0),
    (re.compile(_FIGURE + "(?P<u>公升)"), "升", 1.0),
    (re.compile(_FIGURE + "(?P<u>市?斤)(?![斤两计])"), "千克", 0.5),
    (re.compile(_FIGURE + "(?P<u>亩)(?![产均])"), "公顷", 1 / 15),
    (re.compile(_FIGURE + "(?P<u>华里)"), "千米", 0.5),
    (re.compile(_FIGURE + "(?P<u>英尺|英里|磅|盎司|加仑)(?![（(约])"), "", 0.0),
)
# What is counted alike; 人 and 名 are one thing in a sum.
_SAME = {"名": "人", "位": "人", "户次": "户", "人次": "人次", "宗": "件", "公里": "千米", "％": "%"}
MOST_PARTS = 12
WHOLE_WITHIN, PARTS_WITHIN = 60, 400
_LARGE = {"斤", "市斤", "亩"}
LARGE = 1_000
# Land is counted in 亩 in talk; a formal notice gives hectares.
_FORMAL = re.compile("公告|通告|公报|统计局|出让|征收土地|土地征收|批复")


def _finding(
    rule: str, page: Page, span: tuple[int, int], why: Message, better: tuple[str, ...] = (),
    severity: Severity = "should", sure: float = 0.9,
) -> Finding:  # fmt: skip
    return Finding(rule, span[0], span[1], page.text[span[0] : span[1]], why, severity, better, sure)


def find(page: Page) -> Iterator[Finding]:
    """Every finding about figures."""
    yield from _sums(page)
    yield from _points(page)
    yield from _less(page)
    yield from _about(page)
    yield from _units(page)


def _sums(page: Page) -> Iterator[Finding]:
    """共 5 户，其中 A 2 户、B 2 户."""
    if "其中" not in page.text and "分别" not in page.text:
        return
    for sentence in sentences(page.text):
        text = sentence.text
        for mark in re.finditer("其中", text):
            yield from _one_sum(page, sentence.start, text, mark.start())


def _unit(number: Number, text: str) -> str:
    unit = number.unit or (
        text[number.end : number.end + 1] if text[number.end : number.end + 1] in "例户人名件宗" else ""
    )
    return _SAME.get(unit, unit)


def _one_sum(page: Page, offset: int, text: str, at: int) -> Iterator[Finding]:
    before, after = text[max(0, at - WHOLE_WITHIN) : at], text[at : at + PARTS_WITHIN]
    offset += at - len(before)
    stop = re.search(r"[。；;）)]|其中", after[2:])
    if not stop:
        return  # A list that is cut off cannot be added up.
    after = after[: stop.start() + 2]
    wholes = [n for n in numbers(before) if n.unit and not n.ordinal]
    if not wholes:
        return
    whole = wholes[-1]
    unit = _unit(whole, before)
    if whole.about or unit in ("%", "年", "日", "月", "岁", "号") or not _is_total(before, whole):
        return
    parts = [n for n in numbers(after) if _unit(n, after) == unit and not n.ordinal]
    if not 2 <= len(parts) <= MOST_PARTS or any(n.about for n in parts) or not _lists(after, parts, unit):
        return
    total = sum(n.value for n in parts)
    if abs(total - whole.value) < 1e-6 or abs(total - whole.value) > whole.value * 0.5:
        return
    start = offset + whole.start
    end = offset + whole.end
    said = _plain(total)
    raw = text[whole.start : whole.end]
    figure = re.match(r"\d[\d,]*(?:\.\d+)?", raw)
    better = (said + raw[figure.end() :],) if figure and not re.match("[万亿]", raw[figure.end() :]) else ()
    yield _finding(
        "slips.sum",
        page,
        (start, end),
        message(_("The parts named make %(sum)s. Please check which figure is wrong."), sum=said),
        better,
        "must",
    )


def _is_total(before: str, whole: Number) -> bool:
    """Nothing but words stand between the whole and 其中: a comma, a bracket."""
    return bool(re.fullmatch(r"[^。；\d]{0,12}", before[whole.end :]))


def _lists(after: str, parts: list[Number], unit: str) -> bool:
    """Whether the parts are all of one list, told apart by 、 and ，, none a part of a part."""
    if re.search(
        r"以上|以下|超过|其余|等|至少|近|约|多|余|同比|比上|环比|累计|另|还有|增|减|既|均|各|分别|境外|含|包括|占",
        after,
    ):
        return False
    between = [after[a.end : b.start] for a, b in zip(parts, parts[1:], strict=False)]
    return all(
        re.search(r"[、，,和及]", piece) and not re.search(r"\d", piece) for piece in between
    ) and not re.search(r"\d", after[parts[-1].end :])


def _plain(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _points(page: Page) -> Iterator[Finding]:
    """From 3% to 5% is 2 points, not 2%."""
    for match in _POINTS.finditer(page.text):
        a, b, c = (float(match[name]) for name in "abc")
        if abs(abs(b - a) - c) > 1e-6 or a == 0 or abs(abs(b - a) / a * 100 - c) < 0.06:
            continue
        span = (match.start("c"), match.end("unit"))
        yield _finding(
            "slips.points",
            page,
            span,
            message(_("The difference of two percentages is counted in percentage points.")),
            (f"{match['c']}个百分点",),
            "must",
        )


def _less(page: Page) -> Iterator[Finding]:
    """减少两倍: nothing can lose more than all it has."""
    for match in _LESS.finditer(page.text):
        value = read_number(match["n"])
        if value is not None and value < 1:
            continue
        yield _finding(
            "slips.times_less",
            page,
            match.span(),
            message(_("Nothing falls by more than the whole. Say by how many percent, or to how much.")),
            (),
            "must",
        )


def _about(page: Page) -> Iterator[Finding]:
    """约 20 人左右, 近百余人, 超过 5 年以上."""
    for match in _ABOUT.finditer(page.text):
        before, after = match["a"], match["b"] or ""
        more = match["x"] or ""
        if len(before) == 1 and _NOT_ABOUT.search(page.text[: match.start()][-1:]):
            continue
        twice = (
            before in _ABOUT_WORDS
            and (after in ("左右", "上下", "之多", "以上", "以下") or more)
            or before in _OVER
            and (after in ("以上", "左右", "上下") or more and before != "逾")
            or before in _UNDER
            and after in ("以上", "左右", "以下", "以内")
        )
        if not twice:
            continue
        rest = match[0][len(before) :]
        short = rest.removesuffix(after) if after else rest.replace(more, "", 1)
        better = (
            before + short.strip() if not short.startswith(" ") else before + short.rstrip(),
            rest.strip(),
        )
        yield _finding(
            "slips.about",
            page,
            match.span(),
            message(_("“%(one)s” and “%(two)s” say the same: one of them is enough, or they contradict."),
                    one=before, two=after or more),
            better,
        )  # fmt: skip


def _units(page: Page) -> Iterator[Finding]:
    """Units that the law on measures does not know, with the value in those it does."""
    for pattern, right, factor in _UNITS:
        for match in pattern.finditer(page.text):
            span = match.span("u")
            if not right:
                yield _finding(
                    "slips.unit",
                    page,
                    span,
                    message(_("Give this in units of the metric system.")),
                    (),
                    "hint",
                    0.8,
                )
                continue
            start = match.start("n")
            value = read_number(match["n"])
            if value is None:
                continue
            myriad = match.groupdict().get("m") or ""
            if match["u"] in _LARGE and not myriad and value < LARGE:
                continue  # What a person buys or weighs is said in 斤 by everyone.
            if match["u"] == "亩" and not _FORMAL.search(page.text):
                continue
            said = f"{_short(value * factor)}{myriad}{right}"
            yield _finding(
                "slips.unit",
                page,
                (start, span[1]),
                message(_("The legal unit is %(unit)s: %(value)s."), unit=right, value=said),
                (said,),
                "hint",
                0.8,
            )


def _short(value: float) -> str:
    return _plain(round(value, 2 if value >= 1 else 4))
