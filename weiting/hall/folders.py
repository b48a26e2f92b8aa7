"""A folder that is whole or not there: written under another name, and put in its place when everything is in it."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from weiting.core.errors import Conflict

# Stands in a finished copy; without it a folder belongs to somebody else, and is not replaced.
MARK = "copy.json"


@contextmanager
def replaced(folder: Path) -> Iterator[tuple[Path, Path | None]]:
    """Yield a folder to write into, which takes the place of `folder` if nothing went wrong, and the copy that stood
    there before, if there is one. Raises Conflict when something else stands there or is written there now.
    """
    folder = folder.resolve()
    aside, making = folder.with_name(f"{folder.name}.old"), folder.with_name(f"{folder.name}.unfinished")
    with _held(making):
        if not folder.exists() and (aside / MARK).exists():
            # Somebody pulled the plug between the two last steps.
            aside.rename(folder)
        before = folder if (folder / MARK).exists() else None
        if before is None and folder.exists() and any(folder.iterdir()):
            raise Conflict(
                _("%(folder)s holds something else. Name a folder that is new, empty, or an earlier copy.")
                % {"folder": folder},
                code="not_a_copy",
            )
        for left in making.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield making, before
        shutil.rmtree(aside, ignore_errors=True)
        if folder.exists():
            folder.rename(aside)
        making.rename(folder)
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _held(making: Path) -> Iterator[None]:
    """Let one process at a time write a folder; take it away if it was left unfinished."""
    making.mkdir(parents=True, exist_ok=True)
    handle = os.open(making, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                _("Somebody is writing %(folder)s just now. Wait until it is done.")
                % {"folder": making.stem},
                code="being_written",
            ) from None
        try:
            yield
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
    finally:
        os.close(handle)


def take_over(old: Path, new: Path) -> None:
    """Let a new folder have a file of an old one, without writing it again where the disk can do that."""
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(old, new)
    except OSError:
        shutil.copy2(old, new)
