"""Abbreviations that stand unexplained where they are first used."""

import itertools
import re
from collections.abc import Iterator
from functools import cache

from weiting.text.finding import Finding
from weiting.text.plain.patterns import lines
from weiting.text.plain.rules import severity, why
from weiting.text.plain.scope import FILL, Scope

_NUMERALS = "一两三四五六七八九十双"
# 四议两公开, 三清三拆; not 三三两两 or 一五一十, and not a count of things (一室一厅).
_RIDDLE = re.compile(
    f"(?<![第{_NUMERALS}0-9百千万亿几月号])(?P<a>[二{_NUMERALS[1:]}])(?P<b>[一-龥]{{1,2}}?)(?P<c>[{_NUMERALS}])(?P<d>[一-龥]{{1,2}})(?=[，。、；！？\\s”）)的]|$|工作|制度|政策|要求|机制|达标|整治|行动|工程)"
)
_SIX_ONE = re.compile(
    "[二三四五六七八九十两]个(?:一|不|化|必须|严禁)(?![个层直旦家样起])(?=[一-龥]{0,2}(?:[，。、；！？”]|包保|责任|工程|标准|要求|机制|活动|行动|制度|$))"
)
_CLASSIFIERS = frozenset(
    "期车届批孔折个只条件名人户楼层室厅卫天日月年周次点时分元角块里米斤号栋幢单组队排班路街站级类种份张把辆台位家岁杯碗桶"
)
_LETTERS = re.compile("(?<=[一-龥“（(])[A-Z]{2,6}(?=[一-龥”）)])")
# Names of accounts, English phrases and topics are names, whatever letters they are written with.
_NAMES = re.compile(
    r"@[\w·-]{1,30}(?: ?[A-Za-z]{1,30})?|[A-Za-z]{2,30}(?: [A-Za-z]{1,30}){1,20}|#[^#\n]{1,40}#"
)
_EXPLAINED_BEHIND = re.compile(
    r"^[”’』」]?(?:疫苗|的?原则|政策|改革|工作|制度|路|保护)?\s*(?:[（(](?!试行|暂行|修订)|[，,]?\s*(?:即|是指|指的?是?|就是|是[一-龥]|也就是|意思是|的意思|全称|包括|[：:—]))"
)


@cache
def known() -> dict[str, str]:
    """The abbreviations we know and what each stands for."""
    return dict(line.split("\t") for line in lines("abbreviations.tsv"))


@cache
def _search() -> re.Pattern[str]:
    words = sorted(known(), key=len, reverse=True)
    options = "|".join(f"(?<![A-Za-z]){w}(?![A-Za-z])" if w.isascii() else re.escape(w) for w in words)
    # Most characters begin none of them: one look at the first spares the hundreds of tries.
    first = "".join(sorted({re.escape(word[0]) for word in words}))
    return re.compile(f"(?=[{first}])(?:{options})")


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(word for line in lines(name) for word in line.split())


# What only looks like an abbreviation of ours.
_OTHER_USE = re.compile(
    "双创可|三公(?:里|分|斤|尺|顷|开)|两高(?:一部|一低|速|层|铁|个)|两病(?:房|区|人)|两险(?:些|情)|飞地铁|四好(?:像|几)|六保(?:安|险)|双控制|两新(?:郎|人|房|楼|车|建|增|装|开)|两违(?:章|法|规|停)"
    "|三资(?!清|企|管|产.{0,4}清|监|平|提|委|$|[”，。、])|双碳酸|规上(?!企|工|服|$|[，。”])|低保(?:真|质|温|湿|存)|两癌症|六稳(?!六|$|[，。、”])"
    "|[0-9一二三四五六七八九十]一站式|网格化妆|保六保通|百分之[一二三四五六七八九十]{1,4}"
)


def find(scope: Scope) -> Iterator[Finding]:
    """The first unexplained use of each abbreviation."""
    seen: set[str] = set()
    taken = bytearray(len(scope.text))
    for rule, match in _candidates(scope.text):
        start, end, words = match.start(), match.end(), match[0]
        if words in seen or any(words.startswith(each) for each in seen) or any(taken[start:end]):
            continue
        taken[start:end] = b"\1" * (end - start)
        if scope.is_in_title(start, end):
            continue
        seen.add(words)
        if not _is_explained(scope.text, start, end, words):
            yield Finding(
                rule,
                start,
                end,
                words,
                why(rule, words=words),
                severity(rule),
                _better(scope.text, start, end),
            )


def _candidates(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    others = bytearray(len(text))
    for found in itertools.chain(_OTHER_USE.finditer(text), _NAMES.finditer(text)):
        others[found.start() : found.end()] = b"\1" * len(found[0])
    for match in _search().finditer(text):
        if not others[match.start()]:
            yield ("abbreviation.letters" if match[0].isascii() else "abbreviation.office"), match
    riddles = (each for each in _RIDDLE.finditer(text) if not _is_count(each) and not others[each.start()])
    for match in itertools.chain(riddles, _SIX_ONE.finditer(text)):
        yield "abbreviation.numbers", match
    for match in _LETTERS.finditer(text):
        if match[0] not in _words("letters.txt") and not others[match.start()]:
            yield "abbreviation.letters", match


def _is_count(match: re.Match[str]) -> bool:
    """Whether these are two counts (三室一厅), a saying (三心二意) or a pair of the same (三三两两)."""
    a, b, c, d = match["a"], match["b"], match["c"], match["d"]
    if (
        match[0].startswith("双向")
        or b[-1] in "和至到"
        or b[0] in _CLASSIFIERS
        or d[0] in _CLASSIFIERS
        or "、" in match[0]
    ):
        return True
    return match[0] in _words("sayings.txt") or a == c == "一"


def _is_explained(text: str, start: int, end: int, words: str) -> bool:
    if _EXPLAINED_BEHIND.match(text[end : end + 16]):
        return True
    # 电子不停车收费（ETC）; 村集体的资金、资产和资源（三资）
    if re.search("[一-龥”][（(]\\s*[“]?$", text[max(0, start - 4) : start]) and re.match(
        "[”]?\\s*[）)]", text[end : end + 3]
    ):
        return True
    full = known().get(words, "")
    if full and full in text[:start]:
        return True
    parts = [part for part in re.split("[、和，]", full) if len(part) > 1]
    around = text[max(0, start - 60) : end + 60]
    return len(parts) > 1 and all(part in around for part in parts)


def _better(text: str, start: int, end: int) -> tuple[str, ...]:
    """The words with what they stand for in brackets."""
    words = text[start:end]
    full = known().get(words) or FILL % "是什么"
    # Inside quotation marks the remark would be quoted as well; it still reads.
    return (f"{words}（{full}）",)
