"""What the centre asked of the units: who posts what by when, and how it stands."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from weiting.demo.content.calendar import Calendar
from weiting.demo.content.posts.long_reads import last_ledger
from weiting.demo.content.posts.reading import day_of, moment, stamp
from weiting.demo.content.posts.year import published
from weiting.demo.content.rows import rows, words
from weiting.demo.content.shapes import Assignment, State

ROWS = """
rain-1121 | 今晚大雨，各管一段，六点前各发一条 | 写三件：您管哪一段、几个人在、打什么电话。 | yaowen | gongdian、gongjiao、gonglu、xiaofang、zhujian、shuiwen | 11-21 07:30 | 11-21 18:00 | done
rain-after | 雨后第一天，各报一个数 | 三中路几分钟退、停电几户、公交几点恢复，一个数就行。 | yaowen | zhujian、gongdian、gongjiao、paishui、shuili | 11-21 21:00 | 11-22 09:30 | open
xiangyu | 香鱼节每天一条，不写“盛况” | 多少人、多少条鱼、退了几笔差价。 | yaowen | longxi、wenlv、shichang、jiaojing | 11-20 10:00 | 11-29 18:00 | open
silu-meet | 4 路当面商量，会前把三个办法发出来 | 每个办法写多几分钟、多花多少钱、谁不方便。 | gongjiao | jiaotong、gongjiao、minzheng | 11-19 09:00 | 11-24 18:00 | open
zaoshi-day1 | 早市搬家第一天，拍三张 | 五点、六点、八点各一张，不摆拍。 | zoujie | linjiang、chengguan、shichang | 11-20 15:00 | 11-25 12:00 | open
ten-nov | 十件实事对一次账 | 办成几件、差多少、差在哪，不用形容词。 | yaowen | fabu、zhujian、minzheng、jiaotong、yuanlin | 11-12 09:00 | 11-20 18:00 | overdue
winter-gas | 在家用气，每个街道说一次 | 软管、窗缝、报警器，三句就够，写清本街道哪天上门换管。 | wenda | ranqi、dongyuan、xishi、zhonglou、songling | 11-09 09:00 | 11-18 18:00 | overdue
old-photo | 每个街道找一张老照片 | 写清谁拍的、谁认出来的。 | laozhaopian | bowu、nanpu、zhonglou、qingshi | 11-02 09:00 | 11-27 18:00 | open
flu | 流感门诊排班，晚上八点前发 | 哪家、几点到几点、周末开不开。 | kanbing | weijian、jikong、diyi、fuyou | 11-10 09:00 | 11-15 20:00 | done
locks | 胡同地锁拆完发一条 | 几把、谁拆、车位给谁。 | zoujie | dongyuan、chengguan | 10-23 11:00 | 11-21 12:00 | done
menus | 食堂菜谱每天十点半前发 | 出锅温度写上。 | shangxue | jiaoyu | 09-01 09:00 | 09-30 18:00 | done
osmanthus | 桂花节失物招领，收摊当晚发 | 丢了几件、还了几件、剩几件。 | yaowen | wenlv、zhonglou | 10-10 09:00 | 10-12 22:00 | done
flood-after | 洪峰过后，各发一条退水 | 退到多少、几户进水、几点通电。 | shuiwei | shuiwen、nanpu、gongdian、yingji | 07-14 08:00 | 07-14 20:00 | done
gaokao | 送考三天，每天一个故事 | 不写名字，不写学校。 | yaowen | jiaotong、jiaoyu、gongan | 06-05 09:00 | 06-09 20:00 | done
fruit | 杨梅卖不掉，一起转 | 转的时候写上电话和斤数。 | xiangxia | longxi-meiwu、longxi、nongye、shangwu | 06-05 08:00 | 06-20 18:00 | done
newyear | 除夕夜谁在值班，一家一条 | 写几个人、接什么电话。 | yaowen | rexian、gongan、gongdian、ranqi、jijiu | 02-10 09:00 | 02-16 22:00 | done
ledger-oct | 上个月的善款账，半个月里贴 | 进多少、出多少、剩多少。 | zhangdan | cishan、hongshi | 10-20 09:00 | 11-15 18:00 | done
silent | 四十天没说话的，先说一句近况 | 写这四十天办了几件、接了几个电话。 | wenda | minzong、waishi、dangan | 11-05 09:00 | 11-16 18:00 | overdue
"""


# What hangs on a season or on new year's eve; the rest moves with the rain.
_MOVES = {
    "menus": "year", "osmanthus": "year", "flood-after": "year", "gaokao": "year", "fruit": "year", "newyear": "eve",
}  # fmt: skip
_ANSWERS = {
    "rain-1121": ("today-009",), "locks": ("disuo-done",), "fruit": ("yangmei-0605", "yangmei-0619"),
    "gaokao": ("gaokao-0528",), "ledger-oct": ("ledger-12",),
}  # fmt: skip


def assignments(when: Calendar) -> tuple[Assignment, ...]:
    """Return what was asked for and how it stands; nothing that is open is late."""
    out = {post.key for post in published(when)}
    return tuple(_assignment(cells, when, out) for cells in rows(ROWS, 8))


def _assignment(cells: tuple[str, ...], when: Calendar, out: set[str]) -> Assignment:
    key, title, brief, column, units, given, due, state = cells
    (start, clock), (end, hour) = given.split(), due.split()
    moves, long = _MOVES.get(key, "rain"), day_of(end) - day_of(start)
    first = when.place(day_of(start), moves)
    last = first + long
    if key == "ledger-oct":
        first, last = last_ledger(when) - long, last_ledger(when)
    if moment(stamp(first, clock)) > when.now:
        first, last = first - timedelta(days=364), last - timedelta(days=364)
    if state == "open":
        while moment(stamp(last, hour)) <= when.now:
            last += timedelta(days=1)
    elif moment(stamp(last, hour)) > when.now:
        state = "open"
    answers = tuple(answer for answer in _ANSWERS.get(key, ()) if answer in out)
    return Assignment(
        key,
        title,
        brief,
        column,
        words(units),
        stamp(first, clock),
        stamp(last, hour),
        cast(State, state),
        answers,
    )
