"""The policies a hall starts with, as data: 三审三校, the short path, corrections, replies, the emergency lane.

Names of steps and the lines of the checklists are content of the hall, written in its own language; an
administrator changes them in the desk.
"""

from dataclasses import dataclass

from weiting.review.models import Lane, Place
from weiting.review.paths import AFTER_HOURS, EMERGENCY_PEOPLE, PathStep
from weiting.units.roles import Role

PROOF_1 = ("人名、地名、单位名和职务无误", "日期、数字、电话和网址已逐一核对", "与原文件一致，出处已写明")
PROOF_2 = ("错别字、标点和用语已校", "群众看得懂，没有空话套话", "标题与正文一致")
PROOF_3 = ("政治表述和政策口径准确", "图片、视频与文字相符，替代文字已写", "没有个人隐私，发布时机合适")
LAW = ("有法律依据", "没有越权承诺，没有歧视性内容")
SECRECY = ("不含国家秘密和工作秘密", "公开属性已审：主动公开", "图片和附件已查，没有内部标记")
BRIEF = ("事实和数字已核对", "错别字和个人隐私已查")
URGENT = ("来源可靠，责任单位已确认", "时间、地点、求助电话无误")


def _first(turn: int, minutes: int = 120) -> PathStep:
    return PathStep(turn, "初审（一校）", Role.FIRST_REVIEWER, minutes=minutes, checklist=PROOF_1)


def _second(turn: int, minutes: int = 120) -> PathStep:
    return PathStep(turn, "复审（二校）", Role.SECOND_REVIEWER, minutes=minutes, checklist=PROOF_2)


def _final(turn: int, minutes: int = 120) -> PathStep:
    return PathStep(
        turn, "终审（三校）", Role.FINAL_REVIEWER, minutes=minutes, checklist=PROOF_3, asks_secrecy=True
    )


def _counsel(turn: int, minutes: int = 240) -> tuple[PathStep, PathStep]:
    """Return the legal and the secrecy step of one turn: they are taken side by side."""
    return (
        PathStep(turn, "法律审核", Role.LEGAL, Place.HALL, minutes=minutes, checklist=LAW),
        PathStep(
            turn, "保密审查", Role.SECRECY, Place.HALL, minutes=minutes, checklist=SECRECY, asks_secrecy=True
        ),
    )


@dataclass(frozen=True)
class Preset:
    """One row of the table a hall starts with."""

    name: str
    lane: str
    steps: tuple[PathStep, ...]
    klass: str = ""
    risk: str = ""
    channel: str = ""
    after_hours: int | None = None


PRESETS: tuple[Preset, ...] = (
    Preset("三审三校", Lane.NORMAL, (_first(1), _second(2), _final(3))),
    Preset("便民两审", Lane.NORMAL, (_first(1, 60), _final(2, 60)), klass="service"),
    Preset(
        "高风险：三审三校加法律、保密会签",
        Lane.NORMAL,
        (_first(1), _second(2), *_counsel(3), _final(4)),
        risk="high",
    ),
    Preset("更正两审", Lane.CORRECTION, (_second(1, 30), _final(2, 30))),
    Preset(
        "高风险更正：两审加法律、保密会签",
        Lane.CORRECTION,
        (_second(1, 30), *_counsel(2, 60), _final(3, 30)),
        risk="high",
    ),
    Preset(
        "回复与模板：一审",
        Lane.REPLY,
        (PathStep(1, "一审", Role.FIRST_REVIEWER, minutes=30, checklist=BRIEF),),
    ),
    Preset("高风险回复：两审", Lane.REPLY, (_first(1, 30), _final(2, 30)), risk="high"),
    Preset(
        "应急：两名应急负责人会签，先发后审",
        Lane.EMERGENCY,
        (
            PathStep(
                1,
                "应急会签",
                Role.EMERGENCY_OFFICER,
                quorum=EMERGENCY_PEOPLE,
                minutes=10,
                checklist=URGENT,
                asks_secrecy=True,
            ),
        ),
        after_hours=AFTER_HOURS,
    ),
)
