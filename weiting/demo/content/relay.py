"""One text of the rain's day that nine units were asked to pass on: who did, in which words, who did not, and why.

And two rooms: one in which units settled a matter that evening, one in which they are settling one now.
"""
# ruff: noqa: E501

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
    """What a unit said, did of its task, or was asked to do next, so many minutes after the room was opened."""

    unit: str
    after: int
    text: str = ""
    done: str = ""
    asked: str = ""
    # Nobody has let these words out yet.
    waits: bool = False


@dataclass(frozen=True, slots=True)
class RoomSeed:
    """A matter several units settle together; one that is still open has no result."""

    title: str
    about: str
    first: str
    steps: tuple[Step, ...]
    closed: int = 0
    result: str = ""


# A matter of the same evening that three units settled together, so many minutes after the text was out.
SETTLED_AFTER = 740
SETTLED = RoomSeed(
    title="江滨路口井盖被水顶开，车还在走",
    about="19:10 有人打电话来：江滨路和桥头街路口，井盖移开半边，水在往外冒。",
    first="说几分钟能到，到了先围起来。",
    steps=(
        Step("jiaojing", 4, "路口有人，先把右边车道封了，公交从左边走。"),
        Step("gongjiao", 7, done="3 路、7 路临时不停江滨路口，站牌贴了条，车上在报。"),
        Step("nanpu", 15, "社区两个人到了，拿着手电站在井口边上。"),
        Step("jiaojing", 22, done="锥桶 12 个，围好了。"),
        Step("nanpu", 71, done="井盖压回去了，用沙袋压住四角，明早水退了再换新的。"),
    ),
    closed=84,
    result="20:49 恢复双向通行，没有人受伤。井盖明天上午换成带锁的，换好了在这里说。",
)
# One that is being settled while the city is loaded, opened so many minutes before; the two newest words wait.
OPEN_SINCE = 52
OPEN = RoomSeed(
    title="桥北路菜场门口水管漏了，路陷了个坑",
    about="{m-55} 卖豆腐的摊主打电话来：菜场东门口水往外冒，路面陷了一块，脸盆大，还在变大。",
    first="说几分钟能到，到了先做哪一样。",
    steps=(
        Step("jiaojing", 5, done="离得最近，先到了。坑边围好了，右边车道不走，车从左边慢慢过。"),
        Step("gongshui", 9, done="抢修车到了，先把这一段的阀关小，水不往上冒了。"),
        Step("gongjiao", 14, done="5 路、22 路照常走，菜场站往北挪 40 米，站牌下有人领路。"),
        Step("gongshui", 20, asked="漏的换好、水来了，在这里说一声，几户停过水也写上。"),
        Step("gongshui", 31, "漏的是接头，裂了 6 厘米。要换就得停水，菜场和东边两个院子一共 64 户，正在一户一户敲门说。"),
        Step("gongshui", 43, "64 户都说到了。送水车停在菜场东门，拎桶来接就行，拎不动的打 0599-1234 500，有人送上楼。", waits=True),
        Step("jiaojing", 47, "坑上盖了钢板，骑车的请下来推几步。", waits=True),
    ),
)  # fmt: skip
# What was asked for next is to be done so many minutes after the room was opened.
ASKED_UNTIL = 115
# Who read what was written, and let it out so many minutes later.
LET_OUT_BY, LET_OUT_AFTER = "guoshuhua", 2
