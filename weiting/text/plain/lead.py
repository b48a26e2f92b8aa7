"""Whether a notice says in its first paragraph who, when, where, and what the reader should do."""

import re
from collections.abc import Iterator

from weiting.text.finding import Finding
from weiting.text.plain.actors import ORGAN
from weiting.text.plain.rules import severity, why
from weiting.text.plain.scope import FILL, Scope

# What happens to the reader, and what the reader may come to: a notice as soon as it is still to come.
_EVENT = re.compile(
    "停水|停电|停气|停暖|停课|停诊|断水|断电|封路|封闭施工|封桥|绕行|改道|交通管制|检修|闭馆|报名|申领|缴费|接种|体检|义诊|招聘会|配租|选房|"
    "放水|灯会|放映|电影下乡|办理点|上门检查|安全检查|演练|征集|补贴|津贴|垃圾清运|招生|认证|供暖|冲洗|发黄|办公时间|进站口|网上办事"
    "|(?:停运|停航|封闭|限行|管制|抢修|升级|暂停|关闭|开放|开业|开馆|开课|搬迁|搬到|迁至|迁址|申请|领取|交费|登记|举办|举行|开展|调整|"
    "延长|截止|受理|延误|推迟|施工|通气|放假|招聘)(?=[^。\n]{0,200}(?:请|欢迎|市民|居民|群众|旅客|乘客|用户|业主|通知|公告|通告|即日起))"
)
_SPEAKS_TO_READER = re.compile(
    "请|欢迎|提醒|通知|公告|通告|可以|即日|届时|报名|将|起(?!火|诉|草|因|初)|就要|开始|不再|敬请|待定|另行|举行|举办|活动"
)
# Reports of what is over, and talk, are no notices.
_NO_NOTICE = re.compile(
    "网传|谣言|不实|辟谣|通车后|去年同期|上半年|讲讲|铸于|谢谢|捡到|失主|查处|记者|新闻发布会|视频|当地时间|确诊|病例|报道|联播|展开全文|外媒|表示，"
)
_WHEN = re.compile(
    r"\d{1,2}\s*月(?!租|薪|票|卡)|\d{1,2}[日号](?!楼|院|线|桌|门|店|窗)|\d{1,2}\s*[:：]\s*[0-5]\d|\d{1,2}\s*[时点](?!期)"
    r"|[今明后昨当](?:天|日|晚|早|起|年)|(?:星期|周|礼拜)[一二三四五六日天末]|即日起|每天|每日|每周|全天|[上中下]旬|[一二三四五六七八九十]{1,3}月"
    r"|小时|月底|年底|春节|国庆|元旦|中秋|端午|清明"
)
_GENERIC = (
    "部分|多个|多条|若干|一些|有关|相关|数个|数条|该|本|各|全部|所有|居民|老旧|住宅|自己"
    "|附近|沿线|周边|小区|社区|人行|停车|这条|那条|两条|在|到|的"
)
_PLACE = re.compile(
    rf"(?P<name>(?:(?!{_GENERIC}|[，。；：、！？\s])[一-龥A-Za-z0-9·]){{2,10}})(?:路|街|大道|巷|里弄|桥|广场|公园|小区|社区|花园|家园|公寓|新村"
    r"|一村|二村|三村|村|镇|乡|街道|小学|中学|"
    r"大学|医院|图书馆|博物馆|文化馆|体育馆|体育场|剧院|影院|大厦|车站|火车站|机场|水库|河段|政务中心|服务中心|办事大厅|文化宫|草坪|步道|景区|站)"
    r"|\d{1,4}号(?!线|文)|全[市区县镇省]|网址|网站|官网|微信|小程序|公众号|“[^”]{2,12}”|手机上|线上|https?://|[一-龥]{2,4}路口"
)
_WHO = re.compile(
    f"(?!居民|部分|各|全部)[一-龥]{{1,12}}?(?:{ORGAN}|交警|警方|公安|消防|供水|供电|公交|燃气|热力|医保|社保|水库)|派出所|我[局市区县]|本局"
)
_DO = re.compile(
    "请(?!求)[^，。；！？]{2,}|凭|欢迎|可(?!能)|拨打|打0|打1|咨询|直接(?:入场|来|进)|免费|不必|不要|别|无需|须|应(?!急)|储水|绕行|预约|扫码|带好?"
)
# Asking for understanding or attention is not telling what to do.
_EMPTY_DO = re.compile("请(?:[一-龥]{0,8})(?:谅解|理解|注意|关注|周知|知悉|留意|支持|相互转告|放心)")
_VAGUE_NUMBER = re.compile(
    "(?:部分|多个|多条|若干|一些|数个|数条|个别|有关|相关|几个|几条|多处|沿线)(?:小区|社区|区域|路段|道路|街道|用户|地区|站点|线路|村庄|片区|航班|车次|班次|学校|网点|楼栋)"
)
_NAMED_BEHIND = re.compile(
    "^[^。！？\n]{0,4}[（(：:]|^[^。！？\n]{0,12}(?:包括|分别是|名单|如下|见附件|详见)"
)


