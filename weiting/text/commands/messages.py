"""Reads the messages of a table for the verbs that compare them."""

import argparse
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from weiting.text.commands.tables import rows
from weiting.text.same import Message

_DIGITS = re.compile(r"\d{1,4}")


def add_arguments(parser: argparse.ArgumentParser, output: str) -> None:
    """The two files and the names of the columns."""
    parser.add_argument("input", metavar="IN.csv", help="a table with msg_id, title, content, time")
    parser.add_argument("output", metavar=output)
    parser.add_argument(
        "--columns", action="append", default=[], metavar="msg_id=NAME,…", help="other names of the columns"
    )


def read(path: str, mapping: Mapping[str, str]) -> Iterator[Message]:
    """The messages of a table, one by one; `unit` is read where there is such a column."""
    for row in rows(path, ("msg_id", "title", "content", "time"), mapping, ("unit",)):
        yield Message(row["msg_id"], row["title"], row["content"], moment(row["time"]), row["unit"])


def moment(text: str) -> datetime | None:
    """A time as tables write it: 2019/1/2 3:04, 2019-01-02T03:04:05+08:00, 20190102; None when it is none."""
    text = text.strip()
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        pass
    parts = [int(part) for part in _DIGITS.findall(text[:40])[:6]]
    try:
        return datetime(*parts) if len(parts) >= 3 else None  # type: ignore[arg-type]
    except ValueError:
        return None
