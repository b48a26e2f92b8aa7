"""What a reader takes for one character: a letter with its accents, a family of emoji, a flag.

The rules of UAX #29 as far as they matter in Chinese, Latin, Korean and emoji texts, from the categories of the
standard library and a small table of ours: no tables of a whole Unicode edition are carried along.
"""

import re
import unicodedata
from collections.abc import Iterator

ZWJ = "\u200d"
_EXTENDS = frozenset(("Mn", "Me", "Mc"))
# Ranges of Extended_Pictographic (Unicode 15.1, emoji-data.txt), joined over unassigned points.
_PICTURES = (
    (0xA9, 0xA9),
    (0xAE, 0xAE),
    (0x203C, 0x203C),
    (0x2049, 0x2049),
    (0x2122, 0x2122),
    (0x2139, 0x2139),
    (0x2194, 0x21AA),
    (0x231A, 0x2328),
    (0x2388, 0x2388),
    (0x23CF, 0x23F3),
    (0x23F8, 0x23FA),
    (0x24C2, 0x24C2),
    (0x25AA, 0x25FE),
    (0x2600, 0x27BF),
    (0x2934, 0x2935),
    (0x2B05, 0x2B55),
    (0x3030, 0x303D),
    (0x3297, 0x3299),
    (0x1F000, 0x1F1E5),
    (0x1F200, 0x1F3FA),
    (0x1F400, 0x1FAFF),
    (0x1FC00, 0x1FFFD),
)
_PICTURE = re.compile(
    "[" + "".join(f"{chr(low)}-{chr(high)}" for low, high in _PICTURES) + "\ufe0f\U0001f1e6-\U0001f1ff]"
)


def is_picture(character: str) -> bool:
    """Whether the character is an emoji or may be shown as one."""
    point = ord(character)
    return any(low <= point <= high for low, high in _PICTURES)


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _extends(character: str) -> bool:
    """Whether the character joins the one before it."""
    if character < "\u0300":
        return False
    return (
        unicodedata.category(character) in _EXTENDS
        or character in (ZWJ, "\u200c")
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
    )


def _hangul(character: str) -> str:
    """The kind of a Korean syllable or of its part: L, V, T, LV or LVT; "" for all else."""
    point = ord(character)
    if 0xAC00 <= point <= 0xD7A3:
        return "LV" if (point - 0xAC00) % 28 == 0 else "LVT"
    for kind, low, high in (("L", 0x1100, 0x115F), ("V", 0x1160, 0x11A7), ("T", 0x11A8, 0x11FF)):
        if low <= point <= high:
            return kind
    return ""


_KOREAN = {"L": {"L", "V", "LV", "LVT"}, "LV": {"V", "T"}, "V": {"V", "T"}, "LVT": {"T"}, "T": {"T"}}


def _joins(before: str, after: str, cluster_start: str, flag_letters: int) -> bool:
    """Whether there is no border between two neighbours of one text."""
    if before == "\r":
        return after == "\n"
    if unicodedata.category(before) == "Cc":
        return False
    if _extends(after):
        return True
    if before == ZWJ:
        return is_picture(after) and is_picture(cluster_start)
    if _is_flag_letter(after):
        return flag_letters % 2 == 1
    return _hangul(after) in _KOREAN.get(_hangul(before), ()) if before >= "\u1100" else False


# Nearly every border is before such a character, which never joins the one before it.
_PLAIN = re.compile("[ -~\u3003-\u3029\u4e00-\u9fff\uff01-\uff5e]")


def emoji(text: str) -> int:
    """How many emoji a text holds, however many characters each is put together from."""
    if not _PICTURE.search(text):
        return 0
    return sum(1 for each in graphemes(text) if _is_emoji(each))


def _is_emoji(cluster: str) -> bool:
    if "\ufe0f" in cluster or _is_flag_letter(cluster[0]):
        return True
    # © and → are signs of writing unless the variation selector says otherwise.
    return cluster[0] >= "\u2600" and is_picture(cluster[0]) and not "\u3000" <= cluster[0] <= "\u32ff"


def graphemes(text: str) -> Iterator[str]:
    """The characters of a text as a reader counts them; joined again they are the text."""
    start, flag_letters = 0, 0
    for at in range(1, len(text) + 1):
        before = text[at - 1]
        flag_letters = flag_letters + 1 if _is_flag_letter(before) else 0
        if at < len(text) and (
            _PLAIN.match(text[at]) or not _joins(before, text[at], text[start], flag_letters)
        ):
            yield text[start:at]
            start, flag_letters = at, 0
    if text:
        yield text[start:]
