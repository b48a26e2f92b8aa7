"""One measured figure with its baseline, and the table they make."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Result:
    """One figure. `ratio` compares with the baseline of the same run; `aim` is what the project promises itself."""

    what: str
    value: str
    baseline: str = ""
    ratio: str = ""
    aim: str = ""
    is_met: bool | None = None
    note: str = ""


def give(results: Iterable[Result]) -> None:
    """Hand results to the runner, one JSON object a line."""
    for result in results:
        sys.stdout.write("RESULT " + json.dumps(asdict(result), ensure_ascii=False) + "\n")
    sys.stdout.flush()


def taken(output: str) -> list[Result]:
    """Read what `give` wrote."""
    lines = (line for line in output.splitlines() if line.startswith("RESULT "))
    return [Result(**json.loads(line[7:])) for line in lines]


def share(times: Sequence[float], part: float) -> float:
    """Return the value below which this part of the times lies."""
    found = sorted(times)
    return found[min(len(found) - 1, int(len(found) * part))]


def ms(seconds: float) -> str:
    """Write a time as people compare it."""
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"


def markdown(results: Iterable[Result]) -> str:
    """Write results as a table."""
    rows = ["| what | measured | baseline, same run | ratio | aim |", "|---|---|---|---|---|"]
    for each in results:
        mark = {True: " ✓", False: " ✗", None: ""}[each.is_met]
        rows.append(f"| {each.what} | {each.value} | {each.baseline} | {each.ratio} | {each.aim}{mark} |")
        if each.note:
            rows[-1] = rows[-1].replace(f"| {each.what} |", f"| {each.what} ({each.note}) |", 1)
    return "\n".join(rows)
