"""Makes the labelled set for personal data from sentences and a seed: sets/personal_templates.txt → sets/personal.csv.

Every number is invented and shows it: districts 0000, mobiles with 0000 in the middle, mailboxes at example.com.
"""

import csv
import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from weiting.text.personal.identity import check_character

SETS = Path(__file__).parent / "sets"
TEMPLATES, LABELLED = SETS / "personal_templates.txt", SETS / "personal.csv"
SEED = 20261122
# How many texts a sentence gives.
POSITIVES, NEGATIVES = 8, 18
HAN, FULL, CAPITAL = "〇一二三四五六七八九", "０１２３４５６７８９", "零壹贰叁肆伍陆柒捌玖"
_NAMES = "王小明 李红 张三 李四 赵小军 钱多多 孙小美 周建国 吴小芳 郑小刚 欧阳小云 陈一一 刘小雨 何大山"
_ROADS = "湖滨路 东园路 解放大道 人民路 南岭街 桂花巷 云溪大道 青年路 胜利北街"
_ESTATES = "翠苑小区 湖滨花园 东园新村 桂花苑 云溪名城 阳光家园 水务局宿舍 青年公寓 锦绣嘉园"
NAMES, ROADS, ESTATES = _NAMES.split(), _ROADS.split(), _ESTATES.split()
_HOLE = re.compile(r"\{([a-z0-9]+)(!?)\}")


class Labelled(NamedTuple):
    """A text with the places that must be found: (start, end). `half` is T (tuned) or H (held out)."""

    half: str
    kind: str
    text: str
    spans: tuple[tuple[int, int], ...]

    @property
    def is_positive(self) -> bool:
        """Whether something must be found."""
        return bool(self.spans)


def _digits(chance: random.Random, count: int) -> str:
    return str(chance.randint(1, 9)) + "".join(str(chance.randint(0, 9)) for _n in range(count - 1))


def _luhn(first: str) -> str:
    total = 0
    for place, sign in enumerate(reversed(first)):
        digit = int(sign) * (1 if place % 2 else 2)
        total += digit - 9 if digit > 9 else digit
    return first + str(-total % 10)


def _spelled(chance: random.Random, number: str, groups: list[tuple[int, ...]]) -> str:
    """A number as somebody may write it: in groups, in full width, in Chinese, with a sign that is not seen."""
    way = chance.choice(
        ["plain", "plain", "plain", "groups", "groups", "full", "han", "capital", "unseen", "apart"]
    )
    if way == "groups":
        sign = chance.choice([" ", "-", " ", "－", "\u3000"])
        at, parts = 0, []
        for size in chance.choice(groups):
            parts.append(number[at : at + size])
            at += size
        return sign.join(parts)
    if way in {"full", "han", "capital"}:
        return number.translate(
            str.maketrans("0123456789", {"full": FULL, "han": HAN, "capital": CAPITAL}[way])
        )
    if way == "unseen":
        at = chance.randint(2, len(number) - 2)
        return number[:at] + "\u200b" + number[at:]
    return " ".join(number) if way == "apart" else number


def _born(chance: random.Random) -> date:
    return date(1935, 1, 1) + timedelta(days=chance.randint(0, 30_000))


def _identity(chance: random.Random) -> str:
    first = f"{chance.choice([11, 33, 43, 51, 61])}0000{_born(chance):%Y%m%d}{chance.randint(0, 99):03}"
    return first + check_character(first)


def _id(chance: random.Random) -> str:
    number = _identity(chance)
    number = number.lower() if chance.random() < 0.3 else number
    return _spelled(chance, number, [(6, 8, 4), (4, 4, 4, 4, 2), (3, 3, 4, 4, 4), (6, 4, 4, 4), (6, 12)])


def _bad_id(chance: random.Random) -> str:
    number = _identity(chance)
    wrong = chance.choice([sign for sign in "0123456789X" if sign != number[17]])
    return chance.choice([number[:17] + wrong, number[:16] + str((int(number[16]) + 1) % 10) + number[17]])


def _old_id(chance: random.Random) -> str:
    number = f"{chance.choice([11, 33, 43])}0000{_born(chance):%y%m%d}{chance.randint(0, 99):03}"
    return chance.choice([number, number, f"{number[:6]} {number[6:12]} {number[12:]}"])


