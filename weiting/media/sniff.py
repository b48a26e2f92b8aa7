"""Finds out what a file is from its first bytes; its name and the browser's word for it are not trusted."""

import re
from dataclasses import dataclass

import puremagic
from django.utils.translation import gettext as _

from weiting.core.errors import Invalid
from weiting.media.limits import Kind

HEAD_BYTES = 4096

_QUICKTIME = {b"qt  "}
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF = {b"avif", b"avis"}
_AUDIO_MP4 = {b"M4A ", b"M4B ", b"F4A "}
_TEXT_PICTURE = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_MARKUP = re.compile(rb"<(!doctype|html|head|body|script|\?xml|\?php|iframe)", re.IGNORECASE)


@dataclass(frozen=True)
class Format:
    """A format the pipeline can take: `name` chooses the reader."""

    kind: Kind
    name: str


def format_of(head: bytes) -> Format | None:
    """Return the format the first bytes claim, or None; whether it is true is for its reader to prove."""
    if head[:3] == b"\xff\xd8\xff":
        return Format(Kind.PICTURE, "jpeg")
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return Format(Kind.PICTURE, "png")
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return Format(Kind.PICTURE, "gif")
    if head[:4] == b"RIFF":
        form = {
            b"WEBP": Format(Kind.PICTURE, "webp"),
            b"WAVE": Format(Kind.AUDIO, "wav"),
        }
        return form.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:12])
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return Format(Kind.VIDEO, "webm")
    if head[:4] == b"OggS":
        return Format(Kind.AUDIO, "ogg")
    return _of_frames(head)


def _of_brand(brand: bytes) -> Format | None:
    if brand in _AVIF:
        return Format(Kind.PICTURE, "avif")
    if brand in _QUICKTIME | _HEIF:
        return None
    return Format(Kind.AUDIO if brand in _AUDIO_MP4 else Kind.VIDEO, "mp4")


def _of_frames(head: bytes) -> Format | None:
    if head[:3] == b"ID3":
        return Format(Kind.AUDIO, "mpeg")
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return Format(Kind.AUDIO, "mpeg")
    return None


def sniff(head: bytes) -> Format:
    """Return the format of a file by its first bytes; raise Invalid saying what to do instead."""
    found = format_of(head)
    if found is None:
        raise Invalid(_refusal(head), code="unknown_type")
    return found


def _refusal(head: bytes) -> str:
    if not head:
        return _("This file is empty. Choose another one.")
    if _TEXT_PICTURE.search(head):
        return _("SVG drawings can carry programs and are not taken. Save it as PNG and choose that.")
    if _MARKUP.search(head[:1024]):
        return _("This file is a web page, whatever its name says. Choose a picture, a recording or a film.")
    brand = head[8:12] if head[4:8] == b"ftyp" else b""
    if brand in _QUICKTIME:
        return _("This is a QuickTime film (.mov), which many phones cannot play. Save it as MP4 (H.264).")
    if brand in _HEIF:
        return _("This is a HEIC picture, which many browsers cannot show. Save it as JPEG.")
    guessed = _guess(head)
    if guessed:
        return _(
            "Files of the type %(type)s are not taken here. Choose a picture, a recording or a film."
        ) % {"type": guessed}
    return _("This file is not a picture, a recording or a film that can be shown. Choose another one.")


def _guess(head: bytes) -> str:
    try:
        return puremagic.from_string(head).lstrip(".").upper()
    except (puremagic.PureError, ValueError):
        return ""
