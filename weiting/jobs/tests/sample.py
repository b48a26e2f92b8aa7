"""Tasks that only the tests of this module declare."""

import os
import time
from pathlib import Path

from weiting import jobs

RAN: list[tuple[str, int]] = []


@jobs.task("jobs.sample")
def sample(mark: str, number: int = 0) -> None:
    """Note that it ran."""
    RAN.append((mark, number))


@jobs.task("jobs.write")
def write(path: str, seconds: float = 0) -> None:
    """Write to a file that it began and, after a while, that it ended."""
    file = Path(path)
    with file.open("a", encoding="utf-8") as notes:
        notes.write(f"begun {os.getpid()}\n")
    time.sleep(seconds)
    with file.open("a", encoding="utf-8") as notes:
        notes.write(f"done {os.getpid()}\n")
