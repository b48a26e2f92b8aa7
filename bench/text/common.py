"""What the measurements of the text tools share: where the public data lies, and the interval of a share."""

import os
from math import sqrt
from pathlib import Path


def folder(file: str = "") -> Path | None:
    """The folder that WEITING_DATA names, or a file in it; None when there is none."""
    named = os.environ.get("WEITING_DATA", "")
    found = Path(named, file) if named else None
    return found if found and found.exists() else None


def wilson(part: int, whole: int, places: int = 3) -> str:
    """A share with its 95 % interval (Wilson, 1927)."""
    if not whole:
        return "–"
    z, p = 1.96, part / whole
    middle = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    reach = z * sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return f"{p:.{places}f} [{low:.{places}f}, {high:.{places}f}]"
