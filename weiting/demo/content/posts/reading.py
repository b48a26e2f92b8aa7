"""Reads hand-written posts from plain text, and turns {+1}, {tel} and the like into dates and telephone numbers.

No text that moves names a day but by a slot counted from its own: {+2} writes it with its weekday, {d+2} without,
{s+2} the first weekday from then on, {w+2} the weekday alone, {y} the year, {m-15} the hour fifteen minutes before the
city is loaded. What moves by the year may name its month and day, and writes its year as {y} or {y-1}.

A post opens with `@ month-day hour:minute | unit | column | kpr | title`, where kpr are the first letters of class
(affairs, news, service), purpose (info, explanation, response) and risk (low, medium, high). Its body follows;
lines that open with `~` say the rest: `~ key`, `~ fix wrong | right | reason | minutes`, `~ pic motif | alt`,
`~ t topics`, `~ next days hour:minute`, `~ doc number | source`, `~ promise what | days`, `~ of key`,
`~ explains key | part`, `~ from kind | name`, `~ until days`, and for the desk `~ state state | step`,
`~ returned reason`, `~ held reason`, `~ decided why something personal stays`, `~ note person | passage | words`, `~ waits month-day hour:minute | hours`.
`~ signers unit、unit` names who signs it too.
`~ by year` says with what a text moves (see calendar), `~ only term` that it is told only while schools are open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from weiting.demo.content.calendar import WRITTEN, Calendar, on
from weiting.demo.content.people import editor_of
from weiting.demo.content.rows import words
from weiting.demo.content.shapes import Correction, Facts, PassageComment, Picture, PostSeed
from weiting.demo.content.units import BY_KEY

KLASS = {"a": "affairs", "n": "news", "s": "service"}
PURPOSE = {"i": "info", "e": "explanation", "r": "response"}
RISK = {"l": "low", "m": "medium", "h": "high"}
_SLOT = re.compile(r"\{(?:(tel)(?::([a-z0-9-]+))?|([dswmy])?([+-]?\d+)?)\}")
_SENTENCE = re.compile(r"[^。？！\n]+[。？！]")


def day_name(day: date, *, weekday: bool = True) -> str:
    """Write a date as people do: 11 月 22 日（周日）."""
    text = f"{day.month} 月 {day.day} 日"
    return f"{text}（周{'一二三四五六日'[day.weekday()]}）" if weekday else text


def fill(text: str, unit: str, day: date, when: Calendar) -> str:
    """Put dates counted from `day` and telephone numbers into the slots of a text."""

    def slot(match: re.Match[str]) -> str:
        is_phone, whose, kind, number = match.groups()
        if is_phone:
            return BY_KEY[whose or unit].phone
        count = int(number or 0)
        if kind == "y":
            return str(day.year + count)
        if kind == "m":
            return f"{when.now + timedelta(minutes=count):%-H:%M}"
        found = day + timedelta(days=count)
        if kind == "w":
            return f"周{'一二三四五六日'[found.weekday()]}"
        return day_name(when.school_day(found) if kind == "s" else found, weekday=kind is None)

    return _SLOT.sub(slot, text)


def stamp(day: date, clock: str) -> str:
    """Write a moment of Shanghai's clock as ISO text."""
    hour, minute = clock.split(":")
    return f"{day.isoformat()}T{int(hour):02d}:{minute}:00+08:00"


def moment(text: str) -> datetime:
    """Read what `stamp` wrote."""
    return datetime.fromisoformat(text)


def day_of(month_day: str) -> date:
    """Find the day `month-day` named when the texts were written; a leading year is taken as it stands."""
    if len(month_day) > 5:
        return date.fromisoformat(month_day)
    found = on(WRITTEN.year, month_day)
    return found if found <= WRITTEN else on(WRITTEN.year - 1, month_day)


def summary_of(body: str, limit: int = 90) -> str:
    """Take the first sentences of a body that fit into a summary."""
    taken = ""
    for sentence in _SENTENCE.findall(body.replace("\n", "")) or [body]:
        if taken and len(taken) + len(sentence) > limit:
            break
        taken += sentence.strip()
    return taken[:limit]


