"""Where somebody lives: a house number behind a road, an estate or a village, down to the flat."""

import re

from weiting.text.personal.cues import cue_places
from weiting.text.personal.reading import Reading
from weiting.text.personal.span import Span

_N = "(?:[0-9]{1,4}|[一二三四五六七八九十百〇零]{1,4})"
_JOIN = r"[ ,，\-]?"
_HOUSE = rf"(?:(?:[A-Z]?{_N}(?:-[0-9]{{1,3}})?|[A-Z]) ?(?:号院|号大院|号|弄|支弄|附[0-9]{{1,3}}号)(?!线|楼))"
_BLOCK = (
    rf"(?:(?:第?[A-Z]?{_N}[A-Z]?|[A-Z][0-9]{{0,2}}|[东西南北甲乙丙丁]) ?#? ?(?:号楼|栋|幢|座|号公寓"
    rf"|楼(?![层下上梯道])|#))"
)
_UNIT = rf"(?:(?:第?{_N}|[A-Z]|[甲乙丙丁东西中]) ?(?:单元|门(?![口面前卫店]))|(?:[0-9]{{1,3}}|[A-Z])梯)"
_FLOOR = rf"(?:[A-Z]?{_N} ?(?:层|楼(?![下上梯道])|F))"
_ROOM_NUMBER = "(?:[A-Z]?[0-9]{3,4}[A-Z]?|[0-9]{1,2}-[0-9]{1,4}|[一二三四五六七八九〇零]{3,4})"
_ROOM = (
    rf"(?:(?:[A-Z]?[0-9]{{1,4}}[A-Z]?|{_N}) ?(?:室|号房|房(?![屋产间子地价源东租])|户(?![型籍主外口数]))"
    rf"|{_ROOM_NUMBER}(?:号)?(?![0-9.,%平米㎡元个人名件项家例次棵盏部路线年吨万千百度天日月期多余米户层]))"
)
_DASHED = r"(?:[A-Z]?[0-9]{1,3}(?:-[0-9]{1,2})?-[0-9]{3,4}(?:室|号|房)?(?![0-9\-.年%]))"
_GROUP = rf"(?:(?:第?{_N})(?:村民)?(?:组|社|队|屯)[ ]?(?:[0-9]{{1,4}}号(?:附[0-9]{{1,2}}号)?)?)"
# A home to the flat: block or house, then what lies within. Each part is bounded, none can be matched two ways.
_FLAT = re.compile(
    rf"(?:{_HOUSE}{_JOIN}[^\s，。,；;、：:（）()0-9一二三四五六七八九十]{{0,10}}{_JOIN})?{_BLOCK}{_JOIN}(?:{_UNIT}{_JOIN})?(?:{_FLOOR}{_JOIN})?{_ROOM}"
    rf"|(?:{_HOUSE}{_JOIN}[^\s，。,；;、：:（）()0-9一二三四五六七八九十]{{0,10}}{_JOIN})?(?:{_BLOCK}{_JOIN})?{_UNIT}{_JOIN}(?:{_FLOOR}{_JOIN})?{_ROOM}"
    rf"|{_HOUSE}{_JOIN}(?:{_FLOOR}{_JOIN})?(?:[A-Z]?[0-9]{{1,4}}[A-Z]?|{_N}) ?(?:室|号房)"
    rf"|{_HOUSE}{_JOIN}{_DASHED}|{_DASHED}(?:室|房)"
)
# Behind words such as 家住 less will do: a house number, a block, a group of a village.
_HOUSE_ONLY = re.compile(
    rf"{_GROUP}|{_HOUSE}(?:{_JOIN}{_BLOCK})?(?:{_JOIN}{_UNIT})?(?:{_JOIN}{_FLOOR})?"
    rf"|{_BLOCK}(?:{_JOIN}{_UNIT})?(?:{_JOIN}{_FLOOR})?|{_DASHED}"
)
_PLACE = re.compile(
    r"(?:大道|大街|街道|胡同|社区|小区|花园|家园|花苑|公寓|新村|新城|名城|雅苑|嘉园|佳苑|庄园|山庄"
    r"|家属院|宿舍|安置房|公馆|府邸|华府|豪庭"
    r"|[路街巷道村镇乡庄湾里弄苑园城府庭居院寨屯营坊郡墅庐都期区])"
)
_ROAD = re.compile(r"(?:大道|大街|胡同|[路街巷道](?![口边旁]))")
_VILLAGE = re.compile(r"(?:社区|小区|花园|家园|新村|家属院|宿舍|[村苑园城府庭居院寨屯营坊郡镇乡](?!民|委))")
_OFFICE = re.compile(
    r"大厦|写字楼|商务|办公|大楼|中心|政府|广场|商场|酒店|宾馆|医院|学校|小学|中学|大学|学院|法院"
    r"|派出所|公司|厂|局|银行|会议|窗口|大厅"
    r"|居委|委员会|商铺|门面|商业|报告厅|图书馆|展厅|科技园|产业园|创业园|工业园|园区|孵化|教室|教学楼"
    r"|实验|门诊|病房|病区|住院|宿舍管理|物业"
)
_HOME_LABEL = frozenset({"home"})
LOOK_BACK = 30
REACH = 30
MASK = "***"


def homes(reading: Reading) -> list[Span]:
    """What leads to somebody's door; the road, the estate or the village before it stays."""
    found = [
        span
        for match in _FLAT.finditer(reading.plain)
        if (span := _home(reading, *match.span(), is_flat=True))
    ]
    for label in reading.labels:
        if label.kind == "home" and (span := _behind(reading, label.end)):
            found.append(span)
    return found


def _behind(reading: Reading, at: int) -> Span | None:
    """The house number behind 家住, in the same clause."""
    for match in _HOUSE_ONLY.finditer(reading.plain, at, at + REACH + 12):
        between = reading.plain[at : match.start()]
        if len(between) > REACH or re.search(r"[，。,；;！？\n]", between):
            return None
        if _PLACE.search(between):
            return _home(reading, *match.span(), is_flat=False)
    return None


def _home(reading: Reading, start: int, end: int, *, is_flat: bool) -> Span | None:
    plain = reading.plain
    low = max(0, start - LOOK_BACK)
    before = re.split(r"[。；;！？!?\n]", plain[low:start])[-1]
    kind = reading.kind_before(start, REACH)
    is_home = kind == "home"
    if not is_home and (
        not is_flat or not _PLACE.search(before) or _is_office(reading, start, end, before, kind)
    ):
        return None
    place = plain[start - len(before) : end]
    begin = _end_of_road(place, len(before))
    return Span("home", start - len(before) + begin, end, sure=0.95 if is_home else 0.8, mask=MASK)


def _is_office(reading: Reading, start: int, end: int, before: str, kind: str) -> bool:
    """An address of an office: it says so before, within or right behind."""
    around = before[-20:] + reading.plain[start : end + 8]
    if _OFFICE.search(around):
        return True
    # 单元 is written of flats only, whatever the label says.
    is_flats = "单元" in reading.plain[start:end]
    return kind == "office_address" and not is_flats and "person" not in cue_places(before)


def _end_of_road(place: str, house: int) -> int:
    """Where the road ends, or the estate or village when no road is named; never within the house number."""
    last = None
    for pattern in (_ROAD, _VILLAGE):
        for match in pattern.finditer(place):
            if match.end() <= house:
                last = match.end()
        # Only what directly belongs to the address: no comma between.
        if last is not None and not re.search(r"[，,、：:]", place[last:house]):
            return last
        last = None
    return house
