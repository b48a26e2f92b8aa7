"""Numbers of identity cards (GB 11643: 18 characters with a check character, or the old 15) and the code of an
organisation (GB 32100), which is not personal.
"""

import re
from datetime import date
from functools import cache

from weiting.text.personal.reading import GAP, Reading, digits_of
from weiting.text.personal.span import Span

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
# Provinces by their first two digits; 83 is the residence permit of people from Taiwan, 9 that of foreigners.
PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
        "91",
    ]
)
_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = tuple(3**power % 31 for power in range(17))
# At every digit that no digit precedes: a number beside it must not swallow the beginning of this one.
_EIGHTEEN = re.compile(rf"(?=(?<![0-9*])([1-9](?:{GAP}[0-9]){{16}}{GAP}[0-9X])(?![0-9*]))")
_FIFTEEN = re.compile(rf"(?=(?<![0-9*])([1-9](?:{GAP}[0-9]){{14}})(?![0-9*]))")
_LIKE = re.compile(rf"(?<![0-9A-Z*])[1-9](?:{GAP}[0-9]){{15,17}}{GAP}[0-9X](?![0-9*])")
_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")
REACH = 16
# Numbers of bids and files hold a district and the day they were made; nobody that old was born that day.
_RECENT = 2012


@cache
def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def is_identity_number(number: str) -> bool:
    """Whether 18 characters are an identity number: a province, a day of birth and the right check character."""
    return is_like_identity(number) and check_character(number[:17]) == number[17]


def is_like_identity(number: str) -> bool:
    """Whether 18 characters have the province and the day of birth of an identity number."""
    return (
        len(number) == 18
        and number[:2] in PROVINCES
        and number[6:8] in {"18", "19", "20"}
        and _is_day(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    )


def check_character(first: str) -> str:
    """The last character that belongs to the first 17 digits (ISO 7064 MOD 11-2)."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True)) % 11]


def is_old_identity(number: str) -> bool:
    """Whether 15 digits have the province and the day of birth of an old identity number."""
    return number[:2] in PROVINCES and _is_day(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]))


def is_organisation_code(code: str) -> bool:
    """Whether 18 characters are a unified social credit code with the right check character (MOD 31)."""
    if len(code) != 18 or any(sign not in _CODE_SIGNS for sign in code):
        return False
    rest = sum(_CODE_SIGNS.index(sign) * weight for sign, weight in zip(code, _CODE_WEIGHTS, strict=False))
    return _CODE_SIGNS[(31 - rest % 31) % 31] == code[17]


def organisation_codes(reading: Reading) -> list[tuple[int, int]]:
    """Where codes of organisations stand: their digits are nobody's number."""
    return [
        match.span()
        for match in _CODE.finditer(reading.plain)
        if (kind := reading.kind_before(match.start(), REACH)) == "uscc"
        or (kind != "identity" and is_organisation_code(match[0]) and not is_identity_number(match[0]))
    ]


def identity_numbers(reading: Reading) -> list[Span]:
    """Every identity number in any writing, and what only looks like one where the text says it is one."""
    found: list[Span] = []
    for match in _EIGHTEEN.finditer(reading.plain):
        number = digits_of(match[1])
        if is_identity_number(number) and not _is_named_otherwise(reading, match.start(1), number):
            found.append(Span("identity", *match.span(1)))
    for match in _FIFTEEN.finditer(reading.plain):
        if is_old_identity(digits_of(match[1])) and reading.kind_before(match.start(1), REACH) == "identity":
            found.append(Span("identity_old", *match.span(1), sure=0.9))
    taken = {span.start for span in found}
    for match in _LIKE.finditer(reading.plain):
        if match.start() not in taken and reading.kind_before(match.start(), REACH) == "identity":
            found.append(Span("identity_like", *match.span(), sure=0.7))
    return found


def _is_named_otherwise(reading: Reading, at: int, number: str) -> bool:
    """The text says right before that the number is an organisation's, or an order's with a day of late."""
    label = reading.label_before(at, 3)
    if label is None:
        return False
    return label.kind == "uscc" or (label.kind == "order" and int(number[6:10]) >= _RECENT)
