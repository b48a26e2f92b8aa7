"""The hall's duty roster, two weeks back and two weeks ahead, two shifts a day, with what was handed over."""

from __future__ import annotations

from datetime import timedelta

from weiting.demo.content.calendar import Calendar
from weiting.demo.content.posts.reading import stamp
from weiting.demo.content.shapes import Shift

_DAY = ("shenyu", "linzhiqiu", "xuling", "zhouhe", "lihe", "pengkai", "hemuyun")
_NIGHT = ("wuqiao", "gaoyuan", "maojian", "fenglei", "lubei", "yunshu", "guxiang")
_NOTES = (
    "供水明早 6 点补发一条来水，稿子在待发，看一眼户数。", "有个电话说电梯困人，已转市监，等回音。", "群里传的视频核过一遍，是外省的，先不发。",
    "一位阿婆问低保，没说完，号码在本上，明早 9 点回。", "公交晚点那条有 12 人同问，合成一件了。", "没有大事。夜里 3 点一个打错的，聊了两分钟。",
    "气象 5 点有更新，稿子留着空，填两个数就发。", "交警说封路延到 10 点，改了，已更正。", "走失的孩子 23:40 找到，三个群都回了。",
    "停电那条少写一栋楼，发现得早，没送出去。", "来信 4 封，2 封是谢谢，1 封要写给教育，1 封要当面谈。",
)  # fmt: skip


def roster(when: Calendar) -> tuple[Shift, ...]:
    """Return the shifts around today; those that began by now have something to hand over."""
    found: list[Shift] = []
    for offset in range(-14, 15):
        day = when.today + timedelta(days=offset)
        for shift, team in enumerate((_DAY, _NIGHT)):
            index = offset + 14 + shift * 3
            start, end = ("8:00", "20:00") if not shift else ("20:00", "8:00")
            last = day if not shift else day + timedelta(days=1)
            note = _NOTES[index % len(_NOTES)] if offset <= 0 else ""
            found.append(
                Shift(
                    stamp(day, start),
                    stamp(last, end),
                    team[index % len(team)],
                    team[(index + 1) % len(team)],
                    note,
                )
            )
    return tuple(found)
