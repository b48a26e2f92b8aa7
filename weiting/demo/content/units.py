"""The tree of the city's voices: city, districts, subdistricts, communities, grids, and bureaus under the city."""
# ruff: noqa: E501, RUF001

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from weiting.demo.content.bureau_rows import BUREAUS as BUREAU_ROWS
from weiting.demo.content.calendar import WRITTEN, Calendar
from weiting.demo.content.place_rows import (
    COMMUNITIES as COMMUNITY_ROWS,
    DISTRICTS as DISTRICT_ROWS,
    SUBDISTRICTS as SUBDISTRICT_ROWS,
)
from weiting.demo.content.rows import rows, words
from weiting.demo.content.shapes import Unit

CITY = "yunxi"

# Section → (name shown on the hall, muted colour that carries white text at 4.5:1 or better).
SECTIONS: dict[str, tuple[str, str]] = {
    "office": ("综合与群团", "#8c3b33"),
    "law": ("公安司法消防", "#2b4c7e"),
    "people": ("教育卫生社保", "#7a4b8c"),
    "build": ("水电气交通城建", "#2f6b75"),
    "green": ("农林水与气象", "#3f6b45"),
    "trade": ("经济与办事", "#7d5a1e"),
    "culture": ("文化与旅游", "#8a4463"),
    "place": ("街道社区网格", "#1f6f54"),
}

HOURS = {
    "o": "周一至周五 8:30—12:00、14:00—17:30",
    "w": "周一至周五 8:30—17:30，周六 9:00—12:00",
    "d": "每天 24 小时",
    "t": "周二至周日 9:00—21:00，周一闭馆",
}

# Numbers that people know by heart; the rest are counted up from 0599-1231 000.
KNOWN_PHONES = {"gongshui": "0599-1234 500", "rexian": "12345"}

SILENT = {"dangan": 16, "waishi": 23, "minzong": 41, "meiling": 19, "yuntai-shanmen": 60}
# Those of the last batch, and how many days ago they came.
NEWCOMERS = {"tingche": 40, "ludeng": 33, "songling-songlin": 12}


def _phone(key: str, index: int) -> str:
    number = 31000 + index * 131
    return KNOWN_PHONES.get(key) or f"0599-12{number // 1000:02d} {number % 1000:03d}"


def _unit(index: int, key: str, name: str, account: str, seal: str, kind: str, parent: str, group: str,
          about: str, address: str, hours: str) -> Unit:  # fmt: skip
    silent = SILENT.get(key, 0)
    return Unit(
        key=key, name=name, account=account, seal=seal, kind=kind, parent=parent, group=group,  # type: ignore[arg-type]
        colour=SECTIONS[group][1], about=about, address=address, phone=_phone(key, index), hours=HOURS[hours],
        state="silent" if silent else "active", silent_days=silent,
        own_hall=key in (CITY, "hekouxian"),
    )  # fmt: skip


def _city() -> Unit:
    about = "云溪市人民政府和 109 个单位在这里说话、听您说话。"
    return _unit(0, CITY, "云溪市", "云溪市人民政府", "云溪", "city", "", "office", about, "书院路 1 号", "o")


def _bureaus() -> tuple[Unit, ...]:
    return tuple(
        _unit(i, key, name, account, seal, "bureau", CITY, group, about, address, hours)
        for i, (key, name, account, seal, group, address, hours, about) in enumerate(rows(BUREAU_ROWS, 8), 1)
    )


def _places(table: str, kind: str, start: int) -> tuple[Unit, ...]:
    return tuple(
        _unit(i, key, name, account, seal, kind, parent, "place", about, address, "w")
        for i, (key, name, account, seal, parent, address, about) in enumerate(rows(table, 7), start)
    )


def _communities() -> tuple[tuple[Unit, ...], tuple[Unit, ...]]:
    communities: list[Unit] = []
    grids: list[Unit] = []
    for i, cells in enumerate(rows(COMMUNITY_ROWS, 9), 110):
        key, name, account, seal, parent, address, about, _count, cover = cells
        communities.append(
            _unit(i, key, name, account, seal, "community", parent, "place", about, address, "w")
        )
        for n, place in enumerate(words(cover), 1):
            numeral = "一二三四五"[n - 1]
            grids.append(
                _unit(
                    130 + len(grids),
                    f"{key}-{n}",
                    f"{name}第{numeral}网格",
                    f"{account}{numeral}格",
                    f"{seal}{numeral}格",
                    "grid",
                    key,
                    "place",
                    f"管{place}这一片，网格员每天走两趟，有事招手就停。",
                    f"{address}（{place}）",
                    "w",
                )  # fmt: skip
            )
    return tuple(communities), tuple(grids)


BUREAUS = _bureaus()
DISTRICTS = _places(DISTRICT_ROWS, "district", 80)
SUBDISTRICTS = _places(SUBDISTRICT_ROWS, "subdistrict", 90)
COMMUNITIES, GRIDS = _communities()

# Merged away during the year: kept in the register with the unit that carries their work on.
CLOSED = (
    Unit(
        "liangshi", "云溪市粮食局", "云溪粮食", "粮食", "bureau", CITY, "trade", SECTIONS["trade"][1],
        "粮价和储备粮的事，现在由云溪发改接着说。", "书院路 5 号", "0599-1258 010", HOURS["o"],
        state="closed", successor="fagai",
    ),
    Unit(
        "keyun", "云溪市客运管理处", "云溪客运", "客运", "bureau", CITY, "build", SECTIONS["build"][1],
        "出租车和长途班车的事，现在由云溪交通接着说。", "桥北路 20 号", "0599-1258 020", HOURS["o"],
        state="closed", successor="jiaotong",
    ),
)  # fmt: skip

UNITS: tuple[Unit, ...] = (_city(), *DISTRICTS, *BUREAUS, *SUBDISTRICTS, *COMMUNITIES, *GRIDS, *CLOSED)
BY_KEY: dict[str, Unit] = {unit.key: unit for unit in UNITS}
_CLOSED_ON = {"liangshi": "03-31", "keyun": "06-30"}


def joined_on(unit: Unit, when: Calendar) -> str:
    """Return the day on which a unit came into the hall, as ISO text."""
    back = NEWCOMERS.get(unit.key)
    if back is None:
        back = (WRITTEN - date.fromisoformat(unit.joined_on)).days
    return (when.today - timedelta(days=back)).isoformat()


@lru_cache(maxsize=4)
def units(when: Calendar) -> tuple[Unit, ...]:
    """Return every unit with the days on which it came and went."""
    return tuple(
        replace(
            unit,
            joined_on=joined_on(unit, when),
            closed_on=when.recent(_CLOSED_ON[unit.key]).isoformat() if unit.key in _CLOSED_ON else "",
        )
        for unit in UNITS
    )
