"""Reads hand-written posts from plain text, and turns {+1}, {tel} and the like into dates and telephone numbers.

A post opens with `@ month-day hour:minute | unit | column | kpr | title`, where kpr are the first letters of class
(affairs, news, service), purpose (info, explanation, response) and risk (low, medium, high). Its body follows;
lines that open with `~` say the rest: `~ key`, `~ fix wrong | right | reason | minutes`, `~ pic motif | alt`,
`~ t topics`, `~ next days hour:minute`, `~ doc number | source`, `~ promise what | days`, `~ of key`,
`~ explains key | part`, `~ from kind | name`, `~ until days`, and for the desk `~ state state | step`,
`~ returned reason`, `~ held reason`, `~ note person | passage | words`, `~ waits month-day hour:minute | hours`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from weiting.demo.content.people import editor_of
from weiting.demo.content.shapes import Correction, Facts, PassageComment, Picture, PostSeed
from weiting.demo.content.units import BY_KEY

FIRST_DAY, LAST_DAY = date(2025, 11, 22), date(2026, 11, 21)
KLASS = {"a": "affairs", "n": "news", "s": "service"}
PURPOSE = {"i": "info", "e": "explanation", "r": "response"}
RISK = {"l": "low", "m": "medium", "h": "high"}
_SLOT = re.compile(r"\{(tel(?::[a-z0-9-]+)?|d?[+-]?\d+)\}")
_SENTENCE = re.compile(r"[^。？！\n]+[。？！]")


def day_name(day: date, *, weekday: bool = True) -> str:
    """Write a date as people do: 11 月 22 日（周日）."""
    text = f"{day.month} 月 {day.day} 日"
    return f"{text}（周{'一二三四五六日'[day.weekday()]}）" if weekday else text


def fill(text: str, unit: str, day: date) -> str:
    """Put dates counted from `day` and telephone numbers into the slots of a text."""

    def slot(match: re.Match[str]) -> str:
        word = match[1]
        if word.startswith("tel"):
            return BY_KEY[word[4:] or unit].phone
        plain = word.startswith("d")
        return day_name(day + timedelta(days=int(word.lstrip("d"))), weekday=not plain)

    return _SLOT.sub(slot, text)


def stamp(day: date, clock: str) -> str:
    """Write a moment of Shanghai's clock as ISO text."""
    hour, minute = clock.split(":")
    return f"{day.isoformat()}T{int(hour):02d}:{minute}:00+08:00"


def moment(text: str) -> datetime:
    """Read what `stamp` wrote."""
    return datetime.fromisoformat(text)


def day_of(month_day: str) -> date:
    """Find the day of the hall's year that `month-day` names; a leading year is taken as it stands."""
    if len(month_day) > 5:
        return date.fromisoformat(month_day)
    month, number = map(int, month_day.split("-"))
    year = 2025 if (month, number) > (11, 21) else 2026
    return date(year, month, number)


def summary_of(body: str, limit: int = 90) -> str:
    """Take the first sentences of a body that fit into a summary."""
    taken = ""
    for sentence in _SENTENCE.findall(body.replace("\n", "")) or [body]:
        if taken and len(taken) + len(sentence) > limit:
            break
        taken += sentence.strip()
    return taken[:limit]


def read(text: str, prefix: str) -> Iterator[PostSeed]:
    """Yield the posts written in a text; keys that are not given are numbered after the prefix."""
    for index, block in enumerate(re.split(r"(?m)^@ ", text)[1:], 1):
        yield _post(block, f"{prefix}-{index:03d}", index)


def _post(block: str, key: str, index: int) -> PostSeed:
    head, *lines = block.strip().splitlines()
    when, unit, column, codes, title = (cell.strip() for cell in head.split("|", 4))
    month_day, clock = when.split()
    day = day_of(month_day)
    body = fill("\n".join(line for line in lines if not line.startswith("~")).strip(), unit, day)
    found: dict[str, Any] = {"key": key, "corrections": (), "comments": (), "topics": ()}
    facts: dict[str, str] = {}
    for line in lines:
        if line.startswith("~"):
            _mark(line[1:].strip(), unit, day, found, facts, index)
    facts.setdefault("contact", BY_KEY[unit].phone)
    return PostSeed(
        unit=unit, author=editor_of(unit, index), column=column, klass=KLASS[codes[0]], purpose=PURPOSE[codes[1]],  # type: ignore[arg-type]
        risk=RISK[codes[2]], title=fill(title, unit, day), body=body, summary=summary_of(body),  # type: ignore[arg-type]
        published_at=stamp(day, clock), facts=Facts(**facts), hand_written=True, **found,
    )  # fmt: skip


def _mark(  # noqa: C901  (a table of marks)
    line: str, unit: str, day: date, found: dict[str, Any], facts: dict[str, str], index: int
) -> None:
    word, _, rest = line.partition(" ")
    cells = [fill(cell.strip(), unit, day) for cell in rest.split("|")]
    match word:
        case "key":
            found["key"] = cells[0]
        case "t":
            found["topics"] = tuple(cells[0].split("、"))
        case "fix":
            found["corrections"] += (Correction(cells[0], cells[1], cells[2], int(cells[3])),)
        case "pic":
            found["picture"] = Picture(cells[0], 1000 + index * 7, cells[1])
        case "next":
            days, clock = cells[0].split()
            facts["next_update_at"] = stamp(day + timedelta(days=int(days)), clock)
        case "doc":
            facts["doc_no"], facts["source"] = cells
        case "source":
            facts["source"] = cells[0]
        case "promise":
            found["promises"], found["due_on"] = cells[0], (day + timedelta(days=int(cells[1]))).isoformat()
        case "of":
            found["follow_up_of"] = cells[0]
        case "explains":
            found["explains"], found["policy_part"] = cells
        case "from":
            found["provenance"], found["contributor"] = cells
        case "until":
            found["expires_at"] = stamp(day + timedelta(days=int(cells[0])), "23:59")
        case "state":
            found["state"], found["step"] = cells[0], int(cells[1]) if len(cells) > 1 else 0
        case "returned":
            found["returned_reason"] = cells[0]
        case "held":
            found["held_reason"] = cells[0]
        case "note":
            found["comments"] += (PassageComment(*cells),)
        case "waits":
            since, clock = cells[0].split()
            start = moment(stamp(day_of(since), clock))
            found["waiting_since"] = start.isoformat()
            found["due_at"] = (start + timedelta(hours=int(cells[1]))).isoformat()
        case _:
            raise ValueError(f"unknown mark: {line}")
