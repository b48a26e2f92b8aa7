"""Makes slips of every kind in real official texts, by seed; sets/README.md says from what."""

import csv
import random
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from pypinyin import Style, pinyin

from weiting.text.numbers import days
from weiting.text.segment import is_word, spans
from weiting.text.slips import default

SETS = Path(__file__).parent / "sets"
SHAPES = SETS / "slips_shapes.txt"
SOURCES = (
    ("official_posts/cctvnews_2020.csv", "mid", "content", "time"),
    ("citizen_messages/replies_2816.csv", "msg_id", "reply", "reply_time"),
)
LONGEST = 2_000
Made = tuple[str, int, int]


@dataclass(frozen=True)
class Text:
    """A real text with the day it was written."""

    key: str
    text: str
    written: date | None


@dataclass(frozen=True)
class Slip:
    """A text with one slip in it, at text[start:end]."""

    kind: str
    of: Text
    text: str
    start: int
    end: int


def half(key: str) -> str:
    """tuned or held out; the model of the check was counted on tuned ones only."""
    return "held out" if zlib.crc32(key.encode()) % 2 else "tuned"


def texts(data: Path, which: str, source: int) -> Iterator[Text]:
    """The real texts of one half of one source."""
    csv.field_size_limit(10**9)
    name, key, column, day = SOURCES[source]
    with (data / name).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if half(row[key]) == which and row[column]:
                yield Text(row[key], row[column][:LONGEST], _day(row[day]))


