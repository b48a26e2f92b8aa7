"""Turns the recipes into posts: draws words, keeps what belongs together together, and refuses near-copies."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from weiting.demo.content.calendar import Calendar
from weiting.demo.content.people import editor_of
from weiting.demo.content.posts.lexicon import PRICES, RUMOURS, WORDS
from weiting.demo.content.posts.reading import KLASS, PURPOSE, RISK, day_name, fill, stamp, summary_of
from weiting.demo.content.remits import MATTERS
from weiting.demo.content.shapes import Correction, Facts, Picture, PostSeed
from weiting.demo.content.units import BY_KEY

_SLOT = re.compile(r"\{([a-z][a-z_]*\d?)(?::([\d-]+))?\}")
_LINE = re.compile(r"^([T\d])(?:@([a-z]+))? (.+)$")
_SEASONS = {12: "W", 1: "W", 2: "W", 3: "S", 4: "S", 5: "S", 6: "U", 7: "U", 8: "U", 9: "A", 10: "A", 11: "A"}
_SEASONAL = ("sky", "wear", "field", "bloom", "advice", "crop", "rain", "cold", "thing2")
# Mean low and high of each month, January first.
_MEANS = (
    (2, 9),
    (4, 12),
    (8, 16),
    (13, 22),
    (18, 27),
    (22, 30),
    (25, 34),
    (25, 33),
    (21, 29),
    (15, 24),
    (9, 18),
    (4, 12),
)
_REASONS = (
    "编辑时看错了行", "施工队临时多报了一处", "设备比原来多 40 只", "窗口打来电话改了时间",
    "初稿用了上一次的数", "现场的人重新量过", "会议改了时间", "少算了路上的半小时",
)  # fmt: skip
# Troubles rather than errands: nobody opens a Saturday window for them.
_TROUBLES = frozenset(
    (  # noqa: SIM905  (a long list reads better as words)
        "家庭暴力 走失 被偷被骗 夜里扰民 堵车 信号灯 违法停车 起火 楼道堆物 马蜂窝 消防栓没水 暴雨转移 危化品 网上谣言 没人管 没回复 夜里打不通 "
        "诈骗短信 账号被盗 网店被骗 占道 油烟 噪音 井盖 广告牌 地锁 违建 共享单车 停水 水压小 漏水 水黄 停电 电线 变压器 漏气 停气 等车 司机态度 "
        "站牌 积水 堵管 井盖响 臭味 垃圾没收 公厕 落叶 洒水车 坑洼 人行道 护栏 桥 盲道 结冰 塌方 单边放行 绕行 空气 河水 工厂味 扬尘 卖不掉 "
        "野猪 溺水 水位 洪水 飘絮 乱涨价 缺斤少两 过期食品 充值跑路 电梯困人 假货 差评 露宿 乞讨 走失人员 遗体捐献 殡葬 丧葬费 国家赔偿 补课乱收费 "
        "医院态度 邻居吵架 邻里吵架 门前乱停 老房漏雨 汛期转移 辐射 海外求助 灾后补助 缺血 欠工资 辞退 工资拖欠 孩子没人带 没签合同"
    ).split()
)
_MATTERS: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
for _m in MATTERS:
    _MATTERS.setdefault(_m.unit, []).append((_m.name, _m.synonyms))


def spaced(text: str) -> str:
    """Put one space between figures and characters, and none beside full-width marks."""
    text = re.sub(r"(?<=[\u4e00-\u9fff])(?=\d)|(?<=\d)(?=[\u4e00-\u9fff])", " ", text)
    text = re.sub(r" +", " ", text)
    return re.sub(r" ?([，。：；、（）“”？—]) ?", r"\1", text).strip()


@dataclass(slots=True)
class Recipe:
    """One kind of post: its titles, its parts, how often and when it appears."""

    name: str
    units: tuple[str, ...]
    column: str
    codes: str
    count: int
    hours: tuple[int, int]
    options: frozenset[str]
    motif: str
    titles: list[tuple[str, str]] = field(default_factory=list)
    parts: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def parse(text: str) -> list[Recipe]:
    """Read the notation of the recipe files."""
    found: list[Recipe] = []
    for line in text.strip().splitlines():
        if line.startswith("# "):
            name, units, column, codes, count, options = (cell.strip() for cell in line[2:].split("|"))
            pairs = dict(word.partition("=")[::2] for word in options.split())
            low, high = map(int, pairs.get("hours", "9-17").split("-"))
            found.append(
                Recipe(
                    name,
                    tuple(units.split("、")),
                    column,
                    codes,
                    int(count),
                    (low, high),
                    frozenset(pairs),
                    pairs.get("motif", "leaf"),
                )  # fmt: skip
            )
        elif match := _LINE.match(line):
            where, tags, words = match.groups()
            target = found[-1].titles if where == "T" else found[-1].parts.setdefault(where, [])
            target.append((tags or "", words))
    return found


class Slots:
    """The values of one post's slots; a named slot keeps its value through title and body."""

    def __init__(self, rng: random.Random, unit: str, day: date, given: dict[str, str]) -> None:
        self.rng, self.unit, self.day, self.kept = rng, unit, day, dict(given)

    def put(self, text: str) -> str:
        """Fill every slot of a text."""
        return _SLOT.sub(lambda match: self._value(match[1], match[2] or ""), text)

    def _value(self, name: str, span: str) -> str:
        if name == "n":
            return self._number(span or "2-9")
        if name == "t":
            return self._clock(span or "8-17")
        if name not in self.kept:
            self.kept[name] = self._draw(name, span)
        return self.kept[name]

    def _number(self, span: str) -> str:
        low, high = map(int, span.split("-"))
        return f"{self.rng.randint(low, high):,}"

    def _clock(self, span: str) -> str:
        low, high = map(int, span.split("-"))
        return f" {self.rng.randint(low, high)}:{self.rng.choice(('00', '30', '15', '00', '40'))}"

    def _draw(self, name: str, span: str) -> str:
        rng = self.rng
        if name == "tel":
            return "{tel}"
        if name in ("end", "h1"):
            return self._clock(span or "15-18").strip()
        if name[0] == "k" and name[1:].isdigit():
            return self._number(span or "2-9")
        season = _SEASONS[self.day.month]
        if name in _SEASONAL:
            name = f"{name}_{season}"
        elif name[0] == "v" and name[1:].isdigit():
            return self._other(f"v_{season}", ("v1", "v2", "v3", "v4"))
        elif name in ("street2", "street3"):
            return self._other("street", ("street", "street2", "street3"))
        elif name in ("market2", "matter2", "comm2"):
            return self._other(name[:-1] if name != "comm2" else "comm", (name[:-1],))
        return self._made(name) or rng.choice(WORDS[name])

    def _other(self, words: str, taken: tuple[str, ...]) -> str:
        if words == "matter":
            return self._matter()[0]
        used = {self.kept.get(name) for name in taken}
        return self.rng.choice([word for word in WORDS[words] if word not in used])

    def _matter(self) -> tuple[str, tuple[str, ...]]:
        matters = _MATTERS.get(self.unit) or _MATTERS["dongyuan"]
        return self.rng.choice([matter for matter in matters if matter[0] not in _TROUBLES] or matters)

    def _made(self, name: str) -> str:  # noqa: C901  (a table of cases)
        rng = self.rng
        match name:
            case "block":
                first = rng.randint(1, 9)
                return f"{rng.choice(WORDS['comm'])} {first}—{first + rng.randint(2, 9)} 号楼"
            case "low" | "high":
                low, high = _MEANS[self.day.month - 1]
                self.kept["low"] = str(low + rng.randint(-3, 3))
                self.kept["high"] = str(high + rng.randint(-3, 3))
                return self.kept[name]
            case "low2" | "high2":
                low, high = _MEANS[self.day.month - 1]
                return str((low if name == "low2" else high) + rng.randint(-2, 3))
            case "p1" | "p2" | "p3" | "p4":
                good = self.kept.get(name.replace("p", "v")) or self.kept.get("crop", "")
                return f"{PRICES.get(good, 3.0) * rng.uniform(0.88, 1.14):.1f}"
            case "pork":
                return f"{rng.randint(118, 139) / 10:.1f}"
            case "egg":
                return f"{rng.randint(43, 56) / 10:.1f}"
            case "route":
                return str(rng.choice([n for n in range(2, 34) if n != 4]))
            case "matter" | "say":
                self.kept["matter"], said = self._matter()
                self.kept["say"] = rng.choice(said)
                return self.kept[name]
            case "r_what" | "r_true" | "r_src":
                self.kept["r_what"], self.kept["r_true"], self.kept["r_src"] = rng.choice(RUMOURS)
                return self.kept[name]
            case "broken" | "broken_short":
                at = rng.randrange(len(WORDS["broken"]))
                self.kept["broken"], self.kept["broken_short"] = (
                    WORDS["broken"][at],
                    WORDS["broken_short"][at],
                )
                self.kept["cause"], self.kept["early2"] = WORDS["cause"][at], WORDS["early2"][at]
                return self.kept[name]
            case "index" | "aqi" | "advice_air":
                index = rng.randint(24, 128)
                level = 0 if index <= 50 else 1 if index <= 100 else 2
                self.kept["index"], self.kept["aqi"] = str(index), ("优", "良", "轻度污染")[level]
                self.kept["advice_air"] = rng.choice(WORDS[f"advice_air_{level}"])
                return self.kept[name]
            case "here":
                return _here(self.unit, rng)
            case "clinic" | "dept" | "hall" | "village" if f"{name}_{self.unit}" in WORDS:
                return rng.choice(WORDS[f"{name}_{self.unit}"])
            case "hours_short":
                return "上班时间" if "周一至" in BY_KEY[self.unit].hours else "每天"
        return ""


