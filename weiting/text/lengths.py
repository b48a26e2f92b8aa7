"""How long a text is for each channel, by what that channel counts, and where it could be cut.

The channels and their figures are data (data/channels.toml).
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from weiting.text.finding import Message, _, message
from weiting.text.graphemes import emoji, graphemes
from weiting.text.segment import spans
from weiting.text.sentences import sentences

CHANNELS_FILE = Path(__file__).parent / "data" / "channels.toml"
LINK = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,2048}")
TOPIC = re.compile(r"#[^#\s]{1,60}#")
_MENTION = re.compile(r"(?<![\w/])(@[A-Za-z0-9_]{1,64})@[A-Za-z0-9.-]{1,255}")
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_DOUBLE = frozenset("^{}\\[~]|€\f")
# Cutting back further than this for the sake of a whole sentence would throw away too much.
LEAST_KEPT = 0.5
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Channel:
    """What one channel, or one field of it, counts and takes."""

    key: str
    count: str
    limit: int | None = None
    link: float | None = None
    mention: str = ""
    bytes: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Length:
    """How long a text is for a channel; `left` is negative when it is too long, None when there is no limit.

    `parts` says what was counted: text, links, topics (which are part of the text), emoji, and for an SMS
    `messages`, how many it becomes.
    """

    channel: str
    count: int
    limit: int | None
    left: int | None
    parts: dict[str, int]
    notes: tuple[Message, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether the channel takes it whole."""
        return self.left is None or self.left >= 0


@cache
def channels() -> dict[str, Channel]:
    """All channels by their key."""
    found = tomllib.loads(CHANNELS_FILE.read_text(encoding="utf-8"))
    return {key: Channel(key, **facts) for key, facts in found.items()}


def _utf16(text: str) -> int:
    return len(text) + sum(1 for sign in text if sign > "\uffff")


def _halves(text: str) -> int:
    """Half characters: one for ASCII, two for each UTF-16 unit of all else."""
    plain = sum(1 for sign in text if sign < "\x80")
    return plain + 2 * (_utf16(text) - plain)


def _gsm(text: str) -> int | None:
    """Units in the GSM alphabet; None when a character is not in it."""
    if not all(sign in _GSM or sign in _GSM_DOUBLE for sign in text):
        return None
    return len(text) + sum(1 for sign in text if sign in _GSM_DOUBLE)


def _measure(text: str, how: str) -> float:
    if how == "half":
        return _halves(text) / 2
    if how == "grapheme":
        return sum(1 for _each in graphemes(text))
    if how == "byte":
        return len(text.encode("utf-8", "surrogatepass"))
    if how == "sms":
        gsm = _gsm(text)
        return _utf16(text) if gsm is None else gsm
    return _utf16(text)


def _channel(key: str | Channel) -> Channel:
    if isinstance(key, Channel):
        return key
    if key not in channels():
        raise KeyError(f"There is no channel {key}; there are {', '.join(channels())}.")
    return channels()[key]


def _amount(text: str, channel: Channel) -> tuple[float, float]:
    """What the text and what its links count."""
    bare, links = text, 0.0
    if channel.mention == "local":
        bare = _MENTION.sub(r"\1", bare)
    if channel.link is not None:
        bare, number = LINK.subn("", bare)
        links = number * channel.link
    return _measure(bare, channel.count), links


def _messages(text: str) -> tuple[int, int]:
    """How many short messages a text becomes, and what they hold together."""
    gsm = _gsm(text)
    one, of_more = (70, 67) if gsm is None else (160, 153)
    size = _utf16(text) if gsm is None else gsm
    if size <= one:
        return 1, one
    number = -(-size // of_more)
    return number, number * of_more


def count(text: str, channel: str | Channel) -> Length:
    """How long the text is for a channel; raises KeyError, naming the channels, for one that is not known."""
    on = _channel(channel)
    of_text, of_links = _amount(text, on)
    total = -int(-(of_text + of_links) // 1)
    limit = on.limit
    parts = {
        "text": -int(-of_text // 1),
        "links": len(LINK.findall(text)),
        "topics": len(TOPIC.findall(text)),
        "emoji": emoji(text),
    }
    if on.count == "sms":
        parts["messages"], limit = _messages(text)
    if on.bytes is not None:
        parts["bytes"] = len(text.encode("utf-8", "surrogatepass"))
    left = None if limit is None else limit - total
    if on.bytes is not None and parts["bytes"] > on.bytes:
        left = min(left or 0, on.bytes - parts["bytes"])
    return Length(on.key, total, limit, left, parts, tuple(_notes(on, parts)))


def _notes(channel: Channel, parts: dict[str, int]) -> list[Message]:
    found = []
    if channel.key == "weibo" and parts["topics"]:
        found.append(message(_("Weibo’s interface refuses texts with #topics#; post this one by hand.")))
    if parts.get("messages", 1) > 1:
        found.append(
            message(_("This goes out as %(number)s short messages, each paid for."), number=parts["messages"])
        )
    return found


def _fits(text: str, channel: Channel) -> bool:
    if channel.count == "sms":
        return _messages(text)[0] == 1
    of_text, of_links = _amount(text, channel)
    return channel.limit is None or of_text + of_links <= channel.limit


def _ends(text: str) -> list[list[int]]:
    """Where a text may be cut: after sentences, after clauses, after words; a link is never cut."""
    links = [match.span() for match in LINK.finditer(text)]

    def is_free(at: int) -> bool:
        return not any(start < at < end for start, end in links)

    after_sentences = [each.end for each in sentences(text)]
    after_clauses = [match.start() for match in re.finditer("[，,；;：:]", text)]
    after_words = [end for _word, _start, end in spans(text)]
    return [sorted(filter(is_free, set(ends))) for ends in (after_sentences, after_clauses, after_words)]


def _last_fitting(text: str, ends: list[int], channel: Channel, more: str) -> int:
    """The last of these places at which the text before it, with the ellipsis, still fits; 0 when none."""
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high) // 2
        if _fits(text[: ends[middle]].rstrip() + more, channel):
            low = middle + 1
        else:
            high = middle
    return ends[low - 1] if low else 0


def shortened(text: str, channel: str | Channel, more: str = ELLIPSIS) -> str:
    """The text as far as the channel takes it: whole sentences when that keeps enough, else clauses, else words.

    `more` stands behind a cut inside a sentence. Raises KeyError for a channel that is not known.
    """
    on = _channel(channel)
    if _fits(text, on):
        return text
    # Nothing beyond this can fit: no channel counts a character for less than half.
    head = text[: max(200, 4 * (on.limit or 0) + 4096)]
    places = [
        _last_fitting(head, ends, on, tail) for ends, tail in zip(_ends(head), ("", more, more), strict=True)
    ]
    best = max(places)
    if not best:
        return _by_characters(head, on, more)
    for place, tail in zip(places, ("", more, more), strict=True):
        if place and place >= LEAST_KEPT * best:
            return head[:place].rstrip() + tail
    return head[:best].rstrip() + more


def _by_characters(text: str, channel: Channel, more: str) -> str:
    kept = ""
    for each in graphemes(text):
        if not _fits(kept + each + more, channel):
            break
        kept += each
    return kept + more if kept else ""
