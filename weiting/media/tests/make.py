"""Small hostile and honest files, built byte by byte, for the tests of media."""

import io
import struct
import zlib

from PIL import Image

from weiting.media.containers.ogg import page_sum

PLACE = b"+31.2304+121.4737/"


def photo(width: int = 900, height: int = 600, *, fmt: str = "JPEG", **options: object) -> bytes:
    """A picture with a gradient, so that it does not compress to nothing."""
    red = Image.linear_gradient("L").resize((width, height))
    image = Image.merge("RGB", (red, red.transpose(Image.Transpose.ROTATE_180), red))
    out = io.BytesIO()
    image.save(out, fmt, **options)
    return out.getvalue()


def photo_with_gps(width: int = 900, height: int = 600, orientation: int = 6) -> bytes:
    """A phone's photograph: place, camera, serial number, thumbnail comment, turned by EXIF."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretCamera"
    exif[0x0110] = "SerialNumber-4711"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)})
    xmp = b"<x:xmpmeta><exif:GPSLatitude>31,13.8N</exif:GPSLatitude></x:xmpmeta>"
    return photo(width, height, exif=exif, comment=b"SecretComment", xmp=xmp)


def png_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A few hundred bytes that claim to be 900 million pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def box(name: bytes, *parts: bytes) -> bytes:
    """An MP4 box."""
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + name + body


def full(name: bytes, *parts: bytes, flags: int = 0) -> bytes:
    """An MP4 box with version 0 and flags."""
    return box(name, struct.pack(">I", flags), *parts)


def track(handler: bytes, entry: bytes, samples: list[bytes], at: int) -> bytes:
    """An MP4 track whose samples lie in one chunk at a place in the file."""
    sizes = b"".join(struct.pack(">I", len(each)) for each in samples)
    table = box(
        b"stbl",
        full(b"stsd", struct.pack(">I", 1), entry),
        full(b"stts", struct.pack(">III", 1, len(samples), 100)),
        full(b"stsc", struct.pack(">IIII", 1, 1, len(samples), 1)),
        full(b"stsz", struct.pack(">II", 0, len(samples)), sizes),
        full(b"stco", struct.pack(">II", 1, at)),
    )
    media = box(
        b"mdia",
        full(b"mdhd", struct.pack(">IIIII", 3_800_000_000, 3_800_000_000, 1000, 2500, 0)),
        full(b"hdlr", b"\0\0\0\0", handler, bytes(12), b"SecretCamera Handler\0"),
        box(
            b"minf",
            full(b"vmhd", bytes(8), flags=1),
            box(b"dinf", full(b"dref", b"\0\0\0\1", full(b"url ", flags=1))),
            table,
        ),
    )
    matrix = struct.pack(">9I", 0, 0x10000, 0, 0xFFFF0000, 0, 0, 0, 0, 0x40000000)
    head = full(
        b"tkhd",
        struct.pack(">IIIII", 3_800_000_000, 3_800_000_000, 1, 0, 2500),
        bytes(16),
        matrix,
        struct.pack(">II", 640 << 16, 360 << 16),
        flags=3,
    )
    return box(b"trak", head, media, box(b"udta", box(b"\xa9xyz", PLACE)))


VIDEO_ENTRY = box(b"avc1", bytes(42), b"\x0cSecretCamera", bytes(19), bytes(4), box(b"avcC", bytes(8)))
AUDIO_ENTRY = box(b"mp4a", bytes(28))


def mp4(
    *,
    brand: bytes = b"isom",
    video: bytes = VIDEO_ENTRY,
    tracks: str = "vm",
    extra: bytes = b"",
) -> bytes:
    """A film with a place wherever cameras put one: udta, meta, uuid, free, a track, unclaimed media data."""
    frames = [b"FRAME-%02d" % number * 4 for number in range(10)]
    places = [b"GPSTRACK" + PLACE] * 3
    start = box(b"ftyp", brand, b"\0\0\2\0", b"isommp42")
    free = box(b"free", b"Novatek" + PLACE)
    body = b"".join(frames) + b"UNCLAIMED" + PLACE + b"".join(places)
    at = len(start) + len(free) + 8
    made = {
        "v": track(b"vide", video, frames, at),
        "s": track(b"soun", AUDIO_ENTRY, frames, at),
        "m": track(
            b"meta",
            box(b"mebx", bytes(20)),
            places,
            at + len(body) - sum(map(len, places)),
        ),
    }
    movie = box(
        b"moov",
        full(
            b"mvhd",
            struct.pack(">IIII", 3_800_000_000, 3_800_000_000, 1000, 2500),
            bytes(80),
        ),
        *[made[each] for each in tracks],
        box(
            b"udta",
            box(b"\xa9xyz", b"\0\x12\x15\xc7" + PLACE),
            box(b"\xa9mod", b"SecretCamera"),
        ),
        box(b"meta", b"com.apple.quicktime.location.ISO6709" + PLACE),
        box(b"gps ", PLACE),
    )
    return start + free + box(b"mdat", body) + movie + box(b"uuid", bytes(16), PLACE) + extra


def mp3_frames(count: int = 40) -> bytes:
    """Silent MPEG-1 layer III frames, 128 kbit/s at 44.1 kHz."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * count