def _mobile(chance: random.Random) -> str:
    number = f"1{chance.choice(['38', '59', '70', '88', '99', '31', '65'])}0000{chance.randint(0, 9999):04}"
    prefix = chance.choice(["", "", "", "", "+86", "+86 ", "86-", "0"])
    return prefix + _spelled(
        chance, number, [(3, 4, 4), (4, 3, 4), (3, 3, 5), (5, 6), (3, 8), (6, 5), (7, 4)]
    )


def _landline(chance: random.Random) -> str:
    area, number = chance.choice(["0999", "010", "029"]), str(chance.choice([8, 6, 2]))
    number += "000" + f"{chance.randint(0, 9999):04}"
    number = number[:7] if area == "0999" else number
    return chance.choice(
        [
            f"{area}-{number}",
            f"{area}{number}",
            f"({area}){number}",
            f"{area} {number}",
            f"（{area}）{number}",
            f"{area}—{number}",
        ]
    )


def _card(chance: random.Random) -> str:
    number = _luhn("62" + "0000" + "".join(str(chance.randint(0, 9)) for _n in range(chance.choice([9, 12]))))
    way = chance.choice(["plain", "plain", "fours", "full"])
    if way == "fours":
        return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    return number.translate(str.maketrans("0123456789", FULL)) if way == "full" else number


def _plate(chance: random.Random) -> str:
    sign = chance.choice("云湘京粤浙")
    number = chance.choice(["0{}A00", "00{}0{}", "A00{}{}", "D0000{}", "F000{}{}", "0000{}D"]).replace(
        "{}", "{d}"
    )
    number = re.sub(r"\{d\}", lambda _hole: str(chance.randint(0, 9)), number)
    plate = f"{sign}{chance.choice('ABCE')}{chance.choice(['', '', '·', ' ', '-'])}{number}"
    plate = plate if chance.random() < 0.8 or len(number) > 5 else plate[:-1] + "学"
    return plate.lower() if chance.random() < 0.15 else plate


def _room(chance: random.Random) -> int:
    return chance.randint(1, 30) * 100 + chance.randint(1, 6)


def _mailbox(chance: random.Random) -> str:
    forms = ["wangxm{}@example.com", "li.hong{}@example.cn", "{}00000@example.com", "Xiaojun{}＠example.com"]
    return chance.choice([*forms, "zhang_san{}@mail.example.com"]).format(chance.randint(0, 99))


def _house(chance: random.Random) -> str:
    forms = (
        ["{n}号{b}栋{u}单元{r}室", "{n}号院{b}号楼{u}单元{r}", "{n}号{r}室"],
        ["{n}号{b}幢{r}室", "{n}号{b}号楼{r}房", "{n}号{b}-{u}-{r}"],
    )
    numbers = {"n": chance.randint(1, 300), "b": chance.randint(1, 20), "u": chance.randint(1, 4)}
    return chance.choice(forms[0] + forms[1]).format(r=_room(chance), **numbers)


def _flat(chance: random.Random) -> str:
    forms = (
        ["{b}栋{u}单元{r}室", "{b}号楼{r}室", "{b}幢{r}", "{b}栋{r}房"],
        ["{b}-{u}-{r}室", "{b}号楼{u}单元{r}号", "第{b}栋{r}户", "{b}#{u}单元{r}"],
    )
    numbers = {"b": chance.randint(1, 40), "u": chance.randint(1, 4)}
    return chance.choice(forms[0] + forms[1]).format(r=_room(chance), **numbers)


def _made(chance: random.Random, hole: str, names: dict[str, str]) -> str:
    """What stands in a hole of a sentence."""
    if match := re.fullmatch(r"(d|luhn)(\d+)", hole):
        count = int(match[2])
        return _digits(chance, count) if match[1] == "d" else _luhn(_digits(chance, count - 1))
    if hole in {"name", "child"}:
        return chance.choice([name for name in NAMES if name not in names.values()])
    return str(_HOLES[hole](chance))


