"""Number plates, passports and travel permits, and the numbers of schools and hospitals."""

import re
from functools import cache

from weiting.text.personal.reading import UNSEEN, Reading, words_of
from weiting.text.personal.span import Span

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼滬遼魯蘇贛鄂陝吉閩貴瓊雲寧"
_JOIN = rf"[ \-·.{UNSEEN}]{{0,2}}"
_SIGN = "[A-HJ-NP-Z0-9]"
_PLATE = re.compile(
    rf"([{_PROVINCES}])({_JOIN}[A-HJ-NP-Z]{_JOIN}(?:[DF]{_JOIN}{_SIGN}{_JOIN}[0-9]{{4}}|[0-9]{{5}}{_JOIN}[DF]"
    rf"|{_SIGN}{{4}}[A-HJ-NP-Z0-9挂学港澳领]|{_SIGN}{{2}}{_JOIN}[A-HJ-NP-Z0-9]{{3}}))(?![A-Z0-9*警])"
)
_FEW_DIGITS = 2
# 新A10086 may be a new A10086.
_WORDS = frozenset("新宁贵青黑吉")
_CAR = re.compile(r"车|[驾骑]驶|违停|停放|号牌|牌照|司机|肇事|逆行|闯红灯|超速|撞")
# Of a company or an office; 小型客车 on the other hand is everybody's car.
_PUBLIC_CAR = re.compile(
    "公交车|路公交|中巴|大巴|消防车|救护车|洒水车|执法车|警车|公务用?车|环卫车|垃圾车|校车|班车|客运|高客|(?<![型通])客车"
)
_PASSPORT = re.compile(
    rf"(?<![A-Z0-9*])(?:[EGDSPKM][0-9]{{8}}|E[A-HJ-NP-Z][0-9]{{7}}|1[45][0-9]{{7}}"
    rf"|[HM][0-9]{{8}}(?:[0-9]{{2}})?|[CWLTJ][0-9]{{8}}"
    rf"|C[A-HJ-NP-Z][0-9]{{7}}|[0-9]{{8}}|[EGCHMWLT][ \-{UNSEEN}][0-9]{{4}}[ \-{UNSEEN}]?[0-9]{{4}}"
    rf"|[A-Z]{{3}}[0-9]{{12}})(?![A-Z0-9*])"
)
_RECORD = re.compile(r"(?<![A-Z0-9*])[A-Z]{0,3}[\- ]?[0-9][0-9A-Z\-]{3,19}(?![A-Z0-9*年月日元])")
# G and L before an identity number make a number of the register of pupils.
_PUPIL = re.compile(r"(?<![A-Z0-9])[GL][1-9][0-9]{16}[0-9X](?![0-9A-Z*])")
_SAYS = re.compile(rf"[ :：为是号码編编()（）#“\"\[【,，={UNSEEN}]{{0,6}}")
_NONE = frozenset("0123456789")


@cache
def _not_plates() -> frozenset[str]:
    return frozenset(words_of("plates.txt"))


def plates(reading: Reading) -> list[Span]:
    """Number plates, green ones too; those of the police (…警) are an office's."""
    found = []
    for match in _PLATE.finditer(reading.plain):
        start, end = match.span()
        digits = sum(sign in _NONE for sign in match[2])
        is_named = reading.kind_before(start, 10) == "plate"
        if _PUBLIC_CAR.search(reading.plain, max(0, start - 12), end + 12):
            continue
        if is_named or (digits >= _FEW_DIGITS and not _is_word(reading, start, end)):
            found.append(Span("plate", start, end, 1.0 if is_named else 0.9))
    return found


def _is_word(reading: Reading, start: int, end: int) -> bool:
    """Whether the province's sign is the end of a word, or a word itself where nobody speaks of cars."""
    words = _not_plates()
    if any(reading.text[max(0, start - size) : start + 1] in words for size in (1, 2)):
        return True
    return reading.text[start] in _WORDS and not _CAR.search(reading.plain, max(0, start - 30), end + 30)


def _said_by(reading: Reading, start: int, kind: str) -> bool:
    """Whether the label right before names this kind, with nothing but a colon or 为 between."""
    label = reading.label_before(start, 6)
    return label is not None and label.kind == kind and bool(_SAYS.fullmatch(reading.plain, label.end, start))


def passports(reading: Reading) -> list[Span]:
    """Passports and travel permits, where the text says that they are."""
    return [
        Span("passport", *match.span(), sure=0.95)
        for match in _PASSPORT.finditer(reading.plain)
        if _said_by(reading, match.start(), "passport")
    ]


def records(reading: Reading) -> list[Span]:
    """Numbers of pupils and patients, where the text says that they are."""
    found = [Span("record", *match.span(), sure=1.0) for match in _PUPIL.finditer(reading.plain)]
    for match in _RECORD.finditer(reading.plain):
        if any(_said_by(reading, match.start(), kind) for kind in ("school", "medical")):
            found.append(Span("record", match.start(), match.end(), sure=0.9))
    return found
