"""One text of the rain's day that nine units were asked to pass on: who did, in which words, who did not, and why."""

from __future__ import annotations

from dataclasses import dataclass

# The text, by its key; minutes after it was out at which the units were asked, and by which they were to have answered.
SOURCE = "rain-move"
ASKED, DUE = 15, 295
BY = "linzhiqiu"
REASON = "一楼和半地下室的住户，多半只看自己街道和常坐的公交。"
LINE = "住一楼的街坊，今晚请往高处挪一挪。"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a unit answered after so many minutes: its line, or why not."""

    unit: str
    after: int
    line: str = ""
    why_not: str = ""


ANSWERS = (
    Answer("dongyuan", 12, "东园的街坊：活动室灯开着，热水烧好了，走不动的说一声，我们来背。"),
    Answer("zhonglou", 18, "钟楼这边巷子窄，天黑前挪最好走，井盖那一圈请绕开。"),
    Answer("nanpu", 26, "江滨路一楼的 86 户，下午我们一户一户来敲门，请留个人在家。"),
    Answer("liuyin", 41, "医院陪床的，家里住一楼的也请打个电话回去，问问老人挪了没有。"),
    Answer("gongjiao", 55, "拎着被子上车不用不好意思，司机会等您坐稳。"),
    Answer("jiaoyu", 95, "孩子今晚跟着大人走，作业明天补，老师都知道了。"),
    Answer("qiaobei", 70, why_not="我们辖区没有临水的一楼住户，今天已发过地下车库的提醒，不再重复打扰。"),
    Answer("xishi", 0),
    Answer("shuyuan", 0),
)
