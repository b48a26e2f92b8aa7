"""What stands in the place of something personal: short enough to fit, long enough to read on."""

from collections.abc import Callable

from weiting.text.personal.reading import Reading
from weiting.text.personal.span import Span

# Signs that stay at the beginning and at the end.
_KEPT = {
    "identity": (6, 4),
    "identity_old": (6, 3),
    "identity_like": (6, 4),
    "mobile": (3, 4),
    "bank_card": (4, 4),
    "plate": (2, 2),
    "passport": (2, 2),
    "record": (2, 2),
}
MASK = "*"


def masked(reading: Reading, span: Span) -> str | None:
    """What fits in the place of a span; None for a list, which is masked by its parts."""
    if span.mask is not None:
        return span.mask
    words = reading.text[span.start : span.end]
    if span.kind in _OWN:
        return _OWN[span.kind](words)
    if span.kind not in _KEPT:
        return None
    return _without_middle(words, reading.plain[span.start : span.end], *_KEPT[span.kind])


def _without_middle(words: str, plain: str, first: int, last: int) -> str:
    """Stars for what stands between the first and the last signs; spaces and hyphens stay where they are."""
    places = [at for at, sign in enumerate(plain) if sign.isalnum()]
    # What is short keeps less, so that a third of it is always hidden.
    while len(places) - first - last < max(3, len(places) // 3) and first + last > 1:
        first, last = (first - 1, last) if first > last else (first, last - 1)
    hidden = set(places[first : len(places) - last])
    return "".join(MASK if at in hidden else sign for at, sign in enumerate(words))


def _landline(words: str) -> str:
    """The last four digits are left out; area code and exchange stay."""
    left = 4
    signs = list(words)
    for at in range(len(signs) - 1, -1, -1):
        if signs[at].isalnum() and left:
            signs[at], left = MASK, left - 1
    return "".join(signs)


def _mailbox(words: str) -> str:
    """The first letter and the domain stay."""
    at = next((place for place, sign in enumerate(words) if sign in "@＠([{# "), len(words))
    if at <= 1:
        return MASK + words[1:]
    return words[0] + MASK * min(3, at - 1) + words[at:]


def _account(words: str) -> str:
    return words[:2] + MASK * 3


_OWN: dict[str, Callable[[str], str]] = {
    "landline": _landline,
    "mailbox": _mailbox,
    "wechat": _account,
    "qq": _account,
}
