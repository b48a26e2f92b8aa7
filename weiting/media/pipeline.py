"""From what was sent to what is kept: sniff, clean or redraw, name by hash. Plain functions, no rows."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from weiting.core.errors import Invalid
from weiting.media import limits, pictures, sniff, storage
from weiting.media.containers import bmff, ebml, mpeg, ogg, wave
from weiting.media.limits import Kind
from weiting.media.models import Rendition
from weiting.media.pictures import Piece

_CLEANERS = {
    "mp4": bmff.clean,
    "webm": ebml.clean,
    "mpeg": mpeg.clean,
    "ogg": ogg.clean,
    "wav": wave.clean,
}


@dataclass(frozen=True)
class Prepared:
    """An upload whose files lie in their place, ready to become an asset."""

    kind: Kind
    original_name: str
    sha256: str
    bytes: int
    mime: str
    width: int | None
    height: int | None
    duration_ms: int | None
    colour: str
    renditions: list[Rendition]


def prepare(file: BinaryIO, *, name: str = "", kinds: Collection[str] = tuple(Kind)) -> Prepared:
    """Clean or redraw an upload and keep its files.

    Slow (up to seconds) and without the database: call it before a transaction, not inside one. Raises
    Invalid with a sentence for anything that cannot be taken, Unavailable when the disk is full; then nothing
    was kept.
    """
    file.seek(0)
    found = sniff.sniff(file.read(sniff.HEAD_BYTES))
    if found.kind == Kind.PICTURE:
        _require_kind(found.kind, kinds)
    with storage.workspace() as folder:
        if found.kind == Kind.PICTURE:
            return _prepare_picture(file, found, folder, name)
        return _prepare_track(file, found, folder, name, kinds)


def _require_kind(kind: Kind, kinds: Collection[str]) -> None:
    if kind not in kinds:
        wanted = " · ".join(str(Kind(each).label) for each in kinds)
        raise Invalid(
            _("A %(kind)s does not belong here. Choose: %(wanted)s.")
            % {"kind": kind.label, "wanted": wanted},
            code="wrong_kind",
        )


def _too_large(kind: Kind) -> Invalid:
    return Invalid(limits.too_large(kind), code="too_large", limit=limits.bytes_allowed(kind))


def _prepare_picture(file: BinaryIO, found: sniff.Format, folder: Path, name: str) -> Prepared:
    if file.seek(0, 2) > limits.bytes_allowed(Kind.PICTURE):
        raise _too_large(Kind.PICTURE)
    drawn = pictures.draw(file, found.name, folder)
    return _keep(Kind.PICTURE, drawn.pieces, name, colour=drawn.colour)


def _prepare_track(
    file: BinaryIO, found: sniff.Format, folder: Path, name: str, kinds: Collection[str]
) -> Prepared:
    path = folder / "master"
    # A container may hold sound or film; which one is known only after reading it.
    if not storage.copy(file, path, at_most=limits.bytes_allowed(found.kind)):
        raise _too_large(found.kind)
    with path.open("r+b") as copy:
        track = _CLEANERS[found.name](copy)
    _require_kind(track.kind, kinds)
    if path.stat().st_size > limits.bytes_allowed(track.kind):
        raise _too_large(track.kind)
    piece = Piece("master", path, track.mime, track.extension, track.width, track.height)
    return _keep(track.kind, [piece], name, duration_ms=track.duration_ms)


def _keep(
    kind: Kind,
    pieces: list[Piece],
    name: str,
    *,
    duration_ms: int | None = None,
    colour: str = "",
) -> Prepared:
    master = pieces[0]
    sha256 = storage.digest(master.path)
    renditions: list[Rendition] = [
        {
            "name": piece.name,
            "width": piece.width,
            "height": piece.height,
            "mime": piece.mime,
            "bytes": piece.path.stat().st_size,
            "path": storage.place(sha256, piece.name, piece.extension),
        }
        for piece in pieces
    ]
    # Everything is written and measured; from here on only renames.
    for piece, rendition in zip(pieces, renditions, strict=True):
        storage.keep(piece.path, rendition["path"])
    return Prepared(
        kind=kind,
        original_name=Path(name).name[:255],
        sha256=sha256,
        bytes=renditions[0]["bytes"],
        mime=master.mime,
        width=master.width,
        height=master.height,
        duration_ms=duration_ms,
        colour=colour,
        renditions=renditions,
    )
