"""Where somebody lives: a house number behind a road, an estate or a village, down to the flat."""

import re
from collections.abc import Iterator

from weiting.text.personal.cues import cue_places
from weiting.text.personal.reading import Reading
from weiting.text.personal.span import Span

_HAN = "一二三四五六七八九十百〇零"
_N = f"(?:[0-9]{{1,4}}|[{_HAN}]{{1,4}})"
_JOIN = r"[ ,，\-]?"
_HOUSE = rf"(?:(?:[A-Z]?{_N}(?:-[0-9]{{1,3}})?|[A-Z]) ?(?:号院|号大院|号|弄|支弄|附[0-9]{{1,3}}号)(?!线|楼))"
_BLOCK_NUMBER = rf"(?:第?[A-Z]?{_N}[A-Z]?|[A-Z][0-9]{{0,2}}|[东西南北甲乙丙丁])"
_BLOCK = rf"(?:{_BLOCK_NUMBER} ?#? ?(?:号楼|栋|幢|座|号公寓|楼(?![层下上梯道])|#))"
_BLOCK_ALONE = rf"(?:{_BLOCK_NUMBER} ?#? ?(?:号楼|栋|幢|座|号公寓))"
_UNIT = rf"(?:(?:第?{_N}|[A-Z]|[甲乙丙丁东西中]) ?(?:单元|门(?![口面前卫店]))|(?:[0-9]{{1,3}}|[A-Z])梯)"
_FLOOR = rf"(?:[A-Z]?{_N} ?(?:层|楼(?![下上梯道])|F))"
_ROOM_NUMBER = f"(?:[A-Z]?[0-9]{{3,4}}[A-Z]?|[0-9]{{1,2}}-[0-9]{{1,4}}|[{_HAN}]{{3,4}})"
_COUNTED = r"0-9%平米㎡元个人名件项家例次棵盏部路线年吨万千百度天日月期多余户层套楼至到"
# 12栋460户 is a count, no flat.
# 三室两厅 is no number, and 460户 are households: as the number of a flat it ends in 01, 02 …
_ROOM = (
    rf"(?:(?:[A-Z]?[0-9]{{2,4}}[A-Z]?|[{_HAN}]{{3,4}}) ?(?:室(?![0-9一二两三]厅)|号房|房(?![屋产间子地价源东租]))"
    rf"|[0-9]{{1,2}}0[1-9]户|{_ROOM_NUMBER}号?(?! ?[{_COUNTED}]|[.,][0-9]))"
)
_DASHED = r"(?:[A-Z]?[0-9]{1,3}(?:-[0-9]{1,2})?-[0-9]{3,4}(?:室|号|房)?(?![0-9\-.年%]))"
_GROUP = (
    rf"(?:(?:第?{_N})(?:村民)?(?:组|社|队|屯)"
    rf"(?: ?[0-9]{{1,4}}号(?:附[0-9]{{1,2}}号)?)?(?!共|地段|[^,，。]{{0,4}}[户口井田]))"
)
# The estate between the house number and the block.
_ESTATE = rf"(?:{_HOUSE}{_JOIN}[\u4e00-\u9fffA-Z]{{0,10}}?{_JOIN})?"
# A home to the flat: block or house, then what lies within. Each part is bounded.
_FLAT = re.compile(
    rf"{_ESTATE}{_BLOCK}{_JOIN}(?:{_UNIT}{_JOIN})?(?:{_FLOOR}{_JOIN})?{_ROOM}"
    rf"|{_ESTATE}(?:{_BLOCK}{_JOIN})?{_UNIT}{_JOIN}(?:{_FLOOR}{_JOIN})?{_ROOM}"
    rf"|{_HOUSE}{_JOIN}(?:{_FLOOR}{_JOIN})?(?:[A-Z]?[0-9]{{1,4}}[A-Z]?|{_N}) ?(?:室|号房)"
    rf"|{_HOUSE}{_JOIN}{_DASHED}|{_DASHED}(?:室|房)"
)
_SIGN_OF_FLAT = re.compile(r"[栋幢座室房#]|单元|号楼|[0-9一二三四五六七八九][门梯楼]|[0-9]-[0-9]")
# Behind words such as 家住 less will do: a house number, a block, a group of a village.
_HOUSE_ONLY = re.compile(
    rf"{_GROUP}|{_HOUSE}(?:{_JOIN}{_BLOCK})?(?:{_JOIN}{_UNIT})?(?:{_JOIN}{_FLOOR})?"
    rf"|{_BLOCK_ALONE}(?:{_JOIN}{_UNIT})?(?:{_JOIN}{_FLOOR})?|{_DASHED}"
)
_NUMBER = re.compile(f"[0-9{_HAN}]")
_CLOSE_BEFORE = re.compile(
    r"[路街巷道村镇乡庄湾里弄苑园城府庭居院寨屯营坊郡墅庐都期区）)][（(]?$|大[道街]$|胡同$|公寓$|宿舍$"
)
_ESTATE_BEHIND = re.compile(
    r"[)）]?[\u4e00-\u9fff]{1,8}?(?:小区|花园|家园|花苑|名城|大厦|广场|公馆|府|苑|城)"
)
_PLACE = re.compile(
    r"(?:大道|大街|街道|胡同|社区|小区|花园|家园|花苑|公寓|新村|新城|名城|雅苑|嘉园|佳苑|庄园|山庄"
    r"|家属院|宿舍|安置房|公馆|府邸|华府|豪庭"
    r"|[路街巷道村镇乡庄湾里弄苑园城府庭居院寨屯营坊郡墅庐都期区])"
)
_ROAD = re.compile(r"(?:大道|大街|胡同|[路街巷道](?![口边旁村上面办]))")
_VILLAGE = re.compile(r"(?:社区|小区|花园|家园|新村|家属院|宿舍|[村苑园城府庭居院寨屯营坊郡镇乡](?!民|委))")
_OFFICE = re.compile(
    r"大厦|写字楼|商务|市场|批发|快递|网点|营业|超市|办公|大楼|中心(?!村|路|街)|广场|商场|酒店|宾馆|派出所|会议|窗口|大厅"
    r"|(?:政府|医院|学校|小学|中学|大学|学院|法院|公司|厂|局|银行)(?!的?(?:宿舍|家属|职工|生活区|小区|公寓|新村|教师|区|路|街))"
    r"|居委|委员会|商铺|门面|商业|报告厅|图书馆|展厅|科技园|产业园|创业园|工业园|园区|孵化|教室|教学楼"
    r"|实验|[科院]室?[(（]|门诊|病房|病区|住院|宿舍管理|物业"
)
_OFFICE_BEHIND = re.compile(rf"[ (（]?[\u4e00-\u9fff]{{0,3}}(?:{_OFFICE.pattern})(?!费)")
_BLOCK_SIGN = re.compile("[栋幢座]|号楼|[0-9]-[0-9]")
# Between the road and the house number stands at most the name of an estate.
_NOT_ADDRESS = re.compile(r"[，,、：:（）()的住在内有是购买为了该其叫某说处至到与和及对将把]")
_ESTATE_NAME = re.compile(
    r"(?:[\u4e00-\u9fffA-Z0-9]{0,10}?(?:小区|社区|公寓|宿舍|家属院|安置[房点]|公租房"
    r"|[园城苑府庭居湾郡墅庐都邸寓院村坊镇里弄]))?(?:[A-Z一二三四五六七八九东西南北0-9]{1,2}[期区])?"
)
# 102至502 are all the flats of a block.
_RANGE = re.compile(r"(?:[至到~]|-{1,2}) ?[0-9]")
_COMPANY = re.compile("企业|公司|注册|登记地|法人|厂")
_LIVES = re.compile(r"[,，、(（;；。\s系]住(?![院宿房建改宅户所址])")
_CLAUSE_END = re.compile(r"[，。,；;！？\n]")
AROUND = 40
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
    for at in _where_people_live(reading):
        if _NUMBER.search(reading.plain, at, at + REACH) and (span := home_behind(reading, at)):
            found.append(span)
    return found


