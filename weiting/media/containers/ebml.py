"""WebM: keeps the elements a player needs and turns tags, titles, dates and all others into Void in place."""

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from weiting.media.containers.common import Track, broken, not_cleanable, not_playable
from weiting.media.limits import Kind

HEADER, SEGMENT, VOID = 0x1A45DFA3, 0x18538067, 0xEC
SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES = (
    0x114D9B74,
    0x1549A966,
    0x1654AE6B,
    0x1F43B675,
    0x1C53BB6B,
)
SEEK, SEEK_ID = 0x4DBB, 0x53AB
TIMESTAMP_SCALE, DURATION, MUXING_APP, WRITING_APP = 0x2AD7B1, 0x4489, 0x4D80, 0x5741
TRACK_ENTRY, TRACK_TYPE, CODEC, NAME, ENCODINGS, VIDEO = (
    0xAE,
    0x83,
    0x86,
    0x536E,
    0x6D80,
    0xE0,
)
WIDTH, HEIGHT = 0xB0, 0xBA
TIMESTAMP, SIMPLE_BLOCK, BLOCK_GROUP = 0xE7, 0xA3, 0xA0
DOC_TYPE = 0x4282

_TOP = {SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES}
_INFO = {TIMESTAMP_SCALE, DURATION, MUXING_APP, WRITING_APP}
_CLUSTER = {TIMESTAMP, SIMPLE_BLOCK, BLOCK_GROUP, 0xAB, 0xA7}
_CODECS = {b"V_VP8", b"V_VP9", b"V_AV1", b"A_VORBIS", b"A_OPUS"}
_KINDS = {1: Kind.VIDEO, 2: Kind.AUDIO}


@dataclass(frozen=True)
class Element:
    """One element: its id, its start, content and end; `is_open` when it does not say its size."""

    id: int
    start: int
    content: int
    end: int
    is_open: bool = False


def _number(data: mmap.mmap, at: int, end: int, *, keep_marker: bool) -> tuple[int, int]:
    """Read a variable-length number; return it and the place after it."""
    if at >= end or not data[at]:
        raise broken()
    length = 9 - data[at].bit_length()
    if at + length > end:
        raise broken()
    value = int.from_bytes(data[at : at + length], "big")
    return (value if keep_marker else value & (1 << 7 * length) - 1), at + length


def element_at(data: mmap.mmap, at: int, end: int) -> Element:
    """Read one element's header; raise Invalid if it does not fit."""
    identity, after = _number(data, at, end, keep_marker=True)
    size, content = _number(data, after, end, keep_marker=False)
    if size == (1 << 7 * (content - after)) - 1:
        return Element(identity, at, content, end, is_open=True)
    if content + size > end:
        raise broken()
    return Element(identity, at, content, content + size)


def children(data: mmap.mmap, parent: Element) -> Iterator[Element]:
    """Yield the elements inside another; a cluster of unknown size ends where the next top element begins."""
    at = parent.content
    while at < parent.end:
        found = element_at(data, at, parent.end)
        if parent.id == CLUSTER and parent.is_open and found.id in _TOP:
            return
        if found.is_open and parent.id != SEGMENT:
            raise broken()
        yield found
        at = found.end


def blank(data: mmap.mmap, element: Element) -> None:
    """Turn an element into a Void of the same size, filled with zeros."""
    total = element.end - element.start
    if total - 2 <= 126:
        header = bytes([VOID, 0x80 | (total - 2)])
    else:
        header = bytes([VOID]) + struct.pack(">Q", 1 << 56 | (total - 9))
    data[element.start : element.end] = header + bytes(total - len(header))


def _uint(data: mmap.mmap, element: Element) -> int:
    return int.from_bytes(data[element.content : element.end], "big")


def _float(data: mmap.mmap, element: Element) -> float:
    raw = data[element.content : element.end]
    return struct.unpack(">f" if len(raw) == 4 else ">d", raw)[0] if len(raw) in (4, 8) else 0.0


