"""Days and times that cannot be: a weekday that is another, the 31st of April, 25:00, a range that runs backwards."""

import re
from collections.abc import Iterator
from datetime import date

from weiting.text.finding import Finding, _, message
from weiting.text.numbers import YEARS, Day
from weiting.text.slips.page import Page

WEEKDAYS = "一二三四五六日"
# A weekday without a year is believed to be of a year near the text's own; without that, nothing can be said.
_YEAR = re.compile(r"(?P<word>今年|本年|去年|上年|前年|明年|后年)\s*[（(]?\s*(?P<year>(?:19|20)\d{2})\s*年?")
_CLOCK = re.compile(r"(?<![\d:：./-])(?P<hour>\d{1,2})\s*[:：](?P<minute>\d{2})(?![\d:：])")
_CLOCK_WORD = re.compile(
    r"(?<![\d.:：])(?P<hour>2[5-9]|[3-9]\d)\s*时(?=许|整|至|到|前|起|左右|[0-5]?\d\s*分)"
)
_RANGE = re.compile(
    r"(?<![\d:：])(?P<h1>[01]?\d|2[0-4])\s*[:：]\s*(?P<m1>[0-5]\d)\s*(?:-{1,2}|—{1,2}|–|~|～|至|到)\s*"
    r"(?P<next>次日|翌日|第二天|凌晨|明日|下午|晚上|晚)?\s*(?P<h2>[01]?\d|2[0-4])\s*[:：]\s*(?P<m2>[0-5]\d)(?![\d:：])"
)
_TIME_BETWEEN = re.compile(
    r"\s*(?:[（(][^（()）\n]{0,12}[）)])?\s*(?:上午|下午)?\s*(?:\d{1,2}\s*[:：时点]\s*(?:\d{1,2}\s*分?)?)?\s*(?:-{1,2}|—{1,2}|–|~|～|至|到)\s*"
)
_UNTIL = re.compile(r"(?:以?前|之前|截止|止(?![住痛]))")
_ASKS = re.compile(r"^(?!.*(?:每年|已|曾|往年)).*(?:(?<![申经报恳聘邀提])请(?![示求假愿])|务必)")
_NIGHT = re.compile(r"夜|晚|凌晨|次日|翌日|停水|停电|施工|封闭|封路|管制|禁止|禁行|限行|通宵|连续|运营|行驶")
MONTHS_AHEAD = 3


def _finding(
    rule: str, page: Page, start: int, end: int, why: object, better: tuple[str, ...] = ()
) -> Finding:
    return Finding(rule, start, end, page.text[start:end], why, "must", better, 0.95)  # type: ignore[arg-type]


def find(page: Page) -> Iterator[Finding]:
    """Every finding about days and times."""
    for day in page.days:
        yield from _impossible(page, day)
        yield from _weekday(page, day)
    yield from _years(page)
    yield from _clocks(page)
    yield from _ranges(page)
    yield from _day_ranges(page)
    yield from _past(page)


def _impossible(page: Page, day: Day) -> Iterator[Finding]:
    """A day that no calendar has."""
    written = page.text[day.start : day.end]
    if day.day is None or day.is_possible or not re.search("[月年]", written):
        return
    yield _finding(
        "slips.no_such_day",
        page,
        day.start,
        day.end,
        message(_("There is no such day. Please look up the date.")),
    )


def _on(page: Page, day: Day) -> list[date]:
    """The days that may be meant: of the year named, or of the years around the text's own day."""
    if day.month is None or day.day is None:
        return []
    if day.year:
        years = [day.year]
    elif page.written:
        year = page.written.year
        # In November a day in January is most likely of the next year, in January one in December of the last.
        years = [year]
        if day.month <= MONTHS_AHEAD and page.written.month > 12 - MONTHS_AHEAD:
            years.append(year + 1)
        if day.month > 12 - MONTHS_AHEAD and page.written.month <= MONTHS_AHEAD:
            years.append(year - 1)
    else:
        return []
    found = []
    for year in years:
        try:
            found.append(date(year, day.month, day.day))
        except ValueError:
            continue
    return found


def _weekday(page: Page, day: Day) -> Iterator[Finding]:
    """A weekday that the date is not."""
    if day.weekday is None or not (meant := _on(page, day)):
        return
    if any(each.weekday() == day.weekday for each in meant):
        return
    written = page.text[day.start : day.end]
    at = max(written.rfind(word) for word in ("星期", "周", "礼拜"))
    if at < 0:
        return
    right = WEEKDAYS[meant[0].weekday()]
    words = written[at:].rstrip("）) ")
    sign = next((sign for sign in words if sign in "一二三四五六日天"), "")
    yield _finding(
        "slips.weekday",
        page,
        day.start + at,
        day.start + at + len(words),
        message(
            _("%(date)s is another day of the week. Please check the two."),
            date=meant[0].strftime("%Y-%m-%d"),
        ),
        (words.replace(sign, right),) if sign else (),
    )


