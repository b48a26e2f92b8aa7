"""Names, looked at only where something else makes them personal: a child in a case, the tail of an identity number,
a row of a list. No name is kept anywhere; nothing is known about a name but its surname.
"""

import re
from collections.abc import Iterator
from functools import cache

import ahocorasick  # type: ignore[import-not-found]

from weiting.text.personal.reading import Reading, searchable, words_of
from weiting.text.personal.span import Span
from weiting.text.segment import is_word, segmenter

_HAN = "\u4e00-\u9fff"


@cache
def surnames() -> tuple[frozenset[str], frozenset[str]]:
    """The surnames of one character and those of two."""
    words = words_of("surnames.txt")
    double = frozenset(word for word in words if len(word) == 2)
    return frozenset("".join(word for word in words if len(word) > 2)), double


@cache
def _ends() -> frozenset[str]:
    return frozenset(words_of("name_ends.txt"))


@cache
def _no_names() -> frozenset[str]:
    return frozenset(words_of("not_names.txt"))


# How a name goes on that is masked already, or that is a title and no name: 王某, 张老师, 李先生.
_MASKED = re.compile("[某×X*＊○〇xX]")
_TITLES = "先生女士老师主任局长医生师傅警官律师同学同志科长书记校长院长队长经理教授法官护士阿姨叔叔奶奶爷爷大爷大妈家长"
_TITLE = re.compile("|".join(_TITLES[at : at + 2] for at in range(0, len(_TITLES), 2)))


def size_of_surname(words: str) -> int:
    """How many characters the surname has with which these words begin; 0 when with none."""
    single, double = surnames()
    if words[:2] in double:
        return 2
    return 1 if words[:1] in single else 0


def is_name(words: str) -> bool:
    """Whether words may be a whole name: a surname and one or two characters, or a name with a dot in it."""
    if re.fullmatch(f"[{_HAN}]{{2,8}}[·•・][{_HAN}]{{2,10}}", words):
        return True
    size = size_of_surname(words)
    given = words[size:]
    if not size or not 1 <= len(given) <= 2 or not re.fullmatch(f"[{_HAN}]+", given):
        return False
    return words not in _no_names() and not _MASKED.search(given) and not _TITLE.fullmatch(given)


def masked_name(words: str) -> str:
    """A name of which the surname stays: 王小明 is 王某某, 买买提·艾力 is 买某某."""
    size = size_of_surname(words) or 1
    return words[:size] + "某" * min(2, len(words) - size)


def name_at(text: str, at: int) -> str:
    """The name that begins here, or "": of three characters if what follows lets it end there, else of two."""
    size = size_of_surname(text[at : at + 2])
    if not size or text[at : at + 2] in _no_names():
        return ""
    for given in (2, 1):
        words = text[at : at + size + given]
        behind = text[at + size + given : at + size + given + 1]
        if len(words) == size + given and is_name(words) and _may_end(behind):
            return words
    return ""


def _may_end(behind: str) -> bool:
    return not behind or not ("\u4e00" <= behind <= "\u9fff") or behind in _ends()


_DOTTED_BEFORE = re.compile(
    f"(?<![{_HAN}])(?:居民|市民|村民|学生|职工|业主|户主|人员|[\u4e00-\u9fff]{{1,3}}人)?([{_HAN}]{{2,8}}[·•・][{_HAN}]{{2,10}})$"
)


def name_before(text: str, at: int) -> str:
    """The name that ends here, or ""."""
    if dotted := _DOTTED_BEFORE.search(text, max(0, at - 20), at):
        return dotted[1]
    for length in (4, 3, 2):
        words = text[max(0, at - length) : at]
        if len(words) == length and is_name(words) and (length != 4 or size_of_surname(words) == 2):
            return words
    return ""


# --- children in cases ---------------------------------------------------------------------------------------------

