"""MP4 and M4A: keeps the boxes a player needs, blanks all others in place, and what no kept track refers to.

Blanking (a `free` box of the same size, filled with zeros) moves nothing, so every offset stays true.
"""

import mmap
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from weiting.media.containers import samples
from weiting.media.containers.common import (
    BLOCK,
    Track,
    broken,
    not_cleanable,
    not_playable,
)
from weiting.media.limits import Kind

# Parent → children that stay. Places, names and notes hide in udta, meta, uuid, skip and makers' own boxes,
# whose names cannot all be known; so this is a list of what stays, not of what goes.
KEPT: dict[bytes, frozenset[bytes]] = {
    parent: frozenset(children.split())
    for parent, children in {
        b"": b"ftyp moov mdat moof mfra sidx ssix styp pdin",
        b"moov": b"mvhd trak mvex",
        b"trak": b"tkhd edts mdia",
        b"edts": b"elst",
        b"mdia": b"mdhd hdlr minf",
        b"minf": b"vmhd smhd dinf stbl",
        b"dinf": b"dref",
        b"stbl": b"stsd stts ctts cslg stsc stsz stco co64 stss sdtp sgpd sbgp",
        b"mvex": b"mehd trex",
        b"moof": b"mfhd traf",
        b"traf": b"tfhd tfdt trun sdtp sgpd sbgp",
    }.items()
}
_TIMED = {b"mvhd", b"tkhd", b"mdhd"}
_VIDEO_CODECS = {b"avc1", b"avc3", b"av01", b"vp09", b"vp08"}
_AUDIO_CODECS = {b"mp4a", b"Opus", b"fLaC", b".mp3"}
MAX_BOXES = 400_000


@dataclass(frozen=True)
class Box:
    """One box: its type and where its header, payload and end lie."""

    type: bytes
    start: int
    payload: int
    end: int


@dataclass
class Found:
    """What one walk over the file gathered."""

    mdats: list[tuple[int, int]] = field(default_factory=list)
    kept: list[tuple[int, int]] = field(default_factory=list)
    codecs: list[tuple[bytes, bytes]] = field(default_factory=list)
    duration_ms: int | None = None
    size: tuple[int, int] | None = None
    has_moov: bool = False
    is_fragmented: bool = False
    dropped_tracks: int = 0
    boxes: int = 0


