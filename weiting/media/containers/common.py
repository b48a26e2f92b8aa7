"""What the container readers share: the result, the refusals, cutting a file down to what is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from weiting.core.errors import Invalid
from weiting.media.limits import Kind

BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Track:
    """What a cleaned file is; a duration or size the file does not tell is None."""

    kind: Kind
    mime: str
    extension: str
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None


def broken() -> Invalid:
    """Return the refusal of a file that is damaged or not what it claims."""
    return Invalid(
        _(
            "This file is damaged, or it is not what its name says. "
            "Save it again in the program it came from."
        ),
        code="broken_media",
    )


def not_playable(codec: str) -> Invalid:
    """Return the refusal of a film or recording that many phones could not play."""
    return Invalid(
        _(
            "This file is coded as %(codec)s, which many phones cannot play. "
            "Save it as MP4 (H.264 with AAC) or as MP3."
        )
        % {"codec": codec},
        code="unplayable_media",
    )


def not_cleanable() -> Invalid:
    """Return the refusal of a file from which the hidden data cannot be taken out."""
    return Invalid(
        _(
            "This file carries other data beside sound and picture, and it cannot be taken out safely. "
            "Save it again as an ordinary MP4 or MP3."
        ),
        code="uncleanable_media",
    )


def compact(file: BinaryIO, runs: Iterable[tuple[int, int]]) -> None:
    """Keep only the given stretches of a file, in order, and cut the rest off."""
    at = 0
    for start, end in runs:
        while start < end:
            file.seek(start)
            block = file.read(min(BLOCK, end - start))
            if not block:
                raise broken()
            file.seek(at)
            file.write(block)
            start += len(block)
            at += len(block)
    file.truncate(at)
    file.flush()