_CASE = re.compile(
    "案件|案发|立案|报案|报警|警方|民警|公安|派出所|检察|法院|起诉|判决|审理|庭审|被害|受害|嫌疑|犯罪|侵害"
    "|性侵|猥亵|强奸|虐待|霸凌|欺凌|殴打|打架|斗殴|伤害"
    "|拐卖|拐骗|绑架|溺水|溺亡|坠楼|坠亡|死亡|身亡|遇难|遗体|事故|车祸|抢救|自杀|轻生|自残|盗窃|抢劫"
    "|拘留|刑事|治安|涉案|[撞摔烫咬刺砍烧打压砸电灼冻受]伤|撞倒|撞死|碾压|猝死|送医|遇害|中毒|体罚|家暴|遗弃|被打|被害人|涉嫌"
    "|确诊|患儿|白血病|救助金|困境儿童|孤儿|事实无人抚养|留守|监护权|抚养权|抚养费"
)
# Searching for a missing child needs its name: the law on minors, article 103, leaves that free.
_MISSING = re.compile("寻人启事|寻人|走失|走丢|失联|协查|寻找.{0,6}孩子|请知情者|寻亲")
_CHILD = (
    "小学生|初中生|高中生|中学生|未成年人|未成年|男童|女童|幼童|儿童|男孩|女孩|孩子|少年|少女|婴儿|患儿"
    "|幼儿|学生|同学|孤儿|男婴|女婴|男生|女生|年级的|班的|幼儿园的"
)
# Surnames that are above all other words: they count only where the dictionary too sees a name.
_DOUBTFUL = frozenset("和于时成党班从连全应安都常向平明万方高包管")
# Sons and daughters may be of any age: these say only beside an age or a school that one is a child.
_KIN = re.compile("儿子|女儿|孙子|孙女|外孙女?|弟弟|妹妹|小孩|娃")
_BEFORE_NAME = re.compile(
    rf"(?:(?<![0-9])(?:[1-9]|1[0-7]|[一二三四五六七八九]|十[一二三四五六七]?)(?:周)?岁(?:的|男孩|女孩"
    rf"|男童|女童|学生|少年|少女|儿童|孩子|小)?[的]?|(?:{_CHILD})(?:叫|名叫|名字叫)?)"
    "(?:[“\"'（(：:、 ]{0,2})"
)
_AGE = r"(?:(?<![0-9])(?:[1-9]|1[0-7])|十[一二三四五六七]?|[一二三四五六七八九])(?:周|个)?(?:岁|月大)"
_BEHIND_NAME = re.compile(
    rf"同学|[（(，,、 ]{{1,2}}(?:化名)?(?:(?:男|女|系|是|为|今年|年仅|年方|现年|时年|刚满|才|约|仅|，|,"
    rf"|、| |某|[\u4e00-\u9fff]{{2,8}}(?:小学|中学|幼儿园)){{0,6}})(?:{_AGE}"
    rf"|[\u4e00-\u9fff]{{0,10}}(?:小学|初中|幼儿园|中学|高中)[\u4e00-\u9fff]{{0,6}}(?:学生|年级|班))"
    rf"|(?:今年|年仅|现年|时年|刚满|才|仅|只有)(?:{_AGE})|(?:{_AGE})"
)
_SCHOOL_AGE = re.compile(rf"{_AGE}|小学|初中|幼儿园|年级")
_GROWN_UP = re.compile("大学|留学|研究生|硕士|博士|本科|高校|大[一二三四]学生|毕业")
_GROWN_AGE = re.compile("[^。；;]{0,28}?(?<![0-9])(?:1[89]|[2-9][0-9])(?:周)?岁")
REACH, MOST_TOGETHER = 90, 9
_ORDER = "某甲乙丙丁戊己庚辛壬癸"


def minors(reading: Reading) -> list[Span]:
    """Children named in a case, at every place where the name stands again."""
    text = reading.text
    names = {}
    if _CASE.search(text) and not _MISSING.search(text):
        names = dict.fromkeys(
            each for name, end in _named_children(text) for each in _and_others(text, name, end)
        )
    if not names:
        return []
    masks = {
        name: "小" + (_ORDER[0] if len(names) == 1 else _ORDER[1 + at % 10]) for at, name in enumerate(names)
    }
    every = ahocorasick.Automaton()
    for name in names:
        every.add_word(name, name)
    every.make_automaton()
    found = ((last + 1 - len(name), last + 1, name) for last, name in every.iter_long(searchable(text)))
    return [Span("minor", start, end, sure=0.85, mask=masks[name]) for start, end, name in found]