def find(scope: Scope) -> Iterator[Finding]:
    """What the first paragraph of a notice leaves open; nothing for a text that is no notice."""
    start, end = first_paragraph(scope.text)
    first = scope.text[start:end]
    event = _EVENT.search(first)
    if not event or not _SPEAKS_TO_READER.search(first) or _NO_NOTICE.search(first):
        return
    yield from _missing(scope, start, end, event)
    for match in _VAGUE_NUMBER.finditer(first):
        if not _NAMED_BEHIND.match(first[match.end() :]):
            better = (FILL % f"哪些{match[0][2:]}",)
            yield _finding(scope, "lead.number", start + match.start(), start + match.end(), better)


def first_paragraph(text: str) -> tuple[int, int]:
    """Where the first paragraph stands: with the line above it when that is short as a title is."""
    begun = len(text) - len(text.lstrip())
    end = text.find("\n", begun)
    if end < 0:
        return begun, min(len(text), begun + 1000)
    if end - begun <= 40:
        following = text.find("\n", end + 1)
        while following >= 0 and not text[end:following].strip():
            following = text.find("\n", following + 1)
        end = following if following >= 0 else len(text)
    return begun, min(end, begun + 1000)


# A heading before the notice itself: 停水通知：, 【封路】, 云溪交警：
_HEADING = re.compile("[^。，；\\n]{0,24}(?<![0-9])[：:】\\n](?![0-9])\\s{0,8}")


def _missing(scope: Scope, start: int, end: int, event: re.Match[str]) -> Iterator[Finding]:
    first = scope.text[start:end]
    heading = _HEADING.match(first)
    begin = start + (heading.end() if heading and heading.end() < len(first) else 0)
    # What is missing belongs in front of the first words of the notice.
    stop = min(end, begin + 2)
    words = scope.text[begin:stop]
    if not _WHEN.search(first):
        yield _finding(scope, "lead.when", begin, stop, (FILL % "几月几日几时至几时" + "，" + words,))
    if not _PLACE.search(first):
        yield _finding(scope, "lead.where", begin, stop, (FILL % "哪条路、哪个小区或哪里" + words,))
    if not _WHO.search(first):
        yield _finding(scope, "lead.who", begin, stop, ())
    if not _DO.search(_EMPTY_DO.sub("", first)):
        last = start + len(first.rstrip())
        if last > start and scope.text[last - 1] in "。！!.":
            yield _finding(scope, "lead.do", last - 1, last, ("，请" + FILL % "做什么" + "。",))
        else:
            yield _finding(scope, "lead.do", start + event.start(), start + event.end(), ())


def _finding(scope: Scope, rule: str, start: int, end: int, better: tuple[str, ...]) -> Finding:
    words = scope.text[start:end]
    return Finding(rule, start, end, words, why(rule, words=words), severity(rule), better, 0.8)