_HOLES = {
    "id": _id,
    "badid": _bad_id,
    "id15": _old_id,
    "mobile": _mobile,
    "landline": _landline,
    "card": _card,
    "plate": _plate,
    "house": _house,
    "flat": _flat,
    "local": lambda c: c.choice(["8", "6"]) + f"000{c.randint(0, 9999):04}",
    "plainmobile": lambda c: f"1380000{c.randint(0, 9999):04}",
    "officephone": lambda c: c.choice(["0999-", "0999", "(0999)"]) + f"8{c.randint(0, 999999):06}",
    "passport": lambda c: c.choice(["E0000{:04}", "G0000{:04}", "EA000{:04}", "EJ000{:04}"]).format(
        c.randint(0, 9999)
    ),
    "permit": lambda c: c.choice(["C0000{:04}", "H0000{:04}", "H000000{:04}", "0000{:04}"]).format(
        c.randint(0, 9999)
    ),
    "email": _mailbox,
    "wechat": lambda c: c.choice(["wxm_yunxi{}", "xiaoming000{}", "lihong-00{}", "zs_0000{}"]).format(
        c.randint(0, 99)
    ),
    "qq": lambda c: f"10000{c.randint(0, 99999)}",
    "pupil": lambda c: c.choice("GL") + _identity(c),
    "record": lambda c: c.choice(["0000{:04}", "ZY0000{:04}", "2026000{:04}", "MZ-000{:04}"]).format(
        c.randint(0, 9999)
    ),
    "group": lambda c: c.choice(["{}组{}号", "第{}村民组", "{}组"]).format(c.randint(1, 9), c.randint(1, 99)),
    "road": lambda c: c.choice(ROADS),
    "estate": lambda c: c.choice(ESTATES),
    "age": lambda c: str(c.randint(5, 16)),
    "tail": lambda c: f"00{c.randint(0, 99):02}",
    "pinyinbox": lambda c: c.choice(["mzj", "yxmz", "minzheng"]),
    "date": lambda c: (date(2026, 1, 1) + timedelta(days=c.randint(0, 364))).isoformat(),
    "today": lambda c: f"{date(2026, 1, 1) + timedelta(days=c.randint(0, 325)):%Y%m%d}",
    "today4": lambda c: "2611",
    "area": lambda c: c.choice(["330100", "530102", "110101", "430104"]),
    "money": lambda c: f"{c.randint(10**5, 10**10):,}.{c.randint(0, 99):02}",
    "lon": lambda c: f"1{c.randint(3, 9)}.{c.randint(10**8, 10**10)}"[:15],
    "lat": lambda c: f"30.{c.randint(10**8, 10**9)}",
    "uscc": lambda c: _code(c),
}
_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _code(chance: random.Random) -> str:
    first = (
        chance.choice(["91", "12", "52", "11"])
        + "330100"
        + "".join(chance.choice(_CODE_SIGNS) for _n in range(9))
    )
    rest = sum(_CODE_SIGNS.index(sign) * 3**at for at, sign in enumerate(first)) % 31
    return first + _CODE_SIGNS[(31 - rest) % 31]


def _filled(chance: random.Random, sentence: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    text, at = "", 0
    spans: list[tuple[int, int]] = []
    names: dict[str, str] = {}
    for number, hole in enumerate(_HOLE.finditer(sentence)):
        text += sentence[at : hole.start()]
        words = _made(chance, hole[1], names)
        if hole[1] in {"name", "child"}:
            names[f"{hole[1]}{number}"] = words
        if hole[2]:
            spans.append((len(text), len(text) + len(words)))
        text += words
        at = hole.end()
    return text + sentence[at:], tuple(spans)


def make() -> Iterator[Labelled]:
    """Every text of the set, the same from run to run."""
    chance = random.Random(SEED)
    for line in TEMPLATES.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        half, kind, sentence = line.split("\t")
        sentence = sentence.replace("\\n", "\n")
        made: dict[str, Labelled] = {}
        for _n in range(NEGATIVES if kind.startswith("n_") else POSITIVES):
            text, spans = _filled(chance, sentence)
            made.setdefault(text, Labelled(half, kind, text, spans))
        yield from made.values()


def write() -> int:
    """Write the set; returns how many texts it holds."""
    rows = list(make())
    with LABELLED.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["half", "kind", "text", "spans"])
        for each in rows:
            writer.writerow([each.half, each.kind, each.text, " ".join(f"{a}-{b}" for a, b in each.spans)])
    return len(rows)


def labelled() -> list[Labelled]:
    """The set as it was written."""
    with LABELLED.open(encoding="utf-8", newline="") as file:
        return [_read(row) for row in csv.DictReader(file)]


def _read(row: dict[str, str]) -> Labelled:
    pairs = (part.split("-") for part in row["spans"].split())
    return Labelled(row["half"], row["kind"], row["text"], tuple((int(a), int(b)) for a, b in pairs))
