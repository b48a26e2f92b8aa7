"""WAV files: the format and the sound are kept, every other chunk (LIST INFO, bext, id3, iXML) is cut out."""

import struct
from typing import BinaryIO

from weiting.media.containers.common import Track, broken, compact, not_playable
from weiting.media.limits import Kind

# PCM, float, A-law, mu-law, extensible.
_PLAYABLE = {1, 3, 6, 7, 0xFFFE}


def clean(file: BinaryIO) -> Track:
    """Keep `fmt `, `fact` and `data` of a WAV file; raise Invalid if there is no sound in it."""
    runs, fmt, data_bytes = _chunks(file)
    if len(fmt) < 16 or not data_bytes:
        raise broken()
    code, channels, rate, per_second = struct.unpack("<HHII", fmt[:12])
    if code not in _PLAYABLE:
        raise not_playable(f"WAV 0x{code:04x}")
    if not (channels and rate and per_second):
        raise broken()
    compact(file, runs)
    _rewrite_sizes(file, data_bytes)
    return Track(Kind.AUDIO, "audio/wav", "wav", duration_ms=data_bytes * 1000 // per_second)


def _chunks(file: BinaryIO) -> tuple[list[tuple[int, int]], bytes, int]:
    """Return the stretches that stay, the format chunk, and the length of the sound."""
    total = file.seek(0, 2)
    file.seek(0)
    head = file.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
        raise broken()
    runs, fmt, at = [(0, 12)], b"", 12
    while at + 8 <= total:
        file.seek(at)
        name, size = struct.unpack("<4sI", file.read(8))
        end = at + 8 + size
        if name == b"data":
            # Recorders that were cut off leave a size that is too large, or none.
            end = min(end, total) if size else total
            return [*runs, (at, end)], fmt, end - at - 8
        if name in (b"fmt ", b"fact"):
            if end > total or size > 128:
                raise broken()
            fmt = file.read(size) if name == b"fmt " else fmt
            runs.append((at, end + (size & 1)))
        at = end + (size & 1)
    raise broken()


def _rewrite_sizes(file: BinaryIO, data_bytes: int) -> None:
    total = file.seek(0, 2)
    file.seek(4)
    file.write(struct.pack("<I", total - 8))
    file.seek(total - data_bytes - 4)
    file.write(struct.pack("<I", data_bytes))
    file.flush()
