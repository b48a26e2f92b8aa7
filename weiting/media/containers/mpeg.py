"""MP3 and AAC streams: only whole frames are kept, so every tag (ID3, APE, cover picture) falls away."""

import mmap
from collections.abc import Callable
from typing import BinaryIO

from weiting.media.containers.common import Track, broken, compact
from weiting.media.limits import Kind

_MP3_RATES = {
    3: (44100, 48000, 32000),
    2: (22050, 24000, 16000),
    0: (11025, 12000, 8000),
}
_MP3_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MP3_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_AAC_RATES = (
    96000,
    88200,
    64000,
    48000,
    44100,
    32000,
    24000,
    22050,
    16000,
    12000,
    11025,
    8000,
    7350,
)

# A frame header can stand anywhere by chance; so many in a row cannot.
CHAIN = 3
SEARCH_BYTES = 1024 * 1024
MAX_LOST_SHARE = 0.02

# (bytes of the frame, samples in it, samples a second)
Frame = tuple[int, int, int]
Reader = Callable[[mmap.mmap, int], Frame | None]


def mp3_frame(data: mmap.mmap, at: int) -> Frame | None:
    """Read the header of an MPEG layer III frame, or return None."""
    if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] & 0xE6 != 0xE2:
        return None
    version, third = (data[at + 1] >> 3) & 3, data[at + 2]
    bitrate_index, rate_index = third >> 4, (third >> 2) & 3
    if version == 1 or bitrate_index in (0, 15) or rate_index == 3:
        return None
    rate = _MP3_RATES[version][rate_index]
    kbits = (_MP3_KBITS_1 if version == 3 else _MP3_KBITS_2)[bitrate_index]
    factor, samples = (144, 1152) if version == 3 else (72, 576)
    return factor * kbits * 1000 // rate + ((third >> 1) & 1), samples, rate


def aac_frame(data: mmap.mmap, at: int) -> Frame | None:
    """Read the header of an ADTS frame, or return None."""
    if at + 7 > len(data) or data[at] != 0xFF or data[at + 1] & 0xF6 != 0xF0:
        return None
    rate_index = (data[at + 2] >> 2) & 0xF
    size = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
    if rate_index >= len(_AAC_RATES) or size < 7:
        return None
    return size, 1024 * ((data[at + 6] & 3) + 1), _AAC_RATES[rate_index]


def _past_id3(data: mmap.mmap) -> int:
    at = 0
    while data[at : at + 3] == b"ID3" and at + 10 <= len(data):
        size = 0
        for byte in data[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        at += 10 + size + (10 if data[at + 5] & 0x10 else 0)
    return at


def _chain_from(data: mmap.mmap, at: int, read: Reader, limit: int) -> int | None:
    """Return the first place at or after `at` where frames follow one another."""
    last = min(len(data), at + limit)
    while (at := data.find(b"\xff", at, last)) >= 0:
        there, count = at, 0
        while count < CHAIN and (frame := read(data, there)) is not None and there + frame[0] <= len(data):
            there += frame[0]
            count += 1
        if count == CHAIN:
            return at
        at += 1
    return None


def clean(file: BinaryIO) -> Track:
    """Keep the frames of an MP3 or AAC file only; raise Invalid if it is neither."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        first = _past_id3(data)
        found = [
            (start, read, mime, extension)
            for read, mime, extension in (
                (mp3_frame, "audio/mpeg", "mp3"),
                (aac_frame, "audio/aac", "aac"),
            )
            if (start := _chain_from(data, first, read, SEARCH_BYTES)) is not None
        ]
        if not found:
            raise broken()
        start, read, mime, extension = min(found, key=lambda each: each[0])
        runs, seconds = _walk(data, start, read)
    compact(file, runs)
    return Track(Kind.AUDIO, mime, extension, duration_ms=round(seconds * 1000))


def _walk(data: mmap.mmap, start: int, read: Reader) -> tuple[list[tuple[int, int]], float]:
    runs: list[tuple[int, int]] = []
    at, seconds, lost = start, 0.0, 0
    while True:
        frame = read(data, at)
        if frame is not None and at + frame[0] <= len(data):
            at += frame[0]
            seconds += frame[1] / frame[2]
            continue
        runs.append((start, at))
        # A tag at the end is followed by nothing; a scratch in the middle by more frames.
        again = _chain_from(data, at + 1, read, SEARCH_BYTES)
        if again is None:
            return runs, seconds
        lost += again - at
        if lost > len(data) * MAX_LOST_SHARE + 4096:
            raise broken()
        start = at = again
