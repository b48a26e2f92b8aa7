"""Numbers of bank cards: the right check digit, an issuer's prefix, and words that say what they are."""

import re

from weiting.text.personal.reading import UNSEEN, Reading, digits_of
from weiting.text.personal.span import Span

_SIGN = rf"[ \-{UNSEEN}]"
_CARD = re.compile(rf"(?=(?<![0-9*.])([3-9][0-9]{{3}}(?:{_SIGN}{{0,2}}[0-9]){{12,15}})(?![0-9*]))")
_IN_FOURS = re.compile(rf"[0-9]{{4}}(?:{_SIGN}[0-9]{{4}}){{3}}(?:{_SIGN}[0-9]{{1,3}})?")
# UnionPay, Visa, MasterCard, JCB and the domestic prefixes from before UnionPay.
_PREFIX = re.compile(r"62|4|5[1-5]|2[2-7]|35|60|9[0-9]|3[0679]|81|69")
_COMPANY = re.compile(
    r"对公|公户|(?:户名|捐[款赠]|收款单位|募捐)[^。;；\n]{0,24}(?:公司|总会|基金会|协会|财政|局|学校|医院|中心|委员会)"
)
_CARD_BEFORE = re.compile("卡[号是为里上内]?[:： ]{0,2}$")
_CARD_BEHIND = re.compile("[这该此]?张?(?:银行|储蓄|工资)?卡")
REACH, LOOK_BACK = 18, 40


def has_check_digit(number: str) -> bool:
    """Whether the last digit fits the others (ISO/IEC 7812, Luhn)."""
    total = 0
    for place, sign in enumerate(reversed(number)):
        digit = int(sign) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def bank_cards(reading: Reading) -> list[Span]:
    """Numbers of cards of persons; an order's number of 19 digits is none, whatever its last digit."""
    found = []
    for match in _CARD.finditer(reading.plain):
        if span := _card(reading, *match.span(1)):
            found.append(span)
    return found


def _card(reading: Reading, start: int, end: int) -> Span | None:
    words = reading.plain[start:end]
    number = digits_of(words)
    if not _PREFIX.match(number) or reading.in_url(start):
        return None
    kind = reading.kind_before(start, REACH)
    if not kind and _says_card(reading.plain, start, end):
        kind = "bank"
    if kind not in {"bank", ""} or _is_of_company(reading.plain, start):
        return None
    if kind == "bank":
        # A slip of one digit is still somebody's card.
        sure = 0.95 if has_check_digit(number) else 0.6
        return Span("bank_card", start, end, sure) if sure > 0.9 or number.startswith("62") else None
    is_grouped = number.startswith("62") and _IN_FOURS.fullmatch(words)
    return Span("bank_card", start, end, 0.85) if is_grouped and has_check_digit(number) else None


def _says_card(plain: str, start: int, end: int) -> bool:
    return bool(_CARD_BEFORE.search(plain[max(0, start - 8) : start]) or _CARD_BEHIND.match(plain, end))


def _is_of_company(plain: str, start: int) -> bool:
    return bool(_COMPANY.search(plain, max(0, start - LOOK_BACK), start))
