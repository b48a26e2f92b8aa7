"""Tasks that only the tests of this module declare."""

import os
import threading
import time
from pathlib import Path

from weiting import jobs

RAN: list[tuple[str, int]] = []
# Where the runner writes; set by the test in the worker's own process.
NOTES = Path()


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


def stay(stop: threading.Event) -> None:
    """Fail at first; then note when it ends."""
    path = NOTES
    is_first = not path.exists()
    with path.open("a") as notes:
        notes.write("begun\n")
    if is_first:
        raise OSError("the first always fails")
    stop.wait()
    with path.open("a") as notes:
        notes.write("ended\n")