def _where_people_live(reading: Reading) -> Iterator[int]:
    """Where an address begins behind 家住, 住址 and the like, or behind the bare 住 of a person's particulars."""
    yield from (label.end for label in reading.labels if label.kind == "home")
    yield from (match.end() for match in _LIVES.finditer(reading.plain))


def _windows(plain: str) -> Iterator[tuple[int, int]]:
    """The parts of the text near signs such as 栋 and 室: elsewhere is no flat."""
    low = high = 0
    for sign in _SIGN_OF_FLAT.finditer(plain):
        start, end = max(0, sign.start() - AROUND), sign.end() + AROUND
        if start > high:
            if high:
                yield low, high
            low = start
        high = end
    if high:
        yield low, high


def home_behind(reading: Reading, at: int) -> Span | None:
    """The house number behind 家住, in the same clause and right behind the name of a place."""
    for match in _HOUSE_ONLY.finditer(reading.plain, at, at + REACH + 12):
        between = reading.plain[at : match.start()]
        if len(between) > REACH or _CLAUSE_END.search(between):
            return None
        if _CLOSE_BEFORE.search(between):
            # 家住湖滨路88号翠苑小区 is where hundreds live.
            if _ESTATE_BEHIND.match(reading.plain, match.end()):
                return None
            return _home(reading, *match.span(), is_flat=False)
    return None


def _home(reading: Reading, start: int, end: int, *, is_flat: bool) -> Span | None:
    plain = reading.plain
    low = max(0, start - LOOK_BACK)
    before = re.split(r"[。；;！？!?\n]", plain[low:start])[-1]
    kind = reading.kind_before(start, REACH)
    is_home = kind == "home" or not is_flat or bool(_LIVES.search(before))
    if not is_home and (
        not is_flat or not _PLACE.search(before) or _is_office(reading, start, end, before, kind)
    ):
        return None
    place = plain[start - len(before) : end]
    begin = _end_of_road(place, len(before))
    if (not is_flat and _COMPANY.search(before)) or _RANGE.match(plain, end):
        return None
    begin += start - len(before)
    return Span("home", begin, end, sure=0.95 if is_home else 0.8, mask=MASK[: end - begin])


def _is_office(reading: Reading, start: int, end: int, before: str, kind: str) -> bool:
    """An address of an office: it says so before, within or right behind, or its label does."""
    if _OFFICE.search(before[-20:] + reading.plain[start:end]) or _OFFICE_BEHIND.match(reading.plain, end):
        return True
    # 单元 is written of flats only, whatever the label says; 3楼302室 may be anybody's.
    is_flats = "单元" in reading.plain[start:end]
    if kind == "address":
        return not (is_flats or _BLOCK_SIGN.search(reading.plain, start, end))
    return kind == "office_address" and not is_flats and "person" not in cue_places(before)


def _is_estate(words: str) -> bool:
    """Whether nothing or only the name of an estate stands between the road and the house number."""
    return not words or (not _NOT_ADDRESS.search(words) and bool(_ESTATE_NAME.fullmatch(words)))


def _end_of_road(place: str, house: int) -> int:
    """Where the road ends, or the estate or village when no road is named; never within the house number."""
    last = None
    for pattern in (_ROAD, _VILLAGE):
        for match in pattern.finditer(place):
            if match.end() <= house:
                last = match.end()
        # Only what directly belongs to the address: no comma between.
        if last is not None and _is_estate(place[last:house]):
            return last
        last = None
    return house
