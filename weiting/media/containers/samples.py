"""Where the samples of an MP4 track lie: its size, chunk and offset tables as stretches of the file."""

import mmap
from itertools import accumulate

from weiting.media.containers.common import broken

Stretch = tuple[int, int]


def chunks(data: mmap.mmap, parts: dict[bytes, Stretch]) -> list[Stretch]:
    """Return the stretch of every chunk of a track; raise Invalid if the tables contradict each other."""
    offsets = _offsets(data, parts)
    if not offsets:
        return []
    ends = list(accumulate(_sizes(data, parts), initial=0))
    runs = _rows(data, parts.get(b"stsc"), width=12)
    if not runs or runs[0][0] != 1:
        raise broken()
    found: list[Stretch] = []
    sample = 0
    for index, (first, per_chunk, _description) in enumerate(runs):
        after = runs[index + 1][0] if index + 1 < len(runs) else len(offsets) + 1
        for number in range(first, min(after, len(offsets) + 1)):
            last = min(sample + per_chunk, len(ends) - 1)
            start = offsets[number - 1]
            found.append((start, start + ends[last] - ends[sample]))
            sample = last
    return [(start, end) for start, end in found if end > start]


def _offsets(data: mmap.mmap, parts: dict[bytes, Stretch]) -> list[int]:
    if b"co64" in parts:
        return [high << 32 | low for high, low in _rows(data, parts[b"co64"], width=8)]
    return [row[0] for row in _rows(data, parts.get(b"stco"), width=4)]


def _sizes(data: mmap.mmap, parts: dict[bytes, Stretch]) -> list[int]:
    if b"stsz" not in parts:
        # stz2, the packed form, is written by nobody this product has met.
        raise broken()
    start, end = parts[b"stsz"]
    if end - start < 12:
        raise broken()
    one_size = int.from_bytes(data[start + 4 : start + 8], "big")
    if one_size:
        count = int.from_bytes(data[start + 8 : start + 12], "big")
        if count > len(data):
            raise broken()
        return [one_size] * count
    return [row[0] for row in _rows(data, (start + 4, end), width=4)]


def _rows(data: mmap.mmap, part: Stretch | None, *, width: int) -> list[tuple[int, ...]]:
    """Read a counted table of 32-bit numbers, `width` bytes a row."""
    if part is None or part[1] - part[0] < 8:
        raise broken()
    start, end = part
    count = int.from_bytes(data[start + 4 : start + 8], "big")
    if start + 8 + count * width > end:
        raise broken()
    body = memoryview(data[start + 8 : start + 8 + count * width])
    numbers = [int.from_bytes(body[at : at + 4], "big") for at in range(0, len(body), 4)]
    columns = width // 4
    return [tuple(numbers[at : at + columns]) for at in range(0, len(numbers), columns)]