def _here(unit: str, rng: random.Random) -> str:
    place = BY_KEY[unit]
    if place.kind == "grid":
        return place.address.split("（")[-1].rstrip("）")
    below = [u for u in BY_KEY.values() if u.parent == unit]
    if below:
        return _here(rng.choice(below).key, rng)
    return re.sub(r"^河口县| ?\d+ 号$", "", place.address).strip()


class Originality:
    """Remembers the character pairs of what was written, and tells how near a new text comes to any of them."""

    def __init__(self) -> None:
        self._index: dict[str, int] = {}
        self._seen: dict[str, list[tuple[int, int]]] = {}

    def mask(self, text: str) -> int:
        """Turn a text into the set of its character pairs."""
        bits = 0
        for pair in {text[i : i + 2] for i in range(len(text) - 1)}:
            bits |= 1 << self._index.setdefault(pair, len(self._index))
        return bits

    def nearest(self, kind: str, bits: int) -> float:
        """Tell the largest share of common pairs with a text of the same kind."""
        size = bits.bit_count()
        return max(
            (2 * (bits & other).bit_count() / (size + n) for other, n in self._seen.get(kind, ())),
            default=0.0,
        )

    def remember(self, kind: str, bits: int) -> None:
        """Keep a text's pairs."""
        self._seen.setdefault(kind, []).append((bits, bits.bit_count()))


