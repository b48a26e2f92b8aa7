"""Places in a text: divisions of China with the short names people use, a city's own places, and what stands
below them (streets, roads, estates, buildings), found by the words that end their names.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import ahocorasick  # type: ignore[import-not-found]

from weiting.text.segment import is_word

DIVISIONS_FILE = Path(__file__).parent / "data" / "divisions.tsv"
_TAIL = re.compile(
    "(?:(?:[\u4e00-\u9fff]{1,3}族)+自治[州县旗区]|特别行政区|维吾尔自治区|自治区|林区|特区|矿区|地区|新区|[省市区县盟州旗])$"
)
# 和平, 长安, 新华 … are words too: their short form counts only with the name of the city before it.
_HAN = "\u4e00-\u9fff"
# What a name below the divisions ends in, the longer first.
_ENDS = (
    "街道办事处|街道办|街道|社区居委会|居委会|社区|村委会|新村|小区|花园|家园|公寓|大厦|广场|市场|苑|"
    "大道|大街|胡同|巷|路口|路|街|桥|隧道|地铁站|公交站|火车站|学校|小学|中学|幼儿园|大学|学院|医院|公园|镇|乡|村|组|栋|号楼|期"
)
# Words before which a name begins: 位于东园路 is 东园路.
_BEFORE = (
    "位于|坐落于|坐落在|居住在|住在|来自|靠近|邻近|附近|关于|反映|投诉|咨询|举报|建议|请问|希望|请求|强烈|要求|在|到|从|由|与|和|及|是|的"
    "|了|对|向|把|被|将|该|我们|我|你们|他们|这个|这|那个|那|请|求|经过|沿|至|往|去|为|给|就|都|也|有|没有|一个|一条|整个|这条|因|"
    "因为|家住|现|但|而|等|所在|问题|领导|尊敬|您好|你好"
)
_SITE = re.compile(
    rf"(?P<name>[{_HAN}A-Za-z0-9]{{1,10}}?(?:{_ENDS}))(?P<house>\d{{1,5}}(?:号|栋|幢|弄)(?:楼)?)?"
)
_MASKED = re.compile(
    r"(?<![A-Za-z0-9])(?P<level>[A-Z])(?P<number>\d{0,2})(?P<kind>市|省|区|县|镇|乡|村|街道)"
)
_COMMON = """小区 社区 街道 花园 公园 学校 医院 小学 中学 大学 广场 市场 公寓 一期 二期 三期
四期 工期 假期 长期 近期 前期 后期 定期 日期 时期 周期 学期 道路 马路 公路 铁路
高速公路 线路 网路 电路 水路 思路 出路 走路 修路 农村 乡镇 城乡 家乡 农村社区 全区 全市
本小区 本社区 大路 小路 小巷 逛街 上街 大街 大桥 小组 业主 居委会 村委会 小村 学院 幼儿园
火车站 地铁站 公交站 路口 十字路口
"""
_NOT_NAMES = frozenset(_COMMON.split())


@dataclass(frozen=True, slots=True)
class Division:
    """A province, city or area; `code` has 2, 4 or 6 digits."""

    code: str
    name: str

    @property
    def short(self) -> str:
        """The name as people say it: 浙江, 云溪; the name itself when nothing else is clear."""
        bare = _TAIL.sub("", self.name)
        return bare if len(bare) >= 2 else self.name


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text. `kind` is division, own, site or masked; `code` that of a division or of the city's own
    list; `key` is the same for every way to write the place.
    """

    words: str
    start: int
    end: int
    kind: str
    key: str
    code: str = ""


@cache
def divisions() -> tuple[Division, ...]:
    """Every province, city and area, by code."""
    lines = DIVISIONS_FILE.read_text(encoding="utf-8").splitlines()
    return tuple(Division(*line.split("\t")) for line in lines if not line.startswith("#"))


@cache
def division_names() -> frozenset[str]:
    """The full names of all divisions."""
    return frozenset(each.name for each in divisions())


@dataclass
class Gazetteer:
    """Finds the places of a text; `own` gives a city's own places: code → names, the first the full one."""

    own: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _names: ahocorasick.Automaton = field(init=False, repr=False)

    def __post_init__(self) -> None:
        found: dict[str, tuple[str, str, str]] = {}
        for each in divisions():
            short = each.short
            if len(each.code) < 6 or not is_word(short):
                found.setdefault(short, ("division", each.code, each.name))
            found[each.name] = ("division", each.code, each.name)
        for code, names in self.own.items():
            for name in names:
                found[name] = ("own", code, names[0])
        self._names = ahocorasick.Automaton()
        for name, value in found.items():
            self._names.add_word(name, (len(name), *value))
        self._names.make_automaton()

    def find(self, text: str) -> list[Place]:
        """The places of a text in their order; the longest name wins where several stand."""
        found = [
            Place(text[last + 1 - size : last + 1], last + 1 - size, last + 1, kind, key, code)
            for last, (size, kind, code, key) in self._names.iter_long(text)
        ]
        taken = [False] * (len(text) + 1)
        for place in found:
            taken[place.start : place.end] = [True] * (place.end - place.start)
        for masked in _MASKED.finditer(text):
            if not taken[masked.start()]:
                found.append(Place(masked[0], *masked.span(), "masked", masked["level"] + masked["number"]))
                taken[masked.start() : masked.end()] = [True] * len(masked[0])
        found.extend(_sites(text, taken))
        return sorted(found, key=lambda place: place.start)


_CUT = re.compile(f".*(?:{_BEFORE})")


def _sites(text: str, taken: list[bool]) -> Iterable[Place]:
    for match in _SITE.finditer(text):
        start, end = match.start(), match.end()
        while start < end and taken[start]:
            start += 1
        name_end = match.end("name")
        name = text[start:name_end]
        if cut := _CUT.match(name[:-1]):
            start, name = start + cut.end(), name[cut.end() :]
        if len(name) < 3 or name in _NOT_NAMES:
            continue
        yield Place(text[start:end], start, end, "site", name + (match["house"] or ""))


@cache
def gazetteer() -> Gazetteer:
    """The finder that knows the divisions only."""
    return Gazetteer()