def boxes(data: mmap.mmap, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes of a stretch; raise Invalid where one does not fit."""
    while start < end:
        if end - start < 8:
            # Some writers end a container with four zero bytes.
            if any(data[start:end]):
                raise broken()
            return
        size, header = int.from_bytes(data[start : start + 4], "big"), 8
        if size == 1 and end - start >= 16:
            size, header = int.from_bytes(data[start + 8 : start + 16], "big"), 16
        elif size == 0:
            size = end - start
        if size < header or start + size > end:
            raise broken()
        yield Box(data[start + 4 : start + 8], start, start + header, start + size)
        start += size


def zero(data: mmap.mmap, start: int, end: int) -> None:
    """Fill a stretch with zeros."""
    for at in range(start, end, BLOCK):
        stop = min(at + BLOCK, end)
        data[at:stop] = bytes(stop - at)


def blank(data: mmap.mmap, box: Box) -> None:
    """Turn a box into free space of the same size."""
    data[box.start + 4 : box.start + 8] = b"free"
    zero(data, box.payload, box.end)


def child(data: mmap.mmap, box: Box, *path: bytes) -> Box | None:
    """Return the first box at a path below another."""
    for name in path:
        inner = next(
            (each for each in boxes(data, box.payload, box.end) if each.type == name),
            None,
        )
        if inner is None:
            return None
        box = inner
    return box


def clean(file: BinaryIO) -> Track:
    """Blank everything in an MP4 that is not sound or picture; raise Invalid if damaged or not playable."""
    with mmap.mmap(file.fileno(), 0) as data:
        found = Found()
        _walk(data, 0, len(data), b"", found)
        if not found.has_moov or not found.codecs or not found.mdats:
            raise broken()
        if found.is_fragmented and found.dropped_tracks:
            # The samples of the dropped track lie scattered through the fragments.
            raise not_cleanable()
        if not found.is_fragmented:
            _zero_unreferenced(data, found)
        data.flush()
    return _track(found)


def _walk(data: mmap.mmap, start: int, end: int, parent: bytes, found: Found) -> None:
    for box in boxes(data, start, end):
        found.boxes += 1
        if found.boxes > MAX_BOXES:
            raise broken()
        if box.type not in KEPT[parent]:
            blank(data, box)
        elif box.type == b"trak":
            _walk_track(data, box, found)
        elif box.type in KEPT:
            found.has_moov |= box.type == b"moov"
            found.is_fragmented |= box.type in (b"mvex", b"moof")
            _walk(data, box.payload, box.end, box.type, found)
        elif box.type == b"mdat":
            found.mdats.append((box.payload, box.end))
        elif box.type in _TIMED:
            _blank_times(data, box, found)


def _walk_track(data: mmap.mmap, box: Box, found: Found) -> None:
    handler = child(data, box, b"mdia", b"hdlr")
    if handler is None or handler.end - handler.payload < 24:
        raise broken()
    kind = data[handler.payload + 8 : handler.payload + 12]
    if kind not in (b"vide", b"soun"):
        # Places, speeds and drone telemetry travel as tracks of their own, often as "subtitles".
        found.dropped_tracks += 1
        blank(data, box)
        return
    zero(data, handler.payload + 24, handler.end)
    _walk(data, box.payload, box.end, b"trak", found)
    table = child(data, box, b"mdia", b"minf", b"stbl")
    description = child(data, table, b"stsd") if table else None
    if table is None or description is None:
        raise broken()
    _read_codec(data, description, kind, found)
    _require_self_contained(data, box)
    parts = {each.type: (each.payload, each.end) for each in boxes(data, table.payload, table.end)}
    found.kept += samples.chunks(data, parts)


def _read_codec(data: mmap.mmap, description: Box, kind: bytes, found: Found) -> None:
    known = _VIDEO_CODECS if kind == b"vide" else _AUDIO_CODECS
    entries = list(boxes(data, description.payload + 8, description.end))
    if not entries:
        raise broken()
    for entry in entries:
        if entry.type not in known:
            raise not_playable(entry.type.decode("ascii", "replace").strip())
        if kind == b"vide" and entry.end - entry.payload >= 78:
            # The encoder's name: cameras write their model here.
            zero(data, entry.payload + 42, entry.payload + 74)
        found.codecs.append((kind, entry.type))


def _require_self_contained(data: mmap.mmap, track: Box) -> None:
    references = child(data, track, b"mdia", b"minf", b"dinf", b"dref")
    if references is None:
        return
    for entry in boxes(data, references.payload + 8, references.end):
        if not data[entry.payload + 3] & 1:
            raise not_cleanable()


def _blank_times(data: mmap.mmap, box: Box, found: Found) -> None:
    """Zero when it was made; read how long it lasts and how large it is shown."""
    if box.end - box.payload < 24:
        raise broken()
    wide = 8 if data[box.payload] == 1 else 4
    at = box.payload + 4 + 2 * wide
    zero(data, box.payload + 4, at)
    if box.type == b"mvhd":
        scale = int.from_bytes(data[at : at + 4], "big")
        length = int.from_bytes(data[at + 4 : at + 4 + wide], "big")
        if scale and length and length != 256**wide - 1:
            found.duration_ms = length * 1000 // scale
    elif box.type == b"tkhd":
        matrix = at + 8 + wide + 16
        shown = data[matrix + 36 : matrix + 44]
        width, height = (
            int.from_bytes(shown[:4], "big") >> 16,
            int.from_bytes(shown[4:8], "big") >> 16,
        )
        is_turned = not any(data[matrix : matrix + 4]) and any(data[matrix + 4 : matrix + 8])
        if width and height:
            found.size = (height, width) if is_turned else (width, height)


def _zero_unreferenced(data: mmap.mmap, found: Found) -> None:
    """Zero all media data that no kept track plays; raise Invalid if a track points elsewhere."""
    kept = sorted(found.kept)
    for start, end in kept:
        if not any(low <= start and end <= high for low, high in found.mdats):
            raise broken()
    for low, high in found.mdats:
        at = low
        for start, end in kept:
            if low <= start < high:
                if start > at:
                    zero(data, at, start)
                at = max(at, end)
        zero(data, at, high)


def _track(found: Found) -> Track:
    if any(kind == b"vide" for kind, _codec in found.codecs):
        width, height = found.size or (None, None)
        return Track(Kind.VIDEO, "video/mp4", "mp4", found.duration_ms, width, height)
    return Track(Kind.AUDIO, "audio/mp4", "m4a", found.duration_ms)
