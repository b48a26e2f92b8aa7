"""Numbers, dates and times of day as Chinese texts write them, with where they stand."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {
    "零": 0, "○": 0, "两": 2, "俩": 2, "仨": 3, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7,
    "捌": 8, "玖": 9,
}  # fmt: skip
TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_HAN_NUMBER = "[〇零○一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟廿卅半]"
_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_UNIT = (
    "个百分点|百分点|％|%|‰|平方米|平方公里|立方米|公里/小时|千米|公里|厘米|毫米|千瓦时|公斤|千克|摄氏度|公顷|人次|"
    "户次|小时|分钟|工作日|个工作日|个月|万元|亿元|元|米|吨|亩|度|户|人|名|家|个|件|条|处|座|所|辆|台|套|次|起|例|项|批|"
    "公升|升|克|斤|里|岁|年|天|日|周|月|倍|栋|层|间|张|份|只|头|棵|株|盏|路|趟|班|期|页|字"
)
_NUMBER = re.compile(
    f"(?:(?P<percent>百分之)|(?P<ordinal>第))?(?P<number>(?:{_ARABIC})(?:[万亿千百]{{1,2}})?|{_HAN_NUMBER}{{1,16}}(?:点{_HAN_NUMBER}{{1,6}})?)"
    f"(?P<more>多|余|来|几)?\\s*(?P<unit>{_UNIT})?"
)
# Words that only look like a number and its unit.
_WORDS = frozenset(
    ["一起", "一度", "一路", "千家", "万元", "亿元", "百度", "千里", "百日", "万户", "万家", "百里"]
)
WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5}
RELATIVE = {"大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "本日": 0, "明天": 1, "明日": 1,
            "后天": 2, "大后天": 3}  # fmt: skip
YEARS = {"今年": 0, "本年": 0, "去年": -1, "前年": -2, "明年": 1, "后年": 2, "上年": -1}
_D = r"\d{1,2}|[一二三四五六七八九十廿]{1,3}"
_WEEKDAY = r"(?:\s*[（(]?\s*(?:星期|周|礼拜)(?P<weekday>[一二三四五六日天])\s*[）)]?)?"
_DATE = re.compile(
    rf"(?:(?P<year>\d{{4}}|[〇零○一二三四五六七八九]{{4}})\s*年|(?P<rel_year>今年|去年|明年|前年|后年|本年|上年))?\s*"
    rf"(?P<month>{_D})\s*月\s*(?P<day>{_D})\s*[日号]{_WEEKDAY}"
    rf"|(?<!\d)(?P<y>\d{{4}})(?P<sep>[-/.])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}})(?![\d.])"
    rf"|(?<![\d年])(?P<only>\d{{1,2}})\s*[日号](?![线楼路院栋门店])(?:\s*[（(]?\s*(?:星期|周|礼拜)(?P<only_weekday>[一二三四五六日天])\s*[）)]?)?"
    r"|(?P<relative>大前天|大后天|前天|昨天|昨日|今天|今日|本日|明天|明日|后天)"
    r"|(?P<week>上|这|本|下)?(?:个)?(?:星期|周|礼拜)(?P<lone>[一二三四五六日天])"
)
_TIME = re.compile(
    r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|晚|夜里|深夜)?\s*"
    r"(?:(?P<hour>\d{1,2})\s*[:：]\s*(?P<minute>[0-5]\d)(?!\d)"
    r"|(?P<hour2>\d{1,2}|[一二两三四五六七八九十]{1,3})\s*[点时](?!间|候|段|期|代|常|评|击|\d{3})(?:(?P<half>半)|(?P<minute2>\d{1,2})\s*分|(?P<quarter>[一三])刻)?)"
)
_LATE = {"下午", "傍晚", "晚上", "晚间", "晚", "夜里", "深夜"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text; a percentage is in percent. `about` when the text says 多, 余 or 几."""

    value: float
    unit: str
    start: int
    end: int
    about: bool = False
    ordinal: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A day as far as the text says it; `weekday` counts from Monday = 0, `shift` from the text's own day."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    shift: int | None = None

    def on(self, written: date) -> date | None:
        """The day in the calendar for a text written on `written`; None when there is no such day or too little
        is said.
        """
        if self.shift is not None:
            return written + timedelta(days=self.shift)
        if self.day is None:
            return None
        try:
            return date(self.year or written.year, self.month or written.month, self.day)
        except ValueError:
            return None

    @property
    def is_possible(self) -> bool:
        """Whether some year has such a day."""
        if self.day is None:
            return True
        try:
            date(self.year or 2024, self.month or 1, self.day)
        except ValueError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day, 24 hours."""

    hour: int
    minute: int
    start: int
    end: int


def read_number(text: str) -> float | None:
    """The value of a number in Arabic or Chinese digits, or mixed (3万5千); None when it is none.

    二〇二六 and 一二三四五 are read digit by digit.
    """
    text = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    text = text.replace("廿", "二十").replace("卅", "三十")
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    if not text or any(
        s not in DIGITS and s not in TENS and s not in MYRIADS and s not in "点半.0123456789" for s in text
    ):
        return None
    whole, _point, part = text.partition("点")
    value = _read_whole(whole)
    if value is None:
        return None
    if part:
        if any(sign not in DIGITS for sign in part):
            return None
        value += float("0." + "".join(str(DIGITS[sign]) for sign in part))
    return value


def _read_whole(text: str) -> float | None:
    if len(text) > 1 and all(sign in DIGITS for sign in text):
        return float("".join(str(DIGITS[sign]) for sign in text))
    for sign in "亿億万萬":
        head, found, tail = text.partition(sign)
        if found:
            many, rest = _read_whole(head or "一"), _read_rest(tail, MYRIADS[sign])
            return None if many is None or rest is None else many * MYRIADS[sign] + rest
    return _read_section(text)


def _read_rest(tail: str, base: int) -> float | None:
    """What follows 万 or 亿; a lone digit there counts the next lower place: 一万二 is 12,000."""
    if not tail:
        return 0
    return DIGITS[tail] * base / 10 if tail in DIGITS and tail not in "零〇○" else _read_whole(tail)


def _read_section(text: str) -> float | None:
    """A number below ten thousand: 三千零五, 5千, 12."""
    if text == "半":
        return 0.5
    total, digit, place = 0.0, None, 1
    for piece in re.findall(r"[0-9]+(?:\.[0-9]+)?|.", text):
        if piece in TENS:
            total += (1 if digit is None else digit) * TENS[piece]
            digit, place = None, TENS[piece]
        elif piece in "零〇○":
            digit, place = None, 1
        elif digit is None and (piece in DIGITS or piece[0].isascii()):
            digit = float(DIGITS.get(piece, 0) or (piece if piece[0].isascii() else 0))
        else:
            return None
    # 三千五 is 3,500: a digit right behind 百 or 千 counts the next lower place.
    return total + (digit or 0) * (place / 10 if place > 10 else 1)


def numbers(text: str) -> list[Number]:
    """Every number of a text with its unit; 百分之三十 is 30 with the unit %."""
    found = []
    for match in _NUMBER.finditer(text):
        raw = match["number"]
        if (value := read_number(raw)) is None:
            continue
        unit = "%" if match["percent"] else (match["unit"] or "").replace("％", "%")
        if not unit and len(raw) == 1 and raw in "一半十千百万亿":
            continue  # 一 in 一样, 万 in 万一: a word, not a number.
        if match[0] in _WORDS:
            continue
        found.append(
            Number(value, unit, match.start(), match.end(), bool(match["more"]), bool(match["ordinal"]))
        )
    return found


def _integer(text: str | None) -> int | None:
    value = read_number(text) if text else None
    return None if value is None else int(value)


def _read_day(match: re.Match[str], written: date | None) -> Day:
    start, end = match.span()
    if match["relative"]:
        return Day(start, end, shift=RELATIVE[match["relative"]])
    if match["lone"]:
        return Day(start, end, weekday=WEEKDAYS[match["lone"]])
    if match["only"]:
        weekday = match["only_weekday"]
        return Day(start, end, day=int(match["only"]), weekday=WEEKDAYS[weekday] if weekday else None)
    if match["y"]:
        return Day(start, end, int(match["y"]), int(match["m"]), int(match["d"]))
    year = _integer(match["year"])
    if match["rel_year"] and written:
        year = written.year + YEARS[match["rel_year"]]
    weekday = match["weekday"]
    return Day(
        start,
        end,
        year,
        _integer(match["month"]),
        _integer(match["day"]),
        WEEKDAYS[weekday] if weekday else None,
    )


def days(text: str, written: date | None = None) -> list[Day]:
    """Every day a text names; with the day it was written on, 去年 becomes a year."""
    return [_read_day(match, written) for match in _DATE.finditer(text)]


def times(text: str) -> list[Time]:
    """Every time of day: 下午3点半, 15:30, 晚上8时."""
    found = []
    for match in _TIME.finditer(text):
        hour = _integer(match["hour"] or match["hour2"])
        if hour is None or hour > 24:
            continue
        if match["part"] in _LATE and hour < 12:
            hour += 12
        minute = 30 if match["half"] else int(match["minute"] or match["minute2"] or 0)
        if match["quarter"]:
            minute = 15 if match["quarter"] == "一" else 45
        if minute < 60:
            found.append(Time(hour, minute, match.start(), match.end()))
    return found
