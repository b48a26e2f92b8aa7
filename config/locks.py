"""Locks between processes, kept by the kernel: whoever dies, however it dies, has let go of them."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from config.env import SettingError


class FileLock:
    """One open lock file; `exclusive` keeps everybody else out, otherwise only those who want it alone."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._descriptor: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SettingError(
                f"{path} cannot be opened ({error.strerror}): choose another WEITING_VAR."
            ) from error

    def acquire(self, *, exclusive: bool) -> Self:
        """Take the lock, waiting for it as long as it takes."""
        fcntl.flock(self._open, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        return self

    def try_acquire(self, *, exclusive: bool) -> bool:
        """Take the lock if it is free; say whether it was."""
        try:
            fcntl.flock(self._open, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def note(self, word: str) -> None:
        """Leave a word in the file for those who look at it without the lock."""
        os.ftruncate(self._open, 0)
        os.pwrite(self._open, word.encode(), 0)

    def release(self) -> None:
        """Let go of the lock and close its file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    @property
    def _open(self) -> int:
        assert self._descriptor is not None, "the lock has been released"
        return self._descriptor

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.release()