def _years(page: Page) -> Iterator[Finding]:
    """今年（2025年） in a text of 2026."""
    if not page.written:
        return
    for match in _YEAR.finditer(page.text):
        year = page.written.year + YEARS[match["word"]]
        named = int(match["year"])
        if named == year or abs(named - page.written.year) > 10:
            continue
        start, end = match.span("year")
        after = page.text[match.end() : match.end() + 1]
        if not page.text[match.start() : match.end()].endswith("年") and after not in "）)":
            continue
        yield _finding(
            "slips.year",
            page,
            start,
            end,
            message(
                _("For a text of %(now)s, “%(word)s” is %(year)s."),
                now=page.written.year,
                word=match["word"],
                year=year,
            ),
            (str(year),),
        )


def _clocks(page: Page) -> Iterator[Finding]:
    """24:30, 25:00, 12:75 where a time of day is meant."""
    for match in _CLOCK.finditer(page.text):
        hour, minute = int(match["hour"]), int(match["minute"])
        if hour < 24 and minute < 60 or (hour, minute) == (24, 0):
            continue
        # 3:100, 25:19 may be a score or a ratio: a time stands beside other words of time.
        near = page.text[max(0, match.start() - 8) : match.start()]
        if not re.search(r"[日午晚晨天时]|[:：]\d\d\s*[-—–~～至到]", near):
            continue
        if page.text[match.end() : match.end() + 1] in ("比", "胜", "负"):
            continue
        better = (f"次日{hour - 24}:{match['minute']}",) if 24 <= hour < 30 and minute < 60 else ()
        yield _finding("slips.hour", page, *match.span(), message(_("There is no such time of day.")), better)
    for match in _CLOCK_WORD.finditer(page.text):
        near = page.text[max(0, match.start() - 4) : match.start()]
        if near.endswith(("日", "午", "晚", "晨", "天")):
            yield _finding("slips.hour", page, *match.span(), message(_("There is no such time of day.")))


def _ranges(page: Page) -> Iterator[Finding]:
    """15:00–9:00 on one day."""
    for match in _RANGE.finditer(page.text):
        first = int(match["h1"]) * 60 + int(match["m1"])
        last = int(match["h2"]) * 60 + int(match["m2"])
        if last > first or match["next"]:
            continue
        around = page.text[max(0, match.start() - 20) : match.end() + 20]
        # 22:00–6:00 is a night; 2:00–4:00 after 下午 is an afternoon.
        if first >= 17 * 60 and last <= 12 * 60 or _NIGHT.search(around):
            continue
        better: tuple[str, ...] = ()
        if last + 12 * 60 > first and int(match["h2"]) < 12:
            start = match.start("h2") - match.start()
            later = f"{int(match['h2']) + 12}{match[0][match.end('h2') - match.start() :]}"
            better = (match[0][:start] + later,)
        yield _finding(
            "slips.backwards",
            page,
            *match.span(),
            message(_("This ends before it begins. Please check both times.")),
            better,
        )


def _day_ranges(page: Page) -> Iterator[Finding]:
    """5月3日至5月1日 in one year."""
    full = [day for day in page.days if day.month and day.day and day.is_possible]
    for first, last in zip(full, full[1:], strict=False):
        between = page.text[first.end : last.start]
        if len(between) > 24 or not _TIME_BETWEEN.fullmatch(between):
            continue
        one, two = first.year or 0, last.year or first.year or 0
        if first.year is None and last.year is not None:
            one = last.year
        start, end = (one, first.month or 0, first.day or 0), (two, last.month or 0, last.day or 0)
        # November to February without a year runs into the next one.
        if end >= start or (last.year is None and (first.month or 0) - (last.month or 0) >= MONTHS_AHEAD):
            continue
        yield _finding(
            "slips.backwards",
            page,
            first.start,
            last.end,
            message(_("This ends before it begins. Please check both days.")),
        )


def _past(page: Page) -> Iterator[Finding]:
    """A request to be done by a day that is over."""
    if not page.written:
        return
    for day in page.days:
        if day.month is None or day.day is None or not day.is_possible:
            continue
        on = day.on(page.written)
        if on is None or on >= page.written or (page.written - on).days > 400:
            continue
        if not day.year and (page.written - on).days > 180:
            continue  # Without a year it is the day to come.
        after = page.text[day.end : day.end + 8]
        before = page.text[max(0, day.start - 14) : day.start]
        begin = max(before.rfind(sign) for sign in "。！？；\n")
        before = before[begin + 1 :]
        until = _UNTIL.match(re.sub(r"^\s*\d{1,2}[:：时点]\d{0,2}分?", "", after))
        if until and _ASKS.search(before) and re.match(r"\D{0,3}前", after):
            yield _finding(
                "slips.past",
                page,
                day.start,
                day.end,
                message(
                    _("%(date)s is over for a text of %(now)s. Please check the day."),
                    date=on.isoformat(),
                    now=page.written.isoformat(),
                ),
            )
