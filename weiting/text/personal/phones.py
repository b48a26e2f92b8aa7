"""Mobile and landline numbers, and whose they are: an office's own, meant to be called, or a person's."""

import re
from collections.abc import Iterator

from weiting.text.personal.cues import cue_places
from weiting.text.personal.reading import SIGNS, UNSEEN, Reading, digits_of
from weiting.text.personal.span import Span

# A sign that is not seen may stand anywhere.
_U = f"{UNSEEN}{{0,2}}"
_S = f"{SIGNS}{{1,2}}"
# 1 3 8 0 …: each digit apart, or in groups as people read a number aloud; never 13,800,138,000.
_GROUPS = (
    rf"1{_U}[3-9](?:{_U}[0-9]){{9}}|1[3-9][0-9]{_S}[0-9]{{4}}{_S}[0-9]{{4}}|1[3-9][0-9]{{2}}{_S}[0-9]{{3}}{_S}[0-9]{{4}}"
    rf"|1[3-9][0-9]{_S}[0-9]{{3}}{_S}[0-9]{{5}}|1[3-9][0-9]{_S}[0-9]{{8}}|1[3-9][0-9]{{5}}{_S}[0-9]{{4}}"
    rf"|1[3-9][0-9]{{3}}{_S}[0-9]{{6}}|1[3-9][0-9]{{4}}{_S}[0-9]{{5}}|1[3-9][0-9]{_S}[0-9]{{2}}(?:{_S}[0-9]{{2}}){{3}}"
    rf"|1[3-9][0-9]{_S}[0-9]{{4}}{_S}[0-9]{{2}}{_S}[0-9]{{2}}|1[3-9][0-9]{{2}}{_S}[0-9]{{2}}{_S}[0-9]{{2}}{_S}[0-9]{{3}}"
    rf"|1[3-9][0-9]{_S}[0-9]{{2}}{_S}[0-9]{{3}}{_S}[0-9]{{3}}|1[3-9](?:{_S}[0-9]{{3}}){{3}}"
    rf"|1(?:{SIGNS}{{1,3}}[0-9]){{10}}"
)
_MOBILE = re.compile(
    rf"(?<![0-9*])(?<![0-9]\.)(?:\+?(?:86|0086)[\- {UNSEEN}]{{0,2}}|\(\+?86\) ?|0)?({_GROUPS})(?![0-9*])(?!\.[0-9])"
)
# Three Chinese digits before it, as in 张三一三八…: the row is one longer than the number.
_BEHIND_NAME = re.compile(r"(?<![0-9*])[0-9](1[3-9][0-9]{9})(?![0-9*])")
_LANDLINE = re.compile(
    rf"(?<![0-9*.A-Z])(?:\+?86[\- ]?)?\(?(0(?:10|2[0-57-9]|[3-9][1-9][0-9]))\)?(?:\)? ?[\-·{UNSEEN}] ?|[) ]{{0,2}})"
    rf"([2-8][0-9]{{2,3}}[ \-]?[0-9]{{4}})(?![0-9*])(?!\.[0-9])(?: ?(?:转|-|EXT\.?) ?[0-9]{{1,5}}(?![0-9]))?"
)
_LOCAL = re.compile(r"(?<![0-9*.\-A-Z])([2-8][0-9]{2,3}[ \-]?[0-9]{4})(?![0-9*.\-])")
_AMOUNT = re.compile(r" ?(?:[万亿元吨]|千[瓦克米]|平方|立方|美元|英镑|欧元|人次|户次|M³|㎡)")
# The rest of a 400 or 800 number.
_SERVICE = re.compile("[48]00[ -]$")
_BEHIND_PUBLIC = re.compile(
    r"[ ,，]?[(（][^()（）]{0,8}(?:值班|办公|传真|咨询|热线|服务|公|工作时间|24小时|窗口|客服|抢修|监督)"
    r"|是[^。，,\n]{0,14}(?:热线|(?:局|办|委|中心|投诉|咨询|办公|值班|公开)[^。，,\n]{0,6}电话)"
)
# Between a label and its second or third number stand only numbers and what parts them.
_LIST_OF_NUMBERS = re.compile(r"[0-9 \-、，,;；/／或转()（）:：*·.和及" + UNSEEN + r"]*")
_OWN_PHONE = re.compile(
    r"[ :：的)）]{0,2}(?:的|公开|对外|联系|手机|移动)?(?:电话|手机|联系方式|号码)[号码]{0,2}[ :：为是]{0,2}"
)
LOOK_BACK, LOOK_AHEAD, NEAR = 60, 40, 30


_LIKE_MOBILE = re.compile(r"(?<![0-9A-Z*])([1IL][0-9OIL]{10})(?![0-9A-Z*])")
_PLAIN_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LIKE_DIGITS = str.maketrans("OIL", "011")


def normal_numbers(numbers: frozenset[str]) -> frozenset[str]:
    """Public numbers as they are compared: digits only, without the code of the country."""
    bare = ("".join(sign for sign in number if sign.isdigit()) for number in numbers)
    return frozenset(number.removeprefix("86") if len(number) > 12 else number for number in bare if number)


