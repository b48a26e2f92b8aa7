"""Ogg Vorbis and Opus: checks every page's sum and empties the comments without moving the sound."""

import mmap
import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from weiting.media.containers.common import Track, broken, not_cleanable, not_playable
from weiting.media.limits import Kind

_MIRROR = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_NO_GRANULE = 2**64 - 1
_BEGINS = 2


@dataclass(frozen=True)
class Page:
    """One page: where it lies and what its header says."""

    start: int
    body: int
    end: int
    flags: int
    granule: int
    serial: int
    lacing: bytes


def page_sum(page: bytes) -> int:
    """Return the CRC of a page whose sum field is zero.

    Ogg's CRC is zlib's polynomial with the bits the other way round and without the final inversion;
    mirroring the bytes lets the C code of zlib do the work.
    """
    mirrored = zlib.crc32(page.translate(_MIRROR), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(mirrored.to_bytes(4, "little").translate(_MIRROR), "big")


def _pages(data: mmap.mmap) -> list[Page]:
    pages: list[Page] = []
    at = 0
    while data[at : at + 4] == b"OggS":
        header = data[at : at + 27]
        if len(header) < 27 or header[4] != 0:
            raise broken()
        flags, granule, serial, _sequence, crc, count = struct.unpack("<BQIIIB", header[5:])
        lacing = data[at + 27 : at + 27 + count]
        body = at + 27 + count
        end = body + sum(lacing)
        if end > len(data):
            # A recording cut off in its last page is played up to there.
            break
        if page_sum(data[at : at + 22] + b"\0\0\0\0" + data[at + 26 : end]) != crc:
            raise broken()
        pages.append(Page(at, body, end, flags, granule, serial, lacing))
        at = end
    return pages


def _second_packet(pages: list[Page]) -> list[tuple[Page, int, int]]:
    """Return where the comment packet lies: right after the first page, over as many pages as it takes."""
    parts: list[tuple[Page, int, int]] = []
    for page in pages[1:]:
        at = page.body
        for length in page.lacing:
            at += length
            if length < 255:
                return [*parts, (page, page.body, at)]
        parts.append((page, page.body, at))
    raise broken()


def _emptied(packet: bytes) -> bytes:
    """Return a comment packet of the same length that says nothing."""
    if packet.startswith(b"OpusTags") and len(packet) >= 16:
        return b"OpusTags" + struct.pack("<II", 0, 0) + bytes(len(packet) - 16)
    if packet.startswith(b"\x03vorbis") and len(packet) >= 16:
        vendor = len(packet) - 16
        return b"\x03vorbis" + struct.pack("<I", vendor) + b" " * vendor + struct.pack("<IB", 0, 1)
    raise broken()


def _rate_and_skip(first: bytes) -> tuple[int, int]:
    if first.startswith(b"OpusHead") and len(first) >= 19:
        return 48000, int.from_bytes(first[10:12], "little")
    if first.startswith(b"\x01vorbis") and len(first) >= 30:
        return int.from_bytes(first[12:16], "little"), 0
    raise not_playable("Ogg")


def clean(file: BinaryIO) -> Track:
    """Empty the comments of an Ogg file with one sound stream; raise Invalid for anything else."""
    with mmap.mmap(file.fileno(), 0) as data:
        pages = _pages(data)
        if len(pages) < 3 or not pages[0].flags & _BEGINS:
            raise broken()
        rate, skip = _rate_and_skip(data[pages[0].body : pages[0].end])
        if not rate:
            raise broken()
        if any(page.serial != pages[0].serial or page.flags & _BEGINS for page in pages[1:]):
            raise not_cleanable()
        parts = _second_packet(pages)
        _write_packet(
            data,
            parts,
            _emptied(b"".join(data[start:end] for _page, start, end in parts)),
        )
        granules = [page.granule for page in pages if page.granule != _NO_GRANULE]
        end = pages[-1].end
        data.flush()
    file.truncate(end)
    samples = max(0, (granules[-1] if granules else 0) - skip)
    return Track(Kind.AUDIO, "audio/ogg", "ogg", duration_ms=samples * 1000 // rate)


def _write_packet(data: mmap.mmap, parts: list[tuple[Page, int, int]], packet: bytes) -> None:
    at = 0
    for page, start, end in parts:
        data[start:end] = packet[at : at + end - start]
        at += end - start
        data[page.start + 22 : page.start + 26] = b"\0\0\0\0"
        crc = page_sum(data[page.start : page.end])
        data[page.start + 22 : page.start + 26] = struct.pack("<I", crc)
