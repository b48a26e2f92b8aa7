"""Serves stored files (with ranges, for seeking) and receives uploads for the pages that compose them."""

from collections.abc import Collection
from typing import cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import (
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
from weiting.media import actions, pipeline, queries, serving, uploads
from weiting.media.forms import UploadForm
from weiting.media.models import Asset, Kind


@require_safe
def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with a stored file or the part asked for; open to everyone who knows the address."""
    found = serving.answer(path, {name.lower(): value for name, value in request.headers.items()})
    if found is None:
        raise NotFound(_("There is no such file."))
    if found.body:
        return HttpResponse(found.body, status=found.status, headers=found.headers)
    blocks = found.blocks() if found.end > found.start else iter(())
    return StreamingHttpResponse(blocks, status=found.status, headers=found.headers)


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