def _named_children(text: str) -> Iterator[tuple[str, int]]:
    """Names of children, and where they end."""
    for match in _BEFORE_NAME.finditer(text):
        name = name_at(text, match.end())
        if name and _is_named_in_case(text, match.end(), name):
            yield name, match.end() + len(name)
    for match in _KIN.finditer(text):
        name = name_at(text, match.end())
        is_child = name and _SCHOOL_AGE.search(text, match.end(), match.end() + 24)
        if is_child and _is_named_in_case(text, match.end(), name):
            yield name, match.end() + len(name)
    for match in _BEHIND_NAME.finditer(text):
        name = name_before(text, match.start())
        if name and _is_named_in_case(text, match.start() - len(name), name):
            yield name, match.start()


def _and_others(text: str, name: str, end: int) -> Iterator[str]:
    """A name and those that are joined to it: 少年王小明、李强与赵小军."""
    yield name
    for _n in range(MOST_TOGETHER):
        if text[end : end + 1] not in {"、", "与", "和", "及"}:
            return
        name = name_at(text, end + 1)
        if not name or not _is_no_word(text[end + 1 : end + 12], 0, name):
            return
        yield name
        end += 1 + len(name)


def _is_named_in_case(text: str, at: int, name: str) -> bool:
    """Whether a name stands in a case, is one, and neither 大学生 nor an age says that its bearer is grown up."""
    behind = at + len(name)
    if _GROWN_UP.search(text, max(0, at - 6), at) or _GROWN_AGE.match(text, behind, behind + 30):
        return False
    return bool(_CASE.search(text, max(0, at - REACH), at + REACH)) and _is_no_word(text, at, name)


def _is_no_word(text: str, at: int, name: str) -> bool:
    """Whether no word of the dictionary begins or straddles where the name would stand: 学生毕业后 names nobody."""
    low = max(0, at - 4)
    place = low
    for word, tag in segmenter().tag(searchable(text[low : at + len(name) + 4])):
        first, place = place, place + len(word)
        if place <= at:
            continue
        if tag.startswith("nr") and first == at:
            return True
        return (
            first == at
            and text[at] not in _DOUBTFUL
            and (len(word) == 1 or not is_word(word) or size_of_surname(word) == 2 == len(word))
        )
    return True


# --- the tail of an identity number --------------------------------------------------------------------------------

_TAIL = re.compile(
    r"(?:身份证|身份證|身分证|证件|身份证件)(?:号码|号)?的?(?:末尾|尾号|末|后|尾"
    r"|最后)(?:[四4六6五5三38八]位)?(?:数字|号码|号|数)?(?:[为是:：]"
    r"|分别为)?[ ]?(?<![0-9])([0-9]{3,7}[0-9Xx])(?![0-9*])"
)
_NAME_OUTSIDE = re.compile(r"[ ,，、（(：:；;的/|]{0,3}(?:本人|持|其|男|女|，|,|（|\()?[ ,，、（(]{0,2}$")


def names_with_tails(reading: Reading) -> list[Span]:
    """Names beside the last digits of an identity number: the two together are one person."""
    found = []
    text = reading.text
    for match in _TAIL.finditer(text):
        low = max(0, match.start() - 6)
        outside = _NAME_OUTSIDE.search(text, low, match.start())
        end = outside.start() if outside else match.start()
        name = name_before(text, end)
        at = end - len(name)
        if not name:
            name, at = _name_behind(text, match.end())
        if name:
            found.append(Span("name_and_tail", at, at + len(name), sure=0.85, mask=masked_name(name)))
    return found


def _name_behind(text: str, at: int) -> tuple[str, int]:
    """The name right behind the digits: 身份证尾号1234的王小明."""
    begin = re.compile(r"[)） ,，]{0,2}(?:的|持有人|姓名[:：]?)?(?:居民|市民|村民|申请人)?").match(text, at)
    start = begin.end() if begin else at
    return name_at(text, start), start
