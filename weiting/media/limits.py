"""What may be uploaded and how large, as data: forms say it beforehand, handler and pipeline enforce it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext as _, gettext_lazy

MEGABYTE = 1024 * 1024


class Kind(models.TextChoices):
    """What an asset is to the person who looks or listens."""

    PICTURE = "picture", gettext_lazy("Picture")
    AUDIO = "audio", gettext_lazy("Sound")
    VIDEO = "video", gettext_lazy("Film")


@dataclass(frozen=True)
class Limit:
    """The size and the formats of one kind."""

    kind: Kind
    bytes: int
    accept: tuple[str, ...]
    formats: str


LIMITS: dict[Kind, Limit] = {
    Kind.PICTURE: Limit(
        Kind.PICTURE,
        20 * MEGABYTE,
        ("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"),
        "JPEG, PNG, WebP, AVIF, GIF",
    ),
    Kind.AUDIO: Limit(
        Kind.AUDIO,
        50 * MEGABYTE,
        (
            "audio/mpeg",
            "audio/mp4",
            "audio/aac",
            "audio/ogg",
            "audio/wav",
            ".mp3",
            ".m4a",
            ".aac",
            ".ogg",
            ".opus",
        ),
        "MP3, M4A, AAC, Ogg, WAV",
    ),
    Kind.VIDEO: Limit(Kind.VIDEO, 500 * MEGABYTE, ("video/mp4", "video/webm"), "MP4 (H.264), WebM"),
}
# A file that is neither picture, sound nor film: tables and documents other modules read.
OTHER_BYTES = 50 * MEGABYTE
# The largest request at all, with room for the text fields beside the file.
REQUEST_BYTES = max(limit.bytes for limit in LIMITS.values()) + 4 * MEGABYTE
# Kept free on the disk, so that the database beside it can still write.
RESERVE_BYTES = 64 * MEGABYTE

# A picture of more pixels than this is a bomb or a map that belongs in a document.
MAX_PIXELS = 50_000_000


def human_bytes(size: int) -> str:
    """Say a size as a person would: "20 MB"."""
    if size >= 1024 * MEGABYTE:
        return f"{number_format(size / (1024 * MEGABYTE), 1)} GB"
    if size >= MEGABYTE:
        megabytes = size / MEGABYTE
        return f"{number_format(megabytes, 0 if megabytes >= 10 or size % MEGABYTE == 0 else 1)} MB"
    return f"{max(1, size // 1024)} kB"


def bytes_allowed(kind: str | None) -> int:
    """Return the largest size for a kind; None stands for a file that is not media."""
    return LIMITS[Kind(kind)].bytes if kind else OTHER_BYTES


def accept(kinds: Iterable[str] = tuple(Kind)) -> str:
    """Return the accept attribute of a file field."""
    return ",".join(each for kind in kinds for each in LIMITS[Kind(kind)].accept)


def largest(kinds: Iterable[str] = tuple(Kind)) -> int:
    """Return the largest size any of these kinds may have."""
    return max(LIMITS[Kind(kind)].bytes for kind in kinds)


def sentences(kinds: Iterable[str] = tuple(Kind)) -> list[str]:
    """Say before the upload what is taken, one sentence for each kind."""
    return [
        _("%(kind)s: %(formats)s, at most %(size)s.")
        % {
            "kind": LIMITS[Kind(kind)].kind.label,
            "formats": LIMITS[Kind(kind)].formats,
            "size": human_bytes(LIMITS[Kind(kind)].bytes),
        }
        for kind in kinds
    ]


def too_large(kind: str | None) -> str:
    """Return the sentence for a file above its limit."""
    size = human_bytes(bytes_allowed(kind))
    if kind == Kind.PICTURE:
        return _("This picture is larger than %(size)s. Make it smaller and choose it again.") % {
            "size": size
        }
    if kind == Kind.AUDIO:
        return _(
            "This recording is larger than %(size)s. Save it as MP3 or shorten it, then choose it again."
        ) % {"size": size}
    if kind == Kind.VIDEO:
        return _(
            "This film is larger than %(size)s. Shorten it or save it at 720p, then choose it again."
        ) % {"size": size}
    return _("This file is larger than %(size)s. Choose a smaller one.") % {"size": size}
