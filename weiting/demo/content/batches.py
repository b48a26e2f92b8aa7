"""How the units came into the hall: three batches, each with its deadline and the steps of joining."""

from __future__ import annotations

from datetime import timedelta

from weiting.demo.content.calendar import Calendar
from weiting.demo.content.shapes import Batch, ChecklistItem
from weiting.demo.content.units import BUREAUS, COMMUNITIES, NEWCOMERS, SUBDISTRICTS

CHECKLIST: tuple[ChecklistItem, ...] = (
    ChecklistItem("people", "定人", "编辑、初审、发言人、联络员各写一个名字，再写一个替班的。"),
    ChecklistItem("filing", "报账号", "微博、微信、头条、抖音，有几个报几个，管理员手机号写清楚。"),
    ChecklistItem("remit", "列职责", "用老百姓的话写自己管的 3 到 8 件事，再写三个别的叫法。"),
    ChecklistItem("training", "上两小时课", "学改官话、学更正、学看个人信息，考过 80 分。"),
    ChecklistItem("first", "发三条", "一条自我介绍、一条办事、一条答问，三条都过审。"),
    ChecklistItem("duty", "排值班", "写出一个月的值班表，夜里谁接电话。"),
)
_STEPS = tuple(item.slug for item in CHECKLIST)

_NEW = tuple(NEWCOMERS)
_FIRST = tuple(unit.key for unit in BUREAUS if unit.key not in _NEW)[:33]
_SECOND = tuple(u.key for u in (*BUREAUS, *SUBDISTRICTS) if u.key not in _NEW and u.key not in _FIRST)
_THIRD = (*(u.key for u in COMMUNITIES if u.key not in _NEW), *_NEW)


def batches(when: Calendar) -> tuple[Batch, ...]:
    """Return the three batches: two long done but for two units, the last due in nine days."""
    first, second, due = ((when.today + timedelta(days=days)).isoformat() for days in (-447, -386, 9))
    return (
        Batch(1, "第一批 33 家", first, _FIRST),
        Batch(2, "第二批 部门和街道", second, _SECOND, done=(("minzong", _STEPS[:4]), ("waishi", _STEPS[:5]))),
        Batch(
            3, "第三批 社区和新单位", due, _THIRD,
            done=(("tingche", _STEPS), ("ludeng", _STEPS[:5]), ("songling-songlin", _STEPS[:3]), ("yuntai-shanmen", _STEPS[:4])),
        ),
    )  # fmt: skip
