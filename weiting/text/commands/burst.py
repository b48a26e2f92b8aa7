"""`weiting text burst IN.csv OUT.json`: the words that burst in an hourly list of titles, the highest first."""

import argparse
import json
from datetime import datetime, timedelta

from weiting.text.commands.messages import moment
from weiting.text.commands.tables import columns, rows, write_text
from weiting.text.topics import Burst, Bursts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The files, and how many bursts are wanted."""
    parser.add_argument("input", metavar="IN.csv[.gz]", help="a table with date, hour, title, hot")
    parser.add_argument("output", metavar="OUT.json")
    parser.add_argument(
        "--columns", action="append", default=[], metavar="date=NAME,…", help="other names of the columns"
    )
    parser.add_argument(
        "--most", type=int, default=500, metavar="N", help="how many bursts are written (500)"
    )


def run(options: argparse.Namespace) -> int:
    """Write the bursts; rows without a date or an hour are passed over."""
    bursts = Bursts()
    days: dict[str, datetime | None] = {}
    for row in rows(options.input, ("date", "hour", "title", "hot"), columns(options.columns)):
        day = days.get(row["date"])
        if day is None and row["date"] not in days:
            day = days[row["date"]] = moment(row["date"])
        if day is not None and row["hour"].strip().isdecimal() and int(row["hour"]) < 24:
            bursts.add(day + timedelta(hours=int(row["hour"])), row["title"], _whole(row["hot"]))
    found = [_row(burst) for burst in bursts.found(most=options.most)]
    write_text(options.output, json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    return 0


def _whole(text: str) -> int:
    text = text.strip()[:18]
    return int(text) if text.isdecimal() else 0


def _row(burst: Burst) -> dict[str, object]:
    return {
        "word": burst.word,
        "name": burst.name,
        "from": burst.start.isoformat(sep=" "),
        "to": burst.end.isoformat(sep=" "),
        "now": burst.now,
        "usual": round(burst.usual, 3),
        "score": round(burst.score, 2),
        "hot": burst.hot,
        "why": burst.why.say(),
        "titles": list(burst.titles),
    }