def id3(body: bytes) -> bytes:
    """An ID3v2 tag."""
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00\x00" + size + body


def mp3_with_tags() -> bytes:
    """An MP3 with a cover picture, an APE tag and an ID3v1 tag."""
    cover = b"APIC" + struct.pack(">I", 5000) + b"\0\0\0image/jpeg\0\3\0" + photo_with_gps(64, 64)
    ape = b"APETAGEX" + struct.pack("<IIII", 2000, 40, 1, 0) + bytes(8) + b"SecretComment"
    return id3(cover) + mp3_frames() + ape + b"TAG" + b"SecretSinger".ljust(125, b"\0")


def aac_frames(count: int = 40) -> bytes:
    """Empty ADTS frames of 64 bytes, 44.1 kHz."""
    return (b"\xff\xf1\x50\x80" + bytes([64 >> 3, (64 & 7) << 5 | 0x1F, 0xFC]) + bytes(57)) * count


def wav(seconds: float = 1.0) -> bytes:
    """An 8 kHz mono WAV with a LIST INFO chunk before and an id3 chunk after the sound."""
    sound = bytes(int(8000 * seconds))
    fmt = struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)
    parts = [
        (b"LIST", b"INFOICRD" + PLACE),
        (b"fmt ", fmt),
        (b"data", sound),
        (b"id3 ", b"SecretSinger"),
    ]
    body = b"".join(name + struct.pack("<I", len(each)) + each for name, each in parts)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


def ogg_page(packet: bytes, *, flags: int = 0, granule: int = 0, number: int = 0, serial: int = 7) -> bytes:
    """An Ogg page with one whole packet."""
    lacing = bytes([255] * (len(packet) // 255) + [len(packet) % 255])
    head = b"OggS\0" + struct.pack("<BQII", flags, granule, serial, number)
    page = head + bytes(4) + bytes([len(lacing)]) + lacing + packet
    return page[:22] + struct.pack("<I", page_sum(page)) + page[26:]


def opus() -> bytes:
    """An Ogg Opus recording with a place in its comments."""
    comment = b"LOCATION=" + PLACE + b" " * 300
    tags = b"OpusTags" + struct.pack("<I", 6) + b"Phone1" + struct.pack("<II", 1, len(comment)) + comment
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48000, 0, 0)
    pages = [
        ogg_page(head, flags=2),
        ogg_page(tags, number=1),
        ogg_page(bytes(200), number=2, granule=48000 + 312),
        ogg_page(bytes(200), number=3, granule=96000 + 312, flags=4),
    ]
    return b"".join(pages)


def element(identity: int, *parts: bytes, is_open: bool = False) -> bytes:
    """An EBML element with an eight-byte size."""
    body = b"".join(parts)
    name = identity.to_bytes((identity.bit_length() + 7) // 8, "big")
    size = b"\x01" + b"\xff" * 7 if is_open else struct.pack(">Q", 1 << 56 | len(body))
    return name + size + body


def webm(
    *,
    codec: bytes = b"V_VP8",
    doc_type: bytes = b"webm",
    kind: int = 1,
    is_open: bool = False,
) -> bytes:
    """A WebM with a title, tags and an attachment; `is_open` as a browser records it, without sizes."""
    entry = element(
        0xAE,
        element(0xD7, b"\1"),
        element(0x83, bytes([kind])),
        element(0x86, codec),
        element(0x536E, b"SecretCamera"),
        element(0xE0, element(0xB0, b"\x02\x80"), element(0xBA, b"\x01\x68")),
    )
    info = element(
        0x1549A966,
        element(0x2AD7B1, b"\x0f\x42\x40"),
        element(0x7BA9, b"SecretTitle"),
        element(0x4461, bytes(8)),
        b"" if is_open else element(0x4489, struct.pack(">d", 2500.0)),
    )
    seek = element(
        0x114D9B74,
        element(0x4DBB, element(0x53AB, b"\x12\x54\xc3\x67"), element(0x53AC, b"\x40")),
    )
    clusters = [
        element(
            0x1F43B675,
            element(0xE7, moment.to_bytes(2, "big")),
            element(0xA3, b"\x81\0\0\x80" + bytes(50)),
            is_open=is_open,
        )
        for moment in (0, 1000)
    ]
    tags = element(0x1254C367, element(0x7373, b"LOCATION" + PLACE + bytes(200)))
    attachment = element(0x1941A469, b"SecretFile" + PLACE)
    segment = element(
        0x18538067,
        seek,
        info,
        element(0x1654AE6B, entry),
        tags,
        *clusters,
        attachment,
        is_open=is_open,
    )
    return element(0x1A45DFA3, element(0x4282, doc_type)) + segment