def _is_listed(number: str, public: frozenset[str]) -> bool:
    """Whether a number is on the list, with or without its area code."""
    if number in public or number.removeprefix("0") in public:
        return True
    without_area = (number[3:], number[4:]) if number.startswith("0") else ()
    return any(part in public for part in without_area if len(part) >= 7)


def phone_numbers(reading: Reading, public: frozenset[str]) -> list[Span]:
    """Numbers of persons; numbers on the list and those an office gives as its own are left out."""
    found: list[Span] = []
    for match in _mobiles(reading):
        if _is_number_of_person(reading, match.start(1), match.end(1), public, is_mobile=True):
            found.append(Span("mobile", *match.span(1)))
    taken: set[int] = set()
    for match in _LANDLINE.finditer(reading.plain):
        taken.add(match.start(2))
        if _is_number_of_person(reading, match.start(1), match.end(2), public, is_mobile=False):
            found.append(Span("landline", match.start(1), match.end(2), sure=0.8))
    for match in _LOCAL.finditer(reading.plain):
        if match.start() not in taken and _is_local_of_person(reading, match.start(), match.end(), public):
            found.append(Span("landline", *match.span(), sure=0.7))
    return found


def _mobiles(reading: Reading) -> Iterator[re.Match[str]]:
    plain = reading.plain
    yield from _MOBILE.finditer(plain)
    yield from _look_alikes(plain)
    for match in _BEHIND_NAME.finditer(plain):
        # The digit before is a Chinese one of the name; 广西113800138000 is a table run together.
        if (
            match.start()
            and not reading.text[match.start()].isdecimal()
            and _is_han(plain[match.start() - 1])
        ):
            yield match


def _look_alikes(plain: str) -> Iterator[re.Match[str]]:
    """Mobiles written with l for 1 and o for 0, to slip past a check like this one."""
    for match in _LIKE_MOBILE.finditer(plain):
        if _PLAIN_MOBILE.fullmatch(match[1].translate(_LIKE_DIGITS)) and not match[1].isdigit():
            yield match


def _is_han(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


def _is_local_of_person(reading: Reading, start: int, end: int, public: frozenset[str]) -> bool:
    """Seven or eight digits are a telephone only where the text says so, a person's only where it says that too."""
    kind = reading.kind_before(start, 6)
    if _SERVICE.search(reading.plain, max(0, start - 4), start):
        return False
    if kind not in {"phone", "phone_private"} or _AMOUNT.match(reading.plain, end):
        return False
    if _BEHIND_PUBLIC.match(reading.plain, end):
        return False
    if kind == "phone":
        cues = cue_places(reading.plain[max(0, start - LOOK_BACK) : start])
        if "person" not in cues or cues["person"] < cues.get("office", 0):
            return False
    return not _is_listed(digits_of(reading.plain[start:end]), public)


def _is_number_of_person(
    reading: Reading, start: int, end: int, public: frozenset[str], *, is_mobile: bool
) -> bool:
    if _is_listed(digits_of(reading.plain[start:end]), public) or _AMOUNT.match(reading.plain, end):
        return False
    if reading.in_url(start):
        return False
    label = _label_of(reading, start)
    kind = label[0] if label else ""
    if kind in {"order", "uscc"} and label and start - label[1] <= 3:
        return False
    if kind == "phone_private":
        return True
    if kind == "phone_public" and label:
        return _names_person(reading.plain[label[1] : start])
    return _is_persons_by_cues(reading, start, end, kind, is_mobile=is_mobile)


def _label_of(reading: Reading, start: int) -> tuple[str, int] | None:
    """The kind and the end of the label a number belongs to, also as the second or third behind it."""
    near = reading.label_before(start, LOOK_BACK)
    if near is None:
        return None
    between = reading.plain[near.end : start]
    if len(between) <= 12 or _LIST_OF_NUMBERS.fullmatch(between):
        return near.kind, near.end
    return None


def _names_person(between: str) -> bool:
    """Whether between a public label and its number stands whose own number follows after all."""
    return "person" in cue_places(between)


def _is_persons_by_cues(reading: Reading, start: int, end: int, kind: str, *, is_mobile: bool) -> bool:
    before = reading.plain[max(0, start - LOOK_BACK) : start]
    line = before.rpartition("\n")[2]
    cues = cue_places(line)
    if _BEHIND_PUBLIC.match(reading.plain, end):
        return False
    person, office = cues.get("person", 0), cues.get("office", 0)
    if is_mobile:
        # Only where it is said to be the office's own, and nobody is named: 水务局 联系电话：138…
        return not (kind == "phone" and office > person and _OWN_PHONE.fullmatch(line, office))
    if len(line) - person > NEAR:
        person = 0
    if max(office, cues.get("public", 0)) > person:
        return False
    if person:
        return True
    around = cue_places(before + reading.plain[end : end + LOOK_AHEAD])
    return "office" not in around and "public" not in around