def _day(text: str) -> date | None:
    found = re.match(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", text or "")
    return date(*map(int, found.groups())) if found else None


@cache
def level_one() -> str:
    """The 3,755 characters of the first level of GB 2312."""
    rows = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", "ignore") for pair in rows)


def _readings(sign: str) -> set[str]:
    return set(pinyin(sign, heteronym=True, style=Style.NORMAL)[0][:2])


@cache
def _homophones() -> dict[str, str]:
    by_sound: dict[str, str] = {}
    for sign in level_one():
        for sound in _readings(sign):
            by_sound[sound] = by_sound.get(sound, "") + sign
    return by_sound


@cache
def _shapes() -> dict[str, str]:
    near: dict[str, set[str]] = {}
    common = set(level_one())
    for line in SHAPES.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        first, *others = line.split()
        for other in others:
            if len(other) == 1 and first in common and other in common:
                near.setdefault(first, set()).add(other)
                near.setdefault(other, set()).add(first)
    return {sign: "".join(sorted(others - {sign})) for sign, others in near.items()}


def _words(text: str, chance: random.Random, least: int = 2) -> list[tuple[str, int, int]]:
    """Words of the dictionary in the text, in any order; not in nicknames."""
    found = [
        each
        for each in spans(text)
        if len(each[0]) >= least and is_word(each[0]) and re.fullmatch("[\u4e00-\u9fff]+", each[0])
        and "@" not in text[max(0, each[1] - 12) : each[1]]
    ]  # fmt: skip
    chance.shuffle(found)
    return found


def _replaced(text: str, chance: random.Random, others: Callable[[str], str]) -> Made | None:
    for word, start, end in _words(text, chance):
        at = chance.randrange(start, end)
        choice = [sign for sign in others(text[at]) if sign != text[at]]
        if not choice:
            continue
        sign = chance.choice(choice)
        if is_word(word[: at - start] + sign + word[at - start + 1 :]):
            continue  # Another word: nobody can tell without knowing what was meant.
        return text[:at] + sign + text[at + 1 :], at, at + 1
    return None


def near_sound(item: Text, chance: random.Random) -> Made | None:
    """A character of a word becomes one that is read alike (tones aside)."""
    return _replaced(
        item.text, chance, lambda sign: "".join(_homophones().get(sound, "") for sound in _readings(sign))
    )


def near_shape(item: Text, chance: random.Random) -> Made | None:
    """A character of a word becomes one that looks alike."""
    return _replaced(item.text, chance, lambda sign: _shapes().get(sign, ""))


def missing(item: Text, chance: random.Random) -> Made | None:
    """A character inside a name of four and more (organs, offices, places, laws, set phrases) is left out."""
    names = default().names | set(default().laws)
    found = []
    for start in range(len(item.text)):
        for size in range(20, 3, -1):
            if item.text[start : start + size] in names:
                found.append((start, size))
                break
    if not found:
        return None
    start, size = chance.choice(found)
    at = start + chance.randrange(1, size - 1)
    return item.text[:at] + item.text[at + 1 :], start, start + size - 1


def doubled(item: Text, chance: random.Random) -> Made | None:
    """A character of a word is typed twice."""
    for word, start, end in _words(item.text, chance):
        at = chance.randrange(start, end)
        if is_word(word[: at - start + 1] + word[at - start :]) or is_word(item.text[at] * 2):
            continue
        return item.text[: at + 1] + item.text[at:], at, at + 2
    return None


def swapped(item: Text, chance: random.Random) -> Made | None:
    """Two characters of a word change places."""
    for word, start, end in _words(item.text, chance):
        at = chance.randrange(start, end - 1)
        one, other = item.text[at : at + 2]
        if one == other or is_word(word[: at - start] + other + one + word[at - start + 2 :]):
            continue
        return item.text[:at] + other + one + item.text[at + 2 :], at, at + 2
    return None


def weekday(item: Text, chance: random.Random) -> Made | None:
    """A day of the text gets a weekday that it is not."""
    found = [
        day for day in days(item.text, item.written)
        if item.written and day.month and day.day and day.weekday is None and day.on(item.written)
        and abs((day.on(item.written) - item.written).days) < 120  # type: ignore[operator]
        and item.text[day.end - 1] in "日号" and (day.year is None or day.year == item.written.year)
    ]  # fmt: skip
    if not found or item.written is None:
        return None
    day = chance.choice(found)
    right = day.on(item.written)
    wrong = chance.choice([number for number in range(7) if right and number != right.weekday()])
    words = chance.choice(("（星期%s）", "（周%s）", "星期%s")) % "一二三四五六日"[wrong]
    return item.text[: day.end] + words + item.text[day.end :], day.end, day.end + len(words)


def impossible(item: Text, chance: random.Random) -> Made | None:
    """A day of the text becomes one that its month does not have."""
    found = list(re.finditer(r"(?<!\d)(\d{1,2})月(\d{1,2})(?=日)", item.text))
    if not found:
        return None
    match = chance.choice(found)
    last = {2: 30, 4: 31, 6: 31, 9: 31, 11: 31}.get(int(match[1]), 32)
    day = str(last + chance.randrange(2))
    start, end = match.span(2)
    return item.text[:start] + day + item.text[end:], match.start(), start + len(day) + 1


_SUMS = (
    "本次共检查{whole}家，其中{a}{x}家、{b}{y}家、{c}{z}家。",
    "全年累计受理{whole}件，其中{a}{x}件，{b}{y}件，{c}{z}件。",
    "共有志愿者{whole}名（其中{a}{x}名、{b}{y}名、{c}{z}名）。",
    "新增停车位合计{whole}个，其中：{a}{x}个，{b}{y}个，{c}{z}个。",
)


def sums(item: Text, chance: random.Random) -> Made | None:
    """A sentence is added whose parts do not make the whole (an invented one: few real texts name a whole)."""
    parts = [chance.randrange(3, 90) for _n in range(3)]
    off = chance.choice([-10, -9, -3, -2, -1, 1, 2, 3, 9, 10])
    places = chance.sample(("城东", "城西", "城南", "城北", "青岚街道", "云山镇", "开发区", "河口乡"), 3)
    sentence = chance.choice(_SUMS).format(
        whole=sum(parts) + off,
        **dict(zip("abc", places, strict=True)),
        **dict(zip("xyz", parts, strict=True)),
    )
    text = item.text.rstrip() + ("" if item.text.rstrip()[-1:] in "。！？" else "。")
    return text + sentence, len(text), len(text) + len(sentence)


def punctuation(item: Text, chance: random.Random) -> Made | None:
    """A closing mark is lost, or a mark is typed twice."""
    if "..." in item.text or "展开全文" in item.text:
        return None  # Cut off by the platform: marks are open already.
    closing = [m.start() for m in re.finditer("[”》）】]", item.text)]
    if closing and chance.random() < 0.5:
        at = chance.choice(closing)
        sign = {"”": "“", "》": "《", "）": "（", "】": "【"}[item.text[at]]
        opened = item.text.rfind(sign, 0, at)
        if opened < 0:
            return None
        return item.text[:at] + item.text[at + 1 :], opened, at + 1
    stops = [m.start() for m in re.finditer("(?<=[\u4e00-\u9fff])[，。、；](?=[\u4e00-\u9fff])", item.text)]
    if not stops:
        return None
    at = chance.choice(stops)
    return item.text[: at + 1] + item.text[at] + item.text[at + 1 :], at, at + 2


KINDS: dict[str, Callable[[Text, random.Random], Made | None]] = {
    "near sound": near_sound,
    "near shape": near_shape,
    "missing in a name": missing,
    "doubled": doubled,
    "swapped": swapped,
    "weekday": weekday,
    "no such day": impossible,
    "sum": sums,
    "punctuation": punctuation,
}


def slips(items: list[Text], each: int, seed: int) -> list[Slip]:
    """`each` slips of every kind, one a text, in texts drawn by seed."""
    made = []
    for kind, make in KINDS.items():
        chance = random.Random(f"{seed} {kind}")
        drawn = chance.sample(items, len(items))
        count = 0
        for item in drawn:
            if count == each:
                break
            if found := make(item, chance):
                made.append(Slip(kind, item, *found))
                count += 1
    return made
