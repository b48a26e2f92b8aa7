"""Receives uploads piece by piece and stops at the limit, instead of filling the disk and then saying no."""

import contextlib
import shutil
import tempfile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from weiting.core.errors import DomainError, Invalid
from weiting.media import limits, sniff, storage

# So little is read to the end, so that the browser shows our sentence; beyond that the line is cut.
DRAINED_BYTES = 16 * limits.MEGABYTE


def refusal_of(request: HttpRequest) -> DomainError | None:
    """Return why the request's upload was stopped, or None; the view raises it."""
    return getattr(request, "upload_refusal", None)


def declared_too_large(content_length: int) -> Invalid | None:
    """Return the refusal of a request whose declared length is above every limit, before it is read."""
    if content_length <= limits.REQUEST_BYTES:
        return None
    return Invalid(
        limits.too_large(limits.Kind.VIDEO),
        code="too_large",
        limit=limits.REQUEST_BYTES,
    )


class CarefulUpload(TemporaryFileUploadHandler):
    """Writes an upload to a temporary file; stops at the limit of its sniffed kind and when the disk is full.

    The refusal is left on the request rather than raised: the body is read by the CSRF check, long before a
    view could turn an error into a page.
    """

    received = 0
    limit = 0
    declared = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803  the name Django gives it
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Look at the declared length before anything is written."""
        self.declared = content_length
        folder = settings.FILE_UPLOAD_TEMP_DIR or tempfile.gettempdir()
        self.refusal: DomainError | None = declared_too_large(content_length)
        if not self.refusal and shutil.disk_usage(folder).free < content_length + limits.RESERVE_BYTES:
            self.refusal = storage.disk_full()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file, or refuse it before its first byte."""
        if self.refusal:
            self._stop(self.refusal)
        self.received = 0
        try:
            super().new_file(*args, **kwargs)
        except OSError:
            self._stop(storage.disk_full())

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write one piece; stop when the file grows beyond the limit of what it is."""
        if not self.received:
            found = sniff.format_of(raw_data[: sniff.HEAD_BYTES])
            self.kind = found.kind if found else None
            self.limit = limits.bytes_allowed(self.kind)
        self.received += len(raw_data)
        if self.received > self.limit:
            self._stop(Invalid(limits.too_large(self.kind), code="too_large", limit=self.limit))
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError:
            self._stop(storage.disk_full())

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Hand over the finished file and forget it, so that a later interruption does not remove it."""
        file = super().file_complete(file_size)
        self.__dict__.pop("file", None)
        return file

    def _stop(self, refusal: DomainError) -> None:
        assert self.request is not None
        self.request.upload_refusal = refusal  # type: ignore[attr-defined]
        # A full disk may also refuse the last flush while closing; the file goes either way.
        with contextlib.suppress(OSError):
            self.upload_interrupted()
        self.__dict__.pop("file", None)
        raise StopUpload(connection_reset=self.declared - self.received > DRAINED_BYTES)
