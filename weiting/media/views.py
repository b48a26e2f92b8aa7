"""Serves stored files (with ranges, for seeking) and receives uploads for the pages that compose them."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TypeVar, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from weiting.core.errors import Invalid, NotAllowed, NotFound
from weiting.media import actions, pipeline, queries, storage, uploads
from weiting.media.forms import UploadForm
from weiting.media.models import Asset, Kind

R = TypeVar("R", bound=HttpResponseBase)
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_FOREVER = "public, max-age=31536000, immutable"


@require_safe
def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with a stored file or the part asked for; open to everyone who knows the address."""
    found = storage.find(path)
    if found is None:
        raise NotFound(_("There is no such file."))
    etag = f'"{found.name}"'
    if etag in request.headers.get("If-None-Match", ""):
        return _dressed(HttpResponse(status=304), found, etag)
    size = found.stat().st_size
    # Names carry the hash of the bytes, so If-Range can only fail for another file.
    wanted = request.headers.get("Range", "") if request.headers.get("If-Range", etag) == etag else ""
    part = _part(wanted, size)
    if part is None:
        # FileResponse sets the length and lets the server send the file itself where it can.
        return _dressed(FileResponse(found.open("rb")), found, etag)
    start, end = part
    if start >= end:
        return _dressed(
            HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}),
            found,
            etag,
        )
    response = StreamingHttpResponse(_stretch(found, start, end), status=206)
    response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response["Content-Length"] = str(end - start)
    return _dressed(response, found, etag)


def _part(header: str, size: int) -> tuple[int, int] | None:
    """Return the stretch a Range header asks for; None means all of it, also for several ranges."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size
    end = min(int(last) + 1, size) if last else size
    if last and int(last) < int(first):
        return None
    return int(first), end


def _stretch(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < end and (block := file.read(min(64 * 1024, end - start))):
            start += len(block)
            yield block


def _dressed(response: R, path: Path, etag: str) -> R:
    response["Content-Type"] = storage.TYPES.get(path.suffix[1:], "application/octet-stream")
    response["Content-Disposition"] = f'inline; filename="{path.name}"'
    response["Cache-Control"] = _FOREVER
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    # A stored file is data, whatever it holds: opened alone it may run and load nothing.
    response["Content-Security-Policy"] = "default-src 'none'; media-src 'self'; img-src 'self'; sandbox"
    return response


@require_safe
def captions(request: HttpRequest, public_id: str) -> HttpResponse:
    """Answer with the captions of a film as WebVTT."""
    asset = queries.asset_for(public_id)
    if not asset.captions:
        raise NotFound(_("There is no such file."))
    response = HttpResponse(asset.captions, content_type="text/vtt; charset=utf-8")
    response["Cache-Control"] = "public, max-age=300"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def receive(request: HttpRequest, unit_id: int, *, kinds: Collection[str] = tuple(Kind)) -> Asset:
    """Store the posted file for a unit; raise NotAllowed, Invalid by field, or Unavailable."""
    if not request.user.is_authenticated:
        raise NotAllowed(_("Sign in to upload files."), code="not_signed_in")
    form = UploadForm(request.POST, request.FILES, kinds=kinds)
    refusal = uploads.refusal_of(request)
    if refusal is not None:
        raise refusal
    if not form.is_valid():
        raise Invalid(
            _("Something is missing. Look at the marked fields."),
            code="incomplete",
            fields={name: [str(each) for each in errors] for name, errors in form.errors.items()},
        )
    file = form.cleaned_data["file"]
    prepared = pipeline.prepare(file, name=file.name, kinds=kinds)
    by = cast(AbstractBaseUser, request.user)
    return actions.store_asset(prepared, by=by, unit_id=unit_id, **form.said())


def handle_upload(
    request: HttpRequest,
    unit_id: int,
    *,
    kinds: Collection[str] = tuple(Kind),
    next_url: str = "",
) -> HttpResponse:
    """Store the posted file and answer in the asker's manner: JSON, an htmx fragment, or a redirect.

    For the view of a page that has settled whether this person may upload for this unit. Raises what
    `receive` does.
    """
    asset = receive(request, unit_id, kinds=kinds)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(_as_json(asset), status=201)
    if request.headers.get("HX-Request") or not next_url:
        return render(request, "media/asset.html", {"asset": asset}, status=201)
    return redirect(next_url)


def _as_json(asset: Asset) -> dict[str, object]:
    small = asset.rendition("w320")
    return {
        "id": asset.public_id,
        "kind": asset.kind,
        "name": asset.original_name,
        "url": asset.url(),
        "thumbnail": asset.url("w320") if small else "",
        "width": asset.width,
        "height": asset.height,
        "alt": asset.alt,
        "lacks": asset.lacks(),
    }
