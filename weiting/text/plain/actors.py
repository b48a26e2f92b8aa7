"""Who acts: bodies that hide behind 有关部门, and acts of office that have no doer at all."""

import re
from collections.abc import Iterator

from weiting.text.finding import Finding
from weiting.text.plain.patterns import Hit, phrases
from weiting.text.plain.rules import why
from weiting.text.plain.scope import Scope

# What names an office or a person who acts.
ORGAN = (
    "委员会|办公室|办事处|指挥部|领导小组|市政府|区政府|县政府|镇政府|政府|街道|社区|居委会|村委会|业委会|大队|支队|总队|派出所|监测站|"
    "服务站|管理站|管理所|服务中心|中心|公司|集团|银行|法院|检察院|医院|学校|小学|中学|大学|学院|幼儿园|图书馆|博物馆|文化馆|规划馆|体育馆|"
    "协会|基金会|工会|物业|水务局|电影院|机场|车站|火车站|水厂|电厂|报社|电视台|局|厅|厂"
)
_ORGAN = re.compile(f"[一-龥A-Za-z0-9]{{0,12}}?(?:{ORGAN})|[市区县省镇乡](?:委|人大|政协|公安|消防|交警|里)")
_PERSON = re.compile(
    "我们?|本[局市区县中处院校]|[一-龥]{2,6}[镇乡县区市村](?=[，,]?(?:已|将|对|责|决|于|按|根据|依|安排|组织|立即|高度|要求))|咱们|[您你他她]们?|大家|居民|市民|业主|村民|用户|家长|乘客|司机|民警|交警|消防员|医生|护士|老师|"
    "志愿者|工人|师傅|工作人员|抢修队|施工队|施工方|检查组|调查组|专班|党组|党委|支部|网格员|调解员|双方|各单位|各部门|各社区|"
    "各街道|[一-龥](?:先生|女士|阿姨|队长|主任|科长|所长|经理|处长|同志)|队员|店主|房东|租客|学生|考生|企业"
)
_OBJECT = re.compile(
    "对[^，。；！？\n]{1,24}?(?=予以|给予|加以|不予|进行|立案|查处|取缔|追究|批评|实行|实施|$)"
)
# A function named right before: 教育主管部门 is as good as a name; 等有关部门 ends a list of names.
_NAMED_BEFORE = re.compile(
    "(?:等|及其|教育|交通|交警|公安|住建|城管|环保|生态环境|卫生|卫健|市场监管|行业|水务|水利|民政|财政|税务|农业|房管|规划|"
    "消防|医保|社保|人事|文化|市|区|县|局|委)$"
)
_NAMED_BEHIND = re.compile(
    "^(?:分别)?(?:[（(：:]|[是为即]|包括|如|有(?!关))|^名单|^(?:的)?(?:电话|名称|名单)"
)
_ABOUT = re.compile("(?:与|和|跟|同)[^，。；]{0,6}$")


def find(scope: Scope) -> Iterator[Finding]:
    """Every hidden doer of the text."""
    for hit in phrases("actors.txt").find(scope.text):
        if scope.is_quoted(hit.start, hit.end):
            continue
        is_found = _is_vague(scope, hit) if hit.rule == "actor.vague" else _is_missing(scope, hit)
        if is_found:
            words = scope.text[hit.start : hit.end]
            yield Finding(
                hit.rule, hit.start, hit.end, words, why(hit.rule, words=words), "should", hit.better, 0.9
            )


def _is_vague(scope: Scope, hit: Hit) -> bool:
    start, end = scope.clause_at(hit.start)
    # What counts stands right before and right behind.
    before, behind = (
        scope.text[max(start, hit.start - 12) : hit.start],
        scope.text[hit.end : min(end, hit.end + 12) + 1],
    )
    if "主管" in scope.text[hit.start : hit.end] and not re.search("(?:^|由|向|经|报|请|到|与|和)$", before):
        return False
    if behind and re.match("若|如", scope.text[start : start + 1]):
        return False
    return not (
        _NAMED_BEFORE.search(before)
        or _NAMED_BEHIND.search(behind)
        or _ABOUT.search(before)
        and behind[:1] == "的"
    )


def names_a_doer(text: str) -> bool:
    """Whether the words name an office or a person who could be the doer."""
    return bool(_ORGAN.search(text) or _PERSON.search(text))


def _is_missing(scope: Scope, hit: Hit) -> bool:
    """Whether nobody is named before the act, in this sentence or the one before it in the same paragraph."""
    number = scope.sentence_at(hit.start)
    sentence = scope.sentences[number]
    before = _OBJECT.sub("", scope.text[max(sentence.start, hit.start - 160) : hit.start])
    if hit.groups and re.search("对[^，。；]*$", before):
        return False
    before = re.sub("[相有]关[^，。；]{0,12}$", "", before)
    if names_a_doer(before):
        return False
    if number and "\n" not in scope.text[scope.sentences[number - 1].end : sentence.start]:
        previous = scope.sentences[number - 1].text[:160]
        if names_a_doer(previous):
            return False
    if scope.text[hit.start] == "经" and names_a_doer(scope.text[hit.end : hit.end + 16]):
        return False
    return not _is_other_use(scope, hit)


_RULE_TEXT = re.compile("(?:给予|予以|加以)(?:了)?(?:理解|支持|谅解|关心|帮助|指正|保存|注意)")


def _is_other_use(scope: Scope, hit: Hit) -> bool:
    """请予以理解 asks the reader; 决定 may be a noun, 要求 too."""
    text = scope.text
    start, end = scope.clause_at(hit.start if text[hit.start] not in "，," else hit.start + 1)
    clause, words = text[start:end], text[hit.start : hit.end].strip("，")
    if re.search("请|欢迎|可以?(?:向|到|在|凭)", clause[: max(0, hit.start - start)]):
        return True
    if words in ("决定", "要求", "联系", "督促") and hit.start > start:
        return True
    return words in ("要求", "联系", "督促") or text[hit.end : hit.end + 1] in "书权性因的人"
