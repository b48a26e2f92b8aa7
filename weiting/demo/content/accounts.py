"""The register of official voices: every account of every unit, with its filing number and its history."""
# ruff: noqa: E501, RUF001

from __future__ import annotations

from datetime import timedelta
from itertools import count

from weiting.demo.content.calendar import Calendar
from weiting.demo.content.shapes import Account
from weiting.demo.content.units import (
    BUREAUS,
    CITY,
    COMMUNITIES,
    DISTRICTS,
    GRIDS,
    SUBDISTRICTS,
    joined_on,
    units,
)

PLATFORMS = {
    "hall": "发布厅", "weibo": "微博", "wechat": "微信公众号", "toutiao": "头条", "douyin": "抖音",
    "tencent_weibo": "腾讯微博", "people_weibo": "人民微博",
}  # fmt: skip

_DOUYIN = ("fabu", "gongan", "jiaojing", "xiaofang", "wenlv", "diyi", "gongjiao", "longxi", "qixiang", "bowu")
_TOUTIAO = ("fabu", "gongan", "qixiang", "yingji", "rexian", "hekouxian")
_WECHAT_NAMES = {"gongshui": "云溪水务", "gongan": "平安云溪", "weijian": "健康云溪"}

# (unit, platform) → state, since how many days ago or since which day of the year, why
_SPECIAL = {
    ("minzong", "weibo"): ("frozen", "11", "连续 30 天没更新，先冻结，补齐编辑后解冻。"),
    ("waishi", "wechat"): ("frozen", "16", "管理员手机号换了没报备，核对身份期间冻结。"),
    ("gonghui", "weibo"): (
        "handing_over",
        "81",
        "原编辑调岗，账号移交梧桐巷 10 号办公室，密码当天更换。",
    ),
    ("bowu", "douyin"): ("handing_over", "166", "由讲解部移交宣教部，交接单三方签字。"),
    ("jiuzhu", "weibo"): ("closed", "03-31", "一年 9 条，粉丝都在发布厅，注销后并入云溪民政。"),
    ("shuiwen", "wechat"): ("closed", "05-31", "和云溪水利的号内容重复，注销，水情改在发布厅发。"),
}

# Named officers in office, each under a unit: key of the person or a plain name, unit, handle, opened on.
_PERSONAL = (
    ("guoshuhua", "fabu", "云溪发言人郭树华", "2025-12-08"), ("kongwei", "gongan", "警官孔威", "2025-09-15"),
    ("raoming", "weijian", "饶鸣谈看病", "2026-01-12"), ("louping", "zhujian", "娄平说房子", "2026-03-02"),
    ("sunpei", "gongshui", "孙沛管水", "2026-04-20"), ("qianxun", "gongan", "东园社区民警钱勋", "2025-09-15"),
    ("jinlan", "gongan", "水门社区民警金岚", "2025-09-15"), ("fenglei", "jiaojing", "路口的冯磊石", "2026-02-09"),
    ("nongxia", "nongye", "农夏下地", "2026-05-06"), ("ouyang", "longxi", "龙溪欧阳柯", "2025-10-20"),
)  # fmt: skip


def _since(when: Calendar, word: str) -> str:
    return (when.recent(word) if "-" in word else when.today - timedelta(days=int(word))).isoformat()


def accounts(when: Calendar) -> tuple[Account, ...]:  # noqa: C901  (one line per platform)
    """Return the whole register as it stands on a day."""
    number = count(1)
    found: list[Account] = []

    def add(unit: str, platform: str, handle: str, opened: str, **more: str) -> None:
        state, since, why = more.pop("state", "open"), more.pop("state_on", ""), more.pop("reason", "")
        if (unit, platform) in _SPECIAL and "person" not in more:
            state, since, why = _SPECIAL[unit, platform]
            since = _since(when, since)
        key = f"{unit}-{platform}" + (f"-{more['person']}" if "person" in more else "")
        found.append(
            Account(
                key,
                unit,
                platform,
                handle,
                opened,
                f"云网备{max(opened[:4], '2026')}-{next(number):04d}",
                state,
                since,
                why,
                more.get("person", ""),
            )
        )

    add(CITY, "hall", "云溪发布厅", "2025-07-26")
    for i, unit in enumerate((*BUREAUS, *DISTRICTS, *SUBDISTRICTS, *COMMUNITIES, *GRIDS)):
        day = f"2025-{8 + i % 4:02d}-{1 + i * 7 % 28:02d}"
        joined = joined_on(unit, when)
        opened = joined if joined > "2026" else day
        add(unit.key, "hall", unit.account, opened)
        if unit.kind in ("bureau", "district", "subdistrict"):
            add(unit.key, "weibo", unit.account, f"{2012 + i % 7}-{1 + i % 12:02d}-{1 + i * 5 % 28:02d}")
        if (
            unit.kind in ("bureau", "district")
            and i % 3 != 1
            or unit.key in ("longxi", "dongyuan", "shuiwen", "waishi")
        ):
            add(
                unit.key,
                "wechat",
                _WECHAT_NAMES.get(unit.key, unit.account),
                f"{2014 + i % 6}-{1 + i * 3 % 12:02d}-{2 + i * 5 % 26:02d}",
            )
        if unit.key in _TOUTIAO:
            add(unit.key, "toutiao", unit.account, f"2017-{1 + i % 12:02d}-16")
        if unit.key in _DOUYIN:
            add(unit.key, "douyin", unit.account, f"2019-{1 + i % 12:02d}-09")
    for unit in (each for each in units(when) if each.state == "closed"):
        add(
            unit.key,
            "hall",
            unit.account,
            "2025-08-31",
            state="closed",
            state_on=unit.closed_on,
            reason="单位合并，粉丝和旧文转到新单位，旧文仍可查。",
        )
        add(
            unit.key,
            "weibo",
            unit.account,
            "2013-05-20",
            state="closed",
            state_on=unit.closed_on,
            reason="单位合并，最后一条写明了新地址。",
        )
    add(
        "fabu",
        "tencent_weibo",
        "云溪发布",
        "2011-11-09",
        state="closed",
        state_on="2020-09-28",
        reason="平台停止服务，2,316 条旧文已存档。",
    )
    add(
        "fabu",
        "people_weibo",
        "云溪发布",
        "2012-03-05",
        state="closed",
        state_on="2021-06-30",
        reason="平台关闭，旧文已存档，可在发布厅按年月查。",
    )
    for person, unit_key, handle, opened in _PERSONAL:
        add(unit_key, "weibo", handle, opened, person=person)
    return tuple(found)
