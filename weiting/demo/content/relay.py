"""One text of the rain's day that nine units were asked to pass on: who did, in which words, who did not, and why."""

from __future__ import annotations

from dataclasses import dataclass

# The text, by its key; minutes after it was out at which the units were asked, and by which they were to have answered.
SOURCE = "rain-move"
ASKED, DUE = 15, 295
BY = "linzhiqiu"
REASON = "一楼和半地下室的住户，往往只看自己街道和常坐的公交。"
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

GROUP = "下雨天一起转的九家"


@dataclass(frozen=True, slots=True)
class Step:
    """What a unit said, or did of its task, so many minutes after the room was opened."""

    unit: str
    after: int
    text: str = ""
    done: str = ""


# A matter of the same evening that three units settled together.
ROOM = "江滨路口井盖被水顶开，车还在走"
ROOM_AFTER = 740
ROOM_ABOUT = "19:10 有人打电话来：江滨路和桥头街路口，井盖移开半边，水在往外冒。"
ROOM_FIRST = "说几分钟能到，到了先围起来。"
STEPS = (
    Step("jiaojing", 4, "路口有人，先把右边车道封了，公交从左边走。"),
    Step("gongjiao", 7, done="3 路、7 路临时不停江滨路口，站牌贴了条，车上在报。"),
    Step("nanpu", 15, "社区两个人到了，拿着手电站在井口边上。"),
    Step("jiaojing", 22, done="锥桶 12 个，围好了。"),
    Step("nanpu", 71, done="井盖压回去了，用沙袋压住四角，明早水退了再换新的。"),
)
ROOM_CLOSED = 84
# Who read what was written, and let it out so many minutes later.
LET_OUT_BY, LET_OUT_AFTER = "guoshuhua", 2
ROOM_RESULT = "20:49 恢复双向通行，没有人受伤。井盖明天上午换成带锁的，换好了在这里说。"
