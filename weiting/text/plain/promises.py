"""Promises without a day: 尽快, 适时, 研究解决 …, unless the sentence names a day or a term."""

import re
from collections.abc import Iterator

from weiting.text.finding import Finding
from weiting.text.plain.patterns import Hit, phrases
from weiting.text.plain.rules import why
from weiting.text.plain.scope import Scope

# A day, an hour or a term that somebody could be held to.
_TERM = re.compile(
    r"\d{1,2}\s*月(?:\s*\d{1,2}\s*[日号]|[上中下]旬|底|初|份?(?:前|内|之前))|\d{4}\s*年(?!来)|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|(?<!\d)\d{1,2}\s*[日号](?:前|内|起|之前|以前|[上下]午|\d|[，。；完开恢通公])"
    r"|(?:\d{1,3}|[一二三四五六七八九十两]{1,3}|半)\s*(?:个)?(?:工作日|自然日|天|日|小时|分钟|周|星期|月|年|季度)(?:之内|以内|内|左右|后|之后|前)"
    r"|\d{1,2}\s*[时点](?:\d{1,2}分|半)?(?:前|起|完|恢|，|。|左右|之前)?"
    r"|(?:本|这|当|下|上)(?:周|月|季度|旬|个月|星期|学期)[一二三四五六日天末底初内前]?"
    r"|(?:今|明|后|当)(?:天|日|晚|年)|年[底内末]|月[底末]|周[一二三四五六日末]|季度[末内]|[一二三四]季度|春节前|国庆前|中秋前|元旦前|汛期前|开学前"
)
_REQUEST = re.compile(
    r"请(?!放心)|建议(?:[您你]|由)|[您你](?:可以|可|也可|若|如|要|应|不妨|先)|提醒|呼吁|希望[您你]|望[您你]|若|如(?:遇|有|需|果|身体|发现)|发现|感谢|谢谢|欢迎|只要|(?:居民|市民|业主|用户|家长|群众|乘客|大家)(?:请|要|应)?$"
)
_FUTURE = re.compile(
    r"将|(?<![委社商协工大班])会(?!议|同|计|员|诊)|拟(?!定了)|争取|准备|计划|打算|预计|下一步|接下来|要(?!求)|后(?:将|会|，|立|即|及|再)|承诺|督促"
)
_DONE = re.compile(r"了(?!解)|已(?!列入|纳入|经?将)|过(?!程|渡|户|去|后|来|几)|曾")
# 不能及时缴纳 and 为了尽快解决，我们已经… promise nothing.
_NO_PROMISE = re.compile(r"(?:不能|未能|没有|没能|无法|未|没|不)$|^(?:为了?|为确保)[^，。；]{0,12}$")
# 接到来信后立即到场 tells what was.
_TOLD = re.compile(r"接到|收到|看到|获悉|得知|接报|高度重视")
# 如有情况将及时回复 is no request.
_IF_ANYTHING = re.compile("如有[^，。；]{0,12}(?:将|会)$")
_FIRST_PERSON = re.compile(r"我[们局市区县中处院校办]|本[局市区县]|我单位")


def find(scope: Scope) -> Iterator[Finding]:
    """Every promise of the text whose sentence names no day and no term."""
    for hit in phrases("promises.txt").find(scope.text):
        if scope.is_quoted(hit.start, hit.end):
            continue
        if _TERM.search(scope.around(hit.start)) or not _is_promise(scope, hit):
            continue
        words = scope.text[hit.start : hit.end]
        better = hit.better
        if scope.text[max(0, hit.start - 1) : hit.start] == "在":
            # 将在近期发放 has its 在 already.
            better = tuple(each.removeprefix("在") for each in better)
        yield Finding(hit.rule, hit.start, hit.end, words, why(hit.rule, words=words), "should", better, 0.9)


def _is_promise(scope: Scope, hit: Hit) -> bool:
    """Whether somebody promises here: not a request to the reader, not a thing done, not a description."""
    start, end = scope.clause_at(hit.start)
    before, after = scope.text[start : hit.start], scope.text[hit.end : end]
    if _NO_PROMISE.search(before):
        return False
    if _REQUEST.search(before) and not (_FIRST_PERSON.search(before) or _IF_ANYTHING.search(before)):
        return False
    if scope.text[hit.end : hit.end + 2] == "不是" or after.startswith("的"):
        return False
    if _DONE.search(before + after) and not _FUTURE.search(before):
        return False
    if hit.rule == "promise.future" and not _looks_ahead(scope, hit, start, before):
        return False
    if not _is_of_ours(scope.text[hit.start : hit.end], before, after):
        return False
    return not (after == "" and scope.text[hit.end : hit.end + 1] in "，," and _is_news(scope, hit))


def _is_of_ours(words: str, before: str, after: str) -> bool:
    """Not what was of late, not a rule that weighs things, not what scholars study."""
    if words in ("近日", "日内", "近日内") and len(after) > 4 and not _FUTURE.search(before + after[:1]):
        return False
    if "考虑" in words and not _FUTURE.search(before + words[:1]) and "后的工作" not in before:
        return False
    return not (words.endswith("中") and re.search("专家|科学家|学者|病毒|原因", before + words))


def _is_news(scope: Scope, hit: Hit) -> bool:
    """近日，… tells what was."""
    return scope.text[hit.start : hit.end] in ("近日", "日前", "近期")


def _looks_ahead(scope: Scope, hit: Hit, start: int, before: str) -> bool:
    words = scope.text[hit.start : hit.end]
    if scope.text[hit.start : hit.end] in ("立即", "立刻") and _TOLD.search(before):
        return False
    if _FUTURE.search(before) or re.match("[会拟]", scope.text[hit.end : hit.end + 1]):
        return True
    # 待资金落实后，立即开工: the clause before looks ahead.
    sentence = scope.sentences[scope.sentence_at(hit.start)]
    return words in ("立即", "及时", "陆续") and bool(
        re.search(r"待|后(?:将|会)|下一步|接下来", scope.text[max(sentence.start, start - 24) : start])
    )
