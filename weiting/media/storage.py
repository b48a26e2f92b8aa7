"""Files by the hash of their bytes: written whole beside their place, made durable, then renamed into it."""

import errno
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from weiting.core.errors import Unavailable

BLOCK = 1024 * 1024
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SHAPE = re.compile(
    r"(?P<a>[0-9a-f]{2})/(?P<b>[0-9a-f]{2})/(?P=a)(?P=b)[0-9a-f]{28}-[a-z0-9]{1,16}\.[a-z0-9]{2,5}"
)

# Beside the served folders, as .incoming is: a web server in front must serve neither.
_RETIRED = Path(".retired")

TYPES = {
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "mp3": "audio/mpeg",
    "aac": "audio/aac",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "mp4": "video/mp4",
    "weba": "audio/webm",
    "webm": "video/webm",
}


def root() -> Path:
    """Return the folder of stored files."""
    return Path(settings.MEDIA_ROOT)


def disk_full() -> Unavailable:
    """Return the refusal when nothing more can be written."""
    return Unavailable(
        _(
            "The disk of this installation is full, so nothing was saved. "
            "Tell the administrator and try again later."
        ),
        code="disk_full",
    )


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn a full disk into a sentence; raise Unavailable."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full() from error
        raise


@contextmanager
def workspace() -> Iterator[Path]:
    """Yield a private folder on the disk of the stored files; it is gone afterwards whatever happened."""
    with disk_errors():
        incoming = root() / ".incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=incoming))
    try:
        with disk_errors():
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy(source: BinaryIO, target: Path, *, at_most: int) -> bool:
    """Copy a stream into a file; return False as soon as it turns out longer than allowed."""
    source.seek(0)
    written = 0
    with target.open("wb") as file:
        while block := source.read(BLOCK):
            written += len(block)
            if written > at_most:
                return False
            file.write(block)
    return True


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def place(sha256: str, name: str, extension: str) -> str:
    """Return where a file of an upload belongs, relative to the root."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256[:32]}-{name}.{extension}"


def keep(path: Path, relative: str) -> None:
    """Move a finished file to its place, durably; a file that is already there is the same one and stays."""
    target = root() / relative
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    path.chmod(0o644)
    _sync(path)
    # Two uploads of one file may meet here: rename puts one complete file in place, then the same one again.
    path.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_away(relative: str) -> None:
    """Move a stored file to where nothing is served from; one that is not there is passed over."""
    if _SHAPE.fullmatch(relative) and (root() / relative).is_file():
        _move(root() / relative, _RETIRED / relative)


def bring_back(relative: str) -> None:
    """Move a file that was put away to its place again; one that lies there already stays."""
    if not (root() / relative).exists() and (root() / _RETIRED / relative).is_file():
        _move(root() / _RETIRED / relative, Path(relative))


def _move(path: Path, to: Path) -> None:
    target = root() / to
    with disk_errors():
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        _sync(target.parent)
        _sync(path.parent)


def find_put_away(relative: str) -> Path | None:
    """Return the file that once was at an address and was taken out of use, or None."""
    path = root() / _RETIRED / relative
    return path if _SHAPE.fullmatch(relative) and path.is_file() else None


def find(relative: str) -> Path | None:
    """Return the stored file at an address, or None; only names this module gives are looked for."""
    if not _SHAPE.fullmatch(relative):
        return None
    path = root() / relative
    return path if path.is_file() else None


def read(relative: str) -> bytes:
    """Return a stored file's bytes; raise Unavailable when it is not there."""
    path = find(relative)
    if path is None:
        raise Unavailable(_("A file of this text is missing on this machine."), code="file_missing")
    return path.read_bytes()
