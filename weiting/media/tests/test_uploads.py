"""Receiving uploads: refused early, stopped at the limit, nothing left behind, a full disk is a sentence."""

import errno
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory

from weiting.core.errors import DomainError, Invalid, NotAllowed, Unavailable
from weiting.media import limits, pipeline, views
from weiting.media.forms import UploadForm
from weiting.media.limits import MEGABYTE, Kind
from weiting.media.tests import make
from weiting.media.uploads import CarefulUpload, refusal_of

BOUNDARY = b"----weiting"


class Sent:
    """A body that is made while it is read, and counts how much was read."""

    def __init__(self, head: bytes, size: int) -> None:
        self.parts = self._parts(head, size)
        self.rest = b""
        self.read_bytes = 0

    @staticmethod
    def _parts(head: bytes, size: int) -> Iterator[bytes]:
        yield (b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="csrf"\r\n\r\ntoken\r\n')
        yield (b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n')
        yield b"Content-Type: image/jpeg\r\n\r\n" + head
        left = size - len(head)
        while left > 0:
            yield bytes(min(left, MEGABYTE))
            left -= MEGABYTE
        yield b"\r\n--" + BOUNDARY + b"--\r\n"

    def read(self, size: int = -1) -> bytes:
        """Return the next piece."""
        while len(self.rest) < size and (part := next(self.parts, b"")):
            self.rest += part
        piece, self.rest = self.rest[:size], self.rest[size:]
        self.read_bytes += len(piece)
        return piece

    def readline(self) -> bytes:
        """Return the next piece; Django drains a body line by line."""
        return self.read(64 * 1024)


def posting(head: bytes, size: int, declared: int | None = None) -> tuple[HttpRequest, Sent]:
    body = Sent(head, size)
    request = RequestFactory().generic(
        "POST",
        "/",
        b"x",
        content_type=f"multipart/form-data; boundary={BOUNDARY.decode()}",
    )
    request.META["CONTENT_LENGTH"] = str(declared if declared is not None else size + 400)
    request._stream = body  # type: ignore[assignment]
    request.upload_handlers = [CarefulUpload(request)]
    return request, body


def left_over(settings: Any) -> list[Path]:
    return list(settings.FILE_UPLOAD_TEMP_DIR.iterdir())


def test_two_gigabytes_are_refused_before_they_are_read(settings: Any) -> None:
    request, body = posting(b"\0\0\0\x18ftypisom", 2 * 1024 * MEGABYTE)
    assert request.POST["csrf"] == "token"
    assert not request.FILES
    refusal = refusal_of(request)
    assert isinstance(refusal, Invalid)
    assert "500" in str(refusal.message)
    assert body.read_bytes < MEGABYTE
    assert left_over(settings) == []


def test_picture_is_stopped_at_the_limit_of_pictures(settings: Any) -> None:
    request, body = posting(b"\xff\xd8\xff\xe0", 200 * MEGABYTE)
    assert not request.FILES
    refusal = refusal_of(request)
    assert refusal is not None
    assert refusal.facts["limit"] == 20 * MEGABYTE
    assert body.read_bytes < 24 * MEGABYTE
    assert left_over(settings) == []


def test_small_overrun_is_read_to_the_end_so_that_the_answer_is_seen(
    settings: Any,
) -> None:
    request, body = posting(b"\xff\xd8\xff\xe0", 22 * MEGABYTE)
    assert not request.FILES
    assert refusal_of(request) is not None
    assert body.read_bytes > 22 * MEGABYTE
    assert left_over(settings) == []


def test_honest_file_arrives_whole(settings: Any) -> None:
    request, _body = posting(b"\xff\xd8\xff\xe0", 3 * MEGABYTE)
    file: Any = request.FILES["file"]
    assert refusal_of(request) is None
    assert file.size == 3 * MEGABYTE
    file.close()
    assert left_over(settings) == []


def test_full_disk_stops_the_upload_and_leaves_nothing(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = 0

    def write(self: TemporaryFileUploadHandler, raw: bytes, start: int) -> None:
        nonlocal written
        written += len(raw)
        if written > MEGABYTE:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.file.write(raw)

    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", write)
    request, _body = posting(b"\xff\xd8\xff\xe0", 5 * MEGABYTE)
    assert not request.FILES
    assert isinstance(refusal_of(request), Unavailable)
    assert left_over(settings) == []


def test_nearly_full_disk_is_noticed_before_writing(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "shutil.disk_usage",
        lambda _folder: type("Usage", (), {"free": 70 * MEGABYTE})(),
    )
    request, body = posting(b"\0\0\0\x18ftypisom", 100 * MEGABYTE)
    assert not request.FILES
    assert isinstance(refusal_of(request), Unavailable)
    assert body.read_bytes < MEGABYTE


@pytest.mark.parametrize("fails_at", ["_write", "fsync"])
def test_full_disk_while_storing_leaves_nothing(
    take: Any, files: Any, monkeypatch: pytest.MonkeyPatch, fails_at: str
) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("weiting.media.pictures._write" if fails_at == "_write" else "os.fsync", full)
    with pytest.raises(Unavailable) as refused:
        take(make.photo())
    assert refused.value.code == "disk_full"
    assert files() == []


def test_full_disk_while_copying_a_film_leaves_nothing(files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, _block: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    real = Path.open
    with monkeypatch.context() as patched:
        patched.setattr(
            Path, "open", lambda self, mode="r", *rest: Full() if mode == "wb" else real(self, mode, *rest)
        )
        with pytest.raises(Unavailable):
            pipeline.prepare(io.BytesIO(make.mp4()))
    assert files() == []


def test_limits_are_said_before_the_upload() -> None:
    form = UploadForm(kinds=[Kind.PICTURE])
    html = str(form["file"])
    assert 'data-most-bytes="20971520"' in html
    assert "image/avif" in html
    assert "20 MB" in str(form.fields["file"].help_text)
    assert limits.human_bytes(1_610_612_736).startswith("1")


def test_form_posts_whole_without_script() -> None:
    html = render_to_string("media/upload_form.html", {"form": UploadForm(), "action": "/desk/media/"})
    assert 'enctype="multipart/form-data"' in html
    assert "data-upload" in html
    assert 'type="file"' in html
    assert "500 MB" in html
    assert "style=" not in html


def uploading(user: Any, content: bytes, name: str = "a.jpg", **data: str) -> HttpRequest:
    file = io.BytesIO(content)
    file.name = name
    request = RequestFactory().post("/", {"rights": "own", "alt": "蓝天", **data, "file": file})
    request.user = user
    return request


def test_upload_answers_json_fragment_or_redirect(editor: Any) -> None:
    request = uploading(editor, make.photo())
    request.META["HTTP_ACCEPT"] = "application/json"
    answer = json.loads(views.handle_upload(request, 1).content)
    assert answer["kind"] == "picture"
    assert answer["alt"] == "蓝天"
    assert answer["lacks"]
    request = uploading(editor, make.photo())
    request.META["HTTP_HX_REQUEST"] = "true"
    assert b"srcset" in views.handle_upload(request, 1).content
    response = views.handle_upload(uploading(editor, make.photo()), 1, next_url="/desk/media/")
    assert (response.status_code, response["Location"]) == (302, "/desk/media/")


def test_stranger_and_closed_account_cannot_upload(editor: Any) -> None:
    with pytest.raises(NotAllowed):
        views.handle_upload(uploading(AnonymousUser(), make.photo()), 1)
    editor.is_active = False
    with pytest.raises(NotAllowed):
        views.handle_upload(uploading(editor, make.photo()), 1)


def test_missing_words_are_named_by_field(editor: Any) -> None:
    request = uploading(editor, make.photo(), alt="", rights="")
    with pytest.raises(Invalid) as refused:
        views.handle_upload(request, 1, kinds=[Kind.PICTURE])
    assert set(refused.value.fields) == {"alt", "rights"}


def test_stopped_upload_says_why_rather_than_field_required(editor: Any) -> None:
    request, _body = posting(b"\xff\xd8\xff\xe0", 22 * MEGABYTE)
    request.user = editor
    with pytest.raises(DomainError) as refused:
        views.handle_upload(request, 1)
    assert refused.value.code == "too_large"
