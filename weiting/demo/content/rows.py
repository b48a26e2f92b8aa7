"""Reads the small pipe-separated tables in which the city's facts are written."""

from __future__ import annotations

from collections.abc import Iterator


def rows(text: str, width: int) -> Iterator[tuple[str, ...]]:
    """Yield the stripped cells of each non-empty line; raises ValueError when a line has another width."""
    for line in text.strip().splitlines():
        if not line.strip():
            continue
        cells = tuple(cell.strip() for cell in line.split("|"))
        if len(cells) != width:
            raise ValueError(f"expected {width} cells, found {len(cells)}: {line}")
        yield cells


def words(cell: str) -> tuple[str, ...]:
    """Split a cell of words by the Chinese enumeration comma."""
    return tuple(word for word in (part.strip() for part in cell.split("、")) if word)