def read(text: str, prefix: str, when: Calendar, by: str = "rain") -> Iterator[PostSeed]:
    """Yield the posts written in a text; keys that are not given are numbered after the prefix."""
    blocks = [_block(block) for block in re.split(r"(?m)^@ ", text)[1:]]
    days: dict[str, tuple[date, str]] = {}
    for index, (head, marks, body) in enumerate(blocks, 1):
        moves = marks.get("by", by)
        first, moves_first = days.get(marks.get("of", ""), (None, ""))
        day = when.place(day_of(head[0]), moves, first if moves_first == "year" else None)
        if "key" in marks:
            days[marks["key"]] = day, moves
        if "only" in marks and when.is_school_break(day):
            continue
        yield _post(head, body, marks.get("key") or f"{prefix}-{index:03d}", index, day, when)


def _block(text: str) -> tuple[list[str], dict[str, str], list[str]]:
    """Split one post into its head, its single marks and its lines."""
    head, *lines = text.strip().splitlines()
    when, *cells = (cell.strip() for cell in head.split("|", 4))
    marks = dict(line[1:].strip().partition(" ")[::2] for line in lines if line.startswith("~"))
    return [*when.split(), *cells], marks, lines


def _post(head: list[str], lines: list[str], key: str, index: int, day: date, when: Calendar) -> PostSeed:
    _, clock, unit, column, codes, title = head
    body = "\n".join(line for line in lines if not line.startswith("~")).strip()
    body = fill(body, unit, day, when)
    found: dict[str, Any] = {"key": key, "published_at": stamp(day, clock)}
    facts: dict[str, str] = {}
    for line in lines:
        if line.startswith("~"):
            _mark(line[1:].strip(), unit, day, found, facts, index, when)
    facts.setdefault("contact", BY_KEY[unit].phone)
    return PostSeed(
        unit=unit, author=editor_of(unit, index), column=column, klass=KLASS[codes[0]], purpose=PURPOSE[codes[1]],  # type: ignore[arg-type]
        risk=RISK[codes[2]], title=fill(title, unit, day, when), body=body, summary=summary_of(body),  # type: ignore[arg-type]
        facts=Facts(**facts), hand_written=True, **{"topics": (), **found},
    )  # fmt: skip


def _mark(  # noqa: C901  (a table of marks)
    line: str, unit: str, day: date, found: dict[str, Any], facts: dict[str, str], index: int, when: Calendar
) -> None:
    word, _, rest = line.partition(" ")
    cells = [fill(cell.strip(), unit, day, when) for cell in rest.split("|")]
    match word:
        case "key" | "by" | "only":
            pass
        case "t":
            found["topics"] = tuple(cells[0].split("、"))
        case "fix":
            fix = Correction(cells[0], cells[1], cells[2], int(cells[3]))
            found["corrections"] = (*found.get("corrections", ()), fix)
        case "pic":
            found["picture"] = Picture(cells[0], 1000 + index * 7, cells[1])
        case "next":
            days, _, clock = cells[0].partition(" ")
            # Minutes alone count from now.
            facts["next_update_at"] = (
                stamp(day + timedelta(days=int(days)), clock)
                if clock
                else (when.now + timedelta(minutes=int(days))).isoformat()
            )
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
            if cells[0] == "emergency":
                found["published_at"] = (when.now - timedelta(minutes=14)).isoformat()
        case "returned":
            found["returned_reason"] = cells[0]
        case "decided":
            found["decided"] = cells[0]
        case "signers":
            found["signers"] = words(cells[0])
        case "held":
            found["held_reason"] = cells[0]
        case "note":
            found["comments"] = (*found.get("comments", ()), PassageComment(*cells))
        case "waits":
            since, clock = cells[0].split()
            start = when.ago(moment(stamp(day_of(since), clock)))
            found["waiting_since"] = start.isoformat()
            found["due_at"] = (start + timedelta(hours=int(cells[1]))).isoformat()
        case _:
            raise ValueError(f"unknown mark: {line}")