class Composer:
    """Writes posts by recipe, in a fixed order from one seed, so that every run writes the same year."""

    def __init__(self, seed: int, when: Calendar) -> None:
        self.when = when
        self.rng = random.Random(seed)  # noqa: S311  (nothing secret)
        self.originality = Originality()
        self._titles: set[str] = set()
        self._numbers: dict[str, int] = {}

    def write(self, recipe: Recipe, unit: str, day: date, **given: str) -> tuple[PostSeed, dict[str, str]]:
        """Write one post; of up to 120 drafts the first that is unlike the others is taken."""
        best: tuple[float, str, str, Slots, int] | None = None
        for attempt in range(120):
            slots = Slots(self.rng, unit, day, given)
            title, body = self._draft(recipe, slots)
            title, body = (spaced(fill(text, unit, day, self.when)) for text in (title, body))
            if not 8 <= len(title.replace(" ", "")) <= 28 or len(body) < 60:
                continue
            bits = self.originality.mask(body)
            near = self.originality.nearest(recipe.name, bits) + (0.1 if title in self._titles else 0)
            if best is None or near < best[0]:
                best = (near, title, body, slots, bits)
            if near < 0.68 or (near < 0.74 and attempt > 12) or (near < 0.78 and attempt > 40):
                break
        assert best is not None, recipe.name
        _, title, body, slots, bits = best
        self.originality.remember(recipe.name, bits)
        self._titles.add(title)
        return self._post(recipe, unit, day, title, body, slots), slots.kept

    def _draft(self, recipe: Recipe, slots: Slots) -> tuple[str, str]:
        rng = self.rng
        tag, first = rng.choice(recipe.parts["1"])
        titles = [words for tags, words in recipe.titles if not tags or not tag or tag in tags]
        fits = {
            k: [words for tags, words in v if not tags or tag in tags]
            for k, v in recipe.parts.items()
            if k != "1"
        }
        parts = [first, *(rng.choice(fits[key]) for key in sorted(fits))]
        if rng.random() < 0.3 and len(fits["2"]) > 2 and recipe.name not in ("weather", "price", "rumour"):
            parts.insert(2, rng.choice([words for words in fits["2"] if words not in parts]))
        body = (
            slots.put(parts[0])
            + "".join(slots.put(part) for part in parts[1:-1])
            + "\n\n"
            + slots.put(parts[-1])
        )
        title = slots.put(rng.choice(titles or [words for _, words in recipe.titles])).strip()
        return title, body

    def _post(self, recipe: Recipe, unit: str, day: date, title: str, body: str, slots: Slots) -> PostSeed:
        rng = self.rng
        number = self._numbers[recipe.name] = self._numbers.get(recipe.name, 0) + 1
        low, high = recipe.hours
        clock = f"{rng.randint(low, max(low, high - 1))}:{rng.randrange(0, 60):02d}"
        corrections: tuple[Correction, ...] = ()
        end = slots.kept.get("end", "")
        if "fix" in recipe.options and end and body.count(end) == 1 and rng.random() < 0.24:
            hour, minute = end.split(":")
            wrong = f"{int(hour) - rng.choice((1, 2))}:{minute}"
            if wrong not in body:
                corrections = (Correction(wrong, end, rng.choice(_REASONS), rng.randrange(8, 190)),)
        picture = None
        if rng.random() < 0.2:
            picture = Picture(
                recipe.motif, rng.randrange(10**6), f"{_ALT[recipe.motif]}，{day_name(day, weekday=False)}"
            )
        expires = stamp(day + timedelta(days=2), "23:59") if recipe.name in ("water", "power", "road") else ""
        return PostSeed(
            key=f"{recipe.name}-{number:04d}", unit=unit, author=editor_of(unit, number), column=recipe.column, topics=(),
            klass=KLASS[recipe.codes[0]], purpose=PURPOSE[recipe.codes[1]], risk=RISK[recipe.codes[2]],  # type: ignore[arg-type]
            title=title, body=body, summary=summary_of(body), published_at=stamp(day, clock),
            facts=Facts(source=BY_KEY[unit].name, contact=BY_KEY[unit].phone), picture=picture, corrections=corrections,
            expires_at=expires,
        )  # fmt: skip


_ALT = {
    "rain": "雨里的街口", "lamp": "傍晚亮起的一盏灯", "sky": "早上的天和远山", "chart": "一组高低不同的柱子",
    "street": "老街的屋檐和窗", "bridge": "河上的一座拱桥", "river": "缓缓转弯的河", "bowl": "冒着热气的一碗饭",
    "leaf": "几片落叶", "lantern": "一串纸灯笼", "field": "一垄一垄的田", "market": "早市的油布棚",
}  # fmt: skip