class Reader:
    """One walk over a WebM file: blanks as it goes and remembers what the file is."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data = data
        self.kinds: set[Kind] = set()
        self.size: tuple[int | None, int | None] = (None, None)
        self.scale, self.duration, self.last = 1_000_000, 0.0, 0
        self.clusters = 0

    def read(self) -> int:
        """Clean the file; return where it ends."""
        header = element_at(self.data, 0, len(self.data))
        types = (
            [each for each in children(self.data, header) if each.id == DOC_TYPE]
            if header.id == HEADER
            else []
        )
        if not types or self.data[types[0].content : types[0].end].rstrip(b"\0") != b"webm":
            raise not_playable("Matroska")
        segment = element_at(self.data, header.end, len(self.data))
        if segment.id != SEGMENT:
            raise broken()
        at = segment.content
        while at < segment.end:
            at = self.top(element_at(self.data, at, segment.end))
        if not self.kinds or not self.clusters:
            raise broken()
        return segment.end

    def top(self, element: Element) -> int:
        """Clean one element of the segment; return where the next begins."""
        if element.id == CLUSTER:
            return self.cluster(element)
        if element.is_open:
            raise broken()
        if element.id not in _TOP:
            blank(self.data, element)
        elif element.id == INFO:
            self.info(element)
        elif element.id == SEEK_HEAD:
            self.seek_head(element)
        elif element.id == TRACKS:
            for entry in children(self.data, element):
                self.track(entry) if entry.id == TRACK_ENTRY else blank(self.data, entry)
        return element.end

    def info(self, element: Element) -> None:
        """Keep the clock of the file; blank title, date and names."""
        for each in children(self.data, element):
            if each.id == TIMESTAMP_SCALE:
                self.scale = _uint(self.data, each) or 1_000_000
            elif each.id == DURATION:
                self.duration = _float(self.data, each)
            elif each.id not in _INFO:
                blank(self.data, each)

    def seek_head(self, element: Element) -> None:
        """Blank the pointers to what is blanked."""
        for seek in children(self.data, element):
            wanted = (
                [each for each in children(self.data, seek) if each.id == SEEK_ID] if seek.id == SEEK else []
            )
            if not wanted or _uint(self.data, wanted[0]) not in _TOP:
                blank(self.data, seek)

    def track(self, entry: Element) -> None:
        """Require sound or picture in a free codec; blank the track's name."""
        parts = {each.id: each for each in children(self.data, entry)}
        if TRACK_TYPE not in parts or CODEC not in parts:
            raise broken()
        kind = _KINDS.get(_uint(self.data, parts[TRACK_TYPE]))
        if kind is None or ENCODINGS in parts:
            raise not_cleanable()
        codec = self.data[parts[CODEC].content : parts[CODEC].end].rstrip(b"\0")
        if codec not in _CODECS:
            raise not_playable(codec.decode("ascii", "replace"))
        self.kinds.add(kind)
        if NAME in parts:
            blank(self.data, parts[NAME])
        if VIDEO in parts:
            shape = {each.id: each for each in children(self.data, parts[VIDEO])}
            if WIDTH in shape and HEIGHT in shape:
                self.size = (
                    _uint(self.data, shape[WIDTH]),
                    _uint(self.data, shape[HEIGHT]),
                )

    def cluster(self, element: Element) -> int:
        """Blank what is no block; remember the last moment; return where the cluster ends."""
        self.clusters += 1
        end = element.content
        for each in children(self.data, element):
            if each.id == TIMESTAMP:
                self.last = _uint(self.data, each)
            elif each.id not in _CLUSTER:
                blank(self.data, each)
            end = each.end
        return end


def clean(file: BinaryIO) -> Track:
    """Blank all that is not sound or picture; raise Invalid if damaged, Matroska or with other tracks."""
    with mmap.mmap(file.fileno(), 0) as data:
        reader = Reader(data)
        end = reader.read()
        data.flush()
    file.truncate(end)
    ticks = reader.duration or reader.last
    duration_ms = round(ticks * reader.scale / 1_000_000) or None
    if Kind.VIDEO in reader.kinds:
        return Track(Kind.VIDEO, "video/webm", "webm", duration_ms, *reader.size)
    return Track(Kind.AUDIO, "audio/webm", "weba", duration_ms)
